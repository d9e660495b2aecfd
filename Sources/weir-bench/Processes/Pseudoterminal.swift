import Foundation
import Glibc
import Synchronization

/// A terminal of 200x60 that takes all that is written to it and answers what terminals are asked at the start.
final class Pseudoterminal: Sendable {
    /// The path that a program opens as its terminal.
    let path: String
    private let master: Int32
    /// What came: how many bytes; while a question is expected, the last of them; whether the terminal was closed.
    private let taken: Mutex<(bytes: Int, expectsQuestion: Bool, tail: [UInt8], isClosed: Bool)>

    /// `TIOCSPTLCK` and `TIOCGPTN`, which Swift does not import.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// A new terminal.
    ///
    /// - Parameter expectsQuestion: A program will ask for the background colour first, and be answered.
    /// - Throws: `BenchError` with the system's words.
    init(expectsQuestion: Bool) throws {
        taken = Mutex((0, expectsQuestion, [], false))
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, ioctl(master, Self.setLock, &isLocked) == 0, ioctl(master, Self.getNumber, &number) == 0
        else { throw BenchError.system("open /dev/ptmx") }
        path = "/dev/pts/\(number)"
        var size = winsize(ws_row: 60, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { throw BenchError.system("TIOCSWINSZ") }
        let thread = Thread { [self] in drain() }
        thread.start()
    }

    /// Lets go of the terminal soon: programs on it are hung up.
    func close() { taken.withLock { $0.isClosed = true } }

    /// Bytes that were written to it so far, the question at the start left aside.
    var bytes: Int { taken.withLock { $0.bytes } }

    /// Types keys.
    func type(_ keys: String) { _ = Array(keys.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !taken.withLock({ $0.isClosed }) {
            var watched = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 20) > 0 else { continue }
            let got = read(master, &buffer, buffer.count)
            if got > 0 {
                take(buffer[..<got])
            } else {
                // Nobody has the terminal open yet, or nobody has any more.
                usleep(500)
            }
        }
        Glibc.close(master)
    }

    /// Counts what came, and answers the question for the background and the device's attributes once.
    private func take(_ bytes: ArraySlice<UInt8>) {
        let asks = taken.withLock { taken -> Bool in
            guard taken.expectsQuestion else {
                taken.bytes += bytes.count
                return false
            }
            taken.tail = (taken.tail + bytes).suffix(64)
            guard String(decoding: taken.tail, as: UTF8.self).contains("\u{1b}[c") else { return false }
            taken.expectsQuestion = false
            return true
        }
        if asks { type("\u{1b}]11;rgb:1010/1010/1818\u{1b}\\\u{1b}[?62;22c") }
    }
}
