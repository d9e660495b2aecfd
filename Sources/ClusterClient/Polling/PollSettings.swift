/// How fresh the parts of a description are, and how long a poll waits for one broker.
///
/// A poll of `topics` asks each leader for high watermarks, and for the rest only when it is older than said here: what changes
/// seldom is asked for seldom, and what grows with the cluster is asked for in proportion, so that the bytes a poll causes stay bounded.
package struct PollSettings: Sendable, Equatable {
    /// Milliseconds for each partition of the cluster that its layout, log starts and last stable offsets may be old:
    /// at 1 a cluster of 100 partitions is read whole in every poll, one of 5,000 each 5 s.
    package var layoutMillisecondsPerPartition = 1.0
    /// The most milliseconds that these may be old.
    package var longestLayoutMilliseconds: Int64 = 10_000
    /// The most milliseconds that the layout may be old while a broker does not answer: leaders move then.
    package var troubledLayoutMilliseconds: Int64 = 2_000
    /// Milliseconds that the sizes of partitions (DescribeLogDirs) may be old.
    package var sizeMilliseconds: Int64 = 30_000
    /// Milliseconds that the settings of topics (DescribeConfigs) may be old; one's own changes are seen at once.
    package var retentionMilliseconds: Int64 = 180_000
    /// Milliseconds that a poll waits for a broker that has answered so far.
    package var patienceMilliseconds: Int64 = 5_000
    /// Milliseconds that a poll waits for a sign of life of a broker that did not answer the last time.
    package var impatienceMilliseconds: Int64 = 250
    /// The least milliseconds between two looks for such a sign.
    package var probeMilliseconds: Int64 = 1_000

    /// The defaults.
    package init() {}

    /// Everything is asked for each time.
    package static let alwaysFresh: PollSettings = {
        var settings = PollSettings()
        settings.longestLayoutMilliseconds = 0
        settings.troubledLayoutMilliseconds = 0
        settings.sizeMilliseconds = 0
        settings.retentionMilliseconds = 0
        settings.probeMilliseconds = 0
        return settings
    }()

    /// How old the layout of a cluster may be, milliseconds.
    func layoutLifetime(partitions: Int, isTroubled: Bool) -> Int64 {
        let lifetime = min(Double(longestLayoutMilliseconds), Double(partitions) * layoutMillisecondsPerPartition)
        let whole = Int64(max(0, lifetime))
        return isTroubled ? min(whole, troubledLayoutMilliseconds) : whole
    }
}
