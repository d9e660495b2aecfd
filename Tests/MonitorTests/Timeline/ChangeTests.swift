import AlertRules
import Cluster
import MonitorScript
import Synchronization
import Testing

@testable import Monitor

@Suite("What changed")
struct ChangeTests {
    private let cluster = FakeCluster(MonitorLifeTests.world())
    private let clock = ScriptedClock()
    private let monitor: Monitor
    private static let partition = TopicPartition(topic: "orders", partition: 0)

    init() { monitor = Monitor(of: cluster, clock: clock) }

    /// The changes of the next polls, oldest first, alerts aside.
    private func changes(polls: Int = 2, _ change: (inout World) -> Void) async -> [Change] {
        let before = await monitor.poll().changes.count
        clock.pass(milliseconds: 1000)
        var world = cluster.world.withLock { $0 }
        change(&world)
        cluster.world.withLock { [world] in $0 = world }
        for _ in 0..<polls {
            await monitor.poll()
            clock.pass(milliseconds: 1000)
        }
        return monitor.snapshot.changes.dropLast(before).reversed()
            .filter { $0.kind != .alertFired && $0.kind != .alertResolved }
    }

    @Test("nothing changed while nothing changes")
    func nothing() async { #expect(await changes(polls: 20) { _ in }.isEmpty) }

    @Test("topics that come, grow and go, and their records")
    func topics() async {
        let made = await changes { $0.logs[TopicPartition(topic: "new", partition: 0)] = Log() }
        #expect(made.map(\.kind) == [.topicCreated] && made.map(\.subject) == ["new"])
        let grown = await changes { $0.logs[TopicPartition(topic: "new", partition: 1)] = Log() }
        #expect(grown.map(\.kind) == [.partitionsAdded] && grown.map(\.detail) == ["1 → 2"])
        let compacted = await changes { world in
            for partition in 0..<2 as Range<Int32> {
                world.logs[TopicPartition(topic: "new", partition: partition)]?.isCompacted = true
            }
        }
        #expect(compacted.map(\.kind) == [.settings])
        #expect(compacted.first?.detail == "cleanup.policy delete → compact,delete")
        let gone = await changes { world in
            for partition in 0..<2 as Range<Int32> {
                world.logs[TopicPartition(topic: "new", partition: partition)] = nil
            }
        }
        #expect(gone.map(\.kind) == [.topicDeleted])
        let deleted = await changes { $0.logs[Self.partition]?.deleteRecords(below: 30) }
        #expect(deleted.map(\.kind) == [.recordsDeleted] && deleted.first?.count == 30)
        let anew = await changes { $0.logs[Self.partition] = Log(topicID: "second") }
        #expect(Array(anew.map(\.kind).prefix(2)) == [.topicDeleted, .topicCreated])
    }

    @Test("topics that could not be read are not gone")
    func unreadable() async { #expect(await changes { $0.topicsFail = true }.isEmpty) }

    @Test("a commit that goes back under a member is no reset; one that moves in an empty group is")
    func commits() async {
        let rewound = await changes { $0.groups["billing"]?.commits[Self.partition] = 10 }
        #expect(rewound.map(\.kind) == [.commitsRewound])
        let left = await changes { $0.groups["billing"]?.assignment = [] }
        #expect(left.map(\.kind) == [.rebalanced])
        let reset = await changes { $0.groups["billing"]?.commits[Self.partition] = 70 }
        #expect(reset.map(\.kind) == [.offsetsReset])
        #expect(reset.first?.group == "billing" && reset.first?.topic == "orders")
        let working = await changes { $0.groups["billing"]?.assignment = [Self.partition] }
        #expect(working.map(\.kind) == [.rebalanced])
        #expect(await changes { $0.groups["billing"]?.commits[Self.partition] = 80 }.isEmpty)
        #expect(await changes { $0.groups["billing"] = nil }.map(\.kind) == [.groupDeleted])
    }

    @Test(
        "offsets that somebody moves in an empty group are not its work: no rate, no catch-up time, forward as little as back"
    )
    func resetIsNoWork() async throws {
        _ = await changes(polls: 20) { $0.groups["billing"]?.assignment = [] }
        for offset in [10, 90] as [Int64] {
            _ = await changes(polls: 10) { $0.groups["billing"]?.commits[Self.partition] = offset }
            let group = try #require(monitor.snapshot.groups.first { $0.description.groupID == "billing" })
            #expect(group.lag == .records(100 - offset, .exact))
            #expect(group.recordsOutPerSecond == 0 && group.lagChangePerSecond == 0, "after \(offset)")
            if case .after = group.catchUp { Issue.record("nobody catches up: \(group.catchUp)") }
        }
    }

    @Test("a broker that falls silent and comes back")
    func brokers() async {
        let lost = await changes { $0.deadBroker = 1 }
        #expect(lost.map(\.kind) == [.brokerLost])
        #expect(await changes { $0.deadBroker = nil }.map(\.kind) == [.brokerBack])
    }

    @Test("alerts that fire and resolve stand among the changes")
    func alerts() async {
        _ = await changes { $0.isOffline = true }
        let fired = monitor.snapshot.changes.filter { $0.kind == .alertFired }
        #expect(fired.map(\.origin) == monitor.snapshot.alerts.history.filter { $0.kind == .fired }.map(\.rule))
        #expect(!fired.isEmpty)
    }

    @Test("what others know of is told with the rest")
    func noted() async {
        await monitor.poll()
        clock.pass(milliseconds: 5000)
        monitor.timeline.note(
            Change(
                at: ScriptedClock.start + 2000, kind: .act, subject: "orders", topic: "orders", origin: "me@here",
                detail: "retention.ms set to 60000"))
        #expect(await monitor.poll().changes.first?.origin == "me@here")
    }
}
