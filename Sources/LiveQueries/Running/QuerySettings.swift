import WindowedMetrics

/// What SET can say of the queries that are started after it.
struct QuerySettings: Equatable, Sendable {
    /// Where a query begins to read a topic.
    enum Reset: String, Sendable {
        case earliest
        case latest
    }

    /// `auto.offset.reset`; ksqlDB's default is latest.
    var reset = Reset.latest
    /// `commit.interval.ms`: results are written so often; 0 after each read, and then every update.
    var commitMilliseconds = 2000
    /// `cache.max.bytes.buffering`: 0 has every update written, and not only each key's last one of a commit. How many bytes it says else does not
    /// matter: what waits for a commit is part of the state, and counts in its budget.
    var coalesces = true
    /// `weir.idle.ms`: a partition without records for so long is not waited for; 0 for always.
    var idleMilliseconds = 10_000
    /// `weir.state.budget.bytes`: the most memory of a query's state.
    var budget = WindowedQuery.defaultBudget
    /// `weir.deadletter.topic`: where records that cannot be read go, besides being counted.
    var deadLetterTopic: String?

    /// The names that can be set.
    static let names = [
        "auto.offset.reset", "commit.interval.ms", "cache.max.bytes.buffering", "weir.idle.ms",
        "weir.state.budget.bytes", "weir.deadletter.topic",
    ]

    /// Whether of the updates of a key between two commits only the last one is written.
    var tellsLastOnly: Bool { coalesces && commitMilliseconds > 0 }

    /// Takes over the budget of other settings where it is larger.
    mutating func raiseBudget(to other: QuerySettings) { budget = max(budget, other.budget) }

    /// Defaults.
    init() {}

    /// What the settings of a catalog say; those that are something else are left out.
    init(_ properties: [String: String]) {
        for (name, value) in properties { _ = set(name, value) }
    }

    /// Why a setting cannot be as it is asked for; nil where it can, or where it is none of these.
    static func problem(_ name: String, _ value: String) -> String? {
        var settings = QuerySettings()
        return settings.set(name, value)
    }

    /// Sets a setting.
    ///
    /// - Returns: Why it could not be.
    private mutating func set(_ name: String, _ value: String) -> String? {
        switch Self.plain(name) {
        case "auto.offset.reset":
            guard let reset = Reset(rawValue: value.lowercased()) else {
                return "auto.offset.reset is earliest or latest, not '\(value)'"
            }
            self.reset = reset
        case "commit.interval.ms": return Self.number(name, value, 0...3_600_000) { commitMilliseconds = $0 }
        case "cache.max.bytes.buffering", "statestore.cache.max.bytes":
            return Self.number(name, value, 0...1 << 40) { coalesces = $0 > 0 }
        case "weir.idle.ms": return Self.number(name, value, 0...86_400_000) { idleMilliseconds = $0 }
        case "weir.state.budget.bytes": return Self.number(name, value, 1 << 16...1 << 40) { budget = $0 }
        case "weir.deadletter.topic": deadLetterTopic = value.isEmpty ? nil : value
        default:
            return "there is no setting '\(name)' here; there are " + Self.names.joined(separator: ", ")
        }
        return nil
    }

    private static func number(
        _ name: String, _ value: String, _ range: ClosedRange<Int>, _ take: (Int) -> Void
    ) -> String? {
        guard let number = Int(value), range.contains(number) else {
            return "\(name) is a number, \(range.lowerBound) to \(range.upperBound), not '\(value)'"
        }
        take(number)
        return nil
    }

    /// ksqlDB's names may have its prefix.
    private static func plain(_ name: String) -> String {
        let name = name.lowercased()
        for prefix in ["ksql.streams.", "ksql."] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return name
    }
}
