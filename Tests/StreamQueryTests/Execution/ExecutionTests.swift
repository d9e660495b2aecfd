import DemoWorkload
import StreamQuery
import Testing
import WindowedMetrics

private func view(_ user: String, _ page: String, _ timestamp: Int64) -> (user: String, value: String, timestamp: Int64)
{
    (
        user,
        #"{"event_id":"e","event_type":"page_view","user_id":"other","page":"\#(page)","referrer":null,"user_agent":"x"}"#,
        timestamp
    )
}

private func run(_ statement: String, _ views: [(user: String, value: String, timestamp: Int64)]) throws
    -> [StatementRun.Output]
{
    var run = try StatementRun(Seeds.pageViews + statement)
    for view in views {
        run.feed("page-views", key: Array(view.user.utf8), value: Array(view.value.utf8), timestamp: view.timestamp)
    }
    return run.outputs
}

private func texts(_ outputs: [StatementRun.Output]) -> [String] {
    outputs.map { output in
        let key = output.key.map { String(decoding: $0, as: UTF8.self) } ?? "null"
        let value = output.value.map { String(decoding: $0, as: UTF8.self) } ?? "null"
        return "\(key) \(value)" + (output.window.map { " \($0.start)-\($0.end)" } ?? "")
    }
}

@Suite("The seeds' statements at work")
struct SeedExecutionTests {
    @Test("views per page and minute, updated with every record; the user is the record's key, not the value's field")
    func perMinute() throws {
        let outputs = try run(
            Seeds.perMinute,
            [
                view("u1", "/a", 1000), view("u1", "/a", 2000), view("u2", "/a", 59_999), view("u2", "/b", 60_000),
                view("u3", "/a", 500),
            ])
        #expect(
            texts(outputs) == [
                #"/a {"VIEW_COUNT":1,"UNIQUE_USERS":1,"WINDOW_START":0,"WINDOW_END":60000} 0-60000"#,
                #"/a {"VIEW_COUNT":2,"UNIQUE_USERS":1,"WINDOW_START":0,"WINDOW_END":60000} 0-60000"#,
                #"/a {"VIEW_COUNT":3,"UNIQUE_USERS":2,"WINDOW_START":0,"WINDOW_END":60000} 0-60000"#,
                #"/b {"VIEW_COUNT":1,"UNIQUE_USERS":1,"WINDOW_START":60000,"WINDOW_END":120000} 60000-120000"#,
                // Late by a minute: within the default grace.
                #"/a {"VIEW_COUNT":4,"UNIQUE_USERS":3,"WINDOW_START":0,"WINDOW_END":60000} 0-60000"#,
            ])
        #expect(outputs.map(\.topic).allSatisfy { $0 == "PAGE_VIEWS_PER_MINUTE" })
        #expect(outputs.last?.timestamp == 59_999)
    }

    @Test(
        "views at minutes 0, 20 and 60 are two sessions, which a late view at minute 40 joins; what they were is withdrawn"
    )
    func sessions() throws {
        let minute: Int64 = 60_000
        let outputs = try run(
            Seeds.sessions,
            [
                view("u", "/1", 0), view("u", "/2", 20 * minute), view("u", "/3", 60 * minute),
                view("u", "/late", 40 * minute),
            ])
        let lines = texts(outputs)
        #expect(
            lines.prefix(4) == [
                #"u {"PAGES_VIEWED":1,"PAGE_SEQUENCE":["/1"],"SESSION_START":0,"SESSION_END":0} 0-0"#, "u null 0-0",
                #"u {"PAGES_VIEWED":2,"PAGE_SEQUENCE":["/1","/2"],"SESSION_START":0,"SESSION_END":1200000} 0-1200000"#,
                #"u {"PAGES_VIEWED":1,"PAGE_SEQUENCE":["/3"],"SESSION_START":3600000,"SESSION_END":3600000} 3600000-3600000"#,
            ], "\(lines)")
        #expect(Set(lines.dropFirst(4).dropLast()) == ["u null 0-1200000", "u null 3600000-3600000"])
        #expect(
            lines.last?.hasPrefix(#"u {"PAGES_VIEWED":4,"PAGE_SEQUENCE":["#) == true
                && lines.last?.hasSuffix("0-3600000") == true)
    }

    @Test("the funnel counts the users of each step; whole pages are compared, and others do not count")
    func funnel() throws {
        let outputs = try run(
            Seeds.funnel,
            [
                view("u1", "/products", 1), view("u2", "/products", 2), view("u1", "/products", 3),
                view("u1", "/products/laptop", 4), view("u1", "/cart", 5), view("u1", "/confirmation", 300_000),
            ])
        #expect(
            texts(outputs) == [
                #"browse {"UNIQUE_USERS":1,"WINDOW_START":0} 0-300000"#,
                #"browse {"UNIQUE_USERS":2,"WINDOW_START":0} 0-300000"#,
                #"browse {"UNIQUE_USERS":2,"WINDOW_START":0} 0-300000"#,
                #"cart {"UNIQUE_USERS":1,"WINDOW_START":0} 0-300000"#,
                #"purchase {"UNIQUE_USERS":1,"WINDOW_START":300000} 300000-600000"#,
            ])
    }

    @Test("the Streams application's counts as a statement: bare keys inside, the seed's value byte for byte")
    func streamsTwin() throws {
        let statement = """
            CREATE TABLE counts WITH (KAFKA_TOPIC='page-view-counts') AS
                SELECT page AS k, AS_VALUE(page) AS `page`, COUNT(*) AS `count`,
                       FORMAT_TIMESTAMP(FROM_UNIXTIME(WINDOWSTART), 'yyyy-MM-dd''T''HH:mm:ssX') AS `window_start`,
                       FORMAT_TIMESTAMP(FROM_UNIXTIME(WINDOWEND), 'yyyy-MM-dd''T''HH:mm:ssX') AS `window_end`
                FROM page_views WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 0 SECONDS) GROUP BY page;
            """
        let outputs = try run(
            statement,
            [
                view("u", "/a", 1_795_219_200_000), view("u", "/a", 1_795_219_260_000),
                view("u", "/a", 1_795_219_200_001),
            ])
        #expect(
            outputs.compactMap(\.value).map { String(decoding: $0, as: UTF8.self) } == [
                #"{"page":"/a","count":1,"window_start":"2026-11-21T00:00:00Z","window_end":"2026-11-21T00:01:00Z"}"#,
                #"{"page":"/a","count":1,"window_start":"2026-11-21T00:01:00Z","window_end":"2026-11-21T00:02:00Z"}"#,
            ])
    }
}

@Suite("Queries at work")
struct ExecutionTests {
    @Test("HAVING tells a group while it counts, and withdraws it once")
    func having() throws {
        let statement =
            "CREATE TABLE t AS SELECT page, LATEST_BY_OFFSET(user_id) AS last FROM page_views GROUP BY page HAVING LATEST_BY_OFFSET(user_id) <> 'no';"
        let outputs = try run(
            statement, ["no", "a", "b", "no", "no", "c"].enumerated().map { view($0.element, "/p", Int64($0.offset)) })
        #expect(texts(outputs) == [#"/p {"LAST":"a"}"#, #"/p {"LAST":"b"}"#, "/p null", #"/p {"LAST":"c"}"#])
    }

    @Test("EMIT FINAL tells each window once, also when time leaps")
    func final() throws {
        let statement =
            "CREATE TABLE t AS SELECT page, COUNT(*) AS n FROM page_views WINDOW TUMBLING (SIZE 2 MILLISECONDS, GRACE PERIOD 1 MILLISECOND) GROUP BY page EMIT FINAL;"
        let outputs = try run(statement, [0, 1, 2, 1, 0, 500].map { view("u", "/a", $0) })
        #expect(texts(outputs) == [#"/a {"N":4} 0-2"#, #"/a {"N":1} 2-4"#])
    }

    @Test("queries read what queries write: a stream of a stream, and a table of a table's rows")
    func cascade() throws {
        let statement = """
            CREATE STREAM carts AS SELECT user_id, UCASE(page) AS page FROM page_views WHERE page LIKE '/cart%';
            CREATE TABLE per_user AS SELECT user_id, COUNT(*) AS n FROM carts GROUP BY user_id;
            CREATE TABLE busy WITH (VALUE_FORMAT='DELIMITED') AS SELECT user_id, n * 10 AS tenfold FROM per_user WHERE n > 1;
            """
        let outputs = try run(statement, [view("u", "/cart", 1), view("u", "/home", 2), view("u", "/cart/x", 3)])
        #expect(outputs.map(\.topic) == ["CARTS", "PER_USER", "BUSY", "CARTS", "PER_USER", "BUSY"])
        #expect(
            texts(outputs) == [
                #"u {"PAGE":"/CART"}"#, #"u {"N":1}"#, "u null", #"u {"PAGE":"/CART/X"}"#, #"u {"N":2}"#, "u 20",
            ])
    }

    @Test("every aggregate comes back in its type")
    func aggregates() throws {
        let statements = """
            CREATE STREAM s (k VARCHAR KEY, i INT, b BIGINT, d DOUBLE, m DECIMAL(6, 2), v VARCHAR, t TIMESTAMP)
                WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');
            CREATE TABLE r AS SELECT k, COUNT(i) AS n, SUM(i) AS si, SUM(b) AS sb, SUM(d) AS sd, SUM(m) AS sm, AVG(m) AS am, MIN(v) AS lo, MAX(t) AS hi,
                COLLECT_SET(i) AS seti, TOPK(b, v, 2) AS top, TOPKDISTINCT(i, 2) AS topd, EARLIEST_BY_OFFSET(v, 2) AS first, LATEST_BY_OFFSET(i, FALSE) AS last, HISTOGRAM(v) AS h,
                STDDEV_SAMP(i) AS variance, STDDEV_SAMPLE(i) AS deviation, QUANTILE(i, 1) AS q FROM s GROUP BY k;
            """
        var run = try StatementRun(statements)
        for value in [
            #"{"i":1,"b":10,"d":0.5,"m":1.10,"v":"x","t":5}"#, #"{"i":3,"b":30,"d":1.5,"m":"2.20","v":"y","t":9}"#,
            #"{"b":20,"v":"x"}"#,
        ] {
            run.feed("s", key: [0x6b], value: Array(value.utf8), timestamp: 1)
        }
        #expect(run.failures.isEmpty)
        #expect(
            texts(run.outputs).last
                == #"k {"N":2,"SI":4,"SB":60,"SD":2.0,"SM":3.30,"AM":1.65,"LO":"x","HI":9,"SETI":[1,3,null],"TOP":[{"SORT_COL":30,"COL0":"y"},{"SORT_COL":20,"COL0":"x"}],"TOPD":[3,1],"FIRST":["x","y"],"LAST":null,"H":{"x":2,"y":1},"VARIANCE":2.0,"DEVIATION":1.4142135623730951,"Q":3.0}"#
        )
    }

    @Test("groups by several columns of any type are kept apart and come back as they were")
    func keys() throws {
        let statements = """
            CREATE STREAM s (a VARCHAR, b DECIMAL(4, 2), c BOOLEAN, d ARRAY<INT>, e DOUBLE) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');
            CREATE TABLE r WITH (KEY_FORMAT='JSON') AS SELECT a, b, c, d, e, COUNT(*) AS n FROM s GROUP BY a, b, c, d, e;
            """
        var run = try StatementRun(statements)
        let values = [
            #"{"a":"","b":1.5,"c":true,"d":[1,2],"e":-0.5}"#, #"{"a":"","b":1.50,"c":true,"d":[1,2],"e":-0.5}"#,
            #"{"a":"","b":1.5,"c":true,"d":[1],"e":-0.5}"#, #"{"a":null,"b":1.5,"c":true,"d":[1],"e":0}"#,
        ]
        for value in values { run.feed("s", key: nil, value: Array(value.utf8), timestamp: 1) }
        #expect(
            texts(run.outputs) == [
                #"{"A":"","B":1.50,"C":true,"D":[1,2],"E":-0.5} {"N":1}"#,
                #"{"A":"","B":1.50,"C":true,"D":[1,2],"E":-0.5} {"N":2}"#,
                #"{"A":"","B":1.50,"C":true,"D":[1],"E":-0.5} {"N":1}"#,
            ])
        #expect(run.failures.first?.log.count(.missing) == 1)
    }

    @Test("broken records are counted and stop nothing")
    func broken() throws {
        var run = try StatementRun(
            Seeds.pageViews + "CREATE STREAM s AS SELECT user_id, CAST(page AS INT) AS n FROM page_views;")
        for value in ["{", #"{"page":"5"}"#, #"{"page":"x"}"#] {
            run.feed("page-views", key: [0x75], value: Array(value.utf8), timestamp: 0)
        }
        run.feed("page-views", key: [0x75], value: nil, timestamp: 0)
        #expect(texts(run.outputs) == [#"u {"N":5}"#, #"u {"N":null}"#])
        let log = try #require(run.failures.first?.log)
        #expect(log.count(.value) == 1 && log.count(.expression) == 1 && log.total == 2)
        #expect(log.samples.map(\.offset) == [0, 2])
    }

    @Test(
        "what HAVING has to remember of the rows that were told counts as state, and no longer when they are withdrawn or closed"
    )
    func havingMemory() throws {
        func bytes(_ having: String) throws -> Int {
            var catalog = StatementCatalog()
            _ = try catalog.run(
                Seeds.pageViews
                    + "CREATE TABLE t AS SELECT page, COUNT(*) AS n FROM page_views WINDOW TUMBLING (SIZE 1 SECOND, GRACE PERIOD 0 SECONDS) GROUP BY page \(having);"
            )
            var execution = try QueryExecution(try #require(catalog.queries.values.first?.plan), partitions: 1)
            for number in 0..<1000 {
                execution.take(
                    SourceRecord(
                        partition: 0, offset: Int64(number), timestamp: 1, key: nil,
                        value: Array(#"{"page":"/\#(number % 500)"}"#.utf8))
                ) { _ in }
            }
            return execution.stateBytes
        }
        let (plain, kept) = (try bytes(""), try bytes("HAVING COUNT(*) > 0"))
        // Arrays are a little larger or smaller as the allocator has it.
        let slack = 500 * 16
        #expect(kept >= plain + 500 * 48 - slack, "\(kept), without HAVING \(plain)")
        // Each page was told once, and withdrawn when it came again.
        let withdrawn = try bytes("HAVING COUNT(*) < 2")
        #expect(abs(withdrawn - plain) < slack, "\(withdrawn), without HAVING \(plain)")
    }

    @Test("a stream's record without a value is passed over, is no failure and moves no clock")
    func valueless() throws {
        var catalog = StatementCatalog()
        _ = try catalog.run(
            Seeds.pageViews
                + "CREATE TABLE t AS SELECT page, COUNT(*) AS n FROM page_views WINDOW TUMBLING (SIZE 1 SECOND, GRACE PERIOD 0 SECONDS) GROUP BY page;"
        )
        let plan = try #require(catalog.queries.values.first?.plan)
        var execution = try QueryExecution(plan, partitions: 1)
        var rows = 0
        let values: [(value: [UInt8]?, time: Int64)] = [
            (Array(#"{"page":"/a"}"#.utf8), 1), (nil, 60_000), (Array(#"{"page":"/a"}"#.utf8), 2),
        ]
        for (offset, record) in values.enumerated() {
            execution.take(
                SourceRecord(
                    partition: 0, offset: Int64(offset), timestamp: record.time, key: [0x75], value: record.value)
            ) { _ in rows += 1 }
        }
        #expect(execution.valueless == 1)
        #expect(execution.log.total == 0)
        #expect(execution.windowCounts?.late == 0)
        #expect(rows == 2)
    }
}

@Suite("Tests of statements")
struct StatementTestTests {
    private let statements = Seeds.pageViews + Seeds.perMinute
    private let input = Array(
        #"""
        {"inputs": [
          {"topic": "page-views", "timestamp": 1000, "key": "u1", "value": {"page": "/a"}},
          {"topic": "page-views", "timestamp": 2000, "key": "u2", "value": {"page": "/a"}}
        ]}
        """#.utf8)

    private func output(_ second: String) -> [UInt8] {
        Array(
            #"""
            {"outputs": [
              {"topic": "PAGE_VIEWS_PER_MINUTE", "timestamp": 1000, "key": "/a", "window": {"start": 0, "end": 60000, "type": "time"},
               "value": {"UNIQUE_USERS": 1, "VIEW_COUNT": 1.0, "WINDOW_START": 0, "WINDOW_END": 60000}},
              \#(second)
            ]}
            """#.utf8)
    }

    @Test("agree whatever the order of members")
    func passing() throws {
        let second =
            #"{"topic": "PAGE_VIEWS_PER_MINUTE", "key": "/a", "value": {"VIEW_COUNT": 2, "UNIQUE_USERS": 2, "WINDOW_START": 0, "WINDOW_END": 60000}}"#
        let report = try StatementTest.run(statements: statements, input: input, output: output(second))
        #expect(report == StatementTest.Report(compared: 2))
    }

    @Test("show what was expected and what came")
    func failing() throws {
        let second =
            #"{"topic": "PAGE_VIEWS_PER_MINUTE", "key": "/b", "value": {"VIEW_COUNT": 2}}, {"topic": "PAGE_VIEWS_PER_MINUTE", "key": "/c", "value": null}"#
        let report = try StatementTest.run(statements: statements, input: input, output: output(second))
        #expect(report.mismatches.map(\.number) == [2, 3])
        #expect(report.mismatches.first?.expected == #""/b" : {"VIEW_COUNT": 2}"#)
        #expect(
            report.mismatches.first?.actual
                == #""/a" : {"VIEW_COUNT":2,"UNIQUE_USERS":2,"WINDOW_START":0,"WINDOW_END":60000} @ 2000 [0, 60000]"#)
        #expect(report.mismatches.last?.actual == nil)
    }

    @Test(
        "say what is wrong with a file",
        arguments: [
            ("", "malformed at byte 0"), ("[]", "malformed at byte 0"), ("{}", #"the file has no "inputs""#),
            (#"{"inputs": [{"topic": "t", "key": ]}"#, "malformed at byte"),
            (#"{"inputs": [7]}"#, "record 1 is no object: 7"),
            (#"{"inputs": [{"topic": "page-views"}, {}]}"#, #"record 2: it has no "topic""#),
            (#"{"inputs": [{"topic": 5}]}"#, #"record 1: its "topic" is not a string: 5"#),
            (#"{"inputs": [{"topic": "nowhere"}]}"#, "no stream or table reads the topic nowhere"),
            (
                #"{"inputs": [{"topic": "page-views", "timestamp": "5"}]}"#,
                #"record 1: its "timestamp" is not a whole number of milliseconds: "5""#
            ),
            (
                #"{"inputs": [{"topic": "page-views", "timestamp": 1.5}]}"#,
                #"record 1: its "timestamp" is not a whole number of milliseconds: 1.5"#
            ),
            (
                #"{"inputs": [{"topic": "page-views", "window": {"start": 0, "end": "9"}}]}"#,
                #"record 1: its "window" is not null or an object with "start" and "end" in whole milliseconds: {"start": 0"#
            ),
            (#"{"inputs": []} x"#, "malformed at byte 15"),
        ])
    func files(text: String, problem: String) throws {
        let error = #expect(throws: TestFileError.self) {
            try StatementTest.run(
                statements: statements, input: Array(text.utf8), output: output(#"{"topic": "PAGE_VIEWS_PER_MINUTE"}"#))
        }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("take a window that is null for none")
    func noWindow() throws {
        let records = try TestRecords.read(
            Array(#"{"inputs": [{"topic": "t", "window": null, "timestamp": 5}]}"#.utf8), "inputs")
        let record = try #require(records.first)
        #expect(record.topic == "t" && record.timestamp == 5 && record.window == nil)
    }

    @Test("hear no more of a query that a statement has ended", arguments: ["TERMINATE ALL;", "TERMINATE CSAS_A_1;"])
    func terminated(statement: String) throws {
        var run = try StatementRun(
            Seeds.pageViews
                + "CREATE STREAM a AS SELECT * FROM page_views; CREATE STREAM b AS SELECT * FROM page_views;"
                + "INSERT INTO page_views (user_id, page) VALUES ('u', '/a');" + statement)
        run.feed("page-views", key: [0x75], value: Array(#"{"page":"/b"}"#.utf8), timestamp: 0)
        let isAll = statement == "TERMINATE ALL;"
        #expect(run.outputs.map(\.topic) == (isAll ? ["A", "B"] : ["A", "B", "B"]))
    }
}
