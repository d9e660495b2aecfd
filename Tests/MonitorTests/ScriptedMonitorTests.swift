import AlertRules
import Cluster
import Monitor
import MonitorScript
import Testing

/// Plays a script and compares every snapshot with the model.
struct Play {
    var script: EventfulScript
    let monitor: Monitor
    var model = ClusterModel()
    var compared = 0
    var seenKinds: Set<String> = []
    var events: [AlertEvent] = []
    var deadSince: Int64?

    init(_ script: EventfulScript) {
        self.script = script
        monitor = Monitor(of: script.cluster, clock: script.clock)
    }

    /// Makes a step, polls, compares.
    mutating func step() async {
        let (world, wall) = script.advance()
        let snapshot = await monitor.poll()
        model.learn(world, second: script.second, wall: wall)
        compare(snapshot, wall)
        compareAlerts(snapshot)
        comparePoll(snapshot, world)
    }

    private mutating func comparePoll(_ snapshot: Snapshot, _ world: World) {
        let place = "at step \(script.step)"
        #expect(snapshot.poll.intervalMilliseconds == script.intervalMilliseconds, "\(place)")
        #expect((snapshot.poll.load == nil) == (world.cost == nil), "\(place)")
        #expect(snapshot.poll.load?.isStretched ?? false == (script.intervalMilliseconds > 1000), "\(place)")
        // What is spent stays within the budget, save that the first dear poll came after a short interval.
        if let load = snapshot.poll.load {
            #expect(load.requestsPerSecond <= 55, "\(place)")
            if load.isStretched { seenKinds.insert("stretched") }
        }
        #expect((snapshot.poll.outage != nil) == (world.topicsFail && world.groupsFail), "\(place)")
        if snapshot.poll.outage != nil { seenKinds.insert("outage") }
        // While the status cannot be read, what it said last stands.
        #expect(Set(snapshot.silentBrokers.keys) == Set([world.deadBroker].compactMap { $0 }), "\(place)")
        if let silent = snapshot.silentBrokers[2] {
            deadSince = deadSince ?? snapshot.takenAt
            #expect(silent.since == deadSince, "\(place)")
            // The cause is named as a broker, not once for each of its partitions and groups.
            #expect(snapshot.poll.problems.isEmpty, "\(place)")
            seenKinds.insert("dead broker")
        }
        if let rate = snapshot.recordsInPerSecond { #expect(rate < 400, "\(place)") }
    }

    private mutating func compare(_ snapshot: Snapshot, _ wall: Int64) {
        for group in snapshot.groups {
            let id = group.description.groupID
            #expect(group.partitions.count == model.rows[id]?.count, "\(id) at \(model.second)")
            for row in group.partitions {
                guard let shown = model.rows[id]?[row.topicPartition]?.shown else {
                    Issue.record("\(id) \(row.topicPartition) is not in the model at \(model.second)")
                    continue
                }
                let place = "\(id) \(row.topicPartition) at \(model.second)"
                #expect(Self.plain(row.lag) == Self.plain(shown.lag), "\(place)")
                #expect(Self.plain(row.age) == Self.plain(shown.age), "\(place)")
                #expect(row.unreadable == shown.unreadable, "\(place)")
                #expect(row.isAheadOfEnd == shown.isAhead, "\(place)")
                #expect(Self.isClose(row.catchUp, shown.catchUp), "\(place): \(row.catchUp), not \(shown.catchUp)")
                #expect(row.status.status == shown.status, "\(place): \(row.status)")
                #expect(row.loss.horizon.milliseconds == shown.loss.horizon, "\(place): \(row.loss)")
                #expect(row.loss.verdict == shown.loss.verdict, "\(place): \(row.loss)")
                #expect(row.loss.lost?.records ?? 0 == shown.loss.lost, "\(place)")
                #expect(row.staleSince == model.staleMilliseconds(shown).map { wall - $0 }, "\(place)")
                note(row, shown)
                compared += 1
            }
            compareTotals(group, wall)
        }
        #expect(Set(snapshot.groups.map(\.description.groupID)) == Set(model.rows.keys))
    }

    private mutating func compareTotals(_ group: GroupFigures, _ wall: Int64) {
        let id = group.description.groupID
        let total = model.total(of: id)
        let place = "\(id) at \(model.second)"
        #expect(Self.plain(group.lag) == Self.plain(total.lag), "\(place)")
        #expect(Self.plain(group.age) == Self.plain(total.age), "\(place)")
        #expect(Self.isClose(group.catchUp, total.catchUp), "\(place): \(group.catchUp), not \(total.catchUp)")
        #expect(group.staleSince == total.staleMilliseconds.map { wall - $0 }, "\(place)")
        #expect(group.status.status == total.status, "\(place)")
        #expect(group.loss.verdict == total.verdict, "\(place)")
        if group.isPartlyStale { seenKinds.insert("mixed") }
    }

    private mutating func note(_ row: GroupPartitionFigures, _ shown: RowModel.Shown) {
        seenKinds.insert("lag \(Self.plain(row.lag).0)")
        seenKinds.insert("age \(Self.plain(row.age).0)")
        switch row.catchUp {
        case .unknown: seenKinds.insert("catch-up unknown")
        case .done: seenKinds.insert("catch-up done")
        case .steady: seenKinds.insert("catch-up steady")
        case .after: seenKinds.insert("catch-up after")
        case .never: seenKinds.insert("catch-up never")
        }
        seenKinds.insert("status \(row.status.status.word)")
        seenKinds.insert("verdict \(row.loss.verdict.word)")
        if row.staleSince != nil { seenKinds.insert("stale") }
        if row.isAheadOfEnd { seenKinds.insert("ahead") }
        if row.unreadable > 0 { seenKinds.insert("unreadable") }
    }

    /// Compares the states of the rules on groups with an evaluation of the whole past.
    private mutating func compareAlerts(_ snapshot: Snapshot) {
        for rule in ClusterModel.rules {
            for id in model.rows.keys {
                let instance = snapshot.alerts.instances.first { $0.rule == rule.name && $0.subject == id }
                let found: ClusterModel.AlertState =
                    switch instance?.state {
                    case .pending: .pending
                    case .firing: .firing
                    case .quiet, .untold, nil: .quiet
                    }
                #expect(found == model.state(of: rule, for: id), "\(rule.name) \(id) at \(model.second)")
                seenKinds.insert("\(rule.name) \(found)")
            }
        }
        #expect(snapshot.alerts.problems.isEmpty == !model.hasProblem)
        events = snapshot.alerts.history
    }

    private static func plain(_ lag: Lag) -> (String, Int64) {
        switch lag {
        case .noCommit: ("no commit", 0)
        case .unknown: ("unknown", 0)
        case .records(let count, let quality): ("records\(quality.mark)", count)
        }
    }

    private static func plain(_ age: LagAge) -> (String, Int64) {
        switch age {
        case .noCommit: ("no commit", 0)
        case .unknown: ("unknown", 0)
        case .caughtUp: ("caught up", 0)
        case .milliseconds(let age, let quality): ("milliseconds\(quality.mark)", age)
        }
    }

    private static func isClose(_ left: CatchUp, _ right: CatchUp) -> Bool {
        if case .after(let a) = left, case .after(let b) = right { return abs(a - b) <= 1e-6 * max(a, b) }
        return left == right
    }
}

@Suite("Monitor against a model")
struct ScriptedMonitorTests {
    @Test("every lag, age, catch-up time and alert equals the model's through eight eventful minutes", arguments: 1...4)
    func eightMinutes(round: UInt64) async {
        let seed = 0x0DD5_0000 + round
        print("seed \(seed)")
        var play = Play(EventfulScript(seed: seed))
        for _ in 0..<EventfulScript.steps { await play.step() }
        #expect(play.compared > 2500)
        let expected: Set<String> = [
            "lag no commit", "lag records", "lag records≈", "age no commit", "age caught up",
            "age milliseconds", "age milliseconds≥", "age unknown", "stretched", "outage", "dead broker", "mixed",
            "catch-up unknown", "catch-up done",
            "catch-up steady", "catch-up after", "catch-up never", "stale", "ahead", "unreadable",
            "status —", "status OK", "status ?", "status ERR", "status NO PROGRESS", "status STOP", "status STALL",
            "status REWIND", "verdict —", "verdict SAFE", "verdict TIGHT", "verdict WILL LOSE", "verdict LOST",
            "group.loss firing", "group.lost firing",
            "group.age firing", "group.age pending", "group.stopped firing", "group.catch-up firing",
        ]
        #expect(expected.subtracting(play.seenKinds).isEmpty)
        let keeper = play.events.filter { $0.rule == "group.stopped" && $0.subject == "keeper" }.map(\.kind)
        #expect(keeper == [.resolved, .fired])
    }
}
