import Cluster
import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("Keys")
struct ActionTests {
    static let pages: [Page] = [
        .dashboard, .topics, .partitions, .topic("orders"), .configuration("orders"), .compaction,
        .statistics("orders"), .groups, .group("fraud-scorer"),
        .members("fraud-scorer"), .replay(group: "fraud-scorer", topic: "orders"),
        .tail(topic: "orders", partition: nil), .travel("orders"),
        .keyHistory(TopicPartition(topic: "orders", partition: 7), key: Array("us-88000".utf8)), .alerts,
        .alert("group.lag fraud-scorer "), .broker, .brokerConfiguration(1),
        .transactions, .transaction("billing-enrich-0"), .producers(TopicPartition(topic: "payments", partition: 2)),
        .connections, .queries, .query("CTAS_USER_SESSIONS_3"), .statement, .explanation("EXPLAIN X;"),
    ]

    @Test("no two actions of a screen share a key", arguments: pages)
    func unique(page: Page) {
        var seen: [Key: String] = [:]
        for action in ActionTable.actions(for: page) {
            for key in action.keys {
                #expect(seen[key] == nil, "\(key.label) is \(action.id) and \(seen[key] ?? "")")
                seen[key] = action.id
            }
        }
    }

    @Test("every action has a title of at most 24 cells and an id without blanks", arguments: pages)
    func titles(page: Page) {
        for action in ActionTable.actions(for: page) {
            #expect(!action.title.isEmpty && CellWidth.of(action.title) <= 24, "\(action.id)")
            #expect(action.id.allSatisfy { $0.isLowercase || $0 == "-" }, "\(action.id)")
        }
    }

    @Test(
        "every key that changes the cluster is a capital, and no other capital stands but G, S and M", arguments: pages)
    func capitals(page: Page) {
        for action in ActionTable.actions(for: page) {
            for case .character(let scalar) in action.keys {
                let isCapital = scalar.properties.isUppercase
                #expect(
                    isCapital == (action.section == .cluster || "GSM".unicodeScalars.contains(scalar)), "\(action.id)")
            }
        }
    }

    @Test("help lists every action of the screen", arguments: pages)
    func help(page: Page) {
        var console = Fixture(rows: 60, columns: 200)
        console.state.pages = [.dashboard, page]
        console.press("?")
        for action in ActionTable.actions(for: page) { #expect(console.text.contains(action.title), "\(action.id)") }
    }

    @Test("digits switch views from anywhere", arguments: ["", "2", "<tab><enter>", "jt", "4"])
    func digits(from: String) {
        for (digit, page) in [
            ("1", Page.dashboard), ("2", .topics), ("3", .groups), ("4", .alerts), ("5", .queries), ("6", .broker),
        ] {
            var console = Fixture()
            console.press(from + digit)
            #expect(console.state.page == page)
        }
    }

    @Test("enter goes in, esc comes out, and the crumbs say where one is")
    func inAndOut() {
        var console = Fixture()
        console.press("3<enter><enter>")
        #expect(console.state.pages == [.dashboard, .groups, .group("fraud-scorer"), .topic("orders")])
        #expect(console.text.contains("‹dashboard› ‹groups› ‹fraud-scorer› ‹topic orders›"))
        console.press("<esc><esc>q")
        #expect(console.state.page == .dashboard)
        console.press("q")
        #expect(console.effects.last == .askToQuit)
    }

    /// The sample with other rates of some topics, so that rows change places.
    private static func snapshot(rates: [String: Double]) -> Snapshot {
        var snapshot = SampleData.snapshot()
        for index in snapshot.topics.indices {
            guard let rate = rates[snapshot.topics[index].description.name] else { continue }
            snapshot.topics[index].recordsInPerSecond = rate
        }
        return snapshot
    }

    @Test("the cursor keeps its row while rows change places")
    func cursorFollowsRow() {
        var console = Fixture()
        console.press("2jj")
        #expect(console.state.selectedTopic == "payments")
        console.feed(.snapshot(Self.snapshot(rates: ["payments": 99_999])))
        #expect(console.state.selectedTopic == "payments")
        console.press("k")
        #expect(console.state.selectedTopic == "payments")
        console.press("j")
        #expect(console.state.selectedTopic == "clickstream")
    }

    @Test("a cursor that was never moved stays on the row it is seen on, until that sinks out of sight")
    func untouchedCursor() {
        var console = Fixture()
        console.press("2")
        #expect(console.state.selectedTopic == "clickstream")
        console.feed(.snapshot(Self.snapshot(rates: ["payments": 99_999])))
        #expect(console.state.selectedTopic == "clickstream")
        console.press("t")
        #expect(console.state.page == .tail(topic: "clickstream", partition: nil))
        console.press("2")
        console.feed(.snapshot(Self.snapshot(rates: ["payments": 99_999, "clickstream": 0])))
        #expect(console.state.selectedTopic == "payments")
    }

    @Test("s goes through the columns, S turns the order round")
    func sorting() {
        var console = Fixture()
        console.press("2s")
        #expect(console.text.contains("sort: name ↑"))
        console.press("S")
        #expect(console.text.contains("sort: name ↓"))
        console.press("ss")
        #expect(console.text.contains("sort: records ↓"))
    }

    @Test("a filter narrows while it is typed; /! turns it round; esc clears it")
    func filtering() {
        var console = Fixture()
        console.press("2/pay")
        #expect(console.text.contains("1 of 9"))
        console.press("<enter>")
        #expect(console.text.contains("/pay"))
        console.press("<esc>")
        #expect(!console.text.contains("1 of 9"))
        console.press("/!pay<enter>")
        #expect(console.text.contains("8 of 9"))
        console.press("/x<esc>")
        #expect(console.text.contains("8 of 9"))
    }

    @Test("the palette opens topics, groups and actions by a few letters, and :q quits")
    func palette() {
        var console = Fixture()
        console.press(":scorer<enter>")
        #expect(console.state.page == .group("fraud-scorer"))
        console.press(":topic pay<enter>")
        #expect(console.state.page == .topic("payments"))
        console.press(":theme nord<enter>")
        #expect(console.state.settings.theme == "nord")
        console.press("1:quit<enter>")
        #expect(console.effects.last == .askToQuit)
    }

    @Test("a paused screen stands still and catches up at once")
    func pause() {
        var console = Fixture()
        console.press(" ")
        var next = SampleData.snapshot()
        next.takenAt += 60_000
        console.feed(.snapshot(next))
        #expect(console.state.now == SampleData.now)
        #expect(console.text.contains("‖ paused"))
        console.press(" ")
        #expect(console.state.now == SampleData.now + 60_000)
    }

    @Test("faults only leaves what needs a look")
    func faults() {
        var console = Fixture()
        console.press("3!")
        #expect(console.text.contains("fraud-scorer"))
        #expect(!console.text.contains("search-index"))
    }

    @Test("enter on an alert goes to its subject")
    func alertSubject() {
        var console = Fixture()
        console.press("4<enter>")
        #expect(console.state.page == .group("fraud-scorer"))
        console.press("4j<enter>")
        #expect(console.state.page == .topic("orders"))
    }

    @Test("quitting asks only while clients are connected")
    func quitting() {
        var console = Fixture()
        console.feed(.arrived(.clients(3)))
        #expect(console.text.contains("3 clients are connected"))
        console.press("<esc>")
        #expect(console.state.dialog == nil)
        console.feed(.arrived(.clients(3)))
        console.press("k")
        #expect(console.effects.last == .keepServing)
        console.feed(.arrived(.clients(0)))
        #expect(console.effects.last == .quit)
    }

    @Test("read-only mode knows no key that changes the cluster")
    func readOnly() {
        var snapshot = SampleData.snapshot()
        snapshot.capabilities.remove(.write)
        var console = Fixture(snapshot: snapshot)
        console.press("j<enter>K")
        #expect(!console.effects.contains { if case .stopCompaction = $0 { true } else { false } })
        #expect(!console.text.contains("<K>"))
        console.press("cC")
        #expect(!console.effects.contains { if case .compact = $0 { true } else { false } })
        #expect(console.text.contains("read-only"))
    }
}

@Suite("Compaction from the keyboard")
struct CompactionKeyTests {
    @Test("c shows what would go, space rolls the active segment, C runs what was shown")
    func previewAndRun() {
        var console = Fixture()
        console.press("j<enter>c")
        #expect(console.text.contains("compact orders, all 12 partitions"))
        #expect(console.text.contains("12,660,000"))
        #expect(console.text.contains("stays: the active segment"))
        console.press(" ")
        #expect(console.text.contains("[x] roll the active segment first"))
        #expect(console.text.contains("nothing is held back"))
        console.press("C")
        let places = (0..<12).map { TopicPartition(topic: "orders", partition: Int32($0)) }
        #expect(console.effects.contains(.compact(places, rollActive: true)))
        #expect(console.text.contains("compaction of 12 partitions is queued"))
    }

    @Test(
        "on a cluster without a cleaner that takes orders, the preview shows the settings to change and how it was estimated"
    )
    func compactionBySettings() throws {
        var snapshot = SampleData.snapshot()
        snapshot.capabilities = [.compactionBySettings, .write]
        var console = Fixture(snapshot: snapshot)
        console.press("j<enter>c")
        guard case .compaction(let dialog) = console.state.dialog else {
            Issue.record("no preview was opened")
            return
        }
        var preview = SampleData.previews([dialog.partitions[0]], rollActive: false)[0]
        preview.estimate = "all records were read"
        preview.settings = [TemporarySetting(name: "min.cleanable.dirty.ratio", original: "0.3", temporary: "0.0")]
        console.feed(.arrived(.preview(ticket: dialog.ticket, .success([preview]))))
        #expect(console.text.contains("≈ all records were read"))
        #expect(
            console.text.contains(
                "for a while: min.cleanable.dirty.ratio=0.0 (from 0.3, put back exactly)"))
        #expect(console.text.contains("C changes the settings"))
        let status = try #require(snapshot.status)
        snapshot.status = ClusterStatus(
            clusterID: status.clusterID, brokers: status.brokers,
            requestedCompactions: [
                CompactionRun(
                    topicPartition: dialog.partitions[0], phase: .asked, isOnDemand: true,
                    startedAt: snapshot.takenAt)
            ])
        snapshot.sequence += 1
        console.press("<esc>")
        console.feed(.snapshot(snapshot))
        #expect(console.text.contains("asked"))
        #expect(console.text.contains("K takes them back"))
    }

    @Test("on a production cluster a compaction takes the topic's typed name, and nothing else")
    func production() {
        var console = Fixture()
        console.state.settings.isProduction = true
        let places = (0..<12).map { TopicPartition(topic: "orders", partition: Int32($0)) }
        for (typed, isDone) in [("order", false), ("orders", true)] {
            console.press("j<enter>cC")
            #expect(!console.effects.contains(.compact(places, rollActive: false)))
            console.press(typed + "<enter>")
            #expect(console.effects.contains(.compact(places, rollActive: false)) == isDone)
            console.press("1g")
        }
    }

    @Test("tab narrows it to the selected partition")
    func onePartition() {
        var console = Fixture()
        console.press("j<enter>c<tab><enter>")
        #expect(console.effects.contains(.compact([TopicPartition(topic: "orders", partition: 7)], rollActive: false)))
    }

    @Test("nothing runs before the preview is there, and a late preview of another question is dropped")
    func notBeforePreview() {
        var state = Fixture().state
        _ = update(&state, .key("j"))
        _ = update(&state, .key("c"))
        #expect(update(&state, .key("C")).isEmpty)
        _ = update(&state, .key(" "))
        let late = SampleData.previews([TopicPartition(topic: "orders", partition: 0)], rollActive: false)
        _ = update(&state, .arrived(.preview(ticket: 1, .success(late))))
        #expect(update(&state, .key("C")).isEmpty)
    }

    @Test("on a topic that is not compacted the key says why")
    func notCompacted() {
        var console = Fixture()
        console.press("c")
        #expect(console.text.contains("clickstream has cleanup.policy=delete"))
        var wide = Fixture(rows: 30, columns: 200)
        #expect(!wide.text.contains("<c> compact"))
        wide.press("j")
        #expect(wide.text.contains("<c> compact"))
    }

    @Test("K stops the topic's active runs")
    func stopping() {
        var console = Fixture()
        console.press("j<enter>K")
        #expect(console.effects.contains(.stopCompaction([TopicPartition(topic: "orders", partition: 7)])))
    }
}
