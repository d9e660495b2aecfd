import BrokerCore
import Cluster
import LiveQueries
import SeededNumbers
import Testing

@Suite("Queries that are killed")
struct CrashTests {
    private struct Written {
        var partition: Int32
        var key: String
        var number: Int64
        var time: Int64
    }

    private static let partitions: Int32 = 3
    private static let statements = """
        CREATE STREAM input (k VARCHAR KEY, n BIGINT) WITH (KAFKA_TOPIC='input', VALUE_FORMAT='JSON');
        SET 'auto.offset.reset'='earliest'; SET 'commit.interval.ms'='5'; SET 'weir.idle.ms'='0';
        CREATE TABLE totals WITH (KAFKA_TOPIC='totals') AS
            SELECT k, COUNT(*) AS c, SUM(n) AS s FROM input GROUP BY k;
        CREATE TABLE minutes WITH (KAFKA_TOPIC='minutes') AS
            SELECT k, COUNT(*) AS c FROM input WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 10 SECONDS)
            GROUP BY k HAVING COUNT(*) > 2;
        CREATE STREAM odd WITH (KAFKA_TOPIC='odd') AS SELECT k, n FROM input WHERE n % 2 = 1;
        CREATE STREAM again WITH (KAFKA_TOPIC='again') AS SELECT k, n FROM odd;
        CREATE TABLE stays WITH (KAFKA_TOPIC='stays') AS
            SELECT k, COUNT(*) AS c, COLLECT_LIST(n) AS l
            FROM input WINDOW SESSION (5 SECONDS, GRACE PERIOD 10 SECONDS) GROUP BY k;
        SET 'weir.idle.ms'='20';
        CREATE TABLE finals WITH (KAFKA_TOPIC='finals') AS
            SELECT k, COUNT(*) AS c FROM input WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 10 SECONDS)
            GROUP BY k EMIT FINAL;
        """

    @Test(arguments: [1, 2, 3] as [UInt64])
    func whatTheyHaveWrittenInTheEndIsWhatOneRunWrites(_ round: UInt64) async throws {
        let seed = UInt64.random(in: 1...UInt64.max) ^ round
        print("queries that are killed: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let stage = try QueryStage()
        let broker = try #require(stage.cluster as? EmbeddedCluster)
        try await stage.topic("input", partitions: Self.partitions)
        let first = stage.service()
        await first.start()
        try await first.mustRun(Self.statements)
        await first.stop()

        var written: [Written] = []
        for _ in 0..<25 {
            try await write(&written, &random, stage)
            let mortal = MortalCluster(
                broker, calls: Int.random(in: 1...120, using: &random), isLastDone: Bool.random(using: &random))
            let service = stage.service(on: mortal)
            await service.start()
            try await write(&written, &random, stage)
            // It lives until it dies, or has nothing left to do.
            let end = ContinuousClock.now + .milliseconds(Int.random(in: 20...250, using: &random))
            try await eventually("it dies or is quiet") { mortal.isDead || ContinuousClock.now > end }
            await service.stop()
        }
        let last = stage.service()
        await last.start()
        let expected = Self.totals(written)
        defer { print(last.board.queries.map { "\($0.id): \($0.state), lag \($0.lag ?? -1)" }) }
        try await eventually("the totals are there") { try await stage.table("totals") == expected }
        try await eventually("all is read") {
            last.board.queries.count == 6
                && last.board.queries.allSatisfy { $0.state == .running && $0.lag == 0 }
        }
        try await eventually("odd numbers were passed on twice") {
            try await stage.read("again").count == written.filter { $0.number % 2 == 1 }.count
        }
        await last.stop()

        #expect(try await stage.table("totals") == expected)
        let odd = written.filter { $0.number % 2 == 1 }.map { #"{"N":\#($0.number)}"# }.sorted()
        for topic in ["odd", "again"] {
            #expect(try await stage.read(topic).map { String(decoding: $0.value ?? [], as: UTF8.self) }.sorted() == odd)
        }
        #expect(try await windows("minutes", stage) == Self.minutes(written).filter { $0.value > 2 })
        try await finalsAreToldOnce(stage, written)
        let (stays, undisturbed) = (try await Self.stays(stage), try await staysOfOneRun(written))
        let different = Set(stays.keys).union(undisturbed.keys).filter { stays[$0] != undisturbed[$0] }
        for key in different.prefix(3) {
            Issue.record("\(key): \(stays[key] ?? "none"), undisturbed \(undisturbed[key] ?? "none")")
        }
    }

    /// The sessions that a query comes to which nobody disturbs.
    private func staysOfOneRun(_ written: [Written]) async throws -> [[UInt8]: String] {
        let stage = try QueryStage()
        try await stage.topic("input", partitions: Self.partitions)
        try await stage.write(
            "input", partitions: Self.partitions, written.map { ($0.key, #"{"n":\#($0.number)}"#, $0.time) })
        let service = stage.service()
        try await service.mustRun(Self.statements)
        try await eventually("all is read") { service.board.queries.allSatisfy { $0.lag == 0 } }
        await service.stop()
        return try await Self.stays(stage)
    }

    /// The sessions, by key with their bounds as bytes.
    private static func stays(_ stage: QueryStage) async throws -> [[UInt8]: String] {
        var table: [[UInt8]: String] = [:]
        for record in try await stage.read("stays") {
            table[record.key ?? []] = record.value.map { String(decoding: $0, as: UTF8.self) }
        }
        return table
    }

    /// Each window's final row is told once, and counts no more than was written.
    private func finalsAreToldOnce(_ stage: QueryStage, _ written: [Written]) async throws {
        let finals = try await stage.read("finals")
        #expect(Set(finals.map { $0.key ?? [] }).count == finals.count)
        #expect(!finals.isEmpty)
    }

    private func windows(_ topic: String, _ stage: QueryStage) async throws -> [String: Int] {
        var table: [String: Int] = [:]
        for record in try await stage.read(topic) {
            let key = record.key ?? []
            let start = key.suffix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
            let name = "\(String(decoding: key.dropLast(8), as: UTF8.self))@\(start)"
            let value = record.value.map { String(decoding: $0, as: UTF8.self) }
            table[name] = value.flatMap { Int($0.filter(\.isNumber)) }
        }
        return table
    }

    // MARK: what one run writes

    private static func totals(_ written: [Written]) -> [String: String] {
        Dictionary(grouping: written, by: \.key).mapValues { records in
            #"{"C":\#(records.count),"S":\#(records.reduce(0) { $0 + $1.number })}"#
        }
    }

    private static func minutes(_ written: [Written]) -> [String: Int] {
        var streamTime: [Int32: Int64] = [:]
        var counts: [String: Int] = [:]
        for record in written {
            let now = max(streamTime[record.partition] ?? -1, record.time)
            streamTime[record.partition] = now
            let start = record.time / 60_000 * 60_000
            guard start + 60_000 + 10_000 > now else { continue }
            counts["\(record.key)@\(start)", default: 0] += 1
        }
        return counts
    }

    private func write(_ written: inout [Written], _ random: inout SeededGenerator, _ stage: QueryStage) async throws {
        var records: [(key: String, value: String, time: Int64)] = []
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            let key = "k\(Int.random(in: 0...9, using: &random))"
            let number = Int64.random(in: 0...1_000_000, using: &random)
            let time = max(0, Int64(written.count) * 500 + Int64.random(in: -60_000...2000, using: &random))
            let partition = KeyPartitioner.partition(of: Array(key.utf8), partitions: Self.partitions)
            written.append(Written(partition: partition, key: key, number: number, time: time))
            records.append((key, #"{"n":\#(number)}"#, time))
        }
        try await stage.write("input", partitions: Self.partitions, records)
    }
}
