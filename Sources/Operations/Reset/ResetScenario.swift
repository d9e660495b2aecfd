/// Where committed offsets are to be moved, the scenarios of `kafka-consumer-groups.sh --reset-offsets`.
package enum ResetScenario: Sendable, Equatable {
    /// To each log's first offset.
    case earliest
    /// To each log's end.
    case latest
    /// To one offset, clamped to each log.
    case offset(Int64)
    /// So many records on, or back where negative, clamped to each log. Every partition needs a commit.
    case shift(Int64)
    /// To the first record at or after a time, wall milliseconds; to the end where there is none.
    case time(Int64)
    /// Where they are now, as they are; to the end where there is no commit.
    case current
    /// To the offsets that a file names, clamped to each log; the file also says which partitions.
    case file(ResetFile)
    /// To where they stood before a reset, clamped to each log; a commit that the reset made where there was none is taken away.
    case undo(UndoFile)

    /// So long before `now` (`--by-duration`), both in milliseconds. Beyond what a time can be it is the earliest or latest one.
    package static func back(_ milliseconds: Int64, from now: Int64) -> ResetScenario {
        let (time, overflowed) = now.subtractingReportingOverflow(milliseconds)
        return .time(overflowed ? (milliseconds > 0 ? .min : .max) : time)
    }
}

/// Which partitions a reset is about.
package enum ResetScope: Sendable, Equatable {
    /// All partitions for which the group has a commit (`--all-topics`).
    case committed
    /// Topics, whole or in part (`--topic`).
    case topics([ResetTopic])
    /// The partitions that the file names for the group (`--from-file`, `--undo`).
    case file
}

/// A topic, or some partitions of it: `orders` or `orders:0,2`.
package struct ResetTopic: Sendable, Equatable {
    /// The topic's name.
    package var topic: String
    /// The partitions wanted, ascending, each once; nil for all.
    package var partitions: [Int32]?

    /// A topic, or some partitions of it.
    package init(_ topic: String, partitions: [Int32]? = nil) {
        self.topic = topic
        self.partitions = partitions.map { Set($0).sorted() }
    }

    /// Reads `topic` or `topic:partition,partition`.
    ///
    /// - Throws: `ResetError.badSelection`.
    package init(parsing text: String) throws(ResetError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let topic = parts.first, !topic.isEmpty else { throw .badSelection(text) }
        guard parts.count == 2 else {
            self.init(String(topic))
            return
        }
        var partitions: [Int32] = []
        for part in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int32(part), number >= 0 else { throw .badSelection(text) }
            partitions.append(number)
        }
        self.init(String(topic), partitions: partitions)
    }
}

/// What a reset is asked to do, before anything is known of the cluster.
package struct ResetRequest: Sendable, Equatable {
    /// The groups, each once; nil for all.
    package var groups: [String]?
    /// Which partitions of each group.
    package var scope: ResetScope
    /// Where to.
    package var scenario: ResetScenario
    /// True to plan also what a group with members would be moved to, so that it can be looked at; it is refused all the same.
    package var plansRefused: Bool

    /// What a reset is asked to do.
    package init(groups: [String]?, scope: ResetScope, scenario: ResetScenario, plansRefused: Bool = false) {
        self.groups = groups
        self.scope = scope
        self.scenario = scenario
        self.plansRefused = plansRefused
    }
}
