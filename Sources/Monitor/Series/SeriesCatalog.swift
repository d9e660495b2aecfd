import Cluster

/// One instance's value of a series: there, absent (nothing to say), or not to be read now.
enum Reading {
    case value(Double)
    case none
    case unreadable
}

/// A series with one sample a group.
struct GroupGauge: Sendable {
    var label = LabelCache.GroupLabel.consumergroup
    var value: @Sendable (GroupFigures) -> Reading
}

/// A series with one sample a partition of a group.
struct GroupPartitionGauge: Sendable {
    var label = LabelCache.GroupLabel.consumergroup
    var value: @Sendable (GroupPartitionFigures) -> Reading
}

/// A series with one sample a topic.
struct TopicGauge: Sendable {
    var value: @Sendable (TopicFigures) -> Double
}

/// A series with one sample a partition.
struct PartitionGauge: Sendable {
    var isOnlyForCompacted = false
    var value: @Sendable (PartitionFigures) -> Reading
}

/// A series with one sample.
struct ClusterGauge: Sendable {
    var needsTopics = true
    var value: @Sendable (Snapshot) -> Double
}

/// A series with one sample, of the embedded broker alone.
struct BrokerGauge: Sendable {
    var labels: @Sendable (EmbeddedStatus) -> [String: String] = { _ in [:] }
    var value: @Sendable (EmbeddedStatus) -> Double?
}

extension SnapshotSeries {
    static let groupGauges: [String: GroupGauge] = [
        "kafka_consumergroup_members": GroupGauge { .value(Double($0.description.members.count)) },
        "kafka_consumergroup_group_max_lag_seconds": GroupGauge(label: .group) { reading($0.age) },
        "kafka_consumergroup_group_sum_lag": GroupGauge(label: .group) { reading($0.lag, ifNoCommit: .none) },
        "kafka_consumergroup_group_max_lag": GroupGauge(label: .group) { group in
            group.partitions.compactMap(\.lag.records).max().map { .value(Double($0)) }
                ?? reading(group.lag, ifNoCommit: .none)
        },
        "weir_consumergroup_stopped_seconds": GroupGauge { group in
            guard group.lag.records != nil else { return reading(group.lag, ifNoCommit: .none) }
            return .value(Double(group.stoppedMilliseconds ?? 0) / 1000)
        },
        "weir_consumergroup_never_catches_up": GroupGauge { group in
            guard group.lag.records != nil else { return reading(group.lag, ifNoCommit: .none) }
            return .value(group.catchUp == .never ? 1 : 0)
        },
        "burrow_kafka_consumer_status": GroupGauge(label: .burrow) { reading($0.status) },
        "weir_consumergroup_lost_records": GroupGauge { .value(Double($0.loss.lost)) },
        "weir_consumergroup_will_lose": GroupGauge { group in
            guard group.lag.records != nil else { return reading(group.lag, ifNoCommit: .none) }
            return .value(group.partitions.contains(where: \.loss.isLosingMore) ? 1 : 0)
        },
        "weir_consumergroup_will_lose_in_seconds": GroupGauge { group in
            guard group.lag.records != nil else { return reading(group.lag, ifNoCommit: .none) }
            let horizons = group.partitions.lazy.filter(\.loss.isLosingMore).compactMap(\.loss.horizon.milliseconds)
            return horizons.min().map { .value(Double($0) / 1000) } ?? .none
        },
        "weir_consumergroup_loss_horizon_seconds": GroupGauge { group in
            group.partitions.compactMap(\.loss.horizon.milliseconds).min().map { .value(Double($0) / 1000) } ?? .none
        },
        "weir_consumergroup_rebalances_total": GroupGauge { .value(Double($0.churn.rebalances)) },
        "weir_consumergroup_unreadable_records": GroupGauge { group in
            .value(group.partitions.reduce(0) { $0 + Double($1.unreadable) })
        },
    ]

    static let groupPartitionGauges: [String: GroupPartitionGauge] = [
        "kafka_consumergroup_lag": GroupPartitionGauge { reading($0.lag, ifNoCommit: .value(-1)) },
        "kafka_consumergroup_current_offset": GroupPartitionGauge { row in
            row.commit.map { .value(Double($0.offset)) } ?? .none
        },
        "kafka_consumergroup_group_lag": GroupPartitionGauge(label: .group) { reading($0.lag, ifNoCommit: .none) },
        "kafka_consumergroup_group_lag_seconds": GroupPartitionGauge(label: .group) { reading($0.age) },
        "burrow_kafka_topic_partition_status": GroupPartitionGauge(label: .burrow) { reading($0.status) },
        "kafka_consumergroup_group_messages_lost": GroupPartitionGauge(label: .group) { row in
            row.commit == nil ? .none : .value(Double(row.unreadable))
        },
        "kafka_consumergroup_group_retention_margin": GroupPartitionGauge(label: .group) { row in
            guard let commit = row.commit else { return .none }
            return row.offsets.map { .value(Double(commit.offset) - Double($0.logStart)) } ?? .unreadable
        },
        "kafka_consumergroup_group_lag_retention_ratio": GroupPartitionGauge(label: .group) { row in
            guard row.commit != nil else { return .none }
            guard let offsets = row.offsets, let lag = row.lag.records else { return .unreadable }
            let held = Double(offsets.highWatermark) - Double(offsets.logStart)
            return .value(held > 0 ? min(Double(lag) / held * 100, 100) : 0)
        },
        "weir_consumergroup_partition_loss_horizon_seconds": GroupPartitionGauge { row in
            row.loss.horizon.milliseconds.map { .value(Double($0) / 1000) } ?? .none
        },
    ]

    static let topicGauges: [String: TopicGauge] = [
        "kafka_topic_partitions": TopicGauge { Double($0.partitions.count) }
    ]

    static let partitionGauges: [String: PartitionGauge] = [
        "kafka_topic_partition_current_offset": PartitionGauge { partition in
            partition.description.offsets.map { .value(Double($0.highWatermark)) } ?? .unreadable
        },
        "kafka_topic_partition_oldest_offset": PartitionGauge { partition in
            partition.description.offsets.map { .value(Double($0.logStart)) } ?? .unreadable
        },
        "kafka_topic_partition_leader": PartitionGauge { .value(Double($0.description.leader)) },
        "kafka_topic_partition_replicas": PartitionGauge { .value(Double($0.description.replicas.count)) },
        "kafka_topic_partition_in_sync_replica": PartitionGauge {
            .value(Double($0.description.inSyncReplicas.count))
        },
        "kafka_topic_partition_leader_is_preferred": PartitionGauge { partition in
            .value(partition.description.replicas.first == partition.description.leader ? 1 : 0)
        },
        "kafka_topic_partition_under_replicated_partition": PartitionGauge { .value(isShort($0) ? 1 : 0) },
        "kafka_log_log_size": PartitionGauge { partition in
            partition.description.sizeBytes.map { .value(Double($0)) } ?? .none
        },
        "kafka_log_log_logstartoffset": PartitionGauge { partition in
            partition.description.offsets.map { .value(Double($0.logStart)) } ?? .unreadable
        },
        "kafka_log_log_logendoffset": PartitionGauge { partition in
            partition.description.offsets.map { .value(Double($0.highWatermark)) } ?? .unreadable
        },
        "kafka_log_log_numlogsegments": PartitionGauge { partition in
            partition.description.segmentCount.map { .value(Double($0)) } ?? .none
        },
        "weir_topic_partition_dirty_ratio": PartitionGauge(isOnlyForCompacted: true) { partition in
            partition.description.cleaning.map { .value($0.dirtyRatio) } ?? .none
        },
        "weir_topic_partition_compaction_waiting_seconds": PartitionGauge(isOnlyForCompacted: true) { partition in
            guard partition.description.cleaning != nil else { return .none }
            return .value(Double(partition.compactionWaitingMilliseconds ?? 0) / 1000)
        },
    ]

    static let clusterGauges: [String: ClusterGauge] = [
        "up": ClusterGauge(needsTopics: false) { _ in 1 },
        "weir_cluster_up": ClusterGauge(needsTopics: false) { _ in 1 },
        "kafka_brokers": ClusterGauge(needsTopics: false) { Double($0.status?.brokers.count ?? 0) },
        "weir_brokers_silent": ClusterGauge(needsTopics: false) { Double($0.silentBrokers.count) },
        "kafka_controller_kafkacontroller_activecontrollercount": ClusterGauge(needsTopics: false) { snapshot in
            Double(snapshot.status?.brokers.count(where: \.isController) ?? 0)
        },
        "kafka_server_replicamanager_underreplicatedpartitions": ClusterGauge { snapshot in
            Double(snapshot.topics.reduce(0) { $0 + $1.partitions.count(where: isShort) })
        },
        "kafka_controller_kafkacontroller_offlinepartitionscount": ClusterGauge { snapshot in
            Double(snapshot.topics.reduce(0) { $0 + $1.partitions.count { $0.description.leader < 0 } })
        },
    ]

    static let brokerGauges: [String: BrokerGauge] = [
        "kafka_log_logmanager_offlinelogdirectorycount": BrokerGauge { $0.offlineReason == nil ? 0 : 1 },
        "kafka_server_brokertopicmetrics_bytesout_total": BrokerGauge { Double($0.bytesOut) },
        "kafka_server_brokertopicmetrics_totalproducerequests_total": BrokerGauge { Double($0.produceRequests) },
        "kafka_server_brokertopicmetrics_totalfetchrequests_total": BrokerGauge { Double($0.fetchRequests) },
        "weir_client_connections": BrokerGauge { Double($0.connections) },
        "weir_log_quarantined_segments": BrokerGauge { Double($0.quarantinedSegments) },
        "kafka_producer_record_error_total": BrokerGauge { Double($0.recordErrors) },
        "weir_disk_used_ratio": BrokerGauge(labels: { ["directory": $0.dataDirectory] }) { broker in
            guard let free = broker.diskFreeBytes, let total = broker.diskTotalBytes, total > 0 else { return nil }
            return min(max(1 - Double(free) / Double(total), 0), 1)
        },
    ]

    /// Transactions, of any cluster that tells of them.
    static let transactionGauges: [String: @Sendable (TransactionBoard) -> Double] = [
        "weir_transactions_open": { Double($0.openCount) },
        "weir_transactions_hanging": { Double($0.hangingCount) },
        "weir_transactions_oldest_seconds": { Double($0.oldestMilliseconds ?? 0) / 1000 },
    ]

    /// How polling goes and what it costs an attached cluster; no sample where no request is sent.
    static let pollGauges: [String: @Sendable (PollFacts) -> Double?] = [
        "weir_poll_interval_seconds": { Double($0.intervalMilliseconds) / 1000 },
        "weir_poll_duration_seconds": { $0.durationMilliseconds / 1000 },
        "weir_cluster_requests_per_second": { $0.load?.requestsPerSecond },
        "weir_cluster_request_bytes_per_second": { $0.load?.bytesPerSecond },
    ]

    private static func reading(_ lag: Lag, ifNoCommit: Reading) -> Reading {
        switch lag {
        case .records(let count, _): .value(Double(count))
        case .noCommit: ifNoCommit
        case .unknown: .unreadable
        }
    }

    private static func reading(_ age: LagAge) -> Reading {
        switch age {
        case .caughtUp: .value(0)
        case .milliseconds(let age, _): .value(Double(age) / 1000)
        case .noCommit: .none
        case .unknown: .unreadable
        }
    }

    private static func reading(_ status: StatusFigure) -> Reading {
        if let code = status.status.burrowCode { return .value(Double(code)) }
        return status.status == .none ? .none : .unreadable
    }

    private static func isShort(_ partition: PartitionFigures) -> Bool {
        partition.description.inSyncReplicas.count < partition.description.replicas.count
    }
}
