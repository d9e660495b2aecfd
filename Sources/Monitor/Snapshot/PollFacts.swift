/// How a poll went and what it cost.
package struct PollFacts: Sendable, Equatable {
    /// Milliseconds the poll took.
    package var durationMilliseconds: Double = 0
    /// Milliseconds between the starts of polls; longer than set where the budget asks for it.
    package var intervalMilliseconds: Int64 = 1000
    /// What failed this time, in words.
    package var problems: [String] = []
    /// Point reads of records made for time lag in this poll.
    package var pointReads = 0
    /// At most this many point reads are made in one poll; ages beyond it are estimated.
    package var pointReadBudget = 0
    /// The window of topics' rates and of the totals, milliseconds.
    package var throughputWindowMilliseconds: Int64 = 15_000
    /// The window of groups' rates, lag change and catch-up, milliseconds.
    package var trendWindowMilliseconds: Int64 = 60_000
    /// What this program asks of an attached cluster; nil where no request is sent.
    package var load: RequestLoad?
    /// Set while nothing of the cluster answers.
    package var outage: Outage?
    /// How long the poll under way has waited for its answers when it is overdue, milliseconds; nil when none is.
    package var overdueMilliseconds: Int64?

    /// Nothing polled yet.
    package init() {}
}

/// Nothing of the cluster answers: everything shown is old.
package struct Outage: Sendable, Equatable {
    /// When something was read last, wall milliseconds; before that, when reading was first tried.
    package var since: Int64
    /// Why, in words.
    package var reason: String
    /// When it is tried again, milliseconds from the snapshot's time.
    package var retryMilliseconds: Int64

    /// An outage.
    package init(since: Int64, reason: String, retryMilliseconds: Int64) {
        self.since = since
        self.reason = reason
        self.retryMilliseconds = retryMilliseconds
    }
}

/// A broker that does not answer while others do.
package struct SilentBroker: Sendable, Equatable {
    /// Since when it is known, wall milliseconds.
    package var since: Int64
    /// Why, in words.
    package var reason: String

    /// A broker that does not answer.
    package init(since: Int64, reason: String) {
        self.since = since
        self.reason = reason
    }
}

extension Snapshot {
    /// The same figures as they stand some time later, while nothing new has come: ages grow, a retry comes nearer.
    ///
    /// - Parameters:
    ///   - now: Wall milliseconds.
    ///   - overdueMilliseconds: How long the poll under way has waited for its answers; nil when none is under way.
    package func standing(at now: Int64, overdueMilliseconds: Int64? = nil) -> Snapshot {
        var later = self
        let passed = max(now.subtractingReportingOverflow(takenAt).partialValue, 0)
        later.takenAt = takenAt &+ passed
        later.poll.overdueMilliseconds = overdueMilliseconds
        if let retry = poll.outage?.retryMilliseconds { later.poll.outage?.retryMilliseconds = max(retry - passed, 0) }
        return later
    }
}
