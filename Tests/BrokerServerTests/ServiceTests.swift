import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Testing
import WindowedMetrics

@testable import BrokerServer

@Suite("What the server tells of its service")
struct ServiceTests {
    private func totals(_ live: LiveServer, _ api: String) -> RequestTotals? {
        live.server.service.requests.first { $0.api == api }
    }

    @Test(
        "each request is counted once, under its API, with its bytes, its time, and whether its answer carries an error"
    )
    func requests() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let client = try WireClient(to: live.address)
        func metadata(_ topic: String) throws {
            _ = try client.ask(
                .metadata(MetadataRequest(topics: [.init(name: topic)], allowAutoTopicCreation: false)), version: 9)
        }
        for _ in 0..<7 { try metadata("t") }
        for _ in 0..<3 { try metadata("nowhere") }
        let told = try #require(totals(live, "Metadata"))
        #expect(told.requests == 10)
        #expect(told.errors == 3)
        #expect(told.latencies.count == 10)
        #expect(totals(live, "CreateTopics")?.requests == 1)
        #expect(totals(live, "Produce") == nil, "nobody has asked for it")
        let connection = try #require(live.server.service.connections.last)
        #expect(told.bytesIn == connection.bytesIn && told.bytesOut == connection.bytesOut)
    }

    @Test("a fetch that waits for records takes as long as it waited")
    func latency() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("quiet")
        let client = try WireClient(to: live.address)
        let request = FetchRequest(
            maxWaitMs: 300, minBytes: 1,
            topics: [
                .init(topic: "quiet", partitions: [.init(partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20)])
            ])
        _ = try client.ask(.fetch(request), version: 11)
        let median = try #require(totals(live, "Fetch")?.latencies.quantile(0.5))
        // The clock of the wait and that of the figure may differ by their grain.
        #expect(median >= 280_000, "\(median) µs")
    }

    @Test("a frame that is no request is told as refused, and is no request of any API")
    func refused() throws {
        let live = try LiveServer()
        defer { live.stop() }
        let client = try WireClient(to: live.address)
        client.send(frame: [0, 3, 0, 99, 0, 0, 0, 1, 0, 0])
        #expect(client.isClosedByPeer())
        #expect(live.server.service.refusedRequests == 1)
        #expect(totals(live, "Metadata") == nil)
    }

    @Test("listeners are told with their clients, and a connection with how long it has asked for nothing")
    func listeners() throws {
        var configuration = ServerConfiguration()
        let free = ListenerAddress(host: "127.0.0.1", port: 0)
        configuration.listeners = [Listener(free), Listener(name: "SECOND", free)]
        let live = try LiveServer(configuration)
        defer { live.stop() }
        let client = try WireClient(to: live.server.addresses[1])
        _ = try client.ask(.apiVersions(ApiVersionsRequest()), version: 0)
        let service = live.server.service
        #expect(service.listeners.map(\.name) == ["PLAINTEXT", "SECOND"])
        #expect(service.listeners.map(\.connections) == [0, 1])
        #expect(service.listeners.map(\.address) == live.server.addresses.map { "\($0)" })
        #expect(service.listeners.allSatisfy { $0.securityProtocol == "PLAINTEXT" && $0.certificateExpiresAt == nil })
        #expect(service.connections.map(\.listener) == ["SECOND"])
        #expect(eventually { (live.server.service.connections.first?.idleMilliseconds ?? 0) >= 200 })
        _ = try client.ask(.apiVersions(ApiVersionsRequest()), version: 0)
        #expect((live.server.service.connections.first?.idleMilliseconds ?? .max) < 200)
    }
}
