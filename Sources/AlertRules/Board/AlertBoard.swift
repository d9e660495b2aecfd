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

    /// A board.
    package init(
        rules: [AlertRule],
        instances: [AlertInstance],
        history: [AlertEvent],
        problems: [String: String] = [:]
    ) {
        self.rules = rules
        self.instances = instances
        self.history = history
        self.problems = problems
    }
}

/// An alert rule as data: a comparison on a named series that must hold for a while.
package struct AlertRule: Sendable, Equatable {
    /// How bad it is when the rule fires.
    package enum Severity: String, Sendable, Comparable {
        case info
        case warning
        case critical

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .info: 0
            case .warning: 1
            case .critical: 2
            }
        }
    }

    /// The comparison between a sample and the limit.
    package enum Comparison: String, Sendable {
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
        case equal = "=="
        case notEqual = "!="
    }

    /// The rule's name, for example `group.age` or `ConsumerLag`.
    package var name: String
    /// The series it reads, named as Prometheus exporters name it, for example `kafka_consumergroup_lag`.
    package var series: String
    /// How a sample is compared with the limit.
    package var comparison: Comparison
    /// The limit, in the unit of the series.
    package var limit: Double
    /// How long the comparison must hold before the rule fires, milliseconds; 0 fires at once.
    package var holdMilliseconds: Int64
    /// How bad it is.
    package var severity: Severity
    /// Labels added to each instance.
    package var labels: [String: String]
    /// One sentence for the operator.
    package var summary: String
    /// Which screen shows the cause: the console's key sequence, for example `3` for groups.
    package var opens: String
    /// The unit of the series, deciding how values are written.
    package var unit: Unit
    /// How long it goes on firing after the comparison stopped holding (`keep_firing_for`), milliseconds.
    package var keepFiringMilliseconds: Int64
    /// What a flag's 1 means, in a word after the subject and the rule: `never`, `offline`. Other units do not use it.
    package var flagWord: String

    /// How values of a rule's series are written.
    package enum Unit: String, Sendable {
        case count
        case milliseconds
        case seconds
        case ratio
        case bytes
        case flag
    }

    /// A rule.
    package init(
        name: String,
        series: String,
        comparison: Comparison,
        limit: Double,
        holdMilliseconds: Int64,
        severity: Severity,
        labels: [String: String] = [:],
        summary: String,
        opens: String,
        unit: Unit,
        keepFiringMilliseconds: Int64 = 0,
        flagWord: String = "yes"
    ) {
        self.name = name
        self.series = series
        self.comparison = comparison
        self.limit = limit
        self.holdMilliseconds = holdMilliseconds
        self.severity = severity
        self.labels = labels
        self.summary = summary
        self.opens = opens
        self.unit = unit
        self.keepFiringMilliseconds = keepFiringMilliseconds
        self.flagWord = flagWord
    }
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
    }

    /// The rule's name.
    package var rule: String
    /// What it is about, for people: `fraud-scorer`, `orders-7`, `data`.
    package var subject: String
    /// The sample's labels with the rule's added.
    package var labels: [String: String]
    /// Where it stands.
    package var state: State
    /// The last sample; nil when the series has none now.
    package var value: Double?
    /// When it last changed state, wall milliseconds; nil for never.
    package var changedAt: Int64?
    /// Recent samples, oldest first, one each five seconds.
    package var recent: [Double]
    /// Samples kept: ten minutes.
    package static let recentLimit = 120
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
        changedAt: Int64? = nil,
        recent: [Double] = [],
        events: [AlertEvent] = []
    ) {
        self.rule = rule
        self.subject = subject
        self.labels = labels
        self.state = state
        self.value = value
        self.changedAt = changedAt
        self.recent = recent
        self.events = events
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
package struct AlertEvent: Sendable, Equatable {
    /// What happened.
    package enum Kind: String, Sendable {
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
