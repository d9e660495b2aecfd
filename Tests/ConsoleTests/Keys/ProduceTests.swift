import Cluster
import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("Writing records by hand")
struct ProduceTests {
    private static func produced(_ effects: [Effect]) -> (NewRecord, TopicPartition)? {
        for case .produce(let record, let place) in effects { return (record, place) }
        return nil
    }

    @Test("a new record goes where its key's hash says, once the form was seen and accepted")
    func new() throws {
        var console = Fixture(rows: 40, columns: 120)
        console.press("jP")
        #expect(console.text.contains("produce to orders"))
        console.press("us-1<tab><tab>{\"a\": 1}<tab><tab>source=web, note=a\\, b")
        let wanted = KeyPartitioner.partition(of: Array("us-1".utf8), partitions: 12)
        #expect(console.text.contains("to orders-\(wanted), by the key's hash"))
        #expect(console.text.contains("key 4 bytes; value 8 bytes, JSON; 2 headers"))
        console.press("<enter>")
        let (record, place) = try #require(Self.produced(console.effects))
        #expect(place == TopicPartition(topic: "orders", partition: wanted))
        #expect(record.key == Array("us-1".utf8) && record.value == Array("{\"a\": 1}".utf8))
        #expect(record.headers.map(\.name) == ["source", "note"])
        #expect(record.headers.last?.value == Array("a, b".utf8))
        #expect(console.text.contains("written to orders-\(wanted)"))
    }

    @Test("a tombstone, a partition said, and what cannot be: each as the form shows it")
    func kinds() throws {
        var console = Fixture(rows: 40, columns: 120)
        console.press("jPk<tab><tab><tab><right><tab><tab>3")
        #expect(console.text.contains("to orders-3, as said"))
        #expect(console.text.contains("a tombstone"))
        console.press("<enter>")
        #expect(Self.produced(console.effects)?.0.value == nil)
        #expect(Self.produced(console.effects)?.0.key == Array("k".utf8))
        var wrong = Fixture(rows: 40, columns: 120)
        wrong.press("jP<tab><tab><tab><tab><tab>12<enter>")
        #expect(wrong.text.contains("a number from 0 to 11"))
        #expect(Self.produced(wrong.effects) == nil)
        wrong.press("<ctrl-u>1<up>nothing<enter>")
        #expect(wrong.text.contains("headers are written as"))
    }

    @Test("a record is sent again from the inspector byte for byte, after the typed name")
    func again() throws {
        var console = Fixture(rows: 40, columns: 120)
        console.press("jt")
        for _ in 0..<12 where console.state.copyTextForTest?.hasPrefix("{") != true { console.press("k") }
        let wanted = try #require(console.state.tail?.selected)
        console.press("<tab>P")
        #expect(console.text.contains("send orders-\(wanted.place.partition) @ \(wanted.record.offset) again"))
        console.press("<enter>")
        #expect(Self.produced(console.effects) == nil)
        console.press("nothing<enter>")
        #expect(Self.produced(console.effects) == nil)
        console.press("P<enter>orders<enter>")
        let (record, _) = try #require(Self.produced(console.effects))
        #expect(record.key == wanted.record.key && record.value == wanted.record.value)
        #expect(record.headers == wanted.record.headers)
    }

    @Test("bytes that are no line of text are sent again as they were")
    func binary() throws {
        var console = Fixture(rows: 40, columns: 120)
        console.press("jt")
        for _ in 0..<12 where console.state.tail?.selected?.record.value?.first != 0 { console.press("k") }
        let wanted = try #require(console.state.tail?.selected)
        console.press("<tab>P")
        #expect(console.text.contains("as it was"))
        console.press("<enter>orders<enter>")
        #expect(Self.produced(console.effects)?.0.value == wanted.record.value)
    }

    @Test("on a production cluster a new record takes the typed name; in read-only mode there is no P")
    func careful() throws {
        var console = Fixture(rows: 40, columns: 120, settings: Settings(isProduction: true))
        console.press("jPk<enter>")
        #expect(Self.produced(console.effects) == nil)
        console.press("orders<enter>")
        #expect(Self.produced(console.effects) != nil)
        var snapshot = SampleData.snapshot()
        snapshot.capabilities.remove(.write)
        var readOnly = Fixture(rows: 40, columns: 120, snapshot: snapshot)
        readOnly.press("jP")
        #expect(readOnly.state.dialog == nil)
    }
}
