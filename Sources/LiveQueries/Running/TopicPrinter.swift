import Cluster
import StreamQuery

/// PRINT for who reads a script: records are told as they come, until its limit is reached or it is cancelled (ksqlDB's rule). It is on no
/// board: what it shows is what the topic holds.
struct TopicPrinter: Sendable {
    let statement: PrintTopic
    let cluster: any Cluster
    let listener: ScriptEvent.Listener

    /// Runs to the end.
    ///
    /// - Returns: Why it cannot go on; nil where it is done or was cancelled.
    func run() async -> String? {
        do throws(QueryFailure) {
            try await follow()
            return nil
        } catch {
            return error.problem
        }
    }

    private func follow() async throws(QueryFailure) {
        let topic = statement.topic.text
        let partitions = try await SourceFeed.partitions(of: topic, cluster)
        let start = try await SourceFeed.beginning(
            of: topic, partitions: partitions, statement.fromBeginning ? .earliest : .latest, cluster)
        var records = PrintedRecords(statement, from: start)
        listener(.began(PrintedRecord.columns))
        var left = statement.limit ?? .max
        while left > 0 {
            let found = try await records.read(cluster, waitMilliseconds: 1000).prefix(left)
            left -= found.count
            guard !found.isEmpty else { continue }
            listener(.rows(found.map(\.row)))
            // What comes in drops is shown in sips: nobody reads faster. A cancelled rest ends at once.
            if left > 0, records.feed.lag == 0 { try? await Task.sleep(for: .milliseconds(50)) }
        }
    }
}

/// A record as PRINT shows it.
struct PrintedRecord: Sendable {
    let partition: Int32
    let record: FetchedRecord

    /// The columns of its row.
    static let columns = [
        ("rowtime", "BIGINT"), ("partition", "INTEGER"), ("offset", "BIGINT"), ("key", "VARCHAR"), ("value", "VARCHAR"),
    ].map { QueryColumn(name: $0, type: $1, isKey: false) }

    /// The record as a row.
    var row: QueryResult.Row {
        QueryResult.Row(
            values: [
                "\(record.timestamp)", "\(partition)", "\(record.offset)", Self.text(record.key),
                Self.text(record.value),
            ], timestamp: record.timestamp)
    }

    /// About what it takes in memory, bytes.
    var size: Int { 100 + (record.key?.count ?? 0) + (record.value?.count ?? 0) }

    /// Whether it stands before another where several partitions are shown.
    func isBefore(_ other: PrintedRecord) -> Bool {
        (record.timestamp, partition, record.offset) < (other.record.timestamp, other.partition, other.record.offset)
    }

    private static func text(_ bytes: [UInt8]?) -> String? {
        guard let bytes else { return nil }
        let isText = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
        if isText, let text = String(validating: bytes, as: UTF8.self) { return text }
        let digits = Array("0123456789abcdef")
        return "0x" + bytes.prefix(256).map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }.joined()
    }
}

/// The records of a topic from offsets on, of which every so many are shown.
struct PrintedRecords: Sendable {
    private let interval: Int
    /// Records to pass over before the next one that is shown.
    private var passed = 0
    private(set) var feed: SourceFeed

    /// Records from offsets on.
    init(_ statement: PrintTopic, from start: [Int64]) {
        interval = max(1, statement.interval ?? 1)
        feed = SourceFeed(statement.topic.text, from: start)
    }

    /// Reads what comes next, in the order of its times, waiting for it for a while where there is nothing.
    mutating func read(_ cluster: any Cluster, waitMilliseconds: Int) async throws(QueryFailure) -> [PrintedRecord] {
        let portions = try await feed.read(cluster, waitMilliseconds: waitMilliseconds)
        for portion in portions { feed.pass(portion) }
        let found = portions.flatMap { portion in
            portion.records.map { PrintedRecord(partition: portion.partition, record: $0) }
        }
        var shown: [PrintedRecord] = []
        for record in found.sorted(by: { $0.isBefore($1) }) {
            if passed == 0 {
                shown.append(record)
                passed = interval
            }
            passed -= 1
        }
        return shown
    }
}
