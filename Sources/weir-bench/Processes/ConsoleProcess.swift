import Glibc

/// `weir` as a process of its own on a terminal.
final class ConsoleProcess {
    /// Its process id.
    let processID: pid_t
    private let terminal: Pseudoterminal
    private let watch = Stopwatch()
    private var hasEnded = false

    /// Starts it on a folder.
    ///
    /// - Throws: `BenchError` with the system's words.
    init(_ program: String, data: String, on terminal: Pseudoterminal) throws {
        self.terminal = terminal
        setenv("TERM", "xterm-256color", 1)
        setenv("LC_ALL", "C.UTF-8", 1)
        let arguments = [program, "--data", data, "--listen", "127.0.0.1:0"]
        processID = try Spawning.spawn(arguments, terminal: terminal.path)
    }

    deinit { stop() }

    /// Waits until the first frame was written.
    ///
    /// - Returns: Milliseconds since the start.
    func waitForFrame() throws -> Double {
        while watch.seconds < 30 {
            // A first frame of 200x60 is some kilobytes; what comes before it only sets the terminal up.
            if terminal.bytes > 1_000 { return watch.milliseconds }
            var status: Int32 = 0
            guard waitpid(processID, &status, WNOHANG) == 0 else {
                hasEnded = true
                throw BenchError("the console ended before its first frame")
            }
            // Short beside the milliseconds measured, and long enough to leave the measured process its core.
            usleep(300)
        }
        throw BenchError("no frame within half a minute")
    }

    /// Ends it.
    func stop() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(processID, SIGTERM)
        var status: Int32 = 0
        waitpid(processID, &status, 0)
        terminal.close()
    }
}
