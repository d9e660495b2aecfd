import Cluster
import Console
import Foundation
import Glibc
import LiveQueries
import Monitor
import Synchronization
import WindowedMetrics

/// The console's frames of 200x60: drawing a grid, and drawing plus turning it into output. Processor time of the
/// thread that draws, since another program's turn is no part of a frame.
struct FrameFigures {
    let context: FigureContext

    /// Takes the figures of each main screen over a cluster of 60 topics and 60 groups with ten minutes of history.
    func run() throws {
        let snapshot = try snapshot()
        let theme = Theme(try ThemeLibrary(folder: nil).load("weir-dark").colours, tier: .palette256)
        let pages: [(String, Page)] = [
            ("dashboard", .dashboard), ("topics", .topics), ("partitions", .partitions), ("topic", .topic("topic-0")),
            ("groups", .groups), ("group", .group("group-0")), ("alerts", .alerts), ("broker", .broker),
            ("queries", .queries), ("query of 1,000 rows", .query("CTAS_RESULT_0")),
        ]
        let board = Self.board(at: snapshot.takenAt)
        let times = 50
        var written: [(String, Sample)] = []
        for (name, page) in pages {
            var state = ConsoleState(size: Size(rows: 60, columns: 200))
            state.snapshot = snapshot
            state.pages = [page]
            state.queries.board = board
            state.lists[ListID(.query("CTAS_RESULT_0"), 0)] = Self.sorted
            let drawn = context.rounds.measure {
                let watch = ProcessorWatch()
                for _ in 0..<times { _ = render(state, theme: theme) }
                return watch.milliseconds / Double(times)
            }
            context.table.add(Row("frame of 200x60, \(name): drawn", "ms", drawn, aim: "≤ 3 ms"))
            written.append((name, try onTerminal(state, theme, times: times)))
        }
        for (name, sample) in written {
            context.table.add(Row("frame of 200x60, \(name): drawn and written whole", "ms", sample, aim: "≤ 3 ms"))
        }
    }

    /// Twenty queries, each with as long a result as is kept for showing.
    private static func board(at now: Int64) -> QueryBoard {
        let columns = [
            QueryColumn(name: "PAGE", type: "VARCHAR", isKey: true),
            QueryColumn(name: "VIEWS", type: "BIGINT", isKey: false),
        ]
        let queries = (0..<20).map { number in
            var query = QueryFigures(
                id: "CTAS_RESULT_\(number)", isTransient: false,
                statement: "CREATE TABLE RESULT AS SELECT PAGE, COUNT(*) AS VIEWS FROM PAGE_VIEWS GROUP BY PAGE;",
                state: .running, source: "PAGE_VIEWS", sourceTopic: "page-views", sink: "RESULT", sinkTopic: "RESULT")
            query.result = QueryResult(
                columns: columns,
                rows: (0..<QueryResult.limit).map { row in
                    QueryResult.Row(
                        values: ["/page/\(row)", "\(row &* 7919 % 10_007)"], timestamp: now,
                        recent: (0..<32).map { Double(($0 + row) % 9) })
                }, count: QueryResult.limit)
            return query
        }
        return QueryBoard(queries: queries)
    }

    /// A list that its column of figures sorts.
    private static var sorted: ListState {
        var list = ListState()
        list.sortColumn = "views"
        return list
    }

    /// Draws and writes whole frames with a terminal on standard input and output, which are put back afterwards.
    private func onTerminal(_ state: ConsoleState, _ theme: Theme, times: Int) throws -> Sample {
        let borrowed = try BorrowedTerminal()
        defer { withExtendedLifetime(borrowed) {} }
        var screen = try Screen(term: "xterm-256color", asksBackground: false)
        var values: [Double] = []
        for _ in 0...context.rounds.count {
            let watch = ProcessorWatch()
            for _ in 0..<times {
                screen.forget()
                var outcome = screen.show(render(state, theme: theme))
                // The reader on the other side may be slower than the frames come.
                while outcome == .pending { outcome = screen.resumeWriting() }
            }
            values.append(watch.milliseconds / Double(times))
        }
        return Sample(Array(values.dropFirst()))
    }

    /// What a monitor knows of a broker that was written to and read from for ten minutes, in time that leaps from poll to poll.
    private func snapshot() throws -> Snapshot {
        let path = context.workplace.fresh("frame")
        let polled = try PolledBroker(at: path, partitions: 720, perTopic: 12, groups: 60)
        defer {
            polled.close()
            context.workplace.remove(path)
        }
        let clock = LeapingClock()
        let monitor = Monitor(of: polled.cluster, clock: clock)
        for second in 1...600 {
            if second.isMultiple(of: 20) {
                try polled.appendEverywhere()
                try polled.commitEverywhere(offset: Int64(second / 25 + 1))
            }
            _ = PolledBroker.poll(monitor)
            clock.leap(milliseconds: 1_000)
        }
        return monitor.snapshot
    }
}

/// A clock that stands still until it is told to leap.
private final class LeapingClock: MonitorClock {
    private let milliseconds = Mutex<Int64>(SystemMonitorClock().now().wallMilliseconds)

    func now() -> Moment {
        let milliseconds = milliseconds.withLock { $0 }
        return Moment(wallMilliseconds: milliseconds, monotonicNanoseconds: milliseconds &* 1_000_000)
    }

    func sleep(milliseconds: Int64) async {}

    /// Goes on in time.
    func leap(milliseconds: Int64) { self.milliseconds.withLock { $0 += milliseconds } }
}
