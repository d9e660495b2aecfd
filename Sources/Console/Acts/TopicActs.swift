import Cluster
import Monitor
import Operations

/// Creating and deleting topics, deleting groups.
extension ConsoleState {
    /// The words that leave a number or a policy to the broker.
    private static let brokersChoice = "the broker's default"

    /// Asks what a new topic shall be like.
    mutating func beginNewTopic() -> [Effect] {
        dialog = .form(
            Form(
                .newTopic, title: "new topic", verb: "create",
                lead: ["What is left empty takes the broker's default."],
                fields: [
                    Form.Field("name", "name", hint: "letters, figures, . _ -", isRequired: true),
                    Form.Field("partitions", "partitions", hint: "num.partitions"),
                    Form.Field("replicas", "replicas", hint: "default.replication.factor"),
                    Form.Field(
                        "policy", "cleanup.policy",
                        .choice([Self.brokersChoice, "delete", "compact", "compact,delete"])),
                    Form.Field("settings", "settings", hint: "retention.ms=86400000,segment.bytes=104857600"),
                ]))
        return []
    }

    /// Has a new topic checked by the cluster.
    mutating func submitNewTopic(_ form: Form) -> [Effect] {
        var topic = NewTopic(form["name"])
        if self.topic(topic.name) != nil { return refuse(form, "there is a topic \(topic.name) already") }
        if !form["partitions"].isEmpty {
            guard let count = Int32(form["partitions"]), count > 0 else {
                return refuse(form, "partitions: a whole number from 1 is needed")
            }
            topic.partitions = count
        }
        if !form["replicas"].isEmpty {
            guard let count = Int16(form["replicas"]), count > 0 else {
                return refuse(form, "replicas: a whole number from 1 is needed")
            }
            topic.replicationFactor = count
        }
        if form["policy"] != Self.brokersChoice { topic.settings.append(("cleanup.policy", form["policy"])) }
        switch SettingsLine.read(form["settings"]) {
        case .failure(let problem): return refuse(form, problem.description)
        case .success(let settings):
            if let twice = settings.first(where: { it in topic.settings.contains { $0.name == it.name } }) {
                return refuse(form, "\(twice.name) is set twice")
            }
            topic.settings += settings
        }
        return check(.createTopic(topic), of: form)
    }

    /// Shows what deleting the topics chosen, or the selected group, would take away.
    mutating func beginDelete() -> [Effect] {
        if let id = selectedGroup { return beginDeleteGroup(id) }
        let chosen = chosenTopics.compactMap(topic)
        if let own = chosen.first(where: \.description.isInternal) {
            say("\(own.description.name) is Kafka's own: it is not deleted from here", .warn)
            return []
        }
        if chosen.count > 1 {
            dialog = .act(deletion(of: chosen))
        } else if let it = chosen.first {
            dialog = .act(deletion(of: it))
        }
        return []
    }

    private func deletion(of it: TopicFigures) -> ActPreview {
        let name = it.description.name
        var lines = [
            ActPreview.Line("partitions  \(it.description.partitions.count)"),
            ActPreview.Line("records     \(Self.recordWords(it))"),
            ActPreview.Line("size        \(it.sizeBytes.map { Figures.bytes($0) } ?? "?")"),
        ]
        if let rate = it.recordsInPerSecond, rate > 0 {
            lines.append(ActPreview.Line("▲ \(Figures.rate(rate)) records/s are being written to it", .warn))
        }
        for reader in it.groupIDs.prefix(6) {
            let lag = group(reader)?.lag.records.map { ", \(Figures.short($0)) behind in all" } ?? ""
            lines.append(ActPreview.Line("▲ \(reader) reads it\(lag)", .warn))
        }
        if it.groupIDs.count > 6 {
            lines.append(ActPreview.Line("▲ … \(it.groupIDs.count - 6) more groups read it", .warn))
        }
        lines.append(ActPreview.Line("Topic, records and settings are gone for good.", .crit))
        return ActPreview(
            title: "delete topic \(name)", verb: "delete…", lines: lines,
            deed: Deed(name, words: "delete it for good", .destructive, effects: [.act(.deleteTopics([name]))]))
    }

    /// Several topics: a row each, and their sum.
    private func deletion(of topics: [TopicFigures]) -> ActPreview {
        let (names, words) = (topics.map(\.description.name), "\(topics.count) topics")
        var lines: [ActPreview.Line] = []
        let written = topics.count { ($0.recordsInPerSecond ?? 0) > 0 }
        if written > 0 {
            lines.append(ActPreview.Line("▲ records are being written to \(written) of them", .warn))
        }
        let readers = Set(topics.flatMap(\.groupIDs)).count
        if readers > 0 {
            lines.append(
                ActPreview.Line("▲ \(readers == 1 ? "1 group reads" : "\(readers) groups read") them", .warn))
        }
        lines.append(ActPreview.Line("Topics, records and settings are gone for good.", .crit))
        var it = ActPreview(
            title: "delete \(words)", verb: "delete…", lines: lines,
            deed: Deed(words, words: "delete them for good", .destructive, effects: [.act(.deleteTopics(names))]))
        it.table = [["TOPIC", "PARTITIONS", "RECORDS", "SIZE", "GROUPS"]]
        it.table += topics.map { topic in
            [
                topic.description.name, "\(topic.description.partitions.count)", Self.recordWords(topic),
                topic.sizeBytes.map { Figures.bytes($0) } ?? "?", "\(topic.groupIDs.count)",
            ]
        }
        let sizes = topics.map(\.sizeBytes)
        let size = sizes.contains(nil) ? "?" : Figures.bytes(sizes.reduce(0) { $0 + ($1 ?? 0) })
        it.table.append(["all", "\(topics.reduce(0) { $0 + $1.description.partitions.count })", "", size, "\(readers)"])
        return it
    }

    /// A topic's records; at most so many where compaction left gaps.
    private static func recordWords(_ topic: TopicFigures) -> String {
        let bound = topic.description.retention.isCompacted ? "≤ " : ""
        return "\(bound)\(TopicTables.records(topic).map { Figures.grouped($0) } ?? "?")"
    }

    private mutating func beginDeleteGroup(_ id: String) -> [Effect] {
        guard let it = group(id) else { return [] }
        let members = it.description.members.count
        guard members == 0 else {
            let count = members == 1 ? "1 live member" : "\(members) live members"
            say("\(id) has \(count); stop its consumers first", .warn)
            return []
        }
        let topics = Set(it.partitions.map(\.topicPartition.topic))
        let commits = it.partitions.count { $0.commit != nil }
        dialog = .act(
            ActPreview(
                title: "delete group \(id)", verb: "delete…",
                lines: [
                    ActPreview.Line("state    \(it.description.state.rawValue)"),
                    ActPreview.Line("commits  \(commits), topics \(topics.count)"),
                    ActPreview.Line("lag      \(it.lag.records.map { Figures.grouped($0) } ?? "?")"),
                    ActPreview.Line("Where it stands in each partition is forgotten: started again it reads", .crit),
                    ActPreview.Line("from where auto.offset.reset sends it.", .crit),
                ],
                deed: Deed(id, words: "delete the group", .destructive, effects: [.act(.deleteGroup(id))])))
        return []
    }

    /// True where `D` has something to delete.
    var canDelete: Bool { mayWrite && (selectedGroup != nil || selectedTopic != nil) }
}

/// `key=value,key=[a,b]` as a person types settings.
enum SettingsLine {
    /// Why a line of settings was not understood.
    struct Problem: Error, Equatable, CustomStringConvertible {
        var description: String
    }

    /// Reads it; a comma within brackets belongs to the value, and the brackets go.
    static func read(_ text: String) -> Result<[(name: String, value: String)], Problem> {
        var settings: [(name: String, value: String)] = []
        for part in parts(text) {
            guard let equals = part.firstIndex(of: "=") else {
                return .failure(Problem(description: "settings: \(part.trimmingBlanks) is no key=value"))
            }
            let name = String(part[..<equals]).trimmingBlanks
            var value = String(part[part.index(after: equals)...]).trimmingBlanks
            if value.hasPrefix("["), value.hasSuffix("]"), value.count >= 2 {
                value = String(value.dropFirst().dropLast())
            }
            guard !name.isEmpty else { return .failure(Problem(description: "settings: a key is missing before =")) }
            guard !settings.contains(where: { $0.name == name }) else {
                return .failure(Problem(description: "\(name) is set twice"))
            }
            settings.append((name, value))
        }
        return .success(settings)
    }

    private static func parts(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for letter in text {
            if letter == "[" { depth += 1 }
            if letter == "]" { depth -= 1 }
            if letter == ",", depth <= 0 { parts.append("") } else { parts[parts.count - 1].append(letter) }
        }
        return parts.filter { !$0.trimmingBlanks.isEmpty }
    }
}
