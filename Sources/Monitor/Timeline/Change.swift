/// Something that happened to the cluster: what a "what changed" strip shows beside lag and rates.
package struct Change: Sendable, Equatable {
    /// What happened.
    package enum Kind: String, Sendable, CaseIterable {
        case topicCreated = "topic created"
        case topicDeleted = "topic deleted"
        case partitionsAdded = "partitions added"
        /// A setting of a topic was changed.
        case settings
        case groupDeleted = "group deleted"
        /// A group's members were assigned anew.
        case rebalanced
        /// The offsets of a group without members were moved: a reset.
        case offsetsReset = "offsets reset"
        /// A group with members committed a lower offset than before.
        case commitsRewound = "commits rewound"
        case compacted
        /// A log start moved up: retention or a purge deleted records.
        case recordsDeleted = "records deleted"
        /// The embedded broker was started.
        case restarted
        case brokerLost = "broker lost"
        case brokerBack = "broker back"
        case alertFired = "alert fired"
        case alertResolved = "alert resolved"
        /// Somebody did something from here; the detail says what.
        case act

        /// A letter for it, for strips that have one cell a moment.
        package var letter: Character {
            switch self {
            case .topicCreated: "+"
            case .topicDeleted, .groupDeleted: "x"
            case .partitionsAdded: "P"
            case .settings: "E"
            case .rebalanced: "r"
            case .offsetsReset: "R"
            case .commitsRewound: "<"
            case .compacted: "c"
            case .recordsDeleted: "d"
            case .restarted: "S"
            case .brokerLost: "B"
            case .brokerBack: "b"
            case .alertFired: "!"
            case .alertResolved: "o"
            case .act: "A"
            }
        }

        /// How much it matters where several fall on one cell; the largest is shown.
        package var weight: Int {
            switch self {
            case .restarted, .brokerLost: 9
            case .offsetsReset, .commitsRewound, .topicDeleted, .groupDeleted: 8
            case .settings, .partitionsAdded, .topicCreated, .act: 7
            case .alertFired: 6
            case .recordsDeleted: 5
            case .rebalanced, .brokerBack: 4
            case .compacted: 3
            case .alertResolved: 2
            }
        }

        /// Whether one that follows soon on the same thing is told together with it.
        var isGathered: Bool {
            switch self {
            case .recordsDeleted, .compacted, .commitsRewound, .offsetsReset: true
            default: false
            }
        }
    }

    /// When it happened, or was first seen, wall milliseconds.
    package var at: Int64
    /// What.
    package var kind: Kind
    /// The topic, group, broker or alert it happened to.
    package var subject: String
    /// The topic it concerns; nil for none.
    package var topic: String?
    /// The group it concerns; nil for none.
    package var group: String?
    /// The alert's rule, or who did it; empty for none.
    package var origin: String
    /// What exactly, in words.
    package var detail: String
    /// How many records or partitions, where that is counted; 0 for none.
    package var count: Int64

    /// A change.
    package init(
        at: Int64, kind: Kind, subject: String, topic: String? = nil, group: String? = nil, origin: String = "",
        detail: String, count: Int64 = 0
    ) {
        self.at = at
        self.kind = kind
        self.subject = subject
        self.topic = topic
        self.group = group
        self.origin = origin
        self.detail = detail
        self.count = count
    }

    /// What exactly, with the count.
    package var text: String { count > 0 ? "\(detail) (\(count))" : detail }
}

/// The changes kept: the newest of some hours, in the order of time.
struct ChangeFeed: Sendable, Equatable {
    /// Changes kept at most; the oldest go.
    static let limit = 2000
    /// Changes older than this go, milliseconds.
    static let span: Int64 = 21_600_000
    /// What follows on the same within this is told together, milliseconds.
    private static let gathering: Int64 = 60_000

    /// Oldest first.
    private(set) var all: [Change] = []

    /// Adds a change at its place in time.
    mutating func add(_ change: Change) {
        if change.kind.isGathered,
            let index = all.lastIndex(where: { $0.kind == change.kind && $0.subject == change.subject }),
            change.at &- all[index].at < Self.gathering, change.at >= all[index].at, all[index].count > 0,
            change.count > 0
        {
            let (sum, overflows) = all[index].count.addingReportingOverflow(change.count)
            all[index].count = overflows ? Int64.max : sum
            all[index].detail = change.detail
            return
        }
        let place = all.lastIndex { $0.at <= change.at }.map { $0 + 1 } ?? 0
        all.insert(change, at: place)
        if all.count > Self.limit { all.removeFirst(all.count - Self.limit) }
    }

    /// Forgets what lies farther back than the span.
    mutating func trim(at now: Int64) {
        let horizon = now.subtractingReportingOverflow(Self.span).partialValue
        if let first = all.first, first.at < horizon { all.removeAll { $0.at < horizon } }
    }

    /// Forgets what is said to have been from a moment on.
    mutating func forget(from time: Int64) { all.removeAll { $0.at >= time } }

    /// Those up to a moment, newest first.
    func upTo(_ time: Int64) -> [Change] { all.reversed().filter { $0.at <= time } }
}
