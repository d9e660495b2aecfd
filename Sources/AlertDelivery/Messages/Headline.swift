import AlertRules

extension GroupDispatch.Message {
    /// How many fire and how many ended: `2 firing, 1 resolved`.
    var counts: String { Self.counts(firing: alerts.count(where: \.isFiring), resolved: alerts.count { !$0.isFiring }) }

    static func counts(firing: Int, resolved: Int) -> String {
        [firing > 0 || resolved == 0 ? "\(firing) firing" : nil, resolved > 0 ? "\(resolved) resolved" : nil]
            .compactMap { $0 }.joined(separator: ", ")
    }

    /// One line for a terminal: `ConsumerLag: 2 firing (billing, search)`.
    var headline: String {
        let names = Set(alerts.compactMap { $0.labels["alertname"] }).sorted()
        let subjects = alerts.compactMap(\.labels.subject)
        let shown = subjects.prefix(3).joined(separator: ", ") + (subjects.count > 3 ? ", …" : "")
        let name = names.count == 1 ? names[0] : "\(names.count) rules"
        return "\(name): \(counts)" + (shown.isEmpty ? "" : " (\(shown))")
    }
}
