import Monitor

/// Figures in full, for files: no units, no groups of digits, nothing for what is not known.
extension Figures {
    /// A whole number.
    static func exact(_ value: Int64?) -> String { value.map { "\($0)" } ?? "" }

    /// A rate or a ratio.
    static func exact(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    /// Records; `—` without a commit, `?` where unknown, as on the screen.
    static func exact(_ lag: Lag?) -> String {
        switch lag {
        case nil: ""
        case .noCommit: "—"
        case .unknown: "?"
        case .records(let count, let quality): quality.mark + "\(count)"
        }
    }
}
