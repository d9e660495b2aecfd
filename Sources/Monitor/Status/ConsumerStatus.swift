/// How a consumer fares in a partition, in Burrow's words; a group has the word of its worst partition.
///
/// Cases stand in the order of their badness: Burrow's, with what it has no word for between.
package enum ConsumerStatus: Int, Comparable, Sendable, CaseIterable {
    /// Nothing was ever committed here: there is nothing to judge.
    case none
    /// Everything is read, or the lag gets smaller now and then.
    case ok
    /// Too little was seen to say, or it could not be read.
    case unknown
    /// Commits come, and the lag never gets smaller.
    case warn
    /// The commit cannot be right: it lies past the end of the log.
    case error
    /// The commit stands still though records wait, and whether commits come cannot be seen: STOP or STALL.
    case noProgress
    /// No commit comes though records wait.
    case stop
    /// Commits come, always of the same offset, though records wait.
    case stall
    /// The commit went back, and has not come again to where it was.
    case rewind

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The word on screens: Burrow's, `—` for no commit, `?` for unknown.
    package var word: String {
        switch self {
        case .none: "—"
        case .ok: "OK"
        case .unknown: "?"
        case .warn: "WARN"
        case .error: "ERR"
        case .noProgress: "NO PROGRESS"
        case .stop: "STOP"
        case .stall: "STALL"
        case .rewind: "REWIND"
        }
    }

    /// Burrow's number of it, as its exporter publishes it: NOTFOUND 0, OK 1, WARN 2, ERR 3, STOP 4, STALL 5, REWIND 6. NO PROGRESS, which
    /// Burrow does not know, is its STOP; nil where there is nothing to say.
    package var burrowCode: Int? {
        switch self {
        case .none, .unknown: nil
        case .ok: 1
        case .warn: 2
        case .error: 3
        case .noProgress, .stop: 4
        case .stall: 5
        case .rewind: 6
        }
    }

    /// True while nothing is handled though records wait.
    package var isStanding: Bool {
        switch self {
        case .noProgress, .stop, .stall: true
        case .none, .ok, .unknown, .warn, .error, .rewind: false
        }
    }
}

/// A status with what it was judged from, so that the reason can be said in words.
package struct StatusFigure: Sendable, Equatable {
    /// What a status was judged from. Durations are milliseconds.
    package enum Basis: Sendable, Equatable {
        /// Nothing was ever committed.
        case noCommit
        /// The commit or the log could not be read; says why.
        case unreadable(String)
        /// Nothing is unread.
        case caughtUp
        /// Records wait, but the last commit came so lately that nothing is wrong with it, and the lag gets smaller now and then.
        case moving(silence: Int64)
        /// It was watched for this long only; judging takes longer.
        case watched(Int64, needed: Int64)
        /// No commit came for this long, and how often they usually come is not known yet.
        case silent(Int64)
        /// The commit lies so many offsets past the end.
        case pastEnd(Int64)
        /// In so many commits within this long the lag never got smaller; it was the first and is the last.
        case growing(commits: Int, within: Int64, from: Int64, to: Int64)
        /// The commit has stood still for this long; whether commits come cannot be seen. `hasMembers` as below.
        case unmoved(Int64, hasMembers: Bool)
        /// No commit came for this long; `hasMembers` is false when there is nobody who could commit.
        case stopped(Int64, hasMembers: Bool)
        /// Commits come this far apart, and their offset has stood still for this long.
        case stalled(every: Int64, unmoved: Int64)
        /// The commit went back so long ago.
        case wentBack(from: Int64, to: Int64, ago: Int64)
    }

    /// The word.
    package var status: ConsumerStatus
    /// What it was judged from.
    package var basis: Basis

    /// A status with its reason.
    package init(_ status: ConsumerStatus, _ basis: Basis) {
        self.status = status
        self.basis = basis
    }

    /// Nothing was ever committed.
    package static let noCommit = StatusFigure(.none, .noCommit)
}
