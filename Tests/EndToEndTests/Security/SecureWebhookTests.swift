import Foundation
import Testing

@Suite("Alerts over TLS", .serialized)
struct SecureWebhookTests {
    /// Makes an authority and certificates that it signed, each a file with its key.
    private static func makeCertificates(in folder: URL, names: [String: String]) throws {
        func openssl(_ arguments: String) throws {
            let words = arguments.split(separator: " ").map {
                $0.hasPrefix("@") ? "\(folder.path)/\($0.dropFirst())" : "\($0)"
            }
            let ran = try run("/usr/bin/openssl", words)
            guard ran.status == 0 else { throw EndToEndError("openssl \(arguments): \(ran.errors)") }
        }
        for name in ["ca", "other"] {
            try openssl(
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=\(name) -keyout @\(name).key -out @\(name).pem")
        }
        for (name, host) in names {
            try Data("subjectAltName=\(host)".utf8).write(to: folder.appending(path: "names"))
            try openssl("req -newkey rsa:2048 -nodes -subj /CN=\(name) -keyout @\(name).key -out @\(name).csr")
            try openssl(
                "x509 -req -in @\(name).csr -CA @ca.pem -CAkey @ca.key -CAcreateserial -days 2 -extfile @names -out @\(name).crt"
            )
            let both = try ["crt", "key"].map { try Data(contentsOf: folder.appending(path: "\(name).\($0)")) }
            try (both[0] + both[1]).write(to: folder.appending(path: "\(name).pem"))
        }
    }

    @Test("a webhook behind an own authority is told; a certificate that is not trusted, or another host's, is said")
    func webhook() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path
        try Self.makeCertificates(
            in: folder.url, names: ["here": "IP:127.0.0.1", "elsewhere": "DNS:elsewhere.example"])
        func receiver(_ name: String) throws -> AlertReceiver {
            let own = folder.url.appending(path: "of-\(name)")
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            return try AlertReceiver(in: own, certificate: "\(path)/\(name).pem")
        }
        let (here, elsewhere) = (try receiver("here"), try receiver("elsewhere"))
        let settings = folder.url.appending(path: "config/weir")
        try FileManager.default.createDirectory(at: settings, withIntermediateDirectories: true)
        try Data(
            """
            notify:
              group-wait: 0s
              receivers:
                good: { webhook: "https://127.0.0.1:\(here.port)/hook", tls: { authorities: \(path)/ca.pem } }
                stranger: { webhook: "https://127.0.0.1:\(here.port)/hook", tls: { authorities: \(path)/other.pem } }
                other: { webhook: "https://127.0.0.1:\(elsewhere.port)/hook", tls: { authorities: \(path)/ca.pem } }
                lost: { webhook: "https://127.0.0.1:\(here.port)/hook", tls: { authorities: \(path)/none.pem } }

            """.utf8
        ).write(to: settings.appending(path: "config.yaml"))
        let rules = folder.url.appending(path: "rules.yml")
        try Data("groups: [{name: g, interval: 1s, rules: [{alert: Here, expr: kafka_brokers > 0}]}]\n".utf8)
            .write(to: rules)
        let weir = try WeirProcess(
            dataDirectory: folder.url.appending(path: "data"),
            arguments: ["--no-default-rules", "--rules", rules.path],
            environment: ["XDG_CONFIG_HOME": folder.url.appending(path: "config").path])
        let told = waitFor(seconds: 60) { here.requests.isEmpty ? nil : here.requests }
        #expect(told?.map(\.problem) == [""], "\(weir.log)")
        for failure in [
            "alerts to stranger: https://127.0.0.1:\(here.port): TLS: its certificate is expired, or of an authority that is not trusted",
            "alerts to other: https://127.0.0.1:\(elsewhere.port): TLS: its certificate is for another host",
            "alerts to lost: https://127.0.0.1:\(here.port): TLS: the authorities file \(path)/none.pem cannot be used: no such file",
        ] {
            #expect(waitFor(seconds: 60) { weir.log.contains(failure) ? true : nil } == true, "\(weir.log)")
        }
        #expect(weir.stop() == 0)
        // Python's server hangs up without ending TLS: what it answered counts all the same.
        #expect(!weir.log.contains("alerts to good"), "\(weir.log)")
        #expect(here.requests.count == 1 && elsewhere.requests.isEmpty, "nothing was said to somebody else")
    }
}
