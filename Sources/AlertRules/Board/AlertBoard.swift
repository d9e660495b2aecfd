/// Every alert rule, each instance it has, and what happened lately: what the alerts screen shows.
package struct AlertBoard: Sendable, Equatable {
    /// The rules, in the order they were loaded.
    package var rules: [AlertRule]
    /// One instance a label set the rules' series have, quiet ones too; firing first, then pending, then quiet.
    package var instances: [AlertInstance]
    /// Fired and resolved events, newest first, bounded.
    package var history: [AlertEvent]
    /// Rules that could not be evaluated this time, by name, with the reason: `no such metric`, or what failed. Not a green light.
    package var problems: [String: String]
    /// What is wrong with files of rules that were changed or cannot be read, with file, line and column: their former rules stay at work.
    package var fileProblems: [String]

    /// A board.
    package init(
        rules: [AlertRule],
        instances: [AlertInstance],
        history: [AlertEvent],
        problems: [String: String] = [:],
        fileProblems: [String] = []
    ) {
        self.rules = rules
        self.instances = instances
        self.history = history
        self.problems = problems
        self.fileProblems = fileProblems
    }

    /// Nothing.
    package static let empty = AlertBoard(rules: [], instances: [], history: [])
}

/// One rule on one label set: the subject it watches and where it stands.
package struct AlertInstance: Sendable, Equatable {
    /// Where an instance stands, Prometheus' alert states.
    package enum State: Sendable, Equatable {
        /// The comparison does not hold.
        case quiet
        /// It holds since then (wall milliseconds), but not yet long enough.
        case pending(since: Int64)
        /// It fires since then (wall milliseconds).
        case firing(since: Int64)
        /// Nothing can be said of the rule, which has no other instance; says why: `no such metric: x`, `needs 30d, has 6h`, `no data`. Not a green light.
        case untold(String)

        /// Since when it is pending or fires; nil for other states.
        package var since: Int64? {
            switch self {
            case .pending(let since), .firing(let since): since
            case .quiet, .untold: nil
            }
        }
    }

    /// The rule's name.
    package var rule: String
    /// What it is about, for people: `fraud-scorer`, `orders-7`, `data`.
    package var subject: String
    /// The sample's labels with the rule's added, `alertname` left out.
    package var labels: [String: String]
    /// Where it stands.
    package var state: State
    /// The last sample; nil when the series has none now.
    package var value: Double?
    /// When its condition began to hold, wall milliseconds; nil unless it is pending or fires.
    package var activeSince: Int64?
    /// Since when its condition no longer holds while `keep_firing_for` keeps it firing, wall milliseconds; nil otherwise.
    package var keptSince: Int64?
    /// When it last changed state, wall milliseconds; nil for never.
    package var changedAt: Int64?
    /// Recent samples, oldest first, one each five seconds.
    package var recent: [Double]
    /// Samples kept: ten minutes.
    package static let recentLimit = 120
    /// The rule's annotations filled in with the newest sample; empty unless it is pending or firing.
    package var annotations: [String: String]
    /// What happened to it, newest first: pending, fired, resolved and what passed without firing.
    package var events: [AlertEvent]
    /// Events kept of an instance.
    package static let eventLimit = 64

    /// An instance.
    package init(
        rule: String,
        subject: String,
        labels: [String: String],
        state: State,
        value: Double?,
        activeSince: Int64? = nil,
        keptSince: Int64? = nil,
        changedAt: Int64? = nil,
        recent: [Double] = [],
        events: [AlertEvent] = [],
        annotations: [String: String] = [:]
    ) {
        self.rule = rule
        self.subject = subject
        self.labels = labels
        self.state = state
        self.value = value
        self.activeSince = activeSince
        self.keptSince = keptSince
        self.changedAt = changedAt
        self.recent = recent
        self.events = events
        self.annotations = annotations
    }

    /// What tells it from all others, the same after a restart: its rule, subject and labels.
    package var id: String {
        let labels = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        return "\(rule) \(subject) \(labels)"
    }

    /// True while it fires.
    package var isFiring: Bool {
        if case .firing = state { true } else { false }
    }

    /// True while it is on its way to firing.
    package var isPending: Bool {
        if case .pending = state { true } else { false }
    }
}

/// Something that happened to an instance.
package struct AlertEvent: Sendable, Equatable, Codable {
    /// What happened.
    package enum Kind: String, Sendable, Codable {
        /// The comparison began to hold; kept with the instance only.
        case pending
        /// It stopped holding before the rule fired; kept with the instance only.
        case passed
        case fired
        case resolved
    }

    /// When, wall milliseconds.
    package var at: Int64
    /// What.
    package var kind: Kind
    /// The rule's name.
    package var rule: String
    /// The subject.
    package var subject: String
    /// What was seen then, in words: `84.1k > 50k for 30s`.
    package var detail: String

    /// An event.
    package init(at: Int64, kind: Kind, rule: String, subject: String, detail: String) {
        self.at = at
        self.kind = kind
        self.rule = rule
        self.subject = subject
        self.detail = detail
    }
}
