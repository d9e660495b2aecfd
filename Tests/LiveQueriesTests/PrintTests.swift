import Cluster
import LiveQueries
import Testing

@Suite("PRINT")
struct PrintTests {
    /// A topic of 3,000 records of 3 KB: many times what one read gives.
    private func filled() async throws -> (QueryStage, LiveQueryService) {
        let stage = try QueryStage()
        try await stage.topic("big")
        let value = String(repeating: "x", count: 3000)
        for batch in 0..<15 {
            try await stage.write("big", (0..<200).map { ("k", value, Int64(batch * 200 + $0)) })
        }
        return (stage, stage.service())
    }

    private static func offsets(_ heard: Heard) -> [Int64] {
        heard.events.flatMap { event in
            guard case .rows(let rows) = event else { return [String?]() }
            return rows.map { $0.values[2] }
        }.compactMap { $0.flatMap { Int64($0) } }
    }

    @Test func oneAnswerHoldsWhatTheStatementAsksForUpToTheEnd() async throws {
        let (stage, service) = try await filled()
        for (statement, offsets, note) in [
            ("PRINT big FROM BEGINNING LIMIT 1000;", Array(0..<1000), nil),
            ("PRINT big LIMIT 1000;", Array(2000..<3000), nil),
            ("PRINT big FROM BEGINNING INTERVAL 100 LIMIT 20;", Array(stride(from: 0, to: 2000, by: 100)), nil),
            ("PRINT big INTERVAL 100 LIMIT 20;", Array(stride(from: 1000, to: 3000, by: 100)), nil),
            ("PRINT big;", Array(2000..<3000), "newest 1000 records"),
            ("PRINT big FROM BEGINNING;", Array(0..<1000), "first 1000 records"),
            ("PRINT big FROM BEGINNING INTERVAL 1000;", [0, 1000, 2000], nil),
        ] as [(String, [Int], String?)] {
            guard case .table(let table)? = try await service.mustRun(statement).last else {
                Issue.record("\(statement)")
                continue
            }
            #expect(table.rows.map { $0[2] } == offsets.map { "\($0)" }, "\(statement)")
            #expect(note.map { table.note?.contains($0) ?? false } ?? (table.note == nil), "\(statement)")
        }
        // Deleted records are no offsets to begin at.
        _ = try await stage.cluster.deleteRecords(before: [TopicPartition(topic: "big", partition: 0): 2998])
        guard case .table(let left)? = try await service.mustRun("PRINT big LIMIT 10;").last else { return }
        #expect(left.rows.map { $0[2] } == ["2998", "2999"])
        await service.stop()
    }

    @Test func aScriptIsToldRecordsAsTheyComeUntilTheLimitOrItsEnd() async throws {
        let (stage, service) = try await filled()
        let sampled = Heard()
        await service.follow("PRINT big FROM BEGINNING INTERVAL 1000 LIMIT 3; SHOW TOPICS;", sampled.take)
        #expect(Self.offsets(sampled) == [0, 1000, 2000])
        #expect(sampled.events.last.map { if case .answer(.table) = $0 { true } else { false } } == true)

        let newest = Heard()
        let script = Task { await service.follow("PRINT big LIMIT 2; SHOW TOPICS;", newest.take) }
        try await eventually("it has begun") { newest.events.contains { if case .began = $0 { true } else { false } } }
        try await stage.write("big", [("k", "a", 1), ("k", "b", 2), ("k", "c", 3)])
        await script.value
        #expect(Self.offsets(newest) == [3000, 3001])

        let all = Heard()
        let endless = Task { await service.follow("PRINT big FROM BEGINNING; SHOW TOPICS;", all.take) }
        try await eventually("all are told") { Self.offsets(all).count == 3003 }
        try await stage.write("big", [("k", "d", 4)])
        try await eventually("and the next one") { Self.offsets(all).last == 3003 }
        endless.cancel()
        await endless.value
        #expect(!all.events.contains { if case .answer(.table) = $0 { true } else { false } })
        #expect(Self.offsets(all) == Array(0...3003))

        let wrong = Heard()
        await service.follow("PRINT nowhere;", wrong.take)
        #expect(wrong.events.last == .answer(.failed("the topic nowhere does not exist")))
        await service.stop()
    }
}
