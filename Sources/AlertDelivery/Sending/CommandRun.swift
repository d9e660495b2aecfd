import CSpawn
import Glibc
import Synchronization

/// One run of a program that reads a message from its standard input.
///
/// The message is a file that has no name any more, so that a program that does not read it holds up nobody. Its own process group is ended
/// with it when the time is up.
struct CommandRun: Sendable {
    /// The exit status by which a program says that another try may go well: `EX_TEMPFAIL` of sysexits.h.
    static let tryAgain: Int32 = 75
    /// Bytes of its standard error that are kept, the last ones.
    private static let maxWords = 512
    /// Milliseconds between asking it to end and ending it.
    private static let grace: Int64 = 1000

    /// The program.
    var target: CommandTarget
    /// What it reads.
    var input: [UInt8]

    /// Runs it and waits until it has ended. Blocks its thread.
    ///
    /// - Parameter isCancelled: Asked several times a second; the program is ended when it says so.
    /// - Throws: `DeliveryFailure` where it could not be started, took too long or ended with a status other than 0.
    func run(isCancelled: () -> Bool = { false }) throws(DeliveryFailure) {
        let name = target.arguments.first ?? ""
        let message = try file(of: input)
        defer { close(message) }
        var errors: [Int32] = [-1, -1]
        guard pipe(&errors) == 0 else { throw Self.failure(name, errno) }
        defer { close(errors[0]) }
        for end in errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(errors[0], F_SETFL, O_NONBLOCK)
        let child: pid_t
        do throws(DeliveryFailure) {
            child = try start(input: message, errors: errors[1])
            close(errors[1])
        } catch {
            close(errors[1])
            throw error
        }
        var words: [UInt8] = []
        let status = wait(for: child, errors: errors[0], &words, isCancelled)
        let said = Self.words(words)
        switch status {
        case .ended(0): return
        case .ended(let code):
            throw DeliveryFailure("\(name) ended with status \(code)\(said)", mayRetry: code == Self.tryAgain)
        case .killed(let signal):
            throw DeliveryFailure("\(name) was ended by signal \(signal)\(said)", mayRetry: false)
        case .tookTooLong:
            throw DeliveryFailure(
                "\(name) took longer than \(target.timeLimit) ms and was ended\(said)", mayRetry: true)
        }
    }

    private enum Status {
        case ended(Int32)
        case killed(Int32)
        case tookTooLong
    }

    /// A file with the message, to be read from its beginning, that nobody else can open.
    private func file(of bytes: [UInt8]) throws(DeliveryFailure) -> Int32 {
        var path = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/weir-alerts-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw Self.failure("a file for the message", errno) }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(descriptor)
                throw Self.failure("a file for the message", code)
            }
            done += count
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    private func start(input: Int32, errors: Int32) throws(DeliveryFailure) -> pid_t {
        let name = target.arguments.first ?? ""
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        guard nowhere >= 0 else { throw Self.failure("/dev/null", errno) }
        defer { close(nowhere) }
        var words = target.arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = cspawn_start(&words, environ, [input, nowhere, errors], nil, 1, &child)
        guard code == 0 else { throw Self.failure(name, code) }
        return child
    }

    /// Waits until the program has ended, reading what it says of errors.
    private func wait(
        for child: pid_t, errors: Int32, _ words: inout [UInt8], _ isCancelled: () -> Bool
    ) -> Status {
        let began = Self.now()
        var endedAt: Int64?
        while true {
            var ready = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
            // The pipe tells when the program says something; that it has ended is asked for.
            let isSaying = poll(&ready, 1, 20) > 0 && Self.read(errors, &words)
            var status: Int32 = 0
            if waitpid(child, &status, WNOHANG) == child {
                while Self.read(errors, &words) {}
                // What it started and left behind ends with it.
                kill(-child, SIGKILL)
                return endedAt == nil ? Self.status(status) : .tookTooLong
            }
            // A program that closed its standard error and runs on: `poll` waits no more, and nothing but time is left to wait for.
            if !isSaying, ready.revents & Int16(POLLHUP) != 0 { usleep(20_000) }
            let now = Self.now()
            if let asked = endedAt {
                if now - asked > Self.grace { kill(-child, SIGKILL) }
            } else if now - began > target.timeLimit || isCancelled() {
                endedAt = now
                kill(-child, SIGTERM)
            }
        }
    }

    /// Reads some; false where there is nothing to read now.
    private static func read(_ descriptor: Int32, _ words: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return false }
        words = Array((words + buffer[..<count]).suffix(maxWords))
        return true
    }

    private static func status(_ status: Int32) -> Status {
        status & 0x7f == 0 ? .ended((status >> 8) & 0xff) : .killed(status & 0x7f)
    }

    /// What it said last, on one line.
    private static func words(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text.isEmpty ? "" : ": \(text)"
    }

    private static func failure(_ what: String, _ code: Int32) -> DeliveryFailure {
        DeliveryFailure("\(what): \(String(cString: strerror(code)).lowercased())", mayRetry: true)
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
