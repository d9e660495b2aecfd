import BrokerCore
import KafkaProtocol
import Testing

@testable import BrokerServer

@Suite("Metadata")
struct MetadataTests {
    private static func ask(_ request: MetadataRequest, version: Int16, _ live: LiveServer) throws -> MetadataResponse {
        guard case .metadata(let response) = try WireClient(to: live.address).ask(.metadata(request), version: version)
        else { throw WireClient.Failure.closed }
        return response
    }

    @Test(
        "no topics means none, save in version 0, where it means all; null means all",
        arguments: 0...12 as ClosedRange<Int16>)
    func allOrNone(version: Int16) throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("b", partitions: 2)
        try live.createTopic("a")
        let none = try Self.ask(MetadataRequest(topics: []), version: version, live)
        #expect(none.topics.compactMap(\.name) == (version == 0 ? ["a", "b"] : []))
        if version > 0 {
            let all = try Self.ask(MetadataRequest(topics: nil), version: version, live)
            #expect(all.topics.compactMap(\.name) == ["a", "b"])
            #expect(all.topics.map(\.partitions.count) == [1, 2])
        }
    }

    @Test("a missing topic is made if both the client and the broker allow it")
    func autoCreation() throws {
        for (brokerAllows, clientAllows) in [(true, true), (true, false), (false, true)] {
            let live = try LiveServer(
                settings: ["auto.create.topics.enable": "\(brokerAllows)", "num.partitions": "4"])
            defer { live.stop() }
            let request = MetadataRequest(
                topics: [.init(name: "new"), .init(name: "no/name")], allowAutoTopicCreation: clientAllows)
            let topics = try Self.ask(request, version: 8, live).topics
            let isMade = brokerAllows && clientAllows
            #expect(topics.map(\.errorCode) == [isMade ? .none : .unknownTopicOrPartition, .invalidTopicException])
            #expect(topics.map(\.partitions.count) == [isMade ? 4 : 0, 0])
            #expect((live.broker.topics.image.topic("new") != nil) == isMade)
        }
    }

    @Test("a topic is found by its id; an unknown id says so")
    func byID() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let id = try #require(live.broker.topics.image.topic("t")?.id)
        let unknown = KafkaUUID(high: 1, low: 2)
        let topics = try Self.ask(
            MetadataRequest(topics: [.init(topicID: id, name: nil), .init(topicID: unknown, name: nil)]), version: 12,
            live
        ).topics
        #expect(topics.map(\.errorCode) == [.none, .unknownTopicID])
        #expect(topics.map(\.name) == ["t", nil])
        #expect(topics.map(\.topicID) == [id, unknown])
    }

    @Test("the topic of commits is made when a coordinator is first looked for, and is marked internal")
    func internalTopic() throws {
        let live = try LiveServer()
        defer { live.stop() }
        #expect(try Self.ask(MetadataRequest(topics: nil), version: 5, live).topics.isEmpty)
        _ = try WireClient(to: live.address).ask(.findCoordinator(.init(key: "g")), version: 2)
        let topics = try Self.ask(MetadataRequest(topics: nil), version: 5, live).topics
        #expect(topics.map(\.name) == ["__consumer_offsets"])
        #expect(topics.map(\.isInternal) == [true])
        #expect(topics.map(\.partitions.count) == [3])
    }

    @Test("what a client may do is told only when asked for")
    func operations() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        var request = MetadataRequest(topics: nil)
        let silent = try Self.ask(request, version: 8, live)
        #expect(silent.clusterAuthorizedOperations == .min && silent.topics[0].topicAuthorizedOperations == .min)
        request.includeClusterAuthorizedOperations = true
        request.includeTopicAuthorizedOperations = true
        let told = try Self.ask(request, version: 8, live)
        // As Kafka 3.8.0 without an authorizer tells them.
        #expect(told.clusterAuthorizedOperations == 8096 && told.topics[0].topicAuthorizedOperations == 3576)
    }

    @Test("ApiVersions tells what is served, and Produce from 0 on so that old clients compress")
    func apiVersions() throws {
        let live = try LiveServer()
        defer { live.stop() }
        guard
            case .apiVersions(let response) = try WireClient(to: live.address).ask(
                .apiVersions(ApiVersionsRequest()), version: 0)
        else { throw WireClient.Failure.closed }
        for told in response.apiKeys {
            let entry = try #require(SupportedAPIs[told.apiKey])
            #expect(told.maxVersion == entry.served.upperBound)
            #expect(told.minVersion == (told.apiKey == 0 ? 0 : entry.served.lowerBound))
        }
        #expect(response.apiKeys.count == SupportedAPIs.all.count)
        let client = try WireClient(to: live.address)
        client.send(frame: [0, 0, 0, 2, 0, 0, 0, 1, 0, 1, 120, 0, 1, 0, 0, 3, 0xE8, 0, 0, 0, 0])
        #expect(client.isClosedByPeer())
    }

    @Test("ApiVersions tells that groups of KIP-848 are served, in a way that old Java clients can read")
    func features() throws {
        let live = try LiveServer()
        defer { live.stop() }
        func ask(_ version: Int16) throws -> ApiVersionsResponse {
            let request = ApiVersionsRequest(clientSoftwareName: "probe", clientSoftwareVersion: "1")
            guard
                case .apiVersions(let response) = try WireClient(to: live.address).ask(
                    .apiVersions(request), version: version)
            else { throw WireClient.Failure.closed }
            return response
        }
        func supported(_ response: ApiVersionsResponse) -> [String] {
            response.supportedFeatures.map { "\($0.name) \($0.minVersion)-\($0.maxVersion)" }
        }
        #expect(try supported(ask(3)) == ["metadata.version 1-20", "group.version 1-1"])
        #expect(try supported(ask(4)) == ["metadata.version 1-20", "group.version 0-1"])
        let finalized = try ask(3).finalizedFeatures.map { "\($0.name) \($0.maxVersionLevel)" }
        #expect(finalized == ["metadata.version 20", "group.version 1"])
        let off = live.broker.topics.updateFeatures(
            UpdateFeaturesRequest(featureUpdates: [.init(feature: "group.version", maxVersionLevel: 0, upgradeType: 2)])
        )
        #expect(off.results.map(\.errorCode) == [.none])
        #expect(try ask(3).finalizedFeatures.map(\.name) == ["metadata.version"])
        let beat = ConsumerGroupHeartbeatRequest(groupID: "g", memberID: "m")
        guard
            case .consumerGroupHeartbeat(let refused) = try WireClient(to: live.address).ask(
                .consumerGroupHeartbeat(beat), version: 1)
        else { throw WireClient.Failure.closed }
        #expect(refused.errorCode == .unsupportedVersion)
    }

    @Test("ListOffsets 0 answers in its array, as old monitors read it")
    func oldOffsets() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        try live.fill("t", 0, upTo: 7)
        func ask(_ timestamp: Int64, _ count: Int32) throws -> [[Int64]] {
            let request = ListOffsetsRequest(
                replicaID: -1,
                topics: [
                    .init(name: "t", partitions: [.init(partitionIndex: 0, timestamp: timestamp, maxNumOffsets: count)])
                ])
            guard
                case .listOffsets(let response) = try WireClient(to: live.address).ask(
                    .listOffsets(request), version: 0)
            else { throw WireClient.Failure.closed }
            return response.topics.flatMap(\.partitions).map(\.oldStyleOffsets)
        }
        #expect(try ask(-1, 1) == [[7]])
        #expect(try ask(-1, 10) == [[7, 0]])
        #expect(try ask(-2, 1) == [[0]])
        #expect(try ask(-1, 0) == [[]])
    }
}
