/// Which limit of a topic takes the oldest unread record.
package enum RetentionLimit: String, Sendable {
    /// `retention.ms`.
    case time = "retention.ms"
    /// `retention.bytes`.
    case size = "retention.bytes"
}

/// When retention reaches the oldest unread record of a group in a partition.
package enum LossHorizon: Sendable, Equatable {
    /// Nothing is unread, or nothing is known to be: nothing to lose.
    case nothingUnread
    /// Retention deletes nothing here; says why.
    case never(String)
    /// Cannot be said; says why.
    case unknown(String)
    /// Only its size limits the log, and nothing is appended now: no limit is reached at this pace.
    case unbounded
    /// Not before this many milliseconds have passed. A lower bound, as retention comes by whole segments and at intervals, or an estimate
    /// where segments are not known.
    case after(milliseconds: Int64, limit: RetentionLimit, quality: Quality)

    /// Milliseconds where there is a limit.
    package var milliseconds: Int64? {
        if case .after(let milliseconds, _, _) = self { milliseconds } else { nil }
    }
}

/// Whether a group loses what it has not read, worst last.
package enum LossVerdict: Int, Comparable, Sendable, CaseIterable {
    /// No retention, or unknown.
    case none
    /// It will have caught up in less than half the time there is.
    case safe
    /// It needs more than half the time there is.
    case tight
    /// It needs more time than there is, or never catches up.
    case willLose
    /// Records were deleted before they were read.
    case lost

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The word on screens.
    package var word: String {
        switch self {
        case .none: "—"
        case .safe: "SAFE"
        case .tight: "TIGHT"
        case .willLose: "WILL LOSE"
        case .lost: "LOST"
        }
    }

    /// Sets the time there is against the time it needs.
    ///
    /// - Parameters:
    ///   - isStanding: True while nothing is handled: it does not catch up, whatever its rates said before.
    ///   - lag: Records unread.
    ///   - handled: Records handled per second, for a group that keeps pace; nil when unknown.
    init(_ horizon: LossHorizon, _ catchUp: CatchUp, isStanding: Bool, lag: Int64?, handled: Double?) {
        switch horizon {
        case .never, .unknown: self = .none
        case .nothingUnread, .unbounded: self = .safe
        case .after(let there, _, _):
            guard let needed = Self.needed(catchUp, isStanding, lag, handled) else {
                self = .none
                return
            }
            let seconds = Double(there) / 1000
            self = seconds < needed ? .willLose : needed > seconds / 2 ? .tight : .safe
        }
    }

    /// Seconds until what is unread now is read; infinite for never, nil when it cannot be said.
    private static func needed(_ catchUp: CatchUp, _ isStanding: Bool, _ lag: Int64?, _ handled: Double?) -> Double? {
        if isStanding { return .infinity }
        switch catchUp {
        case .unknown: return nil
        case .done: return 0
        case .after(let seconds): return seconds
        case .never: return .infinity
        case .steady:
            // It keeps pace: the unread records are another's at each moment, and each waits as long as these take.
            guard let lag, let handled, handled > 0 else { return nil }
            return Double(lag) / handled
        }
    }
}
