package import Cluster

/// What a plan is made from: the part of a cluster's state that the request is about.
package struct ResetFacts: Sendable, Equatable {
    /// The groups with their commits. One that is missing here is taken as inactive and without commits, as Kafka takes it.
    package var groups: [String: GroupDescription]
    /// The partitions of each topic that the request names as a whole.
    package var partitions: [String: [Int32]]
    /// The logs' bounds; the last stable offset is not looked at.
    package var bounds: [TopicPartition: Result<PartitionOffsets, ClusterError>]
    /// For a reset to a time: the first offset at or after it, with nil where there is none.
    package var found: [TopicPartition: Result<Int64?, ClusterError>]

    /// What a plan is made from.
    package init(
        groups: [String: GroupDescription] = [:],
        partitions: [String: [Int32]] = [:],
        bounds: [TopicPartition: Result<PartitionOffsets, ClusterError>] = [:],
        found: [TopicPartition: Result<Int64?, ClusterError>] = [:]
    ) {
        self.groups = groups
        self.partitions = partitions
        self.bounds = bounds
        self.found = found
    }
}

extension ResetRequest {
    /// The groups in question, ascending, each once.
    package func groupNames(_ facts: ResetFacts) -> [String] {
        Set(groups ?? Array(facts.groups.keys)).sorted()
    }

    /// Why a group must be left alone; nil when it may be moved.
    func refusal(of group: String, _ facts: ResetFacts) -> ResetPlan.Refusal? {
        guard let found = facts.groups[group] else { return nil }
        if found.state != .empty && found.state != .dead {
            return ResetPlan.Refusal(group: group, reason: .active(found.state))
        }
        if found.protocolType != "consumer" && !found.protocolType.isEmpty {
            return ResetPlan.Refusal(group: group, reason: .notConsumers(found.protocolType))
        }
        // A commit that merely could not be read must not pass for none: "to current" would then skip to the end.
        return found.problem.map { ResetPlan.Refusal(group: group, reason: .unreadable($0)) }
    }

    /// Whether offsets are planned for a group that is refused: only where it was asked for and the commits are known.
    func isPlanned(_ refusal: ResetPlan.Refusal) -> Bool {
        if case .active = refusal.reason { plansRefused } else { false }
    }

    /// The partitions of a group that are to be moved, ascending, each once.
    ///
    /// - Throws: `ResetError.unknown`, `.notInFile`.
    package func partitions(of group: String, _ facts: ResetFacts) throws(ResetError) -> [TopicPartition] {
        switch scope {
        case .committed:
            return (facts.groups[group]?.commits ?? []).map(\.topicPartition).sorted()
        case .topics(let selections):
            var wanted: Set<TopicPartition> = []
            for selection in selections {
                guard let numbers = selection.partitions ?? facts.partitions[selection.topic] else {
                    throw .unknown("Topic '\(selection.topic)'")
                }
                wanted.formUnion(numbers.map { TopicPartition(topic: selection.topic, partition: $0) })
            }
            return wanted.sorted()
        case .file:
            guard let offsets = fileOffsets(of: group) else { throw .notInFile(group: group) }
            return offsets.keys.sorted()
        }
    }

    /// The offsets that the scenario's file has for a group; nil without a file, or where it says nothing of the group.
    private func fileOffsets(of group: String) -> [TopicPartition: Int64]? {
        switch scenario {
        case .file(let file): file.offsets[group]
        case .undo(let file): file.group == group ? file.before : nil
        default: nil
        }
    }

    /// The commits that an undo takes away, ascending: those that the reset made where there was none, as far as they are still there.
    func removals(of group: String, _ commits: [TopicPartition: Int64]) -> [ResetPlan.Removal] {
        guard case .undo(let file) = scenario, file.group == group else { return [] }
        return file.uncommitted.compactMap { place in
            commits[place].map { ResetPlan.Removal(group: group, topicPartition: place, oldOffset: $0) }
        }
    }
}

extension ResetPlan {
    /// Computes a plan with the rules of Kafka's `ConsumerGroupCommand`.
    ///
    /// Groups that must not be touched are refused one by one; anything else that is wrong refuses the whole plan, so that no group is
    /// moved by half (Kafka's tool would have moved the groups before it).
    ///
    /// - Throws: `ResetError.noCommit`, `.notInFile`, `.unknown`, `.unreadable`.
    package init(_ request: ResetRequest, _ facts: ResetFacts) throws(ResetError) {
        self.init()
        for group in request.groupNames(facts) {
            if let refusal = request.refusal(of: group, facts) {
                refusals.append(refusal)
                guard request.isPlanned(refusal) else { continue }
            }
            let commits = Dictionary(
                (facts.groups[group]?.commits ?? []).map { ($0.topicPartition, $0.offset) },
                uniquingKeysWith: { $1 })
            for partition in try request.partitions(of: group, facts) {
                rows.append(
                    try Self.row(group, partition, committed: commits[partition], request.scenario, facts))
            }
            removals += request.removals(of: group, commits)
        }
    }

    private static func row(
        _ group: String,
        _ partition: TopicPartition,
        committed: Int64?,
        _ scenario: ResetScenario,
        _ facts: ResetFacts
    ) throws(ResetError) -> Row {
        let bounds = try read(facts.bounds[partition], of: partition)
        let (offset, note): (Int64, Note?)
        switch scenario {
        case .earliest: (offset, note) = (bounds.logStart, nil)
        case .latest: (offset, note) = (bounds.highWatermark, nil)
        case .offset(let asked): (offset, note) = clamped(asked, to: bounds)
        case .shift(let count):
            guard let committed else { throw .noCommit(group: group, partition) }
            let (sum, overflowed) = committed.addingReportingOverflow(count)
            (offset, note) = clamped(overflowed ? (count > 0 ? .max : .min) : sum, to: bounds)
        case .time:
            let found = try read(facts.found[partition], of: partition)
            (offset, note) = found.map { ($0, nil) } ?? (bounds.highWatermark, .nothingSoLate)
        case .current:
            (offset, note) = committed.map { ($0, nil) } ?? (bounds.highWatermark, .noCommit)
        case .file(let file):
            guard let asked = file.offsets[group]?[partition] else { throw .notInFile(group: group) }
            (offset, note) = clamped(asked, to: bounds)
        case .undo(let file):
            guard let asked = file.before[partition] else { throw .notInFile(group: group) }
            (offset, note) = clamped(asked, to: bounds)
        }
        let movement = committed.map { Movement(from: $0, to: offset, within: bounds) }
        return Row(
            group: group, topicPartition: partition, oldOffset: committed, newOffset: offset, note: note,
            movement: movement)
    }

    private static func read<Value>(
        _ answer: Result<Value, ClusterError>?, of partition: TopicPartition
    ) throws(ResetError) -> Value {
        switch answer {
        case .success(let value): return value
        case .failure(.unknownTopicOrPartition): throw .unknown("Partition \(partition)")
        case .failure(let error): throw .unreadable(partition, error)
        case nil: throw .unreadable(partition, .unavailable("the answer left the partition out"))
        }
    }

    /// The end is looked at first, as Kafka does.
    private static func clamped(_ asked: Int64, to bounds: PartitionOffsets) -> (Int64, Note?) {
        if asked > bounds.highWatermark { return (bounds.highWatermark, .aboveEnd(asked: asked)) }
        if asked < bounds.logStart { return (bounds.logStart, .belowStart(asked: asked)) }
        return (asked, nil)
    }
}

extension ResetPlan.Movement {
    /// Counts the offsets between two positions that the log still has.
    init(from old: Int64, to new: Int64, within bounds: PartitionOffsets) {
        let low = max(min(old, new), bounds.logStart)
        let high = min(max(old, new), bounds.highWatermark)
        // Offsets of a log are never negative, so the difference of two of them cannot overflow; positions outside it count nothing.
        let count = high > low && low >= 0 ? high - low : 0
        self.init(reread: new < old ? count : 0, skipped: new > old ? count : 0)
    }
}
