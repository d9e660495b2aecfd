import Cluster
import Console
import ConsoleSamples
import Monitor
import Operations

/// Answers the replay page's wishes from the sample cluster, as the job would.
enum ReplaySample {
    /// Where the sample's undo file lies.
    static let undo = UndoFile(
        group: "fraud-scorer", writtenAt: SampleData.now - 600_000, path: "/state/undo/x.csv",
        before: [TopicPartition(topic: "orders", partition: 7): 24_000_000],
        after: [TopicPartition(topic: "orders", partition: 7): 25_000_000])

    static func answer(_ wish: ReplayWish) -> Arrival {
        switch wish {
        case .look(let request, let ticket):
            return .replay(.looked(ticket: ticket, .success(preview(request))))
        case .prepare(let request, let ticket):
            return .replay(.prepared(ticket: ticket, request, .success(preview(request))))
        case .prepareUndo(let group, let topic, _, let ticket):
            let request = ReplayRequest(group: group, topic: topic, target: .undo(undo))
            return .replay(.prepared(ticket: ticket, request, .success(preview(request))))
        case .apply(let request, let shown, _, let ticket):
            let outcomes = preview(request).changed.map { row in
                let isRefused = row.topicPartition.partition == 3
                let result: Result<Void, ClusterError> =
                    isRefused ? .failure(.unavailable("broker 2 does not answer")) : .success(())
                return ResetJob.Outcome(
                    group: request.group, topicPartition: row.topicPartition, offset: row.target, result: result)
            }
            let outcome = ReplayJob.Outcome(outcomes: outcomes, undo: undo)
            return .replay(
                .applied(ticket: ticket, request, shown.isEmpty ? .failure(.commitsMoved([])) : .success(outcome)))
        }
    }

    /// What the job would see: the sample's partitions, segments and records.
    static func preview(_ request: ReplayRequest) -> ReplayPreview {
        let figures = SampleData.scorer()
        var facts = ReplayFacts(readAt: SampleData.now - 4000)
        let topic = SampleData.snapshot().topics.first { $0.description.name == request.topic }
        var bounds: [TopicPartition: Result<PartitionOffsets, ClusterError>] = [:]
        for it in topic?.description.partitions ?? [] {
            let place = TopicPartition(topic: request.topic, partition: it.partition)
            facts.partitions[place] = it
            bounds[place] = it.offsets.map { .success($0) }
            facts.segments[place] = SampleData.segments(of: place)
            guard let offsets = it.offsets else { continue }
            facts.starts[place] = record(offsets.logStart, place, offsets)
            facts.latest[place] = SampleData.now
        }
        facts.retention[request.topic] = topic?.description.retention
        let commits = Dictionary(
            uniqueKeysWithValues: figures.description.commits.map { ($0.topicPartition, $0.offset) })
        let numbers = request.partitions ?? facts.partitions.keys.map(\.partition)
        let (scope, scenario): (ResetScope, ResetScenario) =
            switch request.target {
            case .undo(let file): (.file, .file(ResetFile([request.group: file.before])))
            case .offset(let offset): (.topics([ResetTopic(request.topic, partitions: numbers)]), .offset(offset))
            case .earliest: (.topics([ResetTopic(request.topic, partitions: numbers)]), .earliest)
            case .latest: (.topics([ResetTopic(request.topic, partitions: numbers)]), .latest)
            default: (.topics([ResetTopic(request.topic, partitions: numbers)]), .current)
            }
        let reset = ResetRequest(groups: [request.group], scope: scope, scenario: scenario, plansRefused: true)
        var description = figures.description
        if request.group != description.groupID || isEmpty { description.state = .empty }
        let plan = try? ResetPlan(reset, ResetFacts(groups: [description.groupID: description], bounds: bounds))
        for row in plan?.rows ?? [] {
            guard let offsets = facts.partitions[row.topicPartition]?.offsets else { continue }
            facts.targets[row.topicPartition] = record(row.newOffset, row.topicPartition, offsets)
            if let old = row.oldOffset {
                facts.committed[row.topicPartition] = record(old, row.topicPartition, offsets)
            }
            facts.samples[row.topicPartition] = [
                OffsetSample(offsets: row.newOffset..<row.newOffset + 1000, records: 880)
            ]
        }
        let undo: UndoFile? = if case .undo(let file) = request.target { file } else { nil }
        return ReplayPreview(
            group: request.group, plan: plan ?? ResetPlan(rows: [], refusals: []), bounds: bounds, commits: commits,
            facts: facts, undo: undo)
    }

    /// Whether the group has no members when the job looks; tests of the guard set the snapshot's state likewise.
    @TaskLocal static var isEmpty = false

    private static func record(_ offset: Int64, _ place: TopicPartition, _ bounds: PartitionOffsets) -> ReplayPoint {
        guard offset < bounds.highWatermark else { return .end }
        let age = (bounds.highWatermark - offset) * 3
        return .record(SampleData.record(offset, partition: place.partition, at: SampleData.now - age))
    }
}
