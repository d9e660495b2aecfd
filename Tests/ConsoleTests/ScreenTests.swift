import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("What the operator sees")
struct ScreenTests {
    static let sizes = ["40x8", "80x24", "100x30", "200x60"]

    static let screens: [(name: String, keys: String)] = [
        ("dashboard", ""), ("topics", "2"), ("partitions", ":partitions<enter>"), ("topic", "j<enter>"),
        ("groups", "3"),
        ("group", "<tab><enter>"), ("tail", "jt"), ("replay", "<tab><enter>r"),
        ("replay-target", "<tab><enter>ro24000000<enter>"),
        ("travel", "j<enter>h@12:00<enter>"), ("travel-difference", "j<enter>h@12:00<enter>=now<enter>"),
        ("key-history", "j<enter>h<enter><enter>"), ("alerts", "4"), ("broker", "6"),
        ("configuration", "jd"), ("members", "<tab><enter>d"), ("help", "?"), ("palette", ":or"), ("compaction", "jc"),
        ("columns", "2,"),
        ("new-topic", "2N"), ("topic-created", "2Nfresh<enter>"), ("delete-topic", "2D"), ("purge-form", "2X"),
        ("purge", "2X<down>-2h<enter>"), ("edit", "2jdE"), ("edit-preview", "2jdE,delete<enter>"),
        ("statistics-before", "2n"), ("statistics", "2n<enter>"), ("compaction-panel", "2p"),
        ("compaction-due", "2p:compact-due<enter>"),
        ("columns", "2,"), ("search", "jtl.total > 100<enter>"), ("search-form", "jtl.total > 100"),
        ("searches", "jtl.total > 100<enter>l<ctrl-u>key == us-1<enter>:results<enter>"),
        ("decoders", "jti"), ("compare", "jtkb"), ("produce", "jPus-1<tab><tab>{}"),
        ("tail-several", ":tail orders,clickstream 0-1<enter>"),
        ("marked", "2  "), ("delete-marked", "2  D"),
        ("alert", "4h"), ("mute", "4M"), ("broker-configuration", "6d"),
        ("transactions", "6x"), ("transaction", "6x<enter>"), ("producers", "6x<enter><enter>"),
        ("connections", "6n"), ("audit", ":audit<enter>"), ("act", ":audit<enter>j<enter>"),
        ("queries", "5"), ("query", "5<enter>"), ("query-failures", "5j<enter>"), ("query-paused", "5jj<enter>"),
        ("query-stopped", "5jjj<enter>"), ("query-push", "5jjjj<enter>"), ("explanation", "5d"),
        ("sql", "5N"), ("sql-typing", "5NCREATE TABLE t AS<enter>  SELECT page, co"),
        ("sql-wrong", "5NSELECT user,<enter>       PAEG<enter>FROM page_views;<enter>"),
        ("sql-answer", "5NSHOW STREAMS;<enter><esc><tab>"), ("terminate", "5D"),
        ("dashboard-pinned", "5pjp1"), ("dashboard-pin-focused", "5pjp1<tab><tab><tab><tab>"),
    ]

    /// Screens of a cluster over the wire: which snapshot, which keys.
    static let attached: [(name: String, snapshot: Snapshot, keys: String)] = [
        ("attached-dashboard", SampleData.attached(), ""), ("attached-broker", SampleData.attached(), "6"),
        ("silent-dashboard", SampleData.silentBroker(), ""), ("silent-broker", SampleData.silentBroker(), "6"),
        ("outage-dashboard", SampleData.outage(), ""), ("attached-transactions", SampleData.attached(), "6x"),
        ("hanging-transaction", SampleData.attached(), "6x<enter>"),
        ("attached-connections", SampleData.attached(), "6n"),
    ]

    /// Screens of a cluster whose groups hang and lose records.
    static let losing: [(name: String, keys: String)] = [
        ("losing-dashboard", ""), ("losing-groups", "3"), ("losing-group", "3g<enter>"), ("losing-autopsy", "3gd"),
    ]

    @Test("groups that hang and lose records look as their picture, in every size", arguments: sizes)
    func losingPictures(size: String) throws {
        let numbers = size.split(separator: "x").compactMap { Int($0) }
        for (name, keys) in Self.losing {
            var console = Fixture(rows: numbers[1], columns: numbers[0], snapshot: SampleData.losing())
            console.press(keys)
            try Golden.expect(console.grid, "\(name)-\(size)")
        }
    }

    @Test("every screen looks as its picture, in every size", arguments: sizes)
    func pictures(size: String) throws {
        let numbers = size.split(separator: "x").compactMap { Int($0) }
        for (name, keys) in Self.screens {
            var console = Fixture(rows: numbers[1], columns: numbers[0])
            console.press(keys)
            try Golden.expect(console.grid, "\(name)-\(size)")
        }
    }

    @Test("a cluster over the wire looks as its picture, in every size", arguments: sizes)
    func attachedPictures(size: String) throws {
        let numbers = size.split(separator: "x").compactMap { Int($0) }
        for (name, snapshot, keys) in Self.attached {
            var console = Fixture(
                rows: numbers[1], columns: numbers[0], snapshot: snapshot,
                settings: Settings(address: "kafka-1:9092", isEmbedded: false))
            console.press(keys)
            try Golden.expect(console.grid, "\(name)-\(size)")
        }
    }

    @Test("a window that is too small gets one sentence that says what is needed")
    func tooSmall() {
        let console = Fixture(rows: 7, columns: 39)
        #expect(console.text.trimmingPrefix("Weir needs 40x8, this is 39x7").allSatisfy { $0 == "\n" })
    }

    @Test("before anything is known the screen says so instead of showing zeros")
    func beginning() {
        let console = Fixture(snapshot: .empty)
        #expect(console.text.contains("no topics yet"))
        #expect(console.text.contains("no groups yet"))
    }

    @Test("lag 0, no commit and unknown are shown as three different things")
    func threeLags() {
        var snapshot = SampleData.snapshot()
        snapshot.groups[0].lag = .records(0, .exact)
        snapshot.groups[1].lag = .noCommit
        snapshot.groups[2].lag = .unknown("the coordinator did not answer")
        snapshot.groups[3].lag = .records(310, .lowerBound)
        var console = Fixture(snapshot: snapshot)
        console.press("3")
        func row(_ name: String) -> String {
            console.text.split(separator: "\n").first { $0.contains(name) }.map(String.init) ?? ""
        }
        #expect(row("fraud-scorer").contains(" — "))
        #expect(row("mailer").contains(" ? "))
        #expect(row("search-index").contains("≥310"))
        #expect(row("billing").contains(" 0 "))
    }

    @Test("old figures stay on screen, marked with their age")
    func stale() {
        var snapshot = SampleData.snapshot()
        for index in snapshot.topics.indices { snapshot.topics[index].staleSince = snapshot.takenAt - 42_000 }
        var console = Fixture(snapshot: snapshot)
        #expect(console.text.contains("▲stale 42s") || console.text.contains("▲st"))
        console.press("<enter>")
        #expect(console.text.contains("▲ these figures are 42s old"))
    }

    @Test("the selected row and the focused box stand out by more than their colour")
    func selection() throws {
        let colours = try ThemeLibrary(folder: nil).load("mono").colours
        let console = Fixture()
        let grid = render(console.state, theme: Theme(colours, tier: .none))
        let row = (0..<30).first { grid.text(row: $0).contains("▶ clickstream") } ?? 0
        #expect(grid.row(row)[row * 100 + 5].style.attributes.contains(.reverse))
        #expect(grid.row(11)[11 * 100].style.attributes.contains(.bold))
        #expect(!grid.row(11)[11 * 100 + 99].style.attributes.contains(.bold))
    }

    @Test("with --ascii nothing but ASCII is drawn", arguments: screens.map(\.keys))
    func ascii(keys: String) {
        var console = Fixture()
        console.press(keys)
        let text = render(console.state, theme: Fixture.theme, glyphs: .ascii).text
        #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
    }

    @Test(
        "each screen's keys in the footer are keys that work",
        arguments: screens.filter { $0.name != "help" }.map(\.keys))
    func footer(keys: String) {
        var console = Fixture(rows: 60, columns: 200)
        console.press(keys)
        guard console.state.prompt == nil, console.state.dialog == nil, !console.state.isTypingStatement else { return }
        let actions = ActionTable.actions(for: console.state.page)
        let shown = console.grid.text(row: 59).split(separator: "<").compactMap { $0.split(separator: ">").first }
        #expect(shown.contains("?"))
        for label in shown where label != " " {
            #expect(
                actions.contains { $0.label == String(label) || $0.keys.contains { $0.label == label } }, "\(label)")
        }
    }
}
