import Authentication
import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import BrokerServer

@Suite("Logins before requests")
struct SaslGateTests {
    /// A listener behind which requests are counted and answered with an empty Heartbeat.
    private final class Scene: Sendable {
        let listener: TestListener
        let served: Served

        final class Served: Sendable {
            private let number = Mutex(0)
            var count: Int { number.withLock { $0 } }
            func add() { number.withLock { $0 += 1 } }
        }

        init(delay: Int64 = 1, maxReauth: Int64 = 0, reauthInterval: TimeAmount = .seconds(1)) throws {
            var settings = ListenerSASL(
                mechanisms: [.plain, .scram(.sha256)],
                plainUsers: ["alice": SecretBytes("alice-pw".utf8), "carol": SecretBytes("carol-pw".utf8)])
            settings.failureDelayMilliseconds = delay
            settings.maxReauthMilliseconds = [.plain: maxReauth]
            let served = Served()
            self.served = served
            listener = try TestListener(
                gateSettings: settings, credentials: { _, _ in nil }, reauthInterval: reauthInterval
            ) { frame, client, answer in
                served.add()
                guard let header = try? AnyRequest.decode(frame: frame).0 else {
                    return answer(.close(reason: "no request"))
                }
                Exchange(header: header, client: client, answer: answer).respond(.heartbeat(HeartbeatResponse()))
            }
        }

        func client() throws -> WireClient { try WireClient(to: listener.address) }
        func stop() { try? listener.stop() }
    }

    private func shakeHands(_ client: WireClient, version: Int16 = 1, mechanism: String = "PLAIN") throws {
        let answer = try client.ask(.saslHandshake(SaslHandshakeRequest(mechanism: mechanism)), version: version)
        #expect(answer == .saslHandshake(SaslHandshakeResponse(mechanisms: ["PLAIN", "SCRAM-SHA-256"])))
    }

    private func say(_ text: String, _ client: WireClient) throws -> SaslAuthenticateResponse {
        let request = SaslAuthenticateRequest(authBytes: ByteBuffer(string: text))
        guard case .saslAuthenticate(let answer) = try client.ask(.saslAuthenticate(request), version: 1) else {
            throw WireClient.Failure.closed
        }
        return answer
    }

    private func isServed(_ client: WireClient) -> Bool {
        (try? client.ask(.heartbeat(HeartbeatRequest()), version: 0)) == .heartbeat(HeartbeatResponse())
    }

    @Test("requests before the login close the connection and go nowhere; after it they are served")
    func order() throws {
        let scene = try Scene()
        defer { scene.stop() }
        let early = try scene.client()
        try early.send(.metadata(MetadataRequest()), version: 1, correlationID: 1)
        #expect(early.isClosedByPeer())
        let between = try scene.client()
        try shakeHands(between)
        try between.send(.heartbeat(HeartbeatRequest()), version: 0, correlationID: 2)
        #expect(between.isClosedByPeer())
        #expect(scene.served.count == 0)
        let client = try scene.client()
        try shakeHands(client)
        let answer = try say("\0alice\0alice-pw", client)
        #expect(answer.errorCode == .none && answer.sessionLifetimeMs == 0)
        #expect(isServed(client))
        #expect(scene.listener.registry.descriptions.contains { $0.user == "alice" })
    }

    @Test("ApiVersions is answered once before the login, and closes the second time unless the first was an error")
    func versions() throws {
        let scene = try Scene()
        defer { scene.stop() }
        let asked = AnyRequest.apiVersions(
            ApiVersionsRequest(clientSoftwareName: "test", clientSoftwareVersion: "1"))
        let client = try scene.client()
        try client.send(asked, version: 3, correlationID: 1)
        _ = try client.receive()
        try client.send(asked, version: 3, correlationID: 2)
        #expect(client.isClosedByPeer())
        #expect(scene.served.count == 1)

        let learning = try scene.client()
        // A name that is none is answered with INVALID_REQUEST: the client may ask again.
        try learning.send(
            .apiVersions(ApiVersionsRequest(clientSoftwareName: "-", clientSoftwareVersion: "1")), version: 3,
            correlationID: 1)
        _ = try learning.receive()
        try learning.send(asked, version: 3, correlationID: 2)
        _ = try learning.receive()
        try shakeHands(learning)
        _ = try say("\0alice\0alice-pw", learning)
        #expect(isServed(learning))
    }

    @Test("after SaslHandshake 0 the mechanism's messages come without headers")
    func unframed() throws {
        let scene = try Scene()
        defer { scene.stop() }
        let client = try scene.client()
        try shakeHands(client, version: 0)
        client.send(frame: Array("\0alice\0alice-pw".utf8))
        #expect(try client.receive().readableBytes == 0)
        #expect(isServed(client))
        let wrong = try scene.client()
        try shakeHands(wrong, version: 0)
        wrong.send(frame: Array("\0alice\0alice".utf8))
        #expect(wrong.isClosedByPeer())
    }

    @Test("a failed login is answered after its time and closed; what was sent behind it goes nowhere")
    func failure() throws {
        let scene = try Scene(delay: 120)
        defer { scene.stop() }
        let client = try scene.client()
        try shakeHands(client)
        let began = NIODeadline.now()
        let request = SaslAuthenticateRequest(authBytes: ByteBuffer(string: "\0alice\0wrong"))
        try client.send(.saslAuthenticate(request), version: 1, correlationID: 7)
        for id in 8..<20 as Range<Int32> {
            try client.send(.heartbeat(HeartbeatRequest()), version: 0, correlationID: id)
        }
        let (header, answer) = try client.receive(key: 36, version: 1)
        #expect(NIODeadline.now() - began >= .milliseconds(120))
        #expect(header.correlationID == 7)
        guard case .saslAuthenticate(let refusal) = answer else { throw WireClient.Failure.closed }
        #expect(refusal.errorCode == .saslAuthenticationFailed)
        #expect(refusal.errorMessage == "Authentication failed: Invalid username or password")
        #expect(client.isClosedByPeer())
        #expect(scene.served.count == 0)
    }

    @Test("a mechanism that is not enabled is refused with those that are")
    func mechanism() throws {
        let scene = try Scene()
        defer { scene.stop() }
        for name in ["SCRAM-SHA-512", "GSSAPI", ""] {
            let client = try scene.client()
            let answer = try client.ask(.saslHandshake(SaslHandshakeRequest(mechanism: name)), version: 1)
            let expected = SaslHandshakeResponse(
                errorCode: .unsupportedSaslMechanism, mechanisms: ["PLAIN", "SCRAM-SHA-256"])
            #expect(answer == .saslHandshake(expected))
            #expect(client.isClosedByPeer())
        }
    }

    @Test("who has not logged in may send small frames only")
    func size() throws {
        let scene = try Scene()
        defer { scene.stop() }
        let client = try scene.client()
        client.send(raw: [0, 8, 0, 1])
        #expect(client.isClosedByPeer())
        let after = try scene.client()
        try shakeHands(after)
        _ = try say("\0alice\0alice-pw", after)
        // A frame of that size is read now, and refused for what is in it.
        after.send(raw: [0, 8, 0, 1] + [UInt8](repeating: 0xFF, count: 0x80001))
        #expect(after.isClosedByPeer())
        #expect(scene.served.count == 1)
    }

    @Test("a client logs in again as the same user by the same mechanism, and as nobody else")
    func again() throws {
        let scene = try Scene(maxReauth: 60_000, reauthInterval: .zero)
        defer { scene.stop() }
        let client = try scene.client()
        try shakeHands(client)
        #expect(try say("\0alice\0alice-pw", client).sessionLifetimeMs == 60_000)
        #expect(isServed(client))
        try shakeHands(client)
        #expect(try say("\0alice\0alice-pw", client).errorCode == .none)
        #expect(isServed(client))
        try shakeHands(client)
        let other = try say("\0carol\0carol-pw", client)
        #expect(
            other.errorMessage == "Cannot change principals during re-authentication from User.alice: User.carol")
        #expect(client.isClosedByPeer())
        let second = try scene.client()
        try shakeHands(second)
        _ = try say("\0alice\0alice-pw", second)
        try shakeHands(second, mechanism: "SCRAM-SHA-256")
        let answer = try say("n,,n=alice,r=abc", second)
        #expect(
            answer.errorMessage
                == "SASL mechanism 'SCRAM-SHA-256' requested by client is not supported for re-authentication of "
                + "mechanism 'PLAIN'")
        #expect(second.isClosedByPeer())
    }

    @Test("a session that is over serves nothing more; a second login too soon is no login")
    func expiry() throws {
        let scene = try Scene(maxReauth: 1)
        defer { scene.stop() }
        let client = try scene.client()
        try shakeHands(client)
        #expect(try say("\0alice\0alice-pw", client).sessionLifetimeMs == 1)
        let began = NIODeadline.now()
        _ = eventually { NIODeadline.now() - began > .milliseconds(5) }
        try client.send(.heartbeat(HeartbeatRequest()), version: 0, correlationID: 3)
        #expect(client.isClosedByPeer())
        #expect(scene.served.count == 0)
    }
}
