import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("Searching with the real binary", .serialized)
    struct SearchTests {
        @Test("a search over 100,000 records of kcat finds exactly those that grep finds")
        func search() throws {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path,
                    ], rows: 30, columns: 120, environment: HeadlessTerminal.environment))
            let address = try #require(waitFor(seconds: 30) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let made = try run("/usr/bin/python3", [clientScript("topic.py"), address, "orders", "4"])
            #expect(made.status == 0, "\(made.errors)")
            // Figures that a double could not tell apart, and texts that look like the ones wanted.
            let lines = (0..<100_000).map { number in
                let currency = ["EUR", "USD", "eur"][number % 3]
                return
                    "k\(number % 977):{\"n\":900719925474099\(100_000 + number),\"cur\":\"\(currency)\",\"part\":\(number % 89)}"
            }
            let input = folder.url.appending(path: "input")
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: input)
            let wrote = try run(
                "/usr/bin/kcat", ["-P", "-b", address, "-t", "orders", "-K", ":", "-l", input.path])
            #expect(wrote.status == 0, "\(wrote.errors)")
            // The same question as a pattern: n at least …150000, EUR, part 7.
            let grep = try run(
                "/usr/bin/grep",
                ["-E", #""n":900719925474099(1[5-9]|[2-9].)[0-9]{4},"cur":"EUR","part":7\}"#, input.path])
            let wanted = Set(grep.output.split(separator: "\n").map { $0.drop { $0 != "{" } }.map(String.init))
            #expect(wanted.count > 100 && wanted.count < 2000)

            #expect(terminal.waitFor("orders", seconds: 20), "\(terminal.text)")
            terminal.type(":tail orders\r")
            #expect(terminal.waitFor("following", seconds: 20), "\(terminal.text)")
            terminal.type("l")
            #expect(terminal.waitFor("look for records", seconds: 10), "\(terminal.text)")
            terminal.type(".n >= 900719925474099150000 && .cur == \"EUR\" && .part == 7\r")
            #expect(terminal.waitFor("● done", seconds: 120), "\(terminal.text)")
            #expect(terminal.text.contains("100,000 records"), "\(terminal.text)")
            #expect(terminal.text.contains("\(wanted.count) found"), "\(wanted.count)\n\(terminal.text)")
            // What is listed is written out and compared line by line.
            let file = folder.url.appending(path: "found.jsonl")
            terminal.type("e")
            #expect(terminal.waitFor("export to", seconds: 10), "\(terminal.text)")
            terminal.type("\u{15}\(file.path)\r")
            #expect(terminal.waitFor("written to", seconds: 20), "\(terminal.text)")
            let found = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return object?["payload"] as? String ?? ""
            }
            #expect(found.count == wanted.count)
            #expect(Set(found) == wanted)
            // Enter reads on from a result.
            terminal.type("\r")
            #expect(terminal.waitFor("reading", seconds: 10), "\(terminal.text)")
            // The shell verb finds the same.
            let shell = try run(
                WeirProcess.binary.path,
                [
                    "tail", "orders", "--bootstrap-server", address, "--exit", "--filter",
                    ".n >= 900719925474099150000 && .cur == \"EUR\" && .part == 7",
                ])
            #expect(Set(shell.output.split(separator: "\n").map(String.init)) == wanted, "\(shell.errors)")
            kill(terminal.pid, SIGTERM)
            #expect(terminal.exitCode(seconds: 20) == 0)
        }
    }
#endif
