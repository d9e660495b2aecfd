import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@Suite("A crash in the middle of a repair or a replacement")
struct RepairCrashTests {
    /// How chances fall at each place of a crash: more when many seeds are asked for.
    static let seeds: UInt64 = CrashTests.seeds > 1000 ? 20 : 4

    /// Opens what is on a disk.
    private func open(
        _ disk: SimulatedDisk,
        like fresh: FreshLog,
        clean: Bool = false,
        recoveryPoint: Int64 = 0
    ) throws -> PartitionLog {
        try PartitionLog.open(
            topicPartition: fresh.log.topicPartition,
            topicID: fresh.log.topicID,
            directory: fresh.log.directory,
            config: fresh.log.config,
            recoveryPoint: recoveryPoint,
            hadCleanShutdown: clean,
            storage: disk,
            clock: fresh.clock
        )
    }

    /// Twelve records of three keys in segments of three, all durable.
    private func filled() throws -> FreshLog {
        let fresh = try FreshLog { $0.segmentBytes = 230 }
        for number in 0..<12 {
            _ = try fresh.log.append(
                batch([Int64(number)], key: "k\(number % 3)", producer: 1, epoch: 0, sequence: Int32(number)))
        }
        try fresh.log.flush()
        return fresh
    }

    @Test("leaves either the old segments or the new ones, wherever it comes and however often")
    func replacement() throws {
        var cut = 0
        var isCut = true
        while isCut {
            cut += 1
            var openingCut = 0
            var isOpeningCut = true
            while isOpeningCut {
                (isCut, isOpeningCut) = (false, false)
                for seed in UInt64(1)...Self.seeds {
                    var random = SeededGenerator(seed: seed)
                    let fresh = try filled()
                    fresh.disk.plan(.powerCut, atCall: cut)
                    _ = try? replace(fresh)
                    isCut = isCut || fresh.disk.isDead
                    var disk = fresh.disk.crashed(using: &random)
                    if openingCut > 0 { disk.plan(.powerCut, atCall: openingCut) }
                    let first = try? open(disk, like: fresh)
                    // As a broker does before it answers anybody.
                    try? first?.flush()
                    isOpeningCut = isOpeningCut || disk.isDead || openingCut == 0
                    disk = disk.crashed(using: &random)
                    let log = try open(disk, like: fresh)
                    let offsets = try CrashModel.batches(log).map(\.header.baseOffset)
                    let old = Array(Int64(0)..<12)
                    let new = old.filter { $0 >= 8 || $0 == 2 }
                    #expect(offsets == old || offsets == new, "cut \(cut), then \(openingCut), seed \(seed)")
                    #expect(log.offsets.end == 12)
                }
                openingCut += 1
            }
        }
        #expect(cut > 10)
    }

    /// Replaces the first three segments by two that have one record each.
    private func replace(_ fresh: FreshLog) throws {
        let segments = try fresh.log.segments.filter { !$0.isActive }.prefix(3)
        let cleaned = [try fresh.log.beginCleanedSegment(at: 0), try fresh.log.beginCleanedSegment(at: 3)]
        for segment in segments {
            let bytes = try fresh.log.bytes(ofSegment: segment.baseOffset, from: 0, maxBytes: 1 << 20) ?? ByteBuffer()
            for batch in RecordBatches(bytes) {
                if batch.header.baseOffset == 2 { try cleaned[0].append(batch.bytes, [batch.header]) }
                if batch.header.baseOffset == 8 { try cleaned[1].append(batch.bytes, [batch.header]) }
            }
        }
        _ = try fresh.log.replaceSegments(with: cleaned, replacing: segments.map(\.baseOffset))
    }

    @Test("loses no batch that was readable behind damage, wherever it comes, also after a clean stop")
    func quarantine() throws {
        var openingCut = 0
        var isCut = true
        while isCut {
            isCut = openingCut == 0
            for seed in UInt64(1)...Self.seeds {
                var random = SeededGenerator(seed: seed)
                let fresh = try FreshLog()
                for number in 0..<30 { _ = try fresh.log.append(batch([Int64(number)])) }
                try fresh.log.flush()
                // Two holes; all that is between and behind them has to stay.
                let path = "/log/t-0/00000000000000000000.log"
                var bytes = try #require(try fresh.disk.readFile(path))
                let size = bytes.readableBytes / 30
                for hole in [5, 17] { bytes.setInteger(UInt8(7), at: hole * size + size - 1) }
                try fresh.disk.replaceFile(path, with: bytes)
                let expected = (Int64(0)..<30).filter { $0 != 5 && $0 != 17 }

                var disk = fresh.disk
                if openingCut > 0 { disk.plan(.powerCut, atCall: openingCut) }
                let first = try? open(disk, like: fresh, recoveryPoint: 30)
                isCut = isCut || disk.isDead
                disk.unplan()
                let wasStopped = !disk.isDead && (try? first?.close(clean: true)) != nil
                disk = disk.crashed(using: &random)
                let log = try open(disk, like: fresh, clean: wasStopped, recoveryPoint: 30)
                let offsets = try CrashModel.batches(log).map(\.header.baseOffset)
                #expect(offsets == expected, "cut \(openingCut), seed \(seed)")
                let kept = try disk.readFile(path + ".corrupt")
                #expect(kept == bytes, "cut \(openingCut), seed \(seed)")
            }
            openingCut += 1
        }
        #expect(openingCut > 10)
    }
}
