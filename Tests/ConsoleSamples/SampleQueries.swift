package import LiveQueries

/// Live queries over the sample cluster's topics.
package enum SampleQueries {
    /// A board with a query of every standing.
    package static func board() -> QueryBoard {
        QueryBoard(
            queries: [pageViews(), sessions(), bigOrders(), balances(), push()],
            sources: [
                QuerySource(
                    name: "PAGE_VIEWS", kind: "STREAM", topic: "clickstream",
                    columns: [
                        key("USER_ID", "VARCHAR"), column("PAGE", "VARCHAR"), column("DURATION_MS", "BIGINT"),
                        column("VIEWED_AT", "BIGINT"),
                    ]),
                QuerySource(
                    name: "ORDERS", kind: "STREAM", topic: "orders",
                    columns: [key("ID", "VARCHAR"), column("TOTAL", "DECIMAL(10, 2)"), column("CUR", "VARCHAR")]),
                QuerySource(
                    name: "PAGE_VIEWS_PER_MINUTE", kind: "TABLE", topic: "PAGE_VIEWS_PER_MINUTE",
                    columns: [key("PAGE", "VARCHAR"), column("VIEWS", "BIGINT")]),
            ])
    }

    private static let views = (name: "PAGE_VIEWS", topic: "clickstream")
    private static let orders = (name: "ORDERS", topic: "orders")

    /// A query over a stream; without a sink a push query.
    ///
    /// - Parameter behind: How far behind the present its event time is, milliseconds.
    private static func query(
        _ id: String, _ statement: String, _ state: QueryFigures.State = .running,
        over source: (name: String, topic: String), into sink: String? = nil, behind: Int64
    ) -> QueryFigures {
        var it = QueryFigures(
            id: id, isTransient: sink == nil, statement: statement, state: state, source: source.name,
            sourceTopic: source.topic, sink: sink, sinkTopic: sink)
        it.budgetBytes = 268_435_456
        it.streamTime = SampleData.now - behind
        return it
    }

    private static func key(_ name: String, _ type: String) -> QueryColumn {
        QueryColumn(name: name, type: type, isKey: true)
    }

    private static func column(_ name: String, _ type: String) -> QueryColumn {
        QueryColumn(name: name, type: type, isKey: false)
    }

    /// Counts in windows of a minute: all is well.
    static func pageViews() -> QueryFigures {
        var it = query(
            "CTAS_PAGE_VIEWS_PER_MINUTE_1",
            "CREATE TABLE PAGE_VIEWS_PER_MINUTE AS SELECT PAGE, COUNT(*) AS VIEWS FROM PAGE_VIEWS "
                + "WINDOW TUMBLING (SIZE 1 MINUTES) GROUP BY PAGE EMIT CHANGES;",
            over: views, into: "PAGE_VIEWS_PER_MINUTE", behind: 2000)
        it.timestampColumn = "VIEWED_AT"
        it.recordsIn = 1_204_331
        it.rowsOut = 88_120
        it.recordsInPerSecond = 3900
        it.rowsOutPerSecond = 24
        it.lag = 1204
        it.late = 12
        it.stateBytes = 12_582_912
        it.openWindows = 8
        it.committedAt = SampleData.now - 1000
        it.result = viewResult()
        return it
    }

    private static func viewResult() -> QueryResult {
        let minute: Int64 = 60_000
        let current = (SampleData.now / minute) * minute
        let pages = ["/", "/checkout", "/product/A-119", "/search", "/cart", "/login", "/product/K-7", "/help"]
        var rows: [QueryResult.Row] = []
        for back in 0..<3 {
            let start = current - Int64(back) * minute
            for (index, page) in pages.enumerated() {
                let views = 4000 / (index + 1) + index * 7 - back * 13
                let course = SampleData.wave(0, Double(views), count: 16, period: 40, phase: index)
                rows.append(
                    QueryResult.Row(
                        window: start...(start + minute), values: [page, "\(views)"],
                        timestamp: min(SampleData.now, start + minute), recent: course))
            }
        }
        return QueryResult(
            columns: [key("PAGE", "VARCHAR"), column("VIEWS", "BIGINT")], rows: rows, count: 11_520)
    }

    /// Sessions whose records have stopped: windows stay open.
    static func sessions() -> QueryFigures {
        var it = query(
            "CTAS_USER_SESSIONS_3",
            "CREATE TABLE USER_SESSIONS AS SELECT USER_ID, COUNT(*) AS VIEWS FROM PAGE_VIEWS "
                + "WINDOW SESSION (30 MINUTES) GROUP BY USER_ID EMIT FINAL;",
            over: views, into: "USER_SESSIONS", behind: 1_320_000)
        it.recordsIn = 40_220
        it.recordsInPerSecond = 0
        it.rowsOutPerSecond = 0
        it.lag = 0
        it.failures = 3
        it.failureSamples = [
            "clickstream-3 @ 1207: value: at byte 14: no JSON value stands here",
            "clickstream-11 @ 98: column DURATION_MS: \"fast\" is no BIGINT",
            "clickstream-3 @ 1188: value: at byte 0: no JSON value stands here",
        ]
        it.stateBytes = 232_783_872
        it.openWindows = 2210
        it.idlePartitions = [3, 7]
        it.committedAt = SampleData.now - 1_318_000
        it.result = QueryResult(
            columns: [key("USER_ID", "VARCHAR"), column("VIEWS", "BIGINT")])
        return it
    }

    /// Rows one after another, paused.
    static func bigOrders() -> QueryFigures {
        var it = query(
            "CSAS_BIG_ORDERS_5", "CREATE STREAM BIG_ORDERS AS SELECT * FROM ORDERS WHERE TOTAL > 100 EMIT CHANGES;",
            .paused, over: orders, into: "BIG_ORDERS", behind: 61_000)
        it.sinkTopic = "big-orders"
        it.recordsIn = 9120
        it.rowsOut = 310
        it.lag = 84_012
        it.result = QueryResult(
            columns: [key("ID", "VARCHAR"), column("TOTAL", "DECIMAL(10, 2)"), column("CUR", "VARCHAR")],
            rows: [
                QueryResult.Row(values: ["us-88129", "220.15", "USD"], timestamp: SampleData.now - 61_000),
                QueryResult.Row(values: ["us-88101", "118.00", nil], timestamp: SampleData.now - 63_000),
            ], count: 310)
        return it
    }

    /// A state that outgrew its budget.
    static func balances() -> QueryFigures {
        var it = query(
            "CTAS_BALANCES_7",
            "CREATE TABLE BALANCES AS SELECT ID, SUM(TOTAL) AS BALANCE FROM ORDERS GROUP BY ID EMIT CHANGES;",
            .stopped("its state came to its budget of 256 MiB; raise state.budget.bytes and RESUME it"),
            over: orders, into: "BALANCES", behind: 122_000)
        it.recordsIn = 2_114_900
        it.rowsOut = 1_004_118
        it.lag = 121_004
        it.stateBytes = 268_435_456
        it.result = QueryResult(
            columns: [key("ID", "VARCHAR"), column("BALANCE", "DECIMAL(10, 2)")],
            rows: [
                QueryResult.Row(
                    values: ["us-88129", "220.15"], timestamp: SampleData.now - 122_000, recent: [100, 180, 220])
            ], count: 1)
        return it
    }

    /// A push query of this console.
    static func push(_ id: String = "transient_9") -> QueryFigures {
        var it = query(id, "SELECT PAGE, DURATION_MS FROM PAGE_VIEWS EMIT CHANGES;", over: views, behind: 400)
        it.recordsIn = 410
        it.rowsOut = 410
        it.recordsInPerSecond = 3890
        it.rowsOutPerSecond = 3890
        it.lag = 3
        it.result = QueryResult(
            columns: [column("PAGE", "VARCHAR"), column("DURATION_MS", "BIGINT")],
            rows: (0..<30).map { index in
                QueryResult.Row(
                    values: ["/product/\(index % 7)", index % 9 == 4 ? nil : "\(120 + index * 31)"],
                    timestamp: SampleData.now - Int64(index) * 40)
            }, count: 410)
        return it
    }

    /// What statements are answered, by their first words.
    package static func answers(_ statements: String) -> [StatementAnswer] {
        let text = statements.uppercased()
        if text.hasPrefix("SHOW") {
            return [
                .table(
                    titles: ["Stream name", "Topic", "Format"],
                    rows: [["ORDERS", "orders", "JSON"], ["PAGE_VIEWS", "clickstream", "JSON"]])
            ]
        }
        if text.hasPrefix("EXPLAIN") || text.hasPrefix("DESCRIBE") {
            return [
                .text(
                    "CTAS_PAGE_VIEWS_PER_MINUTE_1\n  reads   PAGE_VIEWS (topic clickstream, JSON)\n"
                        + "  groups  by PAGE in windows of 1 minute, grace 1 day\n  writes  PAGE_VIEWS_PER_MINUTE"
                )
            ]
        }
        if text.hasPrefix("SELECT") {
            return text.contains("EMIT") ? [.started("transient_9")] : [.failed(Self.misspelt)]
        }
        if text.hasPrefix("PAUSE") || text.hasPrefix("RESUME") || text.hasPrefix("TERMINATE") {
            return [.done("query \(text.split(separator: " ").last?.dropLast() ?? "") is told")]
        }
        if text.hasPrefix("CREATE") { return [.done("stream X is created"), .failed(Self.misspelt)] }
        return [.failed("line 1, column 1: no statement begins so (at \"\(statements.prefix(12))\")")]
    }

    private static let misspelt = "line 2, column 8: no column is called PAEG (at \"PAEG\"); did you mean PAGE?"
}
