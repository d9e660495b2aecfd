import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("The mouse on a terminal", .serialized)
    struct MouseTests {
        private static let names = ["alpha", "bravo", "charlie", "delta", "echo-topic", "foxtrot", "golf", "hotel"]

        /// The console with eight topics, listed by name.
        private func console(_ options: [String]) throws -> (HeadlessTerminal, TemporaryFolder) {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path,
                    ] + options, rows: 40, columns: 100))
            #expect(terminal.waitFor("throughput", seconds: 20), "\(terminal.text)")
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            for name in Self.names {
                let made = try run("/usr/bin/python3", [clientScript("topic.py"), address, name, "1"])
                #expect(made.status == 0, "\(made.errors)")
            }
            terminal.type("2")
            #expect(
                terminal.wait(seconds: 20) { terminal in Self.names.allSatisfy { Self.row(of: $0, terminal) != nil } },
                "\(terminal.text)")
            return (terminal, folder)
        }

        /// The line on which a topic stands in the upper list, from 0.
        private static func row(of name: String, _ terminal: HeadlessTerminal) -> Int? {
            (0..<20).first { terminal.line($0).contains(" \(name) ") }
        }

        /// The topic under the cursor.
        private static func selected(_ terminal: HeadlessTerminal) -> String? {
            let line = (0..<20).map { terminal.line($0) }.first { $0.contains("▶") } ?? ""
            return names.first { line.contains(" \($0) ") }
        }

        /// A report as xterm writes it (DECSET 1006), places counted from 1.
        private static func report(_ button: Int, row: Int, column: Int, isDown: Bool = true) -> String {
            "\u{1b}[<\(button);\(column + 1);\(row + 1)\(isDown ? "M" : "m")"
        }

        @Test("a click selects the row under it, and the wheel moves three rows in the list under the pointer")
        func clickAndWheel() throws {
            let (terminal, folder) = try console(["--mouse"])
            defer { withExtendedLifetime(folder) {} }
            #expect(String(decoding: terminal.output, as: UTF8.self).contains("\u{1b}[?1006h"))
            let row = try #require(Self.row(of: "echo-topic", terminal))
            terminal.type(Self.report(0, row: row, column: 10) + Self.report(0, row: row, column: 10, isDown: false))
            #expect(terminal.wait(seconds: 10) { Self.selected($0) == "echo-topic" }, "\(terminal.text)")
            let top = try #require(
                (0..<20).compactMap { line in
                    Self.names.contains { terminal.line(line).contains(" \($0) ") } ? line : nil
                }.first)
            terminal.type(Self.report(64, row: row, column: 10) + Self.report(64, row: row, column: 10))
            #expect(terminal.wait(seconds: 10) { $0.line(top).contains("▶") }, "\(terminal.text)")
            terminal.type(Self.report(65, row: row, column: 10))
            #expect(terminal.wait(seconds: 10) { $0.line(top + 3).contains("▶") }, "\(terminal.text)")
            // Enter opens what the mouse chose.
            let chosen = try #require(Self.selected(terminal))
            terminal.type("\r")
            #expect(terminal.waitFor("segments of \(chosen)-0", seconds: 10), "\(terminal.text)")
            kill(terminal.pid, SIGTERM)
            #expect(terminal.exitCode(seconds: 20) == 0)
            #expect(String(decoding: terminal.output, as: UTF8.self).contains("\u{1b}[?1006l"))
        }

        @Test("without --mouse the terminal keeps its mouse, and a report that comes all the same does nothing")
        func off() throws {
            let (terminal, folder) = try console([])
            defer { withExtendedLifetime(folder) {} }
            #expect(!String(decoding: terminal.output, as: UTF8.self).contains("\u{1b}[?1006h"))
            let before = try #require(Self.selected(terminal))
            let other = try #require(Self.names.last { $0 != before })
            let row = try #require(Self.row(of: other, terminal))
            terminal.type(Self.report(0, row: row, column: 10) + "?")
            // What came after the report was read, so the report was, too.
            #expect(terminal.waitFor("Views", seconds: 10), "\(terminal.text)")
            terminal.type("\u{1b}")
            #expect(terminal.wait(seconds: 10) { Self.selected($0) == before }, "\(terminal.text)")
            kill(terminal.pid, SIGTERM)
            #expect(terminal.exitCode(seconds: 20) == 0)
        }
    }
#endif
