import AlertRules
import Cluster
import ConsoleSamples
import Monitor
import Testing

@testable import Console

@Suite("Looking back")
struct RewindTests {
    static let kept = SampleTimeline.timeline()

    /// A console on the samples with their last quarter of an hour behind it.
    private static func console(rows: Int = 30, columns: Int = 100) -> Fixture {
        var live = SampleTimeline.board(secondsAgo: 0)
        kept.take(&live)
        var console = Fixture(rows: rows, columns: columns, snapshot: live)
        console.timeline = kept
        return console
    }

    private static func fraud(_ console: Fixture) -> GroupFigures? { console.state.group("fraud-scorer") }

    @Test("< shows the board of ten seconds before, > and 0 lead back to the present")
    func steps() throws {
        var console = Self.console()
        let live = try #require(Self.fraud(console)?.lag.records)
        console.press("<")
        #expect(console.state.snapshot.takenAt == SampleData.now - 10_000)
        let then = try #require(Self.fraud(console)?.lag.records)
        #expect(then == live + 530)
        console.press("<<")
        #expect(console.state.snapshot.takenAt == SampleData.now - 30_000)
        console.press(">")
        #expect(console.state.snapshot.takenAt == SampleData.now - 20_000)
        #expect(console.text.contains("REWOUND 14:02:11 UTC (−20s) · 0: live"))
        console.press("0")
        #expect(!console.state.isRewound)
        #expect(Self.fraud(console)?.lag.records == live)
        console.press("<>")
        #expect(!console.state.isRewound)
    }

    @Test("steps grow with the distance, and nothing lies before the beginning")
    func tiers() {
        var console = Self.console()
        for _ in 0..<60 { console.press("<") }
        #expect(console.state.snapshot.takenAt == SampleData.now - 600_000)
        console.press("<")
        // Ten minutes back a moment is kept each ten seconds.
        #expect(console.state.snapshot.takenAt == SampleData.now - 661_000)
        for _ in 0..<10 { console.press("<") }
        #expect(console.state.snapshot.takenAt == SampleData.now - 900_000)
        #expect(console.state.isRewound)
        #expect(console.text.contains("nothing is kept from before 13:47:31"))
    }

    @Test("the past has what was then and nothing of now: members, settings, topics, alerts, changes")
    func facts() throws {
        var console = Self.console()
        #expect(console.state.topic("audit-log") != nil)
        for _ in 0..<64 { console.press("<") }
        #expect(console.state.snapshot.takenAt == SampleData.now - 841_000)
        #expect(console.state.topic("audit-log") == nil)
        #expect(Self.fraud(console)?.description.generation == 40)
        #expect(Self.fraud(console)?.description.members.count == 2)
        #expect(console.state.topic("orders")?.description.retention.minCleanableDirtyRatio == 0.8)
        #expect(!console.state.snapshot.alerts.instances.contains { $0.rule == "group.lag" })
        #expect(console.state.snapshot.changes.allSatisfy { $0.at <= console.state.now })
        #expect(console.state.snapshot.status == nil)
    }

    @Test("live boards go by unseen while the past is looked at, and the newest is there on return")
    func liveGoesOn() {
        var console = Self.console()
        console.press("<")
        var next = SampleData.snapshot()
        next.takenAt += 5000
        console.feed(.snapshot(next))
        #expect(console.state.snapshot.takenAt == SampleData.now - 10_000)
        #expect(console.text.contains("(−15s)"))
        console.press("0")
        #expect(console.state.snapshot.takenAt == SampleData.now + 5000)
    }

    @Test("every key that changes something is refused with the reason", arguments: ["c", "K", "a", "M", "N"])
    func refused(key: String) {
        var console = Self.console()
        console.press("j<enter>")
        if "aM".contains(key) { console.press("4") }
        console.press("<")
        console.effects = []
        console.press(key)
        #expect(console.text.contains("nothing can be changed from the past; 0: live"))
        #expect(console.effects.isEmpty)
        #expect(console.state.dialog == nil && console.state.prompt == nil)
    }

    @Test("an act that was asked for before is not done from the past")
    func pendingActs() {
        var console = Self.console()
        console.press("<")
        let place = TopicPartition(topic: "orders", partition: 0)
        #expect(console.state.allowed([.compact([place], rollActive: false), .refresh]) == [.refresh])
        #expect(console.state.message?.text.contains("rewound to 14:02:21") == true)
        let deed = Deed("orders", words: "delete it", .destructive, effects: [.stopCompaction([place])])
        #expect(console.state.confirm(deed) == [])
        #expect(console.state.prompt == nil)
    }

    @Test("pages whose figures are not kept say so instead of showing the present's", arguments: ["6", "jd", "jt"])
    func notKept(keys: String) {
        var console = Self.console()
        console.press(keys)
        console.press("<")
        if !console.state.isRewound {
            console.press("1<")
            console.press(keys)
        }
        #expect(console.text.contains("What this page shows is not kept; 0: live"))
        #expect(!console.text.contains("/var/lib/weir"))
    }

    @Test(
        "an alert that begins to fire breaks through, paused or rewound, and a muted one does not",
        arguments: [" ", "<"])
    func breaksThrough(key: String) {
        var console = Self.console()
        console.press(key)
        #expect(!console.text.contains("now firing"))
        var next = SampleData.snapshot()
        next.takenAt += 1000
        next.alerts.instances[3].state = .firing(since: next.takenAt)
        console.feed(.snapshot(next))
        #expect(console.text.contains("▲ now firing: group.catchup-eta billing"))
        console.press(key == " " ? " " : "0")
        #expect(!console.text.contains("now firing"))
    }

    @Test("in the smallest window news comes before the way back")
    func narrowNews() {
        var console = Self.console(rows: 8, columns: 40)
        console.press("<")
        var next = SampleData.snapshot()
        next.takenAt += 1000
        next.alerts.instances[3].state = .firing(since: next.takenAt)
        console.feed(.snapshot(next))
        #expect(console.grid.text(row: 0).contains("REWOUND 14:02:21 (−11s)"))
        #expect(console.grid.text(row: 0).contains("▲1 new"))
        #expect(console.text.contains("<0> live"))
    }

    @Test("a snapshot wakes a paused console only when other alerts fire than it knows")
    func wakes() throws {
        let mailbox = try #require(Mailbox())
        mailbox.keepStill(true, knowing: ConsoleState.firing(SampleData.snapshot()))
        _ = mailbox.take()
        mailbox.post(SampleData.snapshot())
        #expect(!mailbox.isReadable)
        var next = SampleData.snapshot()
        next.alerts.instances[3].state = .firing(since: next.takenAt)
        mailbox.post(next)
        #expect(mailbox.isReadable)
    }

    @Test("what changed is listed, and enter leads to what it happened to")
    func changesPage() {
        var console = Self.console(rows: 24, columns: 120)
        console.press(":changes<enter>")
        let text = console.text
        for word in [
            "rebalanced", "generation 40 → 41, members 2 → 3", "min.cleanable.dirty.ratio 0.8 → 0.5", "topic created",
        ] {
            #expect(text.contains(word), "\(word)")
        }
        console.press("/rebal<enter><enter>")
        #expect(console.state.page == .group("fraud-scorer"))
    }

    static let screens: [(name: String, keys: String)] = [
        ("dashboard", ""), ("group", "<tab><enter>"), ("groups", "3"), ("topic", "j<enter>"), ("alerts", "4"),
        ("changes", ":changes<enter>"),
    ]

    @Test("boards of the past look as their pictures, in every size", arguments: ScreenTests.sizes)
    func pictures(size: String) throws {
        let numbers = size.split(separator: "x").compactMap { Int($0) }
        for (name, keys) in Self.screens {
            var console = Self.console(rows: numbers[1], columns: numbers[0])
            console.press(keys)
            console.press("<<<<<<")
            try Golden.expect(console.grid, "timeline/\(name)-\(size)")
        }
    }

    @Test("frames of the past have a colour of their own", arguments: StyleTests.looks.map(\.name) + ["light"])
    func styles(name: String) throws {
        let look = StyleTests.looks.first { $0.name == name } ?? ("light", "weir-light", ColourTier.palette256)
        let theme = Theme(try ThemeLibrary(folder: nil).load(look.theme).colours, tier: look.tier)
        for (screen, keys) in [("dashboard", ""), ("group", "<tab><enter>")] {
            var console = Self.console()
            console.press(keys)
            let live = render(console.state, theme: theme)
            console.press("<")
            let past = render(console.state, theme: theme)
            try Golden.expect(text: StyleMap(theme, isPast: true).text(past), "styles/rewound-\(screen)-\(name)")
            let corner = (live.cells[100], past.cells[100])
            #expect(corner.0.scalar == corner.1.scalar && corner.0.style != corner.1.style)
        }
    }
}
