import BrokerCore
import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@Suite("A damaged log directory")
struct DamageTests {
    /// A log of about fifty batches in several segments, closed in order, with transactions.
    private func filled(_ random: inout SeededGenerator) throws -> FreshLog {
        let fresh = try FreshLog {
            $0.segmentBytes = 900
            $0.indexIntervalBytes = 150
        }
        for number in 0..<50 {
            let value = String(repeating: "v", count: random.below(60))
            let isLast = number % 10 == 9
            let bytes = try batch(
                [Int64(number)],
                value: value,
                attributes: .transactional,
                producer: Int64(number / 10),
                epoch: 0,
                sequence: Int32(number % 10)
            )
            _ = try fresh.log.append(bytes)
            if isLast {
                let end = try marker(producer: Int64(number / 10), commits: random.chance(50))
                _ = try fresh.log.append(end, origin: .coordinator)
            }
        }
        try fresh.log.close(clean: true)
        return fresh
    }

    @Test("still gives every batch that the damage did not touch", arguments: UInt64(1)...60)
    func logFiles(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fresh = try filled(&random)
        let originals = try CrashModel.batches(fresh.reopened(clean: true))
        let segments = try fresh.disk.list("/log/t-0").filter { $0.hasSuffix(".log") }
        var touched: Set<Int64> = []
        var intact: [String: ByteBuffer] = [:]
        for name in segments { intact[name] = try fresh.disk.readFile("/log/t-0/\(name)") }
        for _ in 0...random.below(2) {
            let name = segments[random.below(segments.count)]
            var bytes = try #require(try fresh.disk.readFile("/log/t-0/\(name)"))
            let damage = Self.damage(&bytes, &random)
            var position = 0
            for batch in RecordBatches(try #require(intact[name])) {
                let range = position..<(position + batch.header.sizeInBytes)
                if range.overlaps(damage) { touched.insert(batch.header.baseOffset) }
                position = range.upperBound
            }
            try fresh.disk.replaceFile("/log/t-0/\(name)", with: bytes)
        }
        let log = try fresh.reopened(clean: false)
        let found = try CrashModel.batches(log)
        let expected = originals.filter { !touched.contains($0.header.baseOffset) }
        let missing = expected.filter { !found.contains($0) }.map(\.header.baseOffset)
        #expect(missing == [], "seed \(seed), touched \(touched.sorted()), \(log.recovery)")
        #expect(found.allSatisfy { batch in originals.contains { Self.isSame($0, batch) } }, "seed \(seed)")
        for offset in log.offsets.start..<min(60, log.offsets.end) {
            let next = Array(RecordBatches(try log.read(from: offset, maxBytes: 1).records)).first
            #expect(next == found.first { $0.header.lastOffset >= offset }, "seed \(seed), offset \(offset)")
        }
        // What was repaired stays repaired.
        let again = try fresh.reopened(clean: false)
        #expect(again.offsets.end == log.offsets.end && again.recovery.cuts.isEmpty, "seed \(seed)")
        #expect(try CrashModel.batches(again) == found)
    }

    @Test("is opened and read without a trap whatever its files hold", arguments: UInt64(1)...60)
    func anyFile(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fresh = try filled(&random)
        let originals = try CrashModel.batches(fresh.reopened(clean: true))
        let names = try fresh.disk.list("/log/t-0").filter { $0 != PartitionMetadata.fileName }
        for _ in 0...random.below(4) {
            let path = "/log/t-0/\(names[random.below(names.count)])"
            guard var bytes = try fresh.disk.readFile(path) else { continue }
            _ = Self.damage(&bytes, &random)
            try fresh.disk.replaceFile(path, with: bytes)
        }
        let log = try fresh.reopened(clean: random.chance(50))
        // A log that claims to be closed in order is believed; readers check what they get.
        for offset in log.offsets.start...min(60, log.offsets.end) {
            guard let read = try? log.read(from: offset, maxBytes: 1000, isolation: .readCommitted) else { continue }
            for batch in RecordBatches(read.records) where batch.header.hasValidChecksum(in: batch.bytes) {
                let isOriginal = originals.contains { Self.isSame($0, batch) }
                #expect(isOriginal, "seed \(seed), offset \(batch.header.baseOffset)")
            }
        }
        for time in Int64(0)...55 { _ = try? log.offset(forTimestamp: time) }
        _ = try? log.offsetOfMaxTimestamp()
        #expect(throws: Never.self) { _ = try log.append(batch()) }
    }

    @Test("says where bytes were cut that were no batch, though it claims to be closed in order")
    func badTail() throws {
        var random = SeededGenerator(seed: 7)
        let fresh = try filled(&random)
        let name = try #require(try fresh.disk.list("/log/t-0").last { $0.hasSuffix(".log") })
        var bytes = try #require(try fresh.disk.readFile("/log/t-0/\(name)"))
        let size = bytes.readableBytes
        bytes.writeRepeatingByte(0, count: 100)
        try fresh.disk.replaceFile("/log/t-0/\(name)", with: bytes)
        let log = try fresh.reopened(clean: true)
        #expect(log.recovery.cuts.map(\.bytes) == [100])
        #expect(log.recovery.cuts.map(\.position) == [Int64(size)])
        #expect(try fresh.disk.readFile("/log/t-0/\(name)")?.readableBytes == size)
    }

    /// Whether two batches are the same but for base offset and leader epoch, which no checksum protects.
    private static func isSame(_ left: RecordBatch, _ right: RecordBatch) -> Bool {
        left.bytes.readableBytesView.dropFirst(16) == right.bytes.readableBytesView.dropFirst(16)
    }

    /// Flips a bit, zeroes or scribbles over a range, or cuts; answers with the touched range.
    private static func damage(_ bytes: inout ByteBuffer, _ random: inout SeededGenerator) -> Range<Int> {
        guard bytes.readableBytes > 0 else { return 0..<0 }
        let start = random.below(bytes.readableBytes)
        let end = min(bytes.readableBytes, start + 1 + random.below(200))
        switch random.below(4) {
        case 0:
            let old = bytes.getInteger(at: start, as: UInt8.self) ?? 0
            bytes.setInteger(old ^ (1 << UInt8(random.below(8))), at: start)
            return start..<(start + 1)
        case 1:
            bytes.setRepeatingByte(0, count: end - start, at: start)
            return start..<end
        case 2:
            for index in start..<end { bytes.setInteger(UInt8(random.below(256)), at: index) }
            return start..<end
        default:
            let range = start..<bytes.readableBytes
            bytes.moveWriterIndex(to: start)
            return range
        }
    }
}
