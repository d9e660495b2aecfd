import Cluster
import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("The window of a group's rates")
struct RateWindowTests {
    /// The sample with the scorer's rows moved on by so many seconds at their own rates, twice as fast before `turn`.
    private static func snapshot(second: Int, turn: Int) -> Snapshot {
        var snapshot = SampleData.snapshot()
        snapshot.takenAt += Int64(second) * 1000
        guard let index = snapshot.groups.firstIndex(where: { $0.description.groupID == "fraud-scorer" }) else {
            return snapshot
        }
        for row in snapshot.groups[index].partitions.indices {
            let handled = Int64(min(second, turn)) * 200 + Int64(max(0, second - turn)) * 100
            let place = snapshot.groups[index].partitions[row].topicPartition
            snapshot.groups[index].partitions[row].commit = CommittedOffset(
                topicPartition: place, offset: 1_000_000 + handled)
            let end = 2_000_000 + Int64(second) * 150
            snapshot.groups[index].partitions[row].offsets = PartitionOffsets(logStart: 0, highWatermark: end)
            snapshot.groups[index].partitions[row].lag = .records(end - 1_000_000 - handled, .exact)
        }
        return snapshot
    }

    private func row(_ console: Fixture) -> [String] {
        let line =
            console.text.split(separator: "\n").first { $0.contains("orders-7 ") && $0.contains("scorer-") } ?? ""
        return line.split(separator: " ").map(String.init)
    }

    @Test("w takes the rates over 15 s or 5 min of what was seen, and says how much of a window that is")
    func windows() throws {
        var console = Fixture(rows: 40, columns: 140, snapshot: Self.snapshot(second: 0, turn: 100))
        console.press("3<enter>")
        #expect(console.text.contains("rates over 60s · sort: lag ↓"))
        let published = row(console)
        console.press("w")
        #expect(console.text.contains("rates over 60s, 5m to come"))
        #expect(row(console) == published)
        for second in 1...120 { console.feed(.snapshot(Self.snapshot(second: second, turn: 100))) }
        #expect(console.text.contains("rates over 2m 00s, 5m to come"))
        // 100 s at 200/s and 20 s at 100/s, against 150/s that arrive.
        #expect(row(console).contains("183") && row(console).contains("150"))
        #expect(row(console).contains("−33"))
        console.press("w")
        #expect(console.text.contains("rates over 15s · sort: lag ↓"))
        #expect(console.text.contains("lag, 15s"))
        #expect(row(console).contains("100") && row(console).contains("+50") && row(console).contains("never"))
        #expect(console.text.contains("at this pace it never catches up (15s)"))
        console.press("w")
        #expect(console.text.contains("rates over 60s · sort: lag ↓"))
    }

    @Test("a full window is named plainly, and a clock set back begins it anew")
    func full() {
        var console = Fixture(rows: 40, columns: 140, snapshot: Self.snapshot(second: 0, turn: 0))
        console.press("3<enter>w")
        for second in 1...305 { console.feed(.snapshot(Self.snapshot(second: second, turn: 0))) }
        #expect(console.text.contains("rates over 5m · sort: lag ↓"))
        console.feed(.snapshot(Self.snapshot(second: -50, turn: 0)))
        #expect(console.text.contains("5m to come"))
    }

    @Test("a commit that goes back counts nothing, and extreme figures do no harm")
    func rewind() {
        var watch = GroupWatch(groupID: "g", stepMilliseconds: 1000)
        let place = TopicPartition(topic: "t", partition: 0)
        func figures(_ commit: Int64, _ end: Int64) -> GroupFigures {
            var group = SampleData.scorer()
            group.description = GroupDescription(groupID: "g", state: .stable)
            group.partitions = [
                GroupPartitionFigures(
                    topicPartition: place, commit: CommittedOffset(topicPartition: place, offset: commit),
                    offsets: PartitionOffsets(logStart: 0, highWatermark: end), lag: .records(10, .exact),
                    age: .caughtUp)
            ]
            return group
        }
        for second in 0..<10 {
            watch.take(figures(Int64(1000 + second * 10), 5000), at: 1_000_000 + Int64(second) * 1000)
        }
        for second in 10..<20 { watch.take(figures(Int64(second * 10), 5000), at: 1_000_000 + Int64(second) * 1000) }
        let out = watch.figures(figures(190, 5000), over: .seconds15).partitions[0].recordsOutPerSecond
        #expect((out ?? -1) > 8 && (out ?? 99) < 10.5)
        for moment in [Int64.max, .min, 0, -5] {
            watch.take(figures(.max, .max), at: moment)
            _ = watch.figures(figures(.max, .min), over: .minutes5)
        }
    }
}
