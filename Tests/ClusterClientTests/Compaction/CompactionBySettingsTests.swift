import BrokerCore
import Cluster
import ClusterClient
import ClusterRequests
import Foundation
import Logging
import Synchronization
import Testing

/// A broker with one compacted topic `t` of two partitions, seen as a client would: nothing here uses the broker's own cleaner.
private final class Home {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-compaction-\(UUID().uuidString)").path
    let broker: Broker
    let cluster: EmbeddedCluster
    let topic = ConfigResource.topic("t")
    let partitions = [TopicPartition(topic: "t", partition: 0), TopicPartition(topic: "t", partition: 1)]

    init(_ settings: [(name: String, value: String)] = []) async throws {
        broker = try Broker.open(
            BrokerConfiguration(dataDirectory: folder, settings: BrokerSettings([])), logger: Logger(label: "test"))
        cluster = EmbeddedCluster(broker)
        try await cluster.createTopic(
            NewTopic("t", partitions: 2, settings: [("cleanup.policy", "compact")] + settings), validateOnly: false)
    }

    deinit {
        broker.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var journal: CompactionJournal { CompactionJournal(stateDirectory: "\(folder)/state", clusterID: "c1") }

    /// The overrides of the topic.
    func overrides() async throws -> [String: String] {
        let entries = try await cluster.configuration(of: topic).filter { $0.source == .topic }
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.value ?? "") })
    }
}

@Suite("Compaction by temporary settings")
struct CompactionBySettingsTests {
    /// Waits until it is cancelled: the settings stay until somebody stops the run.
    private static let forEver: @Sendable (Int64) async throws -> Void = { _ in
        try await Task.sleep(for: .seconds(86_400))
    }

    @Test("sets what the cleaner looks at, and puts back overrides and their absence exactly")
    func roundTrip() async throws {
        let home = try await Home([("segment.ms", "86400000"), ("retention.ms", "5")])
        let before = try await home.overrides()
        let compaction = CompactionBySettings(on: home.cluster, journal: home.journal, sleep: Self.forEver)
        try await compaction.compact(home.partitions, rollActive: true)
        var during = before
        during["min.cleanable.dirty.ratio"] = "0.0"
        during["segment.ms"] = "5000"
        #expect(try await home.overrides() == during)
        #expect(try home.journal.entries().map(\.topic) == ["t"])
        #expect(await compaction.runs.map(\.phase) == [.asked, .asked])

        try await compaction.stopCompaction(of: [home.partitions[0]])
        #expect(try await home.overrides() == before)
        #expect(try home.journal.entries() == [])
        #expect(await compaction.runs.map(\.phase) == [.restored, .restored])
        #expect(await compaction.runs.allSatisfy { $0.endedAt != nil })
    }

    @Test("the settings go back by themselves when the time is up, and when the console is closed")
    func endings() async throws {
        let home = try await Home()
        let before = try await home.overrides()
        let atOnce = CompactionBySettings(on: home.cluster, journal: home.journal, sleep: { _ in })
        try await atOnce.compact(home.partitions, rollActive: false)
        await atOnce.close()
        #expect(try await home.overrides() == before)
        let closed = CompactionBySettings(on: home.cluster, journal: home.journal, sleep: Self.forEver)
        try await closed.compact(home.partitions, rollActive: false)
        #expect(try await home.overrides() != before)
        await closed.close()
        #expect(try await home.overrides() == before)
    }

    @Test("what a dead process left behind is put back by the next one; a living one's is left to it")
    func crash() async throws {
        let home = try await Home([("segment.ms", "777")])
        let before = try await home.overrides()
        try await home.cluster.alterConfiguration(
            of: home.topic, [ConfigChange("min.cleanable.dirty.ratio", .set, "0.0")], validateOnly: false)
        var dead: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        try #require(posix_spawn(&dead, "/bin/true", nil, nil, &arguments, nil) == 0)
        try #require(waitpid(dead, nil, 0) == dead)
        for owner in [getppid(), dead] {
            try home.journal.update {
                $0 = [
                    CompactionJournal.Entry(
                        topic: "t", processID: owner, startedAt: 0,
                        settings: [.init(name: "min.cleanable.dirty.ratio", original: nil, temporary: "0.0")])
                ]
            }
            let next = CompactionBySettings(on: home.cluster, journal: home.journal)
            await next.recover()
            #expect(await next.problems == [])
            #expect(try await (home.overrides() == before) == (owner == dead))
            #expect(try home.journal.entries().isEmpty == (owner == dead))
        }
    }

    @Test("read-only, what was left behind is said and kept in the journal")
    func readOnlyRecovery() async throws {
        let home = try await Home()
        try home.journal.update {
            $0 = [
                CompactionJournal.Entry(
                    topic: "t", processID: Int32.max, startedAt: 0,
                    settings: [.init(name: "cleanup.policy", original: "delete", temporary: "compact")])
            ]
        }
        let readOnly = CompactionBySettings(on: EmbeddedCluster(home.broker, readOnly: true), journal: home.journal)
        await readOnly.recover()
        #expect(await readOnly.problems.first?.contains("t still has cleanup.policy=compact") == true)
        #expect(try home.journal.entries().count == 1)
        await #expect(throws: ClusterError.self) { try await readOnly.compact(home.partitions, rollActive: false) }
        #expect(try home.journal.entries().count == 1)
    }

    @Test("a setting that somebody changed meanwhile is left alone and said")
    func conflict() async throws {
        let home = try await Home()
        let compaction = CompactionBySettings(on: home.cluster, journal: home.journal, sleep: Self.forEver)
        try await compaction.compact([home.partitions[0]], rollActive: true)
        try await home.cluster.alterConfiguration(
            of: home.topic, [ConfigChange("segment.ms", .set, "60000")], validateOnly: false)
        try await compaction.stopCompaction(of: home.partitions)
        let after = try await home.overrides()
        #expect(after["segment.ms"] == "60000" && after["min.cleanable.dirty.ratio"] == nil)
        guard case .failed(let reason) = await compaction.runs[0].phase else {
            Issue.record("the conflict is not said")
            return
        }
        #expect(reason.contains("segment.ms is 60000 now"))
        #expect(try home.journal.entries() == [])
    }

    @Test("a deleted topic has nothing to put back; one that is not compacted is refused before anything changes")
    func goneAndRefused() async throws {
        let home = try await Home()
        let compaction = CompactionBySettings(on: home.cluster, journal: home.journal, sleep: Self.forEver)
        try await compaction.compact(home.partitions, rollActive: false)
        try await home.cluster.deleteTopic("t")
        try await compaction.stopCompaction(of: home.partitions)
        #expect(try home.journal.entries() == [])
        try await home.cluster.createTopic(NewTopic("plain"), validateOnly: false)
        await #expect(throws: ClusterError.self) {
            try await compaction.compact([TopicPartition(topic: "plain", partition: 0)], rollActive: false)
        }
        #expect(try home.journal.entries() == [])
    }

    @Test("a journal that cannot be read is left as it is, and nothing is changed without one")
    func brokenJournal() async throws {
        let home = try await Home()
        let before = try await home.overrides()
        try home.journal.update { $0 = [] }
        let path = "\(home.folder)/state/clusters/c1/compaction.json"
        try Data("{\"version\":1,\"entr".utf8).write(to: URL(filePath: path))
        let compaction = CompactionBySettings(on: home.cluster, journal: home.journal)
        await compaction.recover()
        #expect(await compaction.problems.first?.contains(path) == true)
        await #expect(throws: ClusterError.self) { try await compaction.compact(home.partitions, rollActive: false) }
        #expect(try await home.overrides() == before)
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("{\"version\":1,\"entr"))
    }

    @Test("the estimate counts what every compaction aims at, and says how it was got")
    func estimate() async throws {
        let home = try await Home([("min.compaction.lag.ms", "60000")])
        let records = (0..<1000).map { number in
            NewRecord(key: Array("k\(number % 30)".utf8), value: number % 100 == 99 ? nil : Array("v\(number)".utf8))
        }
        _ = try await home.cluster.produce(records, to: home.partitions[0], compression: "lz4")
        let compaction = CompactionBySettings(on: home.cluster, journal: home.journal)
        let previews = try await compaction.previewCompaction(of: home.partitions, rollActive: true)
        #expect(previews.map(\.recordsBefore) == [1000, 0])
        #expect(previews[0].recordsRemoved == 970 && previews[0].keysKept == 30)
        #expect(previews[0].tombstonesKept == 1)
        #expect(previews[0].estimate?.contains("all records were read") == true)
        #expect(previews[0].settings.map(\.name) == ["min.cleanable.dirty.ratio", "segment.ms"])
        #expect(previews[0].holds.contains { $0.reason.contains("min.compaction.lag.ms=60000") })
        #expect(try await home.overrides()["segment.ms"] == nil)
    }
}
