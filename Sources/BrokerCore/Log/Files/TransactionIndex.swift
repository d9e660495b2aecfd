package import NIOCore

/// An aborted transaction, as a fetch with `read_committed` reports it.
package struct AbortedTransaction: Sendable, Equatable, Hashable {
    /// Whose transaction it was.
    package var producerID: Int64
    /// The first offset of its records.
    package var firstOffset: Int64
    /// The offset of its abort marker.
    package var lastOffset: Int64
    /// The log's last stable offset just after the marker.
    package var lastStableOffset: Int64

    /// An aborted transaction.
    package init(producerID: Int64, firstOffset: Int64, lastOffset: Int64, lastStableOffset: Int64) {
        self.producerID = producerID
        self.firstOffset = firstOffset
        self.lastOffset = lastOffset
        self.lastStableOffset = lastStableOffset
    }
}

/// The `.txnindex` file: the transactions whose abort marker lies in the segment, in the order of their markers.
///
/// ```
/// an array of entries, no header, no checksum; the file exists only if there is an entry
/// 0    int16   version, 0
/// 2    int64   producer id
/// 10   int64   first offset
/// 18   int64   last offset (the marker)
/// 26   int64   last stable offset after it
/// ```
package struct TransactionIndex: Sendable, Equatable {
    /// Bytes of an entry.
    package static let entrySize = 34

    /// The entries, ascending by last offset.
    package var entries: [AbortedTransaction] = []

    /// An empty index.
    package init() {}

    /// Reads a file's bytes; nil when they are not whole entries of version 0 with ascending last offsets.
    package init?(reading bytes: ByteBuffer) {
        guard bytes.readableBytes % Self.entrySize == 0 else { return nil }
        var bytes = bytes
        while let (version, producerID, first, last, stable) = bytes.readMultipleIntegers(
            as: (Int16, Int64, Int64, Int64, Int64).self
        ) {
            guard version == 0, first >= 0, last >= first, entries.last.map({ $0.lastOffset < last }) ?? true else {
                return nil
            }
            entries.append(
                AbortedTransaction(
                    producerID: producerID,
                    firstOffset: first,
                    lastOffset: last,
                    lastStableOffset: stable
                )
            )
        }
    }

    /// The file's bytes.
    package var bytes: ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: entries.count * Self.entrySize)
        for entry in entries {
            buffer.writeMultipleIntegers(
                Int16(0),
                entry.producerID,
                entry.firstOffset,
                entry.lastOffset,
                entry.lastStableOffset
            )
        }
        return buffer
    }
}
