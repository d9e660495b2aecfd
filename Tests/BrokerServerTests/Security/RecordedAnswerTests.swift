import Authentication
import BrokerCore
import KafkaProtocol
import Logging
import NIOCore
import Testing

@testable import BrokerServer

@Suite("Recorded answers about users, quotas and the cluster")
struct RecordedAnswerTests {
    /// Recordings and the APIs in them whose answers depend on nothing but what the test prepares.
    private static let scenes: [(name: String, keys: Set<Int16>, users: Bool)] = [
        ("probe/basic", [29, 43, 46, 48, 50], true),
        ("probe/raw", [17], false),
        ("confluent-kafka/admin", [29, 50, 51], false),
        ("java/kafka-configs", [48, 49, 50, 51], false),
        ("java/kafka-metadata-quorum-features-cluster", [46], false),
    ]

    @Test("are given to the byte", arguments: scenes.map(\.name))
    func administration(name: String) throws {
        guard GoldenWire.names().contains(name), let scene = Self.scenes.first(where: { $0.name == name }) else {
            return print("the recording \(name) is missing")
        }
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("probe", partitions: 3)
        if scene.users { try live.addRecordedUsers() }
        let rows = try GoldenWire.rows(of: name)
        var compared = 0
        for (index, row) in rows.enumerated() where row.direction == "req" && scene.keys.contains(row.key ?? -1) {
            let answer = rows[(index + 1)...].first {
                $0.direction == "res" && $0.connection == row.connection && $0.correlationID == row.correlationID
            }
            let client = try WireClient(to: live.address)
            client.send(frame: row.frame ?? [])
            let seen = Array(try client.receive().readableBytesView)
            #expect(seen == answer?.frame, "\(name) API \(row.key ?? -1) v\(row.version ?? -1)")
            compared += 1
        }
        print("\(name): \(compared) answers to the byte")
        #expect(compared > 0)
    }

    @Test(
        "a login goes as it went with Kafka, to the byte",
        arguments: GoldenWire.names().filter { $0.hasSuffix("/sasl") })
    func logins(name: String) throws {
        let rows = try GoldenWire.rows(of: name)
        var refusals = 0
        for connection in Set(rows.map(\.connection)).sorted() {
            let own = rows.filter { $0.connection == connection }
            let login = own.filter { [17, 36].contains($0.key ?? -1) }
            guard !login.isEmpty else { continue }
            let scene = try SaslScene(login)
            defer { scene.stop() }
            let client = try WireClient(to: scene.address)
            for row in login where row.direction == "req" { client.send(frame: row.frame ?? []) }
            for row in login where row.direction == "res" {
                let seen = Array(try client.receive().readableBytesView)
                #expect(seen == row.frame, "\(name) connection \(connection) request \(row.correlationID ?? -1)")
            }
            if own.last?.closedBy == "broker" {
                #expect(client.isClosedByPeer(), "\(name) connection \(connection): Kafka closed it")
                refusals += 1
            }
        }
        print("\(name): \(refusals) connections closed by Kafka, and here")
    }
}

/// A listener that knows the users of the recordings and says the nonce that Kafka said.
private final class SaslScene {
    private let listener: TestListener
    var address: ListenerAddress { listener.address }

    init(_ login: [GoldenWire.Row]) throws {
        // Kafka's challenge has salt, iterations and its nonce behind the client's.
        var challenge: [String: String] = [:]
        var clientNonce = ""
        for row in login {
            guard row.key == 36, let frame = row.frame, let version = row.version else { continue }
            let text: String
            if row.direction == "req" {
                guard case .saslAuthenticate(let body) = try AnyRequest.decode(frame: ByteBuffer(bytes: frame)).1 else {
                    continue
                }
                text = String(buffer: body.authBytes)
                if let range = text.firstRange(of: ",r="), text.hasPrefix("n,,") {
                    clientNonce = String(text[range.upperBound...])
                }
            } else {
                guard
                    case .saslAuthenticate(let body) = try AnyResponse.decode(
                        frame: ByteBuffer(bytes: frame), key: 36, version: version
                    ).1
                else { continue }
                text = String(buffer: body.authBytes)
                guard text.hasPrefix("r=") else { continue }
                for part in text.split(separator: ",") { challenge[String(part.prefix(1))] = String(part.dropFirst(2)) }
            }
        }
        let nonce = String((challenge["r"] ?? "").dropFirst(clientNonce.count))
        let (salt, iterations) = (challenge["s"] ?? "", challenge["i"] ?? "4096")
        let passwords = ["alice": "alice-pw", "bob": "bob-pw", "dora": "dora-pw"]
        listener = try TestListener(
            gateSettings: {
                var settings = ListenerSASL(
                    mechanisms: [.plain, .scram(.sha512), .scram(.sha256)],
                    plainUsers: ["alice": SecretBytes("alice-pw".utf8)])
                settings.failureDelayMilliseconds = 1
                return settings
            }()
        ) { user, mechanism in
            guard let password = passwords[user], !salt.isEmpty else { return nil }
            // As the owner would set it, with the salt of the recording.
            return try? NewScramUser(
                parsing:
                    "\(mechanism.name)=[name=\(user),iterations=\(iterations),salt=\"\(salt)\",password=\(password)]"
            ).credential
        } nonce: {
            nonce
        }
    }

    func stop() { try? listener.stop() }
}
