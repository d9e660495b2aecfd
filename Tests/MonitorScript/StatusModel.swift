import Cluster
package import Monitor

/// A row's status worked out from every commit ever seen, each time anew. Times are milliseconds of watching: what passed unseen is left out.
package struct StatusModel {
    /// What a look finds.
    package struct Look {
        var committed: Int64
        /// When the commit was made, wall milliseconds; nil where that is not told.
        var committedAt: Int64?
        var lag: Int64
        /// Since when something is unread if nothing was before, milliseconds since the beginning.
        var unread: Int64
        var pastEnd: Int64
        var hasCommitters: Bool
        /// Milliseconds since the beginning.
        var now: Int64
        var wall: Int64
        /// When the row was last seen; nil at the first look.
        var before: Int64?
        /// Milliseconds for which it was not seen, up to now.
        var gap: Int64
        /// The log's ends as sampled.
        var ends: [(at: Int64, end: Int64)]
    }

    private struct Commit {
        var at: Int64
        var offset: Int64
        var lag: Int64?
        var pause: Int64
    }

    private static let least: Int64 = 60_000

    private var commits: [Commit] = []
    private var committedAt: Int64?
    private var begun: Int64?
    private var behind: Int64?
    private var unseen: Int64 = 0
    /// The status of the newest look.
    package private(set) var status = ConsumerStatus.none

    /// Nothing seen.
    package init() {}

    /// The log is another one.
    package mutating func beginAnew() {
        commits = []
        begun = nil
        behind = nil
    }

    /// There is nothing to judge now.
    package mutating func lose(_ status: ConsumerStatus) {
        behind = nil
        self.status = status
    }

    /// Looks once more.
    package mutating func look(_ it: Look) {
        unseen += it.gap
        let now = it.now - unseen
        begun = begun ?? now
        if commits.isEmpty || commits.last?.offset != it.committed || committedAt != it.committedAt {
            var real = it.now
            var known = it.before ?? Int64.min
            if let at = it.committedAt {
                real = min(it.now, max(it.now - max(it.wall - at, 0), it.before ?? Int64.min))
                known = min(real, it.now - 1)
            }
            let at = max(real - unseen, commits.last?.at ?? Int64.min)
            let pause = commits.last.flatMap { last in behind.map { max(0, at - max(last.at, $0)) } } ?? 0
            let end = it.ends.last { $0.at <= known }?.end
            commits.append(
                Commit(at: at, offset: it.committed, lag: end.map { max($0 - it.committed, 0) }, pause: pause))
            committedAt = it.committedAt
        }
        behind = it.lag > 0 ? behind ?? it.unread - unseen : nil
        status = judge(it, now)
    }

    /// The last ten commits, those less than a ninth of a minute after the first of a bunch being one with it.
    private var ring: [Commit] {
        var ring: [Commit] = []
        for commit in commits {
            if let last = ring.last, commit.offset >= last.offset, Double(commit.at - last.at) < 60_000.0 / 9 {
                ring[ring.count - 1] = Commit(
                    at: last.at, offset: commit.offset, lag: commit.lag, pause: max(last.pause, commit.pause))
            } else {
                ring.append(commit)
            }
        }
        return Array(ring.suffix(10))
    }

    private func judge(_ it: Look, _ now: Int64) -> ConsumerStatus {
        if it.lag == 0, it.pastEnd == 0 { return .ok }
        if now - (begun ?? now) < Self.least { return .unknown }
        if it.pastEnd > 0 { return .error }
        let ring = ring
        let silence = now - max(commits.last?.at ?? now, behind ?? now)
        var limit = Self.least
        if it.hasCommitters {
            limit = ring.count < 3 ? 900_000 : max(limit, 3 * (ring.dropFirst().map(\.pause).max() ?? 0))
        }
        if silence > limit { return it.committedAt == nil ? .noProgress : .stop }
        for (index, commit) in ring.enumerated() {
            for earlier in ring[..<index] where earlier.offset > commit.offset {
                if !ring[index...].contains(where: { $0.offset >= earlier.offset }) { return .rewind }
            }
        }
        let lags = ring.compactMap(\.lag)
        if ring.count >= 3, lags.count >= 2, let first = ring.first, let last = ring.last,
            last.at - first.at >= Self.least, !lags.contains(0)
        {
            if Set(ring.map(\.offset)).count == 1 { return .stall }
            if lags == lags.sorted() { return .warn }
        }
        return ring.count < 3 && silence > Self.least ? .unknown : .ok
    }
}

/// What a row loses, from the records themselves.
package struct LossModel: Equatable {
    /// Offsets that fell below the log start unread.
    package private(set) var lost: Int64 = 0
    /// Milliseconds until the oldest unread record is too old; nil where nothing is deleted or unread.
    package private(set) var horizon: Int64?
    /// The verdict.
    package private(set) var verdict = LossVerdict.none
    /// Whether what is unread now goes before it is read, whatever went before.
    package private(set) var isLosingMore = false
    private var counted: Int64 = -1
    private var committed: Int64 = -1

    /// Nothing seen.
    package init() {}

    mutating func beginAnew() { counted = -1 }

    /// Nothing is known of what is unread now.
    mutating func lose() {
        horizon = nil
        verdict = .none
        isLosingMore = false
    }

    mutating func look(
        commit: Int64, log: Log, retention: TopicRetention, wall: Int64, catchUp: CatchUp, isStanding: Bool, lag: Int64,
        handled: Double
    ) {
        if commit < committed { counted = max(counted, log.start) }
        committed = commit
        if commit <= log.end, log.start > max(commit, counted, 0) {
            lost += log.start - max(commit, counted, 0)
            counted = log.start
        }
        horizon = nil
        verdict = .none
        if retention.isDeleted {
            verdict = .safe
            if lag > 0, let oldest = log.first(from: max(commit, log.start)) {
                let left = max(0, oldest.timestamp + retention.retentionMilliseconds + 1 - wall)
                horizon = left
                verdict = Self.verdict(Double(left) / 1000, catchUp, isStanding, Double(lag), handled)
            }
        }
        isLosingMore = verdict == .willLose
        if lost > 0 { verdict = .lost }
    }

    private static func verdict(
        _ left: Double, _ catchUp: CatchUp, _ isStanding: Bool, _ lag: Double, _ handled: Double
    ) -> LossVerdict {
        let needed: Double
        switch catchUp {
        case _ where isStanding, .never: return .willLose
        case .unknown: return .none
        case .done: return .safe
        case .after(let seconds): needed = seconds
        case .steady:
            guard handled > 0 else { return .none }
            needed = lag / handled
        }
        return left < needed ? .willLose : left < 2 * needed ? .tight : .safe
    }
}
