import Cluster
import ConsoleSamples
import Monitor
import Operations
import Testing

@testable import Console

@Suite("When retention reaches the target of a reset")
struct ReplayHorizonTests {
    private let place = TopicPartition(topic: "clickstream", partition: 0)

    /// A log of 1,000 to 2,000 that goes on being written to: a segment of an hour ago, and one of now.
    private func preview(
        to target: Int64, milliseconds: Int64 = -1, bytes: Int64 = -1, segmented: Bool = true
    ) throws -> ReplayPreview {
        let (now, bounds) = (SampleData.now, PartitionOffsets(logStart: 1000, highWatermark: 2000))
        var facts = ReplayFacts(readAt: now)
        facts.partitions[place] = PartitionDescription(partition: 0, offsets: bounds, sizeBytes: 100_000)
        var retention = TopicRetention()
        retention.retentionMilliseconds = milliseconds
        retention.retentionBytes = bytes
        facts.retention["clickstream"] = retention
        if segmented {
            facts.segments[place] = [
                SegmentDescription(
                    baseOffset: 1000, nextOffset: 1600, sizeBytes: 60_000, largestTimestamp: now - 3_600_000,
                    isActive: false),
                SegmentDescription(
                    baseOffset: 1600, nextOffset: 2000, sizeBytes: 40_000, largestTimestamp: now, isActive: true),
            ]
        }
        facts.targets[place] = .record(
            FetchedRecord(offset: target, timestamp: now - 4_000_000, key: nil, value: nil))
        let known: [TopicPartition: Result<PartitionOffsets, ClusterError>] = [place: .success(bounds)]
        let group = GroupDescription(
            groupID: "g", state: .empty, commits: [CommittedOffset(topicPartition: place, offset: 1900)])
        let request = ResetRequest(
            groups: ["g"], scope: .topics([ResetTopic("clickstream", partitions: [0])]), scenario: .offset(target))
        return ReplayPreview(
            group: "g", plan: try ResetPlan(request, ResetFacts(groups: ["g": group], bounds: known)), bounds: known,
            commits: [place: 1900], facts: facts)
    }

    /// The console's state with the log growing so fast.
    private func state(bytesPerSecond: Double?) -> ConsoleState {
        var state = Fixture().state
        for topic in state.snapshot.topics.indices where state.snapshot.topics[topic].description.name == place.topic {
            for index in state.snapshot.topics[topic].partitions.indices {
                state.snapshot.topics[topic].partitions[index].bytesInPerSecond = bytesPerSecond
            }
        }
        return state
    }

    private func horizon(_ preview: ReplayPreview, bytesPerSecond: Double? = nil) -> LossHorizon? {
        ReplayHorizon.earliest(of: preview, state(bytesPerSecond: bytesPerSecond))?.horizon
    }

    @Test("it is the monitor's forecast of loss for the same place, by time and by size, with and without segments")
    func sameAsMonitor() throws {
        let bounds = PartitionOffsets(logStart: 1000, highWatermark: 2000)
        for (target, time, bytes, segmented) in [
            (1000, 7_200_000, -1, true), (1700, 7_200_000, -1, true), (1000, -1, 70_000, true),
            (1700, -1, 120_000, true), (1000, 7_200_000, 70_000, true), (1200, 7_200_000, -1, false),
            (1200, -1, 120_000, false), (1000, 60_000, -1, true),
        ] as [(Int64, Int64, Int64, Bool)] {
            let it = try preview(to: target, milliseconds: time, bytes: bytes, segmented: segmented)
            let row = try #require(it.rows.first { $0.topicPartition == place })
            let monitors = RetentionForecast(
                retention: try #require(row.retention), offsets: bounds, sizeBytes: 100_000, bytesPerSecond: 100,
                segments: segmented ? row.segments : nil
            ).horizon(of: target, writtenAt: (SampleData.now - 4_000_000, .exact), now: SampleData.now)
            #expect(monitors.milliseconds != nil)
            #expect(horizon(it, bytesPerSecond: 100) == monitors, "\(target) \(time) \(bytes) \(segmented)")
        }
        #expect(
            horizon(try preview(to: 1000, milliseconds: 7_200_000))
                == .after(milliseconds: 3_600_001, limit: .time, quality: .lowerBound))
        #expect(
            horizon(try preview(to: 1000, bytes: 70_000), bytesPerSecond: 100)
                == .after(milliseconds: 300_000, limit: .size, quality: .lowerBound))
    }

    @Test("at the end of the log, and where nothing is deleted, there is nothing to say")
    func nothing() throws {
        #expect(horizon(try preview(to: 2000, milliseconds: 60_000)) == nil)
        #expect(horizon(try preview(to: 1000)) == nil)
    }

    @Test("the line names the limit, and warns with the partition where reading would take longer")
    func words() throws {
        let it = try preview(to: 1000, milliseconds: 7_200_000)
        let found = try #require(ReplayHorizon.earliest(of: it, state(bytesPerSecond: nil)))
        let calm = try #require(found.pair(duration: 60_000))
        #expect(calm.value == "in ≥1h 00m, retention.ms" && calm.level == .ok)
        let late = try #require(found.pair(duration: 4_000_000))
        #expect(late.value == "in ≥1h 00m ▲ clickstream-0" && late.level == .crit)
        let due = try #require(
            ReplayHorizon.earliest(of: try preview(to: 1000, milliseconds: 60_000), state(bytesPerSecond: nil)))
        #expect(due.pair(duration: nil)?.value == "now ▲ clickstream-0")
        // How fast the log grows is not known yet.
        let unknown = ReplayHorizon.earliest(of: try preview(to: 1000, bytes: 70_000), state(bytesPerSecond: nil))
        #expect(unknown?.pair(duration: nil)?.value == "?")
    }
}
