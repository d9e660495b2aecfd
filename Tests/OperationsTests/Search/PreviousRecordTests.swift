import Cluster
import Operations
import Testing

@Suite("The record before with the same key")
struct PreviousRecordTests {
    private static let place = TopicPartition(topic: "t", partition: 0)

    /// A log of few keys in which compaction left gaps.
    private static func log(_ random: inout SystemRandomNumberGenerator, count: Int64) -> [FetchedRecord] {
        (100..<100 + count).filter { _ in Int.random(in: 0..<3, using: &random) > 0 }.map {
            FetchedRecord(
                offset: $0, timestamp: $0, key: [UInt8.random(in: 0..<7, using: &random)], value: Array("\($0)".utf8))
        }
    }

    @Test("is the last one before it in the log, and said to be none where the log has none")
    func model() async throws {
        var random = SystemRandomNumberGenerator()
        for count in [1, 50, 3000, 12_000] as [Int64] {
            let records = Self.log(&random, count: count)
            let cluster = MemoryLogs([
                Self.place: MemoryLogs.Log(
                    records: records, bounds: PartitionOffsets(logStart: 100, highWatermark: 100 + count))
            ])
            for record in records.shuffled().prefix(12) {
                let wanted = records.last { $0.offset < record.offset && $0.key == record.key }
                let got = try await PreviousRecord.find(
                    key: record.key ?? [], in: Self.place, before: record.offset, on: cluster)
                #expect(got == wanted.map { .found($0) } ?? .none(logStart: 100), "offset \(record.offset)")
            }
            let absent = try await PreviousRecord.find(key: [99], in: Self.place, before: 100 + count, on: cluster)
            #expect(absent == .none(logStart: 100))
        }
    }

    @Test("a key that is nowhere near is given up at a stated place, not sought through the whole log")
    func bounded() async throws {
        let cluster = MemoryLogs([
            Self.place: MemoryLogs.Log(
                records: [FetchedRecord(offset: 5, timestamp: 5, key: [1], value: nil)],
                bounds: PartitionOffsets(logStart: 0, highWatermark: 10_000_000))
        ])
        let got = try await PreviousRecord.find(key: [1], in: Self.place, before: 9_000_000, on: cluster)
        guard case .notSeen(let before) = got else {
            Issue.record("\(got)")
            return
        }
        #expect(before < 9_000_000 - 400_000 && before > 8_000_000)
        #expect(cluster.fetches < 50)
    }
}
