/// Judges whether and when one partition's consumer catches up, without changing its mind at every poll.
///
/// The estimate is lag ÷ (records out − records in). Periodic commits make the lag a saw: a change counts only when it exceeds four standard deviations
/// of the lag about its trend. A new verdict must stand for a while before it replaces the old one; that everything is read is a fact and shows at once.
struct CatchUpJudge: Equatable, Sendable {
    /// The figures of one poll.
    struct Evidence {
        /// Records between the commit and the end.
        var lag: Int64
        /// Records per second arriving.
        var arriving: Double
        /// Records per second committed.
        var handled: Double
        /// The standard deviation of the lag about its trend, records.
        var noise: Double
        /// Seconds the figures cover.
        var seconds: Double
        /// Whether commits come so seldom that the window holds too few to judge by, and the present rest is a usual one.
        var isTooSparse: Bool
    }

    private enum Verdict: UInt8 {
        case unknown
        case done
        case steady
        case closing
        case never
    }

    /// Nothing is said from less than this, seconds.
    private static let leastSeconds = 10.0
    /// How long a new verdict must stand, nanoseconds.
    private static let settling: Int64 = 10_000_000_000
    /// How long a standstill within the noise must last before a closing group counts as never closing, nanoseconds.
    private static let settlingWithinNoise: Int64 = 30_000_000_000
    /// A lag of no more than this many seconds of arrivals is small.
    private static let smallSeconds = 5.0

    private var verdict = Verdict.unknown
    private var candidate = Verdict.unknown
    private var candidateSince: Int64 = 0
    private var closingSeconds = 0.0

    /// A judge that has seen nothing.
    init() {}

    /// Takes the figures of a poll.
    ///
    /// - Parameters:
    ///   - evidence: The figures; nil when they are not known, which keeps the last verdict.
    ///   - now: Monotonic nanoseconds.
    mutating func judge(_ evidence: Evidence?, at now: Int64) -> CatchUp {
        guard let evidence else { return published }
        guard evidence.lag > 0 else {
            verdict = .done
            candidate = .done
            return .done
        }
        // Something is unread: `done` is no longer true, whatever comes of it.
        if verdict == .done { replace(by: .steady) }
        guard evidence.seconds >= Self.leastSeconds else { return update(evidence) }

        let (next, isClear) = evidence.isTooSparse ? (Verdict.unknown, true) : weigh(evidence)
        if next == verdict {
            candidate = next
        } else if verdict == .unknown {
            replace(by: next)
        } else {
            if candidate != next {
                candidate = next
                candidateSince = now
            }
            let wait = isClear ? Self.settling : Self.settlingWithinNoise
            if now &- candidateSince >= wait { replace(by: next) }
        }
        return update(evidence)
    }

    private mutating func replace(by next: Verdict) {
        verdict = next
        candidate = next
    }

    /// What the figures alone say, and whether the change stands clear of the noise.
    private func weigh(_ evidence: Evidence) -> (Verdict, isClear: Bool) {
        let closing = evidence.handled - evidence.arriving
        let amplitude = 4 * evidence.noise
        // Leaving `steady` takes twice what returning to it takes.
        let reluctance = verdict == .steady ? 2.0 : 1.0
        let isClear = abs(closing) * evidence.seconds > max(amplitude * reluctance, 1)
        let isSmall = Double(evidence.lag) <= max(amplitude, evidence.arriving * Self.smallSeconds) * reluctance
        if isSmall, !(isClear && closing > 0) { return (.steady, true) }
        return (closing > 0 ? .closing : .never, isClear)
    }

    private mutating func update(_ evidence: Evidence) -> CatchUp {
        let closing = evidence.handled - evidence.arriving
        if closing > 0 { closingSeconds = Double(evidence.lag) / closing }
        return published
    }

    private var published: CatchUp {
        switch verdict {
        case .unknown: .unknown
        case .done: .done
        case .steady: .steady
        case .closing: .after(seconds: closingSeconds)
        case .never: .never
        }
    }
}
