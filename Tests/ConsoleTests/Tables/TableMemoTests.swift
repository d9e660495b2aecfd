import AlertRules
import Cluster
import ConsoleSamples
import Monitor
import MonitorScript
import SeededNumbers
import Testing

@testable import Console

@Suite("Tables that are kept from frame to frame")
struct TableMemoTests {
    private static let lists = [
        ListID(.dashboard, 0), ListID(.dashboard, 1), ListID(.dashboard, 2), ListID(.topics, 0), ListID(.topics, 1),
        ListID(.partitions, 0), ListID(.topic("t-3"), 0), ListID(.groups, 0), ListID(.group("g-2"), 0),
        ListID(.members("g-2"), 0), ListID(.alerts, 0), ListID(.compaction, 0),
    ]

    @Test(
        "a kept table is the one made anew, whatever snapshots, filters, sorts, columns and marks come",
        arguments: 1...8)
    func same(seed: Int) {
        print("seed", seed)
        var random = SeededGenerator(seed: UInt64(seed) &* 104_729)
        var state = ConsoleState(size: Size(rows: 40, columns: 120))
        state.snapshot = Self.snapshot(&random)
        var coming: Snapshot?
        for step in 0..<250 {
            let id = Self.lists.randomElement(using: &random) ?? ListID(.topics, 0)
            var list = state.lists[id] ?? ListState()
            switch Int.random(in: 0..<14, using: &random) {
            case 0: state.snapshot = Self.snapshot(&random)
            case 1: Self.change(&state.snapshot, &random)
            case 2:
                // Made ahead, as beside the terminal's thread.
                let next = Self.snapshot(&random)
                var ahead = state
                ahead.snapshot = next
                ahead.isAhead = true
                for id in Self.lists { _ = ahead.shape(id)?.cursor(ahead.listState(id)) }
                coming = next
            case 3:
                if let next = coming { state.snapshot = next }
                coming = nil
            case 4: state.memo.sweep(keeping: state.boards.map(\.basis))
            case 5: state.isFaultsOnly.toggle()
            case 6: list.isReversed.toggle()
            case 7: list.sortColumn = state.shape(id)?.sortNames.randomElement(using: &random)
            case 8, 9:
                list.filter = TextFilter(
                    list.filter.typed + (["t", "-", "1", "2", "G", "!"].randomElement(using: &random) ?? ""))
            case 10: list.filter = TextFilter(String(list.filter.typed.dropLast()))
            case 11:
                list.selected = state.shape(id).flatMap {
                    $0.count > 0 ? $0.id(at: Int.random(in: 0..<$0.count, using: &random)) : nil
                }
            case 12: list.cursor = Int.random(in: 0..<60, using: &random)
            default: Self.mark(&state, &random)
            }
            state.lists[id] = list
            Self.compare(state, id, "seed \(seed), step \(step)")
        }
    }

    private static func compare(_ state: ConsoleState, _ id: ListID, _ place: Comment) {
        let list = state.listState(id)
        var fresh = ConsoleState(size: state.size)
        fresh.snapshot = state.snapshot
        fresh.lists = state.lists
        fresh.marks = state.marks
        fresh.isFaultsOnly = state.isFaultsOnly
        guard let kept = state.shape(id), let made = fresh.shape(id) else { return }
        #expect(kept.rows(.exact) == made.rows(.exact), place)
        #expect((0..<kept.count).map { kept.id(at: $0) } == (0..<made.count).map { made.id(at: $0) }, place)
        #expect(kept.cursor(list) == made.cursor(list), place)
        #expect(state.alertCounts == fresh.alertCounts, place)
        #expect(state.partitionCount == fresh.partitionCount, place)
        #expect(state.groupsSummary == fresh.groupsSummary, place)
        #expect(
            kept.index(containing: "1", from: kept.cursor(list) ?? 0, 1)
                == made.index(containing: "1", from: made.cursor(list) ?? 0, 1), place)
    }

    private static func snapshot(_ random: inout SeededGenerator) -> Snapshot {
        var snapshot = SampleData.snapshot()
        snapshot.takenAt = Int64.random(in: 1...1_000_000, using: &random)
        snapshot.topics = (0..<Int.random(in: 4...40, using: &random)).map { topic($0, &random) }
            .sorted { $0.description.name < $1.description.name }
        snapshot.groups = (0..<Int.random(in: 3...40, using: &random)).map { group($0, &random) }
            .sorted { $0.description.groupID < $1.description.groupID }
        snapshot.alerts.instances.shuffle(using: &random)
        return snapshot
    }

    private static func topic(_ number: Int, _ random: inout SeededGenerator) -> TopicFigures {
        let partitions = (0..<Int.random(in: 0...14, using: &random)).map { place in
            PartitionFigures(
                description: PartitionDescription(
                    partition: Int32(place), leader: Bool.random(using: &random) ? 1 : -1,
                    offsets: PartitionOffsets(logStart: 0, highWatermark: Int64.random(in: 0...5, using: &random)),
                    sizeBytes: Int64.random(in: 0...3, using: &random)),
                recordsInPerSecond: [nil, .nan, 0, -0.0, 1, 1, .infinity].randomElement(using: &random) ?? nil)
        }
        var description = TopicDescription(name: "t-\(number)", partitions: partitions.map(\.description))
        description.retention.isCompacted = number.isMultiple(of: 3)
        return TopicFigures(
            description: description, recordsInPerSecond: [nil, .nan, 0, 2, 2, 7].randomElement(using: &random) ?? nil,
            sizeBytes: Int64.random(in: 0...3, using: &random), partitions: partitions)
    }

    private static func group(_ number: Int, _ random: inout SeededGenerator) -> GroupFigures {
        let rows = (0..<Int.random(in: 0...12, using: &random)).map { place in
            GroupPartitionFigures(
                topicPartition: TopicPartition(topic: "t-\(number)", partition: Int32(place)),
                clientID: ["one", "two", nil].randomElement(using: &random) ?? nil,
                lag: .records(Int64.random(in: 0...3, using: &random), .exact), age: .caughtUp)
        }
        return GroupFigures(
            description: GroupDescription(
                groupID: "g-\(number)", state: Bool.random(using: &random) ? .stable : .empty),
            lag: [.noCommit, .unknown("why"), .records(2, .exact), .records(9, .exact)].randomElement(using: &random)
                ?? .noCommit,
            age: .caughtUp,
            catchUp: [.unknown, .steady, .never, .after(seconds: 3)].randomElement(using: &random) ?? .done,
            partitions: rows)
    }

    /// Changes a snapshot where it is, as nothing in the console does; even then nothing old may be shown.
    private static func change(_ snapshot: inout Snapshot, _ random: inout SeededGenerator) {
        guard let topic = snapshot.topics.indices.randomElement(using: &random),
            let group = snapshot.groups.indices.randomElement(using: &random)
        else { return }
        snapshot.topics[topic].recordsInPerSecond = Double.random(in: 0...9, using: &random)
        snapshot.topics[topic].description.name = "t-\(Int.random(in: 0..<50, using: &random))x"
        snapshot.groups[group].lag = .records(Int64.random(in: 0...20, using: &random), .exact)
        if let row = snapshot.groups[group].partitions.indices.randomElement(using: &random) {
            snapshot.groups[group].partitions[row].lag = .records(Int64.random(in: 0...20, using: &random), .exact)
        }
        if let alert = snapshot.alerts.instances.indices.randomElement(using: &random) {
            snapshot.alerts.instances[alert].state = Bool.random(using: &random) ? .quiet : .firing(since: 5)
        }
    }

    private static func mark(_ state: inout ConsoleState, _ random: inout SeededGenerator) {
        guard let alert = state.snapshot.alerts.instances.randomElement(using: &random) else { return }
        if Bool.random(using: &random) {
            state.marks.toggleAcknowledgement(of: alert, at: state.now)
        } else {
            state.marks.add(
                .init(rule: alert.rule, subject: nil, at: state.now, until: nil, reason: ""))
        }
    }
}
