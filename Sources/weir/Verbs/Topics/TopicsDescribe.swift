import ArgumentParser
import Cluster

/// `weir topics describe`: leaders, replicas and settings.
struct TopicsDescribe: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Prints leaders, replicas and settings of topics.",
        discussion: """
            Configs lists what does not stand at Kafka's default. The options that choose partitions print those partitions \
            only.

            JSON: an array of {"topic", "topicId", "internal", "replicationFactor", "partitionCount", "configs": {key: value}, \
            "partitions": [{"partition", "leader", "replicas", "isr"}]}; "leader" is null where there is none, "configs" where \
            they were not read.
            """
    )

    /// Which partitions or topics are printed.
    enum Choice: String, CaseIterable, EnumerableFlag {
        case topicsWithOverrides
        case underReplicatedPartitions
        case unavailablePartitions
        case atMinIsrPartitions
        case underMinIsrPartitions

        static func help(for choice: Choice) -> ArgumentHelp? {
            switch choice {
            case .topicsWithOverrides: "Only topics with settings of their own, without their partitions."
            case .underReplicatedPartitions: "Only partitions with replicas that are not in sync."
            case .unavailablePartitions: "Only partitions whose leader is missing or not there."
            case .atMinIsrPartitions: "Only partitions with just as many in-sync replicas as min.insync.replicas."
            case .underMinIsrPartitions: "Only partitions with fewer in-sync replicas than min.insync.replicas."
            }
        }

        /// Whether settings decide.
        var readsSettings: Bool {
            switch self {
            case .topicsWithOverrides, .atMinIsrPartitions, .underMinIsrPartitions: true
            case .underReplicatedPartitions, .unavailablePartitions: false
            }
        }
    }

    @OptionGroup var selection: TopicSelection

    @Flag(exclusivity: .exclusive)
    var choice: Choice?

    @Flag(help: "Leaves out the topics that the brokers keep for themselves.")
    var excludeInternal = false

    @Flag(help: "A topic that does not exist is no error.")
    var ifExists = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let found = try await selection.find(in: cluster)
        let topics = found.topics.filter { !(excludeInternal && $0.isInternal) }
        let alive = choice == .unavailablePartitions ? Set(try await cluster.status().brokers.map(\.nodeID)) : []
        let settings = choice?.readsSettings ?? true ? await cluster.configurations(ofTopics: topics.map(\.name)) : [:]
        var documents: [JSONValue] = []
        var unread: [String] = []
        for topic in topics {
            var entries: [ConfigEntry]?
            if let result = settings[topic.name] {
                do throws(ClusterError) {
                    entries = try result.get()
                } catch {
                    unread.append("the settings of \(topic.name) cannot be read: \(error)")
                    continue
                }
            }
            let overrides = entries?.overrides
            let partitions = chosen(of: topic, settings: entries ?? [], alive: alive)
            if output.json {
                if isShown(overrides: overrides ?? [], partitions: partitions) {
                    documents.append(TopicRows.json(topic, partitions: partitions, overrides: overrides))
                }
            } else {
                try print(topic, overrides: overrides ?? [], partitions: partitions, shell)
            }
        }
        if output.json { try shell.json(.array(documents)) }
        if !ifExists { try found.requireAll() }
        if !unread.isEmpty { throw VerbFailure(.notDone, unread.joined(separator: "; ")) }
    }

    private func print(
        _ topic: TopicDescription, overrides: [ConfigEntry], partitions: [PartitionDescription], _ shell: Shell
    ) throws(VerbFailure) {
        guard isShown(overrides: overrides, partitions: partitions) else { return }
        if choice == nil || choice == .topicsWithOverrides {
            try shell.line(TopicRows.topic(topic, overrides: overrides))
        }
        if choice != .topicsWithOverrides {
            try shell.lines(partitions.map { TopicRows.partition($0, of: topic.name) })
        }
    }

    private func isShown(overrides: [ConfigEntry], partitions: [PartitionDescription]) -> Bool {
        switch choice {
        case nil: true
        case .topicsWithOverrides: !overrides.isEmpty
        default: !partitions.isEmpty
        }
    }

    private func chosen(
        of topic: TopicDescription, settings: [ConfigEntry], alive: Set<Int32>
    ) -> [PartitionDescription] {
        // Kafka's own default, where the brokers do not tell.
        let minimum = settings.first { $0.name == "min.insync.replicas" }?.value.flatMap { Int($0) } ?? 1
        return topic.partitions.filter { partition in
            let inSync = partition.inSyncReplicas.count
            return switch choice {
            case nil, .topicsWithOverrides: true
            case .underReplicatedPartitions: inSync < partition.replicas.count
            case .unavailablePartitions: !alive.contains(partition.leader)
            case .atMinIsrPartitions: inSync == minimum
            case .underMinIsrPartitions: inSync < minimum
            }
        }
    }
}
