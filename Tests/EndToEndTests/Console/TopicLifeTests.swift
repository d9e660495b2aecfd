import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("A topic's life from the keyboard", .serialized)
    struct TopicLifeTests {
        /// What an independent client says of the topic after an act.
        private struct Facts: Decodable {
            var partitions: Int?
            var setting: String?
            var bounds: [[Int64]]?
        }

        @Test("created, altered, counted, purged and deleted by keys, each as a Python client sees it")
        func life() throws {
            let folder = try TemporaryFolder()
            let (terminal, address) = try start(in: folder)
            // Before the first answer nobody knows whether anything may be changed.
            #expect(terminal.waitFor("● up", seconds: 20), "\(terminal.text)")
            terminal.type("2")
            terminal.type("N")
            #expect(terminal.waitFor("╭─┐new topic", seconds: 10), "\(terminal.text)")
            terminal.type("hand-made\t2\t\t\tsegment.bytes=65536,retention.ms=3600000\r")
            #expect(terminal.waitFor("topic hand-made is created", seconds: 10), "\(terminal.text)")
            #expect(terminal.text.contains("kafka-topics.sh --bootstrap-server"), "\(terminal.text)")
            var facts = try facts(at: address)
            #expect(facts.partitions == 2 && facts.setting == "3600000")

            // 3,000 records of 50 keys into partition 0, so that what is counted and purged is known.
            let lines = (0..<3000).map { "key-\($0 % 50):value \($0)\n" }.joined()
            let written = try run(
                "/usr/bin/kcat",
                ["-P", "-b", address, "-t", "hand-made", "-p", "0", "-K", ":", "-X", "batch.num.messages=100"],
                input: Data(lines.utf8))
            #expect(written.status == 0, "\(written.errors)")

            // Any key closes the report and does what it does.
            terminal.type("/hand\r")
            #expect(terminal.waitFor("1 of", seconds: 10), "\(terminal.text)")
            terminal.type("n")
            #expect(terminal.waitFor("not read yet", seconds: 10), "\(terminal.text)")
            terminal.type("\r")
            #expect(terminal.waitFor("● all read", seconds: 30), "\(terminal.text)")
            #expect(terminal.text.contains("records     3,000"), "\(terminal.text)")
            #expect(terminal.text.contains("keys        50  exact"), "\(terminal.text)")

            // A value the broker would not take stays in the form; a good one is shown beside the old one first.
            terminal.type("d")
            #expect(terminal.waitFor("configuration of hand-made", seconds: 10), "\(terminal.text)")
            // What is set on the topic stands above the defaults.
            terminal.type("/retention.ms\r")
            #expect(terminal.waitFor("▶ retention.ms", seconds: 10), "\(terminal.text)")
            terminal.type("E")
            #expect(terminal.waitFor("retention.ms of topic hand-made", seconds: 10), "\(terminal.text)")
            terminal.type("x\r")
            #expect(terminal.waitFor("Invalid value 3600000x", seconds: 10), "\(terminal.text)")
            facts = try self.facts(at: address)
            #expect(facts.setting == "3600000")
            terminal.type("\u{7f}0\r")
            #expect(terminal.waitFor("new   36000000 (10h)", seconds: 10), "\(terminal.text)")
            facts = try self.facts(at: address)
            #expect(facts.setting == "3600000")
            terminal.type("\r")
            #expect(terminal.waitFor("retention.ms = 36000000", seconds: 10), "\(terminal.text)")
            facts = try self.facts(at: address)
            #expect(facts.setting == "36000000")

            try purgeAndDelete(terminal, address)
        }

        private func purgeAndDelete(_ terminal: HeadlessTerminal, _ address: String) throws {
            terminal.type("2")
            terminal.type("X")
            #expect(terminal.waitFor("purge hand-made", seconds: 10), "\(terminal.text)")
            terminal.type(" \t1000\r")
            #expect(terminal.waitFor("WOULD START AT", seconds: 10), "\(terminal.text)")
            #expect(terminal.text.contains("1,000"), "\(terminal.text)")
            terminal.type("\r")
            #expect(terminal.waitFor("type hand-made to purge these records", seconds: 10), "\(terminal.text)")
            terminal.type("hand\r")
            #expect(terminal.waitFor("nothing was changed", seconds: 10), "\(terminal.text)")
            var facts = try facts(at: address)
            #expect(facts.bounds == [[0, 3000], [0, 0]])
            terminal.type("X")
            #expect(terminal.waitFor("purge hand-made", seconds: 10), "\(terminal.text)")
            terminal.type(" \t1000\r")
            #expect(terminal.waitFor("WOULD START AT", seconds: 10), "\(terminal.text)")
            terminal.type("\rhand-made\r")
            #expect(terminal.waitFor("are deleted", seconds: 10), "\(terminal.text)")
            facts = try self.facts(at: address)
            #expect(facts.bounds == [[1000, 3000], [0, 0]])

            terminal.type("D")
            #expect(terminal.waitFor("gone for good", seconds: 10), "\(terminal.text)")
            terminal.type("\rhand-made\r")
            #expect(terminal.waitFor("topic hand-made is deleted", seconds: 10), "\(terminal.text)")
            facts = try self.facts(at: address)
            #expect(facts.partitions == nil)
            terminal.type("q")
        }

        private func facts(at address: String) throws -> Facts {
            let ran = try run(
                "/usr/bin/python3", [clientScript("topic_facts.py"), address, "hand-made", "retention.ms"])
            #expect(ran.status == 0, "\(ran.errors)")
            return try JSONDecoder().decode(Facts.self, from: Data(ran.output.utf8))
        }

        /// Starts the console on a fresh directory, and tells its listener's address.
        private func start(in folder: TemporaryFolder) throws -> (HeadlessTerminal, String) {
            let ready = folder.url.appending(path: "ready")
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path,
                    ],
                    rows: 30,
                    columns: 110
                )
            )
            #expect(terminal.waitFor("throughput", seconds: 20), "\(terminal.text)")
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            return (terminal, address)
        }
    }
#endif
