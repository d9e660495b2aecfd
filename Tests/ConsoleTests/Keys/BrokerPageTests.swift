import Cluster
import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("Pages about what the broker does")
struct BrokerPageTests {
    private static func attached(_ snapshot: Snapshot = SampleData.attached()) -> Fixture {
        Fixture(snapshot: snapshot, settings: Settings(address: "kafka-1:9092", isEmbedded: false))
    }

    private func row(_ text: String, _ console: Fixture) -> String {
        console.text.split(separator: "\n").first { $0.contains(text) }.map(String.init) ?? ""
    }

    @Test("from the broker's page a transaction leads to its partitions, and a partition to its producers")
    func path() {
        var console = Fixture()
        console.press("6x")
        #expect(console.state.page == .transactions)
        #expect(row("shop-checkout-3", console).contains("orders-7"))
        console.press("j<enter>")
        #expect(console.state.page == .transaction("shop-checkout-3"))
        #expect(console.text.contains("aborts it in 14m 52s unless its producer ends it"))
        console.press("<enter>")
        #expect(console.state.page == .producers(TopicPartition(topic: "orders", partition: 7)))
        #expect(row(" 4011 ", console).contains("billing-enrich-0"))
        console.press("<esc><esc><esc>")
        #expect(console.state.page == .broker)
    }

    @Test("the palette opens transactions and connections from everywhere", arguments: ["transactions", "connections"])
    func palette(word: String) {
        var console = Fixture()
        console.press("3:\(word)<enter>")
        #expect(console.state.page == (word == "transactions" ? .transactions : .connections))
        console.press("q")
        #expect(console.state.page == .broker)
    }

    @Test(
        "u shows the producers of the selected partition, asked for again with each snapshot, but never twice at once")
    func producers() {
        let place = TopicPartition(topic: "payments", partition: 0)
        var console = Fixture()
        console.press("2/payments<enter><enter>u")
        #expect(console.state.page == .producers(place))
        func asked() -> Int { console.effects.count { $0 == .loadProducers(place) } }
        #expect(asked() == 1)
        var next = SampleData.snapshot()
        next.sequence += 1
        console.feed(.snapshot(next))
        #expect(asked() == 2)
        // While an answer is awaited, a snapshot asks nothing.
        _ = update(&console.state, .snapshot(next))
        #expect(update(&console.state, .snapshot(next)) == [])
        console.feed(.arrived(.producers(place, .failure(.unsupported("broker 1 cannot")))))
        #expect(console.text.contains("▲ broker 1 cannot"))
        console.press("<esc>")
        console.effects = []
        console.feed(.snapshot(next))
        #expect(asked() == 0, "nobody looks at them any more")
    }

    @Test("a hanging transaction is named first, with whom it holds back and the command that ends it")
    func hanging() {
        var console = Self.attached()
        console.press("6x")
        #expect(console.text.contains("▲ 1 hanging"))
        #expect(console.text.contains("waits on audit-log-1 at offset"))
        console.press("<enter>")
        let text = console.text.split(separator: "\n").map { $0.dropFirst().dropLast() }.joined()
            .split(separator: " ").joined(separator: " ")
        #expect(
            text.contains(
                "kafka-transactions.sh --bootstrap-server kafka-1:9092 abort --topic audit-log --partition 1 --start-offset"
            ))
    }

    @Test("on the embedded broker nothing is advised that it does not serve")
    func embeddedRemedy() {
        var snapshot = SampleData.snapshot()
        snapshot.transactions = SampleData.attachedTransactions()
        var console = Fixture(snapshot: snapshot)
        console.press("6x")
        #expect(!console.text.contains("kafka-transactions.sh"))
        #expect(console.text.contains("isolation.level=read_uncommitted"))
    }

    @Test("what a peer cannot tell of transactions is said, and no empty list is shown")
    func untold() {
        var snapshot = SampleData.attached()
        snapshot.transactions = TransactionBoard(problem: "broker 1 has no ListTransactions", isTold: false)
        var console = Self.attached(snapshot)
        console.press("6")
        #expect(row("open txns", console).contains("—"))
        console.press("x")
        #expect(console.text.contains("▲ broker 1 has no ListTransactions"))
        #expect(!console.text.contains("TRANSACTION  ") && !console.text.contains("no transactional id"))
    }

    @Test("over the wire connections are a capability that is missing, with its reason")
    func absent() {
        var console = Self.attached()
        console.press("6n")
        #expect(console.text.contains("Kafka's protocol does not tell who is connected"))
        #expect(console.text.contains("socket-server-metrics"))
        console.press("s/x<enter>,e<tab>")
        #expect(console.state.page == .connections)
    }

    @Test("connections are sorted and filtered by what is seen of them")
    func connections() {
        var console = Fixture(rows: 40, columns: 160)
        console.press("6n/sarama<enter>")
        #expect(console.text.contains("1 of 9"))
        #expect(row("metrics", console).contains("observer"))
        console.press("<esc>")
        let names = console.state.withRows(of: 0)
        #expect(names.first == "8", "the busiest first")
        while !console.text.contains("sort: idle") { console.press("s") }
        #expect(console.state.withRows(of: 0).first == "10")
    }

    @Test("a certificate that ends soon is a fault, one that ended more so")
    func certificates() {
        var snapshot = SampleData.snapshot()
        var console = Fixture(snapshot: snapshot)
        console.press("6n")
        #expect(row("SECURE ", console).contains("▲ 12 days left"))
        snapshot.service?.listeners[1].certificateExpiresAt = SampleData.now - 1
        console.feed(.snapshot(snapshot))
        #expect(row("SASL_SSL", console).contains("▲ expired"))
        snapshot.service?.listeners[1].certificateExpiresAt = SampleData.now + 400 * 86_400_000
        console.feed(.snapshot(snapshot))
        #expect(row("SASL_SSL", console).contains("400 days left") && !row("SASL_SSL", console).contains("▲"))
    }

    @Test("a group says its type; members that are behind the group's epoch are told")
    func types() {
        var snapshot = SampleData.snapshot()
        let index = snapshot.groups.firstIndex { $0.description.groupID == "fraud-scorer" } ?? 0
        snapshot.groups[index].description.type = .consumer
        snapshot.groups[index].description.protocolName = "uniform"
        for member in 0..<3 {
            snapshot.groups[index].description.members[member].memberEpoch = member == 0 ? 40 : 41
        }
        var console = Fixture(rows: 40, columns: 200, snapshot: snapshot)
        console.press("3")
        #expect(
            row("fraud-scorer", console).contains("consumer uniform")
                || row("fraud-scorer", console).contains("consumer  uniform"))
        console.press("/fraud<enter><enter>")
        #expect(console.text.contains("Stable · consumer · 3 members · uniform · epoch 41, 1 member behind"))
        console.press("d")
        let rows = console.text.split(separator: "\n")
        #expect(rows.contains { $0.contains("scorer-0") && $0.contains("/127.0.0.1") && $0.contains(" 40 ") })
        #expect(console.text.contains("EPOCH"))
    }
}

extension ConsoleState {
    /// The ids of the rows of a box, in the order shown.
    fileprivate func withRows(of box: Int) -> [String] {
        var state = self
        var ids: [String] = []
        _ = update(&state, .key("g"))
        while let id = state.rowID, ids.last != id {
            ids.append(id)
            _ = update(&state, .key("j"))
        }
        return ids
    }

    private var rowID: String? { lists[ListID(page, box)]?.selected }
}
