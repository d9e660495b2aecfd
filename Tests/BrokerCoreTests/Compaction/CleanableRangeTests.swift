import Testing

@testable import BrokerCore

@Suite("What of a log can be cleaned")
struct CleanableRangeTests {
    private let now: Int64 = 1_795_000_000_000

    /// Segments of 100 offsets and 1000 bytes; each is an hour younger than the one before, the last one is active.
    private func segments(_ count: Int) -> [SegmentInfo] {
        (0..<count).map { index in
            let age = Int64(count - index) * 3_600_000
            return SegmentInfo(
                baseOffset: Int64(index) * 100,
                nextOffset: Int64(index + 1) * 100,
                bytes: 1000,
                maxTimestamp: now - age,
                firstBatchTimestamp: now - age - 60_000,
                lastModified: now - age,
                isActive: index == count - 1
            )
        }
    }

    private func range(
        _ count: Int,
        checkpoint: Int64?,
        start: Int64 = 0,
        stable: Int64? = nil,
        rollsActive: Bool = false,
        _ change: (inout LogConfig) -> Void = { _ in }
    ) -> (range: CleanableRange, config: LogConfig) {
        var config = LogConfig()
        config.cleanupPolicy = .compact
        change(&config)
        let end = Int64(count) * 100
        let offsets = LogOffsets(
            start: start, highWatermark: end, lastStable: stable ?? end, end: end, recoveryPoint: end)
        let range = CleanableRange(
            segments: segments(count),
            offsets: offsets,
            checkpoint: checkpoint,
            config: config,
            rollsActive: rollsActive,
            now: now
        )
        return (range, config)
    }

    @Test("the active segment is out of it, unless it is rolled first")
    func active() {
        let usual = range(4, checkpoint: 100).range
        #expect(usual.firstDirtyOffset == 100 && usual.firstUncleanableOffset == 300)
        #expect(usual.cleanBytes == 1000 && usual.cleanableBytes == 2000 && usual.uncleanableBytes == 1000)
        #expect(usual.limit == .activeSegment)
        let rolled = range(4, checkpoint: 100, rollsActive: true).range
        #expect(rolled.firstUncleanableOffset == 400 && rolled.cleanableBytes == 3000 && rolled.uncleanableBytes == 0)
    }

    @Test("nothing from the segment of an open transaction on is cleaned")
    func openTransaction() {
        let range = range(5, checkpoint: nil, stable: 250).range
        #expect(range.firstUncleanableOffset == 200 && range.limit == .openTransaction)
    }

    @Test("records younger than min.compaction.lag.ms wait")
    func minLag() {
        let range = range(5, checkpoint: 0) { $0.minCompactionLagMs = 3_600_000 * 3 - 1 }.range
        #expect(range.firstUncleanableOffset == 300 && range.limit == .minCompactionLag)
    }

    @Test("a log is due when it is dirtier than its ratio, or its oldest dirty record has waited too long")
    func eligible() {
        let half = range(5, checkpoint: 200)
        #expect(half.range.dirtyRatio == 0.5 && !half.range.isEligible(half.config))
        let more = range(5, checkpoint: 100)
        #expect(more.range.isEligible(more.config))
        let late = range(5, checkpoint: 300) { $0.maxCompactionLagMs = 3_600_000 }
        #expect(late.range.overdueMs == 3_600_000 + 60_000 && late.range.isEligible(late.config))
        let clean = range(5, checkpoint: 400) { $0.maxCompactionLagMs = 1 }
        #expect(!clean.range.isEligible(clean.config))
    }

    @Test("a checkpoint outside the log begins anew", arguments: [-5, 9999] as [Int64])
    func foreignCheckpoint(checkpoint: Int64) {
        let range = range(4, checkpoint: checkpoint, start: 50).range
        #expect(range.firstDirtyOffset == 50 && range.cleanBytes == 0)
    }

    @Test("segments are grouped as long as they fit one segment")
    func groups() {
        let groups = SegmentGroups.group(segments(7), maxBytes: 3000, maxIndexEntries: 1000, indexIntervalBytes: 512)
        #expect(groups.map { $0.map(\.baseOffset) } == [[0, 100, 200], [300, 400, 500], [600]])
        let entries = SegmentGroups.group(segments(4), maxBytes: 99_999, maxIndexEntries: 3, indexIntervalBytes: 512)
        #expect(entries.map(\.count) == [1, 1, 1, 1])
    }
}
