import ChildProcess
import ClusterClient
import Foundation
import Synchronization

/// A TLS and SASL door in front of a broker: Python's own `ssl`, `hmac` and `hashlib`, so nothing of ours judges itself.
final class SecurePeer: Sendable {
    let address: BrokerAddress
    private let process: Mutex<ChildProcess>
    private let input: Pipe
    private let lines = Lines()

    /// Starts it in front of a broker.
    init(before broker: BrokerAddress, _ arguments: [String]) throws {
        guard let script = Bundle.module.url(forResource: "secure_peer", withExtension: "py", subdirectory: "Peers")
        else { throw CocoaError(.fileNoSuchFile) }
        let (process, input, output) = (ChildProcess(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script.path, "--broker", "\(broker.port)"] + arguments
        process.standardInput = input
        process.standardOutput = output
        let lines = lines
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            lines.add(data)
        }
        try process.run()
        self.input = input
        let deadline = Date(timeIntervalSinceNow: 60)
        while lines.all.isEmpty, process.isRunning, Date() < deadline { usleep(1000) }
        guard let port = lines.all.first.flatMap({ Int($0) }) else {
            process.terminate()
            throw CocoaError(.executableLoad)
        }
        address = BrokerAddress(host: "127.0.0.1", port: port)
        self.process = Mutex(process)
    }

    /// How many clients came through: past TLS, where there is any.
    var connectionCount: Int { lines.all.filter { $0 == "connected" }.count }

    /// Ends it.
    func stop() {
        try? input.fileHandleForWriting.close()
        process.withLock { process in
            process.terminate()
            process.waitUntilExit()
        }
    }

    private final class Lines: Sendable {
        private let text = Mutex("")

        var all: [String] {
            text.withLock { text in
                // What comes after the last line end is not whole yet.
                text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
            }
        }

        func add(_ data: Data) { text.withLock { $0 += String(decoding: data, as: UTF8.self) } }
    }
}

/// Certificates made with `openssl` for one test run, in a folder of their own.
struct TestCertificates: Sendable {
    private let folder: URL

    /// The authority that signed `server` and `client`.
    var authority: String { path("authority.pem") }
    /// Another authority, which signed nothing.
    var otherAuthority: String { path("other.pem") }
    /// Certificate and key for localhost and 127.0.0.1.
    var server: String { path("server-both.pem") }
    /// The same for another host.
    var elsewhere: String { path("elsewhere-both.pem") }
    /// A client's certificate, its key under the passphrase `open sesame`, and the key without.
    var client: String { path("client.pem") }
    var clientKey: String { path("client-locked.key") }
    var clientPlainKey: String { path("client.key") }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a file beside the certificates. Gives its path.
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
    }

    /// Makes them all, for as long as the tests run.
    static let shared: Result<TestCertificates, any Error> = Result {
        let made = try TestCertificates()
        atexit {
            if let made = try? TestCertificates.shared.get() { try? FileManager.default.removeItem(at: made.folder) }
        }
        return made
    }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["authority", "other"] {
            try openssl(
                ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)"]
                    + ["-keyout", path("\(name).key"), "-out", path("\(name).pem")])
        }
        try issue("server", names: "DNS:localhost,IP:127.0.0.1")
        try issue("elsewhere", names: "DNS:elsewhere.example,IP:192.0.2.1")
        try issue("client", names: "DNS:client.example")
        try openssl(
            ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:open sesame"]
                + ["-in", path("client.key"), "-out", clientKey])
    }

    private func issue(_ name: String, names: String) throws {
        let extensions = try write("subjectAltName=\(names)\n", to: "\(name).ext")
        try openssl(
            ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)"]
                + ["-keyout", path("\(name).key"), "-out", path("\(name).csr")])
        try openssl(
            ["x509", "-req", "-days", "2", "-in", path("\(name).csr"), "-CA", authority]
                + ["-CAkey", path("authority.key"), "-CAcreateserial", "-extfile", extensions]
                + ["-out", path("\(name).pem")])
        let both = try ["\(name).pem", "\(name).key"].map { try String(contentsOfFile: path($0), encoding: .utf8) }
        _ = try write(both.joined(), to: "\(name)-both.pem")
    }

    private func openssl(_ arguments: [String]) throws {
        let (process, errors) = (ChildProcess(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = errors
        process.standardOutput = errors
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "openssl \(arguments[0]): \(String(decoding: said, as: UTF8.self))")
        }
    }

    struct Failure: Error, CustomStringConvertible { let description: String }
}
