package import Cluster
import Monitor
package import Operations

/// What scans and plans tell of the sample topics.
extension SampleData {
    /// A purge of the older half of each partition.
    package static func purge(_ topic: String, _ partitions: [Int32]?) -> PurgePlan {
        PurgePlan(
            rows: (partitions ?? [0, 1, 2]).map { number in
                let start = 7_340_110 + Int64(number) * 917
                var row = PurgePlan.Row(
                    topicPartition: TopicPartition(topic: topic, partition: number), logStart: start,
                    newStart: start + 9_000_000 + Int64(number) * 88_213, end: 25_240_000 + Int64(number) * 88_213)
                row.bytes = 823_000_000 + Int64(number) * 8_001_234
                return row
            })
    }

    /// A scan that has read a share of each partition, and what it tells by then.
    package static func statistics(
        of places: [TopicPartition], share: Double, isEnded: Bool
    ) -> (ScanProgress, StatisticsReport) {
        var statistics = TopicStatistics(places)
        var progress = ScanProgress(
            ScanPlan(stretches: places.map { ScanPlan.Stretch($0, offsets: 0..<4000) }))
        for index in progress.partitions.indices {
            let place = progress.partitions[index].topicPartition
            let count = Int64(4000 * share)
            let records = (0..<count).map { offset in
                record(offset, partition: place.partition, at: now - 7_200_000 + offset * 1000)
            }
            let bounds = PartitionOffsets(logStart: 0, highWatermark: 4000)
            statistics.take(FetchedRecords(records: records, nextOffset: count, offsets: bounds), of: place)
            progress.partitions[index].next = count
            progress.partitions[index].records = count
            progress.partitions[index].reached = records.last?.timestamp
        }
        progress.bytes = statistics.bytes
        progress.elapsedMilliseconds = 4200
        if isEnded { progress.phase = .finished }
        return (progress, StatisticsReport(statistics))
    }

    /// Topics with when they were written to and who is furthest behind in them.
    static func watched(_ topics: [TopicFigures]) -> [TopicFigures] {
        let groups = groups()
        return topics.map { topic in
            var it = topic
            let name = topic.description.name
            it.lastWrite = LastWrite(at: now - 1000 - Int64(name.utf8.count) * 400, isEarlier: name.hasPrefix("__"))
            for group in groups {
                let lags = group.partitions.filter { $0.topicPartition.topic == name }.compactMap(\.lag.records)
                guard !lags.isEmpty, lags.reduce(0, +) > it.worstLag?.lag.records ?? -1 else { continue }
                it.worstLag = PartitionFigures.WorstLag(
                    groupID: group.description.groupID, lag: .records(lags.reduce(0, +), .exact))
            }
            return it
        }
    }

    /// The sample's runs with their partitions before and after.
    static func compactions() -> [CompactionRecord] {
        runs().map { run in
            CompactionRecord(
                run: run, before: CompactionRecord.State(bytes: 1_717_986_918, dirtyRatio: 0.71),
                after: run.isActive ? nil : CompactionRecord.State(bytes: 1_656_782_438, dirtyRatio: 0.02))
        }
    }
}
