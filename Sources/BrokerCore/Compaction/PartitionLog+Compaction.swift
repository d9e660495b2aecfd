package import Cluster
import KafkaProtocol

extension PartitionLog {
    /// What of the log can be cleaned now, and whether the background cleaner would.
    ///
    /// - Parameters:
    ///   - checkpoint: Where the last run ended (cleaner-offset-checkpoint); nil for none.
    ///   - rollsActive: Counts the active segment as rolled first.
    package func cleanableRange(checkpoint: Int64?, rollsActive: Bool = false) throws(LogError) -> CleanableRange {
        CleanableRange(
            segments: try segments,
            offsets: offsets,
            checkpoint: checkpoint,
            config: config,
            rollsActive: rollsActive,
            now: clock.wallMilliseconds
        )
    }

    /// What a run over the log would do now; reads the log, changes nothing.
    ///
    /// - Parameters:
    ///   - range: What can be cleaned, from ``cleanableRange(checkpoint:rollsActive:)``.
    ///   - goOn: Told how far the reading is; false gives it up.
    /// - Returns: nil when it was given up.
    package func previewCompaction(
        _ range: CleanableRange,
        limits: CleanerRun.Limits = CleanerRun.Limits(),
        goOn: (CleanerRun.Progress) -> Bool = { _ in true }
    ) throws(LogError) -> CompactionPreview? {
        let bounds = offsets
        let run = CleanerRun(log: self, range: range, now: clock.wallMilliseconds, limits: limits)
        let outcome = try run.run(writes: false, goOn: goOn)
        guard !outcome.wasStopped else { return nil }
        return CompactionPreview(
            topicPartition: topicPartition,
            recordsBefore: outcome.recordsBefore,
            recordsRemoved: outcome.recordsRemoved,
            bytesBefore: outcome.bytesBefore,
            bytesRemoved: outcome.bytesRemoved,
            keysKept: outcome.valuesKept + outcome.tombstonesKept,
            tombstonesKept: outcome.tombstonesKept,
            holds: try holds(range, outcome, bounds),
            endOffset: bounds.end
        )
    }

    /// What keeps records out of a run or in the log, with how much of it.
    private func holds(
        _ range: CleanableRange,
        _ outcome: CleanerRun.Outcome,
        _ bounds: LogOffsets
    ) throws(LogError) -> [CompactionPreview.Hold] {
        let view = try view()
        let held = view.segments.filter { $0.baseOffset >= range.firstUncleanableOffset && $0.size > 0 }
        guard !held.isEmpty else { return keptHolds(range, outcome) }
        // Behind the first segment that a rule holds back nothing is cleaned, the active one included.
        let reason =
            switch range.limit {
            case .activeSegment: "the active segment is never cleaned; roll it first"
            case .openTransaction: "a transaction is open from offset \(bounds.lastStable) on"
            case .minCompactionLag: "younger than min.compaction.lag.ms (\(config.minCompactionLagMs) ms)"
            }
        return [try hold(reason, held)] + keptHolds(range, outcome)
    }

    private func keptHolds(_ range: CleanableRange, _ outcome: CleanerRun.Outcome) -> [CompactionPreview.Hold] {
        var holds: [CompactionPreview.Hold] = []
        if outcome.cleanedUpTo < range.firstUncleanableOffset && range.cleanableBytes > 0 {
            let reason = "more keys than log.cleaner.dedupe.buffer.size holds; another run goes on from offset "
            holds.append(CompactionPreview.Hold(reason: reason + "\(outcome.cleanedUpTo)", bytes: nil))
        }
        if outcome.tombstonesKept > 0 {
            let until = outcome.tombstonesUntil.map { " (until \(DumpText.time($0)) at the earliest)" } ?? ""
            holds.append(
                CompactionPreview.Hold(
                    reason: "tombstones stay for delete.retention.ms" + until,
                    bytes: nil,
                    records: outcome.tombstonesKept
                )
            )
        }
        return holds
    }

    /// A hold on whole segments; their records are counted by the batches' headers.
    private func hold(_ reason: String, _ segments: [Segment]) throws(LogError) -> CompactionPreview.Hold {
        let records = try LogError.onDisk { () throws(StorageError) in
            var records: Int64 = 0
            for segment in segments {
                var walk = HeaderWalk(segment.log, end: segment.size)
                while let (_, header) = try walk.next() {
                    if !header.isControl { records += Int64(header.recordCount) }
                }
            }
            return records
        }
        let bytes = segments.reduce(Int64(0)) { $0 + $1.size }
        return CompactionPreview.Hold(reason: reason, bytes: bytes, records: records)
    }
}
