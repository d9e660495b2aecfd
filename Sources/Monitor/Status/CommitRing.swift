/// The last commits of one group in one partition, as Burrow keeps them: nothing but commits, at most ten.
///
/// A commit that follows closely on the one before takes its place and keeps its time, so that ten of them cover the span that is needed for judging
/// however often they come. One that goes back always stands by itself.
struct CommitRing: Sendable, Equatable {
    /// A commit, or several that came closely together.
    struct Commit: Sendable, Equatable {
        /// When the first of them came, monotonic nanoseconds.
        var time: Int64
        /// The offset of the last of them.
        var offset: Int64
        /// Records between it and the end then, at least; nil when the end then is not known.
        var lag: Int64?
        /// The longest time that passed before one of them while something was unread, nanoseconds; 0 before the first.
        var pause: Int64
        /// How many they were, as far as was seen.
        var count = 1
    }

    /// Commits kept: Burrow's `intervals`.
    static let capacity = 10

    /// The commits, oldest first.
    private(set) var commits: [Commit] = []
    /// When the newest commit came, monotonic nanoseconds; nil before the first.
    private(set) var lastAt: Int64?

    /// No commits.
    init() {}

    /// From the first commit to the last, nanoseconds.
    var span: Int64 { (commits.last?.time ?? 0) &- (commits.first?.time ?? 0) }

    /// How far apart commits came on the average, nanoseconds; nil before two.
    var every: Int64? {
        let count = commits.reduce(0) { $0 + $1.count }
        guard let first = commits.first, let lastAt, count > 1 else { return nil }
        return (lastAt &- first.time) / Int64(count - 1)
    }

    /// The longest pause before a commit while something was unread, nanoseconds; nil before three commits.
    var longestPause: Int64? {
        commits.count >= 3 ? commits.dropFirst().map(\.pause).max() : nil
    }

    /// Takes a commit.
    ///
    /// - Parameters:
    ///   - offset: Its offset.
    ///   - time: When it came, monotonic nanoseconds; not before the last one.
    ///   - end: The log's end then, at least; nil when that is not known.
    ///   - behindSince: Since when something is unread, monotonic nanoseconds; nil when nothing was.
    ///   - distance: Commits closer than this are one, nanoseconds.
    mutating func take(_ offset: Int64, at time: Int64, end: Int64?, behindSince: Int64?, distance: Int64) {
        let lag = end.map { max($0 &- offset, 0) }
        var pause: Int64 = 0
        if let lastAt, let behindSince { pause = max(time &- max(lastAt, behindSince), 0) }
        lastAt = time
        if let last = commits.last, offset >= last.offset, time &- last.time < distance {
            commits[commits.count - 1] = Commit(
                time: last.time, offset: offset, lag: lag, pause: max(last.pause, pause), count: last.count + 1)
            return
        }
        if commits.count == Self.capacity { commits.removeFirst() }
        commits.append(Commit(time: time, offset: offset, lag: lag, pause: commits.isEmpty ? 0 : pause))
    }

    /// Leaves out a time in which nobody watched: all that was seen moves this much nearer, nanoseconds, but not past `now`.
    mutating func pass(over gap: Int64, now: Int64) {
        for index in commits.indices { commits[index].time = min(commits[index].time &+ gap, now) }
        lastAt = lastAt.map { min($0 &+ gap, now) }
    }

    /// The first step back that was not made good since: from where to where, and when.
    var stepBack: (from: Int64, to: Int64, at: Int64)? {
        for index in commits.indices.dropFirst() where commits[index].offset < commits[index - 1].offset {
            let before = commits[index - 1].offset
            guard !commits[index...].contains(where: { $0.offset >= before }) else { continue }
            return (before, commits[index].offset, commits[index].time)
        }
        return nil
    }
}
