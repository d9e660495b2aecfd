import Cluster
import Console
import ConsoleSamples
import Monitor
import Operations
import Testing

@Suite("Topics from the keyboard")
struct TopicActTests {
    private static let production = Settings(clusterName: "payments-eu", isProduction: true)

    private static func acts(_ console: Fixture) -> [ClusterAct] {
        console.effects.compactMap { if case .act(let act) = $0 { act } else { nil } }
    }

    @Test("N asks for a topic, has it checked by the cluster, and creates it as typed")
    func create() {
        var console = Fixture()
        console.press("2Norders-eu<down>6<down>3<down><right><right><down>retention.ms=7,cleanup.x=[a,b]<enter>")
        let topic = NewTopic(
            "orders-eu", partitions: 6, replicationFactor: 3,
            settings: [("cleanup.policy", "compact"), ("retention.ms", "7"), ("cleanup.x", "a,b")])
        #expect(console.effects.contains { if case .checkAct(.createTopic(topic), _) = $0 { true } else { false } })
        #expect(Self.acts(console) == [.createTopic(topic)])
        #expect(console.effects.contains(.refresh))
        #expect(console.text.contains("● topic orders-eu is created"))
        #expect(console.text.contains("kafka-topics.sh --bootstrap-server"))
        console.press("y")
        #expect(
            console.effects.contains {
                if case .copy(let line) = $0 {
                    line.contains("--create --topic orders-eu --partitions 6")
                } else {
                    false
                }
            })
        #expect(console.state.dialog == nil)
    }

    @Test(
        "what is wrong with a new topic is said in the form, and nothing is sent",
        arguments: [
            ("orders", "there is a topic orders already"), ("x<down>0", "a whole number from 1"),
            ("x<down>99999999999", "a whole number from 1"),
            ("x<down><down><down><down>retention.ms", "is no key=value"),
            ("x<down><down><down><right><down>cleanup.policy=compact", "cleanup.policy is set twice"),
            ("", "name is needed"),
        ])
    func refusedBefore(typed: String, words: String) {
        var console = Fixture(rows: 40, columns: 140)
        console.press("2N\(typed)<enter>")
        #expect(console.text.contains("▲") && console.text.contains(words))
        #expect(!console.effects.contains { if case .checkAct = $0 { true } else { false } })
    }

    @Test("what the cluster would not take stays in the form with its reason, and nothing is changed")
    func refusedByCluster() {
        var console = Fixture()
        console.refusal = .invalid(
            "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached"
                + " because only 1 broker(s) are registered.")
        console.press("2Norders-eu<enter>")
        // Kafka's sentence is longer than the form is wide: its reason stands at the end.
        #expect(console.text.contains("▲ Unable to replicate the partition 3 time(s)"))
        #expect(console.text.contains("1 broker(s) are registered."))
        #expect(console.text.contains("orders-eu▏"))
        #expect(Self.acts(console).isEmpty)
    }

    @Test("an answer about a form that was changed meanwhile is dropped")
    func lateAnswer() {
        var state = Fixture().state
        for key: Key in ["2", "N", "a"] { _ = update(&state, .key(key)) }
        guard case .checkAct(_, let ticket)? = update(&state, .key(.enter)).first else {
            Issue.record("the form was not checked")
            return
        }
        _ = update(&state, .key("b"))
        #expect(update(&state, .arrived(.checked(ticket: ticket, .success(())))).isEmpty)
        #expect(state.dialog != nil)
    }

    @Test("D shows what would be lost, takes the typed name, and leaves the pages of what is gone")
    func delete() {
        var console = Fixture()
        console.press("2<enter>D")
        #expect(console.state.page == .topic("clickstream"))
        #expect(console.text.contains("delete topic clickstream") && console.text.contains("search-index reads it"))
        console.press("<enter>clicks<enter>")
        #expect(Self.acts(console).isEmpty)
        #expect(console.text.contains("that is not clickstream; nothing was changed"))
        console.press("D<enter>clickstream<enter>")
        #expect(Self.acts(console) == [.deleteTopics(["clickstream"])])
        #expect(console.state.page == .topics)
    }

    @Test("in production a deletion takes the cluster's name before the topic's")
    func deleteInProduction() {
        var console = Fixture(settings: Self.production)
        console.press("2D<enter>clickstream<enter>")
        #expect(Self.acts(console).isEmpty)
        console.press("D<enter>payments-eu/clickstream<enter>")
        #expect(Self.acts(console) == [.deleteTopics(["clickstream"])])
    }

    @Test("Kafka's own topics are neither deleted nor purged, and a compacted topic is not purged: each says why")
    func protected() {
        var console = Fixture(rows: 30, columns: 160)
        for _ in 0..<8 { console.press(console.state.page == .topics ? "j" : "2j") }
        #expect(console.state.selectedTopic == "__consumer_offsets")
        console.press("D")
        #expect(console.text.contains("is Kafka's own") && console.state.dialog == nil)
        console.press("2gjX")
        #expect(console.text.contains("orders has cleanup.policy=compact"))
        #expect(Self.acts(console).isEmpty)
    }

    @Test("a group with members is not deleted and says so; an empty one takes its typed name")
    func deleteGroup() {
        var snapshot = SampleData.snapshot()
        var console = Fixture(rows: 30, columns: 140, snapshot: snapshot)
        console.press("3D")
        #expect(console.text.contains("stop its consumers first") && console.state.dialog == nil)
        for index in snapshot.groups.indices {
            snapshot.groups[index].description.state = .empty
            snapshot.groups[index].description.members = []
        }
        console = Fixture(rows: 30, columns: 140, snapshot: snapshot)
        console.press("3")
        let id = console.state.selectedGroup ?? ""
        console.press("D")
        #expect(console.text.contains("delete group \(id)"))
        console.press("<enter>\(id)<enter>")
        #expect(Self.acts(console) == [.deleteGroup(id)])
    }

    @Test("X previews what goes in each partition, warns of unread records, and takes the typed name")
    func purge() {
        var console = Fixture(rows: 30, columns: 120)
        console.press("2X<right><down>12,000<down>0-2<enter>")
        guard case .planPurge(let request, _)? = console.effects.last else {
            Issue.record("no plan was asked for")
            return
        }
        #expect(request.bound == .offset(12_000) && request.partitions == [0, 1, 2])
        #expect(console.text.contains("records before offset 12,000"))
        #expect(console.text.contains("RECORDS ≤") && console.text.contains("9,000,000"))
        #expect(console.text.contains("27,264,639"))
        #expect(Self.acts(console).isEmpty)
        console.press("<enter>")
        #expect(console.text.contains("type clickstream to purge these records:"))
        console.press("clickstream<enter>")
        guard case .deleteRecords("clickstream", let offsets)? = Self.acts(console).first else {
            Issue.record("nothing was purged")
            return
        }
        #expect(offsets[TopicPartition(topic: "clickstream", partition: 0)] == 16_340_110)
    }

    @Test(
        "a purge that makes no sense is refused in its form",
        arguments: [
            ("<down>noon", "is no time; write"), ("<right><down>-4", "an offset is a number"),
            ("<right><right><down><down>99", "has no partition 99"), ("<right><right><down><down>1;2", "write 0,2,5-7"),
        ])
    func badPurge(typed: String, words: String) {
        var console = Fixture(rows: 30, columns: 120)
        console.press("2X\(typed)<enter>")
        #expect(console.text.contains(words))
        #expect(!console.effects.contains { if case .planPurge = $0 { true } else { false } })
    }

    @Test(
        "E shows what a setting means and its default, checks the new value, shows old and new, and changes it with enter"
    )
    func edit() {
        var console = Fixture(rows: 30, columns: 120)
        console.press("2jdE")
        #expect(console.text.contains("compact keeps each key's latest record"))
        #expect(console.text.contains("default  delete"))
        console.press(",delete<enter>")
        let change = ClusterAct.alter(.topic("orders"), [ConfigChange("cleanup.policy", .set, "compact,delete")])
        #expect(console.effects.contains { if case .checkAct(change, _) = $0 { true } else { false } })
        #expect(console.text.contains("old   compact") && console.text.contains("new   compact,delete"))
        #expect(console.text.contains("▲ records are deleted by age and size from then on"))
        #expect(Self.acts(console).isEmpty)
        console.press("<enter>")
        #expect(Self.acts(console) == [change])
        #expect(console.effects.last == .loadConfiguration(topic: "orders"))
    }

    @Test("an overridden setting goes back to its default, which the preview names")
    func reset() {
        var console = Fixture(rows: 30, columns: 120)
        console.press("2jdE<down><right><enter>")
        #expect(console.text.contains("new   delete  default again"))
        console.press("<enter>")
        #expect(Self.acts(console) == [.alter(.topic("orders"), [ConfigChange("cleanup.policy", .delete)])])
    }

    @Test("a value the broker would not take stays in the form with the broker's words")
    func refusedValue() {
        var console = Fixture(rows: 30, columns: 120)
        console.refusal = .invalid("Invalid value compactdelete for configuration cleanup.policy")
        console.press("2jdEdelete<enter>")
        #expect(console.text.contains("▲ Invalid value compactdelete"))
        #expect(Self.acts(console).isEmpty)
    }

    @Test("in production a change of settings takes the typed name, and creating a topic one more enter")
    func production() {
        var console = Fixture(settings: Self.production)
        console.press("2jdE,delete<enter><enter>")
        #expect(console.text.contains("production: type orders to change its settings:"))
        console.press("orders<enter>")
        #expect(Self.acts(console).count == 1)
        console = Fixture(settings: Self.production)
        console.press("2Nfresh<enter>")
        #expect(Self.acts(console).isEmpty && console.text.contains("▲ production"))
        console.press("<enter>")
        #expect(Self.acts(console) == [.createTopic(NewTopic("fresh"))])
    }

    @Test("read-only knows none of the keys", arguments: ["2N", "2D", "2X", "2jdE", "3D"])
    func readOnly(keys: String) {
        var snapshot = SampleData.snapshot()
        snapshot.capabilities.remove(.write)
        var console = Fixture(snapshot: snapshot)
        console.press(keys)
        #expect(console.state.dialog == nil && console.state.prompt == nil && Self.acts(console).isEmpty)
    }

    @Test("a failed act says why and leaves everything as it was; a part that failed is named")
    func failures() {
        var console = Fixture()
        console.feed(.arrived(.done(.deleteTopics(["orders"]), .failure(.unavailable("broker 1 does not answer")))))
        #expect(console.text.contains("broker 1 does not answer") && console.state.dialog == nil)
        console.feed(
            .arrived(
                .done(
                    .deleteRecords(topic: "orders", [:]),
                    .success(
                        ActReport("records of 1 partition are deleted", problems: ["orders-3: offset out of range"])))))
        #expect(console.text.contains("▲ orders-3: offset out of range"))
        // Any other key closes the report and does what it does.
        console.press("3")
        #expect(console.state.page == .groups && console.state.dialog == nil)
    }
}

@Suite("Statistics of a topic on the screen")
struct StatisticsScreenTests {
    @Test("n asks before it reads; enter begins, space pauses, x stops; it goes on while other pages are looked at")
    func keys() {
        var console = Fixture(rows: 30, columns: 120)
        console.press("2n")
        #expect(console.text.contains("begins; it goes on while other pages are looked at"))
        #expect(!console.effects.contains { if case .startStatistics = $0 { true } else { false } })
        console.press("<enter>")
        guard case .startStatistics("clickstream", let places, let ticket)? = console.effects.last else {
            Issue.record("nothing was begun")
            return
        }
        #expect(places.count == 16)
        console.press(" ")
        #expect(console.effects.last == .controlScan(ticket: ticket, .pause))
        console.press("x")
        #expect(console.effects.last == .controlScan(ticket: ticket, .stop))
        console.press("3")
        #expect(console.text.contains("▸ statistics of clickstream 62%"))
        let (progress, report) = SampleData.statistics(of: places, share: 1, isEnded: true)
        console.feed(.arrived(.statistics(topic: "clickstream", ticket: ticket, progress, report)))
        #expect(console.text.contains("statistics of clickstream: all read, 64,000 records"))
        console.press("2n")
        #expect(console.text.contains("● all read"))
    }

    @Test("what came of a scan that was begun anew is not shown")
    func late() {
        var console = Fixture(rows: 30, columns: 120)
        console.press("2n<enter>")
        let places = [TopicPartition(topic: "clickstream", partition: 0)]
        let (progress, report) = SampleData.statistics(of: places, share: 1, isEnded: true)
        console.feed(.arrived(.statistics(topic: "clickstream", ticket: -1, progress, report)))
        #expect(console.text.contains("▸ reading"))
    }
}

@Suite("The compaction panel")
struct CompactionPanelTests {
    @Test("shows every compacted partition with its state, what runs on top, and what was done before and after")
    func rows() {
        var console = Fixture(rows: 40, columns: 140)
        console.press("2p")
        #expect(console.text.contains("orders-7") && console.text.contains("▸ 62%"))
        #expect(console.text.contains("▲ due"))
        #expect(!console.text.contains("clickstream-0"))
        #expect(console.text.contains("1.6G → 1.5G") && console.text.contains("71% → 2%"))
        #expect(console.text.contains("now") && console.text.contains("eta"))
    }

    @Test("c previews the partition under the cursor, a turns to all that is due, C runs what was shown")
    func due() {
        var console = Fixture(rows: 40, columns: 140)
        let due = SampleData.snapshot().topics.flatMap { topic in
            topic.partitions.filter { $0.description.cleaning?.isEligible == true }.map {
                TopicPartition(topic: topic.description.name, partition: $0.description.partition)
            }
        }
        let idle = Set(due).subtracting(SampleData.runs().filter(\.isActive).map(\.topicPartition))
        #expect(idle.count == 1)
        console.press("2pjc")
        guard case .previewCompaction(let one, _, _)? = console.effects.last else {
            Issue.record("no preview")
            return
        }
        #expect(one.count == 1)
        console.press("a")
        guard case .previewCompaction(let all, _, _)? = console.effects.last else {
            Issue.record("no preview")
            return
        }
        #expect(Set(all) == idle)
        #expect(console.text.contains("compact the 1 due partition"))
        console.press("C")
        #expect(console.effects.contains(.compact(all, rollActive: false)))
    }

    @Test("K on the panel stops all that runs, and nothing in read-only mode")
    func stopping() {
        var console = Fixture()
        console.press("2pK")
        #expect(console.effects.contains(.stopCompaction([TopicPartition(topic: "orders", partition: 7)])))
        var snapshot = SampleData.snapshot()
        snapshot.capabilities.remove(.write)
        console = Fixture(snapshot: snapshot)
        console.press("2pKcaC")
        #expect(!console.effects.contains { if case .stopCompaction = $0 { true } else { false } })
        #expect(!console.effects.contains { if case .compact = $0 { true } else { false } })
    }
}

@Suite("Faults only")
struct FaultsOnlyTests {
    @Test(
        "every list that leaves out what is well says so in its border, and shows all again",
        arguments: ["1", "2", "2<tab>", "2j<enter>", "2p", "3", "3<enter>", "4", "6", "2jd", "6d"])
    func title(keys: String) {
        var console = Fixture(rows: 40, columns: 160)
        console.press(keys)
        let before = console.text
        console.press("!")
        let borders = console.text.split(separator: "\n").dropLast(2).filter { $0.contains("╭") || $0.contains("╰") }
        #expect(borders.contains { $0.contains("faults only") || $0.contains("only what is set") }, "\(console.text)")
        console.press("!")
        #expect(console.text == before)
    }

    @Test("of the topics those stay that are under-replicated, leaderless, unread or dirtier than they may be")
    func topics() {
        var snapshot = SampleData.snapshot()
        let shipments = snapshot.topics.firstIndex { $0.description.name == "shipments" } ?? 0
        snapshot.topics[shipments].partitions[0].description.replicas = [1, 2, 3]
        var console = Fixture(rows: 30, columns: 120, snapshot: snapshot)
        console.press("2!")
        #expect(console.text.contains("2 of 9"))
        #expect(console.text.contains("▶ orders ") && console.text.contains("  shipments "))
        console.press("/!orders<enter>")
        #expect(console.text.contains("1 of 9"))
    }
}
