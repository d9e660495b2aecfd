import ChildProcess
import Foundation
import Testing

@Suite("weir topics compact over the wire", .serialized)
struct CompactVerbTests {
    private let folder: TemporaryFolder
    private let broker: WeirProcess

    init() throws {
        folder = try TemporaryFolder()
        broker = try WeirProcess(dataDirectory: folder.url.appending(path: "broker"))
        #expect(try weir("topics", "create", "latest", "--config", "cleanup.policy=compact").status == 0)
        let lines = Data((1...50).map { "k\($0 % 5):value \($0)\n" }.joined().utf8)
        let produced = try run(
            "/usr/bin/kcat", ["-P", "-b", broker.bootstrap, "-t", "latest", "-K", ":"], input: lines)
        #expect(produced.status == 0)
    }

    private func weir(_ arguments: String...) throws -> Ran {
        try run("/usr/bin/env", ["XDG_DATA_HOME=\(folder.url.path)", WeirProcess.binary.path] + arguments + reach)
    }

    private var reach: [String] { ["--bootstrap-server", broker.bootstrap] }

    /// What is set for the topic itself.
    private func overrides() throws -> String { try weir("configs", "describe", "latest").output }

    @Test("the preview says what is estimated and what would be changed, and changes nothing")
    func preview() throws {
        let before = try overrides()
        let ran = try weir("topics", "compact", "latest", "--roll")
        #expect(ran.status == 0, "\(ran)")
        #expect(ran.output.contains("figures: ") && ran.output.contains("for a while: "), "\(ran)")
        let refused = try weir("topics", "compact", "latest", "--roll", "--execute")
        #expect(refused.status == 77, "\(refused)")
        #expect(refused.errors.contains("--yes"), "\(refused)")
        #expect(try overrides() == before)
    }

    @Test("ctrl-c puts the settings back before the process ends")
    func interrupted() throws {
        let before = try overrides()
        let process = ChildProcess()
        process.executableURL = WeirProcess.binary
        process.arguments = ["topics", "compact", "latest", "--roll", "--execute", "--yes"] + reach
        process.environment = ProcessInfo.processInfo.environment.merging(["XDG_DATA_HOME": folder.url.path]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        let changed = waitFor(seconds: 60) { (try? overrides()).flatMap { $0 == before ? nil : $0 } }
        #expect(changed?.contains("min.cleanable.dirty.ratio") == true, "\(changed ?? "nothing was changed")")
        kill(process.processIdentifier, SIGINT)
        #expect(waitFor(seconds: 60) { process.isRunning ? nil : true } == true)
        #expect(process.terminationStatus == 130)
        #expect(try overrides() == before)
    }
}
