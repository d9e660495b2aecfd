package import Cluster
package import Operations

/// The replay page of one group on one topic: the target chosen, what it would mean, and what became of it.
package struct ReplayState: Equatable, Sendable {
    /// A way to name a target, in the order the page lists them.
    package enum Choice: String, CaseIterable, Sendable {
        case earliest, latest, time, back, offset, shift, group, file

        /// What the page calls it.
        package var title: String {
            switch self {
            case .earliest: "earliest"
            case .latest: "latest"
            case .time: "time"
            case .back: "so long ago"
            case .offset: "offset"
            case .shift: "shift by"
            case .group: "another group"
            case .file: "CSV file"
            }
        }

        /// True where something must be typed.
        package var needsText: Bool { self != .earliest && self != .latest }
    }

    /// The group.
    package let group: String
    /// The topic.
    package let topic: String
    /// How the target is named; nil before one was chosen.
    package var choice: Choice?
    /// Where the group is to go.
    package var target = ReplayTarget.current
    /// What was typed for each way.
    package var texts: [Choice: String] = [:]
    /// Partitions that are left alone.
    package var excluded: Set<Int32> = []
    /// True to draw positions on one axis of time, false on each log's offsets.
    package var isTimeAxis = false
    /// When it was looked at last, by the snapshot's time.
    package var askedAt: Int64 = 0
    /// The look that was asked for last.
    package var ticket = 0
    /// What was seen.
    package var look: Loaded<ReplayPreview> = .loading(nil)
    /// True while a reset or an undo is being prepared or carried out.
    package var isBusy = false
    /// What became of each partition in the last reset from here.
    package var results: [TopicPartition: ReplayResult] = [:]
    /// Where the last reset's undo file is.
    package var undoPath: String?

    /// A row as the page shows it: before a target was chosen there is none.
    package func shown(_ row: ReplayPreview.Row) -> ReplayPreview.Row {
        guard choice == nil, look.value?.undo == nil else { return row }
        var row = row
        (row.target, row.targetPoint, row.note, row.movement) = (nil, nil, nil, nil)
        return row
    }

    /// A page that has not looked yet.
    package init(group: String, topic: String) {
        self.group = group
        self.topic = topic
    }
}

/// What became of one partition.
package struct ReplayResult: Equatable, Sendable {
    /// What is said of it.
    package var text: String
    /// True where it was not moved.
    package var isFailure: Bool
}

/// How fast a group read when it was last seen reading.
package struct GroupPace: Equatable, Sendable {
    /// Records a second.
    package var recordsPerSecond: Double
    /// When, wall milliseconds.
    package var seenAt: Int64
}

/// What the replay page wants done.
package enum ReplayWish: Equatable, Sendable {
    /// Look at what a reset would mean.
    case look(ReplayRequest, ticket: Int)
    /// Look at it, to be confirmed and carried out.
    case prepare(ReplayRequest, ticket: Int)
    /// Look at what taking back the newest reset would mean, likewise.
    case prepareUndo(group: String, topic: String, clusterID: String, ticket: Int)
    /// Carry it out; `shown` are the commits that were looked at.
    case apply(ReplayRequest, shown: [TopicPartition: Int64], clusterID: String, ticket: Int)
}

/// What came of it.
package enum ReplayNews: Sendable {
    case looked(ticket: Int, Result<ReplayPreview, ReplayError>)
    case prepared(ticket: Int, ReplayRequest, Result<ReplayPreview, ReplayError>)
    case applied(ticket: Int, ReplayRequest, Result<ReplayJob.Outcome, ReplayError>)
}
