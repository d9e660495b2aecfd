import ConsoleSamples
import Testing

@testable import Console

/// Now is 14:02:31 UTC on 2026-11-21.
@Suite("Times are said back before they are used")
struct TimeEchoTests {
    @Test(
        "every line that takes a time shows the moment it means with its zone, or why it means none",
        arguments: [
            ("jt@13:00", "2026-11-21 13:00:00Z · 1h02m ago"), ("j<enter>h@yesterday 13:00", "2026-11-20 13:00:00Z"),
            ("j<enter>h=13:00", "2026-11-21 13:00:00Z · 1h02m ago"), ("j<enter>h=1200", "offset 1,200"),
            ("j<enter>h=noon", "is no time"), ("<tab><enter>r@13:00", "2026-11-21 13:00:00Z"),
            ("<tab><enter>r:target-back<enter>90m", "2026-11-21 12:32:31Z · 1h30m ago"),
            ("<tab><enter>r:target-back<enter>soon", "no stretch of time"),
        ])
    func lines(keys: String, said: String) {
        var console = Fixture(rows: 30, columns: 120)
        console.press(keys)
        #expect(console.state.prompt != nil)
        #expect(console.text.contains("▏ ") && console.text.contains(said), "\(console.text)")
    }

    @Test("before 1970 nothing is asked for, and what is said back is what is asked for")
    func early() {
        var console = Fixture(rows: 30, columns: 120)
        console.press("jt@1960-01-01")
        #expect(console.text.contains("1970-01-01 00:00:00Z"), "\(console.text)")
    }

    @Test("a zone other than UTC is named")
    func zone() throws {
        var settings = Settings()
        settings.zone = try #require(TimeZoneChoice("Europe/Berlin"))
        var console = Fixture(rows: 30, columns: 120, settings: settings)
        console.press("jt@13:00")
        #expect(console.text.contains("2026-11-21 13:00:00+01:00 Europe/Berlin"), "\(console.text)")
    }

    @Test("a purge says which moment it would go back to while that is typed")
    func purge() {
        var console = Fixture(rows: 30, columns: 120)
        console.press("2gX<down>")
        #expect(console.text.contains("a time is 14:02, yesterday 14:00"), "\(console.text)")
        console.press("-2h")
        #expect(console.text.contains("before 2026-11-21 12:02:31Z · 2h00m ago"), "\(console.text)")
        console.press("x")
        #expect(console.text.contains("▲ \"-2hx\" is no time"), "\(console.text)")
        console.press("<up><right>")
        #expect(!console.text.contains("is no time"), "\(console.text)")
    }

    @Test("a mute says when it would end, with the date where that is another day")
    func mute() {
        var console = Fixture(rows: 40, columns: 118)
        console.press("4M")
        #expect(console.text.contains("until 15:02:31 UTC"), "\(console.text)")
        console.press("<right><right>")
        #expect(console.text.contains("until 2026-11-22 14:02:31 UTC"), "\(console.text)")
        console.press("<right>")
        #expect(console.text.contains("until it resolves"), "\(console.text)")
    }
}

@Suite("The line of a filter")
struct FilterLineTests {
    private static func topics(_ keys: String) -> Fixture {
        var console = Fixture()
        console.press("2" + keys)
        return console
    }

    @Test("opened again it holds the filter to be edited, and what is typed goes on from its end")
    func prefilled() {
        let console = Self.topics("/pay<enter>/m")
        #expect(console.state.prompt?.text == "paym")
        #expect(console.state.activeFilter.typed == "paym")
    }

    @Test("esc brings back what was before, ctrl-u clears it at once, and enter on an empty line takes it away")
    func leaving() {
        var console = Self.topics("/pay<enter>/ments<esc>")
        #expect(console.state.prompt == nil && console.state.activeFilter.typed == "pay")
        console.press("/<ctrl-u>")
        #expect(console.state.prompt?.text == "" && console.state.activeFilter.isEmpty)
        #expect(console.text.contains("clickstream"))
        console.press("<esc>")
        #expect(console.state.activeFilter.typed == "pay")
        console.press("/<ctrl-u><enter>")
        #expect(console.state.activeFilter.isEmpty && console.state.page == .topics)
    }

    @Test("esc without the line clears the filter before it leaves the page")
    func clearing() {
        var console = Self.topics("/pay<enter><esc>")
        #expect(console.state.activeFilter.isEmpty && console.state.page == .topics)
        console.press("<esc>")
        #expect(console.state.page == .dashboard)
    }
}
