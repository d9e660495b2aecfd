import Foundation
import Testing

/// The real binary with a listener of each kind, certificates of an authority made for the occasion, and users.
private final class SecureBroker {
    let folder: TemporaryFolder
    let weir: WeirProcess
    /// What the scripts are told.
    let setup: URL

    static let users = [
        ["PLAIN", "carol", "carol-pw"], ["SCRAM-SHA-256", "bob", "bob-pw"], ["SCRAM-SHA-512", "dora", "dora-pw"],
    ]

    init() throws {
        folder = try TemporaryFolder()
        let path = folder.url.path
        try Self.makeCertificates(in: folder.url)
        let settings = """
            # a way in of each kind
            listeners=PLAINTEXT://localhost:0,SSL://localhost:0,SASL_PLAINTEXT://localhost:0,\\
                SASL_SSL://localhost:0,MTLS://localhost:0
            listener.security.protocol.map=MTLS:SSL
            ssl.keystore.type=PEM
            ssl.keystore.location=\(path)/server-with-key.pem
            ssl.key.password=of the key
            ssl.truststore.type=PEM
            ssl.truststore.location=\(path)/ca.pem
            listener.name.mtls.ssl.client.auth=required
            sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
            listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \\
                required user_carol="carol-pw";
            weir.sasl.plain.user.carol=carol-pw
            weir.answer.memory.bytes=67108864
            socket.send.buffer.bytes=65536
            """
        let file = folder.url.appending(path: "server.properties")
        try Data(settings.utf8).write(to: file)
        weir = try WeirProcess(
            dataDirectory: folder.url.appending(path: "data"), listen: nil,
            arguments: [
                "--config", file.path, "--add-scram", "SCRAM-SHA-256=[name=bob,password=bob-pw]",
                "--add-scram", "SCRAM-SHA-512=[name=dora,iterations=8192,password=dora-pw]",
            ])
        setup = folder.url.appending(path: "setup.json")
        let told: [String: Any] = [
            "listeners": weir.listeners, "ca": "\(path)/ca.pem", "certificate": "\(path)/client.pem",
            "key": "\(path)/client.key", "users": Self.users, "pid": Int(weir.pid),
        ]
        try JSONSerialization.data(withJSONObject: told).write(to: setup)
    }

    private static func makeCertificates(in folder: URL) throws {
        func openssl(_ arguments: String) throws {
            let words = arguments.split(separator: " ").map {
                $0.hasPrefix("@") ? "\(folder.path)/\($0.dropFirst())" : "\($0)"
            }
            let ran = try run("/usr/bin/openssl", words)
            guard ran.status == 0 else { throw EndToEndError("openssl \(arguments): \(ran.errors)") }
        }
        try Data("subjectAltName=DNS:localhost,IP:127.0.0.1".utf8).write(to: folder.appending(path: "names"))
        try openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout @ca.key -out @ca.pem")
        for name in ["server", "client"] {
            try openssl("req -newkey rsa:2048 -nodes -subj /CN=\(name) -keyout @\(name).key -out @\(name).csr")
            try openssl(
                "x509 -req -in @\(name).csr -CA @ca.pem -CAkey @ca.key -CAcreateserial -days 2 -extfile @names -out @\(name).pem"
            )
        }
        // Kafka's PEM files hold the chain and the key, which may be encrypted (PKCS#8).
        let phrase = folder.appending(path: "phrase")
        try Data("of the key".utf8).write(to: phrase)
        try openssl("pkcs8 -topk8 -in @server.key -passout file:\(phrase.path) -out @server.p8")
        let both = try ["server.pem", "server.p8"].map { try Data(contentsOf: folder.appending(path: $0)) }
        try (both[0] + both[1]).write(to: folder.appending(path: "server-with-key.pem"))
    }
}

@Suite("Listeners of every kind", .serialized)
struct SecureListenerTests {
    @Test("kcat, librdkafka and kafka-python write and read through each, and a wrong secret stays outside")
    func clients() throws {
        let broker = try SecureBroker()
        let ran = try run(
            "/usr/bin/python3", [clientScript("secure_clients.py"), broker.setup.path], seconds: 240)
        #expect(ran.status == 0, "\(ran.output)\(ran.errors)")
        #expect(broker.weir.isRunning, "the broker ended: \(broker.weir.log)")
        let log = broker.weir.log
        #expect(log.contains("login failed") && log.contains("TLS failed"))
        for secret in ["carol-pw", "bob-pw", "dora-pw", "of the key", "not-the-password"] {
            #expect(!log.contains(secret), "the log tells \(secret)")
        }
    }

    @Test("peers that misbehave in every way known do not disturb a good client, nor take much memory")
    func abusers() throws {
        let broker = try SecureBroker()
        let ran = try run("/usr/bin/python3", [clientScript("abuser.py"), broker.setup.path], seconds: 120)
        #expect(ran.status == 0, "\(ran.output)\(ran.errors)")
        #expect(broker.weir.isRunning, "the broker ended: \(broker.weir.log.suffix(2_000))")
        print("abuse: \(ran.output)")
        #expect(broker.weir.stop() == 0)
    }

    @Test("our own console attaches through each")
    func attached() throws {
        let broker = try SecureBroker()
        let home = broker.folder.url.appending(path: "config")
        try FileManager.default.createDirectory(
            at: home.appending(path: "weir"), withIntermediateDirectories: true)
        let (listeners, path) = (broker.weir.listeners, broker.folder.url.path)
        var clusters = [
            "plain": "bootstrap: \"\(listeners["PLAINTEXT"] ?? "")\"",
            "tls": "bootstrap: \"\(listeners["SSL"] ?? "")\", tls: { authorities: \(path)/ca.pem }",
            "mtls": "bootstrap: \"\(listeners["MTLS"] ?? "")\", tls: { authorities: \(path)/ca.pem, "
                + "certificate: \(path)/client.pem, private-key: \(path)/client.key }",
        ]
        for user in SecureBroker.users {
            let secret = broker.folder.url.appending(path: "\(user[1]).password")
            try Data(user[2].utf8).write(to: secret)
            let sasl = "sasl: { mechanism: \(user[0]), username: \(user[1]), password: { file: \(secret.path) } }"
            clusters["sasl-\(user[1])"] = "bootstrap: \"\(listeners["SASL_PLAINTEXT"] ?? "")\", \(sasl)"
            clusters["both-\(user[1])"] =
                "bootstrap: \"\(listeners["SASL_SSL"] ?? "")\", tls: { authorities: \(path)/ca.pem }, \(sasl)"
        }
        let entries = clusters.map { "  \($0.key): { \($0.value) }\n" }.joined()
        try Data("clusters:\n\(entries)".utf8).write(to: home.appending(path: "weir/config.yaml"))
        let weir = WeirProcess.binary.path
        let environment = ["XDG_CONFIG_HOME=\(home.path)", "XDG_DATA_HOME=\(path)/attached"]
        let made = try run(
            "/usr/bin/env",
            environment + [
                weir, "topics", "create", "--bootstrap-server", listeners["PLAINTEXT"] ?? "", "seen-from-here",
            ])
        #expect(made.status == 0, "\(made.errors)")
        for name in clusters.keys.sorted() {
            let ran = try run("/usr/bin/env", environment + [weir, "--attach", name, "--plain", "topics"])
            #expect(ran.status == 0 && ran.output.contains("seen-from-here"), "\(name): \(ran.output)\(ran.errors)")
        }
    }

    @Test(
        "what lets anybody in from other machines is refused with a sentence that says what to do",
        arguments: [
            (["--listen", "0.0.0.0:0"], "say --insecure"),
            (["--set", "listeners=PLAINTEXT://:0"], "say --insecure"),
            (["--set", "listeners=PLAINTEXT://127.0.0.1:0", "--listen", "127.0.0.1:0"], "leave them out"),
            (["--set", "listeners=SSL://127.0.0.1:0"], "set ssl.keystore.type=PEM"),
            (["--config", "/nowhere.properties"], "cannot be read"),
            (["--add-scram", "alice"], "MECHANISM=[name=NAME,password=PASSWORD]"),
        ])
    func refused(arguments: [String], words: String) throws {
        let folder = try TemporaryFolder()
        let ran = try run(WeirProcess.binary.path, ["serve", "--data", folder.url.path] + arguments, seconds: 20)
        #expect(ran.status != 0)
        #expect(ran.errors.contains(words), "\(ran.errors)")
    }
}
