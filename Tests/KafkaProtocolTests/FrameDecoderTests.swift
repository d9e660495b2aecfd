import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@Suite("Frame decoder")
struct FrameDecoderTests {
    @Test(
        "frames come out whole and in order, however the bytes are cut",
        arguments: [11, 12, 13, 14, 15, 16] as [UInt64])
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let frames = (0..<200).map { _ -> [UInt8] in
            let size =
                Bool.random(using: &random)
                ? Int.random(in: 0..<40, using: &random) : Int.random(in: 0..<9_000, using: &random)
            return (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        var wire = ByteBuffer()
        for frame in frames {
            wire.writeInteger(Int32(frame.count))
            wire.writeBytes(frame)
        }
        var decoder = FrameDecoder(limit: 9_000)
        var seen: [[UInt8]] = []
        var kept: [ByteBuffer] = []
        while wire.readableBytes > 0 {
            let longest = [1, 5, 300, 20_000].randomElement(using: &random) ?? 1
            let count = min(wire.readableBytes, Int.random(in: 1...longest, using: &random))
            // A buffer of its own, as a socket gives it.
            decoder.append(ByteBuffer(bytes: wire.readBytes(length: count) ?? []))
            while let frame = try decoder.next() {
                seen.append(Array(frame.readableBytesView))
                // Frames that are still worked on must not change when more arrives.
                if Bool.random(using: &random) { kept.append(frame) }
            }
        }
        #expect(seen == frames, "seed \(seed)")
        #expect(kept.allSatisfy { frame in frames.contains(Array(frame.readableBytesView)) }, "seed \(seed)")
        #expect(decoder.bufferedBytes == 0)
    }

    @Test(
        "a length below zero or above the limit is refused before anything else arrives",
        arguments: [-1, .min, 1_001, .max] as [Int32])
    func badLengths(length: Int32) {
        var decoder = FrameDecoder(limit: 1_000)
        decoder.append(ByteBuffer(integer: length))
        var seen: FrameDecoder.InvalidLength?
        do { _ = try decoder.next() } catch { seen = error }
        #expect(seen == FrameDecoder.InvalidLength(length: length, limit: 1_000))
    }

    @Test("the largest frame allowed is taken")
    func largest() throws {
        var decoder = FrameDecoder(limit: 1_000)
        decoder.append(ByteBuffer(integer: Int32(1_000)))
        let none = try decoder.next()
        #expect(none == nil)
        decoder.append(ByteBuffer(repeating: 7, count: 1_000))
        let frame = try decoder.next()
        #expect(frame?.readableBytes == 1_000)
    }

    @Test("who announces 100 MiB and sends a little makes the decoder hold little")
    func announcedButNotSent() throws {
        var decoder = FrameDecoder(limit: 100 << 20)
        decoder.append(ByteBuffer(integer: Int32(100 << 20)))
        for _ in 0..<1_000 {
            decoder.append(ByteBuffer(repeating: 0, count: 10))
            let none = try decoder.next()
            #expect(none == nil)
        }
        #expect(decoder.heldBytes <= 2 * FrameDecoder.reservedBytes)
    }
}
