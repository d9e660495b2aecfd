import ChildProcess
import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("Compaction from the keyboard", .serialized)
    struct CompactionTests {
        @Test("c then C leaves one record a key, exactly as the preview said")
        func compact() throws {
            let folder = try TemporaryFolder()
            let (terminal, address) = try start(in: folder)
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

            try openTopic("orders", on: terminal)
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

        @Test("compacting under running producers keeps every key's newest record, and each kept record at its offset")
        func compactWhileProducing() throws {
            let folder = try TemporaryFolder()
            let (terminal, address) = try start(in: folder)
            let made = try run(
                "/usr/bin/python3",
                [
                    clientScript("topic.py"), address, "order-events", "1", "cleanup.policy=compact",
                    "min.cleanable.dirty.ratio=1.0", "segment.bytes=131072",
                ]
            )
            #expect(made.status == 0, "\(made.errors)")
            let ledger = folder.url.appending(path: "ledger")
            let stop = Pipe()
            let producer = ChildProcess()
            producer.executableURL = URL(filePath: "/usr/bin/python3")
            producer.arguments = [clientScript("order_ledger.py"), address, "order-events", ledger.path, "300"]
            producer.standardInput = stop
            producer.standardOutput = FileHandle.nullDevice
            try producer.run()
            defer { if producer.isRunning { kill(producer.processIdentifier, SIGKILL) } }

            try openTopic("order-events", on: terminal)
            var cleaned: Int64 = 0
            for _ in 0..<3 {
                let written = acknowledged(ledger)
                #expect(waitFor(seconds: 60) { acknowledged(ledger) > written + 5000 ? true : nil } != nil)
                terminal.type("c")
                #expect(terminal.waitFor("nothing is changed yet", seconds: 10), "\(terminal.text)")
                terminal.type("C")
                let former = cleaned
                let next = waitFor(seconds: 30) { cleanedOffset(folder).flatMap { $0 > former ? $0 : nil } }
                cleaned = try #require(next, "no compaction behind offset \(former):\n\(terminal.text)")
                // A run takes the screen back to where it was asked for.
                #expect(terminal.waitFor("segments of order-events-0", seconds: 10), "\(terminal.text)")
            }
            // Writing goes on behind the last compaction, then ends with everything acknowledged.
            let written = acknowledged(ledger)
            #expect(waitFor(seconds: 60) { acknowledged(ledger) > written + 500 ? true : nil } != nil)
            try stop.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
            producer.waitUntilExit()
            #expect(producer.terminationStatus == 0)

            try verify(try read(from: address, topic: "order-events"), against: ledger, cleaned: cleaned)
            terminal.type("q")
        }

        /// Compares what a consumer reads with everything that was acknowledged.
        private func verify(
            _ found: [(key: String, line: String)], against ledger: URL, cleaned: Int64
        ) throws {
            var model: [Int64: String] = [:]
            var newest: [String: Int64] = [:]
            for line in try String(contentsOf: ledger, encoding: .utf8).split(separator: "\n") {
                let parts = line.split(separator: " ")
                let offset = try #require(Int64(parts[1]))
                let isTombstone = parts[3] == "-"
                model[offset] = "\(parts[2])\t\(offset) \(isTombstone ? "-1 " : "\(parts[3].utf8.count) \(parts[3])")"
                newest[String(parts[2])] = max(newest[String(parts[2])] ?? -1, offset)
            }
            #expect(model.count > 15_000)
            var offsets: Set<Int64> = []
            var cleanedKeys: Set<String> = []
            for (key, line) in found {
                let offset = try #require(Int64(line.prefix { $0 != " " }))
                offsets.insert(offset)
                #expect(model[offset] == "\(key)\t\(line)", "offset \(offset)")
                if offset < cleaned { #expect(cleanedKeys.insert(key).inserted, "\(key) twice below \(cleaned)") }
            }
            #expect(newest.values.allSatisfy { offsets.contains($0) }, "a key lost its newest record")
            let uncleaned = model.keys.filter { $0 >= cleaned }
            #expect(uncleaned.allSatisfy { offsets.contains($0) }, "records behind offset \(cleaned) are missing")
            // Something was cleaned, and something was there to be left alone.
            #expect(found.count < model.count / 2 && !uncleaned.isEmpty && !cleanedKeys.isEmpty)
        }

        /// How many records were acknowledged so far.
        private func acknowledged(_ ledger: URL) -> Int {
            (try? Data(contentsOf: ledger))?.count { $0 == UInt8(ascii: "\n") } ?? 0
        }

        /// Up to where the one partition is clean, from the broker's checkpoint.
        private func cleanedOffset(_ folder: TemporaryFolder) -> Int64? {
            let file = folder.url.appending(path: "data/log/cleaner-offset-checkpoint")
            let lines = (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
            return lines.first { $0.hasPrefix("order-events 0 ") }?.split(separator: " ").last.flatMap { Int64($0) }
        }

        /// Starts the console on a fresh directory, and tells its listener's address.
        private func start(in folder: TemporaryFolder) throws -> (HeadlessTerminal, String) {
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
            return (terminal, address)
        }

        /// Goes to a topic's own screen.
        private func openTopic(_ topic: String, on terminal: HeadlessTerminal) throws {
            terminal.type("2")
            #expect(terminal.waitFor(topic, seconds: 10), "\(terminal.text)")
            terminal.type("/\(topic)\r")
            terminal.type("\r")
            #expect(terminal.waitFor("segments of \(topic)-0", seconds: 10), "\(terminal.text)")
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
        private func read(from address: String, topic: String = "orders") throws -> [(key: String, line: String)] {
            let ran = try run(
                "/usr/bin/kcat", ["-C", "-b", address, "-t", topic, "-e", "-q", "-f", "%k\t%o %S %s\n"])
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
