import CTerminal
import Glibc

/// Why the console cannot run on this terminal, and what to do instead.
package enum TerminalError: Error, Equatable, CustomStringConvertible {
    /// Stdin or stdout is no terminal.
    case notATerminal
    /// `TERM` names nothing known.
    case unknownTerminal(String)
    /// The terminal cannot move its cursor (`TERM=dumb`).
    case cannotMoveCursor(String)
    /// ncurses or the kernel refused.
    case failed

    package var description: String {
        switch self {
        case .notATerminal:
            "the console needs a terminal on stdin and stdout; `weir --plain` prints its tables, `weir serve` runs without one"
        case .unknownTerminal(let name):
            "TERM=\(name) is not known here; set TERM to xterm-256color, or run `weir serve`"
        case .cannotMoveCursor(let name):
            "TERM=\(name) cannot move the cursor; the console needs that; `weir --plain` prints its tables, `weir serve` runs without it"
        case .failed: "the terminal could not be set up; `weir serve` runs without one"
        }
    }
}

/// The one owner of the terminal: turns grids into output, one write a frame, and gives the terminal back at its end.
package struct Screen: ~Copyable {
    private var last: Grid?
    private var buffer: [ct_cell] = []

    /// What became of a frame.
    package enum Outcome: Equatable, Sendable {
        /// The terminal has it.
        case written
        /// The line is slow; part of it waits. Nothing else is drawn until it is out.
        case pending
        /// The terminal is gone.
        case lost
    }

    /// Takes the terminal over.
    ///
    /// - Parameters:
    ///   - term: `TERM`, for the error's words.
    ///   - asksBackground: Asks the terminal for its background colour and waits up to 100 ms for the answer.
    /// - Throws: `TerminalError`; the terminal is then as it was.
    package init(term: String, asksBackground: Bool) throws(TerminalError) {
        switch ct_open(asksBackground ? 100 : 0) {
        case Int32(CT_OPEN): break
        case Int32(CT_NOT_A_TERMINAL): throw .notATerminal
        case Int32(CT_UNKNOWN_TERM): throw .unknownTerminal(term)
        case Int32(CT_CANNOT_MOVE_CURSOR): throw .cannotMoveCursor(term)
        default: throw .failed
        }
    }

    deinit { ct_close() }

    /// The size now.
    package var size: Size {
        var rows: Int32 = 0
        var columns: Int32 = 0
        ct_size(&rows, &columns)
        return Size(rows: Int(rows), columns: Int(columns))
    }

    /// How many colours the terminal has.
    package var colours: Int { Int(ct_colors()) }
    /// True when the locale's characters are UTF-8.
    package var isUTF8: Bool { ct_is_utf8() != 0 }
    /// The terminal's background, where it told.
    package var background: Colour? {
        let value = ct_background()
        guard value >= 0 else { return nil }
        return .rgb(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
    /// The descriptor that tells of signals, one byte each.
    package var signals: Int32 { ct_signals() }
    /// The descriptor that frames go to.
    package var output: Int32 { ct_output() }

    /// Takes clicks and the wheel from the terminal; what is done with shift held stays the terminal's.
    package mutating func useMouse() { ct_use_mouse() }

    /// Shows a grid; only rows that differ from the last one cross into C.
    package mutating func show(_ grid: Grid) -> Outcome {
        for row in 0..<grid.size.rows {
            if let last, last.size == grid.size, last.row(row) == grid.row(row) { continue }
            buffer.removeAll(keepingCapacity: true)
            for cell in grid.row(row) {
                buffer.append(
                    ct_cell(
                        scalar: cell.scalar.value, mark: cell.mark, fg: cell.style.foreground,
                        bg: cell.style.background,
                        attributes: cell.style.attributes.rawValue, width: cell.width))
            }
            ct_put_row(Int32(row), buffer, Int32(buffer.count))
        }
        last = grid
        return outcome(ct_flush())
    }

    /// Goes on with what is pending.
    package mutating func resumeWriting() -> Outcome { outcome(ct_flush()) }

    /// Makes the next frame draw everything.
    package mutating func forget() {
        last = nil
        ct_forget()
    }

    /// Stops the process as ctrl-z does; returns when it is continued.
    package mutating func suspend() {
        ct_suspend()
        last = nil
    }

    /// Takes the terminal again after the process was continued from outside.
    package mutating func reclaim() {
        ct_reclaim()
        last = nil
    }

    /// How a program that had the terminal ended.
    package enum ChildEnd: Equatable, Sendable {
        /// With this code; 128 and the number for a signal.
        case ended(Int)
        /// It was not started: part of a frame still waits for the terminal.
        case busy
        /// It was not started: the system refuses.
        case failed
    }

    /// Runs a program on the terminal and waits for its end; then the terminal is the console's again.
    package mutating func run(_ words: [String]) -> ChildEnd {
        let texts = words.map { strdup($0) }
        defer { for text in texts { free(text) } }
        var code: Int32 = 0
        last = nil
        switch ct_run(texts + [nil], &code) {
        case Int32(CT_WRITTEN): return .ended(Int(code))
        case Int32(CT_PENDING): return .busy
        default: return .failed
        }
    }

    /// Puts a text on the terminal's clipboard (OSC 52); texts above 100,000 bytes are left, as terminals drop them.
    package mutating func copy(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count <= 100_000 else { return false }
        let sequence = Array("\u{1b}]52;c;".utf8) + Base64.encode(bytes) + [7]
        return ct_write(sequence, sequence.count) != Int32(CT_LOST)
    }

    /// Calls whoever sits there.
    package mutating func call(_ attention: Attention) -> Bool {
        let bytes = attention.bytes
        return ct_write(bytes, bytes.count) != Int32(CT_LOST)
    }

    private func outcome(_ code: Int32) -> Outcome {
        code == Int32(CT_WRITTEN) ? .written : code == Int32(CT_PENDING) ? .pending : .lost
    }
}

/// Base64 (RFC 4648) for OSC 52.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            var bits = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32((3 - part.count) * 8)
            for index in 0..<4 {
                text.append(index <= part.count ? letters[Int(bits >> UInt32(18 - index * 6) & 63)] : UInt8(ascii: "="))
            }
        }
        return text
    }
}
