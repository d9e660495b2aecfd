package import Cluster

/// The line of Kafka's own tools that does the same as an act of the console, ready to be pasted into a shell.
package enum KafkaToolLine {
    /// `kafka-topics.sh --create`.
    package static func create(_ topic: NewTopic, at bootstrap: String) -> String {
        var words = ["kafka-topics.sh", "--bootstrap-server", bootstrap, "--create", "--topic", topic.name]
        if let partitions = topic.partitions { words += ["--partitions", "\(partitions)"] }
        if let factor = topic.replicationFactor { words += ["--replication-factor", "\(factor)"] }
        for setting in topic.settings { words += ["--config", "\(setting.name)=\(setting.value)"] }
        return line(words)
    }

    /// `kafka-topics.sh --delete`. Kafka reads the name as a regular expression, so what is special in one is quoted, and several are
    /// alternatives.
    package static func deleteTopics(_ names: [String], at bootstrap: String) -> String {
        let pattern = names.map { $0.replacing(".", with: "\\.") }.joined(separator: "|")
        return line(["kafka-topics.sh", "--bootstrap-server", bootstrap, "--delete", "--topic", pattern])
    }

    /// `kafka-topics.sh --alter --partitions`.
    package static func addPartitions(to name: String, total: Int32, at bootstrap: String) -> String {
        line([
            "kafka-topics.sh", "--bootstrap-server", bootstrap, "--alter", "--topic", name.replacing(".", with: "\\."),
            "--partitions", "\(total)",
        ])
    }

    /// `kafka-configs.sh --alter`; values with commas stand in brackets.
    package static func alter(_ resource: ConfigResource, _ changes: [ConfigChange], at bootstrap: String) -> String {
        var words = ["kafka-configs.sh", "--bootstrap-server", bootstrap, "--alter"]
        switch resource {
        case .topic(let name): words += ["--entity-type", "topics", "--entity-name", name]
        case .broker(let id): words += ["--entity-type", "brokers", "--entity-name", "\(id)"]
        case .brokerDefaults: words += ["--entity-type", "brokers", "--entity-default"]
        }
        let set = changes.filter { $0.operation != .delete }.map { change in
            let value = change.value ?? ""
            return "\(change.name)=" + (value.contains(",") ? "[\(value)]" : value)
        }
        let deleted = changes.filter { $0.operation == .delete }.map(\.name)
        if !set.isEmpty { words += ["--add-config", set.joined(separator: ",")] }
        if !deleted.isEmpty { words += ["--delete-config", deleted.joined(separator: ",")] }
        return line(words)
    }

    /// `kafka-delete-records.sh`, its file written in place by the shell.
    package static func deleteRecords(before offsets: [TopicPartition: Int64], at bootstrap: String) -> String {
        // Names of topics are letters, digits, points, dashes and underscores: nothing in them needs escaping.
        let partitions = offsets.sorted { $0.key < $1.key }.map {
            #"{"topic":"\#($0.key.topic)","partition":\#($0.key.partition),"offset":\#($0.value)}"#
        }
        let file = #"{"partitions":[\#(partitions.joined(separator: ","))],"version":1}"#
        return line(["kafka-delete-records.sh", "--bootstrap-server", bootstrap, "--offset-json-file"])
            + " <(echo \(quoted(file)))"
    }

    /// `kafka-consumer-groups.sh --delete`.
    package static func deleteGroup(_ id: String, at bootstrap: String) -> String {
        line(["kafka-consumer-groups.sh", "--bootstrap-server", bootstrap, "--delete", "--group", id])
    }

    private static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    /// A word as a shell takes it for one: bare where nothing in it is special, else in single quotes.
    package static func quoted(_ word: String) -> String {
        let isBare =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || $0.properties.numericType != nil
                        || "._-:,=@/+".unicodeScalars.contains($0))
            }
        return isBare ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
}
