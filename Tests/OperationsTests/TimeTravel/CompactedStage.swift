import BrokerCore
import Cluster
import Foundation
import Logging
import Testing

/// A broker on a folder of its own, with a compacted topic `t` of two partitions that was written to.
final class CompactedStage: Sendable {
    /// A record as it was written.
    struct Written {
        var offset: Int64
        var time: Int64
        var key: String?
        var value: String?
    }

    let broker: Broker
    let cluster: any Cluster
    private let folder: URL
    static let places = [TopicPartition(topic: "t", partition: 0), TopicPartition(topic: "t", partition: 1)]

    init(policy: String = "compact", segmentBytes: Int = 4096) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weir-travel-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        broker = try Broker.open(
            BrokerConfiguration(
                dataDirectory: folder.path,
                settings: BrokerSettings([
                    (key: "weir.flush.mode", value: "os"), (key: "log.cleaner.backoff.ms", value: "3600000"),
                ])), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        broker.start()
        cluster = EmbeddedCluster(broker)
        try await cluster.createTopic(
            NewTopic(
                "t", partitions: 2,
                settings: [
                    (name: "cleanup.policy", value: policy), (name: "segment.bytes", value: "\(segmentBytes)"),
                    (name: "min.cleanable.dirty.ratio", value: "1.0"), (name: "delete.retention.ms", value: "0"),
                ]), validateOnly: false)
    }

    deinit {
        broker.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Writes records over few keys, with tombstones and some without a key, in times that go on unevenly.
    func write(_ count: Int, _ random: inout SeededRandom, after last: Int64) async throws
        -> [TopicPartition: [Written]]
    {
        var written: [TopicPartition: [Written]] = [:]
        var time = last
        var left = count
        while left > 0 {
            let place = Self.places[random.number(0...1)]
            var batch: [NewRecord] = []
            for _ in 0..<random.number(1...20) {
                time += Int64(random.number(0...50))
                let value =
                    random.chance(7) ? nil : "value-\(random.number(0...9))" + String(repeating: "x", count: 40)
                batch.append(
                    NewRecord(
                        key: Array("key-\(random.number(0...60))".utf8), value: value.map { Array($0.utf8) },
                        timestamp: time))
            }
            let base = try #require(try await cluster.produce(batch, to: place, compression: "none").baseOffset)
            for (index, it) in batch.enumerated() {
                written[place, default: []].append(
                    Written(
                        offset: base + Int64(index), time: it.timestamp ?? 0,
                        key: it.key.map { String(decoding: $0, as: UTF8.self) },
                        value: it.value.map { String(decoding: $0, as: UTF8.self) }))
            }
            left -= batch.count
        }
        return written
    }

    /// Compacts all that was written until now, and waits for the end.
    func compact() async throws {
        let ended = { () async throws -> Int in
            try await self.cluster.status().compactionRuns.count { $0.phase == .finished }
        }
        let before = try await ended()
        try await cluster.compact(Self.places, rollActive: true)
        let deadline = ContinuousClock.now + .seconds(60)
        while try await ended() < before + 2 {
            try #require(ContinuousClock.now < deadline, "the compaction did not end")
            await Task.yield()
        }
    }

    /// Everything that is still in the log.
    func readAll() async throws -> [TopicPartition: [FetchedRecord]] {
        var found: [TopicPartition: [FetchedRecord]] = [:]
        for place in Self.places {
            var next: Int64 = 0
            while true {
                let fetched = try await cluster.fetch(place, from: next, limits: FetchLimits())
                found[place, default: []] += fetched.records
                if fetched.nextOffset <= next || fetched.nextOffset >= fetched.offsets.highWatermark { break }
                next = fetched.nextOffset
            }
        }
        return found
    }
}
