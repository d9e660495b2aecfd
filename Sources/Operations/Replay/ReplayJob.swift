package import Cluster

/// Looks at what a reset of a group would mean, and carries it out.
package struct ReplayJob: Sendable {
    let cluster: any Cluster
    private let undo: UndoFolder
    private let resets: ResetJob

    /// A job on a cluster.
    ///
    /// - Parameter undo: Where undo files are kept.
    package init(_ cluster: any Cluster, undo: UndoFolder) {
        self.cluster = cluster
        self.undo = undo
        resets = ResetJob(cluster)
    }

    /// What was carried out.
    package struct Outcome: Sendable {
        /// What became of each partition, ascending.
        package var outcomes: [ResetJob.Outcome]
        /// What takes it back; nil where nothing was changed.
        package var undo: UndoFile?

        /// What was carried out.
        package init(outcomes: [ResetJob.Outcome], undo: UndoFile?) {
            self.outcomes = outcomes
            self.undo = undo
        }

        /// How many partitions could not be moved.
        package var failures: Int { outcomes.count(where: \.isFailure) }
    }

    /// What takes the newest reset of a group back.
    ///
    /// - Throws: `ReplayError.file`.
    package func newestUndo(group: String, clusterID: String) throws(ReplayError) -> UndoFile {
        do throws(UndoError) { return try undo.newest(group: group, cluster: clusterID) } catch { throw .file(error) }
    }

    /// Looks at what a reset would mean. Changes nothing; also for a group with members, which is then refused in the preview.
    ///
    /// Requests: the group, the topic, the logs' bounds, times, four records a partition, and for compacted topics four stretches of
    /// those that are read again.
    ///
    /// - Parameter now: Wall milliseconds.
    /// - Throws: `ReplayError`.
    package func look(_ request: ReplayRequest, now: Int64) async throws(ReplayError) -> ReplayPreview {
        let made = try await make(request, now: now)
        var facts = ReplayFacts(readAt: now)
        await read(made, request, into: &facts)
        return ReplayPreview(
            group: request.group, plan: made.plan, bounds: made.bounds, commits: made.commits, facts: facts,
            undo: made.undo)
    }

    /// Carries a reset out: plans anew, writes what takes it back, commits.
    ///
    /// - Parameters:
    ///   - shown: The commits of the preview that was confirmed; where one is another now, nothing is done.
    ///   - clusterID: Names the undo files.
    ///   - now: Wall milliseconds.
    /// - Throws: `ReplayError`; no commit has been changed then.
    package func apply(
        _ request: ReplayRequest, shown: [TopicPartition: Int64], clusterID: String, now: Int64
    ) async throws(ReplayError) -> Outcome {
        let made = try await make(request, now: now)
        if let refusal = made.plan.refusals.first { throw .refused(refusal) }
        let rows = made.plan.rows.filter { $0.oldOffset != $0.newOffset }
        let places = (rows.map(\.topicPartition) + made.plan.removals.map(\.topicPartition)).sorted()
        guard !places.isEmpty else { throw .nothing("every partition stands where it would be put") }
        let moved = places.filter { shown[$0] != made.commits[$0] }
        guard moved.isEmpty else { throw .commitsMoved(moved) }
        var plan = made.plan
        plan.rows = rows
        let executed: ResetJob.Executed
        do throws(UndoError) {
            executed = try await resets.execute(plan, undo: undo, clusterID: clusterID, now: now)
        } catch {
            throw .file(error)
        }
        return Outcome(outcomes: executed.outcomes, undo: executed.undo.first)
    }
}

extension ReplayJob {
    /// A plan with what it was made from.
    struct Made {
        var plan: ResetPlan
        var bounds: [TopicPartition: Result<PartitionOffsets, ClusterError>]
        var commits: [TopicPartition: Int64]
        var topics: [TopicDescription]
        var undo: UndoFile?
    }

    func make(_ request: ReplayRequest, now: Int64) async throws(ReplayError) -> Made {
        let names = Self.topics(of: request)
        let (groups, topics): ([GroupDescription], [TopicDescription])
        do throws(ClusterError) {
            groups = try await cluster.groups(named: [request.group])
            topics = try await cluster.topics(named: names, detail: .figures)
        } catch {
            throw .cluster(error)
        }
        guard let topic = topics.first(where: { $0.name == request.topic }) else {
            throw .nothing("topic \(request.topic) does not exist")
        }
        let commits = Dictionary((groups.first?.commits ?? []).map { ($0.topicPartition, $0.offset) }) { $1 }
        var wanted = Set(topic.partitions.map(\.partition))
        if let partitions = request.partitions { wanted.formIntersection(partitions) }
        var made = Made(plan: ResetPlan(rows: [], refusals: []), bounds: [:], commits: commits, topics: topics)
        let (scope, scenario) = try await goal(request, wanted, &made, now: now)
        let reset = ResetRequest(groups: [request.group], scope: scope, scenario: scenario, plansRefused: true)
        do {
            let facts = try await resets.facts(for: reset)
            made.plan = try ResetPlan(reset, facts)
            made.bounds = facts.bounds
        } catch let error as ResetError {
            throw .plan(error)
        } catch let error as ClusterError {
            throw .cluster(error)
        } catch {
            throw .cluster(.unavailable("\(error)"))
        }
        return made
    }

    private static func topics(of request: ReplayRequest) -> [String] {
        guard case .undo(let file) = request.target else { return [request.topic] }
        return Set([request.topic] + (file.before.keys.map(\.topic)) + file.after.keys.map(\.topic)).sorted()
    }

    /// The partitions and the place that a target means.
    private func goal(
        _ request: ReplayRequest, _ wanted: Set<Int32>, _ made: inout Made, now: Int64
    ) async throws(ReplayError) -> (ResetScope, ResetScenario) {
        func all(_ scenario: ResetScenario) -> (ResetScope, ResetScenario) {
            (.topics([ResetTopic(request.topic, partitions: Array(wanted))]), scenario)
        }
        /// Only where the group has a commit: elsewhere there is nothing to go from.
        func committed(_ scenario: ResetScenario) -> (ResetScope, ResetScenario) {
            let places = wanted.filter { made.commits[TopicPartition(topic: request.topic, partition: $0)] != nil }
            return (.topics([ResetTopic(request.topic, partitions: Array(places))]), scenario)
        }
        func offsets(
            _ offsets: [TopicPartition: Int64], _ reason: String
        ) throws(ReplayError) -> (ResetScope, ResetScenario) {
            let some = offsets.filter { $0.key.topic == request.topic && wanted.contains($0.key.partition) }
            guard !some.isEmpty else { throw .nothing(reason) }
            return (.file, .file(ResetFile([request.group: some])))
        }
        switch request.target {
        case .current: return committed(.current)
        case .earliest: return all(.earliest)
        case .latest: return all(.latest)
        case .time(let time): return all(.time(time))
        case .back(let span): return all(.back(span, from: now))
        case .offset(let offset): return all(.offset(offset))
        case .shift(let count): return committed(.shift(count))
        case .group(let other):
            let found: [GroupDescription]
            do throws(ClusterError) { found = try await cluster.groups(named: [other]) } catch { throw .cluster(error) }
            guard let group = found.first else { throw .nothing("there is no group \(other)") }
            if let problem = group.problem { throw .nothing("\(other) could not be read: \(problem)") }
            let commits = Dictionary(group.commits.map { ($0.topicPartition, $0.offset) }) { $1 }
            return try offsets(commits, "\(other) has no commit on these partitions of \(request.topic)")
        case .file(let path):
            let read: [TopicPartition: Int64]
            do throws(UndoError) { read = try UndoFolder.read(path, group: request.group) } catch { throw .file(error) }
            return try offsets(read, "\(path) names none of these partitions of \(request.topic)")
        case .undo(let file):
            made.undo = file
            return (.file, .undo(file))
        }
    }
}
