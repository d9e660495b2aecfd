import Foundation
import SeededNumbers
import Testing

@Suite("Persistent queries and kill -9", .serialized)
struct QueryKillTests {
    /// How often the broker is killed.
    private static let kills = Int(ProcessInfo.processInfo.environment["WEIR_KILLS"] ?? "") ?? 8
    /// Records that come in between two kills.
    private static let share = 70
    private static let keys = 7

    private static let statements = """
        CREATE STREAM input (k VARCHAR KEY, n BIGINT) WITH (KAFKA_TOPIC='input', VALUE_FORMAT='JSON');
        SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='40';
        CREATE TABLE counts WITH (KAFKA_TOPIC='counts') AS
          SELECT k, COUNT(*) AS c, SUM(n) AS s FROM input GROUP BY k;
        CREATE STREAM evens WITH (KAFKA_TOPIC='evens') AS SELECT k, n FROM input WHERE n % 2 = 0;
        """

    @Test("a count is exactly right however often the broker is killed, and each row of a stream is written once")
    func killed() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("queries and kill -9: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data")
        var weir = try WeirProcess(dataDirectory: data)
        let address = weir.bootstrap
        let made = try run("/usr/bin/python3", [clientScript("topic.py"), address, "input", "3"])
        #expect(made.status == 0, "\(made.output)\(made.errors)")
        #expect(weir.stop() == 0)
        let stated = try run(
            WeirProcess.binary.path, ["query", "--data", data.path, "-e", Self.statements], seconds: 60)
        #expect(stated.status == 0, "\(stated.output)\(stated.errors)")
        #expect(stated.output.contains("Started: CTAS_COUNTS_1"))

        weir = try WeirProcess(dataDirectory: data, listen: address)
        var fed = 0
        for _ in 0..<Self.kills {
            try feed(from: fed, to: address)
            fed += Self.share
            usleep(UInt32.random(in: 0...400_000, using: &random))
            weir.killHard()
            weir = try WeirProcess(dataDirectory: data, listen: address)
        }
        try feed(from: fed, to: address)
        fed += Self.share
        let expected = Self.counts(fed)
        let found = waitFor(seconds: 90) { () -> Bool? in (try? table(address)) == expected ? true : nil }
        #expect(found != nil, "\((try? table(address)) ?? [:]) is not \(expected); \(weir.log)")
        let evens = (0..<fed).filter { $0 % 2 == 0 }.map { #"{"N":\#($0)}"# }.sorted()
        let written = waitFor(seconds: 60) { () -> [String]? in
            let values = (try? lines("evens", "%s\n", address)) ?? []
            return values.count >= evens.count ? values : nil
        }
        #expect(written?.sorted() == evens)
        #expect(weir.stop() == 0)
    }

    private static func counts(_ fed: Int) -> [String: String] {
        Dictionary(grouping: 0..<fed) { "key-\($0 % keys)" }.mapValues { numbers in
            #"{"C":\#(numbers.count),"S":\#(numbers.reduce(0, +))}"#
        }
    }

    private func feed(from first: Int, to address: String) throws {
        let lines = (first..<(first + Self.share)).map { "key-\($0 % Self.keys)|{\"n\":\($0)}\n" }.joined()
        let fed = try run(
            "/usr/bin/kcat", ["-P", "-b", address, "-t", "input", "-K|", "-X", "acks=all"], input: Data(lines.utf8))
        #expect(fed.status == 0, "\(fed.errors)")
    }

    private func table(_ address: String) throws -> [String: String] {
        var table: [String: String] = [:]
        for line in try lines("counts", "%k=%s\n", address) {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { table[parts[0]] = parts[1] }
        }
        return table
    }

    private func lines(_ topic: String, _ format: String, _ address: String) throws -> [String] {
        let read = try run(
            "/usr/bin/kcat",
            ["-C", "-b", address, "-t", topic, "-e", "-q", "-X", "isolation.level=read_committed", "-f", format],
            seconds: 60)
        #expect(read.status == 0, "\(read.errors)")
        return read.output.split(separator: "\n").map(String.init)
    }
}
