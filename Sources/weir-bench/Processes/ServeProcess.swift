import Foundation
import Glibc

/// `weir serve` as a process of its own.
final class ServeProcess {
    /// Its process id.
    let processID: pid_t
    private let readyFile: String
    private let watch = Stopwatch()
    private var hasEnded = false

    /// Starts it on a folder, listening on a port that the system picks.
    ///
    /// - Parameters:
    ///   - program: The `weir` program.
    ///   - data: Its data directory.
    ///   - settings: Broker settings, `key=value`.
    /// - Throws: `BenchError` with the system's words.
    init(_ program: String, data: String, settings: [String] = []) throws {
        readyFile = "\(data).ready"
        unlink(readyFile)
        var arguments = [program, "serve", "--data", data, "--listen", "127.0.0.1:0", "--ready-file", readyFile]
        for setting in settings { arguments += ["--set", setting] }
        processID = try Spawning.spawn(arguments, output: "\(data).output")
    }

    deinit {
        if !hasEnded { stop() }
    }

    /// Waits for the ready file.
    ///
    /// - Returns: The listener's port, and milliseconds since the start.
    func waitUntilReady() throws -> (port: UInt16, milliseconds: Double) {
        while watch.seconds < 60 {
            if access(readyFile, R_OK) == 0, let text = ProcessFiles.text(readyFile), text.hasSuffix("\n") {
                let milliseconds = watch.milliseconds
                guard let port = text.dropLast().split(separator: ":").last.flatMap({ UInt16($0) }) else {
                    throw BenchError("the ready file says \(text)")
                }
                return (port, milliseconds)
            }
            var status: Int32 = 0
            guard waitpid(processID, &status, WNOHANG) == 0 else {
                hasEnded = true
                throw BenchError("weir serve ended before it was ready")
            }
            // Short beside the milliseconds measured, and long enough to leave the measured process its core.
            usleep(300)
        }
        throw BenchError("weir serve was not ready within a minute")
    }

    /// Milliseconds since the start.
    var milliseconds: Double { watch.milliseconds }

    /// Asks it to end, and waits until it has.
    func stop() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(processID, SIGTERM)
        var status: Int32 = 0
        waitpid(processID, &status, 0)
    }

    /// Starts a program and waits for its end.
    ///
    /// - Returns: Milliseconds from start to end.
    static func runToEnd(_ arguments: [String]) throws -> Double {
        let watch = Stopwatch()
        let processID = try Spawning.spawn(arguments, output: "/dev/null")
        var status: Int32 = 0
        waitpid(processID, &status, 0)
        return watch.milliseconds
    }
}
