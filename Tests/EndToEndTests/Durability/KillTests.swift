import ChildProcess
import Foundation
import Testing

@Suite("kill -9", .serialized)
struct KillTests {
    /// How often the broker is killed in each test.
    private static let kills = Int(ProcessInfo.processInfo.environment["WEIR_KILLS"] ?? "") ?? 20

    @Test("a broker killed again and again while producing loses and repeats no acknowledged record")
    func whileProducing() throws {
        let outcome = try killRepeatedly(topicSettings: [:], keys: 1_000_000)
        var seen: [Int: Int] = [:]
        for record in outcome.records { seen[record.sequence, default: 0] += 1 }
        let lost = outcome.acknowledged.filter { seen[$0] == nil }
        let repeated = seen.filter { $0.value > 1 }.keys.sorted()
        #expect(outcome.acknowledged.count > 100)
        #expect(lost.isEmpty, "lost \(lost.count) of \(outcome.acknowledged.count), first \(lost.prefix(5))")
        #expect(repeated.isEmpty, "repeated \(repeated.count), first \(repeated.prefix(5))")
        #expect(outcome.records.map(\.sequence) == outcome.records.map(\.sequence).sorted(), "order was lost")
    }

    @Test("a broker killed again and again while compacting loses no key and no latest value")
    func whileCompacting() throws {
        let outcome = try killRepeatedly(
            topicSettings: [
                "cleanup.policy": "compact", "segment.bytes": "65536", "min.cleanable.dirty.ratio": "0.01",
            ],
            keys: 97,
            settings: ["log.cleaner.backoff.ms=20"]
        )
        var newest: [Int: Int] = [:]
        for record in outcome.records { newest[record.sequence % 97] = record.sequence }
        var expected: [Int: Int] = [:]
        for sequence in outcome.acknowledged { expected[sequence % 97] = max(expected[sequence % 97] ?? 0, sequence) }
        for (key, sequence) in expected {
            #expect((newest[key] ?? -1) >= sequence, "key k\(key): acknowledged \(sequence), read \(newest[key] ?? -1)")
        }
        #expect(outcome.records.count < outcome.acknowledged.count * 9 / 10, "the cleaner hardly ran")
    }

    private struct Outcome {
        var acknowledged: [Int]
        var records: [(offset: Int, sequence: Int)]
    }

    /// Runs one idempotent producer through many kills of the broker, then reads everything back.
    private func killRepeatedly(
        topicSettings: [String: String],
        keys: Int,
        settings: [String] = []
    ) throws -> Outcome {
        var random = SystemRandomNumberGenerator()
        let folder = try TemporaryFolder()
        let ledger = folder.url.appending(path: "ledger")
        let data = folder.url.appending(path: "data")
        var weir = try WeirProcess(dataDirectory: data, settings: settings)
        let address = weir.bootstrap
        let made = try run(
            "/usr/bin/python3",
            [clientScript("topic.py"), address, "killed", "1"] + topicSettings.map { "\($0)=\($1)" })
        #expect(made.status == 0, "\(made.output)\(made.errors)")
        let producer = ChildProcess()
        let (stopPipe, output) = (Pipe(), Pipe())
        producer.executableURL = URL(filePath: "/usr/bin/python3")
        producer.arguments = [clientScript("ledger.py"), address, "killed", ledger.path, String(keys)]
        producer.standardInput = stopPipe
        producer.standardOutput = output
        try producer.run()
        defer { if producer.isRunning { kill(producer.processIdentifier, SIGKILL) } }
        for _ in 0..<Self.kills {
            let before = size(of: ledger)
            // Something must be acknowledged between two kills, then the blow falls at a random moment.
            #expect(waitFor(seconds: 30) { size(of: ledger) > before ? true : nil } != nil, "no progress: \(weir.log)")
            usleep(UInt32.random(in: 0...150_000, using: &random))
            weir.killHard()
            weir = try WeirProcess(dataDirectory: data, settings: settings, listen: address)
        }
        try stopPipe.fileHandleForWriting.write(contentsOf: Data("stop\n".utf8))
        producer.waitUntilExit()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(producer.terminationStatus == 0, "\(said)")
        let acknowledged = try String(contentsOf: ledger, encoding: .utf8).split(separator: "\n")
            .compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
        let read = try run(
            "/usr/bin/kcat", ["-C", "-b", address, "-t", "killed", "-e", "-q", "-f", "%o %s\n"], seconds: 120)
        #expect(read.status == 0, "\(read.errors)")
        let records = read.output.split(separator: "\n").compactMap { line -> (offset: Int, sequence: Int)? in
            let parts = line.split(separator: " ").compactMap { Int($0) }
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
        return Outcome(acknowledged: acknowledged, records: records)
    }

    private func size(of file: URL) -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: file.path)[.size]) as? Int) ?? 0
    }
}
