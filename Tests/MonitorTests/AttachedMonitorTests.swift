import AlertRules
import Cluster
import MonitorScript
import SeededNumbers
import Synchronization
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("The poll budget")
struct PollBudgetTests {
    static func moment(_ milliseconds: Int64) -> Moment {
        Moment(wallMilliseconds: milliseconds, monotonicNanoseconds: milliseconds &* 1_000_000)
    }

    /// Polls as the monitor does; `cost` gives what a poll takes, `others` what is asked besides, per second. Gives the intervals.
    static func play(
        _ polls: Int, settings: MonitorSettings = MonitorSettings(), others: Int64 = 0,
        cost: (Int) -> (requests: Int64, bytes: Int64)
    ) -> (intervals: [Int64], load: RequestLoad?) {
        var budget = PollBudget(settings)
        var totals = RequestCost()
        var time: Int64 = 1000
        var intervals: [Int64] = []
        for number in 0..<polls {
            let before = totals
            let one = cost(number)
            totals.requests += one.requests
            totals.bytesReceived += one.bytes
            budget.take(before: before, after: totals, from: moment(time), to: moment(time + 40))
            intervals.append(budget.intervalMilliseconds)
            totals.requests += others * budget.intervalMilliseconds / 1000
            time += budget.intervalMilliseconds
        }
        return (intervals, budget.load)
    }

    @Test("cheap polls keep the interval that is set")
    func cheap() {
        let (intervals, load) = Self.play(40) { _ in (12, 49_152) }
        #expect(Set(intervals) == [1000])
        #expect(load?.isStretched == false)
        #expect(abs((load?.requestsPerSecond ?? 0) - 12) < 0.01)
        #expect(abs((load?.bytesPerSecond ?? 0) - 49_152) < 1)
    }

    @Test("whatever polls cost, what is spent stays within the budget", arguments: 0..<20)
    func withinBudget(round: UInt64) {
        let seed = 0xB0D6_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let requests = Int64.random(in: 1...2000, using: &random)
        let bytes = Int64.random(in: 1...20_000_000, using: &random)
        let (intervals, load) = Self.play(60) { _ in (requests, bytes) }
        #expect(load?.requestsPerSecond ?? .infinity <= 50.001)
        #expect(load?.bytesPerSecond ?? .infinity <= 1_048_577)
        // And no slower than needed, to half a second.
        let needed = max(Double(requests) / 50, Double(bytes) / 1_048_576, 1)
        #expect(Double(intervals.last ?? 0) / 1000 - needed <= 0.5)
    }

    @Test("a rare dear request does not make the interval flap, and once polls are cheap again it shrinks back")
    func calm() {
        let (rare, _) = Self.play(60) { number in (number % 3 == 0 ? 150 : 10, 0) }
        #expect(Set(rare.dropFirst(4)) == [3000])
        let (back, _) = Self.play(20) { number in (number < 10 ? 150 : 10, 0) }
        #expect(Set(back[0..<13]) == [3000])
        #expect(Set(back[13...]) == [1000])
    }

    @Test("a tail is taken off the budget, but polling keeps its share")
    func besides() {
        #expect(Self.play(20, others: 20) { _ in (50, 0) }.intervals.last == 2000)
        #expect(Self.play(20, others: 1000) { _ in (50, 0) }.intervals.last == 4000)
    }

    @Test("no cost is too large to wait for")
    func extremes() {
        var budget = PollBudget(MonitorSettings())
        let most = RequestCost(requests: .max, bytesSent: .max, bytesReceived: .max)
        budget.take(before: RequestCost(), after: most, from: Self.moment(0), to: Self.moment(1))
        #expect(budget.intervalMilliseconds == 60_000)
        // Totals that fell: the client was made anew.
        budget.take(before: most, after: RequestCost(), from: Self.moment(2), to: Self.moment(3))
        budget.take(before: nil, after: nil, from: Self.moment(4), to: Self.moment(5))
        #expect(budget.intervalMilliseconds == 1000 && budget.load == nil)
    }
}

@Suite("An attached cluster")
struct AttachedMonitorTests {
    static func attachedWorld() -> World {
        var world = World()
        for number in 0..<3 as Range<Int32> {
            let partition = TopicPartition(topic: "orders", partition: number)
            world.logs[partition] = Log()
            world.logs[partition]?.append(1000, at: ScriptedClock.start)
            world.logs[partition]?.leader = number + 1
        }
        world.isAttached = true
        world.cost = RequestCost()
        return world
    }

    /// A poll of one attached topic whose sizes come rarely.
    static func poll(end: Int64, size: Int64?) -> Poll {
        var poll = DerivationTests.poll(
            offsets: PartitionOffsets(logStart: 0, highWatermark: end), commit: nil)
        poll.topics = .success([
            TopicDescription(
                name: "orders",
                partitions: [
                    PartitionDescription(
                        partition: 0, offsets: PartitionOffsets(logStart: 0, highWatermark: end), sizeBytes: size)
                ])
        ])
        return poll
    }

    @Test("bytes per second are estimated from records, so that sizes that are read rarely make no spike")
    func bytes() {
        var derivation = DerivationTests.derivation()
        var snapshot = Snapshot.empty
        for second in 0..<60 as Range<Int64> {
            let end = 100_000 + second * 50
            derivation.take(
                Self.poll(end: end, size: (100_000 + second / 20 * 20 * 50) * 200), at: DerivationTests.moment(second))
            snapshot = derivation.snapshot()
        }
        #expect(snapshot.bytesInQuality == .estimated)
        // Size and end are read at different moments: a little off is what ≈ says.
        #expect(snapshot.bytesIn.values.allSatisfy { $0.isNaN || abs($0 - 10_000) < 600 })
        #expect(snapshot.bytesIn.values.count { !$0.isNaN } > 50)
    }

    @Test("rates begin with the second look, and none is made up before")
    func beginning() async {
        let clock = ScriptedClock()
        let cluster = FakeCluster(Self.attachedWorld())
        let monitor = Monitor(of: cluster, clock: clock)
        let first = await monitor.poll()
        #expect(first.recordsInPerSecond == nil)
        #expect(first.topics.first?.partitions.allSatisfy { $0.recordsInPerSecond == nil } == true)
        clock.pass(milliseconds: 1000)
        cluster.world.withLock {
            $0.logs[TopicPartition(topic: "orders", partition: 0)]?.append(30, at: ScriptedClock.start)
        }
        let second = await monitor.poll()
        #expect(second.recordsInPerSecond == 30)
    }

    @Test("a broker that is dead for a minute: its partition is stale, the others live, and its return is no spike")
    func deadBroker() async throws {
        let clock = ScriptedClock()
        let cluster = FakeCluster(Self.attachedWorld())
        let monitor = Monitor(of: cluster, clock: clock)
        let places = (0..<3).map { TopicPartition(topic: "orders", partition: $0) }
        var last = Snapshot.empty
        for second in 0..<120 {
            clock.pass(milliseconds: 1000)
            let isDead = (30..<90).contains(second)
            cluster.world.withLock { world in
                world.deadBroker = isDead ? 2 : nil
                let wall = clock.now().wallMilliseconds
                for place in places where world.logs[place]?.leader != world.deadBroker {
                    world.logs[place]?.append(100, at: wall)
                }
            }
            last = await monitor.poll()
            if second > 1 {
                let rate = try #require(last.recordsInPerSecond)
                #expect(rate > 150 && rate <= 300.001, "at \(second)")
                #expect(last.topics[0].rateHistory.values.last ?? 0 <= 300.001)
            }
            if isDead {
                let partition = last.topics[0].partitions[1]
                #expect(partition.description.offsets?.highWatermark == 4000)
                #expect(partition.description.problem == "broker 2 does not answer")
                #expect(partition.staleSince != nil && last.topics[0].stalePartitions == 1)
                #expect(last.silentBrokers.mapValues(\.reason) == [2: "connection refused"])
            }
        }
        #expect(last.topics[0].staleSince == nil && last.silentBrokers.isEmpty)
        #expect(last.alerts.history.isEmpty)
    }

    @Test("a group whose coordinator was gone from the start has an unknown lag, which is not no commit")
    func lostFromTheStart() async {
        var world = Self.attachedWorld()
        world.groups["billing"] = WorldGroup(commits: [TopicPartition(topic: "orders", partition: 0): 10])
        world.groups["billing"]?.coordinator = 2
        world.deadBroker = 2
        let snapshot = await Monitor(of: FakeCluster(world), clock: ScriptedClock()).poll()
        #expect(snapshot.groups.first?.lag == .unknown("broker 2 does not answer"))
    }

    @Test("while nothing answers, tries come further apart up to five seconds, and one answer ends it")
    func outage() async {
        let clock = ScriptedClock()
        let cluster = FakeCluster(Self.attachedWorld())
        let monitor = Monitor(of: cluster, clock: clock)
        let before = await monitor.poll()
        var retries: [Int64?] = []
        for isGone in [true, true, true, true, true, false, true] {
            clock.pass(milliseconds: 2000)
            cluster.world.withLock {
                $0.topicsFail = isGone
                $0.groupsFail = isGone
                $0.statusFails = isGone
            }
            let snapshot = await monitor.poll()
            retries.append(snapshot.poll.outage?.retryMilliseconds)
            if retries.count < 6, isGone { #expect(snapshot.poll.outage?.since == before.takenAt) }
        }
        #expect(retries == [1000, 2000, 4000, 5000, 5000, nil, 1000])
    }

    @Test("a client that still tells what it knew does not hide that no broker answers")
    func deserted() async {
        let clock = ScriptedClock()
        var world = Self.attachedWorld()
        for place in world.logs.keys { world.logs[place]?.leader = 2 }
        let cluster = FakeCluster(world)
        let monitor = Monitor(of: cluster, clock: clock)
        let before = await monitor.poll()
        #expect(before.poll.outage == nil)
        clock.pass(milliseconds: 1000)
        cluster.world.withLock { $0.deadBroker = 2 }
        let gone = await monitor.poll()
        #expect(
            gone.poll.outage
                == Outage(since: before.takenAt, reason: "connection refused", retryMilliseconds: 1000))
        clock.pass(milliseconds: 1000)
        cluster.world.withLock { $0.deadBroker = nil }
        let back = await monitor.poll()
        #expect(back.poll.outage == nil && back.topics.first?.staleSince == nil)
    }

    @Test("what asking costs is a series, and none where it costs nothing")
    func series() async {
        let attached = await Monitor(of: FakeCluster(Self.attachedWorld()), clock: ScriptedClock()).poll()
        var series = SnapshotSeries(snapshot: attached)
        #expect(
            series.read("weir_cluster_requests_per_second") == .samples([SeriesSample(labels: LabelSet(), value: 0)]))
        #expect(
            series.read("weir_poll_interval_seconds") == .samples([SeriesSample(labels: LabelSet(), value: 1)]))
        var embedded = SnapshotSeries(snapshot: .empty)
        #expect(embedded.read("weir_cluster_requests_per_second") == .samples([]))
    }
}

/// A cluster whose polls wait until they are let through.
private final class GatedCluster: ReadOnlyFake {
    private let gate: AsyncStream<Void>
    let letThrough: AsyncStream<Void>.Continuation

    init() { (gate, letThrough) = AsyncStream.makeStream(of: Void.self) }

    func status() async throws(ClusterError) -> ClusterStatus { ClusterStatus(clusterID: "c", brokers: []) }
    func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription] { [] }
    func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription] {
        for await _ in gate { return [] }
        return []
    }
    func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] { [:] }
}

/// A clock that leaps over every wait.
private final class LeapingClock: MonitorClock {
    private let time = Mutex<Int64>(0)

    func now() -> Moment {
        time.withLock { Moment(wallMilliseconds: ScriptedClock.start + $0, monotonicNanoseconds: $0 * 1_000_000) }
    }

    func sleep(milliseconds: Int64) async {
        await Task.yield()
        guard !Task.isCancelled else { return }
        time.withLock { $0 += milliseconds }
    }
}

@Suite("An overdue poll", .timeLimit(.minutes(5)))
struct OverduePollTests {
    @Test("while answers are waited for it is said how long, and the answer ends it")
    func overdue() async {
        let cluster = GatedCluster()
        let monitor = Monitor(of: cluster, clock: LeapingClock())
        let (stream, wakes) = AsyncStream.makeStream(of: Snapshot.self, bufferingPolicy: .bufferingNewest(1))
        _ = monitor.subscribe { wakes.yield(monitor.snapshot) }
        monitor.start()
        var sawOverdue = false
        for await snapshot in stream {
            if let waited = snapshot.poll.overdueMilliseconds {
                #expect(waited >= 3000)
                cluster.letThrough.yield()
                sawOverdue = true
            } else if sawOverdue {
                #expect(snapshot.sequence >= 1)
                break
            }
        }
        cluster.letThrough.finish()
        await monitor.stop()
        #expect(sawOverdue)
    }
}
