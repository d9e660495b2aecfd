import BrokerServer
import Cluster
import ClusterClient
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@Suite("Connections to a real broker")
struct TransportTests {
    @Test("the versions in common are the broker's, and requests use the highest of them")
    func negotiation() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        try await BrokerConnections.with(.test(broker.address)) { connections in
            let versions = try await connections.versions(of: broker.address)
            for entry in SupportedAPIs.all {
                let expected = entry.advertised.clamped(to: entry.api.versions)
                #expect(versions[entry.api] == expected, "\(entry.api.name)")
            }
            let metadata = try await connections.send(
                MetadataRequest(topics: nil), to: broker.address, timeoutMilliseconds: nil)
            #expect(metadata.brokers.map { Int($0.port) } == [broker.address.port])
        }
    }

    @Test("a broker sees the client's name and version")
    func software() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        try await BrokerConnections.with(.test(broker.address)) { connections in
            _ = try await connections.versions(of: broker.address)
            let client = try #require(broker.clients.first)
            #expect(client.softwareName == "weir")
            #expect(client.softwareVersion == "0.1.0")
        }
    }

    @Test("1,000 requests at once share one connection and each gets its own answer")
    func pipelining() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        try await BrokerConnections.with(.test(broker.address)) { connections in
            let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<1_000 {
                    group.addTask {
                        // The answer repeats the group, so that an answer given to another request shows.
                        let name = "group-\(index)"
                        let answer = try await connections.send(
                            DescribeGroupsRequest(groups: [name]), to: broker.address, timeoutMilliseconds: nil)
                        return answer.groups.map(\.groupID) != [name]
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wrong == 0)
            #expect(broker.clients.count == 1)
            #expect(broker.requestCounts["DescribeGroups"] == 1_000)
            #expect(connections.cost.requests == 1_001)
            #expect(connections.cost.bytesSent > 1_000 * 20)
            #expect(connections.cost.bytesReceived > 1_000 * 20)
        }
    }

    @Test("a cancelled request throws at once, and its late answer goes to nobody else")
    func cancellation() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        try await BrokerConnections.with(.test(broker.address)) { connections in
            let fetch = try await heldFetch(of: broker, connections)
            let request = Task { try await connections.send(fetch, to: broker.address, timeoutMilliseconds: nil) }
            #expect(await TransportWait.until { broker.holdsRequest })
            request.cancel()
            let outcome = await request.result
            #expect(throws: ClientError.cancelled) { try outcome.get() }
        }
    }

    @Test("a request of a cancelled task is not waited for, whatever state the connection is in")
    func cancelledBefore() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        try await BrokerConnections.with(.test(broker.address)) { connections in
            for _ in 0..<50 {
                let request = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await connections.send(
                        MetadataRequest(topics: nil), to: broker.address, timeoutMilliseconds: nil)
                }
                let outcome = await request.result
                #expect(throws: ClientError.cancelled) { try outcome.get() }
            }
            // The connection is as good as ever.
            _ = try await connections.send(
                MetadataRequest(topics: nil), to: broker.address, timeoutMilliseconds: nil)
            #expect(broker.clients.count == 1)
        }
    }

    @Test("a broker that goes fails requests at once with why and when; one that is back is found again")
    func goneAndBack() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        try await BrokerConnections.with(.test(broker.address)) { connections in
            let ask = {
                try await connections.send(MetadataRequest(topics: nil), to: broker.address, timeoutMilliseconds: nil)
            }
            _ = try await ask()
            for _ in 0..<3 {
                broker.goAway()
                var seen: [String] = []
                let isSaid = await TransportWait.until {
                    do {
                        _ = try await ask()
                        return false
                    } catch {
                        seen.append("\(error)")
                        return "\(error)".contains("connection refused; ")
                    }
                }
                #expect(isSaid, "\(seen.suffix(3))")
                try broker.comeBack()
                let isBack = await TransportWait.until { (try? await ask()) != nil }
                #expect(isBack)
            }
        }
    }

    @Test("a broker that was never there is refused at once while another one answers")
    func deadBesideAlive() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        let gone = try TransportBroker()
        gone.stop()
        var settings = ClientSettings.test(broker.address)
        settings.firstBackoffMilliseconds = 60_000
        settings.longestBackoffMilliseconds = 60_000
        try await BrokerConnections.with(settings) { connections in
            for round in 0..<20 {
                let error = await #expect(throws: ClientError.self) {
                    try await connections.versions(of: gone.address)
                }
                guard case .unreachable(gone.address, let reason)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(reason.hasPrefix("connection refused"))
                #expect(reason.contains("next try in ") == (round > 0))
                _ = try await connections.versions(of: broker.address)
            }
            #expect(connections.cost.requests == 1)
        }
    }

    @Test("closing fails what is under way and what comes later, and leaves no connection")
    func closing() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        let connections = BrokerConnections(settings: .test(broker.address))
        let fetch = try await heldFetch(of: broker, connections)
        let request = Task { try await connections.send(fetch, to: broker.address, timeoutMilliseconds: nil) }
        #expect(await TransportWait.until { broker.holdsRequest })
        await connections.close()
        let outcome = await request.result
        #expect(throws: ClientError.closed) { try outcome.get() }
        await #expect(throws: ClientError.closed) { try await connections.versions(of: broker.address) }
        #expect(await TransportWait.until { broker.clients.isEmpty })
        await connections.close()
    }

    @Test("many callers over many clients leave no request behind")
    func manyCallers() async throws {
        let broker = try TransportBroker()
        defer { broker.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<8 {
                group.addTask {
                    try await BrokerConnections.with(.test(broker.address)) { connections in
                        try await withThrowingTaskGroup(of: Void.self) { callers in
                            for caller in 0..<20 {
                                callers.addTask {
                                    let name = "g-\(client)-\(caller)"
                                    let answer = try await connections.send(
                                        FindCoordinatorRequest(keyType: 0, coordinatorKeys: [name]),
                                        to: broker.address, timeoutMilliseconds: nil)
                                    #expect(answer.coordinators.map(\.key) == [name])
                                }
                            }
                            try await callers.waitForAll()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// A fetch of an empty partition, whose answer the broker holds back for a minute.
    private func heldFetch(
        of broker: TransportBroker, _ connections: BrokerConnections
    ) async throws -> FetchRequest {
        let topic = CreateTopicsRequest(topics: [.init(name: "t", numPartitions: 1, replicationFactor: 1)])
        let created = try await connections.send(topic, to: broker.address, timeoutMilliseconds: nil)
        #expect(created.topics.map(\.errorCode) == [ErrorCode.none])
        let metadata = try await connections.send(
            MetadataRequest(topics: nil), to: broker.address, timeoutMilliseconds: nil)
        let id = try #require(metadata.topics.first?.topicID)
        return FetchRequest(
            maxWaitMs: 60_000, minBytes: 1,
            topics: [.init(topic: "t", topicID: id, partitions: [.init(partition: 0, partitionMaxBytes: 1024)])])
    }
}
