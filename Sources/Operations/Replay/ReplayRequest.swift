/// Where a group is to read on in a topic, as a person chooses it.
package enum ReplayTarget: Sendable, Equatable {
    /// Where it is now: nothing was chosen yet.
    case current
    /// Each log's first offset.
    case earliest
    /// Each log's end.
    case latest
    /// The first record at or after a time, wall milliseconds.
    case time(Int64)
    /// The first record of so long ago, milliseconds before the moment of looking.
    case back(Int64)
    /// One offset, clamped to each log.
    case offset(Int64)
    /// So many offsets on, or back where negative.
    case shift(Int64)
    /// Where another group stands.
    case group(String)
    /// Where a CSV file says.
    case file(path: String)
    /// Where the group stood before the reset that left this undo file.
    case undo(UndoFile)
}

/// A reset of one group on one topic, before anything is known of the cluster.
package struct ReplayRequest: Sendable, Equatable {
    /// The group.
    package var group: String
    /// The topic; an undo file may name others.
    package var topic: String
    /// The partitions in question, ascending; nil for all of the topic. An undo file says it itself.
    package var partitions: [Int32]?
    /// Where to.
    package var target: ReplayTarget

    /// A reset of one group on one topic.
    package init(group: String, topic: String, partitions: [Int32]? = nil, target: ReplayTarget = .current) {
        self.group = group
        self.topic = topic
        self.partitions = partitions
        self.target = target
    }
}

/// A figure that is exact or estimated, and never below zero.
package struct Estimate: Sendable, Equatable {
    /// The figure.
    package var value: Int64
    /// True where it was counted, false where it was reckoned from a part.
    package var isExact: Bool

    /// A figure.
    package init(_ value: Int64, isExact: Bool = true) {
        self.value = max(0, value)
        self.isExact = isExact
    }

    /// The sum of two figures; as exact as the less exact of them.
    package static func + (left: Estimate, right: Estimate) -> Estimate {
        let (sum, overflowed) = left.value.addingReportingOverflow(right.value)
        return Estimate(overflowed ? .max : sum, isExact: left.isExact && right.isExact && !overflowed)
    }
}
