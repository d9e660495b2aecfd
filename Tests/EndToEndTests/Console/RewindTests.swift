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
    }
#endif
