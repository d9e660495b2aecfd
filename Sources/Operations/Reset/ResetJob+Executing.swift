package import Cluster

extension ResetJob {
    /// What became of one partition of a plan.
    package struct Outcome: Sendable {
        /// The group's id.
        package var group: String
        /// The partition.
        package var topicPartition: TopicPartition
        /// The offset that was to be committed; nil where the commit was to be taken away.
        package var offset: Int64?
        /// Nothing, or why it was not done.
        package var result: Result<Void, ClusterError>

        /// What became of one partition.
        package init(
            group: String, topicPartition: TopicPartition, offset: Int64?, result: Result<Void, ClusterError>
        ) {
            self.group = group
            self.topicPartition = topicPartition
            self.offset = offset
            self.result = result
        }

        /// True where it was not done.
        package var isFailure: Bool { if case .failure = result { true } else { false } }
    }

    /// What became of a plan.
    package struct Executed: Sendable {
        /// An outcome for each partition of a group that is not refused, ascending by group, topic and partition.
        package var outcomes: [Outcome] = []
        /// What takes it back, one a group in which a commit became another one, ascending.
        package var undo: [UndoFile] = []

        /// Nothing was carried out.
        package init() {}
    }

    /// Carries a plan out: first writes what takes it back, then commits, one call a group.
    ///
    /// A group whose call fails does not stop the others. Groups that the plan refuses are left alone.
    ///
    /// - Parameters:
    ///   - undo: Where undo files are kept.
    ///   - clusterID: Names the undo files.
    ///   - now: Wall milliseconds.
    /// - Throws: `UndoError` where an undo file cannot be written; no commit of any group has been changed then.
    package func execute(
        _ plan: ResetPlan, undo: UndoFolder, clusterID: String, now: Int64
    ) async throws(UndoError) -> Executed {
        let refused = Set(plan.refusals.map(\.group))
        let groups = Set(plan.rows.map(\.group) + plan.removals.map(\.group)).subtracting(refused).sorted()
        let parts = groups.map { group in
            ResetPlan(
                rows: plan.rows.filter { $0.group == group }, removals: plan.removals.filter { $0.group == group })
        }
        let files = try Self.write(Array(zip(groups, parts)), to: undo, clusterID: clusterID, now: now)
        var executed = Executed()
        for (group, part) in zip(groups, parts) {
            let outcomes = await commit(part.rows, of: group) + take(away: part.removals, of: group)
            executed.outcomes += outcomes.sorted { $0.topicPartition < $1.topicPartition }
            guard let file = files[group] else { continue }
            if outcomes.allSatisfy(\.isFailure) { undo.remove(file) } else { executed.undo.append(file) }
        }
        return executed
    }

    /// Writes the undo files of all groups whose commits become others; where one cannot be written, none stays.
    private static func write(
        _ parts: [(group: String, plan: ResetPlan)], to undo: UndoFolder, clusterID: String, now: Int64
    ) throws(UndoError) -> [String: UndoFile] {
        var files: [String: UndoFile] = [:]
        for (group, plan) in parts {
            let rows = plan.rows.filter { $0.oldOffset != $0.newOffset }
            guard !rows.isEmpty || !plan.removals.isEmpty else { continue }
            var (before, after): ([TopicPartition: Int64], [TopicPartition: Int64]) = ([:], [:])
            for row in rows {
                before[row.topicPartition] = row.oldOffset
                after[row.topicPartition] = row.newOffset
            }
            for removal in plan.removals { before[removal.topicPartition] = removal.oldOffset }
            do throws(UndoError) {
                files[group] = try undo.write(
                    group: group, cluster: clusterID, now: now, before: before, after: after)
            } catch {
                for file in files.values { undo.remove(file) }
                throw error
            }
        }
        return files
    }

    private func commit(_ rows: [ResetPlan.Row], of group: String) async -> [Outcome] {
        guard !rows.isEmpty else { return [] }
        let offsets = Dictionary(rows.map { ($0.topicPartition, $0.newOffset) }) { first, _ in first }
        let answers: [TopicPartition: Result<Void, ClusterError>]
        do throws(ClusterError) { answers = try await cluster.commit(offsets, group: group) } catch {
            answers = offsets.mapValues { _ in .failure(error) }
        }
        return rows.map { row in
            Outcome(
                group: group, topicPartition: row.topicPartition, offset: row.newOffset,
                result: Self.result(row.topicPartition, in: answers))
        }
    }

    private func take(away removals: [ResetPlan.Removal], of group: String) async -> [Outcome] {
        guard !removals.isEmpty else { return [] }
        let places = removals.map(\.topicPartition)
        let answers: [TopicPartition: Result<Void, ClusterError>]
        do throws(ClusterError) { answers = try await cluster.deleteOffsets(of: places, group: group) } catch {
            answers = Dictionary(uniqueKeysWithValues: places.map { ($0, .failure(error)) })
        }
        return places.map { place in
            Outcome(group: group, topicPartition: place, offset: nil, result: Self.result(place, in: answers))
        }
    }

    private static func result(
        _ place: TopicPartition, in answers: [TopicPartition: Result<Void, ClusterError>]
    ) -> Result<Void, ClusterError> {
        answers[place] ?? .failure(.unavailable("\(place): the answer left the partition out"))
    }
}
