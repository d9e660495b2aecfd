import Cluster
import ClusterRequests
import KafkaProtocol
import ScriptedPeer
import Testing

@testable import ClusterClient

/// Requests go to whom they belong, and there are few of them.
@Suite("Many brokers: routing and cost", .timeLimit(.minutes(2)))
struct RoutingTests {
    @Test("every release's topics and groups are seen as they are", arguments: KafkaRelease.all.map(\.name))
    func everyRelease(name: String) async throws {
        let release = try #require(KafkaRelease.all.first { $0.name == name }?.release)
        try await withPeer(release: release) { peer, cluster in
            peer.fill()
            peer.update { $0[TopicPartition("audit", 1)]?.lastStable = 55 }
            peer.update { model in
                model.groups["readers-2"]?.state = .stable
                model.groups["readers-2"]?.assignor = "range"
                model.groups["readers-2"]?.members = [
                    .init(id: "m-1", clientID: "c", topics: ["orders"], assignment: [TopicPartition("orders", 4)])
                ]
            }
            let topics = try await cluster.topics()
            #expect(topics.map(\.name) == ["audit", "orders"])
            for partition in peer.partitions { #expect(peer.agrees(topics, on: partition), "\(partition) \(topics)") }
            #expect(topics[1].retention.retentionMilliseconds == 7000)
            #expect(topics[1].partitions.map(\.sizeBytes) == (0..<6).map { Int64(1000 + $0) })
            #expect((topics[1].topicID != nil) == (release.ranges[3]?.upperBound ?? 0 >= 10))
            let groups = try await cluster.groups()
            #expect(groups.map(\.groupID) == ["readers-1", "readers-2", "readers-3"])
            #expect(groups.map(\.state) == [.empty, .stable, .empty])
            #expect(groups.map { $0.commits.map(\.offset) } == [[41], [42], [43]])
            #expect(groups.map { $0.coordinator?.nodeID } == [1, 2, 3])
            #expect(groups.allSatisfy { $0.problem == nil })
            #expect(groups[1].members.map(\.assignment) == [[TopicPartition("orders", 4)]])
            let status = try await cluster.status()
            #expect(status.brokers.map(\.nodeID) == [1, 2, 3])
            #expect(status.brokers.filter(\.isController).map(\.nodeID) == [1])
            #expect(status.clusterID == "scripted-cluster-id-00" && status.problems.isEmpty)
        }
    }

    @Test("a first poll of 200 partitions and 60 groups is a handful of requests, a second one less")
    func pollCost() async throws {
        try await withPeer(polling: PollSettings(), clock: ClientClock(wall: { 0 }, uptime: { 0 })) { peer, cluster in
            peer.update { model in
                for topic in 0..<20 { model.addTopic("topic-\(topic)", partitions: 10) }
                for group in 0..<60 {
                    model.addGroup("group-\(group)", commits: [TopicPartition("topic-1", 2): Int64(group)])
                }
            }
            #expect(try await cluster.groups().count == 60)
            let groups = peer.counts()
            // One each a broker: ListGroups tells the coordinator, so nobody has to look for it, and which groups are empty.
            #expect(groups["ListGroups"] == 3 && groups["OffsetFetch"] == 3, "\(groups)")
            #expect(groups["DescribeGroups"] ?? 0 <= 3, "\(groups)")
            #expect(groups["FindCoordinator"] == nil && groups["Metadata"] ?? 0 <= 1, "\(groups)")
            peer.forget()
            #expect(try await cluster.topics().count == 20)
            let first = peer.counts()
            #expect(first["ListOffsets"] ?? 0 <= 9, "\(first)")
            #expect(first["DescribeLogDirs"] == 3 && first["DescribeConfigs"] == 1, "\(first)")
            #expect(first["Metadata"] ?? 0 <= 1 && peer.count() <= 14, "\(first)")
            peer.forget()
            _ = try await cluster.topics()
            // No time has passed: only what changes all the time is asked for, once a broker.
            #expect(peer.counts() == ["ListOffsets": 3])
            #expect((1...3).map { peer.connections(to: $0) } == [1, 1, 1])
        }
    }

    @Test("an old broker's groups cost one OffsetFetch each and no more")
    func oldPollCost() async throws {
        try await withPeer(release: .kafka21) { peer, cluster in
            peer.update { model in
                model.addTopic("t", partitions: 1)
                for group in 0..<30 { model.addGroup("group-\(group)", commits: [TopicPartition("t", 0): 3]) }
            }
            let groups = try await cluster.groups()
            #expect(groups.allSatisfy { $0.commits.map(\.offset) == [3] })
            let counts = peer.counts()
            #expect(counts["OffsetFetch"] == 30 && counts["ListGroups"] == 3, "\(counts)")
            #expect(counts["DescribeGroups"] ?? 0 <= 3 && counts["FindCoordinator"] ?? 0 == 0, "\(counts)")
        }
    }

    @Test("named topics and groups are asked for alone, and nothing is created by looking", arguments: ["2.1", "3.9"])
    func named(name: String) async throws {
        let release = try #require(KafkaRelease.all.first { $0.name == name }?.release)
        try await withPeer(release: release) { peer, cluster in
            peer.fill()
            let topics = try await cluster.topics(named: ["audit", "nope"], detail: .figures)
            #expect(topics.map(\.name) == ["audit"])
            #expect(try await cluster.groups(named: ["readers-3", "nope"]).map(\.groupID) == ["readers-3"])
            let missing = TopicPartition("nope", 0)
            let fetched = await cluster.fetch([FetchStart(missing, from: 0)], limits: FetchLimits())
            #expect(fetched == [missing: .failure(.unknownTopicOrPartition("nope-0"))])
            await #expect(throws: ClusterError.unknownTopicOrPartition("nope-0")) {
                try await cluster.offset(of: missing, at: .latest)
            }
            await #expect(throws: ClusterError.self) {
                try await cluster.produce([NewRecord(key: nil, value: [1])], to: missing, compression: "none")
            }
            #expect(peer.update { $0.topics.keys.sorted() } == ["audit", "orders"])
            #expect(peer.received.allSatisfy { $0.clientID == "weir" })
        }
    }

    @Test("a fetch of many partitions is one request a broker; a gap, the log's start and its end are what they are")
    func fetch() async throws {
        try await withPeer { peer, cluster in
            peer.update { $0.addTopic("t", partitions: 6) }
            let batches = try (0..<6).map { index in try batch((0...index).map { "v\($0)" }, codec: .zstd) }
            peer.update { model in
                for index in 0..<6 { _ = model[TopicPartition("t", Int32(index))]?.append(batches[index]) }
                model[TopicPartition("t", 5)]?.logStart = 4
            }
            peer.forget()
            let starts = (0..<6).map { FetchStart(TopicPartition("t", Int32($0)), from: 0) }
            let fetched = await cluster.fetch(starts, limits: FetchLimits())
            for index in 0..<6 {
                let own = try #require(try fetched[TopicPartition("t", Int32(index))]?.get())
                #expect(own.records.map(\.offset) == (index == 5 ? [4, 5] : Array(0...Int64(index))))
                #expect(own.nextOffset == Int64(index) + 1 && own.records.first?.batch.codec == "zstd")
                #expect(own.offsets == PartitionOffsets(logStart: index == 5 ? 4 : 0, highWatermark: Int64(index) + 1))
            }
            // The bounds of the one that begins later are asked of its leader, and it alone is fetched again.
            #expect(peer.count(FetchRequest.api) <= 4, "\(peer.counts())")
            #expect(peer.count(ListOffsetsRequest.api) <= 2, "\(peer.counts())")
            let beyond = try await cluster.fetch(TopicPartition("t", 2), from: 99, limits: FetchLimits())
            #expect(beyond.records.isEmpty && beyond.nextOffset == 3)
        }
    }

    @Test(
        "changes go to the controller, records to leaders, commits to the coordinator",
        arguments: ["2.4", "2.8", "3.9"])
    func changes(name: String) async throws {
        let release = try #require(KafkaRelease.all.first { $0.name == name }?.release)
        try await withPeer(release: release) { peer, cluster in
            peer.fill()
            peer.update { $0.controller = 3 }
            try await cluster.createTopic(
                NewTopic("new", partitions: 4, replicationFactor: 1, settings: [("retention.ms", "5")]),
                validateOnly: false)
            #expect(peer.update { $0.topics["new"]?.partitions.count } == 4)
            try await cluster.addPartitions(to: "new", total: 6)
            #expect(peer.update { $0.topics["new"]?.partitions.count } == 6)
            try await cluster.alterConfiguration(
                of: .topic("new"), [ConfigChange("retention.ms", .set, "9")], validateOnly: false)
            let described = try await cluster.topics(named: ["new"], detail: .figures)
            #expect(described.first?.retention.retentionMilliseconds == 9 && described.first?.partitions.count == 6)
            for index in 0..<6 {
                let made = try await cluster.produce(
                    [NewRecord(key: [1], value: [2])], to: TopicPartition("new", Int32(index)), compression: "none")
                #expect(made.baseOffset == 0)
            }
            let group = "readers-2"
            let partition = TopicPartition("orders", 3)
            let outcome = try await cluster.commit([partition: 77], group: group)
            #expect(outcome[partition].map { !$0.isRefused } == true)
            #expect(peer.update { $0.groups[group]?.commits[partition]?.offset } == 77)
            #expect(try await cluster.deleteOffsets(of: [partition], group: group)[partition]?.isRefused == false)
            #expect(peer.update { $0.groups[group]?.commits[partition] } == nil)
            try await cluster.deleteGroup(group)
            #expect(peer.update { $0.groups[group] } == nil)
            let starts = try await cluster.deleteRecords(
                before: Dictionary(
                    uniqueKeysWithValues: (0..<6).map {
                        (TopicPartition("orders", Int32($0)), Int64(50))
                    }))
            #expect(starts.values.allSatisfy { (try? $0.get()) == 50 })
            try await cluster.deleteTopic("new")
            #expect(peer.update { $0.topics["new"] } == nil)
            #expect(try await cluster.topics(named: ["new"], detail: .layout).isEmpty)
            let settings = try await cluster.configuration(of: .broker(2))
            #expect(settings.first { $0.name == "broker.id" }?.value == "2")
            let directories = try await cluster.logDirectories(ofBrokers: [3, 1])
            #expect(directories.map(\.path) == ["/var/kafka-1", "/var/kafka-3"])
        }
    }

    @Test("where the first broker of the list is down, the next is asked")
    func bootstrap() async throws {
        try await withPeer(bootstrap: [2, 1]) { peer, cluster in
            peer.fill()
            await peer.kill(2)
            let topics = try await cluster.topics()
            #expect(topics.map(\.name) == ["audit", "orders"])
            #expect(try await cluster.status().brokers.count == 3)
        }
    }
}
