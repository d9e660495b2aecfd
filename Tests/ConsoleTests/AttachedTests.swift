import Cluster
import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("A console on an attached cluster")
struct AttachedTests {
    static func console(_ snapshot: Snapshot, columns: Int = 140, settings: Settings? = nil) -> Fixture {
        Fixture(
            rows: 40, columns: columns, snapshot: snapshot,
            settings: settings ?? Settings(address: "kafka-1:9092", isEmbedded: false))
    }

    @Test("the header says what one is attached to, what one may, and what it costs")
    func header() {
        var snapshot = SampleData.attached()
        #expect(Self.console(snapshot).grid.text(row: 0).contains("attached kafka-1:9092 · read-only"))
        #expect(Self.console(snapshot).grid.text(row: 0).contains("12 req/s 48 KB/s · every 1 s"))
        snapshot.capabilities = .write
        snapshot.poll.intervalMilliseconds = 4000
        snapshot.poll.load?.isStretched = true
        #expect(!Self.console(snapshot).grid.text(row: 0).contains("read-only"))
        #expect(Self.console(snapshot).grid.text(row: 0).contains("every 4 s (budget)"))
        // Where little fits, that polls are stretched is still said.
        #expect(Self.console(snapshot, columns: 80).grid.text(row: 0).contains("every 4 s (budget)"))
    }

    @Test("an embedded broker costs no request, so the header speaks of none")
    func embedded() {
        #expect(!Fixture(rows: 40, columns: 200).grid.text(row: 0).contains("req/s"))
    }

    @Test("a production cluster is named so, not by colour alone")
    func production() {
        let settings = Settings(
            address: "kafka-1:9092", isEmbedded: false, clusterName: "payments-eu", isProduction: true)
        let console = Self.console(SampleData.attached(), settings: settings)
        #expect(console.grid.text(row: 0).contains("▲ payments-eu production"))
    }

    @Test("a silent broker is named once with since when, and every figure it does not touch is live")
    func silentBroker() {
        var console = Self.console(SampleData.silentBroker())
        #expect(console.grid.text(row: 0).contains("▲ broker 3 silent 42s"))
        #expect(console.text.contains("orders ▲4/12 stale 42s"))
        #expect(!console.text.contains("shipments ▲"))
        console.press("6")
        #expect(console.text.contains("▲ silent 42s: connection refused"))
        console.press("!")
        #expect(console.text.contains("1 of 3"))
    }

    @Test("when nothing answers the board stays, dimmed, and the header says when it is tried again")
    func outage() {
        let console = Self.console(SampleData.outage())
        #expect(console.grid.text(row: 0).contains("no answer from kafka-1:9092  retry in 3 s"))
        #expect(console.text.contains("orders ▲stale 1m"))
        let styles = (1..<38).flatMap { row in console.grid.row(row)[(row * 140)..<((row + 1) * 140)].map(\.style) }
        #expect(styles.allSatisfy { $0 == Fixture.theme.muted })
    }

    @Test("what stood still goes on aging, and the retry comes nearer")
    func standing() {
        let later = SampleData.outage().standing(at: SampleData.now + 2000)
        #expect(Self.console(later).grid.text(row: 0).contains("retry in 1 s"))
        var slow = Self.console(SampleData.attached())
        slow.feed(.snapshot(SampleData.attached().standing(at: SampleData.now + 7000, overdueMilliseconds: 7000)))
        #expect(slow.grid.text(row: 0).contains("▲ no answer for 7s"))
    }

    @Test("brokers are a table: who leads how much, which holds how much; enter and d open its settings")
    func brokers() {
        var console = Self.console(SampleData.attached())
        console.press("6")
        #expect(console.text.contains("kafka-2.internal:9092"))
        #expect(console.text.contains("controller"))
        #expect(console.text.contains("segments, dirty ratio"))
        console.press("jd")
        #expect(console.state.page == .brokerConfiguration(2))
        #expect(console.effects.contains(.loadBrokerConfiguration(2)))
        #expect(console.text.contains("log.retention.ms"))
        #expect(console.text.contains("If not set, the value in log.retention.minutes is"))
        #expect(console.text.contains("log.retention.hours = 168, default"))
        console.press("!")
        #expect(console.text.contains("4 of 5") && !console.text.contains("log.cleaner.threads"))
        console.press("/num.<enter>")
        #expect(console.text.contains("The broker does not tell what it means."))
    }

    @Test("what the wire does not tell is a dash, no question mark and no zero")
    func untold() {
        var console = Self.console(SampleData.attached())
        let row = console.text.split(separator: "\n").first { $0.contains("orders ") } ?? ""
        #expect(row.contains("—"))
        #expect(!row.contains("?"))
        console.press("jj<enter>")
        #expect(
            console.text.contains("what the cleaner does is not told over the wire")
                || console.text.contains("cleanup.policy"))
    }
}
