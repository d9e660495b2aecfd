import DemoWorkload
import StreamQuery
import Testing

/// A catalog with the seeds' stream and a table made from it.
private func seededCatalog() throws -> StatementCatalog {
    var catalog = StatementCatalog()
    for text in Seeds.all { _ = try catalog.run(text) }
    return catalog
}

private func plan(_ text: String, in catalog: StatementCatalog? = nil) throws -> QueryPlan {
    var catalog = try catalog ?? seededCatalog()
    switch try catalog.run(text).last {
    case .push(let plan)?, .pull(let plan)?: return plan
    case .started(let query, _)?: return query.plan
    default: throw EvaluationFailure(reason: "no plan")
    }
}

@Suite("Plans of the seeds' statements")
struct SeedPlanTests {
    @Test("the stream reads its key from the record's key and its timestamp column is text, not the event time")
    func pageViews() throws {
        let source = try #require(try seededCatalog().sources["PAGE_VIEWS"])
        #expect(source.kind == .stream && source.topic == "page-views")
        #expect(source.schema.key.map(\.name) == ["USER_ID"])
        #expect(source.schema.value.map(\.name) == ["EVENT_ID", "EVENT_TYPE", "PAGE", "REFERRER", "TIMESTAMP"])
        #expect(source.keyFormat.kind == .kafka && source.valueFormat.kind == .json && source.timestamp == nil)
    }

    @Test("views per minute: key PAGE with its window, four value columns, a grace of 24 hours less a minute")
    func perMinute() throws {
        let query = try #require(try seededCatalog().queries["CTAS_PAGE_VIEWS_PER_MINUTE_1"])
        let aggregation = try #require(query.plan.aggregation)
        #expect(
            aggregation.window == WindowSpec(shape: .tumbling(size: 60_000), grace: 86_340_000, retention: 86_400_000))
        #expect(aggregation.calls.map(\.function) == [.count, .countDistinct])
        #expect(query.plan.schema.key.map(\.name) == ["PAGE"])
        #expect(query.plan.schema.value.map(\.name) == ["VIEW_COUNT", "UNIQUE_USERS", "WINDOW_START", "WINDOW_END"])
        #expect(query.plan.schema.value.allSatisfy { $0.type == .bigint })
        #expect(query.plan.sink?.topic == "PAGE_VIEWS_PER_MINUTE" && query.plan.sink?.window == .time(size: 60_000))
        #expect(query.plan.sink?.keyFormat.kind == .kafka && query.plan.sink?.valueFormat.kind == .json)
        // Of the value's five columns only PAGE is read, and USER_ID from the key.
        let columns = query.plan.source.layout.schema.columns
        #expect(Set(query.plan.source.needed.map { columns[$0].name }) == ["PAGE", "USER_ID"])
        #expect(query.plan.emit == .changes && query.plan.result == .table)
    }

    @Test("sessions: a gap of 30 minutes, the pages as an array")
    func sessions() throws {
        let query = try #require(try seededCatalog().queries["CTAS_USER_SESSIONS_2"])
        #expect(query.plan.aggregation?.window?.shape == .session(gap: 1_800_000))
        #expect(query.plan.aggregation?.window?.grace == 84_600_000)
        #expect(query.plan.sink?.window == .session)
        #expect(query.plan.schema.key == [Schema.Column("USER_ID", .string)])
        #expect(query.plan.schema.value[1] == Schema.Column("PAGE_SEQUENCE", .array(.string)))
    }

    @Test("funnel: the CASE is the key FUNNEL_STEP, and WINDOW behind WHERE is noted")
    func funnel() throws {
        let query = try #require(try seededCatalog().queries["CTAS_CHECKOUT_FUNNEL_3"])
        #expect(query.plan.schema.key == [Schema.Column("FUNNEL_STEP", .string)])
        #expect(query.plan.schema.value.map(\.name) == ["UNIQUE_USERS", "WINDOW_START"])
        #expect(query.plan.filter != nil && query.plan.aggregation?.window?.size == 300_000)
        #expect(query.plan.notes.contains { $0.hasPrefix("WINDOW behind WHERE") })
    }

    @Test("EXPLAIN tells the steps in order")
    func explain() throws {
        var catalog = try seededCatalog()
        let outcome = try catalog.run("EXPLAIN CTAS_PAGE_VIEWS_PER_MINUTE_1;")
        guard case .text(let text)? = outcome.first else { throw EvaluationFailure(reason: "no text") }
        #expect(
            text == """
                query      CTAS_PAGE_VIEWS_PER_MINUTE_1 (RUNNING)
                statement  \(catalog.queries["CTAS_PAGE_VIEWS_PER_MINUTE_1"]?.statement ?? "")
                result     TABLE PAGE_VIEWS_PER_MINUTE
                source     STREAM PAGE_VIEWS, topic page-views (key KAFKA, value JSON)
                reads      USER_ID, PAGE
                clock      ROWTIME, the record's timestamp
                group by   PAGE
                window     TUMBLING, size 1 min, grace 23 h 59 min, retention 1 d
                compute    COUNT(*), COUNT_DISTINCT(USER_ID)
                columns    PAGE VARCHAR KEY, VIEW_COUNT BIGINT = COUNT(*), UNIQUE_USERS BIGINT = COUNT_DISTINCT(USER_ID), \
                WINDOW_START BIGINT = WINDOWSTART, WINDOW_END BIGINT = WINDOWEND
                emit       CHANGES
                sink       topic PAGE_VIEWS_PER_MINUTE (key KAFKA with its window, value JSON)
                note       The grace period is ksqlDB's default, 24 hours less the size: 23 h 59 min.
                note       COUNT_DISTINCT is exact while the values are few, then estimated (HyperLogLog, 0.81 %).
                """)
    }

    @Test("EXPLAIN says of a pull query whether it reads a state or scans a topic")
    func explainAccess() throws {
        var catalog = try seededCatalog()
        for (query, access) in [
            (
                "page_views_per_minute WHERE page = '/a'",
                "the state that CTAS_PAGE_VIEWS_PER_MINUTE_1 keeps, as it stands"
            ),
            (
                "page_views WHERE ROWTIME <= 5",
                "a full scan of topic page-views: each run reads every record from the first on"
            ),
        ] {
            guard case .text(let text)? = try catalog.run("EXPLAIN SELECT * FROM \(query);").first else {
                throw EvaluationFailure(reason: "no text")
            }
            #expect(text.contains("\naccess     \(access)\n"), "\(text)")
        }
    }
}

@Suite("Plans")
struct PlanTests {
    @Test(
        "under EMIT FINAL the grace is 0 where none is given, and the one that is given counts",
        arguments: [
            ("TUMBLING (SIZE 1 HOUR)", "FINAL", 0, 3_600_000),
            ("TUMBLING (SIZE 1 HOUR)", "CHANGES", 82_800_000, 86_400_000),
            ("TUMBLING (SIZE 2 DAYS)", "CHANGES", 0, 172_800_000),
            ("HOPPING (SIZE 1 HOUR, ADVANCE BY 1 MINUTE, GRACE PERIOD 5 SECONDS)", "FINAL", 5000, 3_605_000),
            ("SESSION (10 SECONDS, RETENTION 2 DAYS, GRACE PERIOD 1 DAY)", "CHANGES", 86_400_000, 172_800_000),
        ] as [(String, String, Int64, Int64)])
    func grace(window: String, emit: String, grace: Int64, retention: Int64) throws {
        let plan = try plan("SELECT page, COUNT(*) FROM page_views WINDOW \(window) GROUP BY page EMIT \(emit);")
        #expect(plan.aggregation?.window?.grace == grace && plan.aggregation?.window?.retention == retention)
    }

    @Test("expressions of aggregates and keys are computed from aggregated rows")
    func aggregatedRow() throws {
        let plan = try plan(
            """
            SELECT UCASE(page) AS p, COUNT(*) * 2 AS twice, COUNT(*) + COUNT(referrer) AS sum, AS_VALUE(page) AS copy
            FROM page_views v GROUP BY v.page HAVING COUNT(*) > 1 AND page <> 'x' EMIT CHANGES;
            """)
        #expect(plan.aggregation?.calls.count == 2)
        var log = ProcessingLog()
        let row = Row([.string("a"), .bigint(5), .bigint(3), .null, .null])
        let values = plan.output.map { CompiledExpression($0.expression).value(row, &log) }
        #expect(values == [.string("A"), .bigint(10), .bigint(8), .string("a")])
        #expect(plan.having.map { CompiledExpression($0.expression).holds(row, &log) } == true)
    }

    @Test("pull queries find the keys and windows they are about")
    func pull() throws {
        let plan = try plan(
            """
            SELECT * FROM page_views_per_minute WHERE page IN ('/a', '/b') AND WINDOWSTART >= '2026-11-21T00:00:00'
            AND WINDOWSTART < 1795219260000 AND view_count > 1;
            """)
        guard case .pull(let lookup) = plan.mode else { throw EvaluationFailure(reason: "no pull query") }
        #expect(lookup.keys == [[.string("/a")], [.string("/b")]])
        #expect(lookup.windowStart == 1_795_219_200_000...1_795_219_259_999)
        #expect(
            plan.output.map(\.name) == [
                "PAGE", "WINDOWSTART", "WINDOWEND", "VIEW_COUNT", "UNIQUE_USERS", "WINDOW_START", "WINDOW_END",
            ])
        guard case .pull(let all) = try self.all.mode else { throw EvaluationFailure(reason: "no pull query") }
        #expect(all.keys == nil)
    }

    private var all: QueryPlan {
        get throws { try plan("SELECT page FROM page_views_per_minute WHERE page = '/a' OR view_count > 5;") }
    }

    @Test("windowed rows keep their bounds as columns in later queries")
    func windowedSource() throws {
        let plan = try plan(
            "SELECT page, WINDOWSTART, view_count FROM page_views_per_minute WHERE WINDOWEND > 5 EMIT CHANGES;")
        #expect(plan.result == .table && plan.source.window == .time(size: 60_000))
    }

    @Test(
        "errors point at their place and suggest the nearest name",
        arguments: [
            ("SELECT paeg FROM page_views EMIT CHANGES;", 8, "no column is called PAEG", "PAGE"),
            ("SELECT page FROM page_vews EMIT CHANGES;", 18, "no stream or table is called PAGE_VEWS", "PAGE_VIEWS"),
            ("SELECT x.page FROM page_views EMIT CHANGES;", 8, "no source is called X", "PAGE_VIEWS"),
            ("SELECT page_views.page FROM page_views v EMIT CHANGES;", 8, "no source is called PAGE_VIEWS", "V"),
            ("SELECT CONT(*) FROM page_views EMIT CHANGES;", 8, "no function is called CONT", "COUNT"),
            ("SELECT COUNTT(page) FROM page_views EMIT CHANGES;", 8, "no function is called COUNTT", "COUNT"),
            (
                "SELECT page, COUNT(*) FROM page_views EMIT CHANGES;", 1,
                "aggregate functions, WINDOW and HAVING need a GROUP BY", nil
            ),
            (
                "SELECT user_id, COUNT(*) FROM page_views GROUP BY page EMIT CHANGES;", 8,
                "USER_ID must stand in GROUP BY or inside an aggregate function", nil
            ),
            (
                "SELECT page FROM page_views GROUP BY page EMIT CHANGES;", 38,
                "GROUP BY needs an aggregate function in SELECT or HAVING", nil
            ),
            (
                "SELECT page, COUNT(*) FROM page_views WHERE COUNT(*) > 1 GROUP BY page EMIT CHANGES;", 45,
                "COUNT is an aggregate function: it stands in SELECT or HAVING, and not inside another", nil
            ),
            (
                "SELECT page, SUM(COUNT(*)) FROM page_views GROUP BY page EMIT CHANGES;", 18,
                "COUNT is an aggregate function: it stands in SELECT or HAVING, and not inside another", nil
            ),
            (
                "SELECT page, WINDOWSTART, COUNT(*) FROM page_views GROUP BY page EMIT CHANGES;", 14,
                "WINDOWSTART is there only where rows have windows", nil
            ),
            (
                "SELECT page, COUNT(*) FROM page_views WINDOW TUMBLING (SIZE 1 DAY) GROUP BY page HAVING WINDOWSTART > 1 EMIT CHANGES;",
                89,
                "WINDOWSTART can be used in SELECT only, not in HAVING", nil
            ),
            (
                "SELECT page, COUNT(*) FROM page_views WINDOW TUMBLING (SIZE 1 DAY) WHERE WINDOWEND > 1 GROUP BY page EMIT CHANGES;",
                74,
                "WINDOWEND can be used in the SELECT of a windowed aggregation only, outside of aggregates", nil
            ),
            (
                "SELECT page, MAX(WINDOWEND) FROM page_views WINDOW TUMBLING (SIZE 1 DAY) GROUP BY page EMIT CHANGES;",
                18,
                "WINDOWEND can be used in the SELECT of a windowed aggregation only, outside of aggregates", nil
            ),
            (
                "SELECT page FROM page_views EMIT FINAL;", 1,
                "EMIT FINAL needs a WINDOW and GROUP BY: nothing else is ever final", nil
            ),
            (
                "SELECT page, COUNT(*) FROM page_views GROUP BY page EMIT FINAL;", 1,
                "EMIT FINAL needs a WINDOW: without one nothing is ever final", nil
            ),
            ("SELECT page FROM page_views WHERE page EMIT CHANGES;", 35, "WHERE must be BOOLEAN, and is VARCHAR", nil),
            (
                "SELECT page FROM page_views WHERE page = 1 EMIT CHANGES;", 42,
                "the sides of = mix VARCHAR and INTEGER", nil
            ),
            (
                "SELECT page + 1 FROM page_views EMIT CHANGES;", 8,
                "VARCHAR + INTEGER is not defined; CAST one of them", nil
            ),
            (
                "SELECT page[1] FROM page_views EMIT CHANGES;", 8, "[ ] reads an ARRAY or a MAP, and this is VARCHAR",
                nil
            ),
            ("SELECT SUM(page) FROM page_views GROUP BY page EMIT CHANGES;", 12, "SUM does not take VARCHAR", nil),
            (
                "SELECT TOPK(page) FROM page_views GROUP BY page EMIT CHANGES;", 8,
                "it is written TOPK(value, other values…, k)", nil
            ),
            (
                "SELECT * FROM page_views v JOIN page_views w ON v.page = w.page EMIT CHANGES;", 28,
                "joins are not supported yet: a query reads one stream or table", nil
            ),
            (
                "SELECT COUNT(*) FROM page_views_per_minute GROUP BY page EMIT CHANGES;", 53,
                "aggregating a TABLE is not supported: its rows replace one another and are no events", nil
            ),
            (
                "CREATE STREAM x AS SELECT page, COUNT(*) FROM page_views GROUP BY page;", 20,
                "the SELECT gives a TABLE; write CREATE TABLE … AS SELECT", nil
            ),
            (
                "CREATE TABLE x AS SELECT COUNT(*) AS n FROM page_views GROUP BY page;", 19,
                "the key PAGE is missing in SELECT", nil
            ),
            (
                "CREATE TABLE x AS SELECT page, page AS p, COUNT(*) AS n FROM page_views GROUP BY page;", 19,
                "the key PAGE is selected twice; copy it into the value with AS_VALUE(PAGE)", nil
            ),
            (
                "CREATE TABLE x AS SELECT page, user_id, COUNT(*) AS n FROM page_views GROUP BY page, user_id;", 14,
                "KEY_FORMAT: the KAFKA format holds a single column, and there are 2; take JSON or DELIMITED", nil
            ),
            (
                "CREATE TABLE x AS SELECT page, WINDOWSTART, COUNT(*) FROM page_views WINDOW TUMBLING (SIZE 1 DAY) GROUP BY page;",
                32,
                "WINDOWSTART is a reserved name; give the column another with AS", nil
            ),
            (
                "CREATE TABLE x AS SELECT page, COUNT(*) FROM page_views WINDOW HOPPING (SIZE 1 SECOND, ADVANCE BY 2 SECONDS) GROUP BY page;",
                57,
                "windows that advance by more than their size would leave records out", nil
            ),
            (
                "CREATE TABLE x AS SELECT page, COUNT(*) FROM page_views WINDOW TUMBLING (SIZE 0 SECONDS) GROUP BY page;",
                57, "the size of a window must be above 0", nil
            ),
            (
                "CREATE TABLE x AS SELECT page, COUNT(*) FROM page_views WINDOW TUMBLING (SIZE 1 DAY, RETENTION 1 HOUR) GROUP BY page;",
                57,
                "the retention must be at least size and grace, 1 d, and is 1 h", nil
            ),
            (
                "CREATE STREAM page_views (a INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');", 15,
                "a STREAM called PAGE_VIEWS is there already", nil
            ),
            (
                "CREATE STREAM x (a INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSN');", 61, "no format is called JSN",
                "JSON"
            ),
            (
                "CREATE STREAM x (a INT) WITH (KAFKA_TOPC='x', VALUE_FORMAT='JSON');", 31,
                "no property is called KAFKA_TOPC", "KAFKA_TOPIC"
            ),
            (
                "CREATE STREAM x (a INT, A INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');", 25,
                "two columns are called A", nil
            ),
            (
                "CREATE TABLE x (a INT KEY) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');", 17,
                "a TABLE's key is written PRIMARY KEY", nil
            ),
            (
                "CREATE TABLE x (a INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');", 14,
                "a TABLE needs a PRIMARY KEY", nil
            ),
            (
                "CREATE STREAM x (rowtime INT) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');", 18,
                "ROWTIME is a column that every source has already", nil
            ),
            (
                "CREATE STREAM x (t BOOLEAN) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', TIMESTAMP='t');", 83,
                "event time is BIGINT, TIMESTAMP or VARCHAR, and T is BOOLEAN", nil
            ),
            (
                "CREATE STREAM x (t VARCHAR) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', TIMESTAMP='t', TIMESTAMP_FORMAT='yyyy-MM-ddTHH');",
                105,
                "the pattern \"yyyy-MM-ddTHH\" has the letter T, which is not supported", nil
            ),
            ("INSERT INTO page_views (page, user_id) VALUES ('/a');", 1, "there are 2 columns and 1 values", nil),
            ("INSERT INTO page_views (pag) VALUES ('/a');", 25, "PAGE_VIEWS has no column called PAG", "PAGE"),
            ("TERMINATE CTAS_USER_SESIONS_2;", 11, "no query is called CTAS_USER_SESIONS_2", "CTAS_USER_SESSIONS_2"),
            (
                "DROP STREAM page_views;", 13,
                "PAGE_VIEWS is used by CTAS_CHECKOUT_FUNNEL_3, CTAS_PAGE_VIEWS_PER_MINUTE_1, CTAS_USER_SESSIONS_2; TERMINATE first",
                nil
            ),
            ("DROP STREAM user_sessions;", 13, "USER_SESSIONS is a TABLE", "DROP TABLE USER_SESSIONS"),
        ] as [(String, Int, String, String?)])
    func errors(text: String, column: Int, reason: String, suggestion: String?) throws {
        var catalog = try seededCatalog()
        let before = catalog
        let error = try #require(throws: StatementError.self) { try catalog.run(text) }
        #expect(error.reason == reason && error.place?.column == column && error.suggestion == suggestion, "\(error)")
        #expect(catalog == before)
    }
}

@Suite("The catalog")
struct CatalogTests {
    @Test("one failing statement of several leaves nothing behind")
    func allOrNothing() throws {
        var catalog = StatementCatalog()
        #expect(throws: StatementError.self) {
            try catalog.run(Seeds.pageViews + "SELECT nothing FROM page_views EMIT CHANGES;")
        }
        #expect(catalog.sources.isEmpty)
    }

    @Test("IF NOT EXISTS leaves what is there, OR REPLACE adds columns behind it and starts the query anew")
    func replacing() throws {
        var catalog = try seededCatalog()
        guard
            case .unchanged? = try catalog.run(
                "CREATE TABLE IF NOT EXISTS user_sessions AS SELECT page, COUNT(*) FROM page_views GROUP BY page;"
            ).first
        else { throw EvaluationFailure(reason: "it changed") }
        let more =
            "CREATE OR REPLACE TABLE user_sessions AS SELECT user_id, COUNT(*) AS pages_viewed, COLLECT_LIST(page) AS page_sequence, "
        let outcome = try catalog.run(
            more
                + "WINDOWSTART AS session_start, WINDOWEND AS session_end, MAX(page) AS last FROM page_views WINDOW SESSION (5 MINUTES) GROUP BY user_id;"
        )
        guard case .started(let query, replacing: "CTAS_USER_SESSIONS_2")? = outcome.first else {
            throw EvaluationFailure(reason: "not started")
        }
        #expect(catalog.queries["CTAS_USER_SESSIONS_2"] == nil && catalog.sources["USER_SESSIONS"]?.query == query.id)
        let error = try #require(throws: StatementError.self) {
            try catalog.run(
                "CREATE OR REPLACE TABLE user_sessions AS SELECT user_id, COUNT(*) AS n FROM page_views GROUP BY user_id;"
            )
        }
        #expect(error.reason.hasPrefix("a replacement keeps the columns"))
    }

    @Test("queries are paused, resumed, ended and go with the source they made")
    func queries() throws {
        var catalog = try seededCatalog()
        #expect(try catalog.run("PAUSE ctas_user_sessions_2;") == [.paused(["CTAS_USER_SESSIONS_2"])])
        #expect(catalog.queries["CTAS_USER_SESSIONS_2"]?.state == .paused)
        #expect(
            try catalog.run("RESUME ALL;").first
                == .resumed(["CTAS_CHECKOUT_FUNNEL_3", "CTAS_PAGE_VIEWS_PER_MINUTE_1", "CTAS_USER_SESSIONS_2"]))
        #expect(
            try catalog.run("DROP TABLE user_sessions DELETE TOPIC;")
                == [.dropped("USER_SESSIONS", terminated: ["CTAS_USER_SESSIONS_2"], deletingTopic: "USER_SESSIONS")])
        #expect(try catalog.run("TERMINATE ALL; DROP STREAM page_views;").count == 2)
        #expect(catalog.queries.isEmpty && Set(catalog.sources.keys) == ["CHECKOUT_FUNNEL", "PAGE_VIEWS_PER_MINUTE"])
    }

    @Test("INSERT INTO … VALUES gives the record's bytes")
    func inserting() throws {
        var catalog = try seededCatalog()
        let outcome = try catalog.run(
            "INSERT INTO page_views (ROWTIME, user_id, page, `TIMESTAMP`) VALUES ('2026-11-21T00:00:00', 'u' || '1', '/a \"b\"', NULL);"
        )
        guard case .insert(let record)? = outcome.first else { throw EvaluationFailure(reason: "no record") }
        #expect(record.topic == "page-views" && record.timestamp == 1_795_219_200_000)
        #expect(record.key.map { String(decoding: $0, as: UTF8.self) } == "u1")
        #expect(
            record.value.map { String(decoding: $0, as: UTF8.self) }
                == #"{"EVENT_ID":null,"EVENT_TYPE":null,"PAGE":"/a \"b\"","REFERRER":null,"TIMESTAMP":null}"#)
    }

    @Test("INSERT INTO … SELECT wants the target's columns")
    func insertSelect() throws {
        var catalog = try seededCatalog()
        _ = try catalog.run(
            "CREATE STREAM pages (user_id VARCHAR KEY, page VARCHAR) WITH (KAFKA_TOPIC='pages', PARTITIONS=1, VALUE_FORMAT='JSON');"
        )
        guard
            case .started(let query, nil)? = try catalog.run("INSERT INTO pages SELECT user_id, page FROM page_views;")
                .first
        else { throw EvaluationFailure(reason: "not started") }
        #expect(query.id == "INSERTQUERY_4" && query.plan.sink?.topic == "pages")
        #expect(throws: StatementError.self) {
            try catalog.run("INSERT INTO pages SELECT user_id, UCASE(page) AS p FROM page_views;")
        }
        #expect(throws: StatementError.self) {
            try catalog.run("INSERT INTO user_sessions SELECT user_id, page FROM page_views;")
        }
    }

    @Test("PARTITION BY makes a new key, or takes it away")
    func partitionBy() throws {
        var catalog = try seededCatalog()
        _ = try catalog.run("CREATE STREAM by_page AS SELECT page, user_id FROM page_views PARTITION BY page;")
        #expect(catalog.sources["BY_PAGE"]?.schema.key.map(\.name) == ["PAGE"])
        _ = try catalog.run("CREATE STREAM keyless AS SELECT page, user_id FROM page_views PARTITION BY NULL;")
        #expect(
            catalog.sources["KEYLESS"]?.schema.key == []
                && catalog.sources["KEYLESS"]?.keyFormat.kind == FormatKind.none)
    }

    @Test("what is listed and described is what there is")
    func showing() throws {
        var catalog = try seededCatalog()
        guard case .listing(let tables)? = try catalog.run("SHOW TABLES;").first,
            case .text(let text)? = try catalog.run("DESCRIBE user_sessions EXTENDED;").first
        else { throw EvaluationFailure(reason: "no listing") }
        #expect(tables.rows.map { $0[0] } == ["CHECKOUT_FUNNEL", "PAGE_VIEWS_PER_MINUTE", "USER_SESSIONS"])
        #expect(
            text.hasPrefix(
                """
                TABLE USER_SESSIONS

                USER_ID        VARCHAR         primary key
                WINDOWSTART    BIGINT          window
                WINDOWEND      BIGINT          window
                PAGES_VIEWED   BIGINT
                PAGE_SEQUENCE  ARRAY<VARCHAR>
                """))
        #expect(text.contains("written by    CTAS_USER_SESSIONS_2"))
        guard case .text(let function)? = try catalog.run("DESCRIBE FUNCTION len;").first else {
            throw EvaluationFailure(reason: "no text")
        }
        #expect(function.contains("LEN(VARCHAR) → INTEGER"))
    }
}
