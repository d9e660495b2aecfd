package import Cluster
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
}
