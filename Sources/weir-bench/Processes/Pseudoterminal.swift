import Foundation
import Glibc
import Synchronization

/// A terminal of 200x60 that takes all that is written to it and answers what terminals are asked at the start.
final class Pseudoterminal: Sendable {
    /// The path that a program opens as its terminal.
    let path: String
    private let master: Int32
    private let taken = Mutex<(bytes: Int, answered: Bool, tail: [UInt8])>((0, false, []))

    /// A new terminal.
    ///
    /// - Throws: `BenchError` with the system's words.
    init() throws {
        master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0, let name = ptsname(master) else {
            throw BenchError.system("posix_openpt")
        }
        path = String(cString: name)
        var size = winsize(ws_row: 60, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { throw BenchError.system("TIOCSWINSZ") }
        let thread = Thread { [self] in drain() }
        thread.start()
    }

    /// Lets go of the terminal: programs on it are hung up.
    func close() { Glibc.close(master) }

    /// Bytes that were written to it so far, the question at the start left aside.
    var bytes: Int { taken.withLock { $0.bytes } }

    /// Types keys.
    func type(_ keys: String) { _ = Array(keys.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = read(master, &buffer, buffer.count)
            if got < 0, errno == EINTR { continue }
            // EIO: nobody has the terminal open yet, or nobody has any more.
            if got < 0, errno == EIO {
                usleep(500)
                continue
            }
            guard got > 0 else { return }
            take(buffer[..<got])
        }
    }

    /// Counts what came, and answers the question for the background and the device's attributes once.
    private func take(_ bytes: ArraySlice<UInt8>) {
        let asks = taken.withLock { taken -> Bool in
            if !taken.answered {
                taken.tail += bytes
                guard String(decoding: taken.tail, as: UTF8.self).contains("\u{1b}[c") else {
                    taken.bytes += bytes.count
                    return false
                }
                taken.answered = true
                taken.bytes = 0
                taken.tail = []
                return true
            }
            taken.bytes += bytes.count
            return false
        }
        if asks { type("\u{1b}]11;rgb:1010/1010/1818\u{1b}\\\u{1b}[?62;22c") }
    }
}
