package import AlertRules
import Cluster
import WindowedMetrics

extension Derivation {
    /// Whether and when a row's group loses what it has not read.
    ///
    /// - Parameters:
    ///   - isFirst: Whether the row is looked at for the first time.
    ///   - elapsed: Milliseconds since it was looked at last.
    func loss(
        of row: inout RowHistory, _ figures: GroupPartitionFigures, _ rule: LagRule, _ log: LogFacts,
        writtenAt: (Int64, Quality)?, isFirst: Bool, elapsed: Int64
    ) -> LossFigures {
        let topic = Int(row.topic)
        let partition = Int(row.partition)
        var loss = LossFigures()
        loss.horizon = horizon(of: row, rule, log, writtenAt)
        loss.verdict = LossVerdict(
            loss.horizon, figures.catchUp, isStanding: row.status.status.isStanding, lag: rule.lag.records,
            handled: figures.recordsOutPerSecond)
        if let committed = row.commit?.offset, let offsets = log.offsets, !rule.isAheadOfEnd {
            let before = row.horizon
            let hasNewRetention = topics[topic].retentionChanged == sequence
            row.latch.take(
                committed: committed, logStart: min(offsets.logStart, offsets.highWatermark), isFirst: isFirst,
                now: now.monotonicNanoseconds
            ) {
                cause(topic, partition, before: isFirst || hasNewRetention ? nil : before, elapsed: elapsed)
            }
        }
        row.horizon = loss.horizon
        loss.isLosingMore = loss.verdict == .willLose
        if row.latch.records > 0 {
            loss.verdict = .lost
            loss.lost = LossFigure(
                records: row.latch.records,
                since: row.latch.since.map(now.wallMilliseconds(atMonotonic:)),
                cause: row.latch.cause,
                upTo: row.latch.countedUpTo
            )
        }
        return loss
    }

    private func horizon(
        of row: borrowing RowHistory, _ rule: LagRule, _ log: LogFacts, _ writtenAt: (Int64, Quality)?
    ) -> LossHorizon {
        let topic = Int(row.topic)
        let partition = Int(row.partition)
        guard let offsets = log.offsets else { return .unknown("the log's bounds are not known") }
        let retention = topics[topic].description.retention
        guard topics[topic].description.problem == nil else { return .unknown("the topic's settings are not known") }
        guard rule.lag.records ?? 0 > 0 else {
            let limits = retention.retentionMilliseconds >= 0 || retention.retentionBytes >= 0
            return retention.isDeleted && limits ? .nothingUnread : .never("nothing is deleted here")
        }
        let known = topics[topic].partitions[partition].segments.flatMap { $0.isOf(log) ? $0.segments : nil }
        return RetentionForecast(
            retention: retention,
            offsets: offsets,
            sizeBytes: topics[topic].partitions[partition].description.sizeBytes,
            bytesPerSecond: topics[topic].partitions[partition].bytesPerSecond,
            segments: known
        ).horizon(of: rule.nextReadable, writtenAt: writtenAt, now: now.wallMilliseconds)
    }

    /// Why records went: what the segments left tell, and whether retention was due at all.
    ///
    /// - Parameters:
    ///   - before: The horizon as it was last seen; nil when there was none, or when the settings have changed since.
    ///   - elapsed: Milliseconds since.
    private func cause(
        _ topic: Int, _ partition: Int, before: LossHorizon?, elapsed: Int64
    ) -> LossCause {
        let log = topics[topic].partitions[partition].facts
        if let known = topics[topic].partitions[partition].segments, known.isOf(log), let first = known.segments?.first,
            let offsets = log.offsets,
            first.baseOffset < offsets.logStart
        {
            // Retention takes whole segments, and the log then starts with the first one left.
            return .deletedRecords
        }
        switch before {
        case nil, .unknown?: return .unknown
        case .never?, .unbounded?: return .deletedRecords
        case .nothingUnread?:
            // What is deleted now was written since: nothing becomes too old or too much so soon.
            let limit = topics[topic].description.retention.retentionMilliseconds
            return topics[topic].description.retention.retentionBytes < 0 && limit > elapsed
                ? .deletedRecords : .unknown
        case .after(let milliseconds, let limit, let quality)?:
            if milliseconds <= elapsed &+ Self.slack { return .retention(limit) }
            return quality == .lowerBound || limit == .time ? .deletedRecords : .unknown
        }
    }

    /// Clocks and polls are no more exact than this, milliseconds.
    private static var slack: Int64 { 2000 }

    /// Takes note that the operator knows of losses: they are told no more. Those of groups not seen yet count when they are.
    package mutating func acknowledge(_ losses: [AlertMarks.Loss]) {
        for loss in losses {
            let name = TopicPartition(topic: loss.topic, partition: loss.partition)
            acknowledgedLosses[loss.group, default: [:]][name] = loss.upTo
            guard let place = groupPlaces[loss.group] else { continue }
            for row in groups[place].rows.indices where groups[place].rows[row].topicPartition == name {
                groups[place].rows[row].latch.acknowledge(upTo: loss.upTo)
            }
        }
    }
}
