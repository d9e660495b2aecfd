/// Which brokers do not answer, since when and why.
struct BrokerHealth: Sendable, Equatable {
    private struct Silence: Sendable, Equatable {
        /// Wall milliseconds.
        var since: Int64
        var reason: String
    }

    private var silences: [Int32: Silence] = [:]

    /// All brokers answer.
    init() {}

    /// Whether no broker is known not to answer.
    var isGood: Bool { silences.isEmpty }

    /// Whether the last request to a broker got no answer.
    func isSilent(_ broker: Int32) -> Bool { silences[broker] != nil }

    /// Notes that a broker answered.
    mutating func heard(_ broker: Int32) {
        guard !silences.isEmpty else { return }
        silences[broker] = nil
    }

    /// Notes that a broker did not answer.
    ///
    /// - Returns: True when it answered until now.
    mutating func missed(_ broker: Int32, reason: String, now: Int64) -> Bool {
        let known = silences[broker]
        silences[broker] = Silence(since: known?.since ?? now, reason: reason)
        return known == nil
    }

    /// Forgets brokers that are not in the cluster any more.
    mutating func keep(_ brokers: some Sequence<Int32>) {
        guard !silences.isEmpty else { return }
        let kept = Set(brokers)
        silences = silences.filter { kept.contains($0.key) }
    }

    /// What is wrong with a broker, in words; nil while it answers.
    func problem(of broker: Int32) -> String? {
        silences[broker].map { "no answer since \(ClientClock.text($0.since)): \($0.reason)" }
    }

    /// What is wrong with brokers, by node id.
    var problems: [Int32: String] {
        Dictionary(uniqueKeysWithValues: silences.keys.map { ($0, problem(of: $0) ?? "") })
    }
}
