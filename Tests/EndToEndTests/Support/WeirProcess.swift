import ChildProcess
import Foundation

/// The built `weir` binary running as its own process on a data directory, as a user would start it.
final class WeirProcess {
    /// The binary that `WEIR_BINARY` names, or else the one that this test run has built.
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["WEIR_BINARY"] { return URL(filePath: path) }
        // The test bundle lies beside the products.
        let bundles = Bundle.allBundles.map(\.bundleURL) + [URL(filePath: CommandLine.arguments[0])]
        return bundles.map { $0.deletingLastPathComponent().appending(path: "weir") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
            ?? URL(filePath: ".build/debug/weir")
    }()

    /// `host:port` of the listener, as the ready file named it; of several, a line for each.
    let bootstrap: String
    private let process: ChildProcess
    private let errors: URL

    /// Starts `weir serve` on a data directory and waits until clients can connect.
    ///
    /// - Throws: `EndToEndError` with what the process printed when it does not come up within 30 seconds.
    ///
    /// - Parameters:
    ///   - listen: Where; nil where `arguments` say it.
    ///   - arguments: More of the command line.
    ///   - environment: Variables besides those of this process.
    init(
        dataDirectory: URL, settings: [String] = [], listen: String? = "127.0.0.1:0", arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        let run = FileManager.default.temporaryDirectory.appending(path: "weir-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        let ready = run.appending(path: "ready")
        errors = run.appending(path: "stderr")
        try Data().write(to: errors)
        process = ChildProcess()
        process.executableURL = Self.binary
        process.arguments =
            ["serve", "--data", dataDirectory.path, "--ready-file", ready.path]
            + (listen.map { ["--listen", $0] } ?? []) + settings.flatMap { ["--set", $0] } + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let started = process
        let address = waitFor(seconds: 30) { () -> String? in
            guard started.isRunning, let text = try? String(contentsOf: ready, encoding: .utf8) else { return nil }
            return text.hasSuffix("\n") ? text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
        }
        guard let address else {
            process.terminate()
            throw EndToEndError(
                "weir serve did not come up: \((try? String(contentsOf: errors, encoding: .utf8)) ?? "")")
        }
        bootstrap = address
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: errors.deletingLastPathComponent())
    }

    /// `host:port` of each listener by its name, where there are several.
    var listeners: [String: String] {
        let pairs = bootstrap.split(separator: "\n").compactMap { line -> (String, String)? in
            let parts = line.components(separatedBy: "://")
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// What the process has written to stderr so far.
    var log: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// The process id.
    var pid: pid_t { process.processIdentifier }

    /// True until the process has ended.
    var isRunning: Bool { process.isRunning }

    /// kill -9 and wait for the end.
    func killHard() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM, as a service manager stops it; returns the exit status.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// A failed end-to-end step, with what was seen.
struct EndToEndError: Error, CustomStringConvertible {
    let description: String

    /// A failure in words.
    init(_ description: String) { self.description = description }
}

/// Asks again and again until there is an answer or the deadline has passed.
func waitFor<Answer>(seconds: Double, _ answer: () -> Answer?) -> Answer? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
        if let found = answer() { return found }
        guard ContinuousClock.now < deadline else { return nil }
        // Polling another process has no event to wait on; 10 ms keeps the machine free.
        usleep(10_000)
    }
}

/// A program that ran to its end.
struct Ran {
    var status: Int32
    var output: String
    var errors: String
}

/// Runs a program to its end with the given standard input, killing it after a deadline.
///
/// - Parameter environment: Variables besides those of this process.
/// - Throws: `EndToEndError` when the program is missing or does not end in time.
func run(
    _ program: String, _ arguments: [String], input: Data = Data(), seconds: Double = 60,
    environment: [String: String] = [:]
) throws -> Ran {
    guard FileManager.default.isExecutableFile(atPath: program) else {
        throw EndToEndError("\(program) is not installed; README names the packages the tests need")
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String, _ contents: Data = Data()) throws -> URL {
        let url = folder.appending(path: name)
        try contents.write(to: url)
        return url
    }
    let (inputFile, outputFile, errorFile) = (try file("in", input), try file("out"), try file("err"))
    let process = ChildProcess()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    guard waitFor(seconds: seconds, { process.isRunning ? nil : true }) != nil else {
        kill(process.processIdentifier, SIGKILL)
        let errors = (try? String(contentsOf: errorFile, encoding: .utf8)) ?? ""
        throw EndToEndError("\(program) \(arguments.joined(separator: " ")) did not end in \(seconds) s: \(errors)")
    }
    process.waitUntilExit()
    return Ran(
        status: process.terminationStatus,
        output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self)
    )
}

/// The path of a client script in Tests/EndToEndTests/Clients.
func clientScript(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Clients").appending(path: name).path
}

/// A folder that goes when the test ends.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "weir-data-\(UUID().uuidString)")

    /// Makes the folder.
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// A port that nobody has; between asking and listening somebody may take it, which then shows as a failure of that program.
func freePort() throws -> Int {
    let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    let text = try run("/usr/bin/python3", ["-c", script]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let port = Int(text) else { throw EndToEndError("python3 gave no port: \(text)") }
    return port
}
