import AlertRules
import Cluster
import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("Group autopsy and losses")
struct AutopsyTests {
    private static func group(_ id: String, in fixture: Fixture) -> GroupFigures? { fixture.state.group(id) }

    @Test("the autopsy reads the record each partition with lag stopped at, and enter opens the tail there")
    func stops() throws {
        var console = Fixture()
        console.press("3")
        console.press("g<enter>d")
        let scorer = try #require(Self.group("fraud-scorer", in: console))
        let asked = console.effects.compactMap { effect -> [FetchStart]? in
            if case .loadStops(let starts, _) = effect { starts } else { nil }
        }
        let lagging = scorer.partitions.filter { $0.lag.records ?? 0 > 0 }
        #expect(asked.count == 1)
        #expect(Set(asked.flatMap { $0 }.map(\.topicPartition)) == Set(lagging.map(\.topicPartition)))
        #expect(
            asked.flatMap { $0 }.allSatisfy { start in
                lagging.contains { $0.topicPartition == start.topicPartition && $0.commit?.offset == start.offset }
            })
        // Worst first: orders-7.
        #expect(console.text.contains("us-"))
        console.press("<enter>")
        #expect(console.state.page == .tail(topic: "orders", partition: 7))
        #expect(console.state.tail?.records.first?.record.offset == 25_121_110)
        #expect(console.state.tail?.mode == .paging)
    }

    @Test("a snapshot that moved the commits asks anew after a moment, one that did not asks nothing")
    func again() {
        var console = Fixture()
        console.press("3g<enter>d")
        func reads() -> Int {
            console.effects.filter { if case .loadStops = $0 { true } else { false } }.count
        }
        var snapshot = SampleData.snapshot()
        snapshot.takenAt += 5000
        console.feed(.snapshot(snapshot))
        #expect(reads() == 1)
        snapshot.takenAt += 5000
        for index in snapshot.groups.indices where snapshot.groups[index].description.groupID == "fraud-scorer" {
            snapshot.groups[index].partitions[7].commit?.offset += 10
        }
        console.feed(.snapshot(snapshot))
        #expect(reads() == 2)
        snapshot.takenAt += 500
        for index in snapshot.groups.indices where snapshot.groups[index].description.groupID == "fraud-scorer" {
            snapshot.groups[index].partitions[7].commit?.offset += 10
        }
        console.feed(.snapshot(snapshot))
        #expect(reads() == 2, "no more often than every two seconds")
    }

    @Test("a record that cannot be read says why in its place, and a late answer to an older read is dropped")
    func unreadable() {
        var console = Fixture()
        console.state.pages = [.dashboard, .members("fraud-scorer")]
        let effects = update(&console.state, .snapshot(SampleData.snapshot()))
        guard
            case .loadStops(let starts, let ticket)? = effects.first(where: {
                if case .loadStops = $0 { true } else { false }
            })
        else {
            Issue.record("nothing was asked")
            return
        }
        _ = update(&console.state, .arrived(.stops(ticket: ticket - 1, [:])))
        #expect(console.state.stops?.stops.isEmpty == true)
        let failure = Result<FetchedRecords, ClusterError>.failure(.unavailable("broker 2 does not answer"))
        let found = Dictionary(uniqueKeysWithValues: starts.map { ($0.topicPartition, failure) })
        _ = update(&console.state, .arrived(.stops(ticket: ticket, found)))
        console.state.size = Size(rows: 30, columns: 160)
        #expect(console.text.contains("▲ broker 2 does not answer"))
    }

    @Test("a loss is acknowledged with a: the monitor is told, the mark is kept, and nothing else has the key")
    func acknowledge() throws {
        var console = Fixture(snapshot: SampleData.losing())
        console.press("3")
        console.press("/warehouse<enter>")
        #expect(console.text.contains("LOST 12.4k"))
        console.effects = []
        console.press("a")
        let loss = AlertMarks.Loss(group: "warehouse", topic: "shipments", partition: 0, upTo: 8_999_000)
        #expect(console.effects.contains(.acknowledgeLosses([loss])))
        #expect(console.state.marks.losses == [loss])
        #expect(try console.kept.get().losses == [loss])
        // A group that lost nothing has no such key.
        var other = Fixture(snapshot: SampleData.losing())
        other.press("3/billing<enter>a")
        #expect(!other.effects.contains { if case .acknowledgeLosses = $0 { true } else { false } })
    }

    @Test("losses acknowledged in an earlier run are told to the monitor once the marks are read")
    func kept() {
        var marks = AlertMarks()
        let loss = AlertMarks.Loss(group: "warehouse", topic: "shipments", partition: 0, upTo: 8_999_000)
        marks.acknowledge([loss])
        let console = Fixture(kept: .success(marks))
        #expect(console.effects.contains(.acknowledgeLosses([loss])))
    }

    @Test("sorted by loss the worst come first: lost, will lose, tight, safe, none")
    func order() {
        var console = Fixture(rows: 24, columns: 120, snapshot: SampleData.losing())
        console.press("3")
        while !console.text.contains("sort: loss") { console.press("s") }
        let rows = console.text.split(separator: "\n")
        let places = ["warehouse", "search-index", "mailer", "billing"].map { name in
            rows.firstIndex { $0.contains(name) } ?? -1
        }
        #expect(places == places.sorted())
        #expect(!places.contains(-1))
    }

    @Test("the reading of a group in trouble says the word and the reason")
    func reading() {
        var console = Fixture(rows: 40, columns: 110, snapshot: SampleData.losing())
        console.press("3/search<enter><enter>")
        #expect(
            console.text.contains("STALL clickstream-0: commits every 5s, offset unchanged for 4m 00s, lag 936,000."))
        console.press("1")
        #expect(console.text.contains("STALL 4m"))
    }
}
