import Cluster
import LiveQueries
import Operations
import Synchronization
import Testing

@Suite("What stops queries, and what does not")
struct TroubleTests {
    private static let start = """
        CREATE STREAM views (page VARCHAR KEY, bytes INT) WITH (KAFKA_TOPIC='views', VALUE_FORMAT='JSON');
        SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='20';
        """

    private static let totals = "CREATE TABLE totals AS SELECT page, SUM(bytes) AS total FROM views GROUP BY page;"

    /// A stage on which CTAS_TOTALS_1 has counted one record of `/a`.
    private func counting() async throws -> (QueryStage, LiveQueryService) {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = stage.service()
        try await service.mustRun(Self.start + Self.totals)
        try await stage.write("views", [("/a", #"{"bytes":1}"#, 1)])
        try await eventually("one is counted") { try await stage.table("TOTALS").count == 1 }
        return (stage, service)
    }

    @Test func recordsThatCannotBeReadGoToTheDeadLetterTopic() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let service = stage.service()
        try await service.mustRun(Self.start + "SET 'weir.deadletter.topic'='dead';" + Self.totals)
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
        try await service.mustRun(Self.start + "SET 'weir.state.budget.bytes'='65536';" + Self.totals)
        try await stage.write("views", (0..<5000).map { ("/page-number-\($0)", "{}", Int64($0)) })
        let reason = try await stopped("CTAS_TOTALS_1", service)
        #expect(
            reason.contains("the state takes") && reason.contains("groups") && reason.contains("RESUME"), "\(reason)")
        let figures = try #require(service.figures("CTAS_TOTALS_1"))
        #expect(figures.recordsInPerSecond == 0 && figures.rowsOutPerSecond == 0 && figures.lag == nil)
        for statement in ["EXPLAIN CTAS_TOTALS_1;", "DESCRIBE totals EXTENDED;", "SHOW QUERIES EXTENDED;"] {
            let text = try await service.mustRun(statement).words
            #expect(text.contains(reason), "\(text)")
            #expect(!text.contains("RUNNING"), "\(text)")
        }
        #expect(try await service.mustRun("EXPLAIN CTAS_TOTALS_1;").words.contains("CTAS_TOTALS_1 (STOPPED)"))
        try await stage.write("views", [("/one-more", "{}", 5000)])
        let answers = try await service.mustRun(
            "SET 'weir.state.budget.bytes'='16777216'; RESUME CTAS_TOTALS_1; SHOW QUERIES;")
        #expect(answers.words.contains("RUNNING") && !answers.words.contains("STOPPED"), "\(answers)")
        try await eventually("with more it comes to the end") { try await stage.table("TOTALS").count == 5001 }
        await service.stop()
        // The larger budget is kept with the statements.
        let next = stage.service()
        await next.start()
        try await eventually("it goes on with it") {
            next.figures("CTAS_TOTALS_1")?.state == .running
                && next.figures("CTAS_TOTALS_1")?.budgetBytes == 16_777_216
        }
        await next.stop()
    }

    @Test func inputThatRetentionRemovedStopsTheQuery() async throws {
        let (stage, first) = try await counting()
        await first.stop()
        try await stage.write("views", [("/b", "{}", 2), ("/c", "{}", 3)])
        _ = try await stage.cluster.deleteRecords(before: [TopicPartition(topic: "views", partition: 0): 2])
        let service = stage.service()
        await service.start()
        let reason = try await stopped("CTAS_TOTALS_1", service)
        #expect(reason.contains("were deleted before they were read"), "\(reason)")
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

    /// Waits until a query has stopped itself, and gives why.
    private func stopped(_ id: String, _ service: LiveQueryService) async throws -> String {
        var reason = ""
        try await eventually("\(id) has stopped") {
            guard case .stopped(let why)? = service.figures(id)?.state else { return false }
            reason = why
            return true
        }
        return reason
    }

    @Test func aSinkThatIsDeletedStopsTheQueryUntilItIsThereAgain() async throws {
        let (stage, service) = try await counting()
        try await stage.cluster.deleteTopic("TOTALS")
        try await stage.write("views", [("/a", #"{"bytes":2}"#, 2), ("/b", #"{"bytes":5}"#, 3)])
        let reason = try await stopped("CTAS_TOTALS_1", service)
        #expect(reason.contains("make the topic again and RESUME"), "\(reason)")
        try await stage.topic("TOTALS")
        try await service.mustRun("RESUME CTAS_TOTALS_1;")
        try await eventually("what was read meanwhile is written") {
            try await stage.table("TOTALS") == ["/a": #"{"TOTAL":3}"#, "/b": #"{"TOTAL":5}"#]
        }
        await service.stop()
    }

    @Test func aSourceThatIsDeletedAndMadeAnewIsNotTakenForTheOldOne() async throws {
        let (stage, service) = try await counting()
        try await stage.cluster.deleteTopic("views")
        let reason = try await stopped("CTAS_TOTALS_1", service)
        #expect(reason.contains("deleted") || reason.contains("does not exist"), "\(reason)")
        try await stage.topic("views")
        // More records than the query had read: by its offset alone it could go on.
        try await stage.write("views", (0..<5).map { ("/new", #"{"bytes":100}"#, $0) })
        try await service.mustRun("RESUME CTAS_TOTALS_1;")
        let second = try await stopped("CTAS_TOTALS_1", service)
        #expect(second.contains("TERMINATE"), "\(second)")
        #expect(try await stage.table("TOTALS") == ["/a": #"{"TOTAL":1}"#])
        await service.stop()
    }

    @Test func aSourceWithMorePartitionsStopsTheQuery() async throws {
        let (stage, first) = try await counting()
        await first.stop()
        try await stage.cluster.addPartitions(to: "views", total: 3)
        let service = stage.service()
        await service.start()
        let reason = try await stopped("CTAS_TOTALS_1", service)
        #expect(reason.contains("has 3 partitions now, and the query began with 1"), "\(reason)")
        await service.stop()
    }

    @Test func aRowThatTheSinkDoesNotTakeIsCountedAndStopsNothing() async throws {
        let stage = try QueryStage()
        try await stage.topic("texts")
        let service = stage.service()
        try await service.mustRun(
            """
            CREATE STREAM texts (k VARCHAR KEY, t VARCHAR) WITH (KAFKA_TOPIC='texts', VALUE_FORMAT='JSON');
            SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='20';
            CREATE STREAM once AS SELECT k, t FROM texts;
            CREATE STREAM twice AS SELECT k, t, CONCAT(t, '!') AS u FROM texts;
            """)
        let long = String(repeating: "x", count: 900_000)
        try await stage.write("texts", [("long", #"{"t":"\#(long)"}"#, 1), ("short", #"{"t":"s"}"#, 2)])
        try await eventually("the short one is there twice") { try await stage.read("TWICE").count == 1 }
        #expect(try await stage.table("TWICE") == ["short": #"{"T":"s","U":"s!"}"#])
        try await eventually("both are there once") { try await stage.read("ONCE").count == 2 }
        try await eventually("the long one is counted") { service.figures("CSAS_TWICE_2")?.failures == 1 }
        let sample = service.figures("CSAS_TWICE_2")?.failureSamples.first ?? ""
        #expect(sample.contains("max.message.bytes") && sample.contains("offset 0"), "\(sample)")
        #expect(service.figures("CSAS_TWICE_2")?.state == .running)
        await service.stop()
    }

    @Test func aQueryThatIsEndedInTheMiddleOfItsWorkLeavesNoTransactionOpen() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        try await stage.write("views", (0..<3000).map { ("/page-\($0)", #"{"bytes":1}"#, Int64($0)) })
        let service = stage.service()
        try await service.mustRun(Self.start + "SET 'commit.interval.ms'='0';" + Self.totals)
        try await eventually("it is at work") { try await !stage.read("TOTALS").isEmpty }
        try await service.mustRun("TERMINATE CTAS_TOTALS_1;")
        // What is written behind an open transaction is not given to committed readers.
        try await stage.write("TOTALS", [("/after", "{}", 1)])
        #expect(try await stage.table("TOTALS")["/after"] == "{}")
        #expect(try await stage.cluster.transactions(holding: []).open.isEmpty)
        await service.stop()
    }

    @Test func aPausedQuerysTableIsReadFromItsTopicAfterARestart() async throws {
        var (stage, service) = try await counting()
        try await service.mustRun("PAUSE CTAS_TOTALS_1;")
        await service.stop()
        service = stage.service()
        await service.start()
        let pulled = try await service.mustRun("SELECT * FROM totals;")
        guard case .table(let table)? = pulled.last else {
            Issue.record("\(pulled)")
            return
        }
        #expect(table.rows == [["/a", "1"]])
        await service.stop()
    }

    @Test func aTopicThatIsThereMustHaveThePartitionsThatAreAskedFor() async throws {
        let stage = try QueryStage()
        try await stage.topic("tn")
        let service = stage.service()
        let create = "CREATE STREAM views (page VARCHAR) WITH (KAFKA_TOPIC='tn', VALUE_FORMAT='JSON', PARTITIONS="
        let copy = "CREATE STREAM copy WITH (KAFKA_TOPIC='tn', PARTITIONS=2) AS SELECT * FROM views;"
        for (statement, asked) in [(create + "9);", 9), (create + "1); " + copy, 2)] {
            #expect(
                await service.run(statement).last
                    == .failed(
                        "a Kafka topic with the name 'tn' already exists, with different partition/replica "
                            + "configuration than required: PARTITIONS=\(asked), REPLICAS=1 are asked for, and it has "
                            + "PARTITIONS=1, REPLICAS=1"))
        }
        #expect(service.board.sources.map(\.name) == ["VIEWS"])
        await service.stop()
    }

    @Test func whatWasNotSetOrDefinedCannotBeTakenBack() async throws {
        let stage = try QueryStage()
        let service = stage.service()
        for (statement, reason) in [
            ("UNSET 'nope';", "no setting 'nope' was set"),
            ("UNSET 'auto.offset.reset';", "no setting 'auto.offset.reset' was set"),
            ("UNDEFINE zz;", "no variable called ZZ was defined"),
        ] {
            let answers = await service.run(statement)
            #expect(answers.words.contains(reason), "\(answers)")
            guard case .failed? = answers.last else {
                Issue.record("\(answers)")
                continue
            }
        }
        try await service.mustRun(
            "SET 'auto.offset.reset'='earliest'; UNSET 'auto.offset.reset'; DEFINE zz = '1'; UNDEFINE zz;")
        await service.stop()
    }

    @Test func whatAQueryDoesByItselfLeavesNoFailedActs() async throws {
        let stage = try QueryStage()
        try await stage.topic("views")
        let journal = MemoryJournal()
        let service = stage.service(
            on: AuditedCluster(
                stage.cluster, log: AuditLog(journal, actor: .ofProcess("test"), cluster: "test")))
        try await service.mustRun(Self.start + Self.totals)
        try await stage.write("views", [("/a", #"{"bytes":1}"#, 1)])
        try await eventually("one is counted") { try await stage.table("TOTALS").count == 1 }
        #expect(journal.events.allSatisfy { !$0.subject.hasPrefix("group") }, "\(journal.events)")
        try await service.mustRun("TERMINATE CTAS_TOTALS_1;")
        #expect(journal.events.contains { $0.subject.hasPrefix("group") }, "\(journal.events)")
        #expect(journal.events.allSatisfy { $0.phase != .failed }, "\(journal.events)")
        await service.stop()
    }
}

/// The acts that were written down.
private final class MemoryJournal: AuditJournal {
    private let kept = Mutex<[AuditEvent]>([])

    var events: [AuditEvent] { kept.withLock { $0 } }

    func append(_ event: AuditEvent) async throws(ClusterError) { kept.withLock { $0.append(event) } }

    func newest(_ count: Int) async throws(ClusterError) -> AuditExcerpt {
        AuditExcerpt(events: Array(events.reversed().prefix(count)))
    }
}
