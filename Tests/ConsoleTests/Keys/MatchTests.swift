import Cluster
import Console
import ConsoleSamples
import RecordFormats
import Testing

@Suite("Walking among matches")
struct MatchTests {
    private func isMarked(_ console: Fixture, _ text: String) -> Bool {
        let grid = console.grid
        return (0..<grid.size.rows).contains { row in
            grid.matches(of: text, row: row, columns: 0..<grid.size.columns).contains { match in
                let first = grid.row(row).startIndex
                return match.allSatisfy { grid.row(row)[first + $0].style.attributes.contains([.bold, .underline]) }
            }
        }
    }

    @Test("in a list what the filter looked for stays marked when the filter goes, and ] and [ walk it")
    func list() {
        var console = Fixture()
        console.press("2/a<enter>")
        #expect(isMarked(console, "a"))
        console.press("<esc>g")
        let first = console.state.selectedTopic
        #expect(console.text.contains("<[ ]> match"))
        console.press("]")
        #expect(console.state.selectedTopic != first)
        #expect(console.state.selectedTopic?.contains("a") == true)
        for _ in 0..<20 { console.press("]") }
        #expect(console.text.contains("no “a” below"))
        for _ in 0..<20 { console.press("[") }
        #expect(console.text.contains("no “a” above"))
    }

    @Test("the configuration's settings are walked by what they say")
    func configuration() {
        var console = Fixture()
        console.press("jd/segment<enter><esc>g]")
        #expect(console.text.split(separator: "\n").contains { $0.contains("▶ segment.bytes") })
        #expect(isMarked(console, "segment"))
    }

    @Test("an inverse filter marks nothing; leaving a typed line brings back what was marked before")
    func before() {
        var console = Fixture()
        console.press("2/ord<enter>/!pay")
        #expect(!isMarked(console, "pay"))
        console.press("<esc>")
        #expect(isMarked(console, "ord"))
        #expect(console.text.contains("1 of 9"))
        console.press("/<ctrl-u><enter>")
        #expect(!console.text.contains("<[ ]>"))
    }

    @Test("in help / finds, ] goes on to the next line that has it and scrolls there")
    func help() {
        var console = Fixture(rows: 12, columns: 60)
        console.press("?/quit<enter>")
        #expect(console.text.contains("quit"))
        #expect(isMarked(console, "quit"))
        guard case .help(let view) = console.state.dialog else {
            Issue.record("help closed")
            return
        }
        console.press("]")
        guard case .help(let next) = console.state.dialog else {
            Issue.record("help closed")
            return
        }
        #expect((next.line ?? 0) > (view.line ?? 0))
        console.press("[")
        #expect(console.state.dialog == .help(view))
        console.press("<esc>")
        #expect(console.state.dialog == nil)
    }

    @Test("help scrolls no further than its end, so that the way back is as long as the way there")
    func helpEnd() {
        var console = Fixture(rows: 12, columns: 60)
        console.press("?")
        let top = console.text
        for _ in 0..<300 { console.press("j") }
        let end = console.text
        console.press("k")
        #expect(console.text != end)
        console.press("g")
        #expect(console.text == top)
    }

    @Test("in the inspector / finds within the record, and ] goes on to the next record that has it")
    func inspector() throws {
        var console = Fixture(rows: 24, columns: 80)
        console.press("jt<tab>/cur<enter>")
        let tail = try #require(console.state.tail)
        #expect(tail.filter.isEmpty)
        #expect(tail.matchLine != nil || console.text.contains("no “cur” below"))
        console.press("[")
        let record = try #require(console.state.tail?.selected)
        #expect(String(decoding: record.record.value ?? [], as: UTF8.self).contains("\"cur\""))
        #expect(isMarked(console, "\"cur\"") || isMarked(console, "cur"))
        console.press("[")
        let earlier = try #require(console.state.tail?.selected)
        #expect((earlier.partition, earlier.record.offset) != (record.partition, record.record.offset))
        #expect(console.state.tail?.mode == .paused)
    }

    @Test("in the tail's list ] walks the records that the filter found, among all others")
    func records() throws {
        var console = Fixture(rows: 30, columns: 120)
        console.press("jt/us-880<enter><esc>")
        let total = try #require(console.state.tail?.visible.count)
        console.press("[")
        let found = try #require(console.state.tail?.selected)
        #expect(String(decoding: found.record.key ?? [], as: UTF8.self).hasPrefix("us-880") || total == 0)
    }

    @Test("matches stand where the text stands, whatever its case, and never outside")
    func places() {
        var grid = Grid(size: Size(rows: 2, columns: 20))
        grid.put("Orders 注文 ORDERS", row: 0, column: 0, style: Style())
        #expect(grid.matches(of: "orders", row: 0, columns: 0..<20) == [0..<6, 12..<18])
        #expect(grid.matches(of: "注文", row: 0, columns: 0..<20) == [7..<11])
        #expect(grid.matches(of: "orders", row: 0, columns: 1..<17).isEmpty)
        #expect(grid.matches(of: "", row: 0, columns: 0..<20).isEmpty)
        #expect(grid.matches(of: "o", row: 9, columns: 0..<20).isEmpty)
    }
}
