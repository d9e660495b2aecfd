import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("Time travel with the real binary", .serialized)
    struct TravelTests {
        /// A record as kcat read it.
        private struct Read {
            var offset: Int64
            var time: Int64
            var key: String
            var value: String
        }

        private func write(_ pairs: [(String, String)], to address: String) throws {
            let lines = Data(pairs.map { "\($0):\($1)\n" }.joined().utf8)
            let wrote = try run("/usr/bin/kcat", ["-P", "-b", address, "-t", "prices", "-K", ":"], input: lines)
            #expect(wrote.status == 0, "\(wrote.errors)")
        }

        private func read(from address: String) throws -> [Read] {
            try run("/usr/bin/kcat", ["-C", "-b", address, "-t", "prices", "-e", "-q", "-f", "%o %T %k %s\n"])
                .output.split(separator: "\n").map { line in
                    let parts = line.split(separator: " ")
                    return Read(
                        offset: try #require(Int64(parts[0])), time: try #require(Int64(parts[1])),
                        key: String(parts[2]), value: String(parts[3]))
                }
        }

        /// The value that the table on the screen has for each of the keys.
        private func table(_ keys: [String], _ text: String) -> [String: String] {
            var found: [String: String] = [:]
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                for key in keys where words.contains(Substring(key)) {
                    found[key] = words.dropLast().last.map(String.init)
                }
            }
            return found
        }

        @Test("h shows the newest value of each key as of a moment, before compaction and after, as a client reads it")
        func travel() throws {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path,
                    ], rows: 40, columns: 100))
            #expect(terminal.waitFor("throughput", seconds: 20), "\(terminal.text)")
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let made = try run(
                "/usr/bin/python3",
                [
                    clientScript("topic.py"), address, "prices", "1", "cleanup.policy=compact",
                    "min.cleanable.dirty.ratio=1.0",
                ])
            #expect(made.status == 0, "\(made.errors)")
            let keys = ["anna", "berta", "carla", "dora"]
            try write(keys.map { ($0, "first-\($0)") }, to: address)
            let early = try read(from: address)
            let moment = try #require(early.map(\.time).max())
            // The clock goes on, so that no later record is of the same moment.
            let isLater = waitFor(seconds: 5) { Date().timeIntervalSince1970 * 1000 > Double(moment + 2) ? true : nil }
            #expect(isLater == true)
            try write([("anna", "later-anna"), ("berta", "later-berta"), ("emma", "later-emma")], to: address)

            // As of the moment between, every key has its first value, and the later one is not there.
            terminal.type("2")
            #expect(terminal.waitFor("prices", seconds: 20), "\(terminal.text)")
            terminal.type("\r")
            #expect(terminal.waitFor("segments of prices-0", seconds: 10), "\(terminal.text)")
            terminal.type("h")
            #expect(terminal.waitFor("enter reads the whole topic", seconds: 10), "\(terminal.text)")
            // A moment is before its own records: the next one has them all.
            terminal.type("@\(moment + 1)")
            // What is typed is said back with its zone before it is used.
            #expect(
                terminal.wait(seconds: 10) { $0.text.contains("Z · ") && $0.text.contains(" ago") }, "\(terminal.text)")
            terminal.type("\r")
            let firsts = Dictionary(uniqueKeysWithValues: early.map { ($0.key, $0.value) })
            #expect(
                terminal.wait(seconds: 20) { table(keys + ["emma"], $0.text) == firsts }, "\(firsts)\n\(terminal.text)")
            // Against now: two keys changed, one came.
            terminal.type("=now\r")
            #expect(
                terminal.wait(seconds: 20) {
                    let text = $0.text
                    let isThere = ["anna", "berta", "emma"].allSatisfy { text.contains("later-\($0)") }
                    return isThere && !text.contains("carla")
                }, "\(terminal.text)")

            // After compaction the first values of the keys written again are gone for the client, and so here, which says it.
            terminal.type("\u{1b}")
            #expect(terminal.waitFor("segments of prices-0", seconds: 10), "\(terminal.text)")
            terminal.type("c")
            #expect(terminal.waitFor("nothing is changed yet", seconds: 10), "\(terminal.text)")
            terminal.type(" ")
            #expect(terminal.waitFor("[x] roll", seconds: 10), "\(terminal.text)")
            #expect(terminal.waitFor("nothing is changed yet", seconds: 10), "\(terminal.text)")
            terminal.type("C")
            let left = try #require(
                waitFor(seconds: 60) { () -> [Read]? in
                    guard let found = try? read(from: address), found.count == 5 else { return nil }
                    return found
                }, "\(terminal.text)")
            let asOf = Dictionary(
                left.filter { $0.time <= moment }.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            #expect(asOf == ["carla": "first-carla", "dora": "first-dora"])
            terminal.type("h")
            #expect(terminal.waitFor("reading this", seconds: 10), "\(terminal.text)")
            terminal.type("=\u{15}\r@\(moment + 1)\r")
            #expect(terminal.wait(seconds: 20) { table(keys + ["emma"], $0.text) == asOf }, "\(asOf)\n\(terminal.text)")
            #expect(terminal.text.contains("Compaction took 2 records from prices-0"), "\(terminal.text)")
            kill(terminal.pid, SIGTERM)
            #expect(terminal.exitCode(seconds: 20) == 0)
        }
    }
#endif
