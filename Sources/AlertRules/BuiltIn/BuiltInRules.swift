/// The rules Weir watches without being told: few, and none that is on while all is well.
package enum BuiltInRules {
    /// All of them, in the order the alerts screen lists them.
    package static let all: [AlertRule] = [
        groupAge, groupStopped, groupNeverCatchingUp, groupLoss, groupLost, compactionWaiting, diskFull,
        logDirectoryOffline, quarantine, hangingTransaction,
    ]

    /// Something has lain unread for more than half a minute.
    package static let groupAge = AlertRule(
        name: "group.age",
        series: "kafka_consumergroup_group_max_lag_seconds",
        comparison: .greater,
        limit: 30,
        holdMilliseconds: 15_000,
        severity: .warning,
        summary: "The oldest unread record is older than 30 s: the group is late.",
        opens: "3",
        unit: .seconds
    )

    /// A group that was at work is STOP, STALL or NO PROGRESS; its status asks for a minute itself.
    package static let groupStopped = AlertRule(
        name: "group.stopped",
        series: "weir_consumergroup_stopped_seconds",
        comparison: .greater,
        limit: 0,
        holdMilliseconds: 0,
        severity: .critical,
        summary: "Nothing new is committed though records wait: the consumer stopped, hangs or is gone.",
        opens: "3",
        unit: .seconds
    )

    /// Records arrive at least as fast as they are handled, and the lag is no small one.
    package static let groupNeverCatchingUp = AlertRule(
        name: "group.catch-up",
        series: "weir_consumergroup_never_catches_up",
        comparison: .greater,
        limit: 0,
        holdMilliseconds: 30_000,
        severity: .warning,
        summary: "At this pace the group never catches up: it handles no more than arrives.",
        opens: "3",
        unit: .flag,
        flagWord: "never"
    )

    /// Retention reaches what is unread before the group does, and soon: a consumer that stands still over topics kept for a week is told of by others.
    package static let groupLoss = AlertRule(
        name: "group.loss",
        series: "weir_consumergroup_will_lose_in_seconds",
        comparison: .less,
        limit: 86_400,
        holdMilliseconds: 30_000,
        severity: .critical,
        summary: "At this pace retention deletes records within a day that the group will not have read by then.",
        opens: "3",
        unit: .seconds
    )

    /// Records were deleted before the group had read them; until somebody acknowledges it on the group's screen.
    package static let groupLost = AlertRule(
        name: "group.lost",
        series: "weir_consumergroup_lost_records",
        comparison: .greater,
        limit: 0,
        holdMilliseconds: 0,
        severity: .critical,
        summary: "Records were deleted before the group had read them. Acknowledge it on the group's screen.",
        opens: "3",
        unit: .count
    )

    /// The cleaner should have come and did not.
    package static let compactionWaiting = AlertRule(
        name: "topic.compaction",
        series: "weir_topic_partition_compaction_waiting_seconds",
        comparison: .greater,
        limit: 600,
        holdMilliseconds: 0,
        severity: .warning,
        summary: "The log has been due for compaction for 10 min without a run.",
        opens: "2",
        unit: .seconds
    )

    /// The data directory's file system is nearly full.
    package static let diskFull = AlertRule(
        name: "broker.disk",
        series: "weir_disk_used_ratio",
        comparison: .greater,
        limit: 0.9,
        holdMilliseconds: 60_000,
        severity: .critical,
        summary: "The file system of the data directory is more than 90 % full.",
        opens: "6",
        unit: .ratio
    )

    /// Nothing can be written.
    package static let logDirectoryOffline = AlertRule(
        name: "broker.log-directory",
        series: "kafka_log_logmanager_offlinelogdirectorycount",
        comparison: .greater,
        limit: 0,
        holdMilliseconds: 0,
        severity: .critical,
        summary: "The log directory is offline: writes are refused.",
        opens: "6",
        unit: .flag,
        flagWord: "offline"
    )

    /// A transaction that nobody will end: its coordinator does not know it.
    package static let hangingTransaction = AlertRule(
        name: "broker.transactions",
        series: "weir_transactions_hanging",
        comparison: .greater,
        limit: 0,
        holdMilliseconds: 60_000,
        severity: .warning,
        summary: "A transaction hangs: no coordinator will end it, and readers of committed records wait at it.",
        opens: "6",
        unit: .count
    )

    /// Damage in the middle of a log was set aside: the records in it cannot be read.
    package static let quarantine = AlertRule(
        name: "broker.quarantine",
        series: "weir_log_quarantined_segments",
        comparison: .greater,
        limit: 0,
        holdMilliseconds: 0,
        severity: .critical,
        summary: "Damaged segments were set aside at start as .corrupt: the broker view says which.",
        opens: "6",
        unit: .count
    )
}
