package import KafkaProtocol

/// Partitions of several topics.
package struct PartitionAssignment: Sendable, Equatable {
    /// The partitions' numbers by topic; no topic has none.
    package private(set) var topics: [KafkaUUID: Set<Int32>] = [:]

    /// No partitions.
    package init() {}

    /// Partitions as messages and records carry them; what is named twice counts once.
    package init(_ topics: [ConsumerGroupTopicPartitions]) {
        for topic in topics where !topic.partitions.isEmpty {
            self.topics[topic.topicID, default: []].formUnion(topic.partitions)
        }
    }

    /// As messages and records carry them: topics ascending by id, partitions ascending.
    package var wireForm: [ConsumerGroupTopicPartitions] {
        topics.sorted { $0.key < $1.key }.map {
            ConsumerGroupTopicPartitions(topicID: $0.key, partitions: $0.value.sorted())
        }
    }

    /// Whether there are none.
    package var isEmpty: Bool { topics.isEmpty }
    /// How many partitions there are.
    package var count: Int { topics.values.reduce(0) { $0 + $1.count } }

    /// The partitions of a topic.
    package subscript(topic: KafkaUUID) -> Set<Int32> {
        get { topics[topic] ?? [] }
        set { topics[topic] = newValue.isEmpty ? nil : newValue }
    }

    /// Adds a partition.
    mutating func insert(_ partition: Int32, of topic: KafkaUUID) { topics[topic, default: []].insert(partition) }

    /// Takes a partition away.
    mutating func remove(_ partition: Int32, of topic: KafkaUUID) { self[topic].remove(partition) }

    /// Those that the other one has too.
    func intersection(_ other: Self) -> Self {
        var common = Self()
        for (topic, partitions) in topics { common[topic] = partitions.intersection(other[topic]) }
        return common
    }

    /// Those that the other one has not.
    func subtracting(_ other: Self) -> Self {
        var rest = Self()
        for (topic, partitions) in topics { rest[topic] = partitions.subtracting(other[topic]) }
        return rest
    }

    /// Those of both.
    func union(_ other: Self) -> Self {
        var all = self
        for (topic, partitions) in other.topics { all[topic].formUnion(partitions) }
        return all
    }

    /// Whether the other one has all of them.
    func isSubset(of other: Self) -> Bool { topics.allSatisfy { $0.value.isSubset(of: other[$0.key]) } }

    /// Whether they have a partition in common.
    func overlaps(_ other: Self) -> Bool { topics.contains { !$0.value.isDisjoint(with: other[$0.key]) } }
}
