import Cluster
import Operations
import Testing

@Suite("What a reset would mean")
struct ReplayPreviewTests {
    private let place = TopicPartition(topic: "orders", partition: 0)

    /// A log of 1,000 to 2,000 in two segments of 600 and 400 offsets, with the commit at 1,900.
    private func facts(_ retention: TopicRetention = TopicRetention()) -> ReplayFacts {
        var facts = ReplayFacts(readAt: 10_000_000)
        facts.partitions[place] = PartitionDescription(
            partition: 0, offsets: PartitionOffsets(logStart: 1000, highWatermark: 2000), sizeBytes: 100_000)
        facts.retention["orders"] = retention
        facts.segments[place] = [
            SegmentDescription(
                baseOffset: 1000, nextOffset: 1600, sizeBytes: 60_000, largestTimestamp: 8_000_000, isActive: false),
            SegmentDescription(
                baseOffset: 1600, nextOffset: 2000, sizeBytes: 40_000, largestTimestamp: 9_900_000, isActive: true),
        ]
        return facts
    }

    private func preview(
        _ scenario: ResetScenario, _ facts: ReplayFacts, committed: Int64? = 1900, state: GroupState = .empty
    ) throws -> ReplayPreview {
        let commits = committed.map { [place: $0] } ?? [:]
        let group = GroupDescription(
            groupID: "g", state: state,
            commits: commits.map { CommittedOffset(topicPartition: $0.key, offset: $0.value) })
        let bounds = facts.partitions.compactMapValues {
            $0.offsets.map(Result<PartitionOffsets, ClusterError>.success)
        }
        let plan = try ResetPlan(
            ResetRequest(
                groups: ["g"], scope: .topics([ResetTopic("orders", partitions: [0])]), scenario: scenario,
                plansRefused: true),
            ResetFacts(groups: ["g": group], bounds: bounds, found: [place: .success(1200)]))
        return ReplayPreview(group: "g", plan: plan, bounds: bounds, commits: commits, facts: facts)
    }

    @Test(
        "bytes are exact over whole segments, a share within one, and a share of the partition where segments are unknown"
    )
    func bytes() throws {
        var facts = facts()
        #expect(try preview(.earliest, facts, committed: 2000).bytes.reread == Estimate(100_000))
        #expect(try preview(.offset(1600), facts, committed: 2000).bytes.reread == Estimate(40_000))
        // 300 of 600 offsets, and 300 of 400.
        #expect(try preview(.offset(1300), facts).bytes.reread == Estimate(60_000, isExact: false))
        #expect(try preview(.latest, facts).bytes.skipped == Estimate(10_000, isExact: false))
        facts.segments = [:]
        #expect(try preview(.offset(1300), facts).bytes.reread == Estimate(60_000, isExact: false))
        facts.partitions[place]?.sizeBytes = nil
        #expect(try preview(.offset(1300), facts).bytes.reread == nil)
    }

    @Test(
        "what compaction took away is counted where all was read, reckoned where some was, and only below the cleaner's point"
    )
    func compactedAway() throws {
        var kept = TopicRetention()
        kept.isCompacted = true
        var facts = facts(kept)
        facts.partitions[place]?.cleaning = CleaningState(
            firstDirtyOffset: 1400, firstUncleanableOffset: 1600, cleanBytes: 0, cleanableBytes: 0, uncleanableBytes: 0,
            isEligible: false)
        facts.samples[place] = [
            OffsetSample(offsets: 1000..<1200, records: 50), OffsetSample(offsets: 1200..<1400, records: 30),
        ]
        let exact = try preview(.earliest, facts)
        #expect(exact.compactedAway == Estimate(320))
        #expect(exact.reread == Estimate(900 - 320))
        facts.samples[place] = [OffsetSample(offsets: 1000..<1100, records: 25)]
        let partly = try preview(.earliest, facts)
        #expect(partly.compactedAway == Estimate(300, isExact: false))
        #expect(partly.reread == Estimate(600, isExact: false))
        #expect(try preview(.offset(1500), facts).compactedAway == Estimate(0))
        facts.retention["orders"]?.isCompacted = false
        #expect(try preview(.earliest, facts).compactedAway == nil)
    }

    @Test(
        "a group with members is refused and shown all the same; the span and the duration are those of what is read again"
    )
    func lockedGroup() throws {
        var facts = facts()
        facts.targets[place] = .record(FetchedRecord(offset: 1200, timestamp: 8_500_000, key: nil, value: nil))
        facts.committed[place] = .record(FetchedRecord(offset: 1900, timestamp: 9_500_000, key: nil, value: nil))
        let it = try preview(.time(1), facts, state: .stable)
        #expect(it.refusal?.reason == .active(.stable))
        #expect(it.rows.map(\.target) == [1200])
        #expect(it.reread == Estimate(700))
        #expect(it.span == 8_500_000...9_500_000)
        #expect(it.duration(recordsPerSecond: 70) == 10_000)
        #expect(it.duration(recordsPerSecond: 0) == nil && it.duration(recordsPerSecond: nil) == nil)
        #expect(it.directions == (1, 0))
        #expect(try preview(.time(1), facts).refusal == nil)
    }

    @Test("clamped targets are told apart, and a partition without a commit moves from nowhere")
    func clamping() throws {
        #expect(try preview(.offset(5), facts()).clamped == (1, 0))
        #expect(try preview(.offset(9999), facts()).clamped == (0, 1))
        let fresh = try preview(.earliest, facts(), committed: nil)
        #expect(fresh.directions == (0, 0))
        #expect(fresh.changed.count == 1)
        #expect(fresh.reread == Estimate(0))
    }

    @Test("durations are written as they are read", arguments: UInt64(1)...200)
    func durationTexts(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let span = Int64(random.number(0...400_000_000)) - 200_000_000
        #expect(try ResetTimes.duration(ResetTimes.durationText(span)) == span, "seed \(seed)")
        #expect(try ResetTimes.duration(ResetTimes.durationText(span / 1000 * 1000)) == span / 1000 * 1000)
    }

    @Test("the printed line is what kafka-consumer-groups.sh takes, quoted for a shell and with zones")
    func commandLines() {
        func line(_ target: ReplayTarget, _ partitions: [Int32]? = nil, group: String = "g") -> String? {
            ReplayCommand.line(
                ReplayRequest(group: group, topic: "orders", target: target), partitions: partitions,
                bootstrap: "localhost:9092")?.replacing(
                    "kafka-consumer-groups.sh --bootstrap-server localhost:9092 ", with: "")
        }
        #expect(line(.current) == nil)
        #expect(line(.earliest) == "--group g --reset-offsets --topic orders --to-earliest --execute")
        #expect(
            line(.time(1_700_001_900_000), [0, 2])
                == "--group g --reset-offsets --topic orders:0,2 --to-datetime 2023-11-14T22:45:00.000Z --execute")
        #expect(line(.back(5_400_000)) == "--group g --reset-offsets --topic orders --by-duration PT1H30M --execute")
        #expect(
            line(.shift(-3), group: "it's")
                == "--group 'it'\\''s' --reset-offsets --topic orders --shift-by -3 --execute")
        #expect(line(.file(path: "/a b.csv")) == "--group g --reset-offsets --from-file '/a b.csv' --execute")
        #expect(
            line(.group("h"), [1])
                == "--group h --reset-offsets --topic orders:1 --to-current --export > h.csv && "
                + "--group g --reset-offsets --from-file h.csv --execute")
    }
}
