import Cluster

/// Every metric that Weir publishes, so that a rule on another one can be told: it would never fire.
///
/// Names and labels are kafka_exporter's (`consumergroup`), those of lag in time kafka-lag-exporter's (`group`), of statuses Burrow's, of a broker's own gauges
/// the JMX exporter's; what no exporter has begins with `weir_`.
package enum MetricCatalogue {
    /// All metrics, in groups of what they are about.
    package static let all =
        groups + partitionsOfGroups + topics + cluster + broker + brokerFamilies + requestTimes + flushTimes + poll
        + rules

    /// The series of what is pending or firing, as Prometheus has it.
    package static let alertsName = RuleRun.alertsName

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// All names.
    package static let names = Set(byName.keys)

    /// A metric by its name.
    package static func metric(_ name: String) -> Metric? { byName[name] }

    /// The nearest name that is published.
    package static func nearest(to name: String) -> String? { Suggestion.nearest(to: name, among: names.sorted()) }

    private static let burrow = ["cluster", "consumer_group"]

    private static let groups = [
        Metric("kafka_consumergroup_members", .gauge, ["consumergroup"], "Members of the group."),
        Metric(
            "kafka_consumergroup_group_max_lag_seconds", .gauge, ["group"],
            "Seconds since the oldest record was written that the group has not read."),
        Metric("kafka_consumergroup_group_sum_lag", .gauge, ["group"], "Records the group has not read."),
        Metric(
            "kafka_consumergroup_group_max_lag", .gauge, ["group"], "Records not read of the group's worst partition."),
        Metric(
            "weir_consumergroup_stopped_seconds", .gauge, ["consumergroup"],
            "Seconds for which nothing new was committed though records wait; 0 while it works."),
        Metric(
            "weir_consumergroup_never_catches_up", .gauge, ["consumergroup"],
            "1 while the group handles no more than arrives and its lag is no small one."),
        Metric("burrow_kafka_consumer_status", .gauge, burrow, "The group's status with Burrow's numbers, 1 is OK."),
        Metric(
            "weir_consumergroup_lost_records", .gauge, ["consumergroup"],
            "Records deleted before the group had read them, until somebody acknowledges it."),
        Metric(
            "weir_consumergroup_will_lose", .gauge, ["consumergroup"],
            "1 while retention will reach unread records before the group does."),
        Metric(
            "weir_consumergroup_will_lose_in_seconds", .gauge, ["consumergroup"],
            "Seconds until records are deleted that the group will not have read by then."),
        Metric(
            "weir_consumergroup_loss_horizon_seconds", .gauge, ["consumergroup"],
            "Seconds until the oldest unread records begin to be deleted; a lower bound."),
        Metric("weir_consumergroup_rebalances_total", .counter, ["consumergroup"], "Rebalances seen of the group."),
        Metric(
            "weir_consumergroup_unreadable_records", .gauge, ["consumergroup"],
            "Records below the log's start that the group has not read: they are no lag."),
    ]

    private static let partitionsOfGroups = [
        Metric(
            "kafka_consumergroup_lag", .gauge, ["consumergroup", "topic", "partition"],
            "Records between the committed offset and the end; -1 where nothing is committed."),
        Metric(
            "kafka_consumergroup_current_offset", .gauge, ["consumergroup", "topic", "partition"],
            "The committed offset."),
        Metric("kafka_consumergroup_group_lag", .gauge, ["group", "topic", "partition"], "Records not read."),
        Metric(
            "kafka_consumergroup_group_lag_seconds", .gauge, ["group", "topic", "partition"],
            "Seconds since the oldest record was written that is not read."),
        Metric(
            "burrow_kafka_topic_partition_status", .gauge, burrow + ["topic", "partition"],
            "The partition's status with Burrow's numbers, 1 is OK."),
        Metric(
            "kafka_consumergroup_group_messages_lost", .gauge, ["group", "topic", "partition"],
            "Records deleted before the group had read them."),
        Metric(
            "kafka_consumergroup_group_retention_margin", .gauge, ["group", "topic", "partition"],
            "Records between the log's start and the committed offset."),
        Metric(
            "kafka_consumergroup_group_lag_retention_ratio", .gauge, ["group", "topic", "partition"],
            "The lag's share of what the log holds, percent."),
        Metric(
            "weir_consumergroup_partition_loss_horizon_seconds", .gauge, ["consumergroup", "topic", "partition"],
            "Seconds until the partition's oldest unread records begin to be deleted; a lower bound."),
    ]

    private static let topics = [
        Metric("kafka_topic_partitions", .gauge, ["topic"], "Partitions of the topic."),
        Metric("kafka_topic_partition_current_offset", .gauge, ["topic", "partition"], "The partition's end offset."),
        Metric("kafka_topic_partition_oldest_offset", .gauge, ["topic", "partition"], "The partition's first offset."),
        Metric(
            "kafka_topic_partition_leader", .gauge, ["topic", "partition"],
            "The number of the leading broker; -1 for none."),
        Metric("kafka_topic_partition_replicas", .gauge, ["topic", "partition"], "Replicas of the partition."),
        Metric("kafka_topic_partition_in_sync_replica", .gauge, ["topic", "partition"], "Replicas in sync."),
        Metric(
            "kafka_topic_partition_leader_is_preferred", .gauge, ["topic", "partition"],
            "1 while the first replica leads."),
        Metric(
            "kafka_topic_partition_under_replicated_partition", .gauge, ["topic", "partition"],
            "1 while fewer replicas are in sync than there are."),
        Metric("kafka_log_log_logstartoffset", .gauge, ["topic", "partition"], "The log's first offset."),
        Metric(
            "kafka_log_log_logendoffset", .gauge, ["topic", "partition"], "The offset behind the log's last record."),
        Metric("kafka_log_log_numlogsegments", .gauge, ["topic", "partition"], "Segments of the partition's log."),
        Metric("kafka_log_log_size", .gauge, ["topic", "partition"], "Bytes of the partition's segments."),
        Metric(
            "weir_topic_partition_dirty_ratio", .gauge, ["topic", "partition"],
            "The share of the log that is not compacted, 0 to 1; of compacted topics."),
        Metric(
            "weir_topic_partition_compaction_waiting_seconds", .gauge, ["topic", "partition"],
            "Seconds for which the log has been due for compaction; of compacted topics."),
    ]

    private static let cluster = [
        Metric("up", .gauge, [], "1: the cluster was read."),
        Metric("weir_cluster_up", .gauge, [], "1 while the cluster answers; 0, at /metrics, while nothing of it does."),
        Metric("kafka_brokers", .gauge, [], "Brokers of the cluster."),
        Metric("weir_brokers_silent", .gauge, [], "Brokers that did not answer the last time they were asked."),
        Metric("kafka_controller_kafkacontroller_activecontrollercount", .gauge, [], "1 while there is a controller."),
        Metric(
            "kafka_server_replicamanager_underreplicatedpartitions", .gauge, [],
            "Partitions with fewer replicas in sync than they have."),
        Metric(
            "kafka_controller_kafkacontroller_offlinepartitionscount", .gauge, [], "Partitions that nobody leads."),
    ]

    private static let broker = [
        Metric(
            "kafka_log_logmanager_offlinelogdirectorycount", .gauge, [], on: .embedded,
            "Log directories that are offline: 1 means writes are refused."),
        Metric(
            "kafka_server_brokertopicmetrics_bytesout_total", .counter, [], on: .embedded,
            "Bytes that consumers were sent since the broker started."),
        Metric(
            "kafka_server_brokertopicmetrics_totalproducerequests_total", .counter, [], on: .embedded,
            "Produce requests answered since the broker started."),
        Metric(
            "kafka_server_brokertopicmetrics_totalfetchrequests_total", .counter, [], on: .embedded,
            "Fetch requests answered since the broker started."),
        Metric(
            "weir_client_connections", .gauge, [], on: .embedded,
            "Open connections of clients."),
        Metric("weir_log_quarantined_segments", .gauge, [], on: .embedded, "Damaged segments set aside at start."),
        Metric("weir_transactions_open", .gauge, [], on: .embedded, "Transactions that are open."),
        Metric("weir_transactions_hanging", .gauge, [], on: .embedded, "Transactions that no coordinator will end."),
        Metric(
            "weir_transactions_oldest_seconds", .gauge, [], on: .embedded,
            "The age of the oldest open transaction, seconds."),
        Metric(
            "kafka_producer_record_error_total", .counter, [], on: .embedded,
            "Records that were refused to producers since the broker started."),
        Metric(
            "weir_disk_used_ratio", .gauge, ["directory"], on: .embedded,
            "The used share of the data directory's file system, 0 to 1."),
    ]

    /// What the embedded broker tells of several things at once, by the JMX exporter's names.
    private static let brokerFamilies = [
        Metric(
            "kafka_server_brokertopicmetrics_bytesin_total", .counter, ["topic"], on: .embedded,
            "Bytes that producers wrote since the broker started; in all, and by topic."),
        Metric(
            "kafka_server_brokertopicmetrics_messagesin_total", .counter, ["topic"], on: .embedded,
            "Records that producers wrote since the broker started; in all, and by topic."),
        Metric(
            "kafka_log_logcleaner_max_clean_time_secs", .gauge, [], on: .embedded,
            "Seconds that the last run of the log cleaner took."),
        Metric(
            "kafka_log_logcleanermanager_max_dirty_percent", .gauge, [], on: .embedded,
            "The share of the dirtiest compacted log that is not compacted, percent."),
        Metric(
            "weir_log_cleaner_idle_seconds", .gauge, [], on: .embedded,
            "Seconds since a run of the log cleaner ended."),
        Metric(
            "kafka_network_requestmetrics_requests_total", .counter, ["request"], on: .embedded,
            "Requests answered since the broker started."),
        Metric(
            "kafka_network_requestmetrics_errors_total", .counter, ["request"], on: .embedded,
            "Requests whose answer carried an error since the broker started."),
        Metric(
            "weir_listener_connections", .gauge, ["listener"], on: .embedded,
            "Open connections of clients, by the listener they came in by."),
        Metric(
            "weir_client_connections_refused_total", .counter, [], on: .embedded,
            "Connections turned away since the broker started because too many were open."),
        Metric(
            "weir_requests_refused_total", .counter, [], on: .embedded,
            "Frames since the broker started that were no request, or one that is not served."),
    ]

    private static let requestTimes = Metric.summary(
        "kafka_network_requestmetrics_totaltimems", ["request"], on: .embedded,
        "Milliseconds from a whole request to its answer; quantiles of the last minute, within 3.2 %.")

    private static let flushTimes = Metric.summary(
        "kafka_log_logflushstats_logflushrateandtimems", [], on: .embedded, quantiles: false,
        "Milliseconds that syncing a log to the disk took.")

    private static let poll = [
        Metric("weir_poll_interval_seconds", .gauge, [], "Seconds between two polls of the cluster."),
        Metric("weir_poll_duration_seconds", .gauge, [], "Seconds the last poll took."),
        Metric(
            "weir_cluster_requests_per_second", .gauge, [], "Requests a second that Weir itself sends to the cluster."),
        Metric(
            "weir_cluster_request_bytes_per_second", .gauge, [],
            "Bytes a second of Weir's own requests and their answers."),
    ]

    private static let rules = [
        Metric(
            RuleRun.alertsName, .gauge, ["alertname", "alertstate"], on: .rules,
            "1 for each alert that is pending or firing."),
        Metric(
            RuleRun.alertsForStateName, .gauge, ["alertname"], on: .rules,
            "When each pending or firing alert became active, seconds since 1970."),
    ]
}
