import Authentication
import BrokerCore
import Cluster
import KafkaProtocol
import Logging
import Testing

@testable import BrokerServer

@Suite("Listeners as settings describe them")
struct ListenerSettingsTests {
    private func listeners(_ settings: [String: String]) throws -> [Listener] {
        var all = BrokerSettings()
        for (key, value) in settings { try all.set(key, to: value) }
        return try Listener.all(in: all)
    }

    private func problem(_ settings: [String: String]) -> String {
        do {
            return "none: \(try listeners(settings))"
        } catch {
            return "\(error)"
        }
    }

    @Test("none are described where listeners is not set, and each is as its name or the map says")
    func protocols() throws {
        #expect(try listeners([:]) == [])
        let found = try listeners([
            "listeners": "PLAINTEXT://127.0.0.1:1, inside://:2,SASL_PLAINTEXT://[::1]:0",
            "listener.security.protocol.map": "INSIDE:SASL_PLAINTEXT",
            "advertised.listeners": "INSIDE://weir.example:20",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN", "weir.sasl.plain.user.al.ice": "x",
        ])
        #expect(found.map(\.name) == ["PLAINTEXT", "INSIDE", "SASL_PLAINTEXT"])
        #expect(found.map(\.securityProtocol) == [.plaintext, .saslPlaintext, .saslPlaintext])
        #expect(found.map(\.authenticatesClients) == [false, true, true])
        #expect(found[1].address == ListenerAddress(host: "0.0.0.0", port: 2))
        #expect(found[1].advertised == ListenerAddress(host: "weir.example", port: 20))
        #expect(found[2].address == ListenerAddress(host: "::1", port: 0))
        #expect(found[1].sasl?.mechanisms == [.scram(.sha512), .plain])
        #expect(found[1].sasl?.plainUsers == ["al.ice": SecretBytes("x".utf8)])
    }

    @Test("users and the time of a login come from Kafka's line and keys, the listener's own first")
    func sasl() throws {
        let jaas = #"org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="x" "#
        let found = try listeners([
            "listeners": "SASL_PLAINTEXT://127.0.0.1:1,OTHER://127.0.0.1:2",
            "listener.security.protocol.map": "OTHER:SASL_PLAINTEXT",
            "sasl.enabled.mechanisms": "PLAIN", "listener.name.other.sasl.enabled.mechanisms": "SCRAM-SHA-256",
            "listener.name.sasl_plaintext.plain.sasl.jaas.config": jaas + #"user_alice="a\"b" user_bob='c;d';"#,
            "connections.max.reauth.ms": "5000",
            "listener.name.sasl_plaintext.plain.connections.max.reauth.ms": "7000",
            "connection.failed.authentication.delay.ms": "3",
        ])
        #expect(
            found[0].sasl?.plainUsers == ["alice": SecretBytes(#"a"b"#.utf8), "bob": SecretBytes("c;d".utf8)])
        #expect(found[0].sasl?.maxReauthMilliseconds == [.plain: 7_000])
        #expect(found[0].sasl?.failureDelayMilliseconds == 3)
        #expect(found[1].sasl?.mechanisms == [.scram(.sha256)])
        #expect(found[1].sasl?.maxReauthMilliseconds == [.scram(.sha256): 5_000])
    }

    @Test("what cannot be is said, and no password with it")
    func problems() {
        func says(_ settings: [String: String], _ words: String) {
            let problem = problem(settings)
            #expect(problem.contains(words), "\(problem)")
            #expect(!problem.contains("secret"), "\(problem)")
        }
        says(["listeners": "127.0.0.1:9092"], "NAME://HOST:PORT")
        says(["listeners": "A://:1"], "no security protocol")
        says(["listeners": "PLAINTEXT://:1,PLAINTEXT://:2"], "twice")
        says(["listeners": "PLAINTEXT://:1", "advertised.listeners": "SSL://x:1"], "not in listeners")
        says(["listeners": "PLAINTEXT://:1", "advertised.listeners": "PLAINTEXT://0.0.0.0:1"], "none can connect")
        says(["listeners": "A://:1", "listener.security.protocol.map": "A:TLS"], "NAME:PROTOCOL")
        says(["listeners": "SSL://:1"], "ssl.keystore.type is JKS")
        says(["listeners": "SSL://:1", "ssl.keystore.type": "PEM"], "it has no certificate")
        let tls = ["listeners": "SSL://:1", "ssl.keystore.type": "PEM", "ssl.keystore.location": "x.pem"]
        says(tls.merging(["ssl.client.auth": "required"]) { $1 }, "ssl.truststore.location")
        says(tls.merging(["ssl.enabled.protocols": "TLSv1.1"]) { $1 }, "TLSv1.2 and TLSv1.3")
        let sasl = ["listeners": "SASL_PLAINTEXT://:1"]
        says(sasl, "the mechanism GSSAPI is not served")
        says(sasl.merging(["sasl.enabled.mechanisms": "PLAIN"]) { $1 }, "PLAIN has no users")
        for line in ["secret", "secret required", #"Secret required user_a="secret"#, #"A required user_a="secret""#] {
            says(
                sasl.merging(["sasl.enabled.mechanisms": "PLAIN", "sasl.jaas.config": line]) { $1 },
                "sasl.jaas.config:")
        }
        says(
            sasl.merging(["sasl.enabled.mechanisms": "PLAIN", "sasl.jaas.config": #"Scram required user_a="secret";"#])
            { $1 }, "not PlainLoginModule")
    }

    @Test("a certificate that cannot be read is named before anything is bound")
    func certificates() throws {
        let live = try LiveServer()
        defer { live.stop() }
        var listener = Listener(name: "SSL", ListenerAddress(host: "127.0.0.1", port: 0))
        listener.tls = ListenerTLS(certificateChain: .file("/nowhere.pem"), privateKey: .file("/nowhere.pem"))
        var seen: ServerError?
        do throws(ServerError) {
            _ = try BrokerServer.start(
                for: live.broker, configuration: ServerConfiguration(listeners: [listener]), logger: .init(label: "t"))
        } catch {
            seen = error
        }
        #expect(seen == .invalidListener("SSL", reason: "/nowhere.pem cannot be read: No such file or directory"))
    }

    @Test("one address may have so many connections open, and those that are named so many")
    func perAddress() throws {
        var configuration = ServerConfiguration()
        configuration.maxConnectionsPerAddress.limit = 0
        configuration.maxConnectionsPerAddress.overrides = ["127.0.0.1": 2]
        let live = try LiveServer(configuration)
        defer { live.stop() }
        var clients = try (0..<2).map { _ in try WireClient(to: live.address) }
        for client in clients { _ = try client.ask(.apiVersions(ApiVersionsRequest()), version: 0) }
        let third = try WireClient(to: live.address)
        #expect(third.isClosedByPeer())
        #expect(live.server.service.refusedConnections == 1)
        clients.removeLast()
        #expect(eventually { live.server.connectionCount == 1 })
        let next = try WireClient(to: live.address)
        #expect((try? next.ask(.apiVersions(ApiVersionsRequest()), version: 0)) != nil)
        var settings = BrokerSettings()
        try settings.set("max.connections.per.ip", to: "9")
        try settings.set("max.connections.per.ip.overrides", to: "127.0.0.1:3, ::1:4")
        let limits = try ConnectionsPerAddress(settings)
        #expect(limits.limit(of: "127.0.0.1") == 3 && limits.limit(of: "::1") == 4 && limits.limit(of: "10.0.0.1") == 9)
        try settings.set("max.connections.per.ip.overrides", to: "127.0.0.1")
        #expect(throws: ConfigError.self) { try ConnectionsPerAddress(settings) }
    }
}
