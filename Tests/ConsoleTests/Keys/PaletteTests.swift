import ConsoleSamples
import MonitorScript
import SeededNumbers
import Testing

@testable import Console

@Suite("The palette")
struct PaletteTests {
    @Test(
        "what begins words and stands together is found first",
        arguments: [
            ("ord", ["orders", "coordinator", "old-record"]),
            ("fs", ["fraud-scorer", "offsets"]),
            ("pay", ["payments", "pay-by-day", "p-a-y", "prepay"]),
            ("tail or", ["tail orders", "tail coordinator"]),
            ("c1", ["consumer-1", "cart-v10-1", "abc1"]),
        ])
    func order(typed: String, best: [String]) {
        let match = FuzzyMatch(typed)
        let scores = best.map { match.score($0) }
        #expect(!scores.contains(nil), "\(scores)")
        let sorted = best.sorted { (match.score($0) ?? 0) > (match.score($1) ?? 0) }
        #expect(sorted == best, "\(scores)")
    }

    @Test("letters that do not occur in order find nothing, and nothing typed finds everything")
    func misses() {
        #expect(FuzzyMatch("dro").score("orders") == nil)
        #expect(FuzzyMatch("orderss").score("orders") == nil)
        #expect(FuzzyMatch("").score("orders") == 0)
        #expect(FuzzyMatch("ORD").score("Orders") != nil)
    }

    @Test("a text is found by its letters whichever are typed, and by none that it lacks", arguments: 1...4)
    func model(seed: Int) {
        print("seed", seed)
        var random = SeededGenerator(seed: UInt64(seed))
        let letters = Array("ab-c")
        for _ in 0..<2_000 {
            let text = String(
                (0..<Int.random(in: 0...9, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
            let typed = String(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
            var rest = Substring(text)
            let isIn = typed.allSatisfy { letter in
                guard let place = rest.firstIndex(of: letter) else { return false }
                rest = rest[rest.index(after: place)...]
                return true
            }
            #expect((FuzzyMatch(typed).score(text) != nil) == isIn, "\(typed) in \(text)")
        }
    }

    @Test("a command with a blank behind it takes its argument")
    func arguments() {
        var console = Fixture()
        console.press(":tail ord<enter>")
        #expect(console.state.page == .tail(topic: "orders", partition: nil))
        console.press(":goto 14:00")
        #expect(console.text.contains("goto 14:00") && console.text.contains("14:00:00Z"))
        console.press("<enter>")
        #expect(
            console.effects.contains {
                if case .findTime(_, let moment, _) = $0 { moment == SampleData.now - 151_000 } else { false }
            })
        console.press(":group fs<enter>")
        #expect(console.state.page == .group("fraud-scorer"))
    }

    @Test("another zone is one command, the header and the clocks follow, and an unknown one is told with a suggestion")
    func zones() {
        var console = Fixture(rows: 30, columns: 140)
        console.press(":tz Europe/Berlin<enter>")
        #expect(console.grid.text(row: 0).contains("15:02:31 Europe/Berlin"))
        console.press(":tz kathmandu<enter>")
        #expect(console.grid.text(row: 0).contains("19:47:31 Asia/Kathmandu"))
        var narrow = console
        narrow.feed(.resized(Size(rows: 24, columns: 80)))
        #expect(narrow.grid.text(row: 0).contains("19:47:31+05:45"))
        console.press(":tz Atlantisville<enter>")
        #expect(console.text.contains("no time zone is called Atlantisville"))
        console.press(":tz utc<enter>")
        #expect(console.state.settings.zone == .utc)
    }

    @Test("up on an empty line goes back through what was run, down forth again")
    func history() {
        var console = Fixture()
        console.press(":topic pay<enter>:theme nord<enter>:")
        console.press("<up>")
        #expect(console.state.prompt?.text == "theme nord")
        console.press("<up><up><up>")
        #expect(console.state.prompt?.text == "topic payments")
        console.press("<down>")
        #expect(console.state.prompt?.text == "theme nord")
        console.press("<down>")
        #expect(console.state.prompt?.text == "")
        console.press("<up><up><enter>")
        #expect(console.state.page == .topic("payments"))
        #expect(console.state.kept.commands == ["topic payments", "theme nord"])
    }

    @Test("what was run is kept for the next start, each command once and fifty at most")
    func keptHistory() throws {
        var console = Fixture()
        console.press(":topic pay<enter>:theme nord<enter>:topic pay<enter>")
        let kept = console.effects.compactMap { if case .keep(let kept) = $0 { kept } else { nil } }
        #expect(
            kept.map(\.commands) == [
                ["topic payments"], ["theme nord", "topic payments"], ["topic payments", "theme nord"],
            ])
        console.press(":topic pay<enter>")
        let written = console.effects.count { if case .keep = $0 { true } else { false } }
        #expect(written == 3, "nothing new, nothing written")

        var next = Fixture()
        next.state.kept = try SettingsFile.settings(SettingsFile.text(try #require(kept.last)))
        next.press(":<up><up>")
        #expect(next.state.prompt?.text == "theme nord")

        var many = KeptSettings()
        for number in 0..<60 { many.remember(command: "goto \(number)") }
        #expect(many.commands.count == KeptSettings.mostCommands && many.commands.first == "goto 59")
        #expect(try SettingsFile.settings(SettingsFile.text(many)) == many)
        let odd = KeptSettings(
            columns: ["topics": ColumnChoice(order: ["A"])], commands: [#"tail "a\b" #c: - d"#, "é", "~"])
        #expect(try SettingsFile.settings(SettingsFile.text(odd)) == odd)
    }

    @Test("themes are read again on request")
    func reload() {
        var console = Fixture()
        console.press(":theme rel<enter>")
        #expect(console.effects.last == .reloadThemes)
    }

    @Test("a typed time shows the moment it means before it is used, and why it means none")
    func echo() {
        var console = Fixture()
        console.press("jt@yesterday 14:00")
        #expect(console.text.contains("time: yesterday 14:00▏ 2026-11-20 14:00:00Z · 24h02m ago"))
        console.press("<ctrl-u>25:00")
        #expect(console.text.contains("no such time"))
        console.press("<ctrl-u>")
        #expect(console.text.contains("-2h, now"))
        console.press(":<esc>@-2h<enter>")
        #expect(
            console.effects.contains {
                if case .findTime(_, let moment, _) = $0 { moment == SampleData.now - 7_200_000 } else { false }
            })
    }

    @Test("a time that the clocks skip or show twice is said while it is typed")
    func clockChanges() throws {
        let zone = try #require(TimeZoneChoice("Europe/Berlin"))
        let skipped = zone.echo("2026-03-29 02:30", now: SampleData.now).text
        #expect(skipped.contains("2026-03-29 03:30:00+02:00 Europe/Berlin"))
        #expect(skipped.contains("no such time that day: clocks went forward 1h"))
        let twice = zone.echo("2026-10-25 02:30", now: SampleData.now).text
        #expect(twice.contains("2026-10-25 02:30:00+02:00 Europe/Berlin"))
        #expect(twice.contains("add +01:00 for the second"))
    }
}
