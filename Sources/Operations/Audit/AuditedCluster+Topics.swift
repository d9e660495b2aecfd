package import Cluster

/// Topics, settings and compaction.
extension AuditedCluster {
    package func createTopic(_ topic: NewTopic, validateOnly: Bool) async throws(ClusterError) {
        guard !validateOnly else { return try await inner.createTopic(topic, validateOnly: true) }
        var after = Dictionary(topic.settings.map { ($0.name, $0.value) }) { $1 }
        if let partitions = topic.partitions { after["partitions"] = "\(partitions)" }
        if let factor = topic.replicationFactor { after["replication factor"] = "\(factor)" }
        for (partition, replicas) in topic.assignments.enumerated() {
            after["replicas of \(partition)"] = replicas.map(String.init).joined(separator: ",")
        }
        let act = AuditAct(.createTopic, "topic \(topic.name)", "create topic \(topic.name)", after: after)
        try await record(act) { () async throws(ClusterError) in
            try await inner.createTopic(topic, validateOnly: false)
        }
    }

    package func deleteTopic(_ name: String) async throws(ClusterError) {
        var act = AuditAct(.deleteTopic, "topic \(name)", "delete topic \(name) with all its records")
        if capabilities.contains(.write) { await describe(name, in: &act) }
        try await record(act) { () async throws(ClusterError) in try await inner.deleteTopic(name) }
    }

    /// Puts down what a topic is before it goes: partitions, the offsets of each, and its own settings.
    private func describe(_ name: String, in act: inout AuditAct) async {
        do throws(ClusterError) {
            if let topic = try await inner.topics(named: [name], detail: .figures).first {
                act.before["partitions"] = "\(topic.partitions.count)"
                for partition in topic.partitions.prefix(AuditAct.maxValues / 2) {
                    guard let offsets = partition.offsets else { continue }
                    act.before["offsets of \(partition.partition)"] = "\(offsets.logStart) to \(offsets.highWatermark)"
                }
            }
            for entry in try await inner.configuration(of: .topic(name)) where entry.source == .topic {
                act.before[entry.name] = entry.value ?? "(hidden)"
            }
        } catch {
            act.gap = "what was there before is not known: \(error)"
        }
    }

    package func addPartitions(to topic: String, total: Int32) async throws(ClusterError) {
        var act = AuditAct(
            .addPartitions, "topic \(topic)", "give topic \(topic) \(total) partitions",
            after: ["partitions": "\(total)"])
        if capabilities.contains(.write) {
            do throws(ClusterError) {
                let found = try await inner.topics(named: [topic], detail: .layout).first
                act.before["partitions"] = found.map { "\($0.partitions.count)" }
            } catch {
                act.gap = "how many there were is not known: \(error)"
            }
        }
        try await record(act) { () async throws(ClusterError) in try await inner.addPartitions(to: topic, total: total)
        }
    }

    package func alterConfiguration(
        of resource: ConfigResource, _ changes: [ConfigChange], validateOnly: Bool
    ) async throws(ClusterError) {
        guard !validateOnly else {
            return try await inner.alterConfiguration(of: resource, changes, validateOnly: true)
        }
        var after: [String: String] = [:]
        for change in changes {
            let value = change.value ?? ""
            switch change.operation {
            case .set: after[change.name] = value
            case .delete: after[change.name] = "(default)"
            case .append: after[change.name] = "with \(value)"
            case .subtract: after[change.name] = "without \(value)"
            }
        }
        let names = changes.map(\.name).joined(separator: ", ")
        var act = AuditAct(.alterConfiguration, "\(resource)", "change \(names) of \(resource)", after: after)
        if capabilities.contains(.write) {
            do throws(ClusterError) {
                let entries = try await inner.configuration(of: resource)
                for change in changes {
                    guard let entry = entries.first(where: { $0.name == change.name }) else { continue }
                    let value = entry.isSensitive ? "(hidden)" : entry.value ?? ""
                    act.before[change.name] = entry.source == .defaultValue ? "\(value) (default)" : value
                    if entry.isSensitive { act.after[change.name] = "(hidden)" }
                }
            } catch {
                act.gap = "the values before are not known: \(error)"
            }
        }
        try await record(act) { () async throws(ClusterError) in
            try await inner.alterConfiguration(of: resource, changes, validateOnly: false)
        }
    }

    // MARK: Compaction

    package func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError) {
        let rolled = rollActive ? ", rolling the active segments first" : ""
        let act = AuditAct(
            .compact, Self.name(partitions), "compact \(Self.name(partitions))\(rolled)",
            after: ["partitions": Self.list(partitions)])
        try await record(act) { () async throws(ClusterError) in
            try await inner.compact(partitions, rollActive: rollActive)
        }
    }

    package func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {
        let act = AuditAct(
            .stopCompaction, Self.name(partitions), "stop compacting \(Self.name(partitions))",
            after: ["partitions": Self.list(partitions)])
        try await record(act) { () async throws(ClusterError) in try await inner.stopCompaction(of: partitions) }
    }

    /// A partition, a topic, or how many of them.
    static func name(_ partitions: [TopicPartition]) -> String {
        if partitions.count == 1, let only = partitions.first { return "partition \(only)" }
        let topics = Set(partitions.map(\.topic))
        if topics.count == 1, let topic = topics.first { return "\(partitions.count) partitions of topic \(topic)" }
        return "\(partitions.count) partitions of \(topics.count) topics"
    }

    private static func list(_ partitions: [TopicPartition]) -> String {
        let more = partitions.count > 1000 ? ", and \(partitions.count - 1000) more" : ""
        return partitions.prefix(1000).map { "\($0)" }.joined(separator: ", ") + more
    }
}
