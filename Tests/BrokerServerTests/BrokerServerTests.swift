import BrokerCore
import Cluster
import KafkaProtocol
import Logging
import NIOCore
import Testing

@testable import BrokerServer

@Suite("Broker server")
struct BrokerServerTests {
    @Test("port 0 picks a port, which clients are told in Metadata")
    func pickedPort() throws {
        let live = try LiveServer()
        defer { live.stop() }
        #expect(live.address.port != 0)
        #expect(live.server.advertisedAddresses == [live.address])
        let answer = try WireClient(to: live.address).ask(.metadata(MetadataRequest(topics: nil)), version: 9)
        guard case .metadata(let metadata) = answer else { throw WireClient.Failure.closed }
        #expect(metadata.brokers.map(\.host) == ["127.0.0.1"])
        #expect(metadata.brokers.map(\.port) == [Int32(live.address.port)])
        #expect(metadata.clusterID == live.broker.clusterID)
    }

    @Test("an advertised address is what clients are told; port 0 in it stands for the bound one")
    func advertised() throws {
        let configuration = ServerConfiguration(listeners: [
            Listener(
                ListenerAddress(host: "127.0.0.1", port: 0),
                advertised: ListenerAddress(host: "weir.example", port: 0))
        ])
        let live = try LiveServer(configuration)
        defer { live.stop() }
        let client = try WireClient(to: live.address)
        guard case .metadata(let metadata) = try client.ask(.metadata(MetadataRequest(topics: nil)), version: 1),
            case .findCoordinator(let coordinator) = try client.ask(.findCoordinator(.init(key: "g")), version: 0)
        else { throw WireClient.Failure.closed }
        #expect(metadata.brokers.map(\.host) == ["weir.example"])
        #expect(coordinator.host == "weir.example")
        #expect(coordinator.port == Int32(live.address.port))
    }

    @Test("a port in use is refused with its address and what to do")
    func portInUse() throws {
        let live = try LiveServer()
        defer { live.stop() }
        var seen: ServerError?
        do throws(ServerError) {
            _ = try BrokerServer.start(
                for: live.broker, configuration: ServerConfiguration(listeners: [Listener(live.address)]),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        } catch {
            seen = error
        }
        guard case .cannotBind(live.address, _, isInUse: true) = seen else {
            Issue.record("saw \(String(describing: seen))")
            return
        }
        #expect("\(seen.map { "\($0)" } ?? "")".contains("port 0 for any free one"))
    }

    @Test("the console sees who is connected, from where, and with which software")
    func connections() throws {
        let live = try LiveServer()
        defer { live.stop() }
        let client = try WireClient(to: live.address)
        try client.send(
            .apiVersions(.init(clientSoftwareName: "librdkafka", clientSoftwareVersion: "2.0.2")), version: 3,
            correlationID: 1, clientID: "orders-app")
        _ = try client.receive()
        let connection = try #require(live.server.service.connections.first)
        #expect(connection.clientID == "orders-app")
        #expect(connection.softwareName == "librdkafka")
        #expect(connection.softwareVersion == "2.0.2")
        #expect(connection.address.hasPrefix("127.0.0.1:"))
        #expect(connection.requests == 1 && connection.requestsInFlight == 0)
        #expect(connection.bytesIn > 0 && connection.bytesOut > 0)
        client.close()
        #expect(eventually { live.server.connectionCount == 0 })
    }

    @Test("stopping answers a waiting fetch with what is there, then closes")
    func draining() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("quiet")
        let client = try WireClient(to: live.address)
        let fetch = FetchRequest(
            maxWaitMs: 600_000, minBytes: 1,
            topics: [.init(topic: "quiet", partitions: [.init(partition: 0, partitionMaxBytes: 1_000)])])
        try client.send(.fetch(fetch), version: 4, correlationID: 9)
        #expect(eventually { live.server.service.connections.contains { $0.requestsInFlight == 1 } })
        live.server.stop()
        let (header, answer) = try client.receive(key: 1, version: 4)
        #expect(header.correlationID == 9)
        guard case .fetch(let response) = answer else { throw WireClient.Failure.closed }
        #expect(response.responses.first?.partitions.first?.errorCode == ErrorCode.none)
        #expect(client.isClosedByPeer())
        #expect(throws: WireClient.Failure.self) { try WireClient(to: live.address) }
    }

    @Test("a broker's settings are the limits of its listener")
    func settings() throws {
        var settings = BrokerSettings()
        for (key, value) in [
            "broker.rack": "r1", "max.connections": "7", "socket.request.max.bytes": "5000",
            "connections.max.idle.ms": "90", "fetch.max.bytes": "2048",
        ] {
            try settings.set(key, to: value)
        }
        let configuration = try ServerConfiguration(listeners: [], settings: settings)
        #expect(configuration.rack == "r1")
        #expect(configuration.connectionLimit == 7)
        #expect(configuration.maxRequestBytes == 5_000)
        #expect(configuration.idleMilliseconds == 90)
        #expect(configuration.maxFetchBytes == 2_048)
        let plain = try ServerConfiguration(listeners: [], settings: BrokerSettings())
        #expect(plain == ServerConfiguration(listeners: []), "Kafka's defaults are the defaults here")
    }

    @Test("a host name and an IPv6 address are bound as well", arguments: ["localhost", "::1"])
    func names(host: String) throws {
        let live = try LiveServer()
        defer { live.stop() }
        let configuration = ServerConfiguration(listeners: [Listener(ListenerAddress(host: host, port: 0))])
        let server = try BrokerServer.start(
            for: live.broker, configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { server.stop() }
        #expect(server.addresses.map(\.host) == [host])
        #expect(server.advertisedAddresses == server.addresses)
        #expect(server.addresses[0].port > 0)
    }

    @Test("clients of a listener on all interfaces are told the address they came by")
    func wildcard() throws {
        let live = try LiveServer()
        defer { live.stop() }
        let configuration = ServerConfiguration(listeners: [Listener(ListenerAddress(host: "0.0.0.0", port: 0))])
        let server = try BrokerServer.start(
            for: live.broker, configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { server.stop() }
        let client = try WireClient(to: server.addresses[0])
        guard case .findCoordinator(let answer) = try client.ask(.findCoordinator(.init(key: "g")), version: 0) else {
            throw WireClient.Failure.closed
        }
        #expect(answer.host == "127.0.0.1" && answer.port == Int32(server.addresses[0].port))
    }

    @Test(
        "listener addresses are read as people write them",
        arguments: [
            ("127.0.0.1:9092", "127.0.0.1", 9092), ("localhost:0", "localhost", 0), ("[::1]:9093", "::1", 9093),
            ("0.0.0.0:65535", "0.0.0.0", 65535),
        ])
    func addresses(text: String, host: String, port: Int) throws {
        let address = try ListenerAddress(parsing: text)
        #expect(address == ListenerAddress(host: host, port: port))
        #expect("\(address)" == text)
    }

    @Test(
        "what is no listener address is refused with the reason",
        arguments: [
            ("localhost", "no port"), (":9092", "host is missing"), ("::1:9092", "brackets"), ("a:b", "not a number"),
            ("a:65536", "not a number"), ("a:-1", "not a number"),
        ])
    func badAddresses(text: String, reason: String) {
        var seen = ""
        do throws(ServerError) { _ = try ListenerAddress(parsing: text) } catch { seen = "\(error)" }
        #expect(seen.contains(reason) && seen.contains(text), "\(seen)")
    }
}
