import Cluster

/// The tables of `kafka-consumer-groups.sh`: columns and widths are its printf formats.
enum GroupTables {
    /// What stands where nothing is known or nothing is there.
    static let missing = "-"

    /// `--list`, with a type or state column where asked for.
    static func list(_ groups: [GroupDescription], showsTypes: Bool, showsStates: Bool) -> [String] {
        guard showsTypes || showsStates else { return groups.map(\.groupID) }
        let width = max(15, groups.map(\.groupID.count).max() ?? 0) + 10
        func row(_ group: String, _ type: String, _ state: String) -> String {
            var columns = [padded(group, width)]
            if showsTypes { columns.append(padded(type, 20)) }
            if showsStates { columns.append(padded(state, 20)) }
            return columns.joined(separator: " ")
        }
        return [row("GROUP", "TYPE", "STATE")] + groups.map { row($0.groupID, $0.type.rawValue, $0.state.rawValue) }
    }

    /// `--describe --offsets` of one group; nothing where there is no row.
    static func offsets(_ rows: [GroupOffsetRow], of group: String) -> [String] {
        guard !rows.isEmpty else { return [] }
        let groupWidth = max(15, group.count)
        let topicWidth = width(rows.map { $0.partition?.topic })
        let memberWidth = width(rows.map { $0.member?.memberID })
        let hostWidth = width(rows.map { $0.member?.clientHost })
        func line(_ columns: [String]) -> String {
            let widths = [groupWidth, topicWidth, 10, 15, 15, 15, memberWidth, hostWidth, 0]
            return zip(columns, widths).map(padded).joined(separator: " ")
        }
        let header = [
            "GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST",
            "CLIENT-ID",
        ]
        return [line(header)]
            + rows.map { row in
                line([
                    group, row.partition?.topic ?? missing, text(row.partition?.partition), text(row.committed),
                    text(row.end), text(row.lag), row.member?.memberID ?? missing, row.member?.clientHost ?? missing,
                    row.member?.clientID ?? missing,
                ])
            }
    }

    /// `--describe --members` of one group.
    ///
    /// - Parameter isVerbose: Adds the partitions of each member, with their topics.
    static func members(_ group: GroupDescription, isVerbose: Bool) -> [String] {
        let members = group.membersByLoad
        let hasInstances = members.contains { $0.groupInstanceID != nil }
        let groupWidth = width(members.map { _ in group.groupID })
        let memberWidth = width(members.map(\.memberID))
        let instanceWidth = max(17, members.compactMap { $0.groupInstanceID?.count }.max() ?? 0)
        let hostWidth = width(members.map(\.clientHost))
        let clientWidth = width(members.map(\.clientID))
        func line(_ columns: [(String, Int)], _ instance: String, _ last: String) -> String {
            var columns = columns
            if hasInstances { columns.insert((instance, instanceWidth), at: 2) }
            return columns.map(padded).joined(separator: " ") + " " + (isVerbose ? last : "")
        }
        let header = line(
            [
                ("GROUP", groupWidth), ("CONSUMER-ID", memberWidth), ("HOST", hostWidth), ("CLIENT-ID", clientWidth),
                ("#PARTITIONS", 15),
            ], "GROUP-INSTANCE-ID", "ASSIGNMENT")
        return [header]
            + members.map { member in
                line(
                    [
                        (group.groupID, groupWidth), (member.memberID, memberWidth), (member.clientHost, hostWidth),
                        (member.clientID, clientWidth), ("\(member.assignment.count)", 15),
                    ], member.groupInstanceID ?? "", assignment(member.assignment))
            }
    }

    /// `--describe --state` of one group.
    static func state(_ group: GroupDescription) -> [String] {
        let coordinator = group.coordinator.map { "\($0.host):\($0.port)  (\($0.nodeID))" } ?? missing
        let widths = [max(25, group.groupID.count), max(25, coordinator.count), 20, 15, 0]
        func line(_ columns: [String]) -> String { zip(columns, widths).map(padded).joined(separator: " ") }
        return [
            line(["GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "#MEMBERS"]),
            line([
                group.groupID, coordinator, group.protocolName, group.state.rawValue, "\(group.members.count)",
            ]),
        ]
    }

    /// `orders(0,1), payments(2)`; Kafka 3.8 leaves the topics' names out.
    private static func assignment(_ partitions: [TopicPartition]) -> String {
        guard !partitions.isEmpty else { return missing }
        return Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }.map { topic, partitions in
            "\(topic)(" + partitions.map(\.partition).sorted().map { "\($0)" }.joined(separator: ",") + ")"
        }.joined(separator: ", ")
    }

    /// A text filled up with blanks; a longer one stays whole, as in printf.
    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func text(_ number: (some BinaryInteger)?) -> String { number.map { "\($0)" } ?? missing }

    private static func width(_ texts: [String?]) -> Int { max(15, texts.map { $0?.count ?? 1 }.max() ?? 0) }
}
