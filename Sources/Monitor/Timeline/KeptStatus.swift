import WindowedMetrics

/// A status with its reason as five numbers: word and kind of reason together, then what it was judged from. Durations are kept to the second.
enum KeptStatus {
    /// How many numbers it takes.
    static let width = 5

    static func numbers(_ figure: StatusFigure) -> [Int64] {
        let (kind, numbers) = reason(figure.basis)
        let padding = repeatElement(KeptNumber.absent, count: width - 1 - numbers.count)
        return [Int64(figure.status.rawValue) * 16 + kind] + numbers.map(KeptNumber.whole) + padding
    }

    private static func reason(_ basis: StatusFigure.Basis) -> (kind: Int64, numbers: [Int64]) {
        switch basis {
        case .noCommit: (0, [])
        case .unreadable: (1, [])
        case .caughtUp: (2, [])
        // A short silence is not told of, and kept as none: it is another at every look.
        case .moving(let silence): (3, [silence < 15_000 ? 0 : silence / 1000])
        case .watched(let time, let needed): (4, [time / 1000, needed / 1000])
        case .silent(let time): (5, [time / 1000])
        case .pastEnd(let offsets): (6, [offsets])
        case .growing(let commits, let within, let from, let to): (7, [Int64(commits), within / 1000, from, to])
        case .unmoved(let time, let hasMembers): (8, [time / 1000, hasMembers ? 1 : 0])
        case .stopped(let time, let hasMembers): (9, [time / 1000, hasMembers ? 1 : 0])
        case .stalled(let every, let unmoved): (10, [every / 1000, unmoved / 1000])
        case .wentBack(let from, let to, let ago): (11, [from, to, ago / 1000])
        }
    }

    /// Nil for numbers that are no status.
    static func figure(_ numbers: [Int64]) -> StatusFigure? {
        guard numbers.count == width, numbers[0] >= 0, let status = ConsumerStatus(rawValue: Int(numbers[0] / 16))
        else {
            return nil
        }
        func number(_ index: Int) -> Int64 { numbers[index] == KeptNumber.absent ? 0 : numbers[index] }
        func time(_ index: Int) -> Int64 { number(index) &* 1000 }
        let basis: StatusFigure.Basis
        switch numbers[0] % 16 {
        case 0: basis = .noCommit
        case 1: basis = .unreadable(KeptCodes.unread)
        case 2: basis = .caughtUp
        case 3: basis = .moving(silence: time(1))
        case 4: basis = .watched(time(1), needed: time(2))
        case 5: basis = .silent(time(1))
        case 6: basis = .pastEnd(number(1))
        case 7:
            basis = .growing(commits: Int(clamping: number(1)), within: time(2), from: number(3), to: number(4))
        case 8: basis = .unmoved(time(1), hasMembers: number(2) == 1)
        case 9: basis = .stopped(time(1), hasMembers: number(2) == 1)
        case 10: basis = .stalled(every: time(1), unmoved: time(2))
        case 11: basis = .wentBack(from: number(1), to: number(2), ago: time(3))
        default: return nil
        }
        return StatusFigure(status, basis)
    }
}

/// A horizon of loss as one number; kept to the second below, so that a lower bound stays one.
enum KeptHorizon {
    static func number(_ horizon: LossHorizon) -> Int64 {
        switch horizon {
        case .nothingUnread: -1
        case .never: -2
        case .unknown: -3
        case .unbounded: -4
        case .after(let milliseconds, let limit, let quality):
            min(max(milliseconds / 1000, 0), KeptNumber.limit / 8) * 8 + (limit == .time ? 0 : 4)
                + (quality == .exact ? 0 : quality == .estimated ? 1 : 2)
        }
    }

    /// Nil for a number that is no horizon.
    static func horizon(_ number: Int64) -> LossHorizon? {
        switch number {
        case -1: .nothingUnread
        case -2: .never("nothing was deleted here then")
        case -3: .unknown(KeptCodes.unread)
        case -4: .unbounded
        case 0...:
            .after(
                milliseconds: number / 8 &* 1000, limit: number & 4 == 0 ? .time : .size,
                quality: number & 3 == 0 ? .exact : number & 3 == 1 ? .estimated : .lowerBound)
        default: nil
        }
    }
}
