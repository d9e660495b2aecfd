import AlertRules
import Cluster
import MonitorScript
import Synchronization
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("Boards of the past")
struct PastBoardTests {
    /// Every board an eventful cluster had, and the timeline that saw them.
    private static func play(seed: UInt64) async -> (boards: [Snapshot], timeline: Timeline) {
        var script = EventfulScript(seed: seed)
        let monitor = Monitor(of: script.cluster, clock: script.clock)
        var boards: [Snapshot] = []
        for _ in 0..<EventfulScript.steps {
            script.advance()
            let board = await monitor.poll()
            // The clock was set back: what it had said of later moments is forgotten.
            boards.removeAll { $0.takenAt >= board.takenAt }
            boards.append(board)
        }
        return (boards, monitor.timeline)
    }

    private static func moment(_ place: Timeline.Place) -> Snapshot? {
        if case .moment(let board) = place { board } else { nil }
    }

    private static func digits(_ value: Double?) -> Int64 { KeptNumber.rounded(value) }

    @Test("a board looked back at shows what it showed then", arguments: [11, 12] as [UInt64])
    func showsWhatWas(seed: UInt64) async throws {
        print("seed \(seed)")
        let (boards, timeline) = await Self.play(seed: seed)
        let live = try #require(boards.last)
        var compared = 0
        for (index, then) in boards.enumerated().reversed() where live.takenAt - then.takenAt < 600_000 {
            guard let past = Self.moment(timeline.step(from: then.takenAt + 1, by: -1)) else {
                Issue.record("nothing is kept of board \(index)")
                continue
            }
            // Two polls within half a second are one moment.
            guard past.takenAt == then.takenAt else { continue }
            compared += 1
            Self.compare(past, then)
            let minute = past.past?.partitionsAt
            if let whole = boards.first(where: { $0.takenAt == minute }) { Self.compareRows(past, whole) }
        }
        #expect(compared > 300)
    }

    private static func compare(_ past: Snapshot, _ then: Snapshot) {
        #expect(past.groups.map(\.description.groupID) == then.groups.map(\.description.groupID))
        for (mine, theirs) in zip(past.groups, then.groups) {
            switch (mine.lag, theirs.lag) {
            case (.unknown, .unknown): break
            default: #expect(mine.lag == theirs.lag)
            }
            switch (mine.age, theirs.age) {
            case (.unknown, .unknown): break
            case (.milliseconds(let kept, let how), .milliseconds(let real, let known)):
                #expect(kept == real / 100 * 100 && how == known)
            default: #expect(mine.age == theirs.age)
            }
            #expect(digits(mine.recordsOutPerSecond) == digits(theirs.recordsOutPerSecond))
            #expect(digits(mine.lagChangePerSecond) == digits(theirs.lagChangePerSecond))
            #expect(mine.description.state == theirs.description.state)
            #expect(mine.description.members == theirs.description.members)
            #expect(mine.staleSince == theirs.staleSince)
            #expect(mine.stoppedMilliseconds.map { $0 / 1000 } == theirs.stoppedMilliseconds.map { $0 / 1000 })
            if let mine = mine.lagHistory.values.last, let theirs = theirs.lagHistory.values.last, !theirs.isNaN {
                #expect(mine == theirs)
            }
        }
        #expect(past.topics.map(\.description.name) == then.topics.map(\.description.name))
        for (mine, theirs) in zip(past.topics, then.topics) {
            #expect(digits(mine.recordsInPerSecond) == digits(theirs.recordsInPerSecond))
            #expect(mine.description.retention == theirs.description.retention)
            #expect(mine.partitions.map(\.description.leader) == theirs.partitions.map(\.description.leader))
        }
        #expect(digits(past.recordsInPerSecond) == digits(then.recordsInPerSecond))
        func firing(_ it: Snapshot) -> Set<String> { Set(it.alerts.instances.filter(\.isFiring).map(\.id)) }
        #expect(firing(past) == firing(then))
        #expect(past.status == nil)
    }

    private static func compareRows(_ past: Snapshot, _ minute: Snapshot) {
        for mine in past.groups {
            guard let theirs = minute.groups.first(where: { $0.description.groupID == mine.description.groupID }) else {
                continue
            }
            let rows = Dictionary(uniqueKeysWithValues: theirs.partitions.map { ($0.topicPartition, $0) })
            for row in mine.partitions {
                guard let was = rows[row.topicPartition], was.staleSince == nil else {
                    Issue.record("\(row.topicPartition) is made up")
                    continue
                }
                if was.offsets != nil { #expect(row.commit?.offset == was.commit?.offset) }
                #expect(row.offsets?.highWatermark == was.offsets?.highWatermark)
                #expect(row.unreadable == was.unreadable)
                if case .records = was.lag { #expect(row.lag == was.lag) }
            }
        }
    }

    @Test("nothing of a later moment is on a board of the past")
    func nothingLater() async throws {
        let cluster = FakeCluster(MonitorLifeTests.world())
        let clock = ScriptedClock()
        let monitor = Monitor(of: cluster, clock: clock)
        await monitor.poll()
        clock.pass(milliseconds: 1000)
        cluster.world.withLock {
            $0.logs[TopicPartition(topic: "later", partition: 0)] = Log()
            $0.groups["later"] = WorldGroup(assignment: [], commits: [TopicPartition(topic: "later", partition: 0): 0])
        }
        let live = await monitor.poll()
        #expect(live.topics.contains { $0.description.name == "later" })
        #expect(live.changes.map(\.kind) == [.topicCreated])
        let past = try #require(Self.moment(monitor.timeline.step(from: live.takenAt, by: -500)))
        #expect(past.takenAt == ScriptedClock.start)
        #expect(past.topics.map(\.description.name) == ["orders"])
        #expect(past.groups.map(\.description.groupID) == ["billing"])
        #expect(past.changes.isEmpty)
        guard case .beginning = monitor.timeline.step(from: past.takenAt, by: -1000) else {
            Issue.record("there is nothing before the beginning")
            return
        }
        guard case .present = monitor.timeline.step(from: past.takenAt, by: 60_000) else {
            Issue.record("beyond the newest board lies the present")
            return
        }
    }

    @Test("steps over a time in which nothing was kept lead to its other end")
    func gaps() async throws {
        let clock = ScriptedClock()
        let monitor = Monitor(of: FakeCluster(MonitorLifeTests.world()), clock: clock)
        for _ in 0..<3 {
            await monitor.poll()
            clock.pass(milliseconds: 1000)
        }
        clock.pass(milliseconds: 1_800_000)
        let live = await monitor.poll()
        let back = try #require(Self.moment(monitor.timeline.step(from: live.takenAt, by: -10_000)))
        #expect(back.takenAt == ScriptedClock.start + 2000)
        clock.pass(milliseconds: 1000)
        await monitor.poll()
        let forth = try #require(Self.moment(monitor.timeline.step(from: back.takenAt, by: 10_000)))
        #expect(forth.takenAt == live.takenAt)
    }
}
