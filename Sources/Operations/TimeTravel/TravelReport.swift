package import Cluster

/// What is to be looked at of a topic's past.
package struct TravelRequest: Sendable, Equatable {
    /// The topic.
    package var topic: String
    /// The partitions; nil for all.
    package var partitions: [Int32]?
    /// The moment, or the earlier of two.
    package var moment: TravelMoment
    /// The later moment, to see what changed between the two; nil for the table of the one.
    package var later: TravelMoment?
    /// The most bytes that keys and values may take.
    package var budget: Int
    /// The most rows that are handed over.
    package var mostRows: Int

    /// What is to be looked at.
    package init(
        topic: String, partitions: [Int32]? = nil, moment: TravelMoment = .now, later: TravelMoment? = nil,
        budget: Int = 128 << 20, mostRows: Int = 20_000
    ) {
        self.topic = topic
        self.partitions = partitions
        self.moment = moment
        self.later = later
        self.budget = budget
        self.mostRows = mostRows
    }
}

/// A topic as of a moment, or what changed between two.
package struct TravelReport: Sendable, Equatable {
    /// How many keys there are of each kind.
    package struct Counts: Sendable, Equatable {
        /// Keys with a value as of the moment.
        package var live = 0
        /// Keys whose newest record is a tombstone.
        package var deleted = 0
        /// Between two moments: keys that had no value and have one.
        package var added = 0
        /// Keys that had a value and have none.
        package var removed = 0
        /// Keys with another value.
        package var changed = 0
        /// Keys that were written again with the same value.
        package var rewritten = 0
        /// Keys of which nothing was written, or that have no value at both.
        package var same = 0

        /// None.
        package init() {}
    }

    /// What was asked.
    package var request: TravelRequest
    /// Where the moments lie in each partition.
    package var bounds: [TopicPartition: LatestTable.Bounds]
    /// The rows: all keys as of a moment; between two those that were added, removed or changed. Ascending by key.
    package var rows: [KeyRow]
    /// Rows that are not handed over because there are too many.
    package var rowsLeftOut: Int
    /// How many keys there are of each kind.
    package var counts: Counts
    /// Records without a key.
    package var keyless: Int64
    /// Records of keys that the budget had no room for.
    package var passedOver: Int64
    /// The bytes that keys and values take, about.
    package var bytes: Int
    /// What is missing of each partition.
    package var gaps: [TopicPartition: LogGaps]
    /// Partitions whose table may lack keys or show older records, because compaction took later ones' predecessors away; ascending.
    package var partial: [TopicPartition]
    /// True where the scan was stopped before its end.
    package var isStopped: Bool
    /// What could not be read, in words.
    package var problems: [String]

    /// Sums a table up.
    ///
    /// - Parameter ends: The ends of the logs.
    package init(
        _ request: TravelRequest, _ table: LatestTable, bounds: [TopicPartition: LatestTable.Bounds],
        ends: [TopicPartition: Int64], isStopped: Bool, problems: [String]
    ) {
        self.request = request
        self.bounds = bounds
        self.isStopped = isStopped
        self.problems = problems
        (keyless, passedOver, bytes, gaps) = (table.keyless, table.passedOver, table.bytes, table.gaps)
        let all = table.rows
        (counts, rows) = (Counts(), [])
        for row in all {
            if row.version?.value != nil { counts.live += 1 } else if row.version != nil { counts.deleted += 1 }
            guard request.later != nil else {
                if row.version != nil { rows.append(row) }
                continue
            }
            switch row.change {
            case .added: counts.added += 1
            case .removed: counts.removed += 1
            case .changed: counts.changed += 1
            case .rewritten: counts.rewritten += 1
            case .same: counts.same += 1
            }
            if row.change != .same && row.change != .rewritten { rows.append(row) }
        }
        rowsLeftOut = max(0, rows.count - request.mostRows)
        rows = Array(rows.prefix(request.mostRows))
        partial = bounds.filter { place, bound in
            guard let gaps = table.gaps[place] else { return false }
            return ([bound.first] + (bound.second.map { [$0] } ?? [])).contains {
                !gaps.isWhole(before: $0, isEnd: $0 == ends[place])
            }
        }.keys.sorted()
    }
}
