package import AlertRules
import Cluster

/// A snapshot as named series with labels, the way Prometheus exporters publish them: what alert rules read.
///
/// Names and labels are kafka_exporter's (`consumergroup`), those of time lag kafka-lag-exporter's (`group`); broker gauges have the JMX exporter's names. What no
/// exporter has begins with `weir_`. A series is computed when it is asked for.
package struct SnapshotSeries: Sendable {
    /// The snapshot.
    let snapshot: Snapshot
    /// Why the groups' figures are old; nil when they are fresh.
    let groupsProblem: String?
    /// Why the topics' figures are old.
    let topicsProblem: String?
    /// Why the status is old.
    let statusProblem: String?
    /// Label sets made so far.
    package private(set) var labels: LabelCache

    /// A view of a snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: The snapshot.
    ///   - groupsProblem: Why nothing is known of groups now; nil when it is.
    ///   - topicsProblem: Likewise of topics.
    ///   - statusProblem: Likewise of the cluster's status.
    ///   - labels: Label sets of earlier snapshots.
    package init(
        snapshot: Snapshot,
        groupsProblem: String? = nil,
        topicsProblem: String? = nil,
        statusProblem: String? = nil,
        labels: LabelCache = LabelCache()
    ) {
        self.snapshot = snapshot
        self.groupsProblem = groupsProblem
        self.topicsProblem = topicsProblem
        self.statusProblem = statusProblem
        self.labels = labels
        self.labels.trim(groups: snapshot.groups.count, topics: snapshot.topics.count)
    }

    /// The names that can be read, ascending. Series of the broker itself have samples only on the embedded broker.
    package static let names: [String] = {
        var names = Array(groupGauges.keys) + Array(groupPartitionGauges.keys) + Array(topicGauges.keys)
        names += Array(partitionGauges.keys) + Array(clusterGauges.keys) + Array(brokerGauges.keys)
        return (names + Array(brokerFamilies.keys) + Array(transactionGauges.keys) + Array(pollGauges.keys)).sorted()
    }()

    /// The samples of a series now.
    package mutating func read(_ name: String) -> SeriesReading {
        if let gauge = Self.groupGauges[name] { return read(gauge) }
        if let gauge = Self.groupPartitionGauges[name] { return read(gauge) }
        if let gauge = Self.topicGauges[name] { return read(gauge) }
        if let gauge = Self.partitionGauges[name] { return read(gauge) }
        if let gauge = Self.clusterGauges[name] { return read(gauge) }
        if let gauge = Self.brokerGauges[name] { return read(gauge) }
        if let family = Self.brokerFamilies[name] { return read(family) }
        if let gauge = Self.transactionGauges[name] {
            guard let board = snapshot.transactions, board.isTold else { return .noSuchSeries }
            if board.staleSince != nil { return .unavailable(board.problem ?? "transactions could not be read") }
            return .samples([SeriesSample(labels: LabelSet(), value: gauge(board))])
        }
        if let gauge = Self.pollGauges[name] {
            let value = gauge(snapshot.poll)
            return .samples(value.map { [SeriesSample(labels: LabelSet(), value: $0)] } ?? [])
        }
        return .noSuchSeries
    }

    private mutating func read(_ gauge: GroupGauge) -> SeriesReading {
        if let groupsProblem { return .unavailable(groupsProblem) }
        var samples: [SeriesSample] = []
        var unreadable: [LabelSet] = []
        samples.reserveCapacity(snapshot.groups.count)
        for group in snapshot.groups {
            let labels = labels.labels(ofGroup: group.description.groupID, as: gauge.label)
            // Where some partitions are live, what is known of the others stands beside them.
            switch group.staleSince == nil || group.isPartlyStale ? gauge.value(group) : .unreadable {
            case .value(let value): samples.append(SeriesSample(labels: labels, value: value))
            case .none: break
            case .unreadable: unreadable.append(labels)
            }
        }
        return .samples(samples, unreadable: unreadable)
    }

    private mutating func read(_ gauge: GroupPartitionGauge) -> SeriesReading {
        if let groupsProblem { return .unavailable(groupsProblem) }
        var samples: [SeriesSample] = []
        var unreadable: [LabelSet] = []
        for group in snapshot.groups {
            let labels = labels.labels(ofRows: group, as: gauge.label)
            for (row, labels) in zip(group.partitions, labels) {
                switch row.staleSince == nil ? gauge.value(row) : .unreadable {
                case .value(let value): samples.append(SeriesSample(labels: labels, value: value))
                case .none: break
                case .unreadable: unreadable.append(labels)
                }
            }
        }
        return .samples(samples, unreadable: unreadable)
    }

    private mutating func read(_ gauge: TopicGauge) -> SeriesReading {
        if let topicsProblem { return .unavailable(topicsProblem) }
        let samples = snapshot.topics.map { topic in
            SeriesSample(labels: labels.labels(ofTopic: topic.description.name), value: gauge.value(topic))
        }
        return .samples(samples)
    }

    private mutating func read(_ gauge: PartitionGauge) -> SeriesReading {
        if let topicsProblem { return .unavailable(topicsProblem) }
        var samples: [SeriesSample] = []
        var unreadable: [LabelSet] = []
        for topic in snapshot.topics {
            if gauge.isOnlyForCompacted, !topic.description.retention.isCompacted { continue }
            let labels = labels.labels(
                ofTopic: topic.description.name,
                partitions: topic.partitions.lazy.map(\.description.partition)
            )
            for (partition, labels) in zip(topic.partitions, labels) {
                switch partition.staleSince == nil ? gauge.value(partition) : .unreadable {
                case .value(let value): samples.append(SeriesSample(labels: labels, value: value))
                case .none: break
                case .unreadable: unreadable.append(labels)
                }
            }
        }
        return .samples(samples, unreadable: unreadable)
    }

    private func read(_ gauge: ClusterGauge) -> SeriesReading {
        if let problem = gauge.needsTopics ? topicsProblem : statusProblem { return .unavailable(problem) }
        return .samples([SeriesSample(labels: LabelSet(), value: gauge.value(snapshot))])
    }

    private func read(_ gauge: BrokerGauge) -> SeriesReading {
        if let statusProblem { return .unavailable(statusProblem) }
        guard let status = snapshot.status else { return .unavailable("the status has not been read yet") }
        // A figure only the embedded broker has: on another cluster nobody publishes it.
        guard let broker = status.embedded else { return .noSuchSeries }
        guard let value = gauge.value(broker) else { return .samples([]) }
        return .samples([SeriesSample(labels: LabelSet(gauge.labels(broker)), value: value)])
    }
}
