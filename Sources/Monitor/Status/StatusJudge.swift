/// Judges how a consumer fares in one partition by Burrow's rules (`core/internal/evaluator/caching.go`), evaluated in Burrow's order, with these differences,
/// each against a fault its users reported:
///
/// - Nothing but OK or unknown is said before the consumer was watched for a minimum span.
/// - Silence counts from when something is unread: a quiet topic is not stopped.
/// - STOP asks for a silence of three times the longest pause between commits, not of all ten of them: slow committers are found sooner. Before three
///   commits that pause is not known; then a silence is told of after a quarter of an hour, or at once where the group has no members.
/// - Every step back counts that was not made good, not the first alone.
/// - Where the cluster tells no commit times, commits of the same offset cannot be seen: what would be STOP or STALL is NO PROGRESS.
struct StatusJudge {
    /// What a partition's consumer is judged by. Times are monotonic nanoseconds.
    struct Evidence {
        /// The newest commit.
        var committed: Int64
        /// Records between it and the end; 0 when caught up.
        var lag: Int64
        /// Offsets by which it lies past the end; 0 as a rule.
        var pastEnd: Int64 = 0
        /// Now.
        var now: Int64
        /// Since when it is watched.
        var watchedSince: Int64
        /// Since when something is unread.
        var behindSince: Int64
        /// When the offset last moved forward; nil when it was not seen to.
        var movedAt: Int64?
        /// Whether commits of the same offset can be seen: the cluster tells when each was made.
        var seesCommits: Bool
        /// False where nobody could commit: a group of members that has none.
        var hasCommitters: Bool
        /// The last commits.
        var ring: CommitRing
    }

    /// The least span that is watched before any verdict but OK or unknown, nanoseconds.
    let least: Int64

    /// Before three commits were seen, a silence says something only when it is this long, nanoseconds.
    static let patience: Int64 = 900_000_000_000
    /// How many times the longest pause between commits a silence must last.
    static let pauses: Int64 = 3

    /// Commits closer than this are one in the ring, so that ten of them cover the least span.
    var distance: Int64 { least / Int64(CommitRing.capacity - 1) &+ 1 }

    /// Judges.
    func judge(_ it: Evidence) -> StatusFigure {
        guard it.lag > 0 || it.pastEnd > 0 else { return StatusFigure(.ok, .caughtUp) }
        let watched = it.now &- it.watchedSince
        guard watched >= least else {
            return StatusFigure(.unknown, .watched(watched / 1_000_000, needed: least / 1_000_000))
        }
        if it.pastEnd > 0 { return StatusFigure(.error, .pastEnd(it.pastEnd)) }
        let silence = it.now &- max(it.ring.lastAt ?? it.watchedSince, it.behindSince)
        let rest = Self.rest(movedAt: it.movedAt, behindSince: it.behindSince, now: it.now) / 1_000_000
        if silence > limit(it) {
            return it.seesCommits
                ? StatusFigure(.stop, .stopped(silence / 1_000_000, hasMembers: it.hasCommitters))
                : StatusFigure(.noProgress, .unmoved(rest, hasMembers: it.hasCommitters))
        }
        if let back = it.ring.stepBack {
            let ago = (it.now &- back.at) / 1_000_000
            return StatusFigure(.rewind, .wentBack(from: back.from, to: back.to, ago: ago))
        }
        if let lasting = lasting(it, rest: rest) { return lasting }
        if it.ring.longestPause == nil, silence > least {
            return StatusFigure(.unknown, .silent(silence / 1_000_000))
        }
        return StatusFigure(.ok, .moving(silence: max(silence, 0) / 1_000_000))
    }

    /// How long nothing was handled though something was unread, nanoseconds.
    static func rest(movedAt: Int64?, behindSince: Int64, now: Int64) -> Int64 {
        max(now &- max(movedAt ?? behindSince, behindSince), 0)
    }

    /// The silence beyond which a consumer counts as stopped.
    private func limit(_ it: Evidence) -> Int64 {
        guard it.hasCommitters else { return least }
        guard let pause = it.ring.longestPause else { return Self.patience }
        let (limit, overflows) = pause.multipliedReportingOverflow(by: Self.pauses)
        return overflows ? Int64.max : max(limit, least)
    }

    /// Burrow's third rule: STALL and WARN, only if every commit of the ring left something unread. The commits must cover the least span.
    private func lasting(_ it: Evidence, rest: Int64) -> StatusFigure? {
        let commits = it.ring.commits
        let lags = commits.compactMap(\.lag)
        guard commits.count >= 3, lags.count >= 2, it.ring.span >= least, lags.allSatisfy({ $0 > 0 }) else {
            return nil
        }
        if commits.allSatisfy({ $0.offset == commits[0].offset }) {
            return StatusFigure(.stall, .stalled(every: (it.ring.every ?? 0) / 1_000_000, unmoved: rest))
        }
        guard zip(lags, lags.dropFirst()).allSatisfy({ $0 <= $1 }), let first = lags.first, let last = lags.last else {
            return nil
        }
        return StatusFigure(
            .warn, .growing(commits: commits.count, within: it.ring.span / 1_000_000, from: first, to: last))
    }
}
