/// How often the monitor polls, how far it looks back, and what it may cost.
package struct MonitorSettings: Sendable, Equatable {
    /// Milliseconds between the starts of two polls where the budget allows; at least 100.
    package var intervalMilliseconds: Int64 = 1000 {
        didSet { intervalMilliseconds = max(intervalMilliseconds, 100) }
    }
    /// Requests per second that all this program asks of an attached cluster may come to; above 0. A poll of a hundred groups on three
    /// brokers takes about ten. The embedded broker costs no request.
    package var requestsPerSecond = 50.0 {
        didSet { requestsPerSecond = requestsPerSecond > 0 ? requestsPerSecond : oldValue }
    }
    /// Bytes per second, sent and received, likewise; above 0. Ten thousand partitions take about half a megabyte a poll.
    package var bytesPerSecond = 1_048_576.0 {
        didSet { bytesPerSecond = bytesPerSecond > 0 ? bytesPerSecond : oldValue }
    }
    /// The interval is stretched no further than this to keep the budget, milliseconds.
    package var longestIntervalMilliseconds: Int64 = 60_000
    /// Milliseconds between two looks at transactions where each costs requests; the embedded broker's are looked at in every poll.
    package var transactionMilliseconds: Int64 = 5000
    /// How long after a poll that reached nothing the next one follows, milliseconds: the first of a series; it doubles up to `retryLimitMilliseconds`.
    package var retryMilliseconds: Int64 = 1000
    /// The longest wait between two polls that reach nothing, milliseconds.
    package var retryLimitMilliseconds: Int64 = 5000
    /// The window of topics' rates and of the totals, milliseconds.
    package var throughputWindowMilliseconds: Int64 = 15_000
    /// The window of groups' rates, lag change and catch-up, milliseconds.
    package var trendWindowMilliseconds: Int64 = 60_000
    /// Point reads of records in one poll, for the age of the oldest unread record; what is left over is estimated.
    package var pointReadBudget = 64
    /// How many point reads go out together, at most one of a partition.
    package var pointReadsAtOnce = 16
    /// No further point read is begun once those of a poll have taken this long, milliseconds.
    package var pointReadMilliseconds: Int64 = 300
    /// How long a consumer is watched at least before anything but OK or unknown is said of it, milliseconds.
    package var leastWatchedMilliseconds: Int64 = 60_000
    /// Partitions whose segments are read in one poll at most, where the cluster tells of segments.
    package var segmentReadBudget = 32
    /// What was not read for longer than this begins its rates anew when it is back, milliseconds.
    package var longGapMilliseconds: Int64 = 10_000
    /// Histories of topics and groups that vanished are dropped after this long, milliseconds.
    package var forgetAfterMilliseconds: Int64 = 600_000

    /// The defaults.
    package init() {}
}
