import ArgumentParser
import Cluster

/// `weir groups describe`: offsets and lag, members, or state of groups.
struct GroupsDescribe: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Describes groups: offsets with lag, members, or state.",
        discussion: GroupPicture.help
    )

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var choice: GroupChoice

    /// What is described.
    enum Part: String, EnumerableFlag {
        case offsets, members, state

        static func help(for part: Part) -> ArgumentHelp? {
            switch part {
            case .offsets: "Offsets and lag of each partition, and who reads it (default)."
            case .members: "The members."
            case .state: "State, coordinator and assignor."
            }
        }
    }

    @Flag(exclusivity: .exclusive) var part = Part.offsets

    @Flag(help: "Shows the partitions of each member, too.")
    var verbose = false

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        try await GroupPicture(part: part, isVerbose: verbose, printsJSON: format.json).print(choice, cluster, shell)
    }
}

/// `weir groups members`: short for `describe --members`.
struct GroupsMembers: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "members", abstract: "Shows the members of groups.", discussion: GroupPicture.help)

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var choice: GroupChoice

    @Flag(help: "Shows the partitions of each member, too.")
    var verbose = false

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let picture = GroupPicture(part: .members, isVerbose: verbose, printsJSON: format.json)
        try await picture.print(choice, cluster, shell)
    }
}

/// `weir groups state`: short for `describe --state`.
struct GroupsState: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "state", abstract: "Shows state, coordinator and assignor of groups.",
        discussion: GroupPicture.help)

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var choice: GroupChoice

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let picture = GroupPicture(part: .state, isVerbose: false, printsJSON: format.json)
        try await picture.print(choice, cluster, shell)
    }
}

/// Groups as `describe` and its short forms print them.
struct GroupPicture {
    var part: GroupsDescribe.Part
    var isVerbose: Bool
    var printsJSON: Bool

    /// What the verbs' help says.
    static let help = """
        JSON: a list of objects with group, state, type, coordinator (id, host, port), assignmentStrategy, members (memberId, \
        groupInstanceId, clientId, host, partitions), offsets (topic, partition, currentOffset, logEndOffset, lag, memberId, host, \
        clientId) and problem.

        \(VerbFailure.help)
        """

    /// Prints the groups that are there; those that are not make the verb fail.
    func print(_ choice: GroupChoice, _ cluster: any Cluster, _ shell: Shell) async throws {
        var hasFailed = false
        let groups = try await choice.find(on: cluster) { missing in
            hasFailed = true
            try shell.say("Error: Consumer group '\(missing)' does not exist.")
        }
        let needsEnds = printsJSON || part == .offsets
        let ends = needsEnds ? await logEnds(of: groups, on: cluster) : [:]
        if printsJSON {
            try shell.json(.array(groups.map { json($0, ends) }))
            hasFailed = hasFailed || groups.contains { $0.problem != nil }
        } else {
            var isFirst = true
            for group in groups {
                if let remark = group.remark { try shell.say("\n\(remark)") }
                if let problem = group.problem {
                    hasFailed = true
                    try shell.say("Warning: Consumer group '\(group.groupID)': \(problem)")
                }
                let lines = table(group, ends)
                // Kafka sets the tables of members and states apart, not those of offsets.
                if !lines.isEmpty, isFirst || part != .offsets { try shell.line("") }
                if !lines.isEmpty { isFirst = false }
                try shell.lines(lines)
            }
        }
        if hasFailed { throw VerbFailure.alreadySaid }
    }

    private func table(_ group: GroupDescription, _ ends: [TopicPartition: Int64]) -> [String] {
        switch part {
        case .offsets: GroupTables.offsets(group.offsetRows(ends), of: group.groupID)
        case .members: GroupTables.members(group, isVerbose: isVerbose)
        case .state: GroupTables.state(group)
        }
    }

    /// Where the logs of all partitions end that the groups have to do with. What cannot be read is left out, and shows as `-`.
    private func logEnds(
        of groups: [GroupDescription], on cluster: any Cluster
    ) async -> [TopicPartition: Int64] {
        var wanted: Set<TopicPartition> = []
        for group in groups {
            wanted.formUnion(group.commits.map(\.topicPartition))
            for member in group.members { wanted.formUnion(member.assignment) }
        }
        guard !wanted.isEmpty else { return [:] }
        return await cluster.offsets(of: wanted.sorted(), at: .latest).compactMapValues { try? $0.get().offset }
    }

    private func json(_ group: GroupDescription, _ ends: [TopicPartition: Int64]) -> JSONValue {
        [
            "group": .string(group.groupID),
            "state": .string(group.state.rawValue),
            "type": .string(group.type.rawValue),
            "coordinator": group.coordinator.map {
                ["id": JSONValue($0.nodeID), "host": .string($0.host), "port": JSONValue($0.port)]
            } ?? .null,
            "assignmentStrategy": .string(group.protocolName),
            "members": .array(
                group.membersByLoad.map { member in
                    [
                        "memberId": .string(member.memberID),
                        "groupInstanceId": JSONValue(member.groupInstanceID),
                        "clientId": .string(member.clientID),
                        "host": .string(member.clientHost),
                        "partitions": .array(
                            member.assignment.map {
                                ["topic": .string($0.topic), "partition": JSONValue($0.partition)]
                            }),
                    ]
                }),
            "offsets": .array(
                group.offsetRows(ends).compactMap { row in
                    row.partition.map { partition in
                        [
                            "topic": .string(partition.topic),
                            "partition": JSONValue(partition.partition),
                            "currentOffset": JSONValue(row.committed),
                            "logEndOffset": JSONValue(row.end),
                            "lag": JSONValue(row.lag),
                            "memberId": JSONValue(row.member?.memberID),
                            "host": JSONValue(row.member?.clientHost),
                            "clientId": JSONValue(row.member?.clientID),
                        ]
                    }
                }),
            "problem": JSONValue(group.problem),
        ]
    }
}
