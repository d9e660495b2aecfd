import AlertRules
import Cluster
import Foundation
import Monitor
import MonitorScript
import RuleSamples
import Synchronization
import Testing
import WindowedMetrics

/// Lines that others write, for a test to read.
private final class Notes: Sendable {
    private let all = Mutex<[String]>([])

    var lines: [String] { all.withLock { $0 } }

    func add(_ new: [String]) { all.withLock { $0 += new } }
}

/// Monitors of one scripted cluster, one after another on the same folder, as a program that is started again.
private final class Runs {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-rules-\(UUID().uuidString)")
    let cluster: FakeCluster
    let clock = ScriptedClock()
    private(set) var monitor: Monitor
    private let reported = Notes()

    init(_ world: World, _ loaded: LoadedRules = .shipped, source: (any RuleSource)? = nil) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        cluster = FakeCluster(world)
        monitor = Monitor(of: cluster, clock: clock)
        start(loaded, source: source)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Starts a monitor in place of the one before, which is not asked to stop: as after a kill.
    func start(_ loaded: LoadedRules = .shipped, source: (any RuleSource)? = nil) {
        let keeper = RuleKeeper(loaded, source: source)
        keeper.keep(in: folder.path) { [reported] problem in reported.add([problem]) }
        monitor = Monitor(of: cluster, rules: keeper, clock: clock)
    }

    /// Polls each second.
    @discardableResult
    func play(_ seconds: Int, _ change: (inout World, Int, Int64) -> Void = { _, _, _ in }) async -> AlertBoard {
        for second in 0..<seconds {
            clock.pass(milliseconds: 1000)
            let wall = clock.now().wallMilliseconds
            cluster.world.withLock { change(&$0, second, wall) }
            await monitor.poll()
        }
        return monitor.snapshot.alerts
    }

    /// What fired and resolved in all runs, as the history has it, oldest first.
    var events: [String] {
        monitor.snapshot.alerts.history.reversed().map { "\($0.kind.rawValue) \($0.rule) \($0.subject)" }
    }
    var reports: [String] { reported.lines }
    func isFiring(_ rule: String) -> Bool {
        monitor.snapshot.alerts.instances.contains { $0.rule == rule && $0.isFiring }
    }
}

@Suite("Alert rules in the monitor")
struct RuleKeeperTests {
    private static let partition = TopicPartition(topic: "orders", partition: 0)

    private static func world() -> World {
        var world = World()
        world.logs[partition] = Log()
        world.groups["scorer"] = WorldGroup(assignment: [partition], commits: [partition: 0])
        return world
    }

    /// Records come; the consumer commits in its first minute and then never again.
    private static func hang(from start: Int) -> (inout World, Int, Int64) -> Void {
        { world, second, wall in
            world.logs[partition]?.append(50, at: wall)
            // As the embedded broker does, the cluster tells when commits were made: what stood before a restart is known to stand.
            if second < start { world.groups["scorer"]?.commit(world.logs[partition]?.end, of: partition, at: wall) }
        }
    }

    @Test("over a kill what fires goes on firing since then and is not told again, and its end is told")
    func restart() async throws {
        let runs = try Runs(Self.world())
        await runs.play(200, Self.hang(from: 60))
        let before = runs.monitor.snapshot.alerts.instances.filter(\.isFiring)
        #expect(
            Set(before.map(\.rule)) == ["group.age", "group.stopped", "group.catch-up"], "\(before.map(\.rule))")
        #expect(runs.events.count == 3)
        runs.start()
        let first = await runs.play(1, Self.hang(from: 0))
        let after = first.instances.filter(\.isFiring)
        #expect(Set(after.map(\.id)) == Set(before.map(\.id)))
        for alert in before {
            #expect(after.first { $0.id == alert.id }?.state == alert.state, "\(alert.rule)")
        }
        await runs.play(200, Self.hang(from: 0))
        #expect(runs.events.count == 3, "nothing fires anew, and the history goes on: \(runs.events)")
        await runs.play(200, Self.hang(from: 200))
        #expect(
            Set(runs.events.dropFirst(3)) == [
                "resolved group.age scorer", "resolved group.stopped scorer", "resolved group.catch-up scorer",
            ], "\(runs.events)")
        #expect(runs.reports.isEmpty)
    }

    @Test("what ended while nobody watched is told as ended, once the windows that judge it are full again")
    func endedMeanwhile() async throws {
        let runs = try Runs(Self.world())
        await runs.play(200, Self.hang(from: 60))
        runs.start()
        await runs.play(100, Self.hang(from: 200))
        #expect(runs.events.count == 3 || runs.events.count == 4)
        await runs.play(100, Self.hang(from: 200))
        #expect(runs.events.filter { $0.hasPrefix("resolved") }.count == 3)
        #expect(runs.monitor.snapshot.alerts.instances.filter { $0.isFiring }.isEmpty)
    }

    @Test("a state file that cannot be understood is set aside and said")
    func damagedFile() async throws {
        let runs = try Runs(Self.world())
        let file = runs.folder.appending(path: "rules-c.json")
        try Data("{\"version\":1".utf8).write(to: file)
        await runs.play(20)
        #expect(runs.reports.first?.contains("set aside as") == true)
        #expect(FileManager.default.fileExists(atPath: file.path + ".unreadable-1"))
        #expect(FileManager.default.fileExists(atPath: file.path))
    }

    @Test("leaps of the wall clock neither fire nor delay, and times are told by the clock as it is now")
    func leaps() async throws {
        let text = "alerts:\n- name: Many\n  expr: kafka_brokers > 0\n  for: 1m\n"
        let (rules, problems) = RuleFileReader.read(text: text, file: "r.yaml")
        #expect(problems.isEmpty)
        let runs = try Runs(Self.world(), LoadedRules(files: [rules]))
        await runs.play(10)
        runs.clock.leap(milliseconds: 7_200_000)
        await runs.play(40)
        #expect(!runs.isFiring("Many"))
        runs.clock.leap(milliseconds: -3_600_000)
        await runs.play(30)
        let alert = try #require(runs.monitor.snapshot.alerts.instances.first)
        let since = try #require(alert.state.since)
        #expect(alert.isFiring)
        #expect((0..<30_000).contains(runs.clock.now().wallMilliseconds - since))
    }

    @Test("the users' short form is at work beside the shipped rules: refused records fire after two minutes")
    func usersFile() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString).yaml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try RuleSamples.short.write(toFile: path, atomically: true, encoding: .utf8)
        var source = RuleFileSource([path])
        let loaded = source.load()
        #expect(loaded.problems.isEmpty)
        let runs = try Runs(Self.world(), loaded, source: source)
        var board = await runs.play(60) { world, _, wall in
            world.logs[Self.partition]?.append(1, at: wall)
            world.groups["scorer"]?.commits[Self.partition] = world.logs[Self.partition]?.end
        }
        #expect(board.rules.map(\.name).suffix(3) == ["ConsumerLag", "UnderReplicatedPartitions", "ProducerErrorRate"])
        #expect(board.problems.isEmpty)
        let lag = try #require(board.instances.first { $0.rule == "ConsumerLag" })
        #expect(lag.state == .quiet && lag.subject == "scorer orders-0" && lag.value == 0)
        board = await runs.play(200) { world, second, wall in
            if second > 10 { world.recordErrors += 1 }
        }
        let errors = try #require(board.instances.first { $0.rule == "ProducerErrorRate" })
        #expect(errors.isFiring && errors.annotations["summary"] == "Producer failing to write")
        #expect(runs.events.contains { $0.hasPrefix("fired ProducerErrorRate ") })
        let replicas = try #require(board.instances.first { $0.rule == "UnderReplicatedPartitions" })
        #expect(replicas.state == .quiet && replicas.value == 0)
    }

    @Test("where the broker is another's, the producers' errors are no such metric and no green light")
    func attached() async throws {
        var world = Self.world()
        world.isAttached = true
        let (rules, problems) = RuleFileReader.read(text: RuleSamples.short, file: "seeds.yaml")
        #expect(problems.isEmpty)
        let runs = try Runs(world, LoadedRules(files: [rules]))
        let board = await runs.play(30)
        #expect(board.problems == ["ProducerErrorRate": "no such metric: kafka_producer_record_error_total"])
        #expect(
            board.instances.first { $0.rule == "ProducerErrorRate" }?.state
                == .untold("no such metric: kafka_producer_record_error_total"))
    }

    @Test("replicas out of sync on an attached cluster are told of once after the rule's minute, and their return once")
    func underReplicated() async throws {
        var world = Self.world()
        world.isAttached = true
        world.logs[Self.partition]?.followers = [2, 3]
        let (rules, problems) = RuleFileReader.read(text: RuleSamples.short, file: "seeds.yaml")
        #expect(problems.isEmpty)
        let runs = try Runs(world, LoadedRules(files: [rules]))
        let board = await runs.play(300) { world, second, _ in
            world.logs[Self.partition]?.laggards = (60..<200).contains(second) ? [3] : []
        }
        let name = "UnderReplicatedPartitions"
        #expect(runs.events == ["fired \(name) \(name)", "resolved \(name) \(name)"])
        let end = try #require(board.history.first)
        let beginning = try #require(board.history.last)
        // Of rules without an interval each 15 s.
        #expect((120_000...135_000).contains(beginning.at - ScriptedClock.start), "\(beginning)")
        #expect((200_000...215_000).contains(end.at - ScriptedClock.start), "\(end)")
    }

    @Test("a file that is changed is read within 15 s; one that is wrong leaves its rules at work, and says where")
    func reload() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString).yaml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }
        try write("alerts:\n- name: Many\n  expr: kafka_brokers > 0\n")
        var source = RuleFileSource([path], shipsDefaults: false)
        let runs = try Runs(Self.world(), source.load(), source: source)
        var board = await runs.play(20)
        let since = try #require(board.instances.first?.state.since)
        try write("alerts:\n- name: Many\n  expr: kafka_brokers > 0\n- name: More\n  expr: kafka_brokers >\n")
        board = await runs.play(16)
        #expect(board.rules.map(\.name) == ["Many"])
        #expect(board.fileProblems.count == 1 && board.fileProblems[0].hasPrefix("\(path):5:"), "\(board.fileProblems)")
        #expect(runs.reports.count == 1)
        try write("alerts:\n- name: Many\n  expr: kafka_brokers > 0\n- name: More\n  expr: kafka_brokers > 1\n")
        // The key for it does not wait.
        runs.monitor.refreshNow()
        board = await runs.play(1)
        #expect(board.rules.map(\.name) == ["Many", "More"] && board.fileProblems.isEmpty)
        board = await runs.play(16)
        #expect(board.instances.first { $0.rule == "Many" }?.state == .firing(since: since), "it fires on")
        #expect(runs.events == ["fired Many Many"], "and is not told again")
        try FileManager.default.removeItem(atPath: path)
        board = await runs.play(16)
        #expect(board.rules.count == 2 && board.fileProblems.count == 1)
    }

    /// Counts the steps of the last five minutes, and how fast the log's end grows.
    private static func lookingBack() throws -> LoadedRules {
        let end = "kafka_topic_partition_current_offset"
        let text = """
            alerts:
            - {name: Steps, expr: 'count_over_time(\(end)[5m]) > 0'}
            - {name: Rate, expr: 'rate(\(end)[5m]) > 0'}
            """
        let (rules, problems) = RuleFileReader.read(text: text, file: "r.yaml")
        try #require(problems.isEmpty, "\(problems)")
        return LoadedRules(files: [rules])
    }

    private static func write(_ world: inout World, _ second: Int, _ wall: Int64) {
        world.logs[partition]?.append(10, at: wall)
    }

    @Test(
        "ranges reach back over a restart, to what was kept within the last five minutes; while nobody looked is a gap")
    func rangesOverRestart() async throws {
        let runs = try Runs(Self.world(), try Self.lookingBack())
        func value(_ rule: String) -> Double {
            runs.monitor.snapshot.alerts.instances.first { $0.rule == rule }?.value ?? 0
        }
        await runs.play(330, Self.write)
        #expect(value("Steps") == 20)
        runs.clock.pass(milliseconds: 60_000)
        runs.start(try Self.lookingBack())
        await runs.play(31, Self.write)
        // Killed up to 30 s after it was kept, away for 60 s.
        #expect((12...15).contains(value("Steps")), "\(value("Steps"))")
        #expect((6...10).contains(value("Rate")), "10 a second but for the gap, not \(value("Rate"))")
        #expect(runs.reports.isEmpty, "\(runs.reports)")
    }

    @Test("a kept history that is damaged is set aside whole and said, and ranges begin anew")
    func damagedSeries() async throws {
        let runs = try Runs(Self.world(), try Self.lookingBack())
        await runs.play(310, Self.write)
        let file = runs.folder.appending(path: "rule-series-c.weir")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        runs.start(try Self.lookingBack())
        await runs.play(31, Self.write)
        let steps = runs.monitor.snapshot.alerts.instances.first { $0.rule == "Steps" }?.value ?? 0
        #expect((1...3).contains(steps), "\(steps)")
        #expect(runs.reports.count == 1)
        #expect(
            runs.reports.first == "the history that alert rules look back on cannot be understood and begins anew: "
                + "\(file.path) is set aside as \(file.path).unreadable-1")
    }

    @Test("rules that look back on nothing leave no file of steps")
    func nothingToKeep() async throws {
        let runs = try Runs(Self.world())
        await runs.play(310, Self.write)
        #expect(!FileManager.default.fileExists(atPath: runs.folder.appending(path: "rule-series-c.weir").path))
    }

    @Test("a recorded series is read by the rules after it, by their ranges too; ends when its rule is gone")
    func recording() async throws {
        let text = """
            groups:
            - name: g
              rules:
              - record: topic:ends
                expr: sum by (topic) (kafka_topic_partition_current_offset)
              - alert: Grows
                expr: increase(topic:ends[1m]) > 100
            """
        let (rules, problems) = RuleFileReader.read(text: text, file: "r.yaml")
        #expect(problems.isEmpty)
        let runs = try Runs(Self.world(), LoadedRules(files: [rules]))
        let board = await runs.play(90) { world, _, wall in world.logs[Self.partition]?.append(10, at: wall) }
        let alert = try #require(board.instances.first { $0.rule == "Grows" })
        #expect(alert.isFiring && alert.subject == "orders")
        #expect(abs((alert.value ?? 0) - 600) < 60, "600 a minute, not \(alert.value ?? 0)")
    }
}
