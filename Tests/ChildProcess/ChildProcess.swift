import CSpawn
package import Foundation
import Glibc
import Synchronization

/// A program that a test starts, with the words of Foundation's `Process`, which tests cannot use: its `run()` reads past the end of a buffer
/// where this process has more than about 1,360 files open, and tests with many brokers have (swift-corelibs-foundation, pull request 5472).
package final class ChildProcess {
    /// The program's file.
    package var executableURL: URL?
    /// What follows its name.
    package var arguments: [String] = []
    /// Its variables.
    package var environment = ProcessInfo.processInfo.environment
    /// Where it starts; nil: here.
    package var currentDirectoryURL: URL?
    /// What it reads; nil: what this process reads.
    package var standardInput: (any ChildStream)?
    /// Where it writes; nil: where this process writes.
    package var standardOutput: (any ChildStream)?
    /// Where it tells errors; nil: where this process does.
    package var standardError: (any ChildStream)?
    /// The program's id, and how it ended once that was asked for.
    private let child = Mutex<(id: pid_t, status: Int32?)>((0, nil))

    /// A program that is not started yet.
    package init() {}

    /// Asked once more, so that it does not stay as a zombie.
    deinit { _ = isRunning }

    /// The process id; 0 before `run()`.
    package var processIdentifier: pid_t { child.withLock(\.id) }

    /// True from `run()` until the program has ended.
    package var isRunning: Bool {
        child.withLock { child in
            guard child.id > 0, child.status == nil else { return false }
            var status: Int32 = 0
            guard waitpid(child.id, &status, WNOHANG) == child.id else { return true }
            child.status = status
            return false
        }
    }

    /// The exit status, or the number of the signal that ended it; 0 while it runs.
    package var terminationStatus: Int32 {
        guard !isRunning, let status = child.withLock(\.status) else { return 0 }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : status & 0x7f
    }

    /// Waits until the program has ended. Blocks its thread.
    package func waitUntilExit() {
        while isRunning {
            var ended = siginfo_t()
            // It is only looked at here: others may ask for its status meanwhile.
            waitid(P_PID, id_t(processIdentifier), &ended, WEXITED | WNOWAIT)
        }
    }

    /// Asks it to end: SIGTERM.
    package func terminate() { send(SIGTERM) }

    /// Interrupts it as ctrl-c does: SIGINT.
    package func interrupt() { send(SIGINT) }

    private func send(_ signal: Int32) {
        child.withLock { if $0.id > 0, $0.status == nil { kill($0.id, signal) } }
    }

    /// Starts it with its three streams and no other file of this process.
    ///
    /// - Throws: `ChildProcessError` with the reason.
    package func run() throws {
        let path = executableURL?.path ?? ""
        let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nowhere >= 0 else { throw ChildProcessError(program: "/dev/null", code: errno) }
        defer { close(nowhere) }
        let streams = [standardInput, standardOutput, standardError]
        let descriptors = zip(Int32(0)..., streams).map { number, stream in
            stream.map { $0.childDescriptor(number) ?? nowhere } ?? number
        }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var id: pid_t = 0
        let code = cspawn_start(&words, &variables, descriptors, currentDirectoryURL?.path, 0, &id)
        guard code == 0 else { throw ChildProcessError(program: path, code: code) }
        child.withLock { $0 = (id, nil) }
        for (number, stream) in zip(Int32(0)..., streams) { stream?.childStarted(number) }
    }
}

/// A program that could not be started.
package struct ChildProcessError: Error, CustomStringConvertible {
    let program: String
    let code: Int32

    package var description: String { "\(program) cannot be started: \(String(cString: strerror(code)))" }
}

/// What can be a standard stream of a program.
package protocol ChildStream {
    /// The file that the program gets as its stream of that number, 0 to read, 1 and 2 to write; nil for `/dev/null`.
    func childDescriptor(_ number: Int32) -> Int32?
    /// The program has it now.
    func childStarted(_ number: Int32)
}

extension FileHandle: ChildStream {
    /// `FileHandle.nullDevice` has no file.
    package func childDescriptor(_ number: Int32) -> Int32? { fileDescriptor < 0 ? nil : fileDescriptor }
    package func childStarted(_ number: Int32) {}
}

extension Pipe: ChildStream {
    private func childEnd(_ number: Int32) -> FileHandle { number == 0 ? fileHandleForReading : fileHandleForWriting }
    package func childDescriptor(_ number: Int32) -> Int32? { childEnd(number).fileDescriptor }
    /// Only the program's own end is left, so that the other end learns when it closes. The same pipe may be two streams.
    package func childStarted(_ number: Int32) { try? childEnd(number).close() }
}
