import AlertRules
import Cluster

/// Label sets made once for each group, topic and partition, and kept from poll to poll.
package struct LabelCache: Sendable {
    /// The families of label sets: kafka_exporter's names, those of kafka-lag-exporter, which says `group`, and Burrow's.
    enum GroupLabel: String, Sendable {
        case consumergroup
        case group
        case burrow = "consumer_group"
    }

    private var groups: [GroupLabel: [String: LabelSet]] = [:]
    private var topics: [String: LabelSet] = [:]
    private var partitions: [String: [LabelSet]] = [:]
    private var rows: [GroupLabel: [String: [(TopicPartition, LabelSet)]]] = [:]

    /// No labels yet.
    package init() {}

    /// Drops what no longer exists when there is much of it.
    mutating func trim(groups: Int, topics: Int) {
        self.groups = self.groups.filter { $0.value.count <= 2 * groups + 64 }
        rows = rows.filter { $0.value.count <= 2 * groups + 64 }
        if self.topics.count > 2 * topics + 64 { self.topics = [:] }
        if partitions.count > 2 * topics + 64 { partitions = [:] }
    }

    mutating func labels(ofGroup id: String, as name: GroupLabel) -> LabelSet {
        Self.cached(id, in: &groups[name, default: [:]]) { LabelSet([name.rawValue: id]) }
    }

    mutating func labels(ofTopic topic: String) -> LabelSet {
        Self.cached(topic, in: &topics) { LabelSet(["topic": topic]) }
    }

    /// The label sets of a topic's partitions, in the order of the numbers given.
    mutating func labels(ofTopic topic: String, partitions numbers: some BidirectionalCollection<Int32>) -> [LabelSet] {
        if let known = partitions[topic], known.count == numbers.count,
            numbers.last.map({ known[known.count - 1]["partition"] == String($0) }) ?? true
        {
            return known
        }
        let made = numbers.map { LabelSet(["topic": topic, "partition": String($0)]) }
        partitions[topic] = made
        return made
    }

    /// The label sets of a group's rows, in their order.
    mutating func labels(ofRows figures: GroupFigures, as name: GroupLabel) -> [LabelSet] {
        let id = figures.description.groupID
        if let known = rows[name]?[id], known.count == figures.partitions.count,
            zip(known, figures.partitions).allSatisfy({ $0.0 == $1.topicPartition })
        {
            return known.map(\.1)
        }
        let made = figures.partitions.map { row in
            let labels = [
                name.rawValue: id,
                "topic": row.topicPartition.topic,
                "partition": String(row.topicPartition.partition),
            ]
            return (row.topicPartition, LabelSet(labels))
        }
        rows[name, default: [:]][id] = made
        return made.map(\.1)
    }

    private static func cached(_ key: String, in cache: inout [String: LabelSet], make: () -> LabelSet) -> LabelSet {
        if let known = cache[key] { return known }
        let made = make()
        cache[key] = made
        return made
    }
}
