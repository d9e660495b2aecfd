/// How fast a total grows, over about the last ten seconds.
struct RateMeter: Sendable {
    private var samples: [(at: ContinuousClock.Instant, total: Int64)] = []
    private static let span = Duration.seconds(10)

    /// Takes a total.
    mutating func take(_ total: Int64, at now: ContinuousClock.Instant) {
        if let last = samples.last, now - last.at < .milliseconds(200) { return }
        samples.append((now, total))
        while samples.count > 2, now - samples[1].at > Self.span { samples.removeFirst() }
    }

    /// Each second; nil while it is not known for a second.
    var perSecond: Double? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let seconds = Double((last.at - first.at) / .milliseconds(1)) / 1000
        return seconds >= 1 ? Double(last.total - first.total) / seconds : nil
    }
}
