import Cluster
import Operations
import Testing

@Suite("Time travel", .serialized)
struct TimeTravelTests {
    /// What a person would say a table holds: key to value and offset, by partition.
    private typealias Truth = [TopicPartition: [String: (value: String?, offset: Int64)]]

    /// The table before given offsets, record by record.
    private func truth(_ records: [TopicPartition: [CompactedStage.Written]], before bounds: [TopicPartition: Int64])
        -> Truth
    {
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
        arguments: 1...4)
    func agreesWithNaiveReader(seed: Int) async throws {
        print("seed", seed)
        var random = SeededRandom(seed: UInt64(seed))
        let stage = try await CompactedStage()
        var written = try await stage.write(600, &random, after: 1_000_000)
        for round in 0..<3 {
            let surviving = try await stage.readAll().mapValues { records in
                records.map { it in
                    CompactedStage.Written(
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

    private func moment(_ random: inout SeededRandom, _ written: [TopicPartition: [CompactedStage.Written]])
        -> TravelMoment
    {
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
        let stage = try await CompactedStage(policy: "delete")
        let written = try await stage.write(500, &random, after: 1_000_000)
        for _ in 0..<6 {
            let (from, to) = (moment(&random, written), moment(&random, written))
            let report = try await TravelJob(stage.cluster).run(TravelRequest(topic: "t", moment: from, later: to))
            let before = live(truth(written, before: report.bounds.mapValues(\.first)))
            let after = live(truth(written, before: report.bounds.compactMapValues(\.second)))
            for place in CompactedStage.places {
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
        let stage = try await CompactedStage()
        let written = try await stage.write(400, &random, after: 1_000_000)
        let place = CompactedStage.places[0]
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
        let stage = try await CompactedStage(policy: "delete")
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
        let stage = try await CompactedStage(policy: "delete")
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
