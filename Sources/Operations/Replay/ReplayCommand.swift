/// A reset as a line for `kafka-consumer-groups.sh`.
package enum ReplayCommand {
    /// The line that does the same; for another group's offsets two, joined by `&&`. Times carry their zone. Nil where nothing was chosen.
    ///
    /// - Parameters:
    ///   - bootstrap: `host:port` of a broker.
    ///   - partitions: The partitions that are moved; nil for all of the topic.
    package static func line(_ request: ReplayRequest, partitions: [Int32]?, bootstrap: String) -> String? {
        let tool = "kafka-consumer-groups.sh --bootstrap-server \(KafkaToolLine.quoted(bootstrap))"
        let topic = request.topic + (partitions.map { ":" + $0.map(String.init).joined(separator: ",") } ?? "")
        func reset(_ place: String, topic: String?) -> String {
            "\(tool) --group \(KafkaToolLine.quoted(request.group)) --reset-offsets"
                + (topic.map { " --topic \(KafkaToolLine.quoted($0))" } ?? "") + " \(place) --execute"
        }
        switch request.target {
        case .current: return nil
        case .earliest: return reset("--to-earliest", topic: topic)
        case .latest: return reset("--to-latest", topic: topic)
        case .time(let time):
            return reset("--to-datetime \(RFC3339.text(max(0, min(253_402_300_799_999, time))))", topic: topic)
        case .back(let span): return reset("--by-duration \(ResetTimes.durationText(span))", topic: topic)
        case .offset(let offset): return reset("--to-offset \(offset)", topic: topic)
        case .shift(let count): return reset("--shift-by \(count)", topic: topic)
        case .group(let other):
            let file = KafkaToolLine.quoted("\(other.filter { $0 != "/" }).csv")
            return
                "\(tool) --group \(KafkaToolLine.quoted(other)) --reset-offsets --topic \(KafkaToolLine.quoted(topic)) --to-current --export > \(file)"
                + " && " + reset("--from-file \(file)", topic: nil)
        case .file(let path): return reset("--from-file \(KafkaToolLine.quoted(path))", topic: nil)
        case .undo(let file): return reset("--from-file \(KafkaToolLine.quoted(file.path))", topic: nil)
        }
    }
}
