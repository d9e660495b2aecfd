import Cluster
import LiveQueries
import Testing

@Suite("Live queries")
struct LiveQueryTests {
    private static let views = """
        CREATE STREAM views (page VARCHAR KEY, bytes INT) WITH (KAFKA_TOPIC='views', VALUE_FORMAT='JSON');
        """

    @Test func aPushQueryShowsItsRowsAndItsFigures() async throws {
        let stage = try QueryStage()
        try await stage.topic("views", partitions: 3)
        let service = stage.service()
        try await service.mustRun(Self.views + "SET 'auto.offset.reset'='earliest';")
        try await stage.write(
            "views", partitions: 3,
            [("/a", #"{"bytes":1}"#, 1000), ("/b", #"{"bytes":2}"#, 1001), ("/a", #"{"bytes":5}"#, 1002)])
        let answers = try await service.mustRun(
            "SELECT page, COUNT(*) AS n, SUM(bytes) AS total FROM views GROUP BY page EMIT CHANGES;")
        guard case .started(let id) = answers.last else {
            Issue.record("\(answers)")
            return
        }
        try await eventually("both pages are shown") { service.figures(id)?.result.count == 2 }
        try await stage.write("views", partitions: 3, [("/b", #"{"bytes":40}"#, 1003), ("/b", "no JSON", 1004)])
        try await eventually("the failure is counted") { service.figures(id)?.failures == 1 }
        try await eventually("the new row is shown") {
            service.figures(id)?.result.rows.contains { $0.values == ["/b", "2", "42"] } ?? false
        }
        let figures = try #require(service.figures(id))
        #expect(figures.isTransient)
        #expect(figures.recordsIn == 5)
        #expect(figures.lag == 0)
        #expect(figures.result.columns.map(\.name) == ["PAGE", "N", "TOTAL"])
        #expect(figures.result.rows.contains { $0.values == ["/a", "2", "6"] })
        #expect(figures.failureSamples.first?.contains("offset") == true)
        service.close(id)
        try await eventually("it is off the board") { service.figures(id) == nil }
        await service.stop()
    }

    @Test func aScriptRunsAPushQueryToItsEndBeforeTheNextStatement() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        try await stage.write("views", [("/a", #"{"bytes":1}"#, 1), ("/b", #"{"bytes":2}"#, 2)])
        let service = stage.service()
        let heard = Heard()
        await service.follow(
            Self.views + """
                SET 'auto.offset.reset'='earliest';
                SELECT page FROM views EMIT CHANGES LIMIT 2;
                SHOW QUERIES;
                SELECT page FROM nowhere;
                SHOW TOPICS;
                """, heard.take)
        let kinds = heard.events.map { event in
            switch event {
            case .answer(.done): "done"
            case .answer(.started): "started"
            case .answer(.table): "table"
            case .answer(.failed): "failed"
            case .answer(.text): "text"
            case .began: "began"
            case .rows(let rows): rows.map { $0.values.map { $0 ?? "null" }.joined() }.joined(separator: " ")
            }
        }
        // A query begins while its statement is answered.
        #expect(kinds.prefix(2) == ["done", "done"])
        #expect(Set(kinds.dropFirst(2).prefix(2)) == ["began", "started"])
        #expect(kinds.dropFirst(4) == ["/a /b", "table", "failed"])
        #expect(service.board.queries.isEmpty)
        await service.stop()
    }

    @Test func aScriptThatIsCancelledEndsItsPushQueryAndRunsNothingBehindIt() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = stage.service()
        let heard = Heard()
        let script = Task {
            await service.follow(Self.views + "SELECT page FROM views EMIT CHANGES; SHOW TOPICS;", heard.take)
        }
        try await eventually("it has begun") { heard.events.contains { if case .began = $0 { true } else { false } } }
        script.cancel()
        await script.value
        #expect(!heard.events.contains { if case .answer(.table) = $0 { true } else { false } })
        #expect(service.board.queries.isEmpty)
        await service.stop()
    }

    @Test func aPersistentQueryWritesItsTableAndGoesOnAfterARestart() async throws {
        let stage = try QueryStage()
        try await stage.topic("views", partitions: 3)
        try await stage.write("views", partitions: 3, [("/a", #"{"bytes":1}"#, 1000), ("/b", #"{"bytes":2}"#, 1001)])
        var service = stage.service()
        await service.start()
        try await service.mustRun(
            Self.views + """
                SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='20';
                CREATE TABLE totals AS SELECT page, COUNT(*) AS n, SUM(bytes) AS total FROM views GROUP BY page;
                """)
        try await eventually("both pages are counted") {
            try await stage.table("TOTALS") == ["/a": #"{"N":1,"TOTAL":1}"#, "/b": #"{"N":1,"TOTAL":2}"#]
        }
        let sink = try #require(try await stage.cluster.topics(named: ["TOTALS"], detail: .layout).first)
        #expect(sink.partitions.count == 3)
        let policy = try await stage.cluster.configuration(of: .topic("TOTALS")).first { $0.name == "cleanup.policy" }
        #expect(policy?.value == "compact")
        await service.stop()

        try await stage.write("views", partitions: 3, [("/a", #"{"bytes":10}"#, 1002)])
        service = stage.service()
        await service.start()
        try await eventually("the count goes on") { try await stage.table("TOTALS")["/a"] == #"{"N":2,"TOTAL":11}"# }
        // Only what changed was written again.
        #expect(try await stage.read("TOTALS").count == 3)
        #expect(service.board.sources.map(\.name) == ["TOTALS", "VIEWS"])
        let pulled = try await service.mustRun("SELECT * FROM totals WHERE page = '/a';")
        let columns = [("PAGE", "VARCHAR", true), ("N", "BIGINT", false), ("TOTAL", "INTEGER", false)]
        #expect(
            pulled == [
                .table(AnswerTable(columns.map { QueryColumn(name: $0, type: $1, isKey: $2) }, [["/a", "2", "11"]]))
            ])
        let scanned = try await service.mustRun("SELECT page, bytes FROM views WHERE bytes > 1 LIMIT 5;")
        guard case .table(let table) = scanned.last else {
            Issue.record("\(scanned)")
            return
        }
        #expect(Set(table.rows) == [["/b", "2"], ["/a", "10"]])
        await service.stop()
    }

    @Test func statementsThatCannotBeReadAreSetAsideAndSaid() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = stage.service()
        await service.start()
        try await service.mustRun(Self.views)
        await service.stop()
        try Spoil.append("CREATE NONSENSE;", to: stage.queries + "/statements.sql")
        let next = stage.service()
        await next.start()
        #expect(next.board.problem?.contains("statements.sql.unread-1") == true)
        #expect(next.board.sources.isEmpty)
        #expect(try Spoil.text(stage.queries + "/statements.sql.unread-1").contains("CREATE NONSENSE"))
        await next.stop()
    }

    @Test func aPausedQueryReadsNothingUntilItIsResumed() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = stage.service()
        await service.start()
        try await service.mustRun(
            Self.views + """
                SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='20';
                CREATE STREAM large WITH (KAFKA_TOPIC='large') AS SELECT * FROM views WHERE bytes > 10;
                """)
        let id = "CSAS_LARGE_1"
        try await stage.write("views", [("/a", #"{"bytes":11}"#, 1), ("/a", #"{"bytes":9}"#, 2)])
        try await eventually("one is large") { try await stage.read("large").count == 1 }
        try await service.mustRun("PAUSE \(id);")
        #expect(service.figures(id)?.state == .paused)
        try await stage.write("views", [("/a", #"{"bytes":12}"#, 3)])
        try await service.mustRun("RESUME \(id);")
        try await eventually("two are large") { try await stage.read("large").count == 2 }
        // Under load it has a pace, which is not that of a query that stands.
        try await eventually("its pace is known") {
            try await stage.write("views", [("/a", #"{"bytes":13}"#, 4)])
            let figures = service.figures(id)
            return figures?.recordsInPerSecond ?? 0 > 0 && figures?.rowsOutPerSecond ?? 0 > 0 && figures?.lag != nil
        }
        try await service.mustRun("PAUSE \(id);")
        let paused = try #require(service.figures(id))
        #expect(paused.recordsInPerSecond == 0 && paused.rowsOutPerSecond == 0 && paused.lag == nil)
        let read = paused.recordsIn
        try await stage.write("views", [("/a", #"{"bytes":1}"#, 5)])
        #expect(service.figures(id) == paused)
        try await service.mustRun("RESUME \(id);")
        try await eventually("it has come to the end again") {
            service.figures(id)?.state == .running && service.figures(id)?.lag == 0
        }
        #expect(try #require(service.figures(id)).recordsIn < read)
        try await service.mustRun("TERMINATE \(id);")
        #expect(service.figures(id) == nil)
        await service.stop()
    }

    @Test func aSinksTimestampColumnIsItsRecordsTime() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = stage.service()
        try await service.mustRun(
            """
            CREATE STREAM views (page VARCHAR KEY, at BIGINT) WITH (KAFKA_TOPIC='views', VALUE_FORMAT='JSON');
            SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='20';
            CREATE STREAM timed WITH (TIMESTAMP='at') AS SELECT page, at FROM views;
            """)
        try await stage.write("views", [("/a", #"{"at":5000}"#, 1)])
        try await eventually("it is there") { try await stage.read("TIMED").first?.timestamp == 5000 }
        await service.stop()
    }

    @Test func aWindowClosesWithoutPartitionsThatAreIdle() async throws {
        let stage = try QueryStage()
        try await stage.topic("views", partitions: 4)
        let service = stage.service()
        await service.start()
        try await service.mustRun(
            Self.views + """
                SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='20'; SET 'weir.idle.ms'='50';
                CREATE TABLE minutes AS SELECT page, COUNT(*) AS n FROM views WINDOW TUMBLING (SIZE 1 MINUTE)
                    GROUP BY page EMIT FINAL;
                """)
        try await stage.write("views", partitions: 4, [("/a", "{}", 1000), ("/a", "{}", 2000), ("/a", "{}", 61_000)])
        try await eventually("the first minute is final") { try await stage.read("MINUTES").count == 1 }
        let record = try #require(try await stage.read("MINUTES").first)
        #expect(record.key == Array("/a".utf8) + [0, 0, 0, 0, 0, 0, 0, 0])
        #expect(record.value == Array(#"{"N":2}"#.utf8))
        let policy = try await stage.cluster.configuration(of: .topic("MINUTES")).first { $0.name == "cleanup.policy" }
        #expect(policy?.value == "compact,delete")
        await service.stop()
    }
}
