import Cluster
import StreamQuery

/// PRINT where nobody can follow it: one answer.
extension QueryDesk {
    /// PRINT up to the end that the topic has now: its first records, or else its newest.
    func records(_ statement: PrintTopic) async throws(DeskFailure) -> StatementAnswer {
        do throws(QueryFailure) {
            let topic = statement.topic.text
            let partitions = try await SourceFeed.partitions(of: topic, cluster)
            let first = try await SourceFeed.beginning(of: topic, partitions: partitions, .earliest, cluster)
            let end = try await SourceFeed.beginning(of: topic, partitions: partitions, .latest, cluster)
            var page = PrintedPage(statement)
            var span = page.span
            while true {
                let start = statement.fromBeginning ? first : zip(first, end).map { max($0, $1 - span) }
                page.isPartial = start != first
                try await read(statement, from: start, to: end, into: &page)
                if page.isFull || start == first { return .table(page.table) }
                // Offsets without records, as compaction leaves them: it begins further back.
                span = span > .max / 16 ? .max : span * 16
                page = PrintedPage(statement)
            }
        } catch {
            throw DeskFailure(error)
        }
    }

    private func read(
        _ statement: PrintTopic, from start: [Int64], to end: [Int64], into page: inout PrintedPage
    ) async throws(QueryFailure) {
        var records = PrintedRecords(statement, from: start)
        while !(statement.fromBeginning && page.isFull), zip(records.feed.next, end).contains(where: { $0 < $1 }) {
            let before = records.feed.next
            let found = try await records.read(cluster, waitMilliseconds: 0)
            for record in found where record.record.offset < end[Int(record.partition)] { page.take(record) }
            // What is left belongs to transactions that are still open.
            if records.feed.next == before { break }
            await Task.yield()
        }
        if zip(records.feed.next, end).contains(where: { $0 < $1 }) { page.isPartial = true }
    }
}

/// The records of one answer: the first that come, or the newest.
private struct PrintedPage {
    /// The most records.
    private static let mostRecords = 1000
    /// The most memory that they take, bytes.
    private static let mostBytes = 16 << 20

    private let statement: PrintTopic
    private let limit: Int
    private var records: [PrintedRecord] = []
    private var bytes = 0
    private var wasFull = false
    /// Whether there are records that it does not hold.
    var isPartial = false

    init(_ statement: PrintTopic) {
        self.statement = statement
        limit = min(statement.limit ?? .max, Self.mostRecords)
    }

    /// How many offsets may hold as many records as there is room for.
    var span: Int64 { Int64(limit) * Int64(min(statement.interval ?? 1, Int(Int32.max))) }

    /// Whether no more records have room.
    var isFull: Bool { wasFull || records.count >= limit }

    /// Takes a record where there is room, or where older ones can go for it.
    mutating func take(_ record: PrintedRecord) {
        if statement.fromBeginning {
            isPartial = isPartial || isFull
            if isFull { return }
        }
        records.append(record)
        bytes += record.size
        let isLarge = bytes > Self.mostBytes
        wasFull = wasFull || isLarge
        // Not with each record: sorting takes its time.
        if !statement.fromBeginning, isLarge || records.count >= 2 * limit { trim() }
    }

    /// Leaves the newest ones; of what is too large half of its memory.
    private mutating func trim() {
        records.sort { $0.isBefore($1) }
        let room = bytes > Self.mostBytes ? Self.mostBytes / 2 : Self.mostBytes
        var (count, sum) = (0, 0)
        for record in records.reversed().prefix(limit) {
            if count > 0, sum + record.size > room { break }
            sum += record.size
            count += 1
        }
        isPartial = isPartial || count < records.count
        records.removeFirst(records.count - count)
        bytes = sum
    }

    /// The answer.
    var table: AnswerTable {
        var page = self
        if !statement.fromBeginning { page.trim() }
        let isCut = page.isPartial && page.records.count < statement.limit ?? .max
        let which = statement.fromBeginning ? "first" : "newest"
        return AnswerTable(
            PrintedRecord.columns, page.records.map(\.row.values),
            note: isCut
                ? "These are the \(which) \(page.records.count) records; weir query prints on, as records come." : nil)
    }
}
