import Console
import ConsoleSamples
import Foundation
import MonitorScript
import SeededNumbers
import TerminalHarness
import Testing

#if canImport(CVTerm)
    /// The console in a terminal emulator of other authors: what is drawn is what was computed.
    @Suite("In a terminal", .serialized)
    struct TerminalTests {
        /// The probe beside the test bundle.
        static let probe: String = {
            let bundles = Bundle.allBundles.map {
                $0.bundleURL.deletingLastPathComponent().appendingPathComponent("console-probe").path
            }
            return bundles.first { FileManager.default.isExecutableFile(atPath: $0) } ?? ".build/debug/console-probe"
        }()

        private func open(_ arguments: [String] = [], rows: Int = 30, columns: Int = 100) throws -> HeadlessTerminal {
            let terminal = try #require(HeadlessTerminal(Self.probe, arguments, rows: rows, columns: columns))
            #expect(terminal.waitFor("clickstream"))
            terminal.settle()
            return terminal
        }

        @Test(
            "the terminal shows exactly the grid that was computed, key after key",
            arguments: [(30, 100), (24, 80), (60, 200), (8, 40)])
        func exact(rows: Int, columns: Int) throws {
            let terminal = try open(rows: rows, columns: columns)
            var console = Fixture(rows: rows, columns: columns)
            console.state.settings.version = ""
            for keys in [
                "", "j", "<enter>", "c", "<esc>", "<esc>", "3", "<enter>", "<esc>", "4", "6", "2", "?", "<esc>",
                ":or", "<esc>", "!", "1",
            ] {
                terminal.type(keys.replacing("<enter>", with: "\r").replacing("<esc>", with: "\u{1b}"))
                console.press(keys)
                #expect(
                    terminal.wait(seconds: 5) { $0.text == console.text },
                    "after \(keys): \(Golden.difference(console.text, terminal.text))")
            }
        }

        @Test(
            "a statement is typed, run and its result shown in a terminal as it was computed",
            arguments: [(30, 100), (24, 80)])
        func statement(rows: Int, columns: Int) throws {
            let terminal = try open(rows: rows, columns: columns)
            var console = Fixture(rows: rows, columns: columns)
            console.state.settings.version = ""
            for keys in [
                "5", "j", "<enter>", "d", "<esc>", "N", "SELECT PAEG<enter>  FROM page_v", ";<enter>", "x", "<up>",
                "SHOW STREAMS;", "<enter>", "<esc>", "p", "1",
            ] {
                let typed = keys.replacing("<enter>", with: "\r").replacing("<esc>", with: "\u{1b}")
                terminal.type(typed.replacing("<up>", with: "\u{1b}OA"))
                console.press(keys)
                #expect(
                    terminal.wait(seconds: 5) { $0.text == console.text },
                    "after \(keys): \(Golden.difference(console.text, terminal.text))")
            }
        }

        @Test("a random walk of keys and sizes leaves no ghosts behind", arguments: 1...3)
        func walk(seed: Int) throws {
            print("seed", seed)
            var random = SeededGenerator(seed: UInt64(seed))
            let terminal = try open()
            var console = Fixture()
            console.state.settings.version = ""
            let keys =
                "jkgGsS12345!6\t".map(String.init) + [
                    ":audit\r", ":changes\r", ":topic pay\r", ":tz Asia/Kathmandu\r", ":tz utc\r", ":query sessions\r",
                ]
            for _ in 0..<60 {
                if Int.random(in: 0..<8, using: &random) == 0 {
                    let (rows, columns) = (
                        Int.random(in: 4...50, using: &random), Int.random(in: 30...160, using: &random)
                    )
                    terminal.resize(rows: rows, columns: columns)
                    console.feed(.resized(Size(rows: rows, columns: columns)))
                } else {
                    let key = keys.randomElement(using: &random) ?? "j"
                    terminal.type(key)
                    console.press(key.replacing("\t", with: "<tab>").replacing("\r", with: "<enter>"))
                }
                #expect(
                    terminal.wait(seconds: 5) { $0.text == console.text },
                    "\(Golden.difference(console.text, terminal.text))")
            }
        }

        @Test("nothing is written while nothing changes, and a key costs less than a kilobyte")
        func quiet() throws {
            let terminal = try open(rows: 24, columns: 80)
            let before = terminal.bytes
            terminal.settle(quiet: 300)
            #expect(terminal.bytes == before)
            terminal.type("j")
            #expect(terminal.wait { $0.text.contains("▶ orders") })
            terminal.settle()
            print("one key press at 80x24 costs \(terminal.bytes - before) bytes")
            #expect(terminal.bytes - before < 1000)
        }

        @Test("every frame is one synchronized update")
        func synchronized() throws {
            let terminal = try open()
            let text = String(decoding: terminal.output, as: UTF8.self)
            #expect(text.contains("\u{1b}[?2026h"))
            #expect(
                text.components(separatedBy: "\u{1b}[?2026h").count
                    == text.components(separatedBy: "\u{1b}[?2026l").count)
        }

        @Test("the selected row stands out by background and bold")
        func selection() throws {
            let terminal = try open()
            let row = try #require((0..<30).first { terminal.line($0).contains("▶ clickstream") })
            let look = terminal.look(row: row, column: 5)
            #expect(look.isBold && look.background != nil)
        }

        @Test("quitting asks while clients are connected; the terminal comes back clean")
        func quitting() throws {
            let terminal = try open(["--clients", "3"])
            terminal.type("q")
            #expect(terminal.waitFor("3 clients are connected"))
            terminal.type("k")
            #expect(terminal.waitFor("ended: keepServing"))
            #expect(!terminal.text.contains("throughput"))
            #expect(terminal.exitCode() == 0)
        }

        @Test("ctrl-c and SIGTERM end it and give the terminal back")
        func signals() throws {
            let first = try open()
            first.type("\u{3}")
            #expect(first.waitFor("ended: quit"))
            let second = try open()
            kill(second.pid, SIGTERM)
            #expect(second.waitFor("ended: terminated"))
            #expect(second.exitCode() == 0)
        }

        @Test("ctrl-z stops it with the terminal as it was; continued, it draws everything again")
        func suspend() throws {
            // A shell with job control stands above it, as at a user's desk; without one the kernel lets no ctrl-z stop a program.
            let script = "\(Self.probe); echo stopped; read line; fg"
            let terminal = try #require(HeadlessTerminal("/bin/bash", ["-m", "-c", script], rows: 30, columns: 100))
            #expect(terminal.waitFor("clickstream"))
            terminal.settle()
            let shown = terminal.text
            terminal.type("\u{1a}")
            #expect(terminal.waitFor("stopped"))
            #expect(!terminal.text.contains("throughput"))
            terminal.type("\n")
            #expect(terminal.wait { $0.text == shown })
            terminal.type("q")
            #expect(terminal.waitFor("ended: quit"))
        }

        @Test("a lost terminal ends it without ending what it stands for")
        func lost() throws {
            let terminal = try open()
            terminal.closeTerminal()
            #expect(terminal.exitCode() == 0)
        }

        @Test("a crash gives the terminal back and waits for no key")
        func crash() throws {
            let environment = HeadlessTerminal.environment.filter { !$0.hasPrefix("SWIFT_BACKTRACE") }
            let terminal = try #require(HeadlessTerminal(Self.probe, ["--crash"], environment: environment))
            let code = terminal.exitCode(seconds: 60)
            #expect(code != nil && code != 0)
            #expect(!terminal.text.contains("throughput"))
            #expect(String(decoding: terminal.output, as: UTF8.self).contains("\u{1b}[?1049l"))
            #expect(!String(decoding: terminal.output, as: UTF8.self).contains("Press space to interact"))
        }

        @Test(
            "a dumb or unknown terminal is refused with one line that says what to do",
            arguments: [
                ("dumb", "TERM=dumb cannot move the cursor"), ("nonsense", "TERM=nonsense is not known here"),
            ])
        func refused(term: String, words: String) throws {
            let environment = HeadlessTerminal.environment.filter { !$0.hasPrefix("TERM=") } + ["TERM=\(term)"]
            let terminal = try #require(HeadlessTerminal(Self.probe, environment: environment))
            #expect(terminal.waitFor(words))
            #expect(terminal.text.replacing("\n", with: "").contains("weir serve"))
            #expect(terminal.exitCode() == 1)
            #expect(!terminal.output.contains(0x1b))
        }

        @Test("a locale without UTF-8 gets ASCII")
        func asciiLocale() throws {
            let environment = HeadlessTerminal.environment.filter { !$0.hasPrefix("LC_ALL") } + ["LC_ALL=C"]
            let terminal = try #require(HeadlessTerminal(Self.probe, rows: 30, columns: 100, environment: environment))
            #expect(terminal.waitFor("> clickstream"))
            #expect(terminal.text.unicodeScalars.allSatisfy { $0.isASCII })
        }

        @Test("a light terminal that answers gets the light theme; a late answer is no key")
        func light() throws {
            let environment = HeadlessTerminal.environment.filter { !$0.hasPrefix("COLORFGBG") }
            let terminal = try #require(HeadlessTerminal(Self.probe, rows: 30, columns: 100, environment: environment))
            terminal.background = "rgb:fdfd/f6f6/e3e3"
            #expect(terminal.waitFor("clickstream"))
            terminal.type("\u{1b}]11;rgb:0000/0000/0000\u{1b}\\")
            terminal.type("6")
            #expect(terminal.waitFor("weir-light"))
            #expect(terminal.text.contains("‹broker›"))
        }

        @Test("a paste is text where a line is typed, and no key anywhere else")
        func paste() throws {
            let terminal = try open()
            #expect(String(decoding: terminal.output, as: UTF8.self).contains("\u{1b}[?2004h"))
            terminal.type("\u{1b}[200~q6?\r\u{1b}[201~")
            #expect(terminal.waitFor("pasted text is taken where a line is typed"))
            #expect(terminal.text.contains("‹dashboard›"))
            terminal.type("/")
            terminal.type("\u{1b}[200~or\u{1b}[Ad\u{7}ers\n\u{1b}[201~")
            #expect(terminal.wait { $0.text.contains(" /or") && $0.text.contains("ers▏") })
            terminal.type("\u{1b}")
            terminal.type("6")
            #expect(terminal.waitFor("‹broker›"))
            terminal.type("\u{3}")
            #expect(terminal.waitFor("ended: quit"))
            #expect(String(decoding: terminal.output, as: UTF8.self).contains("\u{1b}[?2004l"))
        }

        @Test("y puts the value on the clipboard by OSC 52")
        func copy() throws {
            let terminal = try open()
            terminal.type("y")
            #expect(terminal.waitFor("copied clickstream"))
            #expect(String(decoding: terminal.output, as: UTF8.self).contains("\u{1b}]52;c;Y2xpY2tzdHJlYW0=\u{7}"))
        }
    }
#else
    @Suite("In a terminal")
    struct TerminalTests {
        @Test("screens in a terminal emulator", .disabled("install libvterm-dev to judge the terminal's screens"))
        func absent() {}
    }
#endif
