import Cluster
import Operations
import Testing
import WindowedMetrics

@Suite("Statistics of a topic")
struct TopicStatisticsTests {
    @Test("tell what a naive count of all records tells, whatever the records", arguments: 1...20)
    func model(seed: UInt64) async {
        print("seed", seed)
        var random = SeededRandom(seed: seed)
        var logs: [TopicPartition: MemoryLogs.Log] = [:]
        for number in 0..<random.number(1...5) {
            logs[TopicPartition(topic: "t", partition: Int32(number))] = .random(&random)
        }
        let all = logs.values.flatMap(\.records)
        let cluster = MemoryLogs(logs)
        let plan = await ScanPlan.make(on: cluster, Array(logs.keys), limits: TopicStatistics.limits)
        var it = TopicStatistics(Array(logs.keys))
        await ScanJob(cluster, plan).run(
            onBatch: { place, fetched in
                it.take(fetched, of: place)
                return .goOn
            }, progress: { _ in })

        #expect(it.records == Int64(all.count))
        #expect(it.bytes == Int64(all.reduce(0) { $0 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) }))
        #expect(it.tombstones == Int64(all.count { $0.value == nil }))
        #expect(it.withoutKey == Int64(all.count { $0.key == nil }))
        var counts: [[UInt8]: Int64] = [:]
        for key in all.compactMap(\.key) { counts[key, default: 0] += 1 }
        #expect(it.keys.isExact && it.keys.estimate == Int64(counts.count))
        #expect(it.topKeys.isExact)
        #expect(it.topKeys.top(3).map(\.count) == Array(counts.values.sorted(by: >).prefix(3)))
        for hit in it.topKeys.top(.max) { #expect(counts[hit.value.prefix] == hit.count) }
        let sizes = all.compactMap { $0.value?.count }.sorted()
        #expect(it.valueSizes.count == Int64(sizes.count))
        #expect(it.valueSizes.max == sizes.last.map { Double($0) })
        let times = all.map(\.timestamp).filter { $0 >= 0 }
        #expect(it.oldest?.timestamp == times.min() && it.newest?.timestamp == times.max())
        for (place, log) in logs {
            #expect(it.partitions.first { $0.topicPartition == place }?.records == Int64(log.records.count))
        }
    }

    @Test(
        "a batch counts once though its records come in several portions, and long keys are told apart behind their kept bytes"
    )
    func batchesAndKeys() {
        let place = TopicPartition(topic: "t", partition: 0)
        var it = TopicStatistics([place])
        let bounds = PartitionOffsets(logStart: 0, highWatermark: 100)
        for offset in 0..<6 as Range<Int64> {
            var facts = BatchFacts()
            facts.baseOffset = offset / 3 * 3
            facts.codec = "zstd"
            let key = Array(repeating: UInt8(7), count: 200) + [UInt8(offset % 2)]
            let record = FetchedRecord(offset: offset, timestamp: 5, key: key, value: nil, batch: facts)
            it.take(FetchedRecords(records: [record], nextOffset: offset + 1, offsets: bounds), of: place)
        }
        #expect(it.compression == [TopicStatistics.Codec(name: "zstd", records: 6, batches: 2)])
        #expect(it.keys.estimate == 2)
        let top = it.topKeys.top(2)
        #expect(top.map(\.count) == [3, 3] && top.allSatisfy { $0.value.isCut && $0.value.prefix.count == 64 })
    }
}
