import BrokerCore
import Cluster
import Foundation
import Logging
import Operations
import Testing

@Suite("Time travel", .serialized)
struct TimeTravelTests {
    /// A record as it was written.
    private struct Written {
        var offset: Int64
        var time: Int64
        var key: String?
        var value: String?
    }

    /// What a person would say a table holds: key to value and offset, by partition.
    private typealias Truth = [TopicPartition: [String: (value: String?, offset: Int64)]]

    /// A broker on a folder of its own, with a compacted topic `t` of two partitions that was written to.
    private final class Stage: Sendable {
        let broker: Broker
        let cluster: any Cluster
        private let folder: URL
        static let places = [TopicPartition(topic: "t", partition: 0), TopicPartition(topic: "t", partition: 1)]

        init(policy: String = "compact") async throws {
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
                        (name: "cleanup.policy", value: policy), (name: "segment.bytes", value: "4096"),
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

    /// The table before given offsets, record by record.
    private func truth(_ records: [TopicPartition: [Written]], before bounds: [TopicPartition: Int64]) -> Truth {
        var truth: Truth = [:]
        for (place, list) in records {
            for it in list where it.offset < bounds[place] ?? 0 {
                guard let key = it.key else { continue }
                truth[place, default: [:]][key] = (it.value, it.offset)
            }
        }
        return truth
    }

    private func told(_ rows: [KeyRow], _ path: KeyPath<KeyRow, KeyVersion?>) -> Truth {
        var told: Truth = [:]
        for row in rows {
            guard let version = row[keyPath: path] else { continue }
            let value = version.value.map { String(decoding: $0, as: UTF8.self) }
            told[row.topicPartition, default: [:]][String(decoding: row.key, as: UTF8.self)] = (value, version.offset)
        }
        return told
    }

    /// Keys with a value; what a table means to its reader.
    private func live(_ truth: Truth) -> [TopicPartition: [String: String]] {
        truth.mapValues { $0.compactMapValues(\.value) }.filter { !$0.value.isEmpty }
    }

    @Test(
        "as of any moment the table is what a naive reader of all records has, before and after compaction",
        arguments: 1...6)
    func agreesWithNaiveReader(seed: Int) async throws {
        print("seed", seed)
        var random = SeededRandom(seed: UInt64(seed))
        let stage = try await Stage()
        var written = try await stage.write(600, &random, after: 1_000_000)
        for round in 0..<3 {
            let surviving = try await stage.readAll().mapValues { records in
                records.map { it in
                    Written(
                        offset: it.offset, time: it.timestamp, key: it.key.map { String(decoding: $0, as: UTF8.self) },
                        value: it.value.map { String(decoding: $0, as: UTF8.self) })
                }
            }
            for _ in 0..<8 {
                let moment = self.moment(&random, written)
                let report = try await TravelJob(stage.cluster).run(TravelRequest(topic: "t", moment: moment))
                let bounds = report.bounds.mapValues(\.first)
                #expect(
                    told(report.rows, \.version).mapValues { $0.mapValues(\.offset) }
                        == truth(surviving, before: bounds).mapValues { $0.mapValues(\.offset) },
                    "round \(round), \(moment)")
                // Where nothing is said to be missing, it is what was written, not only what is left.
                let whole = bounds.filter { !report.partial.contains($0.key) }
                let (seen, wanted) = (live(told(report.rows, \.version)), live(truth(written, before: bounds)))
                for place in whole.keys { #expect(seen[place] == wanted[place], "round \(round), \(moment), \(place)") }
                if moment == .now { #expect(report.partial == []) }
                #expect(
                    report.counts.live
                        == told(report.rows, \.version).values.reduce(0) { $0 + $1.values.count { $0.value != nil } })
            }
            try await stage.compact()
            if round < 2 {
                for (place, more) in try await stage.write(300, &random, after: 2_000_000 * Int64(round + 1)) {
                    written[place, default: []] += more
                }
            }
        }
    }

    private func moment(_ random: inout SeededRandom, _ written: [TopicPartition: [Written]]) -> TravelMoment {
        let all = written.values.flatMap { $0 }
        switch random.number(0...4) {
        case 0: return .now
        case 1, 2: return .offset(Int64(random.number(0...500)))
        default: return .time((all[random.number(0...(all.count - 1))].time) + Int64(random.number(0...1)))
        }
    }

    @Test("the difference between two moments is what two tables differ in", arguments: 1...4)
    func difference(seed: Int) async throws {
        print("seed", seed)
        var random = SeededRandom(seed: UInt64(seed) &* 77)
        let stage = try await Stage(policy: "delete")
        let written = try await stage.write(500, &random, after: 1_000_000)
        for _ in 0..<6 {
            let (from, to) = (moment(&random, written), moment(&random, written))
            let report = try await TravelJob(stage.cluster).run(TravelRequest(topic: "t", moment: from, later: to))
            let before = live(truth(written, before: report.bounds.mapValues(\.first)))
            let after = live(truth(written, before: report.bounds.compactMapValues(\.second)))
            for place in Stage.places {
                let (old, new) = (before[place] ?? [:], after[place] ?? [:])
                let rows = report.rows.filter { $0.topicPartition == place }
                func keys(_ change: KeyRow.Change) -> Set<String> {
                    Set(rows.filter { $0.change == change }.map { String(decoding: $0.key, as: UTF8.self) })
                }
                #expect(keys(.added) == Set(new.keys).subtracting(old.keys), "\(from) to \(to)")
                #expect(keys(.removed) == Set(old.keys).subtracting(new.keys), "\(from) to \(to)")
                #expect(
                    keys(.changed) == Set(old.filter { new[$0.key] != nil && new[$0.key] != $0.value }.keys),
                    "\(from) to \(to)")
            }
            #expect(report.partial == [])
        }
    }

    @Test("the history of a key is all its records that are left, and says from where on nothing is missing")
    func history() async throws {
        var random = SeededRandom(seed: 5)
        let stage = try await Stage()
        let written = try await stage.write(400, &random, after: 1_000_000)
        let place = Stage.places[0]
        let key = try #require(written[place]?.first?.key)
        let job = TravelJob(stage.cluster)
        var history = try await job.history(of: Array(key.utf8), in: place)
        let wanted = (written[place] ?? []).filter { $0.key == key }
        #expect(history.versions.map(\.offset) == wanted.map(\.offset))
        #expect(history.total == Int64(wanted.count) && history.gaps.missing == 0 && history.gaps.firstGap == nil)
        #expect(
            try await job.history(of: Array(key.utf8), in: place, most: 2).versions.map(\.offset)
                == wanted.suffix(2).map(\.offset))
        try await stage.compact()
        history = try await job.history(of: Array(key.utf8), in: place)
        let left = (try await stage.readAll()[place] ?? [])
        #expect(history.versions.map(\.offset) == left.filter { $0.key == Array(key.utf8) }.map(\.offset))
        let end = Int64(written[place]?.count ?? 0)
        #expect(history.gaps.missing == end - Int64(left.count))
        #expect(history.gaps.cleanedUpTo == end)
        #expect(!history.gaps.isWhole(before: end - 1, isEnd: false) && history.gaps.isWhole(before: end, isEnd: true))
        let offsets = Set(left.map(\.offset))
        #expect(history.gaps.firstGap == (0..<end).first { !offsets.contains($0) })
        #expect((history.gaps.completeFrom..<end).allSatisfy { offsets.contains($0) })
        #expect(!offsets.contains(history.gaps.completeFrom - 1))
    }

    @Test("keys beyond the budget are counted and passed over, and those held stay right")
    func budget() async throws {
        var random = SeededRandom(seed: 9)
        let stage = try await Stage(policy: "delete")
        let written = try await stage.write(800, &random, after: 1_000_000)
        let all = try await TravelJob(stage.cluster).run(TravelRequest(topic: "t"))
        let some = try await TravelJob(stage.cluster).run(TravelRequest(topic: "t", budget: 6000))
        #expect(some.rows.count > 5 && some.rows.count < all.rows.count)
        #expect(some.passedOver > 0 && all.passedOver == 0)
        let rows = Dictionary(uniqueKeysWithValues: all.rows.map { ("\($0.topicPartition)\($0.key)", $0) })
        for row in some.rows { #expect(rows["\(row.topicPartition)\(row.key)"] == row) }
        // Values that were replaced by longer ones may go beyond it, each by what is kept of one.
        #expect(some.bytes <= 6000 + some.rows.count * KeyVersion.keptBytes)
        let few = try await TravelJob(stage.cluster).run(TravelRequest(topic: "t", mostRows: 3))
        #expect(few.rows == Array(all.rows.prefix(3)) && few.rowsLeftOut == all.rows.count - 3)
        #expect(few.counts == all.counts)
        #expect(written.count == 2)
    }

    @Test("a scan that is stopped tells what it saw, and a topic that is not there is named")
    func stopping() async throws {
        var random = SeededRandom(seed: 3)
        let stage = try await Stage(policy: "delete")
        _ = try await stage.write(200, &random, after: 1_000_000)
        let control = ScanControl()
        control.stop()
        let report = try await TravelJob(stage.cluster).run(TravelRequest(topic: "t"), control: control)
        #expect(report.isStopped && report.rows.isEmpty)
        await #expect(throws: ClusterError.unknownTopicOrPartition("none")) {
            try await TravelJob(stage.cluster).run(TravelRequest(topic: "none"))
        }
    }
}
