import Authentication
import ClientTLS
import ClusterClient
import Testing

@testable import weir

@Suite("The configuration file")
struct ConfigurationTests {
    @Test("names clusters with all that is needed to reach them")
    func whole() throws {
        let configuration = try Configuration(
            text: """
                theme: nord
                clusters:
                  local: { bootstrap: localhost }
                  prod:
                    bootstrap: kafka-1:9093, [2001:db8::1]:9094
                    write: true
                    production: true
                    client-id: ops
                    request-timeout-ms: 5000
                    tls:
                      authorities: /etc/ssl/kafka.pem
                      verify-hostname: false
                    sasl:
                      mechanism: SCRAM-SHA-512
                      username: ops
                      password: { environment: KAFKA_PASSWORD }
                """, file: "config.yaml")
        #expect(configuration.warnings == [])
        #expect(configuration.theme == "nord")
        let local = try #require(configuration.clusters["local"])
        #expect(local.settings.bootstrap == [BrokerAddress(host: "localhost", port: 9092)])
        #expect(local.settings.isReadOnly && !local.isProduction && local.settings.tls == nil)
        let prod = try #require(configuration.clusters["prod"])
        #expect(prod.settings.bootstrap.map { "\($0)" } == ["kafka-1:9093", "[2001:db8::1]:9094"])
        #expect(!prod.settings.isReadOnly && prod.isProduction)
        #expect(prod.settings.clientID == "ops" && prod.settings.requestTimeoutMilliseconds == 5000)
        #expect(prod.settings.tls?.authorities == "/etc/ssl/kafka.pem" && prod.settings.tls?.verifiesHostname == false)
        #expect(prod.settings.sasl?.mechanism == .scramSHA512)
        #expect(prod.settings.sasl?.password == .environment("KAFKA_PASSWORD"))
    }

    @Test(
        "says file, line and remedy of what is wrong",
        arguments: [
            ("theme: [a]", "f:1: theme must be one word or sentence"),
            ("a: 1\nclusters: 7", "f:2: clusters must be a mapping of keys to values"),
            (
                "clusters:\n  x:\n    write: true",
                "f:2: clusters.x: says no bootstrap; write for example bootstrap: kafka-1:9092, kafka-2:9092"
            ),
            (
                "clusters:\n  x:\n    bootstrap: a:99999",
                "f:3: clusters.x: bootstrap: \"a:99999\" is not a broker's address: the port must be a number from 1 to 65535"
            ),
            (
                "clusters:\n  x:\n    bootstrap: a\n    write: maybe",
                "f:4: clusters.x: write must be true or false, not \"maybe\""
            ),
            (
                "clusters:\n  x:\n    bootstrap: a\n    sasl:\n      mechanism: GSSAPI",
                "f:5: clusters.x.sasl: mechanism must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"
            ),
            (
                "clusters:\n  x:\n    bootstrap: a\n    sasl: { mechanism: PLAIN, username: u, password: hunter2 }",
                "f:4: clusters.x.sasl: password must not stand in this file; name where it stands:"
                    + " { environment: NAME } or { file: PATH }"
            ),
            (
                "clusters:\n  x:\n    bootstrap: a\n    tls: { certificate: c.pem }",
                "f:4: clusters.x.tls: certificate and private-key belong together; one of them is missing"
            ),
        ])
    func errors(text: String, expected: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration(text: text, file: "f") }
        #expect("\(error)" == expected)
    }

    @Test("warns of keys nobody knows, with the likely one")
    func warnings() throws {
        let text = "them: nord\nclusters:\n  x:\n    bootstrap: a\n    wirte: true\n"
        #expect(
            try Configuration(text: text, file: "f").warnings == [
                "f:5: unknown key \"clusters.x.wirte\"; did you mean \"write\"?",
                "f:1: unknown key \"them\"; did you mean \"theme\"?",
            ])
    }

    @Test("a cluster is found by name, anything with a port is an address")
    func naming() throws {
        let configuration = try Configuration(text: "clusters: { prod: { bootstrap: k:1 } }", file: "f")
        #expect(try ClusterEntry.named("prod", in: configuration, write: false).name == "prod")
        #expect(try ClusterEntry.named("prod", in: configuration, write: true).entry.settings.isReadOnly == false)
        #expect(try ClusterEntry.named("prod:9092", in: configuration, write: false).name == nil)
        #expect(throws: (any Error).self) { try ClusterEntry.named("pord", in: configuration, write: false) }
        #expect(throws: (any Error).self) { try BrokerAddress.list(parsing: "::1:9092") }
    }

    @Test("finds who listens on a port in the system's table")
    func portTable() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0
               1: 0100007F:2384 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 100 0 0 10 0
            """
        #expect(PortHolder.listeners(in: table, port: 9092) == ["4711"])
        #expect(PortHolder.listeners(in: table, port: 9093) == [])
    }
}
