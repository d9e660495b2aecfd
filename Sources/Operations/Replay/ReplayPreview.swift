package import Cluster

/// What a reset of a group would mean, computed from what was read at one moment: a pure function of a plan and of facts.
package struct ReplayPreview: Sendable, Equatable {
    /// One partition.
    package struct Row: Sendable, Equatable {
        /// The partition.
        package var topicPartition: TopicPartition
        /// The log's bounds when it was looked at; nil where they could not be read.
        package var bounds: PartitionOffsets?
        /// The commit; nil for none.
        package var committed: Int64?
        /// The offset that would be committed; nil where the partition is left alone.
        package var target: Int64?
        /// True where the commit would be taken away, as an undo does where there was none before.
        package var losesCommit = false
        /// Why the target is another offset than the one asked for.
        package var note: ResetPlan.Note?
        /// What the move means; nil without a commit.
        package var movement: ResetPlan.Movement?
        /// Bytes on disk of what is read again, or skipped; nil where sizes are unknown.
        package var bytes: Estimate?
        /// Offsets between target and commit whose records compaction took away; nil where nothing can be said of it.
        package var compactedAway: Estimate?
        /// The first record of the log.
        package var startPoint: ReplayPoint?
        /// The record at the commit.
        package var committedPoint: ReplayPoint?
        /// The record at the target.
        package var targetPoint: ReplayPoint?
        /// The log's largest timestamp, wall milliseconds.
        package var latestTimestamp: Int64?
        /// What is kept of the topic; nil when unknown.
        package var retention: TopicRetention?
        /// The log's segments, oldest first; nil where the peer does not tell.
        package var segments: [SegmentDescription]?
        /// The log's bytes; nil when unknown.
        package var sizeBytes: Int64?

        /// True where the commit would become another one.
        package var isChanged: Bool { losesCommit || target.map { $0 != committed } ?? false }
    }

    /// When the cluster was read, wall milliseconds.
    package var readAt: Int64
    /// The group.
    package var group: String
    /// What happens to each partition, ascending.
    package var rows: [Row]
    /// Why the group may not be moved now; nil when it may.
    package var refusal: ResetPlan.Refusal?
    /// The undo file that this would carry out.
    package var undo: UndoFile?
    /// Partitions whose commits are no longer those that the reset made which is to be undone, ascending.
    package var movedSince: [TopicPartition] = []

    /// Partitions that move back, and that move ahead.
    package var directions: (back: Int, ahead: Int) {
        var (back, ahead) = (0, 0)
        for row in rows {
            guard let old = row.committed, let new = row.target, old != new else { continue }
            if new < old { back += 1 } else { ahead += 1 }
        }
        return (back, ahead)
    }

    /// Partitions whose commit would become another one, also from none.
    package var changed: [Row] { rows.filter(\.isChanged) }

    /// Records that are read a second time: offsets less those known to hold no record.
    package var reread: Estimate { records(\.reread) }

    /// Records that are never read, likewise.
    package var skipped: Estimate { records(\.skipped) }

    private func records(_ direction: KeyPath<ResetPlan.Movement, Int64>) -> Estimate {
        rows.reduce(Estimate(0)) { sum, row in
            guard let count = row.movement?[keyPath: direction], count > 0 else { return sum }
            guard let gone = row.compactedAway else { return sum + Estimate(count, isExact: !row.mayHoldMarkers) }
            return sum + Estimate(count - min(count, gone.value), isExact: gone.isExact)
        }
    }

    /// Bytes on disk of all that is read again, and of all that is skipped; nil where a size is unknown.
    package var bytes: (reread: Estimate?, skipped: Estimate?) { (sum(\.reread), sum(\.skipped)) }

    private func sum(_ direction: KeyPath<ResetPlan.Movement, Int64>) -> Estimate? {
        var sum = Estimate(0)
        for row in rows where (row.movement?[keyPath: direction] ?? 0) > 0 {
            guard let bytes = row.bytes else { return nil }
            sum = sum + bytes
        }
        return sum
    }

    /// Offsets without their records, of compacted topics; nil where no row tells.
    package var compactedAway: Estimate? {
        let known = rows.compactMap(\.compactedAway)
        return known.isEmpty ? nil : known.reduce(Estimate(0), +)
    }

    /// Partitions whose target was moved into the log: from before its start, and from past its end.
    package var clamped: (below: Int, above: Int) {
        (
            rows.count { if case .belowStart = $0.note { true } else { false } },
            rows.count { if case .aboveEnd = $0.note { true } else { false } }
        )
    }

    /// Partitions in which no record is as late as the time asked for.
    package var tooLate: Int { rows.count { $0.note == .nothingSoLate } }

    /// The times between which records are read again, wall milliseconds: the earliest at a target, the latest at a commit. Nil
    /// where nothing is, or no time is known.
    package var span: ClosedRange<Int64>? {
        let back = rows.filter { ($0.movement?.reread ?? 0) > 0 }
        guard let first = back.compactMap({ $0.targetPoint?.timestamp }).min(),
            let last = back.compactMap({ $0.committedPoint?.timestamp ?? $0.latestTimestamp }).max(), first <= last
        else { return nil }
        return first...last
    }

    /// How long reading takes at so many records a second, milliseconds; nil where nobody read yet.
    package func duration(recordsPerSecond: Double?) -> Int64? {
        guard let rate = recordsPerSecond, rate > 0, rate.isFinite else { return nil }
        let milliseconds = Double(reread.value) / rate * 1000
        return milliseconds < 9e18 ? Int64(milliseconds) : .max
    }
}

extension ReplayPreview.Row {
    /// True where a transaction's markers may stand among the offsets, so that offsets are not all records.
    var mayHoldMarkers: Bool {
        [targetPoint, committedPoint].contains { $0?.record?.batch.isTransactional == true }
    }
}
