import ChildProcess
import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("A lag incident from its beginning to its end", .serialized)
    struct IncidentTests {
        /// The Python client that hangs on request.
        private final class Client {
            private let process = ChildProcess()
            private let (input, output) = (Pipe(), Pipe())
            private var unread = Data()

            init(_ arguments: [String]) throws {
                process.executableURL = URL(filePath: "/usr/bin/python3")
                process.arguments = [clientScript("incident.py")] + arguments
                process.standardInput = input
                process.standardOutput = output
                try process.run()
            }

            deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

            /// Tells it to do something, and gives the line it answers with.
            func ask(_ command: String) throws -> String {
                try input.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
                while !unread.contains(0x0a) {
                    let piece = output.fileHandleForReading.availableData
                    guard !piece.isEmpty else { throw EndToEndError("incident.py ended") }
                    unread += piece
                }
                let line = unread.prefix { $0 != 0x0a }
                unread = Data(unread.dropFirst(line.count + 1))
                return String(decoding: line, as: UTF8.self)
            }

            /// Tells it to end, and waits until it has.
            func end() throws {
                try input.fileHandleForWriting.write(contentsOf: Data("stop\n".utf8))
                process.waitUntilExit()
            }

            /// The lag of both partitions as the client sees it.
            func lags() throws -> [Int] { try ask("lag").split(separator: " ").dropFirst().compactMap { Int($0) } }
        }

        /// `12,345`, as the screen has it.
        private static func grouped(_ number: Int) -> String {
            let digits = Array("\(number)")
            return digits.enumerated().reduce(into: "") { text, digit in
                if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
                text.append(digit.element)
            }
        }

        /// The row of a group or a partition in the list on the screen, which begins with its name; sentences that do stand above.
        private static func row(_ name: String, _ text: String) -> String {
            text.split(separator: "\n").map(String.init).last { line in
                line.split(separator: " ").first { $0 != "│" && $0 != "▶" } == Substring(name)
            } ?? ""
        }

        @Test("a hanging partition is named with its reason, alerts, shows its member, and is well again when it is")
        func incident() throws {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path,
                    ], rows: 40, columns: 160))
            #expect(terminal.waitFor("throughput", seconds: 20), "\(terminal.text)")
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let made = try run("/usr/bin/python3", [clientScript("topic.py"), address, "payments", "2"])
            #expect(made.status == 0, "\(made.errors)")
            let client = try Client([address, "payments", "till"])

            // It runs well: commits are seen in both partitions.
            #expect(terminal.waitFor("none firing", seconds: 30), "\(terminal.text)")
            terminal.type("3")
            #expect(terminal.wait(seconds: 60) { Self.row("till", $0.text).contains("Stable") }, "\(terminal.text)")
            let isReading = waitFor(seconds: 60) { () -> Bool? in
                (try? client.lags())?.allSatisfy { $0 < 100 } == true ? true : nil
            }
            #expect(isReading == true)

            // Of three commits some seconds apart it is known how often they come; before, a silence says nothing.
            #expect(
                terminal.wait(seconds: 90) { terminal in
                    let up = terminal.line(0).firstMatch(of: /up (?:([0-9]+)m)?([0-9]+)s/)
                    let minutes = up?.1.flatMap { Int($0) } ?? 0
                    return minutes * 60 + (up.flatMap { Int($0.2) } ?? 0) >= 45
                }, "\(terminal.text)")

            // Partition 0 hangs. The group's status says so with its reason, and the alert fires.
            #expect(try client.ask("stall") == "stall")
            #expect(terminal.wait(seconds: 180) { Self.row("till", $0.text).contains("STOP") }, "\(terminal.text)")
            terminal.type("\r")
            #expect(terminal.waitFor("STOP payments-0: no commit for 1m", seconds: 20), "\(terminal.text)")
            terminal.type("4")
            #expect(
                terminal.wait(seconds: 20) { terminal in
                    terminal.text.split(separator: "\n").contains {
                        $0.contains("group.stopped") && $0.contains("till") && $0.contains("firing")
                    }
                }, "\(terminal.text)")

            // Nothing more is written: from now on the figures stand still, and must be the client's to the last.
            #expect(try client.ask("quiet") == "quiet")
            var lags: [Int] = []
            let isStill = waitFor(seconds: 30) { () -> Bool? in
                lags = (try? client.lags()) ?? []
                return lags.count == 2 && lags[1] == 0 && lags[0] > 2000 ? true : nil
            }
            #expect(isStill == true, "\(lags)")
            terminal.type("3\rd")
            #expect(terminal.waitFor("autopsy of till", seconds: 20), "\(terminal.text)")
            let hung = terminal.wait(seconds: 20) {
                let row = Self.row("payments-0", $0.text)
                return row.contains("STOP") && row.contains(" \(Self.grouped(lags[0])) ") && row.contains("worker-7")
            }
            #expect(hung, "\(lags)\n\(terminal.text)")
            #expect(Self.row("payments-1", terminal.text).contains("OK"), "\(terminal.text)")
            #expect(Self.row("payments-1", terminal.text).contains(" 0 "), "\(terminal.text)")
            #expect(terminal.text.contains("STOP payments-0: no commit for"), "\(terminal.text)")

            // It reads on: everything is read, and the alert is over.
            #expect(try client.ask("go") == "go")
            #expect(waitFor(seconds: 60) { (try? client.lags()) == [0, 0] ? true : nil } == true)
            let isWell = terminal.wait(seconds: 30) {
                let row = Self.row("payments-0", $0.text)
                return row.contains("OK") && row.contains(" 0 ") && !$0.text.contains("STOP payments")
            }
            #expect(isWell, "\(terminal.text)")
            terminal.type("1")
            #expect(terminal.waitFor("none firing", seconds: 30), "\(terminal.text)")
            terminal.type("4\t")
            #expect(terminal.wait(seconds: 20) { $0.text.contains("resolved") }, "\(terminal.text)")
            try client.end()
            kill(terminal.pid, SIGTERM)
            #expect(terminal.exitCode(seconds: 20) == 0)
        }
    }
#endif
