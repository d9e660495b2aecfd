import Cluster
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("Who reads a topic, when it was written to, how it was compacted")
struct ReadersAndWritesTests {
    private static func topic(ends: [Int64], cleaning: CleaningState? = nil, bytes: Int64 = 1000) -> TopicDescription {
        TopicDescription(
            name: "orders",
            partitions: ends.enumerated().map { number, end in
                PartitionDescription(
                    partition: Int32(number), offsets: PartitionOffsets(logStart: 0, highWatermark: end),
                    sizeBytes: bytes, cleaning: cleaning)
            })
    }

    private static func group(_ id: String, _ commits: [Int64]) -> GroupDescription {
        GroupDescription(
            groupID: id, state: .empty,
            commits: commits.enumerated().map {
                CommittedOffset(topicPartition: TopicPartition(topic: "orders", partition: Int32($0)), offset: $1)
            })
    }

    private static func poll(
        _ topic: TopicDescription, _ groups: [GroupDescription] = [], runs: [CompactionRun] = []
    ) -> Poll {
        Poll(
            groups: .success(groups), topics: .success([topic]),
            status: .success(ClusterStatus(clusterID: "c", brokers: [], requestedCompactions: runs)), capabilities: [])
    }

    @Test("the group furthest behind in all partitions together is named with their sum, not the worst partition's")
    func worstReader() {
        var derivation = DerivationTests.derivation()
        // a lacks 60 in one partition, b 40 in each of two.
        derivation.take(
            Self.poll(Self.topic(ends: [100, 100]), [Self.group("a", [40, 100]), Self.group("b", [60, 60])]),
            at: DerivationTests.moment(0))
        let worst = derivation.snapshot().topics.first?.worstLag
        #expect(worst?.groupID == "b" && worst?.lag.records == 80)
    }

    @Test("a topic is as fresh as the last poll that saw it grow; one that never grew was written to earlier than that")
    func lastWrite() {
        var derivation = DerivationTests.derivation()
        func write(_ second: Int64, _ end: Int64) -> LastWrite? {
            derivation.take(Self.poll(Self.topic(ends: [end])), at: DerivationTests.moment(second))
            return derivation.snapshot().topics.first?.lastWrite
        }
        let start = DerivationTests.moment(0).wallMilliseconds
        #expect(write(0, 0) == nil)
        #expect(write(1, 5) == LastWrite(at: start + 1000))
        #expect(write(2, 5) == LastWrite(at: start + 1000))
        #expect(write(3, 6) == LastWrite(at: start + 3000))
        var later = DerivationTests.derivation()
        later.take(Self.poll(Self.topic(ends: [50])), at: DerivationTests.moment(0))
        #expect(later.snapshot().topics.first?.lastWrite == LastWrite(at: start, isEarlier: true))
    }

    @Test(
        "a run that came and went between two polls has its partition before and after; the broker's forgetting keeps it"
    )
    func compactions() {
        var derivation = DerivationTests.derivation()
        let place = TopicPartition(topic: "orders", partition: 0)
        func cleaning(_ clean: Int64, _ dirty: Int64) -> CleaningState {
            CleaningState(
                firstDirtyOffset: 0, firstUncleanableOffset: 10, cleanBytes: clean, cleanableBytes: dirty,
                uncleanableBytes: 0, isEligible: false)
        }
        let run = CompactionRun(
            topicPartition: place, phase: .finished, isOnDemand: true, recordsRemoved: 9, startedAt: 5, endedAt: 6)
        derivation.take(
            Self.poll(Self.topic(ends: [10], cleaning: cleaning(200, 800), bytes: 1000)), at: DerivationTests.moment(0))
        #expect(derivation.snapshot().compactions.isEmpty)
        derivation.take(
            Self.poll(Self.topic(ends: [10], cleaning: cleaning(300, 0), bytes: 300), runs: [run]),
            at: DerivationTests.moment(1))
        let wanted = CompactionRecord(
            run: run, before: CompactionRecord.State(bytes: 1000, dirtyRatio: 0.8),
            after: CompactionRecord.State(bytes: 300, dirtyRatio: 0))
        #expect(derivation.snapshot().compactions == [wanted])
        derivation.take(
            Self.poll(Self.topic(ends: [10], cleaning: cleaning(300, 0), bytes: 300)), at: DerivationTests.moment(2))
        #expect(derivation.snapshot().compactions == [wanted])
    }

    @Test("a run that had ended before watching began claims nothing of before and after")
    func earlierRun() {
        var derivation = DerivationTests.derivation()
        let run = CompactionRun(
            topicPartition: TopicPartition(topic: "orders", partition: 0), phase: .finished, isOnDemand: false,
            startedAt: 5, endedAt: 6)
        for second in 0..<3 as Range<Int64> {
            derivation.take(Self.poll(Self.topic(ends: [10]), runs: [run]), at: DerivationTests.moment(second))
            #expect(derivation.snapshot().compactions == [CompactionRecord(run: run)])
        }
    }

    @Test("a queued run that begins under another time is told once, and a run that goes on has no after")
    func queued() {
        var derivation = DerivationTests.derivation()
        let place = TopicPartition(topic: "orders", partition: 0)
        derivation.take(Self.poll(Self.topic(ends: [10])), at: DerivationTests.moment(0))
        _ = derivation.snapshot()
        for (second, started, phase) in [(1, 100, .queued), (2, 200, .copying)] as [(Int64, Int64, CompactionRun.Phase)]
        {
            let run = CompactionRun(topicPartition: place, phase: phase, isOnDemand: true, startedAt: started)
            derivation.take(Self.poll(Self.topic(ends: [10]), runs: [run]), at: DerivationTests.moment(second))
            let records = derivation.snapshot().compactions
            #expect(records.map(\.run) == [run] && records.first?.after == nil && records.first?.before != nil)
        }
    }
}
