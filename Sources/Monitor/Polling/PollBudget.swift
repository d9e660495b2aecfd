import Cluster
import WindowedMetrics

/// Keeps what polling costs an attached cluster within a stated budget, by stretching the interval, and says what it costs.
///
/// The interval is as long as the dearest of the last few polls needs: it stretches at once and shrinks back after some cheaper polls, so that a
/// rare dear request does not make it flap. What the program asks besides (a tail, a look into a topic) is taken off the budget first, but polling
/// keeps a quarter: a tail must not blind the screen.
struct PollBudget: Sendable {
    /// What one poll cost, and what was asked between it and the one before.
    private struct Spent {
        var requests: Double
        var bytes: Double
    }

    private struct Mark {
        var time: Int64
        var cost: RequestCost
    }

    /// How many polls decide.
    private static let memory = 4
    /// The interval is stretched in steps of this many milliseconds, for a calm header.
    private static let step: Int64 = 500
    /// The cost shown is the mean over this long, nanoseconds.
    private static let window: Int64 = 15_000_000_000
    /// The share of the budget that is the polls' whatever else is asked.
    private static let leastShare = 0.25

    private let settings: MonitorSettings
    private var polls: [Spent] = []
    private var others = Spent(requests: 0, bytes: 0)
    private var marks: [Mark] = []
    /// What the totals stood at when the last poll ended.
    private var ended: Mark?

    /// Milliseconds between the starts of two polls now.
    private(set) var intervalMilliseconds: Int64

    /// A budget of which nothing is spent.
    init(_ settings: MonitorSettings) {
        self.settings = settings
        intervalMilliseconds = settings.intervalMilliseconds
    }

    /// Takes what a poll cost.
    ///
    /// - Parameters:
    ///   - before: The totals when it began; nil where no request is sent.
    ///   - after: The totals when it had ended.
    ///   - began: When it began.
    ///   - ended: When it had ended.
    mutating func take(before: RequestCost?, after: RequestCost?, from began: Moment, to ended: Moment) {
        guard let before, let after else {
            self = PollBudget(settings)
            return
        }
        if let last = self.ended {
            let seconds = Double(began.nanoseconds(since: last.time)) / 1e9
            let between = Self.spent(from: last.cost, to: before)
            others =
                seconds > 0
                ? Spent(requests: between.requests / seconds, bytes: between.bytes / seconds)
                : Spent(requests: 0, bytes: 0)
        }
        polls.append(Self.spent(from: before, to: after))
        if polls.count > Self.memory { polls.removeFirst() }
        intervalMilliseconds = needed()
        let now = Mark(time: ended.monotonicNanoseconds, cost: after)
        self.ended = now
        // The first poll counts as if the interval before it had passed like the ones to come.
        if marks.isEmpty { marks.append(Mark(time: now.time &- intervalMilliseconds &* 1_000_000, cost: before)) }
        marks.append(now)
        // The newest mark that lies a whole window back stays as the beginning.
        while marks.count > 2, now.time &- marks[1].time >= Self.window { marks.removeFirst() }
    }

    private func needed() -> Int64 {
        let seconds = max(
            (polls.map(\.requests).max() ?? 0) / share(of: settings.requestsPerSecond, after: others.requests),
            (polls.map(\.bytes).max() ?? 0) / share(of: settings.bytesPerSecond, after: others.bytes)
        )
        let usual = settings.intervalMilliseconds
        guard seconds * 1000 > Double(usual) else { return usual }
        let steps = (seconds * 1000 / Double(Self.step)).rounded(.up)
        let stretched = Int64(exactly: steps).map { $0.multipliedReportingOverflow(by: Self.step) }
        guard let stretched, !stretched.overflow else { return settings.longestIntervalMilliseconds }
        return max(usual, min(stretched.partialValue, settings.longestIntervalMilliseconds))
    }

    private func share(of budget: Double, after others: Double) -> Double {
        max(budget - others, budget * Self.leastShare)
    }

    /// What was spent between two totals; a total that fell (the client was made anew) counts as nothing.
    private static func spent(from old: RequestCost, to new: RequestCost) -> Spent {
        Spent(
            requests: max(Double(new.requests) - Double(old.requests), 0),
            bytes: max(bytes(new) - bytes(old), 0)
        )
    }

    private static func bytes(_ cost: RequestCost) -> Double { Double(cost.bytesSent) + Double(cost.bytesReceived) }

    /// What is being spent, as screens show it; nil where no request is sent.
    var load: RequestLoad? {
        guard let first = marks.first, let last = marks.last else { return nil }
        let spent = Self.spent(from: first.cost, to: last.cost)
        let seconds = max(Double(last.time &- first.time) / 1e9, 0.001)
        return RequestLoad(
            requestsPerSecond: spent.requests / seconds,
            bytesPerSecond: spent.bytes / seconds,
            requestBudget: settings.requestsPerSecond,
            byteBudget: settings.bytesPerSecond,
            isStretched: intervalMilliseconds > settings.intervalMilliseconds
        )
    }
}

/// What this program asks of an attached cluster, all of it: polls, tails, looks into topics.
package struct RequestLoad: Sendable, Equatable {
    /// Requests per second, over the last quarter of a minute.
    package var requestsPerSecond: Double
    /// Bytes per second, sent and received, likewise.
    package var bytesPerSecond: Double
    /// How many requests per second it may be.
    package var requestBudget: Double
    /// How many bytes per second.
    package var byteBudget: Double
    /// True when polls are further apart than they would be without the budget.
    package var isStretched: Bool

    /// A load.
    package init(
        requestsPerSecond: Double,
        bytesPerSecond: Double,
        requestBudget: Double = 50,
        byteBudget: Double = 1_048_576,
        isStretched: Bool = false
    ) {
        self.requestsPerSecond = requestsPerSecond
        self.bytesPerSecond = bytesPerSecond
        self.requestBudget = requestBudget
        self.byteBudget = byteBudget
        self.isStretched = isStretched
    }
}
