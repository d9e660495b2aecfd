import Cluster
import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("The preview of a compaction")
struct CompactionPreviewTests {
    @Test("it says what goes, what stays, and what holds the rest back", arguments: [1, 5, 9] as [UInt64])
    func preview(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = try ModelLog(keys: 10, segmentBytes: 1500)
        for _ in 0..<60 { try model.append(&random) }
        for _ in 0..<4 { try model.endTransaction(&random) }
        let size = model.log.size
        let range = try model.range(rollsActive: true)
        let preview = try #require(try model.log.previewCompaction(range))
        #expect(model.log.size == size)
        #expect(preview.endOffset == model.log.offsets.end)
        #expect(preview.recordsBefore == Int64(model.written.count))
        try model.clean(rollsActive: true)
        #expect(model.log.size == size - preview.bytesRemoved)
        let left = preview.recordsBefore - preview.recordsRemoved
        #expect(preview.keysKept == left)
        let tombstones = try #require(preview.holds.last)
        #expect(tombstones.records == preview.tombstonesKept && tombstones.reason.contains("delete.retention.ms"))
        // 20 seconds after the cleaning that the clock of the model stands at.
        #expect(tombstones.reason.contains(DumpText.time(model.clock.wallMilliseconds + 20_000)))
    }

    @Test("the active segment, an open transaction and young records are named with their bytes and records")
    func holds() throws {
        var random = SeededGenerator(seed: 3)
        let model = try ModelLog(keys: 10, segmentBytes: 1500)
        while try model.log.segments.count < 4 || model.log.producers.openTransactions.isEmpty {
            try model.append(&random)
        }
        let open = try #require(try model.log.previewCompaction(try model.range()))
        #expect(open.holds.first?.reason == "a transaction is open from offset \(model.log.offsets.lastStable) on")
        for _ in 0..<4 { try model.endTransaction(&random) }
        let range = try model.range()
        let active = try #require(try model.log.previewCompaction(range)?.holds.first)
        #expect(active.reason.contains("active segment"))
        #expect(active.bytes == range.uncleanableBytes)
        let held = model.written.keys.filter { $0 >= range.firstUncleanableOffset }.count
        #expect(active.records == Int64(held))
        var config = model.config
        config.minCompactionLagMs = 3_600_000
        model.log.updateConfig(config)
        let young = try model.log.cleanableRange(checkpoint: nil)
        #expect(try model.log.previewCompaction(young)?.holds.first?.reason.contains("min.compaction.lag.ms") == true)
    }

    @Test("it can be given up")
    func stopped() throws {
        var random = SeededGenerator(seed: 4)
        let model = try ModelLog(keys: 10, segmentBytes: 1500)
        for _ in 0..<40 { try model.append(&random) }
        for _ in 0..<4 { try model.endTransaction(&random) }
        #expect(try model.log.previewCompaction(try model.range(), goOn: { _ in false }) == nil)
    }
}
