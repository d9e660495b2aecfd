import Authentication
import Cluster
import ClusterClient
import Foundation
import Glibc
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@Suite("Connections to peers that are old, slow or broken")
struct HostileAnswerTests {
    private func ask(
        _ script: @escaping CannedPeer.Script, _ change: (inout ClientSettings) -> Void = { _ in },
        _ body: (BrokerConnections, CannedPeer) async throws -> Void
    ) async throws {
        let peer = try await CannedPeer(script)
        var settings = ClientSettings.test(peer.address)
        change(&settings)
        do {
            try await BrokerConnections.with(settings) { try await body($0, peer) }
        } catch {
            await peer.stop()
            throw error
        }
        await peer.stop()
    }

    private func error(
        of connections: BrokerConnections, _ peer: CannedPeer, timeoutMilliseconds: Int64? = nil
    ) async -> ClientError? {
        do {
            _ = try await connections.send(
                HeartbeatRequest(groupID: "g"), to: peer.address, timeoutMilliseconds: timeoutMilliseconds)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Versions

    @Test("a broker of before KIP-511 is asked again in version 0", arguments: [false, true])
    func oldBroker(tellsOwn: Bool) async throws {
        let asked = Mutex<[Int16]>([])
        let old = ApiVersionsRequest.api.key
        try await ask({ header, _ in
            guard header.apiKey == old else { return .answer(.heartbeat(HeartbeatResponse())) }
            asked.withLock { $0.append(header.apiVersion) }
            if header.apiVersion >= 3 {
                // Written in version 0 whatever was asked; from 2.4 on with the range of ApiVersions in it.
                let keys: [ApiVersionsResponse.SupportedAPI] =
                    tellsOwn ? [.init(apiKey: old, minVersion: 0, maxVersion: 2)] : []
                return .answer(.apiVersions(ApiVersionsResponse(errorCode: .unsupportedVersion, apiKeys: keys)))
            }
            return .answer(CannedPeer.versions([old: 0...2, HeartbeatRequest.api.key: 0...2]))
        }) { connections, peer in
            let versions = try await connections.versions(of: peer.address)
            #expect(versions[HeartbeatRequest.api] == 0...2)
            #expect(await error(of: connections, peer) == nil)
            #expect(asked.withLock { $0 } == [3, tellsOwn ? 2 : 0])
        }
    }

    @Test("an API without a version in common is refused by name, and the connection goes on")
    func lackingAPI() async throws {
        let versions = CannedPeer.versions(
            [MetadataRequest.api.key: 90...99, SyncGroupRequest.api.key: -3 ... -1],
            without: [HeartbeatRequest.api.key])
        try await ask({ header, _ in
            header.apiKey == 18 ? .answer(versions) : .answer(.listGroups(ListGroupsResponse()))
        }) { connections, peer in
            #expect(
                await error(of: connections, peer)
                    == .unsupported(peer.address, api: "Heartbeat", broker: "in no version"))
            await #expect(
                throws: ClientError.unsupported(peer.address, api: "Metadata", broker: "in versions 90 to 99")
            ) {
                try await connections.send(MetadataRequest(topics: nil), to: peer.address, timeoutMilliseconds: nil)
            }
            let versions = try await connections.versions(of: peer.address)
            #expect(versions[SyncGroupRequest.api] == nil)
            _ = try await connections.send(ListGroupsRequest(), to: peer.address, timeoutMilliseconds: nil)
            #expect(peer.connectionCount == 1)
        }
    }

    @Test("a request that the version cannot carry is said to be so and costs no connection")
    func unsendable() async throws {
        try await ask(CannedPeer.afterVersions { _, _ in .answer(.heartbeat(HeartbeatResponse())) }) {
            connections, peer in
            let long = HeartbeatRequest(groupID: String(repeating: "x", count: 40_000))
            let error = await #expect(throws: ClientError.self) {
                try await connections.send(long, to: peer.address, timeoutMilliseconds: nil)
            }
            guard case .unsendable(api: "Heartbeat", _)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(await self.error(of: connections, peer) == nil)
            #expect(peer.connectionCount == 1)
        }
    }

    // MARK: Broken answers

    @Test(
        "an answer that cannot be read closes the connection and says why",
        arguments: [
            ("0000000a 00000002 00", nil),  // the rest never comes: only the time ends it
            ("7fffffff", "a frame of 2147483647 bytes; 0...1000000 are allowed"),
            ("80000000", "a frame of -2147483648 bytes"),
            ("15030300", "these are bytes of TLS"),
            ("48545450", "these are bytes of HTTP"),
            ("00000000", "a frame of 0 bytes, too short for an answer"),
            ("00000003 000000", "a frame of 3 bytes, too short"),
            ("00000005 000003e7 00", "an answer to request 999 where 2 (Heartbeat) is due"),
            ("00000005 00000002 00", "Heartbeat response v4"),
        ] as [(String, String?)])
    func garbled(hex: String, words: String?) async throws {
        let digits = Array(hex.filter { $0 != " " })
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0..<$0 + 2]), radix: 16)
        }
        try await ask(
            CannedPeer.afterVersions { _, _ in .bytes(bytes) },
            { $0.maxAnswerBytes = 1_000_000 }
        ) { connections, peer in
            let error = await error(of: connections, peer, timeoutMilliseconds: words == nil ? 100 : nil)
            guard let words else {
                #expect(error == .timedOut(peer.address, api: "Heartbeat", milliseconds: 100))
                return
            }
            guard case .malformed(peer.address, let reason)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains(words), "\(reason)")
            // What is asked later goes to a new connection.
            #expect(await TransportWait.until { peer.connectionCount >= 2 })
        }
    }

    @Test("an answer that nobody asked for closes the connection")
    func unasked() async throws {
        let ids = Mutex<[Int32]>([])
        try await ask(
            CannedPeer.afterVersions { header, _ in
                ids.withLock { $0.append(header.correlationID) }
                // Heartbeat 4: header tags, throttle time, error code, tags; then the same once more.
                let body = [0, 0, 0, 0, 0, 0, 0, 0] as [UInt8]
                let id = withUnsafeBytes(of: header.correlationID.bigEndian) { Array($0) }
                let frame = [0, 0, 0, 12] as [UInt8] + id + body
                return .bytes(frame + frame)
            }
        ) { connections, peer in
            #expect(await error(of: connections, peer) == nil)
            #expect(
                await TransportWait.until {
                    _ = await self.error(of: connections, peer)
                    return peer.connectionCount >= 2
                })
        }
    }

    @Test("answers out of order are refused, and who waited behind is told why")
    func outOfOrder() async throws {
        let first = Mutex<Int32?>(nil)
        try await ask(
            CannedPeer.afterVersions { header, _ in
                let isFirst = first.withLock { first in
                    defer { first = first ?? header.correlationID }
                    return first == nil
                }
                return isFirst ? .silence : .answer(.heartbeat(HeartbeatResponse()))
            }
        ) { connections, peer in
            async let one = error(of: connections, peer)
            #expect(await TransportWait.until { first.withLock { $0 } != nil })
            async let other = error(of: connections, peer)
            let errors = [await one, await other]
            guard case .malformed? = errors[0], case .disconnected(_, let reason)? = errors[1] else {
                Issue.record("\(errors)")
                return
            }
            #expect(reason.contains("where 2 (Heartbeat) is due"), "\(reason)")
        }
    }

    // MARK: Time and hang-ups

    @Test("a request without an answer fails after its time, and the others on its connection with it")
    func timeout() async throws {
        let heard = Atomic<Int>(0)
        try await ask(
            CannedPeer.afterVersions { _, _ in
                heard.wrappingAdd(1, ordering: .relaxed)
                return .silence
            }
        ) { connections, peer in
            async let patient = error(of: connections, peer, timeoutMilliseconds: 60_000)
            #expect(await TransportWait.until { heard.load(ordering: .relaxed) == 1 })
            #expect(
                await error(of: connections, peer, timeoutMilliseconds: 50)
                    == .timedOut(peer.address, api: "Heartbeat", milliseconds: 50))
            let other = await patient
            #expect(other == .disconnected(peer.address, "it did not answer Heartbeat within 50 ms"))
        }
    }

    @Test("a peer that accepts and says nothing is given up after the connect timeout")
    func silentPeer() async throws {
        try await ask({ _, _ in .silence }, { $0.connectTimeoutMilliseconds = 1_000 }) { connections, peer in
            let error = await error(of: connections, peer)
            #expect(
                error
                    == .unreachable(peer.address, "connected, but no answer within 1000 ms; does this port expect TLS?")
            )
        }
    }

    @Test("a peer that hangs up when asked for its versions is said to")
    func hangsUp() async throws {
        try await ask({ _, _ in .close }) { connections, peer in
            guard case .unreachable(_, let reason)? = await error(of: connections, peer) else {
                Issue.record("not unreachable")
                return
            }
            #expect(reason.contains("when it was asked for its versions"), "\(reason)")
        }
    }

    @Test("a peer that fails is tried once at a time, however many ask")
    func oneAttemptAtATime() async throws {
        try await ask({ _, _ in .close }) { connections, peer in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<200 { group.addTask { _ = await self.error(of: connections, peer) } }
            }
            #expect(await TransportWait.until { peer.connectionCount >= 3 })
            #expect(peer.mostAtOnce == 1)
        }
    }

    @Test("a produce that asks for no acknowledgement does not wait for one")
    func unacknowledged() async throws {
        let heard = Atomic<Int>(0)
        try await ask(
            CannedPeer.afterVersions { _, _ in
                heard.wrappingAdd(1, ordering: .relaxed)
                return .silence
            }
        ) { connections, peer in
            for _ in 0..<3 {
                let answer = try await connections.send(
                    ProduceRequest(acks: 0), to: peer.address, timeoutMilliseconds: nil)
                #expect(answer == ProduceResponse())
            }
            #expect(await TransportWait.until { heard.load(ordering: .relaxed) == 3 })
        }
    }

    @Test("PLAIN says what librdkafka was recorded to say, to the byte")
    func plain() async throws {
        let expected = Array("\u{0}alice\u{0}alice-pw".utf8)
        let said = Mutex<[[UInt8]]>([])
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try "alice-pw".write(toFile: file, atomically: true, encoding: .utf8)
        try await ask(
            CannedPeer.afterVersions { _, request in
                guard case .saslAuthenticate(let message)? = request else {
                    return .answer(.saslHandshake(SaslHandshakeResponse(mechanisms: ["PLAIN"])))
                }
                said.withLock { $0.append(Array(message.authBytes.readableBytesView)) }
                return .answer(.saslAuthenticate(SaslAuthenticateResponse()))
            },
            {
                $0.sasl = SASLSettings(
                    mechanism: .plain, username: "alice", password: .file(file))
            }
        ) { connections, peer in
            _ = try await connections.versions(of: peer.address)
            #expect(said.withLock { $0 } == [expected])
        }
    }

    @Test("many bytes of an answer cost no more requests than one")
    func largeAnswer() async throws {
        let records = ByteBuffer(repeating: 7, count: 24 << 20)
        let response = AnyResponse.fetch(
            FetchResponse(responses: [.init(topic: "t", partitions: [.init(records: records)])]))
        try await ask(CannedPeer.afterVersions { _, _ in .answer(response) }) { connections, peer in
            let answer = try await connections.send(FetchRequest(), to: peer.address, timeoutMilliseconds: nil)
            #expect(answer.responses.first?.partitions.first?.records == records)
            #expect(connections.cost.bytesReceived > 24 << 20)
        }
    }
}
