import Cluster

/// The segments of one partition as they were last read, with what tells that they have changed since.
struct KnownSegments: Sendable {
    /// The segments, oldest first; nil when they could not be read.
    var segments: [SegmentDescription]?
    /// How many the description told of then.
    var count: Int?
    /// Where the log began then.
    var logStart: Int64
    /// See `PartitionHistory.cleanings`.
    var cleanings: UInt32
    /// See `PartitionHistory.incarnation`.
    var incarnation: UInt32
    /// When they were read, monotonic nanoseconds.
    var readAt: Int64
    /// The poll in which somebody last wanted them.
    var wanted: UInt64

    /// Read anew after this long also where nothing tells of a change: the newest segment's size and timestamp move, nanoseconds.
    static let lifetime: Int64 = 10_000_000_000
    /// A failed read is tried again after this long, nanoseconds.
    static let retry: Int64 = 5_000_000_000
    /// Segments remembered of one partition; the horizon of a record beyond them is estimated.
    static let most = 4096

    /// Whether they are still those of the log.
    func isFresh(_ log: LogFacts, count: Int?, now: Int64) -> Bool {
        guard segments != nil else { return now &- readAt < Self.retry }
        return isOf(log) && self.count == count && now &- readAt < Self.lifetime
    }

    /// Whether they are those of the log as it begins now: a segment more at its end does no harm.
    func isOf(_ log: LogFacts) -> Bool {
        logStart == log.offsets?.logStart && cleanings == log.cleanings && incarnation == log.incarnation
    }
}
