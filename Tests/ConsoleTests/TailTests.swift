import Cluster
import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("The tail")
struct TailTests {
    /// A log of plain records behind the tail; `seen` must always equal what was passed.
    private struct Log {
        var ends: [Int32: Int64]
        func answer(_ request: TailRequest) -> TailBatch {
            var parts: [TopicPartition: Result<FetchedRecords, ClusterError>] = [:]
            for (place, offset) in request.positions {
                let end = ends[place.partition] ?? 0
                let records = (offset..<max(offset, min(end, offset + Int64(request.maxRecords)))).map {
                    FetchedRecord(offset: $0, timestamp: $0, key: nil, value: Array("value \($0)".utf8))
                }
                parts[place] = .success(
                    FetchedRecords(
                        records: records, nextOffset: offset + Int64(records.count),
                        offsets: PartitionOffsets(logStart: 0, highWatermark: end)))
            }
            return TailBatch(ticket: request.ticket, parts: parts)
        }
    }

    private static func snapshot(_ ends: [Int64]) -> Snapshot {
        var snapshot = SampleData.snapshot()
        let partitions = ends.enumerated().map { number, end in
            PartitionFigures(
                description: PartitionDescription(
                    partition: Int32(number), offsets: PartitionOffsets(logStart: 0, highWatermark: end)))
        }
        snapshot.topics = [
            TopicFigures(
                description: TopicDescription(name: "numbers", partitions: partitions.map(\.description)),
                partitions: partitions)
        ]
        return snapshot
    }

    /// Feeds an input and answers fetches from the log until none is asked for.
    private func run(_ state: inout ConsoleState, _ input: Input, _ log: Log) {
        var waiting = update(&state, input)
        while let effect = waiting.popLast() {
            if case .fetch(let request) = effect { waiting += update(&state, .arrived(.tail(log.answer(request)))) }
        }
    }

    @Test("shown, skipped and filtered add up to every record, also when 100,000 come at once", arguments: [1, 3, 7])
    func account(partitions: Int) throws {
        var state = ConsoleState(size: Size(rows: 30, columns: 100))
        var log = Log(ends: [:])
        run(&state, .snapshot(Self.snapshot(Array(repeating: 0, count: partitions))), log)
        run(&state, .key("t"), log)
        for partition in 0..<partitions { log.ends[Int32(partition)] = Int64(100_000 / partitions) }
        let total = log.ends.values.reduce(0, +)
        run(&state, .snapshot(Self.snapshot(log.ends.sorted { $0.key < $1.key }.map(\.value))), log)
        let tail = try #require(state.tail)
        #expect(tail.seen == total)
        #expect(tail.shown + tail.skipped + tail.filtered == total)
        #expect(tail.skipped > 0)
        let text = render(state, theme: Fixture.theme).text
        #expect(text.contains("seen"))
    }

    @Test("a filter moves records between shown and filtered and loses none")
    func filter() throws {
        var state = ConsoleState(size: Size(rows: 30, columns: 140))
        let log = Log(ends: [0: 1000])
        run(&state, .snapshot(Self.snapshot([1000])), log)
        run(&state, .key("t"), log)
        run(&state, .key("g"), log)
        run(&state, .key("G"), log)
        let before = try #require(state.tail)
        #expect(before.seen == 1000 && before.shown == 1000)
        run(&state, .key("/"), log)
        for letter in "99".unicodeScalars { run(&state, .key(.character(letter)), log) }
        run(&state, .key(.enter), log)
        let narrowed = try #require(state.tail)
        #expect(narrowed.seen == 1000)
        #expect(narrowed.shown == 19)
        #expect(
            render(state, theme: Fixture.theme).text.contains("/99   shown 19 + skipped 0 + filtered 981 = 1,000 seen"))
    }

    @Test("moving up pauses and counts what is new; G goes on where it stopped")
    func pausing() throws {
        var state = ConsoleState(size: Size(rows: 30, columns: 100))
        var log = Log(ends: [0: 100])
        run(&state, .snapshot(Self.snapshot([100])), log)
        run(&state, .key("t"), log)
        run(&state, .key("k"), log)
        log.ends[0] = 1304
        run(&state, .snapshot(Self.snapshot([1304])), log)
        #expect(state.tail?.seen == 100)
        #expect(render(state, theme: Fixture.theme).text.contains("‖ paused, 1,204 new"))
        run(&state, .key("G"), log)
        #expect(state.tail?.seen == 1304)
        #expect(state.tail?.skipped == 0)
    }

    @Test("going to an offset shows that record, of one partition or of all")
    func offsets() throws {
        var state = ConsoleState(size: Size(rows: 30, columns: 100))
        let log = Log(ends: [0: 5000, 1: 5000])
        run(&state, .snapshot(Self.snapshot([5000, 5000])), log)
        run(&state, .key("t"), log)
        run(&state, .key("o"), log)
        for letter in "1:777".unicodeScalars { run(&state, .key(.character(letter)), log) }
        run(&state, .key(.enter), log)
        let tail = try #require(state.tail)
        #expect(tail.visible.first?.partition == 1)
        #expect(tail.visible.first?.record.offset == 777)
        #expect(tail.mode == .paging)
        run(&state, .key("o"), log)
        for letter in "banana".unicodeScalars { run(&state, .key(.character(letter)), log) }
        run(&state, .key(.enter), log)
        #expect(state.message?.text.contains("an offset is a number") == true)
    }

    @Test("paging reads on as the cursor nears the end, and leaves nothing out")
    func paging() throws {
        var state = ConsoleState(size: Size(rows: 30, columns: 100))
        let log = Log(ends: [0: 20_000])
        run(&state, .snapshot(Self.snapshot([20_000])), log)
        run(&state, .key("t"), log)
        run(&state, .key("g"), log)
        for _ in 0..<1500 { run(&state, .key(.pageDown), log) }
        let tail = try #require(state.tail)
        #expect(tail.skipped == 0)
        #expect(tail.seen == 20_000)
        #expect(tail.visible[tail.cursor].record.offset > 15_000)
    }

    @Test("what is held stays within its limits")
    func limits() throws {
        var state = ConsoleState(size: Size(rows: 30, columns: 100))
        let log = Log(ends: [0: 20_000])
        run(&state, .snapshot(Self.snapshot([20_000])), log)
        run(&state, .key("t"), log)
        run(&state, .key("g"), log)
        for _ in 0..<800 { run(&state, .key(.pageDown), log) }
        #expect(try #require(state.tail).records.count <= TailState.maxHeld)
    }

    @Test("a read that fails is said, and asked again with the next snapshot, not at once")
    func failure() throws {
        var state = ConsoleState(size: Size(rows: 30, columns: 100))
        _ = update(&state, .snapshot(Self.snapshot([100])))
        let first = update(&state, .key("t"))
        guard case .fetch(let request) = first.last else {
            Issue.record("no fetch")
            return
        }
        let failed = TailBatch(
            ticket: request.ticket,
            parts: [TopicPartition(topic: "numbers", partition: 0): .failure(.storage("the log directory is offline"))])
        #expect(update(&state, .arrived(.tail(failed))).isEmpty)
        #expect(render(state, theme: Fixture.theme).text.contains("the log directory is offline"))
        #expect(
            update(&state, .snapshot(Self.snapshot([100]))).contains { if case .fetch = $0 { true } else { false } })
    }

    @Test("the inspector shows JSON letter for letter, hex on x, tombstones as such")
    func inspector() {
        var console = Fixture(rows: 40, columns: 100)
        console.press("jt")
        for _ in 0..<12 where console.state.copyTextForTest?.hasPrefix("{") != true { console.press("k") }
        #expect(console.text.contains(#""total": 220.150000000000000001,"#))
        console.press("x")
        #expect(console.text.contains("00000000  7b 22 69 64"))
    }
}

extension ConsoleState {
    /// The selected record's value as text.
    var copyTextForTest: String? {
        guard let tail, tail.visible.indices.contains(tail.cursor), let value = tail.visible[tail.cursor].record.value
        else { return nil }
        return String(decoding: value, as: UTF8.self)
    }
}
