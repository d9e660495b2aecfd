import AlertRules
import ArgumentParser
import Cluster
import Foundation
import Monitor
import Testing

@testable import weir

@Suite("Rules held against one look")
struct RuleLookTests {
    private static func look(_ rules: String, honoursFor: Bool = false) throws -> RuleLook {
        let check = RuleCheck([("rules.yml", "groups: [{name: g, rules: [\(rules)]}]\n")])
        #expect(!check.hasErrors, "\(check.problems)")
        return RuleLook(check.files, version: .three, honoursFor: honoursFor)
    }

    /// A cluster of other processes with one topic of one partition.
    private static func snapshot(at time: Int64, end: Int64, replicas: [Int32] = [1]) -> Snapshot {
        var snapshot = Snapshot.empty
        snapshot.sequence = 1
        snapshot.takenAt = time
        snapshot.status = ClusterStatus(clusterID: "c", brokers: [])
        let partition = PartitionDescription(
            partition: 0, replicas: replicas, offsets: PartitionOffsets(logStart: 0, highWatermark: end))
        snapshot.topics = [
            TopicFigures(
                description: TopicDescription(name: "orders", partitions: [partition]),
                partitions: [PartitionFigures(description: partition)])
        ]
        return snapshot
    }

    private static let end = "kafka_topic_partition_current_offset"

    @Test("a condition that holds fires at once, or with honour-for when it has held")
    func holds() throws {
        let rule = "{alert: Full, expr: '\(Self.end) > 10', for: 1m}"
        var plain = try Self.look(rule)
        plain.take(Self.snapshot(at: 1000, end: 20))
        #expect(plain.verdicts.map(\.state) == [.firing])
        #expect(plain.verdicts.first?.alerts.first?.value == 20)
        #expect(RuleLook.exitCode(plain.verdicts) == 1)
        var patient = try Self.look(rule, honoursFor: true)
        patient.take(Self.snapshot(at: 1000, end: 20))
        #expect(patient.verdicts.map(\.state) == [.pending])
        #expect(RuleLook.exitCode(patient.verdicts) == 0)
        patient.take(Self.snapshot(at: 61_000, end: 20))
        #expect(patient.verdicts.map(\.state) == [.firing])
    }

    @Test("a rule that looks back is unknown until it was observed as long")
    func looksBack() throws {
        var look = try Self.look("{alert: Grows, expr: 'delta(\(Self.end)[1m]) > 5'}")
        look.take(Self.snapshot(at: 0, end: 0))
        #expect(look.verdicts.map(\.reason) == ["needs 1m, has 0s"])
        #expect(RuleLook.exitCode(look.verdicts) == 2)
        for second in stride(from: Int64(5), through: 60, by: 5) {
            look.take(Self.snapshot(at: second * 1000, end: second))
        }
        #expect(look.verdicts.map(\.state) == [.firing])
    }

    @Test(
        "what cannot be told is said, and is no green light",
        arguments: [
            ("kafka_producer_record_error_total > 0", "no such metric: kafka_producer_record_error_total"),
            ("no_such_thing > 0", "no such metric: no_such_thing"),
            (
                "weir_consumergroup_stopped_seconds > 0",
                "weir_consumergroup_stopped_seconds shows when a cluster is watched for a while; say --observe 1m"
            ),
        ])
    func unknown(expression: String, reason: String) throws {
        var look = try Self.look("{alert: A, expr: '\(expression)'}")
        look.take(Self.snapshot(at: 0, end: 0))
        #expect(look.verdicts.map(\.state) == [.unknown])
        #expect(look.verdicts.map(\.reason) == [reason])
    }

    @Test("the shipped rules alone: what this cluster does not tell is no doubt, what takes a minute is one until then")
    func shipped() throws {
        let run = try AlertsRun.parse(["--once"])
        var look = RuleLook(try run.rules(Configuration()), version: .three, honoursFor: false)
        look.take(Self.snapshot(at: 0, end: 0))
        #expect(look.verdicts.map(\.rule) == DefaultRules.read.rules.rules.map(\.name))
        #expect(look.verdicts.first { $0.rule == "broker.disk" }?.state == .inapplicable)
        #expect(look.verdicts.first { $0.rule == "group.stopped" }?.state == .unknown)
        #expect(RuleLook.exitCode(look.verdicts) == 2)
        for second in 1...Int64(60) { look.take(Self.snapshot(at: second * 1000, end: 0)) }
        #expect(look.verdicts.filter { $0.state == .unknown || $0.state == .firing } == [])
        #expect(RuleLook.exitCode(look.verdicts) == 0)
    }

    @Test("files that are named are held alone; else the configuration's stand beside the shipped ones")
    func whichRules() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-look-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ text: String, _ name: String) throws -> String {
            let path = folder.appending(path: name).path
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        let mine = try write("alerts: [{name: Mine, expr: up > 0}]\n", "mine.yaml")
        let other = try write("alerts: [{name: Other, expr: up > 0}]\n", "other.yaml")
        let wrong = try write("alerts: [{name: Wrong, expr: up >}]\n", "wrong.yaml")
        var configuration = Configuration()
        configuration.rules = [mine]
        let usual = try AlertsRun.parse(["--once"]).rules(configuration)
        #expect(usual.map(\.file) == [DefaultRules.fileName, mine])
        #expect(try AlertsRun.parse(["--once", "--rules", other]).rules(configuration).map(\.file) == [other])
        configuration.hasDefaultRules = false
        #expect(try AlertsRun.parse(["--once"]).rules(configuration).map(\.file) == [mine])
        #expect(throws: VerbFailure.self) { try AlertsRun.parse(["--once", "--rules", wrong]).rules(configuration) }
    }

    @Test("while nothing answers, nothing is told")
    func outage() throws {
        var look = try Self.look("{alert: A, expr: '\(Self.end) > 10'}")
        var snapshot = Self.snapshot(at: 0, end: 0)
        snapshot.poll.outage = Outage(since: 0, reason: "connection refused", retryMilliseconds: 1000)
        look.take(snapshot)
        #expect(look.verdicts.map(\.state) == [.unknown])
        #expect(look.verdicts.map(\.reason) == ["connection refused"])
    }
}
