import DemoWorkload
import KafkaProtocol
import NIOCore

/// Batches encoded beforehand, as a producer would send them.
enum PreparedBatch {
    /// A batch of records with readable, moderately repetitive values.
    ///
    /// - Parameters:
    ///   - bytes: The most bytes of the batch before compression; it comes as close as whole records let it.
    ///   - recordBytes: Bytes of a record's value.
    static func records(
        bytes: Int, recordBytes: Int = 1024, codec: CompressionCodec = .none
    ) throws -> (batch: ByteBuffer, count: Int) {
        var builder = RecordBatchBuilder(codec: codec)
        var random = SeededRandom(seed: 7)
        let time: Int64 = 1_790_000_000_000
        // A record takes at most 20 bytes around its key and value.
        while builder.payloadBytes + recordBytes + 48 + RecordBatchHeader.size <= bytes || builder.count == 0 {
            let key = ByteBuffer(string: "user-\(random.next() % 100_000)")
            builder.append(timestamp: time, key: key, value: value(recordBytes, &random))
        }
        return (try builder.build(), builder.count)
    }

    /// A value that looks like a page view in JSON, padded with hexadecimal digits.
    static func value(_ bytes: Int, _ random: inout SeededRandom) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: bytes + 64)
        buffer.writeString(
            "{\"page\":\"/products/\(random.next() % 5_000)\",\"ms\":\(random.next() % 900),\"trace\":\"")
        while buffer.readableBytes < bytes - 2 {
            var word = random.next()
            for _ in 0..<16 {
                buffer.writeInteger(UInt8(ascii: "a") + UInt8(word & 15))
                word >>= 4
            }
        }
        buffer.moveWriterIndex(to: max(0, bytes - 2))
        buffer.writeString("\"}")
        return buffer
    }
}
