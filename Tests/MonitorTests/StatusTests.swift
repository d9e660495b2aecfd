import Cluster
import MonitorScript
import SeededNumbers
import Synchronization
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("Status of a consumer")
struct StatusTests {
    static let partition = TopicPartition(topic: "orders", partition: 0)

    /// Plays seconds of one group's life on one partition that gets 50 records a second; gives the figures of each.
    static func play(
        _ seconds: Int, from first: Int = 0, rate: Int64 = 50,
        _ change: (inout World, _ group: inout WorldGroup, _ second: Int, _ wall: Int64) -> Void
    ) async -> [StatusFigure] {
        let clock = ScriptedClock()
        var world = World()
        world.logs[partition] = Log()
        world.groups["scorer"] = WorldGroup(assignment: [partition], commits: [partition: 0])
        let cluster = FakeCluster(world)
        let monitor = Monitor(of: cluster, clock: clock)
        var figures: [StatusFigure] = []
        for second in 0..<seconds {
            clock.pass(milliseconds: 1000)
            let wall = clock.now().wallMilliseconds
            cluster.world.withLock { world in
                world.logs[partition]?.append(rate, at: wall)
                var group = world.groups["scorer"] ?? WorldGroup()
                change(&world, &group, second, wall)
                world.groups["scorer"] = group
            }
            guard second >= first else { continue }
            let snapshot = await monitor.poll()
            figures.append(snapshot.groups.first?.partitions.first?.status ?? .noCommit)
        }
        return figures
    }

    private static func words(_ figures: [StatusFigure]) -> [String] {
        var words: [String] = []
        for figure in figures where words.last != figure.status.word { words.append(figure.status.word) }
        return words
    }

    @Test("nothing but OK and unknown is said within the first minute, however bad it looks")
    func leastSpan() async {
        let figures = await Self.play(60) { _, group, second, wall in
            group.commit(0, of: Self.partition, at: wall)
        }
        #expect(Self.words(figures) == ["?"])
    }

    @Test("a consumer that commits on and on at one place is STALL, and the reason says how often and since when")
    func stall() async {
        let figures = await Self.play(300) { _, group, second, wall in
            guard second % 5 == 0 else { return }
            group.commit(second < 60 ? Int64(second) * 40 : 2200, of: Self.partition, at: wall)
        }
        #expect(Self.words(figures) == ["?", "OK", "WARN", "STALL"] || Self.words(figures) == ["?", "WARN", "STALL"])
        #expect(figures.last?.basis == .stalled(every: 5000, unmoved: 244_000))
    }

    @Test("a quiet topic is OK for ever, and a burst after hours of quiet is no STOP before a minute of silence")
    func quiet() async {
        var wakes = false
        let figures = await Self.play(4000, rate: 0) { world, group, second, wall in
            if second < 120 {
                world.logs[Self.partition]?.append(10, at: wall)
                group.commit(world.logs[Self.partition]?.end, of: Self.partition, at: wall)
            }
            if second == 3900 { world.logs[Self.partition]?.append(500, at: wall) }
            wakes = second == 3950
            if wakes { group.commit(world.logs[Self.partition]?.end, of: Self.partition, at: wall) }
        }
        #expect(Set(figures.map(\.status)) == [.ok])
    }

    @Test(
        "a consumer that commits every ten minutes is never STOP while it works, and is once it misses three of its own pauses"
    )
    func slow() async {
        let figures = await Self.play(4400, rate: 5) { world, group, second, wall in
            guard second % 600 == 100, second < 3000 else { return }
            group.commit(world.logs[Self.partition]?.end, of: Self.partition, at: wall)
        }
        // Its last commit is at 2500; three pauses of ten minutes later it has stopped.
        let stopped = figures.firstIndex { $0.status >= .warn }
        #expect(stopped.map { (4295...4301).contains($0) } == true, "\(String(describing: stopped))")
        #expect(figures.last?.status == .stop)
    }

    @Test("commits faster than polls cannot confuse it: keeping up is OK, and standing still is STOP after a minute")
    func fast() async {
        let figures = await Self.play(300) { world, group, second, wall in
            // The last of many commits of each second, made just before the poll.
            guard second < 200 else { return }
            group.commit(world.logs[Self.partition]?.end, of: Self.partition, at: wall - 10)
        }
        #expect(Self.words(figures) == ["OK", "STOP"])
        #expect(figures.firstIndex { $0.status == .stop } == 261)
        #expect(figures.last?.basis == .stopped(99_000, hasMembers: true))
    }

    @Test(
        "a console started in the middle of an incident says STOP after a minute where the commit is old enough, or nobody is there"
    )
    func middle() async {
        // The consumer hangs since second 100; the console comes twenty minutes later.
        let hangs = await Self.play(1400, from: 1300) { world, group, second, wall in
            if second < 100 { group.commit(world.logs[Self.partition]?.end, of: Self.partition, at: wall) }
        }
        #expect(Self.words(hangs) == ["?", "STOP"])
        #expect(hangs.firstIndex { $0.status == .stop } == 60)
        // It died a minute before the console came: its group has no member.
        let died = await Self.play(260, from: 160) { world, group, second, wall in
            if second < 100 { group.commit(world.logs[Self.partition]?.end, of: Self.partition, at: wall) }
            if second == 110 { group.assignment = [] }
        }
        #expect(Self.words(died) == ["?", "STOP"])
        // It hangs since a minute: how often it commits is not known, so that this may be its usual pause.
        let perhaps = await Self.play(260, from: 160) { world, group, second, wall in
            if second < 100 { group.commit(world.logs[Self.partition]?.end, of: Self.partition, at: wall) }
        }
        #expect(Self.words(perhaps) == ["?"])
        #expect(perhaps.last?.basis == .silent(159_000))
    }

    @Test("a commit that goes back is REWIND until it has come again to where it was")
    func rewind() async {
        let figures = await Self.play(300) { world, group, second, wall in
            guard second % 5 == 0 else { return }
            let end = world.logs[Self.partition]?.end ?? 0
            group.commit(second < 150 || second >= 250 ? end : end / 4, of: Self.partition, at: wall)
        }
        #expect(Self.words(figures).contains("REWIND"))
        #expect(figures[150].basis == .wentBack(from: 7300, to: 1887, ago: 0))
        #expect(figures[251].status == .ok)
    }

    @Test("where commit times are not told a standing commit is NO PROGRESS, never STOP or STALL")
    func noProgress() async {
        let figures = await Self.play(300) { _, group, second, _ in
            group.commits[Self.partition] = min(Int64(second) * 20, 2000)
        }
        #expect(Self.words(figures).last == "NO PROGRESS")
        #expect(figures.last?.basis == .unmoved(199_000, hasMembers: true))
        #expect(!figures.contains { [.stop, .stall].contains($0.status) })
    }

    @Test("the wall clock's leaps do not make a consumer late")
    func leaps() async {
        let clock = ScriptedClock()
        var world = World()
        world.logs[Self.partition] = Log()
        world.groups["scorer"] = WorldGroup(assignment: [Self.partition])
        let cluster = FakeCluster(world)
        let monitor = Monitor(of: cluster, clock: clock)
        for second in 0..<400 {
            if second == 150 { clock.leap(milliseconds: 3_600_000) }
            if second == 250 { clock.leap(milliseconds: -7_200_000) }
            clock.pass(milliseconds: 1000)
            let wall = clock.now().wallMilliseconds
            cluster.world.withLock { world in
                world.logs[Self.partition]?.append(50, at: wall)
                // A little behind, so that each verdict is asked for.
                let end = world.logs[Self.partition]?.end ?? 0
                if second % 3 == 0 {
                    let late = Int64(second % 2) * 20 + 5
                    world.groups["scorer"]?.commit(max(0, end - late), of: Self.partition, at: wall)
                }
            }
            let status = await monitor.poll().groups.first?.status.status
            #expect(status == .ok || (status == .unknown && second < 61), "\(String(describing: status)) at \(second)")
        }
    }

    @Test(
        "the status of every partition equals that of a model with all of the past, whatever its consumer does",
        arguments: 1...6)
    func model(round: UInt64) async {
        let seed = 0x57A7_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var model = ClusterModel()
        let clock = ScriptedClock()
        var world = World()
        let tells = round % 3 != 0
        for number in 0..<6 as Range<Int32> {
            let name = TopicPartition(topic: "orders", partition: number)
            world.logs[name] = Log()
            world.groups["g\(number)"] = WorldGroup(assignment: [name])
        }
        let cluster = FakeCluster(world)
        let monitor = Monitor(of: cluster, clock: clock)
        var moods = Array(repeating: 0, count: 6)
        var seen: Set<ConsumerStatus> = []
        var second = 0.0
        for _ in 0..<1500 {
            let step = Int64.random(in: 1000...1100, using: &random)
            clock.pass(milliseconds: step)
            second += Double(step) / 1000
            let wall = clock.now().wallMilliseconds
            var world = cluster.world.withLock { $0 }
            for number in 0..<6 {
                let name = TopicPartition(topic: "orders", partition: Int32(number))
                if Int.random(in: 0..<120, using: &random) == 0 { moods[number] = .random(in: 0...6, using: &random) }
                if moods[number] != 4 { world.logs[name]?.append(.random(in: 0...9, using: &random), at: wall) }
                guard Int.random(in: 0...number, using: &random) == 0 else { continue }
                let end = world.logs[name]?.end ?? 0
                let place = world.groups["g\(number)"]?.commits[name] ?? 0
                // Keeps up, stalls, falls behind, stops, is idle, goes back, catches up slowly.
                let commit: Int64? =
                    switch moods[number] {
                    case 0, 4: end
                    case 1: place
                    case 2: min(end, place + 2)
                    case 5 where Int.random(in: 0..<20, using: &random) == 0: place / 2
                    case 5, 6: min(end, place + 12)
                    default: nil
                    }
                guard let commit else { continue }
                world.groups["g\(number)"]?.commits[name] = commit
                if tells { world.groups["g\(number)"]?.committedAt[name] = wall - .random(in: 0...900, using: &random) }
                if Int.random(in: 0..<100, using: &random) == 0 {
                    let isEmpty = world.groups["g\(number)"]?.assignment.isEmpty == true
                    world.groups["g\(number)"]?.assignment = isEmpty ? [name] : []
                }
            }
            world.topicsFail = Int.random(in: 0..<60, using: &random) == 0
            let changed = world
            cluster.world.withLock { $0 = changed }
            model.learn(world, second: second, wall: wall)
            for group in await monitor.poll().groups {
                for row in group.partitions {
                    let shown = model.rows[group.description.groupID]?[row.topicPartition]?.shown
                    #expect(row.status.status == shown?.status, "\(row.topicPartition) at \(second): \(row.status)")
                    seen.insert(row.status.status)
                }
            }
        }
        let wanted: Set<ConsumerStatus> =
            tells
            ? [.none, .ok, .unknown, .warn, .stop, .stall, .rewind] : [.none, .ok, .unknown, .rewind, .noProgress]
        #expect(wanted.subtracting(seen).isEmpty, "\(seen)")
    }
}
