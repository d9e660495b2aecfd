import Cluster
import ClusterRequests
import KafkaProtocol
import ScriptedPeer
import Testing

@testable import ClusterClient

/// Answers of which a part is an error, and brokers that cannot do everything.
@Suite("Many brokers: parts and versions", .timeLimit(.minutes(2)))
struct PartialTests {
    @Test("one partition's error is that partition's", arguments: [-1, 29, 56, 78] as [Int16])
    func onePartition(code: Int16) async throws {
        let error = ErrorCode(rawValue: code)
        try await withPeer { peer, cluster in
            peer.fill()
            let partition = TopicPartition("orders", 3)
            peer.update { $0.brokers[1]?.partitionErrors = [2: [partition: error], 1: [partition: error]] }
            let topics = try await cluster.topics()
            for other in peer.partitions where other != partition {
                #expect(peer.agrees(topics, on: other), "\(other)")
            }
            let own = topics.first { $0.name == "orders" }?.partitions[3]
            #expect(own?.offsets == nil && own?.problem?.isEmpty == false, "\(String(describing: own))")
            let offsets = await cluster.offsets(of: peer.partitions, at: .earliest)
            #expect(offsets.filter { $0.value.isRefused }.map(\.key) == [partition])
            let fetched = await cluster.fetch(peer.partitions.map { FetchStart($0, from: 20) }, limits: FetchLimits())
            #expect(fetched.filter { $0.value.isRefused }.map(\.key) == [partition])
            #expect(fetched.count == peer.partitions.count)
            peer.update { $0.brokers[1]?.partitionErrors = [:] }
            #expect(peer.agrees(try await cluster.topics(), on: partition))
        }
    }

    @Test("one group's error is that group's", arguments: [14, 15, 30] as [Int16])
    func oneGroup(code: Int16) async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            peer.update { $0.addGroup("sick", coordinator: 2, commits: [TopicPartition("orders", 1): 3]) }
            peer.update { $0.groups["sick"]?.error = ErrorCode(rawValue: code) }
            let groups = try await cluster.groups()
            #expect(groups.map(\.groupID) == ["readers-1", "readers-2", "readers-3", "sick"])
            #expect(groups.prefix(3).allSatisfy { $0.problem == nil && $0.commits.count == 1 }, "\(groups)")
            #expect(groups.last?.problem?.isEmpty == false && groups.last?.commits.isEmpty == true, "\(groups)")
            peer.update { $0.groups["sick"]?.error = .none }
            #expect(try await cluster.groups().last?.commits.map(\.offset) == [3])
        }
    }

    @Test("a log directory that cannot be read, and settings that may not be, leave the rest as it is")
    func directoriesAndSettings() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            peer.update { $0.brokers[1]?.logDirectoryError = .kafkaStorageError }
            peer.on(
                DescribeConfigsRequest.api, times: nil,
                .edit { answer in
                    guard case .describeConfigs(var body) = answer else { return }
                    for index in body.results.indices where body.results[index].resourceName == "audit" {
                        body.results[index].errorCode = .topicAuthorizationFailed
                        body.results[index].configs = []
                    }
                    answer = .describeConfigs(body)
                })
            let topics = try await cluster.topics()
            for partition in peer.partitions {
                let found = topics.first { $0.name == partition.topic }?.partitions[Int(partition.partition)]
                #expect(found?.offsets != nil, "\(partition)")
                #expect((found?.sizeBytes == nil) == (found?.leader == 1), "\(partition) \(String(describing: found))")
            }
            #expect(topics[1].retention.retentionMilliseconds == 7000)
            let directories = try await cluster.logDirectories(ofBrokers: nil)
            #expect(directories.map(\.error) == ["KAFKA_STORAGE_ERROR", nil, nil])
        }
    }

    @Test("a broker without log directories and settings, or not allowed to tell, still shows topics and groups")
    func missingAPIs() async throws {
        let release = KafkaRelease.kafka39.with(DescribeLogDirsRequest.api, nil).with(DescribeConfigsRequest.api, nil)
        try await withPeer(release: release) { peer, cluster in
            peer.fill()
            let topics = try await cluster.topics()
            #expect(topics.flatMap(\.partitions).allSatisfy { $0.offsets != nil && $0.sizeBytes == nil }, "\(topics)")
            #expect(try await cluster.groups().count == 3)
            await #expect(throws: ClusterError.self) { try await cluster.configuration(of: .topic("orders")) }
        }
    }

    @Test("what Kafka 2.1 cannot do is refused in words that name the broker and the version")
    func tooOldForSome() async throws {
        try await withPeer(release: .kafka21) { peer, cluster in
            peer.fill()
            let partition = TopicPartition("orders", 0)
            func expectUnsupported(_ api: String, _ act: () async throws -> Void) async {
                do {
                    try await act()
                    Issue.record("\(api) is not refused")
                } catch ClusterError.unsupported(let reason) {
                    #expect(reason.contains("broker"), "\(reason)")
                } catch {
                    Issue.record("\(api): \(error)")
                }
            }
            await expectUnsupported("OffsetDelete") {
                _ = try await cluster.deleteOffsets(of: [partition], group: "readers-1")
            }
            await expectUnsupported("max timestamp") { _ = try await cluster.offset(of: partition, at: .maxTimestamp) }
            #expect(peer.update { $0.groups["readers-1"]?.commits.count } == 1)
            // And the rest works.
            #expect(try await cluster.commit([partition: 9], group: "readers-1")[partition]?.isRefused == false)
            #expect(try await cluster.offset(of: partition, at: .latest).offset == 100)
            #expect(
                try await cluster.configuration(of: .topic("orders")).first { $0.name == "retention.ms" }?.value
                    == "7000")
            peer.update { $0.controller = 2 }
            try await cluster.createTopic(NewTopic("new", partitions: 1, replicationFactor: 1), validateOnly: false)
            try await cluster.deleteTopic("new")
            #expect(try await cluster.logDirectories(ofBrokers: nil).map(\.totalBytes) == [nil, nil, nil])
        }
    }

    @Test(
        "a broker with no version of Metadata in common is refused in words that name both sides",
        arguments: [20...21, 0...0] as [ClosedRange<Int16>])
    func nothingInCommon(range: ClosedRange<Int16>) async throws {
        guard !MetadataRequest.api.versions.contains(range.lowerBound) else { return }
        try await withPeer(release: KafkaRelease.kafka39.with(MetadataRequest.api, range)) { peer, cluster in
            do {
                _ = try await cluster.topics()
                Issue.record("not refused")
            } catch {
                #expect("\(error)".contains("Metadata") && "\(error)".contains("20"), "\(error)")
            }
        }
    }

    @Test("an OffsetFetch that the coordinator alone cannot do yet is not taken for no commit")
    func unstable() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            peer.on(
                OffsetFetchRequest.api, at: 1,
                .edit { answer in
                    guard case .offsetFetch(var body) = answer else { return }
                    for group in body.groups.indices {
                        for topic in body.groups[group].topics.indices {
                            for partition in body.groups[group].topics[topic].partitions.indices {
                                body.groups[group].topics[topic].partitions[partition].errorCode = .unstableOffsetCommit
                                body.groups[group].topics[topic].partitions[partition].committedOffset = -1
                            }
                        }
                    }
                    answer = .offsetFetch(body)
                })
            let own = try await cluster.groups().first { $0.groupID == "readers-1" }
            #expect(own?.commits.isEmpty == true && own?.problem != nil, "\(String(describing: own))")
        }
    }

    @Test(
        "a KIP-848 group shows its offsets and its members, or says that they cannot be read", arguments: [true, false])
    func consumerGroup(isDescribed: Bool) async throws {
        let release =
            isDescribed ? KafkaRelease.kafka39 : KafkaRelease.kafka39.with(ConsumerGroupDescribeRequest.api, nil)
        try await withPeer(release: release) { peer, cluster in
            peer.fill()
            peer.update { model in
                model.groups["readers-2"]?.type = .consumer
                model.groups["readers-2"]?.state = .stable
                model.groups["readers-2"]?.members = [
                    .init(id: "m", clientID: "c", topics: ["orders"], assignment: [TopicPartition("orders", 2)])
                ]
            }
            let own = try #require(try await cluster.groups().first { $0.groupID == "readers-2" })
            #expect(own.type == .consumer && own.commits.map(\.offset) == [42] && own.state == .stable)
            #expect((own.problem == nil) == isDescribed)
            #expect(own.members.map(\.assignment) == (isDescribed ? [[TopicPartition("orders", 2)]] : []))
        }
    }

    @Test("reading only: every act is refused before anything is sent")
    func readOnly() async throws {
        try await withPeer(settings: { $0.isReadOnly = true }) { peer, cluster in
            peer.fill()
            let partition = TopicPartition("orders", 0)
            #expect(!cluster.capabilities.contains(.write))
            let before = peer.update { ($0.topics.keys.sorted(), $0.groups.keys.sorted(), $0[partition]?.end) }
            func expectReadOnly(_ act: () async throws -> Void) async {
                do {
                    try await act()
                    Issue.record("not refused")
                } catch ClusterError.readOnly {
                } catch {
                    Issue.record("\(error)")
                }
            }
            await expectReadOnly { try await cluster.createTopic(NewTopic("x"), validateOnly: true) }
            await expectReadOnly { try await cluster.deleteTopic("orders") }
            await expectReadOnly { try await cluster.addPartitions(to: "orders", total: 9) }
            await expectReadOnly {
                try await cluster.alterConfiguration(
                    of: .topic("orders"), [ConfigChange("retention.ms", .delete)], validateOnly: true)
            }
            await expectReadOnly { _ = try await cluster.commit([partition: 1], group: "readers-1") }
            await expectReadOnly { _ = try await cluster.deleteOffsets(of: [partition], group: "readers-1") }
            await expectReadOnly { try await cluster.deleteGroup("readers-1") }
            await expectReadOnly { _ = try await cluster.deleteRecords(before: [partition: 5]) }
            await expectReadOnly {
                _ = try await cluster.produce([NewRecord(key: nil, value: [1])], to: partition, compression: "none")
            }
            await expectReadOnly { try await cluster.compact([partition], rollActive: true) }
            await expectReadOnly { try await cluster.stopCompaction(of: [partition]) }
            #expect(peer.count() == 0)
            let after = peer.update { ($0.topics.keys.sorted(), $0.groups.keys.sorted(), $0[partition]?.end) }
            #expect(before == after)
            let topics = try await cluster.topics()
            #expect(topics.count == 2)
        }
    }
}
