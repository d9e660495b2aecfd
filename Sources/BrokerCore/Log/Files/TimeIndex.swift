package import NIOCore

/// The `.timeindex` file: from which offset on records are newer.
///
/// ```
/// an array of entries, ascending in both fields, no header, no checksum
/// 0   int64   the largest timestamp in the segment so far, in ms
/// 8   int32   last offset of the batch that holds it, less the segment's base offset
/// ```
///
/// An entry is tried whenever the offset index gets one, and once more when the segment rolls or closes; it is
/// written only if its timestamp is larger than the entry's before (Kafka's `TimeIndex.maybeAppend`), so that every
/// record up to an entry's offset is no newer than its timestamp.
package struct TimeIndex: Sendable, Equatable {
    /// One entry.
    package struct Entry: Sendable, Equatable {
        /// The largest timestamp so far, in ms.
        package var timestamp: Int64
        /// The last offset of its batch, less the base offset.
        package var relativeOffset: Int32

        /// An entry.
        package init(timestamp: Int64, relativeOffset: Int32) {
            self.timestamp = timestamp
            self.relativeOffset = relativeOffset
        }
    }

    /// Bytes of an entry.
    package static let entrySize = 12

    /// The entries, ascending.
    package private(set) var entries: [Entry] = []

    /// An empty index.
    package init() {}

    /// Reads a file's bytes; nil when they are not a sound index (see ``OffsetIndex/init(reading:)``).
    package init?(reading bytes: ByteBuffer) {
        guard bytes.readableBytes % Self.entrySize == 0 else { return nil }
        var bytes = bytes
        entries.reserveCapacity(bytes.readableBytes / Self.entrySize)
        while let timestamp = bytes.readInteger(as: Int64.self), let offset = bytes.readInteger(as: Int32.self) {
            let last = entries.last ?? Entry(timestamp: -1, relativeOffset: -1)
            guard timestamp > last.timestamp, offset > last.relativeOffset else { return nil }
            entries.append(Entry(timestamp: timestamp, relativeOffset: offset))
        }
    }

    /// Adds an entry if its timestamp is larger than the last one's.
    package mutating func maybeAppend(timestamp: Int64, relativeOffset: Int32) {
        let last = entries.last ?? Entry(timestamp: -1, relativeOffset: -1)
        guard timestamp > last.timestamp, relativeOffset > last.relativeOffset else { return }
        entries.append(Entry(timestamp: timestamp, relativeOffset: relativeOffset))
    }

    /// The relative offset up to which every record is older than `timestamp`: that of the last entry below it, or -1.
    package func relativeOffset(before timestamp: Int64) -> Int32 {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].timestamp < timestamp { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? -1 : entries[low - 1].relativeOffset
    }

    /// The file's bytes.
    package var bytes: ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: entries.count * Self.entrySize)
        for entry in entries { buffer.writeMultipleIntegers(entry.timestamp, entry.relativeOffset) }
        return buffer
    }
}
