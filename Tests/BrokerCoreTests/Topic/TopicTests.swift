import Cluster
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("Topics")
struct TopicTests {
    @Test("changes of topics are answered as Kafka answered the same requests")
    func answersAsKafka() throws {
        let home = try BrokerHome()
        let broker = try home.open([
            (key: "log.retention.ms", value: "-1"), (key: "log.index.size.max.bytes", value: "8192"),
        ])
        defer { broker.close() }
        broker.createTopic("probe", partitions: 3)
        var compared: [String: Int] = [:]
        // What Kafka called random is compared as nothing; order is free.
        for exchange in try RecordedExchange.all("probe/topics.jsonl") {
            switch (exchange.request, exchange.response) {
            case (.createTopics(let request), .createTopics(let expected)):
                let ours = Self.plain(broker.topics.create(request), exchange.version)
                #expect(ours == Self.plain(expected, exchange.version), "CreateTopics v\(exchange.version)")
                compared["CreateTopics", default: 0] += 1
            case (.createPartitions(let request), .createPartitions(let expected)):
                let ours = broker.topics.createPartitions(request).results.sorted { $0.name < $1.name }
                #expect(ours == expected.results.sorted { $0.name < $1.name }, "CreatePartitions v\(exchange.version)")
                compared["CreatePartitions", default: 0] += 1
            case (.alterConfigs(let request), .alterConfigs(let expected)):
                let ours = broker.topics.alterConfigs(request).responses
                #expect(Self.plain(ours) == Self.plain(expected.responses), "AlterConfigs v\(exchange.version)")
                compared["AlterConfigs", default: 0] += 1
            case (.incrementalAlterConfigs(let request), .incrementalAlterConfigs(let expected)):
                let ours = broker.topics.incrementalAlterConfigs(request).responses
                #expect(
                    Self.plain(ours) == Self.plain(expected.responses), "IncrementalAlterConfigs v\(exchange.version)")
                compared["IncrementalAlterConfigs", default: 0] += 1
            case (.deleteTopics(let request), .deleteTopics(let expected)):
                // Ids are random: ask by the name that Kafka's answer tells.
                guard exchange.version < 6 else { continue }
                let ours = Self.plain(broker.topics.delete(request), exchange.version)
                #expect(ours == Self.plain(expected, exchange.version), "DeleteTopics v\(exchange.version)")
                compared["DeleteTopics", default: 0] += 1
            default: continue
            }
        }
        print("compared with Kafka's answers: \(compared.sorted { $0.key < $1.key })")
        #expect(
            compared == [
                "CreateTopics": 8, "CreatePartitions": 4, "AlterConfigs": 3, "IncrementalAlterConfigs": 2,
                "DeleteTopics": 6,
            ])
    }

    private static func plain(_ response: CreateTopicsResponse, _ version: Int16) -> [String] {
        response.topics.map { topic in
            let message = version >= 1 ? topic.errorMessage ?? "-" : ""
            let configs =
                version >= 5 ? (topic.configs ?? []).map { "\($0.name)=\($0.value ?? "-") \($0.configSource)" } : []
            let counts = version >= 5 ? "\(topic.numPartitions) \(topic.replicationFactor)" : ""
            return "\(topic.name) \(topic.errorCode.rawValue) \(message) \(counts) \(configs.sorted())"
        }.sorted()
    }

    private static func plain(_ response: DeleteTopicsResponse, _ version: Int16) -> [String] {
        response.responses.map { topic in
            let message = version >= 5 ? topic.errorMessage ?? "-" : ""
            return "\(topic.name ?? "-") \(topic.errorCode.rawValue) \(message)"
        }.sorted()
    }

    private static func plain(_ responses: [AlterConfigsResponse.Resource]) -> [String] {
        responses.map { "\($0.resourceType) \($0.resourceName) \($0.errorCode.rawValue) \($0.errorMessage ?? "-")" }
            .sorted()
    }

    private static func plain(_ responses: [IncrementalAlterConfigsResponse.Resource]) -> [String] {
        responses.map { "\($0.resourceType) \($0.resourceName) \($0.errorCode.rawValue) \($0.errorMessage ?? "-")" }
            .sorted()
    }

    @Test("topics, partitions and settings are there again after a restart", arguments: [true, false])
    func restart(isClean: Bool) throws {
        let home = try BrokerHome()
        var broker = try home.open()
        let kept = broker.createTopic("kept", partitions: 2, [("retention.ms", "1000"), ("cleanup.policy", "compact")])
        #expect(kept.errorCode == .none)
        broker.createTopic("gone", partitions: 2)
        try broker.write([TestRecord(key: "a", value: "1")], to: TopicPartition("gone", 1))
        try broker.write([TestRecord(key: "a", value: "1")], to: TopicPartition("kept", 1))
        #expect(broker.deleteTopic("gone") == .none)
        let more = broker.topics.createPartitions(CreatePartitionsRequest(topics: [.init(name: "kept", count: 5)]))
        #expect(more.results[0].errorCode == .none)
        let altered = broker.topics.incrementalAlterConfigs(
            IncrementalAlterConfigsRequest(resources: [
                .init(
                    resourceType: 2, resourceName: "kept",
                    configs: [
                        .init(name: "retention.ms", configOperation: 1),
                        .init(name: "cleanup.policy", configOperation: 2, value: "delete"),
                        .init(name: "max.message.bytes", configOperation: 0, value: "2000"),
                    ])
            ]))
        #expect(altered.responses[0].errorCode == .none)
        let id = try #require(broker.topics.image.topic("kept")?.id)
        if isClean { broker.close() } else { broker.crash() }

        broker = try home.open()
        defer { broker.close() }
        let image = broker.topics.image
        #expect(image.topics.keys.sorted() == ["kept"])
        #expect(image.topic("kept")?.partitionCount == 5)
        #expect(image.topic(id: id)?.name == "kept")
        let config = broker.topics.logConfig(ofTopic: "kept")
        #expect(config.retentionMs == 604_800_000)
        #expect(config.cleanupPolicy == [.compact, .delete])
        #expect(config.maxMessageBytes == 2000)
        #expect(try broker.records(of: TopicPartition("kept", 1)).count == 1)
        #expect(broker.offsets(of: TopicPartition("kept", 4))?.end == 0)
        #expect(broker.offsets(of: TopicPartition("gone", 0)) == nil)
        #expect(try !home.storage.list("\(home.path)/log").contains { $0.hasPrefix("gone") })
        #expect(broker.recoveryNotes == [])
    }

    @Test("a topic created anew under an old name begins empty, with another id")
    func anew() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        let first = broker.createTopic("t")
        try broker.write([TestRecord(key: nil, value: "old")], to: TopicPartition("t"))
        broker.deleteTopic("t")
        #expect(
            try broker.write([TestRecord(key: nil, value: "x")], to: TopicPartition("t")).error
                == .unknownTopicOrPartition)
        let second = broker.createTopic("t")
        #expect(first.topicID != second.topicID)
        #expect(broker.offsets(of: TopicPartition("t"))?.end == 0)
        try broker.write([TestRecord(key: nil, value: "new")], to: TopicPartition("t"))
        #expect(try broker.records(of: TopicPartition("t")).map { $0.value.map { String(buffer: $0) } } == ["new"])
    }

    @Test("validateOnly checks everything and creates nothing")
    func validateOnly() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        let answer = broker.topics.create(
            CreateTopicsRequest(
                topics: [
                    .init(name: "a", numPartitions: 3, replicationFactor: 1),
                    .init(name: "b/c", numPartitions: 1, replicationFactor: 1),
                ],
                validateOnly: true))
        #expect(answer.topics.map(\.errorCode) == [.none, .invalidTopicException])
        #expect(answer.topics[0].numPartitions == 3)
        #expect(broker.topics.image.topics.isEmpty)
    }

    @Test("names that metrics cannot tell apart are refused, as are too many replicas unless the lab option is set")
    func collisionsAndReplicas() throws {
        let home = try BrokerHome()
        var broker = try home.open()
        broker.createTopic("a.b")
        #expect(broker.createTopic("a_b").errorMessage == "Topic 'a_b' collides with existing topic: a.b")
        let wanted = CreateTopicsRequest(topics: [
            .init(name: "event-sourcing-topic", numPartitions: 3, replicationFactor: 2)
        ])
        #expect(broker.topics.create(wanted).topics[0].errorCode == .invalidReplicationFactor)
        broker.close()
        broker = try home.open([(key: "weir.accept.replication.factor", value: "true")])
        defer { broker.close() }
        let answer = broker.topics.create(wanted).topics[0]
        #expect(answer.errorCode == .none)
        #expect(answer.numPartitions == 3)
        #expect(answer.replicationFactor == 1)
    }

    @Test("topics come by themselves with the broker's defaults, unless that is off or the name is none")
    func autoCreation() throws {
        let home = try BrokerHome()
        var broker = try home.open([(key: "num.partitions", value: "4")])
        #expect(broker.topics.autoCreate("fresh").errorCode == .none)
        #expect(broker.topics.image.topic("fresh")?.partitionCount == 4)
        #expect(broker.topics.autoCreate("fresh").errorCode == .topicAlreadyExists)
        #expect(broker.topics.autoCreate("no good").errorCode == .invalidTopicException)
        broker.close()
        broker = try home.open([(key: "auto.create.topics.enable", value: "false")])
        defer { broker.close() }
        #expect(broker.topics.autoCreate("more").errorCode == .unknownTopicOrPartition)
        #expect(broker.topics.image.topics.count == 1)
    }

    @Test("internal topics cannot be written by clients, deleted or widened")
    func internalTopics() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        #expect(broker.topics.autoCreate(TopicName.offsets).errorCode == .none)
        #expect(broker.topics.image.topic(TopicName.offsets)?.partitionCount == 50)
        #expect(broker.topics.logConfig(ofTopic: TopicName.offsets).cleanupPolicy == .compact)
        #expect(broker.deleteTopic(TopicName.offsets) == .invalidTopicException)
        let outcome = try broker.write([TestRecord(key: "k", value: "v")], to: TopicPartition(TopicName.offsets))
        #expect(outcome.error == .invalidTopicException)
        let wider = broker.topics.createPartitions(
            CreatePartitionsRequest(topics: [.init(name: TopicName.offsets, count: 60)]))
        #expect(wider.results[0].errorCode == .invalidPartitions)
    }

    @Test("settings that Kafka refuses are refused: a key named twice, throttled replicas that are none")
    func refusedSettings() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t")
        func set(_ configs: [(String, String)]) -> ErrorCode {
            broker.topics.incrementalAlterConfigs(
                IncrementalAlterConfigsRequest(resources: [
                    .init(
                        resourceType: 2, resourceName: "t",
                        configs: configs.map { .init(name: $0.0, configOperation: 0, value: $0.1) })
                ])
            ).responses[0].errorCode
        }
        #expect(set([("retention.ms", "1000"), ("retention.ms", "2000")]) == .invalidRequest)
        for side in ["leader", "follower"] {
            let key = "\(side).replication.throttled.replicas"
            for value in ["x", "0", "0:", "0:1:2", "0:-1", "*,0:1", "0:1,a"] {
                #expect(set([(key, value)]) == .invalidConfig, "\(key)=\(value)")
            }
            for value in ["*", "0:1", "0:1, 1:1", ""] { #expect(set([(key, value)]) == .none, "\(key)=\(value)") }
        }
    }

    @Test("a broker-wide default that changes at run time changes the topics that have no value of their own")
    func dynamicDefaults() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("plain")
        broker.createTopic("own", [("retention.bytes", "7")])
        func set(_ key: String, _ value: String) -> IncrementalAlterConfigsResponse.Resource {
            broker.topics.incrementalAlterConfigs(
                IncrementalAlterConfigsRequest(resources: [
                    .init(
                        resourceType: 4, resourceName: "1",
                        configs: [.init(name: key, configOperation: 0, value: value)])
                ])
            ).responses[0]
        }
        #expect(set("log.retention.bytes", "1000000").errorCode == .none)
        #expect(broker.directory[TopicPartition("plain")]?.settings.config.retentionBytes == 1_000_000)
        #expect(broker.directory[TopicPartition("own")]?.settings.config.retentionBytes == 7)
        #expect(
            set("process.roles", "broker").errorMessage == "Cannot update these configs dynamically: Set(process.roles)"
        )
    }
}

extension Broker {
    /// Ends as a kill would: nothing is closed in order. Only the lock is given back, as the system does.
    func crash() { abandon() }
}
