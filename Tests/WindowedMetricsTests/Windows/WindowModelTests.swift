import SeededNumbers
import Testing
import WindowedMetrics

@Suite("Windows hold what their definition says")
struct WindowModelTests {
    /// A random plan of each kind; small numbers, so that records meet every boundary.
    static func plan(_ kind: Int, _ random: inout SeededGenerator) throws -> WindowPlan {
        let grace: Int64 = [0, 0, 3, 20, 200].randomElement(using: &random) ?? 0
        let retained: Int64? = Bool.random(using: &random) ? 2_000 : nil
        switch kind {
        case 0:
            return try WindowPlan(
                .tumbling(size: .random(in: 1...30, using: &random)), grace: grace, retention: retained)
        case 1:
            let size = Int64.random(in: 1...30, using: &random)
            return try WindowPlan(
                .hopping(size: size, advance: .random(in: 1...size, using: &random)), grace: grace, retention: retained)
        case 2:
            return try WindowPlan(
                .sliding(difference: .random(in: 0...20, using: &random)), grace: grace, retention: retained)
        case 3:
            return try WindowPlan(.session(gap: .random(in: 1...15, using: &random)), grace: grace, retention: retained)
        default: return try WindowPlan(.unwindowed)
        }
    }

    private static func script(_ seed: UInt64, _ random: inout SeededGenerator) -> RecordScript {
        RecordScript(
            seed: seed, count: Int.random(in: 1...120, using: &random),
            spread: [0, 5, 40, 300].randomElement(using: &random) ?? 5)
    }

    @Test(
        "EMIT FINAL tells each closed row once, when it closes, in order of start, and nothing else", arguments: 1...200
    )
    func final(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let plan = try Self.plan(seed % 4, &random)
        let script = Self.script(UInt64(seed), &random)
        var query = try WindowedAggregation(
            plan, logic: MembershipLogic(), emission: .final, partitions: script.partitions)
        var model = WindowModel(plan, partitions: script.partitions)
        var told: [RowName: Set<Int>] = [:]
        for record in script.interleaved(seed: UInt64(seed)) {
            model.take(record)
            var starts: [Int64] = []
            query.take(record) { row in
                #expect(row.kind == .final && told[row.name] == nil, "seed \(seed): \(row.name) told twice")
                #expect(model.isClosed(row.name), "seed \(seed): \(row.name) is open")
                told[row.name] = Set(row.value ?? [])
                starts.append(row.start)
            }
            #expect(starts == starts.sorted(), "seed \(seed): order \(starts)")
            guard Int.random(in: 0..<8, using: &random) == 0 else { continue }
            #expect(told == model.rows.filter { model.isClosed($0.key) }, "seed \(seed), \(plan), record \(record.id)")
        }
        #expect(told == model.rows.filter { model.isClosed($0.key) }, "seed \(seed), \(plan)")
        let open = model.rows.filter { !model.isClosed($0.key) }
        #expect(query.rows.filter { !model.isClosed($0.key) } == open, "seed \(seed), \(plan)")
        // What is retained is what it was when it closed.
        for (row, members) in query.rows { #expect(model.rows[row] == members, "seed \(seed): \(row)") }
        #expect(query.counts.late == Int64(model.late) && query.counts.accepted == Int64(model.accepted.count))
        #expect(query.counts.rows == Int64(told.count))
        if case .sliding = plan.kind { return }
        #expect(query.counts.refusedByWindow == Int64(model.refusedByWindow))
    }

    @Test("EMIT CHANGES tells after each record what its rows are, and retracts sessions that grew", arguments: 1...200)
    func changes(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let plan = try Self.plan(seed % 5, &random)
        let script = Self.script(UInt64(seed), &random)
        var query = try WindowedAggregation(
            plan, logic: MembershipLogic(), emission: .everyChange, partitions: script.partitions)
        var model = WindowModel(plan, partitions: script.partitions)
        var table: [RowName: Set<Int>] = [:]
        for record in script.interleaved(seed: UInt64(seed)) {
            let before = model.rows
            model.take(record)
            let after = model.rows
            query.take(record) { row in
                if row.kind == .retraction {
                    #expect(table.removeValue(forKey: row.name) != nil, "seed \(seed): \(row.name) was not there")
                } else {
                    // Rows that did not change are not told.
                    #expect(before[row.name] != after[row.name], "seed \(seed): \(row.name)")
                    table[row.name] = Set(row.value ?? [])
                }
            }
            #expect(table == after, "seed \(seed), \(plan), record \(record.id)")
        }
    }

    @Test("changes told at commits come to the same rows, each told once a commit", arguments: 1...200)
    func commits(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let plan = try Self.plan(seed % 5, &random)
        let script = Self.script(UInt64(seed), &random)
        var query = try WindowedAggregation(
            plan, logic: MembershipLogic(), emission: .changesOnCommit, partitions: script.partitions)
        var model = WindowModel(plan, partitions: script.partitions)
        var table: [RowName: Set<Int>] = [:]
        func apply(_ row: WindowRow<[Int]>) {
            if row.kind == .retraction {
                #expect(table.removeValue(forKey: row.name) != nil, "seed \(seed): \(row.name) was not there")
            } else {
                table[row.name] = Set(row.value ?? [])
            }
        }
        for record in script.interleaved(seed: UInt64(seed)) {
            model.take(record)
            query.take(record, tell: apply)
            guard Int.random(in: 0..<10, using: &random) == 0 else { continue }
            var names: Set<RowName> = []
            query.commit { row in
                #expect(names.insert(row.name).inserted, "seed \(seed): \(row.name) twice in a commit")
                apply(row)
            }
            #expect(table == model.rows, "seed \(seed), \(plan), record \(record.id)")
        }
        query.commit(tell: apply)
        #expect(table == model.rows, "seed \(seed), \(plan)")
        query.commit { row in Issue.record("seed \(seed): \(row.name) told without a change") }
    }

    @Test("memory follows what is open: after a leap nothing of the past is kept", arguments: 0..<4)
    func memory(kind: Int) throws {
        var random = SeededGenerator(seed: UInt64(kind))
        let kinds: [WindowPlan.Kind] = [
            .tumbling(size: 10), .hopping(size: 10, advance: 2), .sliding(difference: 10), .session(gap: 10),
        ]
        for emission in [WindowEmission.final, .everyChange, .changesOnCommit] {
            var query = try WindowedAggregation(
                try WindowPlan(kinds[kind], grace: 50), logic: MembershipLogic(), emission: emission, partitions: 1)
            var peak = 0
            for id in 0..<3_000 {
                let time = Int64(id) + Int64.random(in: 0...20, using: &random)
                let record = ScriptRecord(
                    id: id, record: WindowRecord(partition: 0, offset: Int64(id), timestamp: time),
                    key: Array("a key of its own \(id % 1_000)".utf8))
                query.take(record) { _ in }
                if emission == .changesOnCommit { query.commit { _ in } }
                peak = max(peak, query.groupCount)
            }
            // About a hundred milliseconds are open, a record each, in up to five windows or slices.
            #expect(peak < 1_200, "\(emission)")
            let end = ScriptRecord(
                id: -1, record: WindowRecord(partition: 0, offset: 3_000, timestamp: 1 << 40), key: [1])
            query.take(end) { _ in }
            #expect(query.groupCount <= 5 && query.rows.count <= 5 && query.stateBytes < 100_000, "\(emission)")
        }
    }
}
