package import NIOCore

/// The `.index` file: where in the `.log` a batch is.
///
/// ```
/// an array of entries, ascending, no header, no checksum
/// 0   int32   offset of the last record of a batch, less the segment's base offset
/// 4   int32   position of that batch in the .log file
/// ```
///
/// An entry is written for the first batch that begins more than `index.interval.bytes` after the batch of the entry
/// before (Kafka's `LogSegment.append`). Kafka preallocates the file while the segment is active and cuts it when the
/// segment rolls or closes; Weir keeps the active segment's entries in memory and writes the file then. A file that
/// does not fit its segment is thrown away and built again from the log.
package struct OffsetIndex: Sendable, Equatable {
    /// One entry.
    package struct Entry: Sendable, Equatable {
        /// The last offset of the batch, less the base offset.
        package var relativeOffset: Int32
        /// The batch's position in the `.log` file.
        package var position: Int32

        /// An entry.
        package init(relativeOffset: Int32, position: Int32) {
            self.relativeOffset = relativeOffset
            self.position = position
        }
    }

    /// Bytes of an entry.
    package static let entrySize = 8

    /// The entries, ascending.
    package private(set) var entries: [Entry] = []

    /// An empty index.
    package init() {}

    /// Reads a file's bytes.
    ///
    /// - Returns: nil when the bytes are not a sound index: not whole entries, not ascending, or negative. The zeros
    ///   that Kafka preallocates are not sound either; the segment's recovery builds such an index again.
    package init?(reading bytes: ByteBuffer) {
        guard bytes.readableBytes % Self.entrySize == 0 else { return nil }
        var bytes = bytes
        entries.reserveCapacity(bytes.readableBytes / Self.entrySize)
        var last = Entry(relativeOffset: -1, position: -1)
        while let offset = bytes.readInteger(as: Int32.self), let position = bytes.readInteger(as: Int32.self) {
            guard offset > last.relativeOffset, position > last.position else { return nil }
            last = Entry(relativeOffset: offset, position: position)
            entries.append(last)
        }
    }

    /// Adds an entry behind the others. One that would not ascend is left out: it could only repeat what is known.
    package mutating func append(relativeOffset: Int32, position: Int32) {
        if let last = entries.last, relativeOffset <= last.relativeOffset { return }
        entries.append(Entry(relativeOffset: relativeOffset, position: position))
    }

    /// The position to start scanning at for a relative offset: that of the last entry at or before it, else 0.
    package func position(for relativeOffset: Int32) -> Int32 {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].relativeOffset <= relativeOffset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 0 : entries[low - 1].position
    }

    /// The file's bytes.
    package var bytes: ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: entries.count * Self.entrySize)
        for entry in entries { buffer.writeMultipleIntegers(entry.relativeOffset, entry.position) }
        return buffer
    }
}
