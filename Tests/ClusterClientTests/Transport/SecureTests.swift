import Authentication
import ClientTLS
import ClusterClient
import Foundation
import KafkaProtocol
import Testing

/// Whether the programs that the secured peer is made of are there.
private let hasPrograms: Bool = {
    let has = { (program: String) in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }
    return (has("python3") && has("openssl"))
        || ProcessInfo.processInfo.environment["WEIR_TESTS_MUST_NOT_SKIP"] != nil
}()

@Suite("TLS and SASL", .enabled(if: hasPrograms, "needs python3 and openssl"))
struct SecureTests {
    private static let users = ["alice:alice-pw", "bob=,:b,o=b-pw", "dora:dora-pw", "erin:\(path)"]
        .flatMap { ["--user", $0] }
    /// A variable that is there anyhow: setting one is not safe while other tests start programs, which copies them all.
    private static let path = ProcessInfo.processInfo.environment["PATH"] ?? ""

    /// Runs `body` with a broker behind a secured peer, and with settings that lead there.
    private func with(
        _ arguments: [String], _ change: (inout ClientSettings, TestCertificates) throws -> Void,
        _ body: (BrokerConnections, SecurePeer) async throws -> Void
    ) async throws {
        let certificates = try TestCertificates.shared.get()
        let broker = try TransportBroker()
        defer { broker.stop() }
        let peer = try SecurePeer(before: broker.address, arguments)
        defer { peer.stop() }
        var settings = ClientSettings.test(peer.address)
        try change(&settings, certificates)
        try await BrokerConnections.with(settings) { try await body($0, peer) }
    }

    private func error(
        _ arguments: [String], host: String = "127.0.0.1",
        _ change: (inout ClientSettings, TestCertificates) throws -> Void
    ) async throws -> String {
        var seen = ""
        try await with(arguments, change) { connections, peer in
            do {
                _ = try await connections.versions(of: BrokerAddress(host: host, port: peer.address.port))
                seen = "no error"
            } catch {
                seen = "\(error)"
            }
        }
        return seen
    }

    private func ask(_ connections: BrokerConnections, _ peer: SecurePeer, host: String = "127.0.0.1") async throws {
        let answer = try await connections.send(
            DescribeGroupsRequest(groups: ["g"]), to: BrokerAddress(host: host, port: peer.address.port),
            timeoutMilliseconds: nil)
        #expect(answer.groups.map(\.groupID) == ["g"])
    }

    // MARK: SASL

    @Test(
        "the right password is let in, from a file and from the environment, over TLS and without",
        arguments: SASLSettings.Mechanism.allCases, ["erin", "bob=,", "dora"])
    func rightPassword(mechanism: SASLSettings.Mechanism, user: String) async throws {
        let isSecure = user != "dora"
        let certificates = try TestCertificates.shared.get()
        let door = isSecure ? ["--certificate", certificates.server] : []
        try await with(Self.users + door) { settings, certificates in
            if isSecure {
                settings.tls = TLSSettings()
                settings.tls?.authorities = certificates.authority
            }
            let secret: Secret
            switch user {
            case "erin": secret = .environment("PATH")
            case "dora":
                secret = .file(try certificates.write("dora-pw\r\nanother line\n", to: "dora-\(mechanism).txt"))
            default: secret = .file(try certificates.write("b,o=b-pw", to: "bob-\(mechanism).txt"))
            }
            settings.sasl = SASLSettings(mechanism: mechanism, username: user, password: secret)
        } _: { connections, peer in
            try await ask(connections, peer)
            #expect(peer.connectionCount == 1)
        }
    }

    @Test("a broker that knows only older versions of SaslAuthenticate is understood", arguments: [0, 1])
    func olderVersions(version: Int) async throws {
        try await with(Self.users + ["--authenticate-version", "\(version)"]) { settings, certificates in
            let file = try certificates.write("alice-pw\n", to: "alice-\(version).txt")
            settings.sasl = SASLSettings(mechanism: .scramSHA512, username: "alice", password: .file(file))
        } _: {
            try await ask($0, $1)
        }
    }

    @Test(
        "a wrong password is refused with the broker's words and without a trace of it",
        arguments: SASLSettings.Mechanism.allCases)
    func wrongPassword(mechanism: SASLSettings.Mechanism) async throws {
        let words = try await error(Self.users) { settings, certificates in
            let file = try certificates.write("wrong-pw-4711", to: "wrong-\(mechanism).txt")
            settings.sasl = SASLSettings(mechanism: mechanism, username: "alice", password: .file(file))
        }
        #expect(words.contains("SASL \(mechanism.rawValue) as alice: Authentication failed"), "\(words)")
        #expect(!words.contains("4711"))
    }

    @Test("credentials that were refused are not tried again at once")
    func refusedRests() async throws {
        try await with(Self.users) { settings, certificates in
            settings.longestBackoffMilliseconds = 3_600_000
            let file = try certificates.write("wrong", to: "refused.txt")
            settings.sasl = SASLSettings(mechanism: .plain, username: "alice", password: .file(file))
        } _: { connections, peer in
            for round in 0..<20 {
                let error = await #expect(throws: ClientError.self) { try await ask(connections, peer) }
                guard case .authentication(_, let reason)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(reason.contains("next try in ") == (round > 0), "\(reason)")
            }
            #expect(peer.connectionCount == 1)
        }
    }

    @Test("a broker that cannot sign, or asks for too much work, is not trusted")
    func impostor() async throws {
        let scram = { (settings: inout ClientSettings, certificates: TestCertificates) in
            let file = try certificates.write("alice-pw", to: "impostor.txt")
            settings.sasl = SASLSettings(mechanism: .scramSHA256, username: "alice", password: .file(file))
        }
        let unsigned = try await error(Self.users + ["--impostor"], scram)
        #expect(unsigned.contains("the broker's signature is wrong"), "\(unsigned)")
        let greedy = try await error(Self.users + ["--iterations", "100000000"], scram)
        #expect(greedy.contains("100000000 iterations"), "\(greedy)")
        let other = try await error(Self.users + ["--mechanisms", "PLAIN,OAUTHBEARER"], scram)
        #expect(other.contains("the broker offers OAUTHBEARER, PLAIN only"), "\(other)")
        let none = try await error([], scram)
        #expect(none.contains("SaslAuthenticate in no version"), "\(none)")
    }

    @Test("a secret that is not there is named by its place")
    func missingSecret() async throws {
        let plain = { (secret: Secret) in
            { (settings: inout ClientSettings, _: TestCertificates) in
                settings.sasl = SASLSettings(mechanism: .plain, username: "alice", password: secret)
            }
        }
        let file = try await error(Self.users, plain(.file("/nowhere/password")))
        #expect(
            file.contains("the password: the file /nowhere/password cannot be read: no such file or directory"),
            "\(file)")
        let variable = try await error(Self.users, plain(.environment("WEIR_TEST_UNSET")))
        #expect(variable.contains("the environment variable WEIR_TEST_UNSET is not set"), "\(variable)")
        let certificates = try TestCertificates.shared.get()
        let empty = try await error(Self.users, plain(.file(try certificates.write("\nsecond", to: "empty.txt"))))
        #expect(empty.contains("empty.txt is empty"), "\(empty)")
    }

    @Test("a session's connection is replaced before its lifetime is over, and no request notices")
    func sessionLifetime() async throws {
        try await with(Self.users + ["--lifetime", "5000"]) { settings, certificates in
            let file = try certificates.write("alice-pw", to: "session.txt")
            settings.sasl = SASLSettings(mechanism: .plain, username: "alice", password: .file(file))
        } _: { connections, peer in
            let isReplaced = try await { () async throws -> Bool in
                let deadline = ContinuousClock.now + .seconds(60)
                while peer.connectionCount < 2, ContinuousClock.now < deadline { try await ask(connections, peer) }
                return peer.connectionCount >= 2
            }()
            #expect(isReplaced)
        }
    }

    // MARK: TLS

    @Test(
        "a broker is reached by a name or an address that its certificate is for",
        arguments: ["localhost", "127.0.0.1"])
    func rightName(host: String) async throws {
        let certificates = try TestCertificates.shared.get()
        try await with(["--certificate", certificates.server]) { settings, _ in
            settings.tls = TLSSettings()
            settings.tls?.authorities = certificates.authority
        } _: {
            try await ask($0, $1, host: host)
        }
    }

    @Test(
        "a certificate for another host is refused unless names do not matter", arguments: ["localhost", "127.0.0.1"])
    func wrongName(host: String) async throws {
        let certificates = try TestCertificates.shared.get()
        let words = try await error(["--certificate", certificates.elsewhere], host: host) { settings, _ in
            settings.tls = TLSSettings()
            settings.tls?.authorities = certificates.authority
        }
        #expect(words.contains("TLS: its certificate is for another host"), "\(words)")
        try await with(["--certificate", certificates.elsewhere]) { settings, _ in
            settings.tls = TLSSettings()
            settings.tls?.authorities = certificates.authority
            settings.tls?.verifiesHostname = false
        } _: {
            try await ask($0, $1, host: host)
        }
    }

    @Test("an authority that is not trusted is refused, even where names do not matter", arguments: [true, false])
    func unknownAuthority(verifiesHostname: Bool) async throws {
        let certificates = try TestCertificates.shared.get()
        for authorities in [certificates.otherAuthority, nil] {
            let words = try await error(["--certificate", certificates.server]) { settings, _ in
                settings.tls = TLSSettings()
                settings.tls?.authorities = authorities
                settings.tls?.verifiesHostname = verifiesHostname
            }
            #expect(
                words.contains("TLS: its certificate is expired, or of an authority that is not trusted"), "\(words)")
        }
    }

    @Test("a client certificate is shown where asked for, its key behind a passphrase or not")
    func clientCertificate() async throws {
        let certificates = try TestCertificates.shared.get()
        let door = ["--certificate", certificates.server, "--client-authority", certificates.authority]
        for isLocked in [true, false] {
            try await with(door) { settings, _ in
                settings.tls = TLSSettings()
                settings.tls?.authorities = certificates.authority
                settings.tls?.certificate = certificates.client
                settings.tls?.privateKey = isLocked ? certificates.clientKey : certificates.clientPlainKey
                settings.tls?.passphrase =
                    isLocked ? .file(try certificates.write("open sesame\n", to: "passphrase.txt")) : nil
            } _: {
                try await ask($0, $1)
            }
        }
        let without = try await error(door) { settings, _ in
            settings.tls = TLSSettings()
            settings.tls?.authorities = certificates.authority
        }
        #expect(without != "no error")
        let wrong = try await error(door) { settings, _ in
            settings.tls = TLSSettings()
            settings.tls?.certificate = certificates.client
            settings.tls?.privateKey = certificates.clientKey
            settings.tls?.passphrase = .file(try certificates.write("closed", to: "wrong-passphrase.txt"))
        }
        #expect(wrong.contains("the private key file \(certificates.clientKey) cannot be used"), "\(wrong)")
        #expect(!wrong.contains("closed"))
    }

    @Test("files that are missing or no certificates are named")
    func badFiles() async throws {
        let certificates = try TestCertificates.shared.get()
        let missing = try await error(["--certificate", certificates.server]) { settings, _ in
            settings.tls = TLSSettings()
            settings.tls?.authorities = "/nowhere/authority.pem"
        }
        #expect(missing.contains("authorities file /nowhere/authority.pem cannot be used: no such file"), "\(missing)")
        let garbage = try certificates.write("not a certificate", to: "garbage.pem")
        let broken = try await error(["--certificate", certificates.server]) { settings, _ in
            settings.tls = TLSSettings()
            settings.tls?.authorities = garbage
        }
        #expect(broken.contains("garbage.pem"), "\(broken)")
    }

    @Test("TLS where plain TCP is spoken, and the other way round, is said to be so")
    func wrongProtocol() async throws {
        let certificates = try TestCertificates.shared.get()
        let broker = try TransportBroker()
        defer { broker.stop() }
        var settings = ClientSettings.test(broker.address)
        settings.tls = TLSSettings()
        settings.tls?.authorities = certificates.authority
        try await BrokerConnections.with(settings) { connections in
            let error = await #expect(throws: ClientError.self) { try await connections.versions(of: broker.address) }
            let tlsToPlain = error.map { "\($0)" } ?? ""
            #expect(tlsToPlain.contains("does this port expect plain TCP?"), "\(tlsToPlain)")
        }
        let plainToTLS = try await error(["--certificate", certificates.server]) { _, _ in }
        #expect(plainToTLS.contains("TLS"), "\(plainToTLS)")
    }
}
