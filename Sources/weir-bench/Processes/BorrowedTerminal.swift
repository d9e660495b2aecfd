import Glibc

/// This process's standard input and output on a terminal of its own for a while; put back at the end.
struct BorrowedTerminal: ~Copyable {
    /// What is at the other end.
    let terminal: Pseudoterminal
    private let slave: Int32
    private let former: (Int32, Int32)

    /// Takes a new terminal of 200x60.
    ///
    /// - Throws: `BenchError` with the system's words.
    init() throws {
        let terminal = try Pseudoterminal(expectsQuestion: false)
        let slave = open(terminal.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw BenchError.system("open \(terminal.path)") }
        self.terminal = terminal
        self.slave = slave
        fflush(nil)
        former = (dup(0), dup(1))
        dup2(slave, 0)
        dup2(slave, 1)
        setenv("TERM", "xterm-256color", 1)
        setenv("LC_ALL", "C.UTF-8", 1)
    }

    deinit {
        dup2(former.0, 0)
        dup2(former.1, 1)
        for descriptor in [former.0, former.1, slave] { close(descriptor) }
        terminal.close()
    }
}
