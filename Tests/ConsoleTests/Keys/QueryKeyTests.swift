import Cluster
import Console
import ConsoleSamples
import LiveQueries
import Monitor
import Testing

@Suite("The queries screen")
struct QueryKeyTests {
    /// What was asked of whoever runs queries.
    private static func wishes(_ console: Fixture) -> [QueryWish] {
        console.effects.compactMap { if case .query(let wish) = $0 { wish } else { nil } }
    }

    private static func readOnly() -> Fixture {
        var snapshot = SampleData.snapshot()
        snapshot.capabilities.remove(.write)
        return Fixture(snapshot: snapshot)
    }

    @Test("5 lists the queries with how they get on, enter opens one, esc comes back")
    func list() {
        var console = Fixture(rows: 30, columns: 120)
        console.press("5")
        for words in ["CTAS_PAGE_VIEWS_PER_MINUTE_1", "● running", "‖ paused", "▲ stopped", "● push", "12M/256M"] {
            #expect(console.text.contains(words), "\(words)")
        }
        console.press("<enter>")
        #expect(console.state.pages == [.dashboard, .queries, .query("CTAS_PAGE_VIEWS_PER_MINUTE_1")])
        #expect(console.text.contains("column VIEWED_AT (WITH TIMESTAMP)"))
        #expect(console.text.contains("14:02:00–14:03:00"))
        console.press("<esc>")
        #expect(console.state.page == .queries)
    }

    @Test("a quiet query says that its windows wait for data, which partitions are idle, and what it could not read")
    func quiet() {
        var console = Fixture(rows: 40, columns: 120)
        console.press("5j<enter>")
        #expect(console.text.contains("ROWTIME"))
        #expect(console.text.contains("2,210 open, waiting for data"))
        #expect(console.text.contains("idle partitions 3, 7"))
        #expect(console.text.contains("clickstream-11 @ 98: column DURATION_MS: \"fast\" is no BIGINT"))
    }

    @Test("where no queries can be run the page says so, and no key pretends otherwise")
    func without() {
        var console = Fixture(board: nil)
        console.press("5")
        #expect(console.text.contains("No queries can be run from this console."))
        console.press("NDKpd")
        #expect(Self.wishes(console).isEmpty && console.state.page == .queries)
        console.feed(.queries(QueryBoard(problem: "the cluster is read by another Weir")))
        #expect(console.text.contains("▲ the cluster is read by another Weir"))
    }

    @Test("a board that comes while the screen is paused is shown when it goes on")
    func paused() {
        var console = Fixture()
        console.press("5 ")
        console.feed(.queries(QueryBoard()))
        #expect(console.text.contains("CTAS_BALANCES_7"))
        console.press(" ")
        #expect(!console.text.contains("CTAS_BALANCES_7"))
    }

    @Test("K pauses a query and lets one go on; on production it takes enter first")
    func pauseQuery() {
        var console = Fixture()
        console.press("5KjjK")
        #expect(
            Self.wishes(console) == [.act("PAUSE CTAS_PAGE_VIEWS_PER_MINUTE_1;"), .act("RESUME CSAS_BIG_ORDERS_5;")])
        var production = Fixture(settings: Settings(clusterName: "payments-eu", isProduction: true))
        production.press("5K")
        #expect(Self.wishes(production).isEmpty)
        production.press("<enter>")
        #expect(Self.wishes(production) == [.act("PAUSE CTAS_PAGE_VIEWS_PER_MINUTE_1;")])
    }

    @Test("D terminates a query once its name was typed, and a push query at once")
    func terminate() {
        var console = Fixture()
        console.press("5D<enter>CTAS<enter>")
        #expect(Self.wishes(console).isEmpty && console.text.contains("nothing was changed"))
        console.press("D<enter>CTAS_PAGE_VIEWS_PER_MINUTE_1<enter>")
        #expect(Self.wishes(console) == [.act("TERMINATE CTAS_PAGE_VIEWS_PER_MINUTE_1;")])
        console.press("jjjjD")
        #expect(Self.wishes(console).last == .close("transient_9"))
    }

    @Test("in read-only mode the keys that change queries are gone, and the prompt takes what only looks")
    func readOnlyMode() {
        var console = Self.readOnly()
        console.press("5")
        #expect(!console.text.contains("<N>") && !console.text.contains("<D>") && !console.text.contains("<K>"))
        console.press("NDK")
        #expect(Self.wishes(console).isEmpty && console.state.page == .queries)
        console.press(":sql<enter>CREATE STREAM x AS SELECT * FROM orders;<enter>")
        #expect(Self.wishes(console).isEmpty)
        #expect(console.text.contains("read-only: nothing can be changed from here"))
        console.press("<ctrl-u>SHOW STREAMS;<enter>")
        #expect(Self.wishes(console).count == 1 && console.text.contains("PAGE_VIEWS"))
    }

    @Test("the past has no queries, and nothing of them can be changed from there")
    func rewound() {
        var console = Fixture()
        console.timeline = RewindTests.kept
        console.press("<")
        console.press("5NDK")
        #expect(console.state.isRewound && Self.wishes(console).isEmpty)
        #expect(console.text.contains("not kept"))
    }

    @Test("d explains a query and describes a stream")
    func explain() {
        var console = Fixture()
        console.press("5d")
        #expect(console.text.contains("in windows of 1 minute"))
        console.press("<esc><tab>d")
        #expect(
            Self.wishes(console)
                == [.describe("EXPLAIN CTAS_PAGE_VIEWS_PER_MINUTE_1;"), .describe("DESCRIBE PAGE_VIEWS EXTENDED;")])
    }

    @Test("a result can be filtered, sorted, copied and written to a file as other lists")
    func resultList() throws {
        var console = Fixture(rows: 40, columns: 120)
        console.press("5<enter>/checkout<enter>")
        #expect(console.text.contains("3 of 24 rows"))
        console.press("y")
        let copied = console.effects.compactMap { if case .copy(let text) = $0 { text } else { nil } }
        #expect(copied == ["2026-11-21T14:02:00.000Z/2026-11-21T14:03:00.000Z\t/checkout\t2007"])
        console.press("<esc>sss")
        #expect(console.text.contains("sort: views ↓"))
        console.press("e<enter>")
        let jobs = console.effects.compactMap { if case .export(let job) = $0 { job } else { nil } }
        guard case .table(let rows) = try #require(jobs.last).contents else {
            Issue.record("no table")
            return
        }
        #expect(rows.count == 25 && rows[0] == ["WINDOW", "PAGE", "VIEWS"] && rows[1].last == "4000")
    }

    @Test("what the selected row has no cells for stands below, and the cursor keeps its row while others come")
    func longRow() throws {
        var board = SampleQueries.board()
        let pages = (0..<60).map { "/page/\($0)" }.joined(separator: ", ")
        board.queries[4].result.rows[1].values = ["[\(pages)]", "7"]
        var console = Fixture(rows: 40, columns: 100, board: board)
        console.press("5jjjj<enter>")
        #expect(!console.text.contains("PAGE: [/page/0"))
        console.press("j")
        #expect(console.text.contains("PAGE: [/page/0, /page/1"))
        let new = QueryResult.Row(values: ["/new", "1"], timestamp: SampleData.now + 10)
        board.queries[4].result.rows.insert(new, at: 0)
        console.feed(.queries(board))
        #expect(console.text.contains("/new") && console.text.contains("PAGE: [/page/0, /page/1"))
    }

    // MARK: - Push queries and pins

    @Test("a push query opens its page, and ends when that is left")
    func pushQuery() {
        var console = Fixture()
        console.press("5NSELECT * FROM page_views EMIT CHANGES;<enter>")
        #expect(console.state.page == .query("transient_9"))
        console.press("d<esc>")
        #expect(!Self.wishes(console).contains(.close("transient_9")), "a look at its explanation does not leave it")
        console.press("<esc>")
        #expect(console.state.page == .statement)
        #expect(Self.wishes(console).last == .close("transient_9"))
    }

    @Test("a pinned push query goes on until it is taken off or the console ends")
    func pinnedPush() {
        var console = Fixture()
        console.press("5NSELECT * FROM page_views EMIT CHANGES;<enter>p1")
        #expect(console.text.contains("transient_9") && !Self.wishes(console).contains(.close("transient_9")))
        #expect(
            console.state.kept.pins == [
                PinnedQuery(id: "transient_9", statement: SampleQueries.board().queries[4].statement)
            ])
        var leaving = console
        leaving.press("q")
        leaving.feed(.arrived(.clients(0)))
        #expect(Self.wishes(leaving).last == .close("transient_9"))
        console.press("<tab><tab><tab>p")
        #expect(Self.wishes(console).last == .close("transient_9") && console.state.kept.pins.isEmpty)
    }

    @Test("pinned results stand on the dashboard, tab reaches them and enter opens them; they are kept")
    func pins() throws {
        var console = Fixture(rows: 40, columns: 120)
        console.press("5pjp1<tab><tab><tab>")
        #expect(console.text.contains("CTAS_PAGE_VIEWS_PER_MINUTE_1") && console.text.contains("CTAS_USER_SESSIONS_3"))
        console.press("<enter>")
        #expect(console.state.page == .query("CTAS_PAGE_VIEWS_PER_MINUTE_1"))
        let kept = console.effects.compactMap { if case .keep(let kept) = $0 { kept } else { nil } }
        let settings = try SettingsFile.settings(SettingsFile.text(try #require(kept.last)))
        #expect(settings.pins.map(\.id) == ["CTAS_PAGE_VIEWS_PER_MINUTE_1", "CTAS_USER_SESSIONS_3"])
        for (rows, columns) in [(24, 80), (8, 40)] {
            console.feed(.resized(Size(rows: rows, columns: columns)))
            console.press("1")
            #expect(console.text.contains("CTAS_P"), "\(columns)x\(rows)")
        }
    }

    @Test("a pinned push query is started again with the next console")
    func restartedPin() {
        var console = Fixture(board: nil)
        let old = PinnedQuery(id: "transient_4", statement: "SELECT * FROM page_views EMIT CHANGES;")
        console.state.kept = KeptSettings(pins: [old, PinnedQuery(id: "CTAS_BALANCES_7")])
        console.feed(.queries(SampleQueries.board()))
        #expect(Self.wishes(console) == [.restart(old)])
        #expect(console.state.kept.pins.map(\.id) == ["transient_9", "CTAS_BALANCES_7"])
        console.feed(.queries(SampleQueries.board()))
        #expect(Self.wishes(console).count == 1)
    }
}
