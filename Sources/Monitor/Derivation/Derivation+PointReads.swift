package import Cluster
import WindowedMetrics

extension Derivation {
    /// The records to read so that the ages of the oldest unread records are exact; those waiting longest first.
    ///
    /// - Parameter limit: At most this many.
    package mutating func pointReads(limit: Int) -> [PointRead] {
        guard limit > 0, topicsProblem == nil, groupsProblem == nil else { return [] }
        struct Candidate {
            var group: Int
            var row: Int
            var offset: Int64
            var triedAt: Int64
        }
        var candidates: [Candidate] = []
        for group in groupOrder where groups[group].isFresh {
            for row in groups[group].rows.indices {
                guard let offset = unreadOffset(group, row) else { continue }
                let triedAt = groups[group].rows[row].triedAt ?? Int64.min
                candidates.append(Candidate(group: group, row: row, offset: offset, triedAt: triedAt))
            }
        }
        if candidates.count > limit { candidates.sort { $0.triedAt < $1.triedAt } }
        var reads: [PointRead] = []
        var places: [TopicPartition: [Int64: Int]] = [:]
        for candidate in candidates {
            let target = PointRead.Target(group: candidate.group, row: candidate.row)
            let partition = groups[candidate.group].rows[candidate.row].topicPartition
            if let place = places[partition]?[candidate.offset] {
                reads[place].targets.append(target)
            } else if reads.count < limit {
                places[partition, default: [:]][candidate.offset] = reads.count
                reads.append(PointRead(topicPartition: partition, offset: candidate.offset, targets: [target]))
            }
        }
        return reads
    }

    /// Takes what one of the reads found.
    ///
    /// - Parameter readAt: When it was read, monotonic nanoseconds.
    package mutating func apply(_ result: Result<FetchedRecords, ClusterError>, to read: PointRead) {
        pointReadsMade += 1
        for target in read.targets {
            groups[target.group].rows[target.row].triedAt = now.monotonicNanoseconds
        }
        let found: FetchedRecords
        switch result {
        case .failure(let error):
            if problems.count < 8 { problems.append("reading \(read.topicPartition) at \(read.offset): \(error)") }
            return
        case .success(let records): found = records
        }
        guard let target = read.targets.first else { return }
        let row = groups[target.group].rows[target.row]
        guard row.topic >= 0, row.partition >= 0 else { return }
        let topic = Int(row.topic)
        let partition = Int(row.partition)
        let end = topics[topic].partitions[partition].offsets?.highWatermark ?? 0
        // The log began anew between the poll and the read: the next poll sees it.
        guard found.offsets.highWatermark >= end else { return }

        let record = found.records.first { $0.offset >= read.offset && !$0.batch.isControl }
        // Batches that could not be decoded are not known to be empty.
        guard record != nil || (found.problems.isEmpty && found.nextOffset > read.offset) else { return }
        let timestamp = record.flatMap { $0.timestamp >= 0 ? $0.timestamp : nil }
        let finding = PointFinding(
            requested: read.offset,
            record: record?.offset,
            timestamp: timestamp,
            next: record.map { $0.offset &+ 1 } ?? found.nextOffset,
            readAt: now.monotonicNanoseconds
        )
        if let record, let timestamp {
            topics[topic].partitions[partition].remember(DatedOffset(offset: record.offset, timestamp: timestamp))
        }
        for target in read.targets { settle(finding, on: target) }
    }

    /// Gives a row its finding. When it follows on one that found nothing, both together are one.
    private mutating func settle(_ finding: PointFinding, on target: PointRead.Target) {
        var finding = finding
        if let before = groups[target.group].rows[target.row].finding, before.record == nil,
            before.next == finding.requested, before.answers(for: before.requested)
        {
            finding.requested = before.requested
        }
        groups[target.group].rows[target.row].finding = finding
    }

    /// The offset a row wants read: where its oldest unread record may be, unless that is known or nothing is unread.
    private mutating func unreadOffset(_ group: Int, _ row: Int) -> Int64? {
        let topic = Int(groups[group].rows[row].topic)
        let partition = Int(groups[group].rows[row].partition)
        guard topic >= 0, partition >= 0 else { return nil }
        let log = topics[topic].partitions[partition].facts
        guard let rule = groups[group].rows[row].lagRule(log), rule.lag.records ?? 0 > 0 else { return nil }
        if let finding = groups[group].rows[row].finding, finding.record == rule.nextReadable { return nil }
        let known = topics[topic].partitions[partition].dated.first { $0.offset == rule.nextReadable }
        guard let known else { return rule.nextReadable }
        let finding = PointFinding(
            requested: known.offset,
            record: known.offset,
            timestamp: known.timestamp,
            next: known.offset &+ 1,
            readAt: now.monotonicNanoseconds
        )
        settle(finding, on: PointRead.Target(group: group, row: row))
        return nil
    }
}
