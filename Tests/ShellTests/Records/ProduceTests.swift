import BrokerCore
import Cluster
import SeededNumbers
import Testing

@testable import weir

@Suite("weir produce")
struct ProduceTests {
    private func broker(_ partitions: Int32 = 1, _ settings: [(name: String, value: String)] = []) async throws
        -> TestBroker
    {
        let broker = try TestBroker()
        try await broker.cluster.createTopic(
            NewTopic("t", partitions: partitions, settings: settings), validateOnly: false)
        return broker
    }

    private func records(_ cluster: any Cluster, _ topic: String = "t", partition: Int32 = 0) async throws
        -> [FetchedRecord]
    {
        var records: [FetchedRecord] = []
        var next: Int64 = 0
        while true {
            let fetched = try await cluster.fetch(
                TopicPartition(topic: topic, partition: partition), from: next, limits: FetchLimits(maxBytes: 8 << 20))
            records += fetched.records
            guard fetched.nextOffset > next else { return records }
            next = fetched.nextOffset
        }
    }

    @Test("each line is a record, in order, with key, headers and nulls as told")
    func lines() async throws {
        let broker = try await broker()
        let ran = await weir(
            ["produce", "t", "-K", "::", "-Z", "-H", "a=1=2", "-H", "b"], on: broker.cluster,
            input: "k::v\n::only\nk2::\nlast::x::y")
        #expect(ran.code == 0, "\(ran.errors)")
        #expect(ran.errors == "4 records written to 1 partition of t\n")
        let written = try await records(broker.cluster)
        #expect(written.map { $0.key.map { String(decoding: $0, as: UTF8.self) } } == ["k", nil, "k2", "last"])
        #expect(written.map { $0.value.map { String(decoding: $0, as: UTF8.self) } } == ["v", "only", nil, "x::y"])
        let headers = [RecordHeader(name: "a", value: Array("1=2".utf8)), RecordHeader(name: "b", value: nil)]
        #expect(written.allSatisfy { $0.headers == headers })
    }

    @Test("a stream is cut at delimiters however it comes in pieces", arguments: UInt64(1)...60)
    func pieces(seed: UInt64) throws {
        var random = SeededBytes(seed: seed)
        let delimiter = Array("abc".utf8.prefix(1 + random.number(3)))
        // Few letters, so that delimiters and their beginnings are frequent.
        let bytes = (0..<random.number(400)).map { _ in UInt8(ascii: "a") + UInt8(random.number(3)) }
        var expected: [[UInt8]] = [[]]
        var at = 0
        while at < bytes.count {
            if bytes[at...].starts(with: delimiter) {
                expected.append([])
                at += delimiter.count
            } else {
                expected[expected.count - 1].append(bytes[at])
                at += 1
            }
        }
        if expected.last == [] { expected.removeLast() }
        var cutter = DelimitedBytes(delimiter: delimiter)
        var got: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(1 + random.number(9)))
            rest = rest.dropFirst(piece.count)
            try cutter.take(piece) { got.append($0) }
        }
        if let last = cutter.end() { got.append(last) }
        #expect(got == expected, "seed \(seed)")
    }

    @Test("lines that tail prints as JSON make the same records again", arguments: UInt64(1)...20)
    func roundTrip(seed: UInt64) async throws {
        var random = SeededBytes(seed: seed)
        let broker = try await broker(1)
        try await broker.cluster.createTopic(NewTopic("copy", partitions: 1), validateOnly: false)
        let originals = (0..<20).map { _ in
            NewRecord(
                key: random.bytesOrNil(), value: random.bytesOrNil(),
                headers: (0..<random.number(3)).map { RecordHeader(name: "h\($0)é", value: random.bytesOrNil()) },
                timestamp: Int64(random.number(1_000_000)))
        }
        _ = try await broker.cluster.produce(
            originals, to: TopicPartition(topic: "t", partition: 0), compression: "none")
        let lines = await weir(["tail", "t", "-e", "--json"], on: broker.cluster).output
        let ran = await weir(["produce", "copy", "--json"], on: broker.cluster, input: lines)
        #expect(ran.code == 0, "seed \(seed): \(ran.errors)")
        let copies = try await records(broker.cluster, "copy").map {
            NewRecord(key: $0.key, value: $0.value, headers: $0.headers, timestamp: $0.timestamp)
        }
        #expect(copies == originals, "seed \(seed)")
    }

    @Test("batches shrink until the topic's max.message.bytes takes them; a record that alone is too large is named")
    func tooLarge() async throws {
        let broker = try await broker(1, [("max.message.bytes", "2000")])
        var lines = (1...300).map { "line \($0) " + String(repeating: "x", count: 40) }
        lines[149] = String(repeating: "y", count: 5000)
        let ran = await weir(
            ["produce", "t"], on: broker.cluster, input: lines.map { $0 + "\n" }.joined())
        #expect(ran.code == 1)
        #expect(ran.errors.contains("Error: line 150 to t-0: "))
        #expect(ran.errors.hasSuffix("299 records written to 1 partition of t, 1 were not written\n"), "\(ran.errors)")
        lines.remove(at: 149)
        let written = try await records(broker.cluster).map { String(decoding: $0.value ?? [], as: UTF8.self) }
        #expect(written == lines)
    }

    @Test("a long input keeps its order within each partition, and equal keys meet")
    func many() async throws {
        let broker = try await broker(5)
        let input = (0..<40_000).map { "key\($0 % 97):\($0)\n" }.joined()
        let ran = await weir(["produce", "t", "-K", ":", "-z", "lz4"], on: broker.cluster, input: input)
        #expect(ran.errors == "40000 records written to 5 partitions of t\n")
        var seen: Set<Int> = []
        for partition in 0..<5 as Range<Int32> {
            let written = try await records(broker.cluster, partition: partition)
            let numbers = written.compactMap { Int(String(decoding: $0.value ?? [], as: UTF8.self)) }
            #expect(numbers == numbers.sorted())
            #expect(
                written.allSatisfy { KeyPartitioner.partition(of: $0.key ?? [], partitions: 5) == partition })
            seen.formUnion(numbers)
        }
        #expect(seen.count == 40_000)
    }

    @Test(
        "a line that is no record ends the work after those before it, and is named",
        arguments: [
            (["-K", ":"], "a:1\nnokey\nb:2\n", "No key separator found on line number 2: 'nokey'"),
            (["--json"], "{\"payload\":\"1\"}\n{\"payload\":7}\n", "line 2 is no record in JSON"),
            (["--json"], "{\"payload\":\"1\"}\nnothing\n", "line 2 is no record in JSON"),
            (["--json"], "{\"payload\":\"1\"}\n{\"key\":\"k\"}\n", "line 2 is no record in JSON"),
        ] as [([String], String, String)])
    func wrongLines(options: [String], input: String, message: String) async throws {
        let broker = try await broker()
        let ran = await weir(["produce", "t"] + options, on: broker.cluster, input: input)
        #expect(ran.code == 64)
        #expect(ran.errors.contains(message), "\(ran.errors)")
        #expect(try await records(broker.cluster).count == 1)
    }

    @Test(
        "what cannot be done is refused before anything is read",
        arguments: [
            (["produce", "missing"], 1), (["produce", "t", "-p", "9"], 1), (["produce", "t", "-D", ""], 64),
            (["produce", "t", "-z", "brotli"], 64), (["produce", "t", "--json", "-K", ":"], 64),
            (["produce", "t", "-H", "=v"], 64),
        ] as [([String], Int32)])
    func refusals(arguments: [String], code: Int32) async throws {
        let broker = try await broker()
        let ran = await weir(arguments, on: broker.cluster, input: "x\n")
        #expect(ran.code == code && !ran.errors.isEmpty)
        #expect(try await records(broker.cluster).isEmpty)
    }

    @Test("a read-only cluster takes nothing")
    func readOnly() async throws {
        let broker = try await broker()
        let ran = await weir(
            ["produce", "t"], on: EmbeddedCluster(broker.broker, readOnly: true), input: "x\n")
        #expect(ran.code == 77)
        #expect(ran.errors.contains("0 records written"))
    }
}

/// Bytes that are the same for the same seed.
private struct SeededBytes {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A number from 0 up to `bound`.
    mutating func number(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &random) }

    /// Nothing, text with letters of every kind, or any bytes.
    mutating func bytesOrNil() -> [UInt8]? {
        switch number(4) {
        case 0: nil
        case 1: (0..<number(30)).map { _ in UInt8(number(256)) }
        case 2: Array(["", "\"\\/\n\t\u{0}\u{7f}\u{9b}", "žluťoučký 🐎", "{\"a\": 1}"][number(4)].utf8)
        default: (0..<number(30)).map { _ in 0x20 + UInt8(number(0x5f)) }
        }
    }
}
