import Cluster
import FrameFuzz
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@testable import BrokerServer

@Suite("Hostile clients", .serialized)
struct HostileFrameTests {
    /// The start of a request: key, version, correlation id, client id "x", and the empty tags of a flexible header.
    private static func header(_ key: Int16, _ version: Int16) -> [UInt8] {
        let head = [
            UInt8(truncatingIfNeeded: key >> 8), UInt8(truncatingIfNeeded: key), 0, UInt8(version), 0, 0, 0, 7, 0, 1,
            120,
        ]
        return SupportedAPIs[key]?.api.isFlexible(version) == true ? head + [0] : head
    }

    @Test("counts and lengths that no frame can hold close the connection, and cost no memory")
    func hugeCounts() throws {
        let live = try LiveServer()
        defer { live.stop() }
        let before = residentBytes()
        var sent: Int64 = 0
        for entry in SupportedAPIs.all {
            for version in entry.served {
                for count in [[0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFE], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]]
                    as [[UInt8]]
                {
                    let client = try WireClient(to: live.address)
                    // Several fields deep, so that the count meets an array or a string whatever comes first.
                    let body = Array(repeatElement(count, count: 16).joined())
                    client.send(frame: Self.header(entry.api.key, version) + body)
                    sent += 1
                }
            }
        }
        #expect(eventually { live.server.connectionCount == 0 })
        #expect(
            eventually {
                let service = live.server.service
                return service.requests.reduce(0) { $0 + $1.requests } + service.refusedRequests == sent
            })
        let grown = residentBytes() - before
        #expect(grown < 200 << 20, "grew by \(grown) bytes")
        #expect(try WireClient(to: live.address).ask(.apiVersions(ApiVersionsRequest()), version: 0).api.key == 18)
    }

    @Test("every recorded request, cut short anywhere, closes or is answered; the server goes on")
    func truncated() throws {
        let live = try LiveServer()
        defer { live.stop() }
        var seen: Set<Int32> = []
        var cuts = 0
        for name in GoldenWire.names() {
            for row in try GoldenWire.rows(of: name) where row.direction == "req" {
                guard let frame = row.frame, let key = row.key, let version = row.version, frame.count < 400,
                    SupportedAPIs[key]?.served.contains(version) == true,
                    seen.insert(Int32(key) << 16 | Int32(version)).inserted
                else { continue }
                // Fetches and group requests that wait are cut short by closing.
                for length in 0..<frame.count where length < 24 || length % 5 == 0 {
                    let client = try WireClient(to: live.address)
                    client.send(frame: Array(frame.prefix(length)))
                    cuts += 1
                }
            }
        }
        print("truncated requests sent: \(cuts), of \(seen.count) APIs and versions")
        #expect(cuts > 0)
        #expect(eventually { live.server.connectionCount == 0 })
        #expect(try WireClient(to: live.address).ask(.apiVersions(ApiVersionsRequest()), version: 0).api.key == 18)
    }

    @Test(
        "recorded requests with bytes changed at random never bring the server down",
        arguments: [31, 32, 33] as [UInt64])
    func mutated(seed: UInt64) throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("probe", partitions: 3)
        var mutator = FrameMutator(seed: seed)
        let frames = try GoldenWire.names().flatMap { try GoldenWire.rows(of: $0) }
            .filter { $0.direction == "req" }.compactMap(\.frame).filter { $0.count < 4_000 }
        for _ in 0..<1_500 {
            guard let frame = frames.randomElement(using: &mutator.random) else { break }
            // Key and version stay mostly as they are, so that bodies are reached.
            let start = Int.random(in: 0..<20, using: &mutator.random) == 0 ? 0 : 8
            let client = try WireClient(to: live.address)
            client.send(frame: mutator.mutated(frame, from: start))
        }
        #expect(eventually { live.server.connectionCount == 0 }, "seed \(seed)")
        let answer = try WireClient(to: live.address).ask(.metadata(MetadataRequest(topics: nil)), version: 5)
        #expect(answer.api.key == 3, "seed \(seed)")
    }

    @Test("garbage never brings the server down", arguments: [41, 42] as [UInt64])
    func garbage(seed: UInt64) throws {
        let live = try LiveServer()
        defer { live.stop() }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let client = try WireClient(to: live.address)
            let bytes = (0..<Int.random(in: 0..<300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { client.send(raw: bytes) } else { client.send(frame: bytes) }
        }
        #expect(eventually { live.server.connectionCount == 0 })
        #expect(try WireClient(to: live.address).ask(.apiVersions(ApiVersionsRequest()), version: 0).api.key == 18)
    }

    @Test("hundreds of half-open connections that announce 100 MiB each hold next to nothing")
    func announcedFrames() throws {
        let live = try LiveServer()
        defer { live.stop() }
        let before = residentBytes()
        var clients: [WireClient] = []
        for _ in 0..<400 {
            let client = try WireClient(to: live.address)
            client.send(raw: [0x06, 0x3F, 0xFF, 0xFF, 0, 0])
            clients.append(client)
        }
        #expect(eventually { live.server.connectionCount == 400 })
        #expect(eventually { live.server.service.connections.allSatisfy { $0.bytesIn == 6 } })
        let grown = residentBytes() - before
        #expect(grown < 64 << 20, "grew by \(grown) bytes")
        clients.removeAll()
        #expect(eventually { live.server.connectionCount == 0 })
    }
}
