import Foundation
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@Suite("Record batches")
struct RecordBatchTests {
    private static let codecs = CompressionCodec.allCases

    @Test("what a builder writes reads back the same in every codec", arguments: codecs)
    func roundTrip(codec: CompressionCodec) throws {
        var builder = RecordBatchBuilder(codec: codec, baseOffset: 40, producerID: 7, producerEpoch: 1, baseSequence: 3)
        for index in 0..<500 {
            builder.append(
                timestamp: 1_795_269_751_685 - Int64(index % 9),
                key: index % 5 == 0 ? nil : ByteBuffer(string: "key-\(index)"),
                value: index % 7 == 0
                    ? nil : ByteBuffer(string: String(repeating: "value \(index) ", count: index % 11)),
                headers: [
                    Record.Header(
                        name: ByteBuffer(string: "trace"), value: index % 2 == 0 ? nil : ByteBuffer(string: "x"))
                ]
            )
        }
        let bytes = try builder.build()
        let header = try RecordBatchHeader(reading: bytes, at: bytes.readerIndex)
        #expect(header.hasValidChecksum(in: bytes))
        #expect(header.sizeInBytes == bytes.readableBytes)
        #expect(header.maxTimestamp == 1_795_269_751_685)
        #expect(header.lastOffset == 539)
        var seen = 0
        try RecordBatch(header: header, bytes: bytes).records(limit: 1 << 20).forEach { record in
            #expect(record.offset == Int64(40 + seen))
            #expect(record.timestamp == 1_795_269_751_685 - Int64(seen % 9))
            #expect(record.key.map { String(buffer: $0) } == (seen % 5 == 0 ? nil : "key-\(seen)"))
            #expect((record.value == nil) == (seen % 7 == 0))
            #expect(record.headers.count == 1)
            seen += 1
            return true
        }
        #expect(seen == 500)
    }

    @Test("records never decompress past the limit", arguments: codecs.dropFirst())
    func bomb(codec: CompressionCodec) throws {
        let plain = ByteBuffer(bytes: [UInt8](repeating: 65, count: 1 << 20))
        let packed = try codec.compress(plain)
        #expect(try codec.decompress(packed, limit: 1 << 20) == plain)
        #expect(throws: RecordBatchError.decompressedTooLarge(limit: (1 << 20) - 1)) {
            try codec.decompress(packed, limit: (1 << 20) - 1)
        }
        #expect(throws: RecordBatchError.self) {
            try codec.decompress(packed.getSlice(at: 0, length: packed.readableBytes / 2) ?? packed, limit: 1 << 20)
        }
    }

    @Test("damaged bytes give errors, never a trap or a wrong record")
    func mutations() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for round in 0..<4000 {
            let codec = Self.codecs[round % Self.codecs.count]
            var builder = RecordBatchBuilder(codec: codec)
            for index in 0..<20 {
                builder.append(
                    timestamp: Int64(index), key: ByteBuffer(string: "k\(index)"),
                    value: ByteBuffer(string: "v\(index)"))
            }
            var bytes = try builder.build()
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes.setInteger(
                    UInt8.random(in: 0...255, using: &random),
                    at: Int.random(in: 0..<bytes.readableBytes, using: &random))
            }
            bytes = bytes.getSlice(at: 0, length: Int.random(in: 0...bytes.readableBytes, using: &random)) ?? bytes
            for batch in RecordBatches(bytes) {
                _ = batch.header.hasValidChecksum(in: batch.bytes)
                guard let records = try? batch.records(limit: 1 << 16) else { continue }
                try? records.forEach { _ in true }
                try? records.forEachOutline { _ in }
            }
        }
    }

    @Test("the checksum is CRC-32C at every length and alignment")
    func checksum() {
        #expect(
            "123456789".utf8.withContiguousStorageIfAvailable { CRC32C.checksum(UnsafeRawBufferPointer($0)) }
                == 0xE306_9283)
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) }
        bytes.withUnsafeBytes { all in
            for (start, end) in [(0, 40_000), (1, 12_289), (3, 12_291), (5, 36_869), (7, 100)] {
                let whole = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: all[start..<end]))
                // Small steps take the serial path only, so the two paths check each other.
                var steps: UInt32 = 0
                for at in stride(from: start, to: end, by: 1000) {
                    steps = CRC32C.checksum(
                        UnsafeRawBufferPointer(rebasing: all[at..<min(end, at + 1000)]), continuing: steps)
                }
                #expect(whole == steps)
            }
        }
    }
}
