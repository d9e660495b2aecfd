/// Which windows there are and how long they accept records: the window clause of a query.
///
/// ```swift
/// let minutes = try WindowPlan(.tumbling(size: 60_000), grace: 0)
/// minutes.description   // "TUMBLING (SIZE 60000 MILLISECONDS, GRACE PERIOD 0 MILLISECONDS)"
/// ```
///
/// The rules are Kafka Streams' (`TimeWindows`, `SlidingWindows`, `SessionWindows`):
///
/// - *Tumbling and hopping* windows are `[start, end)`, aligned to the epoch. A record is accepted by a window while `end` lies above the stream time
///   less the grace. With size 10 and advance 5 a record at 12 belongs to `[5, 15)` and `[10, 20)`.
/// - *Sliding* windows include both ends. A record at `t` makes `[t − d, t]`, and `[t + 1, t + 1 + d]` once that holds a record; before `d` it makes `[0, d]`.
/// - *Session* windows include both ends, the first and the last record's time; records of a key no further apart than the gap are in one.
package struct WindowPlan: Sendable, Equatable, CustomStringConvertible {
    /// The kinds of windows; all lengths in milliseconds.
    package enum Kind: Sendable, Equatable {
        /// No windows: one group a key for ever, without lateness. Its state grows with the keys.
        case unwindowed
        /// Windows side by side.
        case tumbling(size: Int64)
        /// Windows of a size that begin every `advance`.
        case hopping(size: Int64, advance: Int64)
        /// Windows around records, as wide as the difference between the first and the last record they hold.
        case sliding(difference: Int64)
        /// Windows of activity, ended by a gap without records.
        case session(gap: Int64)
    }

    /// The longest size, gap, grace or retention: about 35,000 years.
    package static let longest: Int64 = 1 << 50
    /// The most hopping windows that a record may belong to.
    package static let mostOverlap: Int64 = 100_000

    /// Which windows.
    package let kind: Kind
    /// How far stream time may pass a window's end before the window closes, in milliseconds.
    package let grace: Int64
    /// How long closed windows can still be read, in milliseconds, from the window's start.
    package let retention: Int64

    /// Windows of a kind.
    ///
    /// - Parameters:
    ///   - grace: 0 to `longest`. Unwindowed groups have none.
    ///   - retention: At least size + grace, which is the default.
    /// - Throws: `WindowPlanError` with the offending numbers.
    package init(_ kind: Kind, grace: Int64 = 0, retention: Int64? = nil) throws(WindowPlanError) {
        let length: Int64
        switch kind {
        case .unwindowed: length = 0
        case .tumbling(let size): length = size
        case .hopping(let size, let advance):
            length = size
            guard advance > 0, advance <= size else { throw .advance(advance, size: size) }
            guard size / advance <= Self.mostOverlap else { throw .overlap(size / advance) }
        case .sliding(let difference): length = difference
        case .session(let gap): length = gap
        }
        let shortest: Int64 = if case .sliding = kind { 0 } else { 1 }
        guard kind == .unwindowed || (shortest...Self.longest).contains(length) else { throw .length(length) }
        guard (0...Self.longest).contains(grace) else { throw .grace(grace) }
        let least = length + grace
        let retention = retention ?? least
        guard retention >= least, retention <= Self.longest * 2 else { throw .retention(retention, least: least) }
        self.kind = kind
        self.grace = grace
        self.retention = retention
    }

    /// ksqlDB's grace where a statement gives none: what is missing to 24 hours, and none under EMIT FINAL.
    package static func defaultGrace(size: Int64, isFinal: Bool) -> Int64 { isFinal ? 0 : max(86_400_000 - size, 0) }

    /// How much longer than until it closes a window can be read, in milliseconds.
    var extraRetention: Int64 {
        switch kind {
        case .unwindowed: 0
        case .tumbling(let length), .hopping(let length, _), .sliding(let length), .session(let length):
            retention - grace - length
        }
    }

    package var description: String {
        let grace = "GRACE PERIOD \(grace) MILLISECONDS"
        return switch kind {
        case .unwindowed: "no windows"
        case .tumbling(let size): "TUMBLING (SIZE \(size) MILLISECONDS, \(grace))"
        case .hopping(let size, let advance):
            "HOPPING (SIZE \(size) MILLISECONDS, ADVANCE BY \(advance) MILLISECONDS, \(grace))"
        case .sliding(let difference): "SLIDING (\(difference) MILLISECONDS, \(grace))"
        case .session(let gap): "SESSION (\(gap) MILLISECONDS, \(grace))"
        }
    }
}

/// Why windows cannot be as they were asked for.
package enum WindowPlanError: Error, Equatable, CustomStringConvertible {
    case length(Int64)
    case advance(Int64, size: Int64)
    case overlap(Int64)
    case grace(Int64)
    case retention(Int64, least: Int64)
    case finalWithoutWindows

    package var description: String {
        switch self {
        case .length(let length): "a window of \(length) ms is out of range: 1 to \(WindowPlan.longest)"
        case .advance(let advance, let size):
            "windows of \(size) ms cannot advance by \(advance) ms: the advance is above 0 and at most the size"
        case .overlap(let windows):
            "a record would belong to \(windows) windows; at most \(WindowPlan.mostOverlap): take a longer advance"
        case .grace(let grace): "a grace period of \(grace) ms is out of range: 0 to \(WindowPlan.longest)"
        case .retention(let retention, let least):
            "a retention of \(retention) ms is out of range: at least size + grace, \(least) ms"
        case .finalWithoutWindows: "without windows nothing is ever final: emit changes instead"
        }
    }
}

/// When rows are told.
package enum WindowEmission: Sendable, Equatable {
    /// Every accepted record tells its windows' new rows (EMIT CHANGES without a cache).
    case everyChange
    /// Changed rows are told at the next commit, each once (EMIT CHANGES behind Kafka Streams' cache).
    case changesOnCommit
    /// A window's rows are told once, when it closes (EMIT FINAL).
    case final
}
