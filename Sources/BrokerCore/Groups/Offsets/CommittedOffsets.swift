package import Cluster

/// The committed offsets of one group, by topic and partition.
///
/// Copies share their arrays until one of them changes, so a reader may keep what it got: a commit after that copies the
/// offsets of its topic, nothing else.
package struct CommittedOffsets: Sendable, Equatable {
    /// Ascending by topic, none of them empty.
    package private(set) var topics: [TopicCommits] = []

    /// No offsets.
    package init() {}

    /// Whether nothing is committed.
    package var isEmpty: Bool { topics.isEmpty }
    /// How many partitions have an offset.
    package var count: Int { topics.reduce(0) { $0 + $1.partitions.count } }

    /// The offset of a partition; nil if it has none.
    package subscript(topic: String, partition: Int32) -> PartitionCommit? {
        let at = place(of: topic)
        guard at < topics.count, topics[at].topic == topic else { return nil }
        let inTopic = topics[at].place(of: partition)
        guard inTopic < topics[at].partitions.count, topics[at].partitions[inTopic].partition == partition else {
            return nil
        }
        return topics[at].partitions[inTopic]
    }

    /// Stores an offset unless a later one is there.
    ///
    /// - Returns: Whether it was stored.
    @discardableResult
    package mutating func store(_ commit: PartitionCommit, topic: String) -> Bool {
        let at = place(of: topic)
        guard at < topics.count, topics[at].topic == topic else {
            topics.insert(TopicCommits(topic: topic, partitions: [commit]), at: at)
            return true
        }
        let inTopic = topics[at].place(of: commit.partition)
        if inTopic < topics[at].partitions.count, topics[at].partitions[inTopic].partition == commit.partition {
            guard topics[at].partitions[inTopic].order <= commit.order else { return false }
            topics[at].partitions[inTopic] = commit
        } else {
            topics[at].partitions.insert(commit, at: inTopic)
        }
        return true
    }

    /// Takes an offset away.
    ///
    /// - Returns: What it was; nil if there was none.
    @discardableResult
    package mutating func remove(_ partition: TopicPartition) -> PartitionCommit? {
        let at = place(of: partition.topic)
        guard at < topics.count, topics[at].topic == partition.topic else { return nil }
        let inTopic = topics[at].place(of: partition.partition)
        guard inTopic < topics[at].partitions.count,
            topics[at].partitions[inTopic].partition == partition.partition
        else { return nil }
        let removed = topics[at].partitions.remove(at: inTopic)
        if topics[at].partitions.isEmpty { topics.remove(at: at) }
        return removed
    }

    /// The partitions whose offset satisfies a condition, ascending.
    package func partitions(where condition: (String, PartitionCommit) -> Bool) -> [TopicPartition] {
        var found: [TopicPartition] = []
        for commits in topics {
            for commit in commits.partitions where condition(commits.topic, commit) {
                found.append(TopicPartition(topic: commits.topic, partition: commit.partition))
            }
        }
        return found
    }

    /// Where a topic stands, or would stand.
    private func place(of topic: String) -> Int {
        var low = 0
        var high = topics.count
        while low < high {
            let middle = (low + high) / 2
            if topics[middle].topic < topic { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension TopicCommits {
    /// Where a partition stands, or would stand. Topics whose partitions all have an offset need no search.
    fileprivate func place(of partition: Int32) -> Int {
        let guess = Int(partition)
        if guess >= 0, guess < partitions.count, partitions[guess].partition == partition { return guess }
        var low = 0
        var high = partitions.count
        while low < high {
            let middle = (low + high) / 2
            if partitions[middle].partition < partition { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
