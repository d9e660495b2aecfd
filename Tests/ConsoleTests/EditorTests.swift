import Cluster
import Console
import ConsoleSamples
import Foundation
import TerminalHarness
import Testing

@Suite("Showing in the editor")
struct EditorTextTests {
    private func shown(_ console: Fixture) -> EditorText? {
        for effect in console.effects.reversed() { if case .view(let text) = effect { return text } }
        return nil
    }

    @Test("a record is the value as decoded below a comment that says which record it is")
    func record() throws {
        var console = Fixture()
        console.press("jt")
        for _ in 0..<12 where console.state.copyTextForTest?.hasPrefix("{") != true { console.press("k") }
        console.press("v")
        let record = try #require(console.state.tail?.selected)
        let text = try #require(shown(console))
        #expect(text.name == "orders-\(record.partition)-\(record.record.offset).jsonc")
        let lines = text.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let comment = lines.prefix { $0.hasPrefix("// ") }
        for part in [
            "topic      orders", "partition  \(record.partition)", "offset     \(record.record.offset)",
            "key        us-", "header     source = checkout", "timestamp  2026-11-21 14:02:30.", "UTC (create)",
        ] {
            #expect(comment.contains { $0.contains(part) }, "\(part)")
        }
        #expect(lines.contains(#"  "total": 220.150000000000000001,"#))
        console.press("xv")
        #expect(try #require(shown(console)).text.contains("\n00000000  7b 22 69 64"))
    }

    @Test("a value of which the tail holds a part is read whole first; another key meanwhile calls it off")
    func cut() throws {
        var console = Fixture()
        console.press("jt")
        var state = console.state
        var record = try #require(state.tail?.selected)
        record.record.valueSize = 40_000
        state.tail?.take([record])
        let effects = update(&state, .key("v"))
        guard case .loadRecord(let place, let offset, let ticket) = effects.first else {
            Issue.record("no read")
            return
        }
        #expect(place.topic == "orders" && offset == record.record.offset)
        var whole = record.record
        whole.value = Array(String(repeating: "x", count: 40_000).utf8)
        var called = state
        _ = update(&called, .key("k"))
        #expect(update(&called, .arrived(.record(ticket: ticket, place, .success(whole)))).isEmpty)
        guard case .view(let text) = update(&state, .arrived(.record(ticket: ticket, place, .success(whole)))).first
        else {
            Issue.record("not shown")
            return
        }
        #expect(text.text.count > 40_000)
    }

    @Test("a configuration is properties in the order of the screen, each with where it comes from")
    func configuration() throws {
        var console = Fixture()
        console.press("jdv")
        let text = try #require(shown(console))
        #expect(text.name == "orders.properties")
        #expect(text.text.contains("# set on the topic\ncleanup.policy=compact\n"))
        #expect(text.text.contains("# default\nretention.ms=604800000\n"))
    }
}

#if canImport(CVTerm)
    @Suite("The editor on the terminal", .serialized)
    struct EditorTerminalTests {
        /// A folder with a script that stands for an editor, and the folder that it is told to take for temporary files.
        private struct Desk {
            let folder: URL
            var script: String { folder.appendingPathComponent("editor").path }
            var temporary: String { folder.appendingPathComponent("tmp").path }

            init(_ body: String) throws {
                folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                    "weir-desk-\(UInt64.random(in: 0 ... .max))")
                try FileManager.default.createDirectory(
                    at: folder.appendingPathComponent("tmp"), withIntermediateDirectories: true)
                try ("#!/bin/sh\n" + body).write(toFile: script, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
            }

            func clear() { try? FileManager.default.removeItem(at: folder) }
        }

        private func open(_ desk: Desk?, _ settings: [String] = []) throws -> HeadlessTerminal {
            var environment = HeadlessTerminal.environment + settings + ["PATH=/usr/bin:/bin"]
            if let desk { environment += ["VISUAL=\(desk.script) --flag", "TMPDIR=\(desk.temporary)"] }
            let terminal = try #require(
                HeadlessTerminal(TerminalTests.probe, rows: 30, columns: 100, environment: environment))
            #expect(terminal.waitFor("clickstream"))
            terminal.type("jd")
            #expect(terminal.waitFor("cleanup.policy"))
            return terminal
        }

        @Test(
            "the editor gets the terminal as it was found, a private read-only file and its own options; then all is as before"
        )
        func whole() throws {
            let desk = try Desk(
                """
                echo "flag $1"; ls -l "$2" | cut -c1-10; ls -ld "$(dirname "$2")" | cut -c1-10
                stty -a | grep -o -w -e icanon -e echo -e isig | tr '\\n' ' '; echo
                head -3 "$2"; echo READY; read answer; echo "got $answer"; read answer
                """)
            defer { desk.clear() }
            let terminal = try open(desk)
            terminal.settle()
            let before = terminal.text
            terminal.type("v")
            #expect(terminal.waitFor("READY"), "\(terminal.text)")
            for part in [
                "flag --flag", "-r--------", "drwx------", "isig icanon echo", "configuration of orders",
            ] {
                #expect(terminal.text.contains(part), "\(part) in \(terminal.text)")
            }
            terminal.type("hello\n")
            #expect(terminal.waitFor("got hello"))
            terminal.type("\n")
            #expect(terminal.wait { $0.text == before }, "\(Golden.difference(before, terminal.text))")
            #expect(try FileManager.default.contentsOfDirectory(atPath: desk.temporary).isEmpty)
            // The keypad sends what the console asked for: the cursor keys' application mode is on again.
            let after = String(decoding: terminal.output, as: UTF8.self).components(separatedBy: "got hello").last
            #expect(after?.contains("\u{1b}[?1h") == true)
            terminal.type("\u{1b}OB")
            #expect(terminal.wait { $0.text.contains("▶ segment.bytes") }, "\(terminal.text)")
            terminal.type("\u{3}")
            #expect(terminal.waitFor("ended: quit"))
        }

        @Test("an editor that crashes with the terminal upside down leaves it in order, and is named")
        func crash() throws {
            let desk = try Desk(
                #"printf '\033[?1049h\033[?1000h\033[?1h\033[5;10r\033[?6h\033[?7l\033(0\033[7m'; stty raw -echo; echo INSIDE; kill -SEGV $$"#
            )
            defer { desk.clear() }
            let terminal = try open(desk)
            terminal.settle()
            let before = terminal.text
            terminal.type("v")
            #expect(terminal.waitFor("was ended by signal 11"), "\(terminal.text)")
            let words = before.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2)
            #expect(
                terminal.wait { $0.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2) == words },
                "\(Golden.difference(before, terminal.text))")
            #expect(try FileManager.default.contentsOfDirectory(atPath: desk.temporary).isEmpty)
            terminal.type("j")
            #expect(terminal.wait { $0.text.contains("▶ segment.bytes") }, "\(terminal.text)")
            #expect(!terminal.look(row: 1, column: 3).isReversed)
            terminal.type("\u{3}")
            #expect(terminal.waitFor("ended: quit"))
        }

        @Test("ctrl-c and ctrl-z in the editor are the editor's; SIGTERM ends both")
        func signals() throws {
            let desk = try Desk("trap 'echo INTERRUPTED' INT; echo READY; read a; read b; read c")
            defer { desk.clear() }
            let terminal = try open(desk)
            terminal.type("v")
            #expect(terminal.waitFor("READY"))
            terminal.type("\u{3}")
            #expect(terminal.waitFor("INTERRUPTED"))
            kill(terminal.pid, SIGTERM)
            #expect(terminal.waitFor("ended: terminated"), "\(terminal.text)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: desk.temporary).isEmpty)
        }

        @Test("without an editor, or with one that is not there, it says what to do")
        func missing() throws {
            let terminal = try open(nil)
            terminal.type("v")
            #expect(terminal.waitFor("no editor is set: export VISUAL or EDITOR"), "\(terminal.text)")
            let other = try open(nil, ["EDITOR=/nonexistent/editor"])
            other.type("v")
            #expect(other.waitFor("could not be started"), "\(other.text)")
        }
    }
#endif
