import NIOCore
import SeededNumbers
import Testing

@testable import KafkaProtocol

@Suite("Codecs and frames")
struct CodecFrameTests {
    /// The codecs whose streams may be several, one behind the other.
    private static let framed: [CompressionCodec] = [.gzip, .lz4, .zstd]

    /// Text that compresses, but not to nothing, and differs from part to part.
    private static func text(_ part: Int, bytes: Int) -> ByteBuffer {
        var random = SeededGenerator(seed: UInt64(part))
        let words = ["offset", "segment", "tombstone", "weir", "lag", "group"]
        var text = ""
        while text.utf8.count < bytes { text += "\(words[Int.random(in: 0..<6, using: &random)]) " }
        return ByteBuffer(string: String(text.prefix(bytes)))
    }

    private static func joined(_ parts: [ByteBuffer]) -> ByteBuffer {
        var all = ByteBuffer()
        for part in parts { all.writeImmutableBuffer(part) }
        return all
    }

    @Test("all frames of a stream are read, whatever their sizes", arguments: framed)
    func severalFrames(codec: CompressionCodec) throws {
        let parts = [0, 1, 70_000, 0, 300_000, 17].enumerated().map { Self.text($0.offset, bytes: $0.element) }
        let stream = Self.joined(try parts.map { try codec.compress($0) })
        #expect(try codec.decompress(stream, limit: 1 << 20) == Self.joined(parts))
    }

    @Test("the limit holds for all frames together", arguments: framed)
    func limit(codec: CompressionCodec) throws {
        let frame = try codec.compress(Self.text(1, bytes: 1000))
        let stream = Self.joined(Array(repeating: frame, count: 50))
        #expect(try codec.decompress(stream, limit: 50_000).readableBytes == 50_000)
        #expect(throws: RecordBatchError.decompressedTooLarge(limit: 49_999)) {
            try codec.decompress(stream, limit: 49_999)
        }
    }

    @Test("a later frame that is damaged or cut off fails the whole", arguments: framed)
    func damagedLaterFrame(codec: CompressionCodec) throws {
        let frame = try codec.compress(Self.text(2, bytes: 5000))
        let stream = Self.joined([frame, frame])
        #expect(throws: RecordBatchError.codecFailed(codec)) {
            try codec.decompress(#require(stream.getSlice(at: 0, length: stream.readableBytes - 20)), limit: 1 << 20)
        }
        var damaged = stream
        for at in stride(from: frame.readableBytes + 12, to: stream.readableBytes - 12, by: 3) {
            damaged.setInteger(UInt8(0xA5), at: at)
        }
        #expect(throws: RecordBatchError.codecFailed(codec)) { try codec.decompress(damaged, limit: 1 << 20) }
    }

    @Test("what follows and is no frame fails, save behind gzip, where Java's reader leaves it alone too")
    func trailingBytes() throws {
        let text = Self.text(3, bytes: 500)
        for codec in Self.framed {
            let stream = Self.joined([try codec.compress(text), ByteBuffer(string: "not a frame")])
            if codec == .gzip {
                #expect(try codec.decompress(stream, limit: 1 << 20) == text)
            } else {
                #expect(throws: RecordBatchError.codecFailed(codec)) { try codec.decompress(stream, limit: 1 << 20) }
            }
        }
    }

    @Test("members as Python's gzip writes them, and frames to be skipped, are read as their makers mean them")
    func otherMakers() throws {
        let members: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x4b, 0xcb, 0x2c, 0x2a, 0x2e, 0x51, 0x00, 0x00,
            0xfc, 0x7a, 0xf1, 0x1c, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x8b, 0x08, 0x08, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff,
            0x70, 0x61, 0x72, 0x74, 0x2d, 0x32, 0x2e, 0x74, 0x78, 0x74, 0x00, 0x2b, 0x4e, 0x4d, 0xce, 0xcf, 0x4b, 0x01,
            0x00, 0x69, 0x11, 0x1f, 0xb6, 0x06, 0x00, 0x00, 0x00,
        ]
        let plain = try CompressionCodec.gzip.decompress(ByteBuffer(bytes: members), limit: 100)
        #expect(String(buffer: plain) == "first second")
        // lz4 and zstd share the skippable frame: magic, length, bytes of no meaning.
        let skipped: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 7, 7, 7]
        let text = Self.text(4, bytes: 900)
        for codec in [CompressionCodec.lz4, .zstd] {
            let frame = try codec.compress(text)
            let stream = Self.joined([ByteBuffer(bytes: skipped), frame, ByteBuffer(bytes: skipped), frame])
            #expect(try codec.decompress(stream, limit: 1 << 20) == Self.joined([text, text]))
        }
    }

    @Test("levels trade time for size, and every one reads back")
    func levels() throws {
        let text = Self.text(5, bytes: 200_000)
        let levels: [(CompressionCodec, [Int32])] = [
            (.gzip, [1, 9, -1]), (.lz4, [9, 1, 2, 12, 17]), (.zstd, [-131_072, 1, 3, 22]),
        ]
        for (codec, levels) in levels {
            var sizes: [Int32: Int] = [:]
            for level in levels {
                let packed = try codec.compress(text, level: level)
                #expect(try codec.decompress(packed, limit: 1 << 20) == text)
                sizes[level] = packed.readableBytes
            }
            #expect(try codec.compress(text).readableBytes == sizes[codec.defaultLevel])
            // The first of each list is the quickest and coarsest.
            #expect(sizes.filter { $0.key != levels[0] }.allSatisfy { $0.value < sizes[levels[0]] ?? 0 }, "\(sizes)")
        }
    }

    @Test("the processor's checksum is the table's, at every length and alignment")
    func checksumPaths() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<60_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes.withUnsafeBytes { all in
            for round in 0..<3000 {
                let start = Int.random(in: 0..<16, using: &random)
                // Below and above the three streams of 4 KiB that run interleaved.
                let length = Int.random(in: 0...(round % 4 == 0 ? 50_000 : 300), using: &random)
                let part = UnsafeRawBufferPointer(rebasing: all[start..<start + length])
                let former = UInt32.random(in: 0...UInt32.max, using: &random)
                #expect(
                    CRC32C.checksum(part, continuing: former) == CRC32C.checksumByTable(part, continuing: former))
            }
        }
    }
}
