import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("Looking back with the real binary", .serialized)
    struct RewindTests {
        private static func open(_ folder: TemporaryFolder, _ name: String) throws -> (HeadlessTerminal, String) {
            let ready = folder.url.appending(path: name)
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path,
                    ],
                    rows: 30, columns: 120))
            #expect(terminal.waitFor("throughput", seconds: 20), "\(terminal.text)")
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
            return (terminal, address.trimmingCharacters(in: .whitespacesAndNewlines))
        }

        private static func write(to topic: String, at address: String) throws {
            let records = Data((1...500).map { "\($0)\n" }.joined().utf8)
            #expect(try run("/usr/bin/kcat", ["-P", "-b", address, "-t", topic], input: records).status == 0)
        }

        /// Seconds of `up 14s` in the header; 0 without.
        private static func uptime(_ header: String) -> Int {
            header.firstMatch(of: /up ([0-9]+)s/).flatMap { Int($0.1) } ?? 0
        }

        @Test(
            "the board of before a restart is there again, without what came later, and nothing can be changed from it")
        func overRestart() throws {
            let folder = try TemporaryFolder()
            let (first, address) = try Self.open(folder, "first")
            try Self.write(to: "earlier", at: address)
            #expect(first.waitFor("earlier", seconds: 10), "\(first.text)")
            // A step leads ten seconds back: the first run must have lasted so long.
            #expect(first.wait(seconds: 60) { Self.uptime($0.line(0)) >= 14 }, "\(first.text)")
            first.type("q")
            #expect(first.exitCode(seconds: 20) == 0)

            let (second, again) = try Self.open(folder, "second")
            try Self.write(to: "later", at: again)
            #expect(second.waitFor("later", seconds: 10), "\(second.text)")
            // Each press leads ten seconds back, or over the time between the runs.
            let wasThere = waitFor(seconds: 20) { () -> String? in
                second.type("<")
                _ = second.waitFor("REWOUND")
                second.settle()
                return second.text.contains("later") ? nil : second.text
            }
            let past = try #require(wasThere)
            #expect(past.contains("earlier") && past.contains("0: live"), "\(past)")
            second.type("D")
            #expect(second.waitFor("nothing can be changed from the past"), "\(second.text)")
            second.type("0")
            #expect(second.wait { $0.text.contains("later") && !$0.text.contains("REWOUND") }, "\(second.text)")
            second.type(":changes\r")
            #expect(second.waitFor("the broker was started"), "\(second.text)")
            #expect(second.text.contains("topic created"))
            second.type("qq")
            #expect(second.exitCode(seconds: 20) == 0)
        }

        /// The moment of the board on the screen, from `14:02:31` in its header, seconds of the day.
        private static func shown(_ terminal: HeadlessTerminal) -> Int? {
            terminal.line(0).matches(of: /([0-9]{2}):([0-9]{2}):([0-9]{2})/).last.flatMap { match in
                guard let hours = Int(match.1), let minutes = Int(match.2), let seconds = Int(match.3) else {
                    return nil
                }
                return hours * 3600 + minutes * 60 + seconds
            }
        }

        @Test("< leads back and > forth again to the present, and 0 leads there at once")
        func backAndForth() throws {
            let folder = try TemporaryFolder()
            let (terminal, address) = try Self.open(folder, "ready")
            try Self.write(to: "first", at: address)
            #expect(terminal.waitFor("first", seconds: 10), "\(terminal.text)")
            #expect(terminal.wait(seconds: 90) { Self.uptime($0.line(0)) >= 34 }, "\(terminal.text)")
            try Self.write(to: "second", at: address)
            #expect(terminal.waitFor("second", seconds: 10), "\(terminal.text)")

            var moments: [Int] = []
            for _ in 0..<2 {
                let before = moments.last ?? .max
                terminal.type("<")
                #expect(
                    terminal.wait(seconds: 10) { terminal in
                        terminal.text.contains("REWOUND") && Self.shown(terminal).map { $0 < before } == true
                    }, "\(terminal.text)")
                moments.append(try #require(Self.shown(terminal)))
            }
            #expect(moments[0] - moments[1] >= 9, "\(moments)")
            #expect(terminal.text.contains("first") && !terminal.text.contains("second"), "\(terminal.text)")
            // A change is refused from there, and nothing came of it.
            terminal.type("D")
            #expect(terminal.waitFor("nothing can be changed from the past"), "\(terminal.text)")
            terminal.type(">")
            #expect(
                terminal.wait(seconds: 10) { Self.shown($0).map { $0 > moments[1] } == true }, "\(terminal.text)")
            #expect(terminal.text.contains("REWOUND"), "\(terminal.text)")
            let isLive = waitFor(seconds: 30) { () -> Bool? in
                terminal.type(">")
                terminal.settle()
                return terminal.text.contains("REWOUND") ? nil : true
            }
            #expect(isLive == true, "\(terminal.text)")
            #expect(terminal.waitFor("second"), "\(terminal.text)")
            terminal.type("<<")
            #expect(terminal.waitFor("REWOUND"), "\(terminal.text)")
            terminal.type("0")
            #expect(terminal.wait { $0.text.contains("second") && !$0.text.contains("REWOUND") }, "\(terminal.text)")
            #expect(try run("/usr/bin/kcat", ["-L", "-b", address]).output.contains("\"first\""))
            terminal.type("q")
            #expect(terminal.exitCode(seconds: 20) == 0)
        }

        @Test("after kill -9 the history written last is there again; a torn file is set aside and nothing of it shown")
        func killed() throws {
            let folder = try TemporaryFolder()
            let (first, address) = try Self.open(folder, "first")
            try Self.write(to: "earlier", at: address)
            #expect(first.waitFor("earlier", seconds: 10), "\(first.text)")
            let state = folder.url.appending(path: "data/state")
            func files(_ suffix: String) -> [URL] {
                let all = try? FileManager.default.contentsOfDirectory(at: state, includingPropertiesForKeys: nil)
                return (all ?? []).filter {
                    $0.lastPathComponent.hasPrefix("timeline-") && $0.lastPathComponent.hasSuffix(suffix)
                }
            }
            // It is written each minute.
            #expect(first.wait(seconds: 120) { _ in !files(".weir").isEmpty }, "\(first.text)")
            let kept = try #require(files(".weir").first)
            try Self.write(to: "unsaved", at: address)
            #expect(first.waitFor("unsaved", seconds: 10), "\(first.text)")
            kill(first.pid, SIGKILL)
            #expect(first.exitCode(seconds: 20) == 128 + 9)
            // As if it had been killed while it wrote the next one.
            let whole = try Data(contentsOf: kept)
            try whole.prefix(whole.count / 2).write(to: URL(filePath: "\(kept.path).999999.new"))

            let (second, again) = try Self.open(folder, "second")
            try Self.write(to: "later", at: again)
            #expect(second.waitFor("later", seconds: 10), "\(second.text)")
            #expect(!second.text.contains("history"), "\(second.text)")
            let wasThere = waitFor(seconds: 30) { () -> String? in
                second.type("<")
                _ = second.waitFor("REWOUND")
                second.settle()
                return second.text.contains("later") || second.text.contains("unsaved") ? nil : second.text
            }
            let past = try #require(wasThere, "\(second.text)")
            #expect(past.contains("REWOUND") && past.contains("earlier"), "\(past)")
            kill(second.pid, SIGKILL)
            #expect(second.exitCode(seconds: 20) == 128 + 9)

            // Half of the file itself is worth nothing: it is told, set aside, and the history begins anew.
            try whole.prefix(whole.count / 2).write(to: kept)
            let (third, _) = try Self.open(folder, "third")
            #expect(third.waitFor("the kept history is damaged", seconds: 10), "\(third.text)")
            #expect(files(".damaged-1").count == 1)
            #expect(third.wait(seconds: 60) { Self.uptime($0.line(0)) >= 3 }, "\(third.text)")
            third.type("<")
            third.settle()
            third.type("<")
            #expect(third.waitFor("nothing is kept from before"), "\(third.text)")
            kill(third.pid, SIGTERM)
            #expect(third.exitCode(seconds: 20) == 0)
        }
    }
#endif
