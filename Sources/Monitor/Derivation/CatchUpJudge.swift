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
        /// Whether commits come so often that the window holds several: what rises in it is no tooth of a saw.
        var isWellSampled: Bool
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
    /// A lag of no more than this many seconds of arrivals is none to speak of, even while it rises.
    private static let tinySeconds = 2.0
    /// Handling this share more than arrives speaks against `never` at once.
    private static let tellingShare = 0.1

    private var verdict = Verdict.unknown
    private var candidate = Verdict.unknown
    private var candidateSince: Int64 = 0
    /// The verdict stands until another has settled, but the figures speak against it: `steady` while the lag rises clear of the noise, `never` while it
    /// is small, or falls at a tenth of what arrives or more. Then neither is said.
    private var isInDoubt = false
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
        isInDoubt = false
        guard evidence.lag > 0 else {
            verdict = .done
            candidate = .done
            return .done
        }
        // Something is unread: `done` is no longer true, whatever comes of it.
        let isSeen = evidence.seconds >= Self.leastSeconds
        if verdict == .done { replace(by: isSeen ? .steady : .unknown) }
        guard isSeen else { return update(evidence) }

        let (next, isClear) = evidence.isTooSparse ? (Verdict.unknown, true) : weigh(evidence)
        isInDoubt =
            switch verdict {
            case .steady: isClear && (next == .never || next == .unknown)
            case .never:
                next == .steady || evidence.handled - evidence.arriving > evidence.arriving * Self.tellingShare
            default: false
            }
        if next == verdict {
            candidate = next
        } else if verdict == .unknown, next != .never || evidence.isWellSampled {
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
        isInDoubt = false
    }

    /// What the figures alone say, and whether the change stands clear of the noise.
    private func weigh(_ evidence: Evidence) -> (Verdict, isClear: Bool) {
        let closing = evidence.handled - evidence.arriving
        let amplitude = 4 * evidence.noise
        // Leaving `steady` takes twice what returning to it takes.
        let reluctance = verdict == .steady ? 2.0 : 1.0
        let isClear = abs(closing) * evidence.seconds > max(amplitude * reluctance, 1)
        let isSmall = Double(evidence.lag) <= max(amplitude, evidence.arriving * Self.smallSeconds) * reluctance
        if isSmall, !(isClear && closing > 0) {
            let isTiny = Double(evidence.lag) <= max(amplitude, evidence.arriving * Self.tinySeconds)
            guard isClear, !isTiny, closing < 0 else { return (.steady, true) }
            return (evidence.isWellSampled ? .never : .unknown, true)
        }
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
        case .steady: isInDoubt ? .unknown : .steady
        case .closing: .after(seconds: closingSeconds)
        case .never: isInDoubt ? .unknown : .never
        }
    }
}
