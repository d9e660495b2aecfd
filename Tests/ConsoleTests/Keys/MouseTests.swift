import ConsoleSamples
import Testing

@testable import Console

@Suite("The mouse")
struct MouseTests {
    private static func console(_ keys: String, hasMouse: Bool = true) -> Fixture {
        var settings = Settings()
        settings.hasMouse = hasMouse
        var console = Fixture(settings: settings)
        console.press(keys)
        return console
    }

    /// Where a text stands on the screen.
    private static func place(_ text: String, in console: Fixture) -> (row: Int, column: Int)? {
        for (row, line) in console.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let range = line.firstRange(of: text) else { continue }
            return (row, line.distance(from: line.startIndex, to: range.lowerBound))
        }
        return nil
    }

    @Test("a click selects the row under it, in whichever box it is")
    func click() throws {
        var console = Self.console("")
        let topic = try #require(Self.place("payments", in: console))
        console.feed(.mouse(.press(row: topic.row, column: topic.column)))
        #expect(console.state.box == 0 && console.state.selectedTopic == "payments")
        let group = try #require(Self.place("search-index", in: console))
        console.feed(.mouse(.press(row: group.row, column: group.column)))
        #expect(console.state.box == 1 && console.state.selectedGroup == "search-index")
    }

    @Test("the wheel moves in the list under the pointer and scrolls help")
    func wheel() throws {
        var console = Self.console("2")
        let topic = try #require(Self.place("payments", in: console))
        console.feed(.mouse(.wheel(1, row: topic.row, column: topic.column)))
        #expect(console.state.shape(console.state.list)?.cursor(console.state.listState(console.state.list)) == 3)
        console.feed(.mouse(.wheel(-1, row: topic.row, column: topic.column)))
        #expect(console.state.shape(console.state.list)?.cursor(console.state.listState(console.state.list)) == 0)
    }

    @Test("beside the lists, over a question and with the mouse off a click does nothing")
    func nothing() throws {
        for (keys, hasMouse) in [("", false), ("?", true), (":", true)] {
            var console = Self.console(keys, hasMouse: hasMouse)
            let before = console.text
            console.feed(.mouse(.press(row: 14, column: 10)))
            #expect(console.text == before, "\(keys)")
        }
        var console = Self.console("")
        let before = console.text
        console.feed(.mouse(.press(row: 0, column: 3)))
        console.feed(.mouse(.press(row: 9_999, column: 9_999)))
        #expect(console.text == before)
    }

    @Test("the footer says what shift does while the mouse is taken")
    func footer() {
        var settings = Settings()
        settings.hasMouse = true
        #expect(Fixture(rows: 40, columns: 320, settings: settings).text.contains("<shift> selects text"))
        #expect(!Fixture(rows: 40, columns: 320).text.contains("selects text"))
    }

    @Test(
        "reports are read as xterm writes them, and everything else is none",
        arguments: [
            ("<0;5;3", "M", Mouse.press(row: 2, column: 4)), ("<64;1;1", "M", .wheel(-1, row: 0, column: 0)),
            ("<65;80;24", "M", .wheel(1, row: 23, column: 79)), ("<0;5;3", "m", nil), ("<2;5;3", "M", nil),
            ("<4;5;3", "M", nil), ("0;5;3", "M", nil), ("<0;0;3", "M", nil), ("<0;5", "M", nil), ("<0;5;3;4", "M", nil),
            ("<99999999999999999999;5;3", "M", nil), ("<0;-5;3", "M", nil), ("", "M", nil),
        ] as [(String, String, Mouse?)])
    func reports(parameters: String, final: String, meant: Mouse?) {
        #expect(Mouse(parameters: Array(parameters.utf8), final: final.utf8.first ?? 0) == meant)
    }
}
