import WindowedMetrics

/// How figures that are not plain numbers stand in the columns of a timeline.
enum KeptCodes {
    private static let noCommit: Int64 = -1
    private static let unknown: Int64 = -2
    private static let caughtUp: Int64 = -3
    /// Ages are kept to a tenth of a second.
    private static let ageUnit: Int64 = 100
    /// What is said of a figure whose reason was not kept.
    static let unread = "it could not be read then"

    private static func code(_ quality: Quality) -> Int64 {
        switch quality {
        case .exact: 0
        case .estimated: 1
        case .lowerBound: 2
        }
    }

    private static func quality(_ code: Int64) -> Quality {
        switch code & 3 {
        case 0: .exact
        case 1: .estimated
        default: .lowerBound
        }
    }

    private static func scaled(_ value: Int64, _ quality: Quality) -> Int64 {
        min(max(value, 0), KeptNumber.limit / 4) * 4 + code(quality)
    }

    static func lag(_ lag: Lag) -> Int64 {
        switch lag {
        case .noCommit: noCommit
        case .unknown: unknown
        case .records(let count, let quality): scaled(count, quality)
        }
    }

    /// Nil for a code that was never written.
    static func lag(ofCode code: Int64) -> Lag? {
        switch code {
        case noCommit: .noCommit
        case unknown: .unknown(unread)
        case 0...: .records(code / 4, quality(code))
        default: nil
        }
    }

    /// A row's lag as by how much it is less than the offsets between commit and end: mostly 0, as few offsets hold no record.
    static func lag(_ lag: Lag, behind: Int64?) -> Int64 {
        guard case .records(let count, let quality) = lag else { return Self.lag(lag) }
        guard let behind else { return unknown }
        return scaled(max(behind, 0).subtractingReportingOverflow(count).partialValue, quality)
    }

    /// Nil for a code that was never written.
    static func lag(ofCode code: Int64, behind: Int64?) -> Lag? {
        guard code >= 0, let behind else { return code >= 0 ? nil : lag(ofCode: code) }
        return .records(max(max(behind, 0) &- code / 4, 0), quality(code))
    }

    static func age(_ age: LagAge) -> Int64 {
        switch age {
        case .noCommit: noCommit
        case .unknown: unknown
        case .caughtUp: caughtUp
        case .milliseconds(let value, let quality): scaled(value / ageUnit, quality)
        }
    }

    static func age(ofCode code: Int64) -> LagAge? {
        switch code {
        case noCommit: .noCommit
        case unknown: .unknown(unread)
        case caughtUp: .caughtUp
        case 0...: .milliseconds(code / 4 &* ageUnit, quality(code))
        default: nil
        }
    }

    static func catchUp(_ value: CatchUp) -> Int64 {
        switch value {
        case .unknown: -1
        case .done: -2
        case .steady: -3
        case .never: -4
        case .after(let seconds): KeptNumber.rounded(max(seconds, 0))
        }
    }

    static func catchUp(ofCode code: Int64) -> CatchUp {
        switch code {
        case -2: .done
        case -3: .steady
        case -4: .never
        case 0...: KeptNumber.value(ofRounded: code).map { .after(seconds: $0) } ?? .unknown
        default: .unknown
        }
    }

    static func optional(_ value: Int64?) -> Int64 { value.map(KeptNumber.whole) ?? KeptNumber.absent }
    static func value(_ code: Int64) -> Int64? { code == KeptNumber.absent ? nil : code }
}
