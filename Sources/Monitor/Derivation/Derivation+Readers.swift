import Cluster
import WindowedMetrics

extension Derivation {
    /// Notes for each topic which group is furthest behind in it. One pass over the groups' rows, which stand by topic.
    mutating func noteWorstReaders(_ groups: [GroupFigures]) {
        var worst: [String: PartitionFigures.WorstLag] = [:]
        for group in groups.indices {
            let rows = groups[group].partitions
            var row = 0
            while row < rows.count {
                let topic = rows[row].topicPartition.topic
                var sum: (records: Int64, quality: Quality)?
                var isPartial = false
                while row < rows.count, rows[row].topicPartition.topic == topic {
                    switch rows[row].lag {
                    case .records(let records, let quality):
                        let (total, overflows) = (sum?.records ?? 0).addingReportingOverflow(records)
                        sum = (overflows ? .max : total, Self.worse(sum?.quality ?? .exact, quality))
                    case .unknown: isPartial = true
                    case .noCommit: break
                    }
                    row += 1
                }
                guard let sum, sum.records > worst[topic]?.lag.records ?? -1 else { continue }
                worst[topic] = PartitionFigures.WorstLag(
                    groupID: groups[group].description.groupID,
                    lag: .records(sum.records, isPartial ? .lowerBound : sum.quality))
            }
        }
        for index in topicFigures.indices { topicFigures[index].worstLag = worst[topicFigures[index].description.name] }
    }

    /// The quality of a sum: a lower bound wins over an estimate, an estimate over what is exact.
    private static func worse(_ left: Quality, _ right: Quality) -> Quality {
        if left == .lowerBound || right == .lowerBound { return .lowerBound }
        return left == .estimated || right == .estimated ? .estimated : .exact
    }
}

extension LastWrite {
    /// What a topic's history tells; nil where its logs never held a record.
    init?(_ topic: TopicHistory, _ description: TopicDescription) {
        if let written = topic.writtenAt {
            self.init(at: written.wallMilliseconds)
        } else {
            let ends = description.partitions.compactMap { $0.offsets?.highWatermark }
            guard ends.contains(where: { $0 > 0 }) else { return nil }
            self.init(at: topic.watchedSince.wallMilliseconds, isEarlier: true)
        }
    }
}
