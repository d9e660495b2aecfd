/// What an audit event says of an act, before it is known who does it and when.
package struct AuditAct: Sendable, Equatable {
    /// The acts there are, one word each; a reader of the log may rely on them.
    package enum Name: String, Sendable, CaseIterable {
        case createTopic = "create-topic"
        case deleteTopic = "delete-topic"
        case addPartitions = "add-partitions"
        case alterConfiguration = "alter-configuration"
        case deleteRecords = "delete-records"
        case produce
        case commitOffsets = "commit-offsets"
        case deleteOffsets = "delete-offsets"
        case deleteGroup = "delete-group"
        case compact
        case stopCompaction = "stop-compaction"
        /// The operator's marks on alerts: acknowledged, muted, or not any more.
        case alertMarks = "alert-marks"
        /// Settings of the console that outlive it.
        case settings
    }

    /// What is done.
    package var name: Name
    /// What it is done to.
    package var subject: String
    /// The act in a sentence.
    package var what: String
    /// The values there now.
    package var before: [String: String]
    /// The values wanted.
    package var after: [String: String]
    /// What could not be found out of `before`; nil where nothing is missing.
    package var gap: String?

    /// The most values of each kind that an event names.
    package static let maxValues = 5_000

    /// An act.
    package init(
        _ name: Name, _ subject: String, _ what: String, before: [String: String] = [:], after: [String: String] = [:],
        gap: String? = nil
    ) {
        (self.name, self.subject, self.what, self.gap) = (name, subject, what, gap)
        self.before = Self.bounded(before)
        self.after = Self.bounded(after)
    }

    /// The first so many values by name, and how many more there are.
    static func bounded(_ values: [String: String]) -> [String: String] {
        guard values.count > maxValues else { return values }
        var kept = Dictionary(uniqueKeysWithValues: values.sorted { $0.key < $1.key }.prefix(maxValues - 1).map { $0 })
        kept["…"] = "and \(values.count - kept.count) more"
        return kept
    }
}

/// What came of an act.
package struct AuditOutcome: Sendable {
    /// The values there are now.
    package var after: [String: String]
    /// The parts that were not done, and why; nil when all was.
    package var problem: String?
    /// True when nothing of it was done.
    package var isFailure: Bool

    /// An outcome; without arguments all went as wanted.
    package init(after: [String: String] = [:], problem: String? = nil, isFailure: Bool = false) {
        self.after = AuditAct.bounded(after)
        self.problem = problem
        self.isFailure = isFailure
    }
}
