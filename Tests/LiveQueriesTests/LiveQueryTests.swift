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
        #expect(pulled == [.table(titles: ["PAGE", "N", "TOTAL"], rows: [["/a", "2", "11"]])])
        let scanned = try await service.mustRun("SELECT page, bytes FROM views WHERE bytes > 1 LIMIT 5;")
        guard case .table(_, let rows) = scanned.last else {
            Issue.record("\(scanned)")
            return
        }
        #expect(Set(rows) == [["/b", "2"], ["/a", "10"]])
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

@Suite("What stops queries, and what does not")
struct TroubleTests {
    private static let start = """
        CREATE STREAM views (page VARCHAR KEY, bytes INT) WITH (KAFKA_TOPIC='views', VALUE_FORMAT='JSON');
        SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='20';
        """

    @Test func recordsThatCannotBeReadGoToTheDeadLetterTopic() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = stage.service()
        try await service.mustRun(
            Self.start + """
                SET 'weir.deadletter.topic'='dead';
                CREATE TABLE totals AS SELECT page, SUM(bytes) AS total FROM views GROUP BY page;
                """)
        try await stage.write("views", [("/a", "{}", 1), ("/b", "{ no", 2), ("/a", #"{"bytes":4}"#, 3)])
        try await eventually("the others are counted") { try await stage.table("TOTALS") == ["/a": #"{"TOTAL":4}"#] }
        try await eventually("it is there") { try await stage.read("dead").count == 1 }
        let dead = try #require(try await stage.read("dead").first)
        #expect(dead.value == Array("{ no".utf8))
        let headers = dead.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
        #expect(
            headers.prefix(4) == ["weir.query=CTAS_TOTALS_1", "weir.topic=views", "weir.partition=0", "weir.offset=1"])
        await service.stop()
    }

    @Test func stateBeyondItsBudgetStopsTheQueryWithASentence() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = stage.service()
        try await service.mustRun(
            Self.start + """
                SET 'weir.state.budget.bytes'='65536';
                CREATE TABLE totals AS SELECT page, SUM(bytes) AS total FROM views GROUP BY page;
                """)
        try await stage.write("views", (0..<5000).map { ("/page-number-\($0)", "{}", Int64($0)) })
        try await eventually("it is stopped") {
            guard case .stopped(let reason)? = service.figures("CTAS_TOTALS_1")?.state else { return false }
            return reason.contains("the state takes") && reason.contains("groups")
        }
        await service.stop()
    }

    @Test func inputThatRetentionRemovedStopsTheQuery() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        var service = stage.service()
        try await service.mustRun(
            Self.start + "CREATE TABLE totals AS SELECT page, SUM(bytes) AS total FROM views GROUP BY page;")
        try await stage.write("views", [("/a", "{}", 1)])
        try await eventually("one is counted") { try await stage.table("TOTALS").count == 1 }
        await service.stop()
        try await stage.write("views", [("/b", "{}", 2), ("/c", "{}", 3)])
        _ = try await stage.cluster.deleteRecords(before: [TopicPartition(topic: "views", partition: 0): 2])
        service = stage.service()
        await service.start()
        try await eventually("it is stopped") {
            guard case .stopped(let reason)? = service.figures("CTAS_TOTALS_1")?.state else { return false }
            return reason.contains("were deleted before they were read")
        }
        await service.stop()
    }

    @Test func withoutAFolderPersistentQueriesAreRefused() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = LiveQueryService(on: stage.cluster, keptIn: nil, refusal: "not here")
        let answers = await service.run(
            Self.start + "CREATE TABLE t AS SELECT page, COUNT(*) AS n FROM views GROUP BY page;")
        #expect(answers.last == .failed("not here"))
        #expect(service.board.queries.isEmpty)
        #expect(await service.run("SET 'auto.offset.reset'='middle';").first != nil)
        await service.stop()
    }
}
