import Console
import ConsoleSamples
import Foundation
import MonitorScript
import SeededNumbers
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("A terminal that stops reading", .serialized)
    struct ChokeTests {
        /// What the kernel counts of a process: its write calls, and how often it went to sleep.
        private struct Counts: Equatable {
            var writes: Int
            var sleeps: Int

            init(_ pid: Int32) throws {
                func field(_ file: String, _ name: String) throws -> Int {
                    let text = try String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8)
                    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + ":") })
                    return try #require(line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
                }
                writes = try field("io", "syscw")
                sleeps = try field("status", "voluntary_ctxt_switches")
            }
        }

        /// Waits until a process does nothing: a hundred looks in a row find it asleep with the same counts.
        ///
        /// - Returns: The counts; nil when it never came to rest, as one that tries again and again does not.
        private func rest(_ pid: Int32, seconds: Double = 30) throws -> Counts? {
            let deadline = Date().addingTimeInterval(seconds)
            var last = try Counts(pid)
            var same = 0
            while Date() < deadline {
                poll(nil, 0, 2)
                let now = try Counts(pid)
                same = now == last && isAsleep(pid) ? same + 1 : 0
                last = now
                if same >= 100 { return last }
            }
            return nil
        }

        private func isAsleep(_ pid: Int32) -> Bool {
            guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
            return text.drop { $0 != ")" }.dropFirst(2).first == "S"
        }

        @Test(
            "nothing is lost or garbled, nobody tries again and again, and keys work before and after",
            arguments: [1, 2])
        func choked(seed: Int) throws {
            print("seed", seed)
            var random = SeededGenerator(seed: UInt64(seed))
            let (rows, columns) = (120, 300)
            let terminal = try #require(HeadlessTerminal(TerminalTests.probe, rows: rows, columns: columns))
            #expect(terminal.waitFor("clickstream"))
            terminal.settle()
            var console = Fixture(rows: rows, columns: columns)
            console.state.settings.version = ""

            // Nobody reads from here on. Screens follow one another until no more of them comes out.
            var written = -1
            var keys = 0
            while keys < 400 {
                let before = try Counts(terminal.pid).writes
                for _ in 0..<4 {
                    let key = ["1", "2", "3", "4", "6", "j", "s"].randomElement(using: &random) ?? "1"
                    terminal.type(key)
                    console.press(key)
                    keys += 1
                }
                let resting = try #require(try rest(terminal.pid), "it does not come to rest")
                written = resting.writes
                if resting.writes == before { break }
            }
            #expect(keys < 400, "the terminal never choked")

            // Choked: keys are taken, and cost no more than the wake-up that they are.
            let quiet = try #require(try rest(terminal.pid))
            for key in ["2", "j", "j", "3", "s"] {
                terminal.type(key)
                console.press(key)
                let after = try #require(try rest(terminal.pid), "after \(key)")
                #expect(after.writes - quiet.writes <= keys, "after \(key)")
            }
            let attempts = try Counts(terminal.pid).writes - written
            print("\(attempts) write calls for 5 keys while choked, after \(keys) keys to choke it")
            #expect(attempts <= 5)

            // Read again: what is shown at last is what the keys came to.
            #expect(
                terminal.wait(seconds: 30) { $0.text == console.text },
                "\(Golden.difference(console.text, terminal.text))")
            terminal.type("1")
            console.press("1")
            #expect(terminal.wait { $0.text == console.text })
            let text = String(decoding: terminal.output, as: UTF8.self)
            #expect(
                text.components(separatedBy: "\u{1b}[?2026h").count
                    == text.components(separatedBy: "\u{1b}[?2026l").count)
            terminal.type("\u{3}")
            #expect(terminal.waitFor("ended: quit"))
        }
    }
#endif
