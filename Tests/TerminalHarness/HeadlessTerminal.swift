import CPty
import Foundation

#if canImport(CVTerm)
    import CVTerm
#endif

/// Whether screens can be judged here.
package enum TerminalEmulator {
    /// True where libvterm (libvterm-dev) was there when the tests were built.
    package static var isAvailable: Bool {
        #if canImport(CVTerm)
            true
        #else
            false
        #endif
    }
}

#if canImport(CVTerm)
    /// A terminal without a window: a program on one end of a pseudo terminal, libvterm on the other.
    ///
    /// It belongs to one test and one thread; everything waits for conditions with a deadline, nothing sleeps.
    package final class HeadlessTerminal {
        /// How a cell looks.
        package struct Look: Equatable {
            /// The scalars in the cell.
            package var text: String
            /// Bold.
            package var isBold: Bool
            /// Foreground and background exchanged.
            package var isReversed: Bool
            /// The palette index of the foreground; nil for the terminal's own.
            package var foreground: Int?
            /// Likewise of the background.
            package var background: Int?
        }

        /// The size in cells.
        package private(set) var rows: Int
        /// Likewise.
        package private(set) var columns: Int
        /// Bytes the program wrote so far.
        package private(set) var bytes = 0
        /// Everything the program wrote, raw.
        package private(set) var output: [UInt8] = []
        /// The program's process id; 0 once it was waited for.
        package private(set) var pid: Int32 = 0
        /// What the terminal answers when it is asked for its background (OSC 11), as `rgb:fdfd/f6f6/e3e3`; nil: nothing.
        package var background: String?
        private var descriptor: Int32 = -1
        private let terminal: OpaquePointer
        private let screen: OpaquePointer

        /// The environment programs get unless a test says otherwise.
        package static let environment = [
            "TERM=xterm-256color", "LC_ALL=C.UTF-8", "SWIFT_BACKTRACE=interactive=no", "COLORFGBG=15;0",
            "HOME=/nonexistent",
        ]

        /// Starts a program on a terminal; nil when it cannot be started.
        package init?(
            _ program: String,
            _ arguments: [String] = [],
            rows: Int = 24,
            columns: Int = 80,
            environment: [String] = HeadlessTerminal.environment
        ) {
            guard let terminal = vterm_new(Int32(rows), Int32(columns)) else { return nil }
            guard let screen = vterm_obtain_screen(terminal) else {
                vterm_free(terminal)
                return nil
            }
            self.rows = rows
            self.columns = columns
            self.terminal = terminal
            self.screen = screen
            vterm_set_utf8(terminal, 1)
            vterm_screen_enable_altscreen(screen, 1)
            vterm_screen_reset(screen, 1)
            let words = ([program] + arguments).map { strdup($0) }
            let settings = environment.map { strdup($0) }
            defer { for text in words + settings { free(text) } }
            let argv = words.map { $0.map { UnsafePointer($0) } } + [nil]
            let envp = settings.map { $0.map { UnsafePointer($0) } } + [nil]
            pid = cpty_spawn(argv, envp, Int32(rows), Int32(columns), &descriptor)
            if pid <= 0 { return nil }
        }

        deinit {
            closeTerminal()
            if pid > 0 {
                kill(pid, SIGKILL)
                waitpid(pid, nil, 0)
            }
            vterm_free(terminal)
        }

        /// Types keys.
        package func type(_ keys: String) {
            let bytes = Array(keys.utf8)
            var start = 0
            while start < bytes.count {
                let count = bytes[start...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if count <= 0 { return }
                start += count
            }
        }

        /// Gives the terminal another size.
        package func resize(rows: Int, columns: Int) {
            self.rows = rows
            self.columns = columns
            vterm_set_size(terminal, Int32(rows), Int32(columns))
            _ = cpty_resize(descriptor, Int32(rows), Int32(columns))
        }

        /// Pulls the terminal away, as a lost connection does.
        package func closeTerminal() {
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }

        /// Takes what the program writes until nothing comes for `quiet` milliseconds, or it closed its end.
        ///
        /// - Returns: False when the program closed its end.
        @discardableResult
        package func settle(quiet: Int32 = 120) -> Bool {
            var buffer = [CChar](repeating: 0, count: 65536)
            while true {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&waiting, 1, quiet) > 0 else { return true }
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { return false }
                bytes += count
                let isAsked = buffer[..<count].map { UInt8(bitPattern: $0) }.contains(sequence: "\u{1b}]11;?")
                if isAsked, let background { type("\u{1b}]11;\(background)\u{1b}\\") }
                output += buffer[..<count].map { UInt8(bitPattern: $0) }
                vterm_input_write(terminal, buffer, count)
                answer()
            }
        }

        /// Sends what the terminal itself answers to the program's questions.
        private func answer() {
            var buffer = [CChar](repeating: 0, count: 1024)
            let count = vterm_output_read(terminal, &buffer, buffer.count)
            if count > 0 { _ = write(descriptor, buffer, count) }
        }

        /// Takes output until a condition holds for the screen.
        ///
        /// - Returns: Whether it came to hold before the deadline.
        package func wait(seconds: Double = 10, until condition: (HeadlessTerminal) -> Bool) -> Bool {
            let deadline = Date().addingTimeInterval(seconds)
            while true {
                let isOpen = settle(quiet: 20)
                if condition(self) { return true }
                if !isOpen || Date() > deadline { return false }
            }
        }

        /// Takes output until the screen shows a text.
        package func waitFor(_ text: String, seconds: Double = 10) -> Bool {
            wait(seconds: seconds) { $0.text.contains(text) }
        }

        /// A row's text without trailing blanks.
        package func line(_ row: Int) -> String {
            var text = ""
            var column = 0
            while column < columns {
                let cell = cell(row, column)
                text += cell.text.isEmpty ? " " : cell.text
                column += max(1, cell.width)
            }
            while text.last == " " { text.removeLast() }
            return text
        }

        /// The screen's text, rows without trailing blanks.
        package var text: String { (0..<rows).map(line).joined(separator: "\n") }

        /// How a cell looks.
        package func look(row: Int, column: Int) -> Look {
            var cell = VTermScreenCell()
            vterm_screen_get_cell(screen, VTermPos(row: Int32(row), col: Int32(column)), &cell)
            // Bit 0 marks an index, the bits of 6 the terminal's own colours (VTERM_COLOR_IS_*, macros that Swift does not see).
            func index(_ colour: VTermColor) -> Int? {
                colour.type & 6 == 0 && colour.type & 1 == 1 ? Int(colour.indexed.idx) : nil
            }
            return Look(
                text: self.cell(row, column).text, isBold: cell.attrs.bold == 1, isReversed: cell.attrs.reverse == 1,
                foreground: index(cell.fg), background: index(cell.bg))
        }

        private func cell(_ row: Int, _ column: Int) -> (text: String, width: Int) {
            var cell = VTermScreenCell()
            vterm_screen_get_cell(screen, VTermPos(row: Int32(row), col: Int32(column)), &cell)
            let scalars = withUnsafeBytes(of: &cell.chars) { Array($0.bindMemory(to: UInt32.self)) }
                .prefix { $0 != 0 && $0 != .max }.compactMap(Unicode.Scalar.init)
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            return (String(text), Int(cell.width))
        }

        /// Waits for the program's end, taking its output meanwhile.
        ///
        /// - Returns: The exit code, 128 plus the signal that ended it, or nil when it did not end before the deadline.
        package func exitCode(seconds: Double = 10) -> Int? {
            let deadline = Date().addingTimeInterval(seconds)
            var status: Int32 = 0
            while waitpid(pid, &status, WNOHANG) == 0 {
                if Date() > deadline { return nil }
                if descriptor < 0 || !settle(quiet: 10) { poll(nil, 0, 10) }
            }
            pid = 0
            let signal = Int(status & 0x7f)
            return signal == 0 ? Int(status >> 8 & 0xff) : 128 + signal
        }
    }

    extension [UInt8] {
        /// Whether a text's bytes stand in these.
        fileprivate func contains(sequence text: String) -> Bool {
            let wanted = Array(text.utf8)
            guard count >= wanted.count else { return false }
            return (0...(count - wanted.count)).contains { self[$0..<($0 + wanted.count)].elementsEqual(wanted) }
        }
    }
#endif
