package import Cluster
import WindowedMetrics

extension Derivation {
    /// Partitions whose segments are to be read, so that horizons are exact: those that a group has something unread of; those that wait longest first.
    ///
    /// - Parameter limit: At most this many.
    package mutating func segmentReads(limit: Int) -> [TopicPartition] {
        guard capabilities.contains(.segments), topicsProblem == nil, groupsProblem == nil else {
            if !capabilities.contains(.segments) { forgetSegments(unwantedFor: 0) }
            return []
        }
        var stale: [(partition: TopicPartition, readAt: Int64)] = []
        for group in groupOrder where groups[group].isFresh {
            for row in groups[group].rows.indices {
                guard let (name, readAt) = wantsSegments(group, row) else { continue }
                stale.append((name, readAt))
            }
        }
        forgetSegments(unwantedFor: Self.unwantedPolls)
        guard stale.count > limit else { return stale.map(\.partition) }
        return stale.sorted { $0.readAt < $1.readAt }.prefix(max(limit, 0)).map(\.partition)
    }

    private mutating func forgetSegments(unwantedFor polls: UInt64) {
        guard knowsSegments else { return }
        knowsSegments = false
        for topic in topics.indices {
            for partition in topics[topic].partitions.indices {
                guard let wanted = topics[topic].partitions[partition].segments?.wanted else { continue }
                if sequence &- wanted >= polls {
                    topics[topic].partitions[partition].segments = nil
                } else {
                    knowsSegments = true
                }
            }
        }
    }

    /// Segments that nobody wanted for so many polls are forgotten.
    private static var unwantedPolls: UInt64 { 60 }

    /// The partition of a row whose segments are wanted and have to be read, with when they last were.
    private mutating func wantsSegments(_ group: Int, _ row: Int) -> (TopicPartition, Int64)? {
        let topic = Int(groups[group].rows[row].topic)
        let partition = Int(groups[group].rows[row].partition)
        guard topic >= 0, partition >= 0, topics[topic].description.retention.isDeleted else { return nil }
        let log = topics[topic].partitions[partition].facts
        guard let rule = groups[group].rows[row].lagRule(log), rule.lag.records ?? 0 > 0 || rule.unreadable > 0 else {
            return nil
        }
        let name = groups[group].rows[row].topicPartition
        let count = topics[topic].partitions[partition].description.segmentCount
        guard let known = topics[topic].partitions[partition].segments else {
            knowsSegments = true
            topics[topic].partitions[partition].segments = KnownSegments(
                segments: nil, count: nil, logStart: -1, cleanings: log.cleanings, incarnation: log.incarnation,
                readAt: Int64.min / 2, wanted: sequence)
            return (name, Int64.min / 2)
        }
        let isAsked = known.wanted == sequence
        topics[topic].partitions[partition].segments?.wanted = sequence
        // Another group may have asked already.
        return isAsked || known.isFresh(log, count: count, now: now.monotonicNanoseconds) ? nil : (name, known.readAt)
    }

    /// Takes the segments of a partition.
    package mutating func apply(_ result: Result<[SegmentDescription], ClusterError>, segmentsOf name: TopicPartition) {
        guard let topic = topicPlaces[name.topic], let partition = topics[topic].place(of: name.partition) else {
            return
        }
        let log = topics[topic].partitions[partition].facts
        var known = KnownSegments(
            segments: nil,
            count: topics[topic].partitions[partition].description.segmentCount,
            logStart: log.offsets?.logStart ?? -1,
            cleanings: log.cleanings,
            incarnation: log.incarnation,
            readAt: now.monotonicNanoseconds,
            wanted: sequence
        )
        switch result {
        case .failure(let error):
            if problems.count < 8 { problems.append("segments of \(name): \(error)") }
        case .success(let found):
            known.segments = Array(found.prefix(KnownSegments.most))
        }
        knowsSegments = true
        topics[topic].partitions[partition].segments = known
    }
}
