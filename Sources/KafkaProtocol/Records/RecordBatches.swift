package import NIOCore

/// One whole batch: its header and its bytes, a slice of where it was read from.
package struct RecordBatch: Sendable, Equatable {
    /// The header.
    package var header: RecordBatchHeader
    /// The whole batch, header included; the readable bytes begin with it.
    package var bytes: ByteBuffer

    /// A batch of bytes that hold it whole.
    package init(header: RecordBatchHeader, bytes: ByteBuffer) {
        self.header = header
        self.bytes = bytes
    }

    /// The records, decompressed.
    ///
    /// - Parameter limit: The most bytes they may take.
    /// - Throws: `.decompressedTooLarge`, `.codecFailed`, `.unknownCodec`, `.unsupportedMagic`.
    package func records(limit: Int) throws(RecordBatchError) -> RecordSequence {
        guard header.magic == 2 else { throw .unsupportedMagic(header.magic) }
        var payload = bytes
        payload.moveReaderIndex(forwardBy: min(RecordBatchHeader.size, payload.readableBytes))
        let plain = try header.codec.decompress(payload, limit: limit)
        return RecordSequence(header: header, payload: plain)
    }
}

/// The batches in a buffer, one behind the other. A cut batch at the end is left alone; a bad length ends the walk with `problem`.
package struct RecordBatches: Sequence, IteratorProtocol {
    private var rest: ByteBuffer
    /// What ended the walk before the end of the buffer; nil while all is well.
    package private(set) var problem: RecordBatchError?

    /// The batches from the buffer's reader index on.
    package init(_ buffer: ByteBuffer) { rest = buffer }

    /// Bytes not yet walked.
    package var remaining: Int { rest.readableBytes }

    package mutating func next() -> RecordBatch? {
        guard problem == nil, rest.readableBytes > 0 else { return nil }
        do {
            let header = try RecordBatchHeader(reading: rest, at: rest.readerIndex)
            guard let bytes = rest.readSlice(length: header.sizeInBytes) else {
                problem = .truncated(needed: header.sizeInBytes, left: rest.readableBytes)
                return nil
            }
            return RecordBatch(header: header, bytes: bytes)
        } catch {
            problem = error
            return nil
        }
    }
}
