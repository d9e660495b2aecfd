/// How often the monitor polls, how far it looks back, and what it may cost.
package struct MonitorSettings: Sendable, Equatable {
    /// Milliseconds between the starts of two polls; at least 100.
    package var intervalMilliseconds: Int64 = 1000 {
        didSet { intervalMilliseconds = max(intervalMilliseconds, 100) }
    }
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
    /// Histories of topics and groups that vanished are dropped after this long, milliseconds.
    package var forgetAfterMilliseconds: Int64 = 600_000

    /// The defaults.
    package init() {}
}
