import BrokerCore
import BrokerServer
import Cluster
import ClusterRequests
import Testing

@testable import ClusterClient

/// One suite for every implementation of `Cluster`, over one broker. What the wire forces to differ is `WireView`'s.
@Suite("Both clusters are one", .timeLimit(.minutes(5)))
struct ConformanceTests {
    /// A broker, and the two ways to it.
    private static func withSides(
        isReadOnly: Bool = false,
        _ body: (ConformanceHome, [ConformanceHome.Side], KafkaCluster) async throws -> Void
    ) async throws {
        let home = try ConformanceHome()
        defer { home.close() }
        var settings = ClientSettings(
            bootstrap: [BrokerAddress(host: home.address.host, port: home.address.port)])
        settings.isReadOnly = isReadOnly
        settings.firstBackoffMilliseconds = 1
        settings.longestBackoffMilliseconds = 20
        var polling = PollSettings.alwaysFresh
        // A machine that is busy elsewhere is no silent broker.
        polling.patienceMilliseconds = 60_000
        let attached = KafkaCluster.attach(settings, polling: polling)
        let sides = [
            ConformanceHome.Side(
                name: "embedded", cluster: EmbeddedCluster(home.broker, readOnly: isReadOnly)),
            ConformanceHome.Side(name: "attached", cluster: attached),
        ]
        do {
            try await body(home, sides, attached)
        } catch {
            await attached.close()
            throw error
        }
        await attached.close()
    }

    @Test("what is done through one is seen alike by the other and by a model", arguments: 1...6 as ClosedRange<UInt64>)
    func walk(seed: UInt64) async throws {
        try await Self.withSides { home, sides, _ in
            let walk = ConformanceWalk(home, sides: sides, seed: seed)
            for _ in 0..<60 { try await walk.step() }
            try await walk.judgeEverything()
        }
    }

    @Test("a listener that goes and comes changes nothing but for the time between", arguments: [11, 12] as [UInt64])
    func restarts(seed: UInt64) async throws {
        try await Self.withSides { home, sides, attached in
            let walk = ConformanceWalk(home, sides: sides, seed: seed)
            for _ in 0..<3 {
                for _ in 0..<12 { try await walk.step() }
                home.stopListening()
                do {
                    let topics = try await attached.topics()
                    #expect(topics.flatMap(\.partitions).allSatisfy { $0.problem != nil && $0.offsets == nil })
                } catch {
                    #expect("\(error)".contains("\(home.address.port)"), "\(error)")
                }
                try home.listenAgain()
                let isBack = await eventually {
                    let topics = (try? await attached.topics()) ?? []
                    return topics.count >= walk.model.topics.count
                        && topics.flatMap(\.partitions).allSatisfy { $0.problem == nil }
                }
                #expect(isBack, walk.place)
                try await walk.judgeEverything()
            }
        }
    }

    @Test("reading only, both refuse every act alike and change nothing")
    func readOnly() async throws {
        try await Self.withSides(isReadOnly: true) { home, sides, _ in
            let writer = EmbeddedCluster(home.broker)
            try await writer.createTopic(NewTopic("t", partitions: 2), validateOnly: false)
            let partition = TopicPartition(topic: "t", partition: 1)
            _ = try await writer.produce([NewRecord(key: [1], value: [2])], to: partition, compression: "none")
            _ = try await writer.commit([partition: 1], group: "g")
            let before = WireView.of(try await writer.topics())
            let groups = WireView.of(try await writer.groups())
            let acts: [(String, (any Cluster) async throws -> Void)] = [
                ("create", { try await $0.createTopic(NewTopic("x"), validateOnly: false) }),
                ("delete", { try await $0.deleteTopic("t") }),
                ("add partitions", { try await $0.addPartitions(to: "t", total: 5) }),
                (
                    "alter",
                    {
                        try await $0.alterConfiguration(
                            of: .topic("t"), [ConfigChange("retention.ms", .set, "1")], validateOnly: false)
                    }
                ),
                (
                    "produce",
                    { _ = try await $0.produce([NewRecord(key: nil, value: [3])], to: partition, compression: "none") }
                ),
                ("delete records", { _ = try await $0.deleteRecords(before: [partition: 1]) }),
                ("commit", { _ = try await $0.commit([partition: 0], group: "g") }),
                ("delete offsets", { _ = try await $0.deleteOffsets(of: [partition], group: "g") }),
                ("delete group", { try await $0.deleteGroup("g") }),
                ("compact", { try await $0.compact([partition], rollActive: true) }),
                ("stop", { try await $0.stopCompaction(of: [partition]) }),
            ]
            for side in sides {
                #expect(!side.cluster.capabilities.contains(.write))
                for (name, act) in acts {
                    do {
                        try await act(side.cluster)
                        Issue.record("\(side.name) lets \(name) through")
                    } catch ClusterError.readOnly(let remedy) {
                        #expect(!remedy.isEmpty)
                    } catch {
                        Issue.record("\(side.name) \(name): \(error)")
                    }
                }
            }
            #expect(WireView.of(try await writer.topics()) == before)
            #expect(WireView.of(try await writer.groups()) == groups)
        }
    }

    @Test("capabilities and cost say which is which")
    func capabilities() async throws {
        try await Self.withSides { _, sides, attached in
            let (embedded, other) = (sides[0].cluster, sides[1].cluster)
            #expect(embedded.capabilities == [.segments, .exactCleaning, .compaction, .commitTimestamps, .write])
            #expect(other.capabilities == [.compactionBySettings, .write])
            #expect(embedded.cost == nil)
            _ = try await other.topics()
            let cost = try #require(attached.cost)
            #expect(cost.requests > 0 && cost.bytesSent > 0 && cost.bytesReceived > 0)
            await #expect(throws: ClusterError.self) {
                try await other.segments(of: TopicPartition(topic: "x", partition: 0))
            }
        }
    }
}
