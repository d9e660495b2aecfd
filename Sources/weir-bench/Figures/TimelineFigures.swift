import AlertRules
import Cluster
import DemoWorkload
import Monitor

/// The kept history of a large cluster on which everything moves: what six hours take, and what taking, looking back and writing cost.
struct TimelineFigures {
    let context: FigureContext

    private static let topics = 1_000
    private static let partitionsPerTopic = 100
    private static let groups = 5_000
    private static let rowsPerGroup = 20
    private static let now: Int64 = 1_800_000_000_000

    /// Takes the figures.
    func run() throws {
        let path = context.workplace.fresh("timeline")
        defer { context.workplace.remove(path) }
        let before = ProcessFiles().residentBytes
        let timeline = Timeline()
        timeline.keep(in: path) { print($0) }
        var cluster = MovingCluster(
            topics: Self.topics, partitions: Self.partitionsPerTopic, groups: Self.groups, rows: Self.rowsPerGroup)
        let empty = ProcessFiles().residentBytes
        var seconds: [Double] = []
        var minutes: [Double] = []
        // As polls a second would have left it: what lies farther back is kept by coarser steps only.
        for (from, through, step) in [(21_600, 3_660, 60), (3_600, 610, 10), (600, 0, 1)] {
            for ago in stride(from: from, through: through, by: -step) {
                var board = cluster.board(at: Self.now - Int64(ago) * 1000, seconds: step)
                let watch = Stopwatch()
                timeline.take(&board)
                if ago <= 600 {
                    if ago.isMultiple(of: 60) {
                        minutes.append(watch.seconds * 1e3)
                    } else {
                        seconds.append(watch.seconds * 1e3)
                    }
                }
            }
        }
        let name = "history of \(Self.topics * Self.partitionsPerTopic) partitions, \(Self.groups) groups, all moving"
        context.table.add(
            Row(name, "MiB", Sample([Double(timeline.byteCount) / 1_048_576]), aim: "≤ 256 MiB"))
        let resident = (ProcessFiles().residentBytes - before - (empty - before)) / 1_048_576
        context.table.add(Row("  resident memory of it and the newest board", "MiB", Sample([resident])))
        context.table.add(Row("  a poll taken in", "ms", Sample(seconds)))
        context.table.add(Row("  a poll taken in, with the minute's partitions", "ms", Sample(minutes)))
        for (words, ago) in [("a minute", 60_000), ("half an hour", 1_800_000), ("five hours", 18_000_000)]
            as [(String, Int64)]
        {
            let look = context.rounds.measure {
                let watch = Stopwatch()
                guard case .moment = timeline.step(from: Self.now, by: -ago) else { return .nan }
                return watch.seconds * 1e3
            }
            context.table.add(Row("  the board of \(words) ago", "ms", look))
        }
        let watch = Stopwatch()
        timeline.save()
        context.table.add(Row("  written to its file and synced", "ms", Sample([watch.seconds * 1e3])))
    }
}

/// A cluster whose every partition is written to and read at a rate of its own, with the noise that single events have.
private struct MovingCluster {
    private struct Flow {
        var end: Int64
        var lag: Int64
        var rate: Double
    }

    private var flows: [[Flow]]
    private let groupCount: Int
    private let rowCount: Int
    private var random = SeededRandom(seed: 42)
    private let names: [String]
    private let ids: [String]
    private let members: [[GroupMember]]

    init(topics: Int, partitions: Int, groups: Int, rows: Int) {
        groupCount = groups
        rowCount = rows
        names = (0..<topics).map { "topic-\($0)" }
        ids = (0..<groups).map { "group-\($0)" }
        var random = SeededRandom(seed: 7)
        flows = (0..<topics).map { _ in
            (0..<partitions).map { _ in
                Flow(
                    end: Int64.random(in: 1_000_000...90_000_000, using: &random),
                    lag: Int64.random(in: 0...2000, using: &random), rate: Double.random(in: 1...400, using: &random))
            }
        }
        members = ids.map { id in
            (0..<2).map { GroupMember(memberID: "\(id)-\($0)-5f1c", clientID: "\(id)-\($0)", clientHost: "/127.0.0.1") }
        }
    }

    /// The board after some more seconds.
    mutating func board(at now: Int64, seconds: Int) -> Snapshot {
        var topics: [TopicFigures] = []
        topics.reserveCapacity(flows.count)
        for topic in flows.indices {
            var rate = 0.0
            var partitions: [PartitionFigures] = []
            partitions.reserveCapacity(flows[topic].count)
            for place in flows[topic].indices {
                let expected = flows[topic][place].rate * Double(seconds)
                // The spread of a count of single events: its root.
                let noise = Double.random(in: -1.7...1.7, using: &random) * expected.squareRoot()
                let written = max(0, Int64(expected + noise))
                flows[topic][place].end += written
                flows[topic][place].lag = max(
                    0,
                    flows[topic][place].lag
                        + Int64(
                            Double.random(in: -1.7...1.7, using: &random) * flows[topic][place].rate.squareRoot() * 5))
                rate += Double(written) / Double(seconds)
                partitions.append(
                    PartitionFigures(
                        description: PartitionDescription(
                            partition: Int32(place),
                            offsets: PartitionOffsets(logStart: 0, highWatermark: flows[topic][place].end))))
            }
            topics.append(
                TopicFigures(
                    description: TopicDescription(
                        name: names[topic], topicID: names[topic], partitions: partitions.map(\.description)),
                    recordsInPerSecond: rate,
                    sizeBytes: partitions.reduce(0) { $0 + ($1.description.offsets?.highWatermark ?? 0) } * 100,
                    partitions: partitions))
        }
        var snapshot = Snapshot.empty
        snapshot.sequence = 1
        snapshot.takenAt = now
        snapshot.status = ClusterStatus(clusterID: "bench", brokers: [])
        snapshot.topics = topics
        snapshot.groups = (0..<groupCount).map { group($0) }
        return snapshot
    }

    private func group(_ number: Int) -> GroupFigures {
        var rows: [GroupPartitionFigures] = []
        rows.reserveCapacity(rowCount)
        var sum: Int64 = 0
        var rate = 0.0
        for row in 0..<rowCount {
            let index = number * rowCount + row
            let topic = index / flows[0].count % flows.count
            let flow = flows[topic][index % flows[0].count]
            let place = TopicPartition(topic: names[topic], partition: Int32(index % flows[0].count))
            sum += flow.lag
            rate += flow.rate
            rows.append(
                GroupPartitionFigures(
                    topicPartition: place,
                    commit: CommittedOffset(topicPartition: place, offset: flow.end - flow.lag),
                    offsets: PartitionOffsets(logStart: 0, highWatermark: flow.end), lag: .records(flow.lag, .exact),
                    age: .milliseconds(Int64(Double(flow.lag) / flow.rate * 1000), .estimated)))
        }
        return GroupFigures(
            description: GroupDescription(
                groupID: ids[number], state: .stable, generation: 3, members: members[number]),
            lag: .records(sum, .exact), age: .milliseconds(sum * 10, .estimated),
            catchUp: .after(seconds: Double(sum) / 17), lagChangePerSecond: Double(sum % 97) - 48,
            recordsOutPerSecond: rate + Double(sum % 31), partitions: rows)
    }
}
