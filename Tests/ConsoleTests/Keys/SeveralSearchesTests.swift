import ConsoleSamples
import Operations
import RecordFormats
import Testing

@testable import Console

@Suite("Several searches at once")
struct SeveralSearchesTests {
    /// A console in which so many searches were begun, the one for 100 first.
    private static func console(_ count: Int) -> Fixture {
        var console = Fixture(rows: 30, columns: 140)
        console.press("jt")
        for number in 0..<count { console.press("l<ctrl-u>.total > \(100 + number)<enter>") }
        return console
    }

    private static func looksFor(_ search: SearchState) -> String { search.request.filter.source }

    private static func news(_ search: SearchState, _ phase: ScanProgress.Phase, matches: Int64) -> Input {
        var news = SampleSearch.news(search.request)
        news.progress.phase = phase
        (news.found, news.matches) = ([], matches)
        return .arrived(.searched(news))
    }

    @Test("a second search leaves the first one under way, and each takes its own news")
    func both() throws {
        var console = Self.console(2)
        #expect(console.state.searches.map(Self.looksFor) == [".total > 101", ".total > 100"])
        #expect(!console.effects.contains { if case .controlScan = $0 { true } else { false } })
        #expect(console.text.contains("search 50%"), "the other one is told of: \(console.text)")
        let first = console.state.searches[1]
        console.feed(Self.news(first, .finished, matches: 77))
        #expect(console.state.searches.map(\.isEnded) == [false, true])
        #expect(console.state.otherSearches[0].matches == 77 && console.state.search?.matches != 77)
        #expect(console.text.contains("the search has ended: 77 records found; :results shows them"))
    }

    @Test(":results lists them, enter opens the one under the cursor, and from there the list again")
    func list() throws {
        var console = Self.console(2)
        console.press(":results<enter>")
        #expect(console.state.page == .searches)
        #expect(console.text.contains(".total > 100") && console.text.contains(".total > 101"), "\(console.text)")
        console.press("j<enter>")
        #expect(console.state.page == .search)
        #expect(console.state.search.map(Self.looksFor) == ".total > 100")
        #expect(console.state.tail?.records == console.state.searches[0].results.records)
        console.press(":results<enter>")
        #expect(console.state.page == .searches && console.state.searches.count == 2)
        console.press("<esc>")
        #expect(console.state.page != .searches)
    }

    @Test("one search needs no list")
    func one() {
        var console = Self.console(1)
        console.press("1:results<enter>")
        #expect(console.state.page == .search)
    }

    @Test("space and z on the list are about the one under the cursor")
    func orders() {
        var console = Self.console(2)
        let tickets = console.state.searches.map(\.request.ticket)
        console.press(":results<enter>")
        console.effects = []
        console.press("j z")
        #expect(
            console.effects == [
                .controlScan(ticket: tickets[1], .pause), .controlScan(ticket: tickets[1], .stop),
            ])
    }

    @Test("beyond four the oldest that has ended makes room; where none has, a fifth is not begun")
    func limit() throws {
        var console = Self.console(5)
        #expect(console.state.searches.count == 4)
        #expect(console.text.contains("4 searches are under way; :results lists them, z ends one"), "\(console.text)")
        console.press("<esc>")
        console.feed(Self.news(console.state.searches[2], .finished, matches: 5))
        console.press("l<ctrl-u>.total > 200<enter>")
        #expect(
            console.state.searches.map(Self.looksFor) == [
                ".total > 200", ".total > 103", ".total > 102", ".total > 100",
            ])
    }
}
