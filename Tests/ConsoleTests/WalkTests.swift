import AlertRules
import Cluster
import Console
import ConsoleSamples
import LiveQueries
import Monitor
import MonitorScript
import SeededNumbers
import Testing

@Suite("Random use")
struct WalkTests {
    private static let keys: [Key] =
        "jkgGsS/:!?. tfo@xwyrcCKdm1234567qabz0-:!<>,,[]]ievhhRU=pnNDXEllbPPtu\".&|~".unicodeScalars.map {
            Key.character($0)
        } + [
            .enter, .enter, .enter, .escape, .tab, .backTab, .up, .down, .pageUp, .pageDown, .home, .end, .backspace,
            .control("u"),
        ]

    private static let pastes = [
        "", "orders", "-2h", "yesterday 14:00", "2026-03-29 02:30", "tz Europe/Berlin", "a\u{1b}[2Jb\n\tc\u{202e}",
        String(repeating: "長", count: 300), "99999999999999999999", ".total > 100 && .cur == \"EUR\"", "-",
        "SELECT PAGE,\n  COUNT(*) FROM page_views\n  EMIT CHANGES;", "SHOW TOPICS;", "SELECT '",
    ]
    private static let pages = [
        "dashboard", "topics", "partitions", "topic orders", "configuration orders", "groups", "group fraud-scorer",
        "alerts", "broker", "transactions", "connections", "changes", "audit", "tail orders",
        "compaction", "statistics", "search", "queries", "sql", "query CTAS_PAGE_VIEWS_PER_MINUTE_1",
        "query CTAS_USER_SESSIONS_3", "tz Asia/Kathmandu",
        "theme nord", "theme reload", "tz nowhere", "goto 14:02", "columns", "export", "faults",
    ]

    @Test("random keys, sizes and data never trap, never draw outside and always say where one is", arguments: 1...12)
    func walk(seed: Int) {
        print("seed", seed)
        var random = SeededGenerator(seed: UInt64(seed) &* 7919)
        var console = Fixture(rows: 24, columns: 80)
        console.timeline = RewindTests.kept
        console.state.settings.hasMouse = true
        for step in 0..<400 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                let size = Size(
                    rows: Int.random(in: 1...70, using: &random), columns: Int.random(in: 1...210, using: &random))
                console.feed(.resized(size))
            case 1: console.feed(.snapshot(Self.shaken(step, &random)))
            case 6: console.feed(.queries(Self.shakenBoard(&random)))
            case 2: console.feed(.arrived(.clients(Int.random(in: 0...2, using: &random))))
            case 3: console.feed(.paste(Self.pastes.randomElement(using: &random) ?? ""))
            case 4:
                let (row, column) = (Int.random(in: 0..<80, using: &random), Int.random(in: 0..<220, using: &random))
                let turn = Bool.random(using: &random) ? 1 : -1
                console.feed(
                    .mouse(
                        Bool.random(using: &random)
                            ? .press(row: row, column: column) : .wheel(turn, row: row, column: column)))
            case 5:
                // Every kind of page is reached, about things that are there.
                let page = Self.pages.randomElement(using: &random) ?? "dashboard"
                if console.state.dialog == nil, console.state.prompt == nil {
                    console.feed(.key(":"))
                    console.feed(.paste(page))
                    console.feed(.key(.enter))
                }
            default: console.feed(.key(Self.keys.randomElement(using: &random) ?? .enter))
            }
            let glyphs = GlyphSet.allCases.randomElement(using: &random) ?? .braille
            let grid = render(console.state, theme: Fixture.theme, glyphs: glyphs)
            #expect(grid.size == console.state.size)
            #expect(grid.cells.count == grid.size.rows * grid.size.columns)
            for row in 0..<grid.size.rows where grid.row(row).reduce(0, { $0 + Int($1.width) }) != grid.size.columns {
                Issue.record("row \(row) has holes at step \(step)")
            }
            #expect(!console.state.pages.isEmpty && console.state.pages.count <= 17)
            if grid.size.rows >= 8, grid.size.columns >= 40, console.state.prompt == nil {
                #expect(grid.text.contains(glyphs == .ascii ? "<" : "‹"))
            }
        }
    }

    /// Queries gone, unknown, extreme.
    private static func shakenBoard(_ random: inout SeededGenerator) -> QueryBoard {
        var board = SampleQueries.board()
        if Int.random(in: 0..<10, using: &random) == 0 { board.problem = "nobody runs them" }
        board.queries.removeAll { _ in Int.random(in: 0..<5, using: &random) == 0 }
        let states: [QueryFigures.State] = [.running, .paused, .restoring(.nan), .restoring(7), .stopped("why\u{1b}")]
        for index in board.queries.indices where Bool.random(using: &random) {
            board.queries[index].state = states.randomElement(using: &random) ?? .running
            board.queries[index].lag = [nil, .max, -1].randomElement(using: &random) ?? nil
            board.queries[index].recordsInPerSecond = [nil, .nan, 1e300, -1].randomElement(using: &random) ?? nil
            board.queries[index].streamTime = [nil, .min, .max].randomElement(using: &random) ?? nil
            board.queries[index].committedAt = [nil, .min, .max].randomElement(using: &random) ?? nil
            board.queries[index].stateBytes = [0, .max, .min].randomElement(using: &random) ?? 0
            board.queries[index].budgetBytes = [0, 1, .max].randomElement(using: &random) ?? 0
            board.queries[index].openWindows = [0, 1, .max].randomElement(using: &random) ?? 0
            board.queries[index].idlePartitions = Array(0..<Int32.random(in: 0...40, using: &random))
            board.queries[index].result.rows.removeAll { _ in Bool.random(using: &random) }
            for row in board.queries[index].result.rows.indices where Int.random(in: 0..<4, using: &random) == 0 {
                board.queries[index].result.rows[row].values =
                    [[nil], [], ["長\u{1b}[2J", "x"]].randomElement(using: &random) ?? []
                board.queries[index].result.rows[row].recent = [.nan, .infinity, -1, 1e308]
                board.queries[index].result.rows[row].window = (.min)...(.max)
                board.queries[index].result.rows[row].timestamp = .min
            }
            if Bool.random(using: &random) { board.queries[index].failureSamples = [] }
        }
        return board
    }

    /// Transactions and connections gone, unknown, extreme.
    private static func shakeService(_ snapshot: inout Snapshot, _ random: inout SeededGenerator) {
        if Int.random(in: 0..<4, using: &random) == 0 { snapshot.service = nil }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let boards = [nil, TransactionBoard(problem: "no answer", isTold: false), TransactionBoard()]
            snapshot.transactions = boards.randomElement(using: &random) ?? nil
        }
        let numbers: [Int64?] = [nil, 0, .min, .max]
        for index in snapshot.transactions?.rows.indices ?? 0..<0 where Bool.random(using: &random) {
            snapshot.transactions?.rows[index].ageMilliseconds = numbers.randomElement(using: &random) ?? nil
            snapshot.transactions?.rows[index].timeoutMilliseconds = numbers.randomElement(using: &random) ?? nil
            snapshot.transactions?.rows[index].startedAt = numbers.randomElement(using: &random) ?? nil
            snapshot.transactions?.rows[index].standing =
                [.hanging, .unclaimed, .known(.prepareEpochFence), .known(.ongoing)].randomElement(using: &random)
                ?? .hanging
            if Bool.random(using: &random) { snapshot.transactions?.rows[index].partitions = nil }
        }
        let rates: [Double?] = [nil, .nan, .infinity, -1, 1e300]
        for index in snapshot.service?.requests.indices ?? 0..<0 where Bool.random(using: &random) {
            snapshot.service?.requests[index].p99Milliseconds = rates.randomElement(using: &random) ?? nil
            snapshot.service?.requests[index].perSecond = rates.randomElement(using: &random) ?? nil
            snapshot.service?.connections[index].requestsPerSecond = rates.randomElement(using: &random) ?? nil
            snapshot.service?.connections[index].description.idleMilliseconds =
                (numbers.randomElement(using: &random) ?? nil) ?? 5
        }
        if Bool.random(using: &random) { snapshot.service?.listeners[0].certificateExpiresAt = .min }
        snapshot.service?.windowMilliseconds = .max
    }

    /// The sample with things gone, unknown, extreme.
    private static func shaken(_ step: Int, _ random: inout SeededGenerator) -> Snapshot {
        var snapshot = SampleData.snapshot()
        snapshot.takenAt += Int64(step) * 1000
        snapshot.topics.removeAll { _ in Int.random(in: 0..<6, using: &random) == 0 }
        snapshot.groups.removeAll { _ in Int.random(in: 0..<6, using: &random) == 0 }
        for index in snapshot.topics.indices where Bool.random(using: &random) {
            snapshot.topics[index].recordsInPerSecond =
                [nil, 0, .infinity, .nan, -1, 1e300].randomElement(using: &random) ?? nil
            snapshot.topics[index].sizeBytes = [nil, 0, .max, .min].randomElement(using: &random) ?? nil
            snapshot.topics[index].rateHistory.values = [.nan, 1e308, -5, 0]
            snapshot.topics[index].dirtyRatio = [nil, .nan, 7, -1].randomElement(using: &random) ?? nil
            for number in snapshot.topics[index].partitions.indices where Bool.random(using: &random) {
                snapshot.topics[index].partitions[number].description.offsets =
                    [
                        nil, PartitionOffsets(logStart: 5, highWatermark: 2),
                        PartitionOffsets(logStart: 0, highWatermark: .max),
                        PartitionOffsets(logStart: .min, highWatermark: .max),
                    ].randomElement(using: &random) ?? nil
                snapshot.topics[index].partitions[number].description.cleaning = nil
            }
        }
        for index in snapshot.groups.indices where Bool.random(using: &random) {
            snapshot.groups[index].lag =
                [.noCommit, .unknown("why"), .records(.max, .lowerBound), .records(-5, .exact)]
                .randomElement(using: &random) ?? .noCommit
            snapshot.groups[index].catchUp =
                [.unknown, .after(seconds: .infinity), .after(seconds: 1e300), .after(seconds: -1), .never]
                .randomElement(using: &random) ?? .unknown
            snapshot.groups[index].lagChangePerSecond = [nil, .nan, 1e300].randomElement(using: &random) ?? nil
            snapshot.groups[index].age = .milliseconds(.max, .exact)
        }
        if Bool.random(using: &random) { snapshot.alerts.rules = [] }
        if Bool.random(using: &random) { snapshot.status = nil }
        shakeService(&snapshot, &random)
        for index in snapshot.alerts.instances.indices where Bool.random(using: &random) {
            snapshot.alerts.instances[index].value = [nil, .nan, .infinity, 1e300].randomElement(using: &random) ?? nil
            snapshot.alerts.instances[index].recent = [.nan, .infinity, -1]
            snapshot.alerts.instances[index].changedAt = [nil, .min, .max].randomElement(using: &random) ?? nil
        }
        return snapshot
    }
}
