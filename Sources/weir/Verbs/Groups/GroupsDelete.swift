import ArgumentParser
import Cluster
import Operations

/// `weir groups delete`: deletes groups without members, with their offsets.
struct GroupsDelete: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes groups that have no members, with their committed offsets.",
        discussion: "JSON: a list of objects with group, deleted and error.\n\n\(VerbFailure.help)"
    )

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var choice: GroupChoice

    @Flag(help: "Does not ask.")
    var yes = false

    var changesCluster: Bool { true }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        var names = choice.wanted ?? []
        if choice.allGroups { names = try await cluster.groups().map(\.groupID) }
        guard !names.isEmpty else { throw VerbFailure(.notDone, "There are no groups.") }
        let subject = names.count == 1 ? "Group '\(names[0])' loses its" : "\(names.count) groups lose their"
        try shell.confirm(
            "\(subject) committed offsets: its consumers begin anew where they are told to.",
            typing: names.count == 1 ? names[0] : "delete \(names.count) groups",
            isConfirmed: yes)
        var outcomes: [(name: String, error: ClusterError?)] = []
        for name in names {
            do throws(ClusterError) {
                try await cluster.deleteGroup(name)
                outcomes.append((name, nil))
            } catch {
                outcomes.append((name, error))
            }
        }
        try report(outcomes, shell)
        if outcomes.contains(where: { $0.error != nil }) { throw VerbFailure.alreadySaid }
    }

    private func report(_ outcomes: [(name: String, error: ClusterError?)], _ shell: Shell) throws {
        let failed = outcomes.filter { $0.error != nil }
        if format.json {
            try shell.json(
                .array(
                    outcomes.map { outcome in
                        [
                            "group": .string(outcome.name), "deleted": .bool(outcome.error == nil),
                            "error": JSONValue(outcome.error.map { "\($0)" }),
                        ]
                    }))
        }
        if !failed.isEmpty {
            try shell.say("Error: Deletion of some consumer groups failed:")
            for (name, error) in failed {
                try shell.say("* Group '\(name)' could not be deleted due to: \(error.map { "\($0)" } ?? "")")
            }
        }
        let deleted = outcomes.filter { $0.error == nil }.map { "'\($0.name)'" }.joined(separator: ", ")
        guard !format.json, !deleted.isEmpty else { return }
        if failed.isEmpty {
            try shell.line("Deletion of requested consumer groups (\(deleted)) was successful.")
        } else {
            try shell.lines(["", "These consumer groups were deleted successfully: \(deleted)"])
        }
    }
}

/// `weir groups delete-offsets`: deletes the committed offsets of topics.
struct GroupsDeleteOffsets: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "delete-offsets",
        abstract: "Deletes committed offsets of topics that no member of the group subscribes to.",
        discussion: "JSON: a list of objects with topic, partition, deleted and error.\n\n\(VerbFailure.help)"
    )

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var format: OutputOptions

    @Argument(help: "The group.", completion: .groups)
    var name: String?

    @Option(help: "The group.", completion: .groups)
    var group: String?

    @Option(
        help: ArgumentHelp("A topic, or some of its partitions; may be given again.", valueName: "topic[:0,1,…]"),
        completion: .topics)
    var topic: [String]

    @Flag(help: "Does not ask.")
    var yes = false

    var changesCluster: Bool { true }

    func validate() throws {
        guard (name == nil) != (group == nil) else { throw ValidationError("name one group") }
        do throws(ResetError) {
            _ = try selections()
        } catch {
            throw ValidationError("--topic: \(error)")
        }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let owner = name ?? group ?? ""
        let partitions = try await partitions(of: owner, on: cluster)
        try shell.confirm(
            "Group '\(owner)' loses the committed offsets of \(topic.joined(separator: ", ")).",
            typing: owner, isConfirmed: yes)
        let answers = try await cluster.deleteOffsets(of: partitions, group: owner)
        let outcomes = partitions.map { partition in
            (partition, answers[partition] ?? .failure(.unavailable("the answer left the partition out")))
        }
        var errors: [TopicPartition: ClusterError] = [:]
        for case (let partition, .failure(let error)) in outcomes { errors[partition] = error }
        if format.json {
            try shell.json(
                .array(
                    partitions.map { partition in
                        [
                            "topic": .string(partition.topic), "partition": JSONValue(partition.partition),
                            "deleted": .bool(errors[partition] == nil),
                            "error": JSONValue(errors[partition].map { "\($0)" }),
                        ]
                    }))
        } else {
            try printTable(partitions, errors, of: owner, shell)
        }
        if !errors.isEmpty { throw VerbFailure.alreadySaid }
    }

    private func printTable(
        _ partitions: [TopicPartition], _ errors: [TopicPartition: ClusterError], of owner: String, _ shell: Shell
    ) throws {
        if errors.isEmpty {
            let topics = topic.joined(separator: ",")
            try shell.line("Request succeed for deleting offsets with topic \(topics) group \(owner)")
        } else {
            try shell.say("Error: Encounter some partition level error, see the follow-up details:")
        }
        func line(_ topic: String, _ partition: String, _ status: String) -> String {
            zip([topic, partition, status], [30, 15, 15]).map(GroupTables.padded).joined(separator: " ")
        }
        try shell.lines(["", line("TOPIC", "PARTITION", "STATUS")])
        try shell.lines(
            partitions.map { partition in
                let status = errors[partition].map { "Error: \($0)" } ?? "Successful"
                return line(partition.topic, "\(partition.partition)", status)
            })
    }

    private func selections() throws(ResetError) -> [ResetTopic] {
        var topics: [ResetTopic] = []
        for text in topic { topics.append(try ResetTopic(parsing: text)) }
        return topics
    }

    /// The partitions named; of a topic named whole those it has and those the group committed, so that a deleted topic's go as well.
    private func partitions(of owner: String, on cluster: any Cluster) async throws -> [TopicPartition] {
        let selections = try selections()
        let whole = Set(selections.filter { $0.partitions == nil }.map(\.topic))
        var found: Set<TopicPartition> = []
        if !whole.isEmpty {
            for topic in try await cluster.topics(named: whole.sorted(), detail: .layout) {
                found.formUnion(
                    topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.partition) })
            }
            for group in try await cluster.groups(named: [owner]) {
                found.formUnion(group.commits.map(\.topicPartition).filter { whole.contains($0.topic) })
            }
        }
        for selection in selections {
            found.formUnion(
                (selection.partitions ?? []).map { TopicPartition(topic: selection.topic, partition: $0) })
            guard found.contains(where: { $0.topic == selection.topic }) else {
                throw VerbFailure(
                    .notDone, "Topic '\(selection.topic)' does not exist, and the group has no offset of it.")
            }
        }
        return found.sorted()
    }
}
