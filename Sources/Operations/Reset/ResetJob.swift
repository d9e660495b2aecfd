package import Cluster

/// Reads what a reset plan needs from a cluster, and carries a plan out.
package struct ResetJob: Sendable {
    let cluster: any Cluster

    /// A job on a cluster.
    package init(_ cluster: any Cluster) { self.cluster = cluster }

    /// Reads the cluster and makes a plan: one call for the groups, one for topics named as a whole, two for the logs' bounds and, for a
    /// time, one to look it up, however many groups and partitions there are.
    ///
    /// - Throws: `ResetError`, or `ClusterError` when the cluster cannot be read at all.
    package func plan(_ request: ResetRequest) async throws -> ResetPlan {
        try ResetPlan(request, await facts(for: request))
    }

    /// Reads what a plan is made from.
    ///
    /// - Throws: `ResetError`, or `ClusterError` when the cluster cannot be read at all.
    package func facts(for request: ResetRequest) async throws -> ResetFacts {
        var facts = ResetFacts()
        for group in try await cluster.groups(named: request.groups) { facts.groups[group.groupID] = group }
        if case .topics(let selections) = request.scope {
            let whole = Set(selections.lazy.filter { $0.partitions == nil }.map(\.topic))
            if !whole.isEmpty {
                for topic in try await cluster.topics(named: whole.sorted(), detail: .layout) {
                    facts.partitions[topic.name] = topic.partitions.map(\.partition)
                }
            }
        }
        var wanted: Set<TopicPartition> = []
        for group in request.groupNames(facts)
        where request.refusal(of: group, facts).map(request.isPlanned) ?? true {
            wanted.formUnion(try request.partitions(of: group, facts))
        }
        await read(wanted.sorted(), request.scenario, into: &facts)
        return facts
    }

    private func read(_ partitions: [TopicPartition], _ scenario: ResetScenario, into facts: inout ResetFacts) async {
        guard !partitions.isEmpty else { return }
        async let starts = cluster.offsets(of: partitions, at: .earliest)
        async let ends = cluster.offsets(of: partitions, at: .latest)
        if case .time(let time) = scenario {
            for (partition, answer) in await cluster.offsets(of: partitions, at: .timestamp(time)) {
                facts.found[partition] = answer.map(\.offset)
            }
        }
        let (allStarts, allEnds) = await (starts, ends)
        for partition in partitions {
            guard let start = allStarts[partition], let end = allEnds[partition] else { continue }
            facts.bounds[partition] = start.flatMap { start in
                end.flatMap { end in
                    guard let low = start.offset, let high = end.offset else {
                        return .failure(.unavailable("the broker told no offset"))
                    }
                    return .success(PartitionOffsets(logStart: low, highWatermark: high))
                }
            }
        }
    }
}
