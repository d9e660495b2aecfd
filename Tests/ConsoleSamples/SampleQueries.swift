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
                        QueryColumn(name: "USER_ID", type: "VARCHAR", isKey: true),
                        QueryColumn(name: "PAGE", type: "VARCHAR", isKey: false),
                        QueryColumn(name: "DURATION_MS", type: "BIGINT", isKey: false),
                        QueryColumn(name: "VIEWED_AT", type: "BIGINT", isKey: false),
                    ]),
                QuerySource(
                    name: "ORDERS", kind: "STREAM", topic: "orders",
                    columns: [
                        QueryColumn(name: "ID", type: "VARCHAR", isKey: true),
                        QueryColumn(name: "TOTAL", type: "DECIMAL(10, 2)", isKey: false),
                        QueryColumn(name: "CUR", type: "VARCHAR", isKey: false),
                    ]),
                QuerySource(
                    name: "PAGE_VIEWS_PER_MINUTE", kind: "TABLE", topic: "PAGE_VIEWS_PER_MINUTE",
                    columns: [
                        QueryColumn(name: "PAGE", type: "VARCHAR", isKey: true),
                        QueryColumn(name: "VIEWS", type: "BIGINT", isKey: false),
                    ]),
            ])
    }

    /// Counts in windows of a minute: all is well.
    static func pageViews() -> QueryFigures {
        var it = QueryFigures(
            id: "CTAS_PAGE_VIEWS_PER_MINUTE_1", isTransient: false,
            statement:
                "CREATE TABLE PAGE_VIEWS_PER_MINUTE AS SELECT PAGE, COUNT(*) AS VIEWS FROM PAGE_VIEWS "
                + "WINDOW TUMBLING (SIZE 1 MINUTES) GROUP BY PAGE EMIT CHANGES;",
            state: .running, source: "PAGE_VIEWS", sourceTopic: "clickstream", sink: "PAGE_VIEWS_PER_MINUTE",
            sinkTopic: "PAGE_VIEWS_PER_MINUTE")
        it.timestampColumn = "VIEWED_AT"
        it.recordsIn = 1_204_331
        it.rowsOut = 88_120
        it.recordsInPerSecond = 3900
        it.rowsOutPerSecond = 24
        it.lag = 1204
        it.late = 12
        it.stateBytes = 12_582_912
        it.budgetBytes = 268_435_456
        it.streamTime = SampleData.now - 2000
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
            columns: [
                QueryColumn(name: "PAGE", type: "VARCHAR", isKey: true),
                QueryColumn(name: "VIEWS", type: "BIGINT", isKey: false),
            ], rows: rows, count: 11_520)
    }

    /// Sessions whose records have stopped: windows stay open.
    static func sessions() -> QueryFigures {
        var it = QueryFigures(
            id: "CTAS_USER_SESSIONS_3", isTransient: false,
            statement:
                "CREATE TABLE USER_SESSIONS AS SELECT USER_ID, COUNT(*) AS VIEWS FROM PAGE_VIEWS "
                + "WINDOW SESSION (30 MINUTES) GROUP BY USER_ID EMIT FINAL;",
            state: .running, source: "PAGE_VIEWS", sourceTopic: "clickstream", sink: "USER_SESSIONS",
            sinkTopic: "USER_SESSIONS")
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
        it.budgetBytes = 268_435_456
        it.streamTime = SampleData.now - 1_320_000
        it.openWindows = 2210
        it.idlePartitions = [3, 7]
        it.committedAt = SampleData.now - 1_318_000
        it.result = QueryResult(
            columns: [
                QueryColumn(name: "USER_ID", type: "VARCHAR", isKey: true),
                QueryColumn(name: "VIEWS", type: "BIGINT", isKey: false),
            ])
        return it
    }

    /// Rows one after another, paused.
    static func bigOrders() -> QueryFigures {
        var it = QueryFigures(
            id: "CSAS_BIG_ORDERS_5", isTransient: false,
            statement: "CREATE STREAM BIG_ORDERS AS SELECT * FROM ORDERS WHERE TOTAL > 100 EMIT CHANGES;",
            state: .paused, source: "ORDERS", sourceTopic: "orders", sink: "BIG_ORDERS", sinkTopic: "big-orders")
        it.recordsIn = 9120
        it.rowsOut = 310
        it.lag = 84_012
        it.budgetBytes = 268_435_456
        it.streamTime = SampleData.now - 61_000
        it.result = QueryResult(
            columns: [
                QueryColumn(name: "ID", type: "VARCHAR", isKey: true),
                QueryColumn(name: "TOTAL", type: "DECIMAL(10, 2)", isKey: false),
                QueryColumn(name: "CUR", type: "VARCHAR", isKey: false),
            ],
            rows: [
                QueryResult.Row(values: ["us-88129", "220.15", "USD"], timestamp: SampleData.now - 61_000),
                QueryResult.Row(values: ["us-88101", "118.00", nil], timestamp: SampleData.now - 63_000),
            ], count: 310)
        return it
    }

    /// A state that outgrew its budget.
    static func balances() -> QueryFigures {
        var it = QueryFigures(
            id: "CTAS_BALANCES_7", isTransient: false,
            statement:
                "CREATE TABLE BALANCES AS SELECT ID, SUM(TOTAL) AS BALANCE FROM ORDERS GROUP BY ID EMIT CHANGES;",
            state: .stopped("its state came to its budget of 256 MiB; raise state.budget.bytes and RESUME it"),
            source: "ORDERS", sourceTopic: "orders", sink: "BALANCES", sinkTopic: "BALANCES")
        it.recordsIn = 2_114_900
        it.rowsOut = 1_004_118
        it.lag = 121_004
        it.stateBytes = 268_435_456
        it.budgetBytes = 268_435_456
        it.streamTime = SampleData.now - 122_000
        it.result = QueryResult(
            columns: [
                QueryColumn(name: "ID", type: "VARCHAR", isKey: true),
                QueryColumn(name: "BALANCE", type: "DECIMAL(10, 2)", isKey: false),
            ],
            rows: [
                QueryResult.Row(
                    values: ["us-88129", "220.15"], timestamp: SampleData.now - 122_000, recent: [100, 180, 220])
            ], count: 1)
        return it
    }

    /// A push query of this console.
    static func push(_ id: String = "transient_9") -> QueryFigures {
        var it = QueryFigures(
            id: id, isTransient: true, statement: "SELECT PAGE, DURATION_MS FROM PAGE_VIEWS EMIT CHANGES;",
            state: .running, source: "PAGE_VIEWS", sourceTopic: "clickstream")
        it.recordsIn = 410
        it.rowsOut = 410
        it.recordsInPerSecond = 3890
        it.rowsOutPerSecond = 3890
        it.lag = 3
        it.budgetBytes = 268_435_456
        it.streamTime = SampleData.now - 400
        it.result = QueryResult(
            columns: [
                QueryColumn(name: "PAGE", type: "VARCHAR", isKey: false),
                QueryColumn(name: "DURATION_MS", type: "BIGINT", isKey: false),
            ],
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
