import AlertRules
import Cluster
import Monitor
import MonitorScript
import Synchronization
import Testing
import WindowedMetrics

@Suite("Shipped alert rules")
struct DefaultRuleTests {
    static let partition = TopicPartition(topic: "balances", partition: 0)

    /// Plays seconds of a cluster's life; gives each event as `second kind rule subject`.
    static func play(_ seconds: Int, _ world: World, _ change: (inout World, Int, Int64) -> Void) async -> [String] {
        let clock = ScriptedClock()
        let cluster = FakeCluster(world)
        let monitor = Monitor(of: cluster, clock: clock)
        var last = Snapshot.empty
        for second in 0..<seconds {
            clock.pass(milliseconds: 1000)
            let wall = clock.now().wallMilliseconds
            cluster.world.withLock { change(&$0, second, wall) }
            last = await monitor.poll()
        }
        return last.alerts.history.reversed().map { event in
            "\((event.at - ScriptedClock.start) / 1000 - 1) \(event.kind.rawValue) \(event.rule) \(event.subject)"
        }
    }

    @Test("nothing fires while all is well, whatever the group's cadence", arguments: [1, 5, 12, 20])
    func quiet(cadence: Int) async {
        var world = World()
        world.logs[Self.partition] = Log(isCompacted: true)
        world.groups["well"] = WorldGroup(assignment: [Self.partition], commits: [Self.partition: 0])
        world.groups["idle"] = WorldGroup(commits: [Self.partition: 0])
        let events = await Self.play(400, world) { world, second, wall in
            world.logs[Self.partition]?.append(50, at: wall)
            world.groups["idle"]?.commits[Self.partition] = world.logs[Self.partition]?.end
            if second % cadence == 0 { world.groups["well"]?.commits[Self.partition] = world.logs[Self.partition]?.end }
        }
        #expect(events.isEmpty)
    }

    @Test("a consumer that stops is told of after a minute, and again when it goes on")
    func stopped() async {
        var world = World()
        world.logs[Self.partition] = Log()
        world.groups["scorer"] = WorldGroup(assignment: [Self.partition], commits: [Self.partition: 0])
        let events = await Self.play(200, world) { world, second, wall in
            world.logs[Self.partition]?.append(50, at: wall)
            let stands = (60..<160).contains(second)
            // Its member leaves; what it left unread stays.
            world.groups["scorer"]?.assignment = stands ? [] : [Self.partition]
            if !stands { world.groups["scorer"]?.commits[Self.partition] = world.logs[Self.partition]?.end }
        }
        #expect(
            events == [
                "106 fired group.age scorer", "121 fired group.stopped scorer", "134 fired group.catch-up scorer",
                "160 resolved group.age scorer", "160 resolved group.stopped scorer",
                "160 resolved group.catch-up scorer",
            ]
        )
    }

    @Test("an old group that was never seen at work is late, but did not stop")
    func abandoned() async {
        var world = World()
        world.logs[Self.partition] = Log()
        world.groups["console-1234"] = WorldGroup(commits: [Self.partition: 5])
        let events = await Self.play(120, world) { world, _, wall in
            world.logs[Self.partition]?.append(50, at: wall)
        }
        #expect(!events.contains { $0.contains("group.stopped") })
        #expect(events.contains("46 fired group.age console-1234"))
    }

    @Test("a log that is due for compaction for ten minutes without a run is told of, and quiet after the run")
    func compactionWaiting() async {
        var world = World()
        world.logs[Self.partition] = Log(isCompacted: true)
        let events = await Self.play(1500, world) { world, second, wall in
            world.logs[Self.partition]?.append(1, at: wall)
            world.logs[Self.partition]?.isEligible = second >= 100
            if second == 650 || second == 1300 {
                world.logs[Self.partition]?.lastCleanedAt = wall
                let end = world.logs[Self.partition]?.end ?? 0
                world.logs[Self.partition]?.firstDirty = end
            }
        }
        #expect(events == ["1251 fired topic.compaction balances-0", "1300 resolved topic.compaction balances-0"])
    }

    @Test("lagging replicas and partitions without a leader, elsewhere than here, are told of once, and their end once")
    func replicas() async {
        var world = World()
        world.isAttached = true
        world.logs[Self.partition] = Log()
        world.logs[Self.partition]?.followers = [2, 3]
        let events = await Self.play(400, world) { world, second, _ in
            world.logs[Self.partition]?.laggards = (60..<200).contains(second) ? [3] : []
            world.logs[Self.partition]?.leader = (300..<340).contains(second) ? -1 : 1
        }
        let kinds = events.map { $0.split(separator: " ").dropFirst().prefix(2).joined(separator: " ") }
        #expect(
            kinds == [
                "fired topic.under-replicated", "resolved topic.under-replicated", "fired topic.offline",
                "resolved topic.offline",
            ], "\(events)")
    }

    @Test(
        "an unclaimed transaction is told of once, a minute after it hangs for sure, and its end once")
    func hangingTransaction() async {
        var world = World()
        world.logs[Self.partition] = Log()
        let events = await Self.play(1500, world) { world, second, wall in
            world.logs[Self.partition]?.append(1, at: wall)
            // 20 min after its last record nobody's timeout is left to end it.
            if second == 100 {
                world.strayTransactions = [
                    OpenTransaction(
                        partition: Self.partition, producerID: 9, producerEpoch: 3, firstOffset: 50, lastTimestamp: wall
                    )
                ]
            }
            if second == 1450 { world.strayTransactions = [] }
        }
        #expect(
            events == ["1361 fired broker.transactions transactions", "1450 resolved broker.transactions transactions"])
    }

    @Test("an hour of a healthy cluster is silent, and each scripted fault is told once and ended once")
    func faults() async {
        var world = World()
        let other = TopicPartition(topic: "orders", partition: 0)
        world.logs[Self.partition] = Log(isCompacted: true)
        world.logs[other] = Log()
        world.groups["reader"] = WorldGroup(assignment: [other], commits: [other: 0])
        world.groups["idle"] = WorldGroup(commits: [Self.partition: 0])
        let events = await Self.play(3600 + 1200, world) { world, second, wall in
            world.logs[Self.partition]?.append(5, at: wall)
            world.logs[other]?.append(20, at: wall)
            world.groups["idle"]?.commits[Self.partition] = world.logs[Self.partition]?.end
            let fault = second - 3600
            // A consumer hangs for two minutes, the log directory goes offline, the disk fills, a segment is damaged.
            if second % 5 == 0, !(0..<120).contains(fault) {
                world.groups["reader"]?.commits[other] = world.logs[other]?.end
            }
            world.isOffline = (300..<400).contains(fault)
            world.diskFree = (500..<700).contains(fault) ? 50 : 500
            world.quarantined = (800..<900).contains(fault) ? 1 : 0
        }
        let names = events.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        #expect(
            names == [
                "fired group.age reader", "fired group.stopped reader", "fired group.catch-up reader",
                "resolved group.age reader", "resolved group.stopped reader", "resolved group.catch-up reader",
                "fired broker.log-directory log directory", "resolved broker.log-directory log directory",
                "fired broker.disk data", "resolved broker.disk data",
                "fired broker.quarantine quarantine", "resolved broker.quarantine quarantine",
            ], "\(events)")
        let first = events.first.flatMap { Int($0.prefix { $0 != " " }) } ?? 0
        #expect(first >= 3600, "the hour before was silent")
    }
}
