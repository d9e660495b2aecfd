import AlertRules
import Cluster
import Monitor
import Synchronization
import Testing
import WindowedMetrics

/// Plays five minutes of a cluster's life and compares every poll with the model.
struct Play {
    let clock = ScriptedClock()
    let cluster: FakeCluster
    let monitor: Monitor
    var rows: [String: [TopicPartition: RowModel]] = [:]
    var wasActive: Set<String> = []
    var alerts: [String: [String: [(milliseconds: Int64, holds: Bool)]]] = [:]
    var second = 0.0
    var compared = 0
    var seenKinds: Set<String> = []
    var events: [AlertEvent] = []

    init(_ world: World) {
        cluster = FakeCluster(world)
        monitor = Monitor(of: cluster, clock: clock)
    }

    /// Lets time pass, changes the world, polls, compares.
    mutating func step(milliseconds: Int64, _ change: (inout World, _ wall: Int64) -> Void) async {
        clock.pass(milliseconds: milliseconds)
        second += Double(milliseconds) / 1000
        let wall = clock.now().wallMilliseconds
        cluster.world.withLock { change(&$0, wall) }
        let snapshot = await monitor.poll()
        let world = cluster.world.withLock { $0 }
        learn(world, wall)
        compare(snapshot, world, wall)
        compareAlerts(snapshot, world)
    }

    private mutating func learn(_ world: World, _ wall: Int64) {
        if !world.groupsFail {
            for (id, group) in world.groups {
                var known = rows[id] ?? [:]
                let names = Set(group.commits.keys).union(group.assignment)
                known = known.filter { names.contains($0.key) }
                for name in names {
                    var row = known[name] ?? RowModel()
                    if let commit = group.commits[name] {
                        if let before = row.commits.last?.value, Double(commit) > before { row.moves.append(second) }
                        row.commits.append(RowModel.Sample(time: second, value: Double(commit)))
                    }
                    known[name] = row
                }
                rows[id] = known
                if !group.assignment.isEmpty { wasActive.insert(id) }
            }
        }
        for (id, known) in rows {
            for name in known.keys {
                let log = world.logs[name]
                if !world.topicsFail, let log, log.problem == nil {
                    // A topic made anew is another log: its ends start again.
                    if rows[id]?[name]?.topicID == log.topicID || rows[id]?[name]?.topicID == nil {
                        rows[id]?[name]?.ends.append(RowModel.Sample(time: second, value: Double(log.end)))
                    }
                }
                guard !world.topicsFail, !world.groupsFail, log?.problem == nil else { continue }
                let isNewLog = log.map { rows[id]?[name]?.topicID ?? $0.topicID != $0.topicID } ?? false
                rows[id]?[name]?.look(
                    commit: world.groups[id]?.commits[name],
                    log: log,
                    now: second,
                    wall: wall
                )
                if isNewLog, let log { rows[id]?[name]?.ends = [.init(time: second, value: Double(log.end))] }
            }
        }
    }

    private mutating func compare(_ snapshot: Snapshot, _ world: World, _ wall: Int64) {
        for group in snapshot.groups {
            let id = group.description.groupID
            #expect(group.partitions.count == rows[id]?.count, "\(id) at \(second)")
            for row in group.partitions {
                guard let model = rows[id]?[row.topicPartition], let shown = model.shown else {
                    Issue.record("\(id) \(row.topicPartition) is not in the model at \(second)")
                    continue
                }
                let place = "\(id) \(row.topicPartition) at \(second)"
                #expect(Self.plain(row.lag) == Self.plain(shown.lag), "\(place)")
                #expect(Self.plain(row.age) == Self.plain(shown.age), "\(place)")
                #expect(row.unreadable == shown.unreadable, "\(place)")
                #expect(row.isAheadOfEnd == shown.isAhead, "\(place)")
                #expect(Self.isClose(row.catchUp, shown.catchUp), "\(place): \(row.catchUp), not \(shown.catchUp)")
                let age = second - shown.readAtSecond
                #expect(row.staleSince == (age == 0 ? nil : wall - Int64((age * 1000).rounded())), "\(place)")
                note(row, shown)
                compared += 1
            }
            compareTotals(group)
        }
        #expect(Set(snapshot.groups.map(\.description.groupID)) == Set(rows.keys))
    }

    /// A group is the sum of its rows, as old as the oldest and as late as the latest.
    private func compareTotals(_ group: GroupFigures) {
        let shown = (rows[group.description.groupID] ?? [:]).values.compactMap(\.shown)
        let known = shown.compactMap(\.lag.records)
        #expect(group.lag.records == (known.isEmpty ? nil : known.reduce(0, +)))
        let ages = shown.compactMap(\.age.milliseconds)
        if let oldest = ages.max(), oldest > 0 { #expect(group.age.milliseconds == oldest) }
        if shown.contains(where: { $0.catchUp == .never }) { #expect(group.catchUp == .never) }
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
        if row.staleSince != nil { seenKinds.insert("stale") }
        if row.isAheadOfEnd { seenKinds.insert("ahead") }
        if row.unreadable > 0 { seenKinds.insert("unreadable") }
    }

    /// Compares the states of the rules on groups with an evaluation of the whole past.
    private mutating func compareAlerts(_ snapshot: Snapshot, _ world: World) {
        let time = Int64((second * 1000).rounded())
        let isBlind = world.topicsFail || world.groupsFail
        for (id, known) in rows where !isBlind {
            let shown = known.values.compactMap(\.shown)
            let isStale = shown.contains { $0.readAtSecond != second }
            guard !isStale else { continue }
            let ages = shown.compactMap(\.age.milliseconds)
            if !ages.isEmpty || !shown.contains(where: { if case .unknown = $0.age { true } else { false } }) {
                // Caught up and unknown together say nothing; then the state stays.
                let oldest = ages.max() ?? 0
                if oldest > 0 || !shown.contains(where: { if case .unknown = $0.age { true } else { false } }) {
                    alerts["group.age", default: [:]][id, default: []].append((time, oldest > 30_000))
                }
            }
            guard shown.contains(where: { $0.lag.records != nil }) else {
                let isUnknown = shown.contains { if case .unknown = $0.lag { true } else { false } }
                if !isUnknown {
                    for rule in ["group.stopped", "group.catch-up"] {
                        alerts[rule, default: [:]][id, default: []].append((time, false))
                    }
                }
                continue
            }
            let rest = wasActive.contains(id) ? known.values.map { $0.rest(now: second) }.max() ?? 0 : 0
            alerts["group.stopped", default: [:]][id, default: []].append((time, rest > 30))
            let isNever = shown.contains { $0.catchUp == .never }
            alerts["group.catch-up", default: [:]][id, default: []].append((time, isNever))
        }
        let holds = ["group.age": 15_000, "group.stopped": 15_000, "group.catch-up": 30_000] as [String: Int64]
        for (rule, hold) in holds {
            for (id, past) in alerts[rule] ?? [:] {
                let instance = snapshot.alerts.instances.first { $0.rule == rule && $0.subject == id }
                let found: String =
                    switch instance?.state {
                    case .pending: "pending"
                    case .firing: "firing"
                    case .quiet, nil: "quiet"
                    }
                #expect(found == Self.state(past, hold: hold), "\(rule) \(id) at \(second)")
                seenKinds.insert("\(rule) \(found)")
            }
        }
        #expect(snapshot.alerts.problems.isEmpty == !(isBlind || world.statusFails))
        events = snapshot.alerts.history
    }

    private static func state(_ past: [(milliseconds: Int64, holds: Bool)], hold: Int64) -> String {
        guard past.last?.holds == true else { return "quiet" }
        let run = past.reversed().prefix { $0.holds }
        guard let first = run.last, let last = run.first else { return "quiet" }
        return last.milliseconds - first.milliseconds >= hold ? "firing" : "pending"
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
    static func partition(_ topic: String, _ number: Int32) -> TopicPartition {
        TopicPartition(topic: topic, partition: number)
    }

    @Test("every lag, age, catch-up time and alert equals the model's through five eventful minutes", arguments: 1...4)
    func fiveMinutes(round: UInt64) async {
        let seed = 0x0DD5_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let orders = (0..<2).map { Self.partition("orders", $0) }
        let added = Self.partition("orders", 2)
        let reborn = Self.partition("reborn", 0)
        let balances = Self.partition("balances", 0)
        var world = World()
        for name in orders { world.logs[name] = Log() }
        world.logs[reborn] = Log()
        world.logs[balances] = Log(isCompacted: true)
        world.groups["keeper"] = WorldGroup(assignment: orders, commits: [orders[0]: 0, orders[1]: 0])
        world.groups["slow"] = WorldGroup(assignment: [orders[0]], commits: [orders[0]: 0])
        world.groups["never-commits"] = WorldGroup(assignment: [orders[1]])
        world.groups["lost"] = WorldGroup(commits: [orders[1]: 10])
        world.groups["ahead"] = WorldGroup(assignment: [reborn], commits: [reborn: 0])
        world.groups["projector"] = WorldGroup(assignment: [balances], commits: [balances: 0])
        var play = Play(world)
        var slowPosition = 0.0

        for turn in 0..<330 {
            let rate = Int64.random(in: 80...120, using: &random)
            let late = Int64.random(in: 0...120, using: &random)
            if turn == 130 { play.clock.leap(milliseconds: 3_600_000) }
            if turn == 150 { play.clock.leap(milliseconds: -3_600_000) }
            await play.step(milliseconds: 1000 + late) { world, wall in
                world.logs[orders[0]]?.append(rate, at: wall)
                world.logs[orders[1]]?.append(rate / 2, at: wall)
                world.logs[balances]?.append(10, at: wall)
                if turn < 60 { world.logs[reborn]?.append(20, at: wall) }

                // Reads all and commits every fifth second; stands still for 70 s; then goes on.
                if turn % 5 == 0, !(180..<250).contains(turn) {
                    for name in world.groups["keeper"]?.assignment ?? [] {
                        world.groups["keeper"]?.commits[name] = world.logs[name]?.end
                    }
                }
                // Half speed at first, double from the third minute on.
                slowPosition += turn < 170 ? 50 : 220
                slowPosition = min(slowPosition, Double(world.logs[orders[0]]?.end ?? 0))
                world.groups["slow"]?.commits[orders[0]] = Int64(slowPosition)

                if turn < 60 { world.groups["ahead"]?.commits[reborn] = world.logs[reborn]?.end }
                if turn == 60 { world.logs[reborn] = Log(topicID: "second") }
                if turn > 60, turn < 200 { world.logs[reborn]?.append(15, at: wall) }

                if turn == 40 { world.logs[orders[1]]?.deleteRecords(below: 500) }
                if turn == 80 {
                    world.logs[added] = Log()
                    world.groups["keeper"]?.assignment.append(added)
                }
                if turn > 84 { world.logs[added]?.append(30, at: wall) }

                world.topicsFail = (100..<105).contains(turn)
                world.groupsFail = (110..<113).contains(turn)
                world.statusFails = (120..<122).contains(turn)
                world.logs[orders[0]]?.problem = (115..<118).contains(turn) ? "no leader" : nil

                if turn % 7 == 0, turn < 120 {
                    world.groups["projector"]?.commits[balances] = world.logs[balances]?.end
                }
                if turn == 170, let end = world.logs[balances]?.end {
                    // The cleaner leaves every third record below the head; the one at the commit goes.
                    world.logs[balances]?.records.removeAll { $0.offset < end - 50 && $0.offset % 3 != 1 }
                    world.logs[balances]?.firstDirty = end - 50
                    world.logs[balances]?.lastCleanedAt = wall
                }
                if turn == 200, let commit = world.groups["projector"]?.commits[balances] {
                    world.groups["projector"]?.commits[balances] = commit + 1
                }
                if turn == 220 { world.groups["projector"]?.commits[balances] = world.logs[balances]?.end }
            }
        }
        #expect(play.compared > 2500)
        let expected: Set<String> = [
            "lag no commit", "lag records", "lag records≈", "age no commit", "age caught up",
            "age milliseconds", "age milliseconds≥", "age unknown", "catch-up unknown", "catch-up done",
            "catch-up steady", "catch-up after", "catch-up never", "stale", "ahead", "unreadable",
            "group.age firing", "group.age pending", "group.stopped firing", "group.catch-up firing",
        ]
        #expect(expected.subtracting(play.seenKinds).isEmpty)
        let keeper = play.events.filter { $0.rule == "group.stopped" && $0.subject == "keeper" }.map(\.kind)
        #expect(keeper == [.resolved, .fired])
    }
}
