import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("Compaction from the keyboard", .serialized)
    struct CompactionTests {
        @Test("c then C leaves one record a key, exactly as the preview said")
        func compact() throws {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path, "--set", "log.cleaner.enable=true",
                    ],
                    rows: 30,
                    columns: 100
                )
            )
            #expect(terminal.waitFor("throughput", seconds: 20), "\(terminal.text)")
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            // Nothing but the key press cleans this topic: the background cleaner would need more than it can ever find.
            let made = try run(
                "/usr/bin/python3",
                [
                    clientScript("topic.py"), address, "orders", "1", "cleanup.policy=compact",
                    "min.cleanable.dirty.ratio=1.0", "segment.bytes=65536",
                ]
            )
            #expect(made.status == 0, "\(made.errors)")
            let written = try write(to: address)
            let surviving = newest(of: written)

            terminal.type("2")
            #expect(terminal.waitFor("orders", seconds: 10), "\(terminal.text)")
            terminal.type("/orders\r")
            terminal.type("\r")
            #expect(terminal.waitFor("segments of orders-0", seconds: 10), "\(terminal.text)")
            terminal.type("c")
            #expect(terminal.waitFor("nothing is changed yet", seconds: 10), "\(terminal.text)")
            terminal.type(" ")
            let removed = written.count - surviving.count
            let grouped = Self.grouped(removed)
            #expect(terminal.waitFor(grouped, seconds: 10), "the preview should remove \(grouped):\n\(terminal.text)")
            terminal.type("C")
            #expect(
                terminal.waitFor("\(grouped) records", seconds: 30),
                "the run should say \(grouped) records:\n\(terminal.text)"
            )

            let after = try read(from: address)
            #expect(after.count == surviving.count)
            #expect(Dictionary(after.map { ($0.key, $0.line) }, uniquingKeysWith: { $1 }) == surviving)
            terminal.type("q")
        }

        /// Writes many versions of few keys, with some tombstones, and reads all of it back.
        private func write(to address: String) throws -> [(key: String, line: String)] {
            let lines = (0..<20_000).map { index in
                index % 50 == 49 ? "key-\(index % 997):" : "key-\(index % 997):value \(index)"
            }
            let produced = try run(
                "/usr/bin/kcat",
                ["-P", "-b", address, "-t", "orders", "-K", ":", "-Z", "-X", "batch.num.messages=100"],
                input: Data((lines.joined(separator: "\n") + "\n").utf8)
            )
            #expect(produced.status == 0, "\(produced.errors)")
            let all = try read(from: address)
            #expect(all.count == lines.count)
            return all
        }

        /// Every record with its offset, so that a kept record that moved would be seen.
        private func read(from address: String) throws -> [(key: String, line: String)] {
            let ran = try run(
                "/usr/bin/kcat", ["-C", "-b", address, "-t", "orders", "-e", "-q", "-f", "%k\t%o %S %s\n"])
            #expect(ran.status == 0, "\(ran.errors)")
            return ran.output.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: "\t", maxSplits: 1)
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            }
        }

        private func newest(of records: [(key: String, line: String)]) -> [String: String] {
            Dictionary(records.map { ($0.key, $0.line) }, uniquingKeysWith: { $1 })
        }

        /// `19,003`, as figures stand on the screen.
        private static func grouped(_ number: Int) -> String {
            var digits = Array(String(number).reversed())
            for place in stride(from: 3, to: digits.count, by: 4) { digits.insert(",", at: place) }
            return String(digits.reversed())
        }
    }
#endif
