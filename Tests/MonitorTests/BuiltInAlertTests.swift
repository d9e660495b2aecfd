import AlertRules
import Cluster
import Monitor
import MonitorScript
import Synchronization
import Testing
import WindowedMetrics

@Suite("Built-in alerts")
struct BuiltInAlertTests {
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
}
