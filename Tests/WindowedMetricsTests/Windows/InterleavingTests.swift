import SeededNumbers
import Testing
import WindowedMetrics

@Suite("Final rows do not depend on how partitions are read")
struct InterleavingTests {
    /// Every function there is, over values of three columns.
    static let functions: [AggregateFunction] = [
        .countAll, .count(0), .sum(0), .sum(1), .average(1), .minimum(2), .maximum(1), .countDistinct(2),
        .collectList(0), .collectSet(2), .top(3, 0, others: [2]), .topDistinct(2, 2), .earliest(2), .latest(2),
        .latest(0, count: 3), .earliest(0, count: 2, ignoringNulls: false), .histogram(2), .variance(1),
        .standardDeviation(0), .quantile(1, 0.9),
    ]

    /// What a record brings, by its number.
    static func input(_ id: Int) -> [AggregateValue] {
        var random = SeededGenerator(seed: UInt64(id) &+ 77)
        let text: AggregateValue = .text(
            ["a", "bb", "é", "e\u{301}", "𝄞", "\u{ff5e}"].randomElement(using: &random) ?? "")
        return [
            Int.random(in: 0..<6, using: &random) == 0 ? .null : .integer(.random(in: -50...50, using: &random)),
            .double(Double.random(in: -1e9...1e9, using: &random) * (Bool.random(using: &random) ? 1 : 1e-9)),
            Int.random(in: 0..<9, using: &random) == 0 ? .null : text,
        ]
    }

    struct Told: Equatable {
        let results: [AggregateResult]
        let timestamp: Int64
    }

    static func query(_ plan: WindowPlan, _ partitions: Int) throws -> WindowedQuery {
        try WindowedQuery(plan, functions: functions, columns: 3, emission: .final, partitions: partitions)
    }

    static func run(
        _ query: inout WindowedQuery, _ records: some Sequence<ScriptRecord>, into rows: inout [RowName: Told]
    ) {
        let asking = query
        for record in records {
            record.key.withUnsafeBytes {
                query.take(record.record, key: $0, input: input(record.id)) { row in
                    guard let states = row.value else { return }
                    #expect(rows[row.name] == nil, "\(row.name) told twice")
                    rows[row.name] = Told(results: asking.results(of: states), timestamp: row.timestamp)
                }
            }
        }
    }

    @Test("a hundred interleavings give one set of final rows, to the last bit", arguments: 0..<4)
    func oneSetOfRows(kind: Int) throws {
        var random = SeededGenerator(seed: UInt64(kind) + 1)
        let plan = try WindowModelTests.plan(kind, &random)
        let script = RecordScript(seed: UInt64(kind) + 40, count: 250, spread: 30, ended: true, partitions: 3)
        var wanted: [RowName: Told]?
        for seed in 1...100 as ClosedRange<UInt64> {
            var query = try Self.query(plan, script.partitions)
            var rows: [RowName: Told] = [:]
            Self.run(&query, script.interleaved(seed: seed), into: &rows)
            if let wanted {
                #expect(rows == wanted, "seed \(seed), \(plan), \(script.partitions) partitions")
            } else {
                wanted = rows
            }
        }
        #expect((wanted?.count ?? 0) > 20, "\(wanted?.count ?? 0) rows are too few to tell")
    }

    @Test("a replay with the recorded idle events gives the same final rows, however it interleaves", arguments: 1...60)
    func replayed(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let plan = try WindowModelTests.plan(seed % 4, &random)
        let script = RecordScript(seed: UInt64(seed) + 900, count: 150, spread: 30, ended: true)
        var query = try Self.query(plan, script.partitions)
        var first: [RowName: Told] = [:]
        var next = [Int64](repeating: 0, count: script.partitions)
        var events: [StreamClock.Event] = []
        let asking = query
        for record in script.interleaved(seed: UInt64(seed)) {
            Self.run(&query, CollectionOfOne(record), into: &first)
            next[Int(record.record.partition)] = record.record.offset + 1
            if Int.random(in: 0..<25, using: &random) == 0 {
                let idle = Int.random(in: 0..<script.partitions, using: &random)
                query.declareIdle(Int32(idle), at: next[idle]) { row in
                    guard let states = row.value else { return }
                    #expect(first[row.name] == nil, "\(row.name) told twice")
                    first[row.name] = Told(results: asking.results(of: states), timestamp: row.timestamp)
                }
            }
            events += query.takeEvents()
        }
        for other in 1...5 as ClosedRange<UInt64> {
            var again = try Self.query(plan, script.partitions)
            var rows: [RowName: Told] = [:]
            again.replay(events) { _ in Issue.record("nothing can close before a record") }
            Self.run(&again, script.interleaved(seed: UInt64(seed) * 10 + other), into: &rows)
            #expect(rows == first, "seed \(seed), \(plan), interleaving \(other): \(events)")
            #expect(again.counts.late == query.counts.late)
        }
    }

    @Test("state that is written down and read again goes on as if nothing had happened", arguments: 1...60)
    func restored(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let plan = try WindowModelTests.plan(seed % 4, &random)
        let script = RecordScript(seed: UInt64(seed) + 300, count: 200, spread: 40, ended: true)
        let records = script.interleaved(seed: UInt64(seed))
        let cut = Int.random(in: 0..<records.count, using: &random)
        var whole = try Self.query(plan, script.partitions)
        var wanted: [RowName: Told] = [:]
        Self.run(&whole, records, into: &wanted)
        var before = try Self.query(plan, script.partitions)
        var rows: [RowName: Told] = [:]
        Self.run(&before, records[..<cut], into: &rows)
        let snapshot = before.snapshot()
        var after = try Self.query(plan, script.partitions)
        try after.restore(snapshot)
        #expect(after.counts == before.counts && after.clock == before.clock && after.groupCount == before.groupCount)
        Self.run(&after, records[cut...], into: &rows)
        #expect(rows == wanted, "seed \(seed), \(plan), cut at \(cut)")
        #expect(after.counts == whole.counts)
    }

    @Test("state that is damaged, cut off or another query's is refused, never trapped on", arguments: 1...12)
    func hostileState(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let plan = try WindowModelTests.plan(seed % 4, &random)
        let script = RecordScript(seed: UInt64(seed), count: 60, spread: 40)
        var query = try Self.query(plan, script.partitions)
        var rows: [RowName: Told] = [:]
        Self.run(&query, script.interleaved(seed: 1), into: &rows)
        let snapshot = query.snapshot()
        var target = try Self.query(plan, script.partitions)
        #expect(throws: WindowStateError.notState) { try target.restore([1, 2, 3]) }
        #expect(throws: WindowStateError.tooLong(snapshot.count, limit: 10)) { try target.restore(snapshot, limit: 10) }
        var other = try WindowedQuery(
            plan, functions: [.countAll], columns: 0, emission: .final, partitions: script.partitions)
        #expect(throws: WindowStateError.self) { try other.restore(snapshot) }
        for _ in 0..<25 {
            var bytes = snapshot
            bytes[Int.random(in: 4..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            #expect(throws: WindowStateError.damaged) { try target.restore(bytes) }
            // With a checksum that matches, the content has to hold up by itself.
            let cut = Bool.random(using: &random) ? Int.random(in: 12..<bytes.count, using: &random) : bytes.count - 4
            let forged = StateForgery.sealed(Array(bytes[..<cut]))
            do { try target.restore(forged) } catch { continue }
            target.forEachRow { row in _ = row.value.map(target.results) }
            target = try Self.query(plan, script.partitions)
        }
    }
}
