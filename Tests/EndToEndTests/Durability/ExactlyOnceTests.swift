import ChildProcess
import Foundation
import Testing

@Suite("Exactly once", .serialized)
struct ExactlyOnceTests {
    /// How often the broker or the client is killed.
    private static let kills = Int(ProcessInfo.processInfo.environment["WEIR_KILLS"] ?? "") ?? 12
    /// Records that come in between two kills.
    private static let share = 60

    @Test("consume, transform, produce: every input is in the output once, however often broker and client are killed")
    func killed() throws {
        var random = SystemRandomNumberGenerator()
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data")
        let settings = [
            "group.min.session.timeout.ms=1000", "transaction.abort.timed.out.transaction.cleanup.interval.ms=500",
        ]
        var weir = try WeirProcess(dataDirectory: data, settings: settings)
        let address = weir.bootstrap
        for topic in ["input", "output"] {
            let made = try run("/usr/bin/python3", [clientScript("topic.py"), address, topic, "2"])
            #expect(made.status == 0, "\(made.output)\(made.errors)")
        }
        var fed = 0
        var client = try start(address)
        defer { if client.isRunning { kill(client.processIdentifier, SIGKILL) } }
        var killed = (brokers: 0, clients: 0, own: 0)
        for round in 0..<Self.kills {
            // Something must be written between two kills, then the blow falls at a random moment.
            let before = try written(address)
            try feed(from: fed, to: address)
            fed += Self.share
            let moved = waitFor(seconds: 60) { () -> Bool? in
                if !client.isRunning, let next = try? start(address) {
                    client = next
                    killed.own += 1
                }
                return ((try? written(address)) ?? before) > before ? true : nil
            }
            #expect(moved != nil, "round \(round): nothing was written; \(weir.log)")
            usleep(UInt32.random(in: 0...120_000, using: &random))
            if Bool.random(using: &random) {
                weir.killHard()
                weir = try WeirProcess(dataDirectory: data, settings: settings, listen: address)
                killed.brokers += 1
            } else {
                kill(client.processIdentifier, SIGKILL)
                client.waitUntilExit()
                client = try start(address)
                killed.clients += 1
            }
        }
        try finish(&client, address, expecting: fed)
        let values = try committed(address)
        var counts: [String: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        let missing = (0..<fed).filter { counts["RECORD-\($0)"] == nil }
        let repeated = counts.filter { $0.value > 1 }.keys.sorted()
        print("exactly once: \(fed) records, killed \(killed), \(try written(address)) offsets in the output")
        #expect(missing.isEmpty, "missing \(missing.count) of \(fed), first \(missing.prefix(5))")
        #expect(repeated.isEmpty, "repeated \(repeated.count), first \(repeated.prefix(5))")
        #expect(values.count == fed)
    }

    /// Lets a client copy what is left, starting it again should it give up.
    private func finish(_ client: inout ChildProcess, _ address: String, expecting count: Int) throws {
        kill(client.processIdentifier, SIGKILL)
        client.waitUntilExit()
        for _ in 0..<5 {
            client = try start(address, expecting: count)
            let running = client
            #expect(waitFor(seconds: 90) { running.isRunning ? nil : true } != nil, "the last client does not end")
            if !client.isRunning, client.terminationStatus == 0 { return }
        }
        Issue.record("no client could copy the rest")
    }

    private func start(_ address: String, expecting count: Int? = nil) throws -> ChildProcess {
        let client = ChildProcess()
        client.executableURL = URL(filePath: "/usr/bin/python3")
        client.arguments =
            [clientScript("exactly_once.py"), address, "input", "output"] + (count.map { [String($0)] } ?? [])
        client.standardOutput = FileHandle.nullDevice
        client.standardError = FileHandle.nullDevice
        client.standardInput = FileHandle.nullDevice
        try client.run()
        return client
    }

    private func feed(from first: Int, to address: String) throws {
        let lines = (first..<(first + Self.share)).map { "key-\($0 % 7):record-\($0)\n" }.joined()
        let fed = try run(
            "/usr/bin/kcat", ["-P", "-b", address, "-t", "input", "-K:", "-X", "acks=all"], input: Data(lines.utf8))
        #expect(fed.status == 0, "\(fed.errors)")
    }

    /// The offsets of the output, markers and aborted records among them.
    private func written(_ address: String) throws -> Int {
        let asked = try run("/usr/bin/kcat", ["-Q", "-b", address, "-t", "output:0:-1", "-t", "output:1:-1"])
        return asked.output.split(separator: "\n").compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
            .reduce(0, +)
    }

    private func committed(_ address: String) throws -> [String] {
        let read = try run(
            "/usr/bin/kcat",
            ["-C", "-b", address, "-t", "output", "-e", "-q", "-X", "isolation.level=read_committed", "-f", "%s\n"],
            seconds: 60)
        #expect(read.status == 0, "\(read.errors)")
        return read.output.split(separator: "\n").map(String.init)
    }
}
