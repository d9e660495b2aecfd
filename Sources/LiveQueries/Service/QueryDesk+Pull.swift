import Cluster
import StreamQuery

/// Pull queries: over the state of the query that keeps a table, or else over the records of the topic up to now.
extension QueryDesk {
    /// The most rows that are answered.
    private static let mostRows = 10_000

    /// SELECT without EMIT.
    func pull(_ plan: QueryPlan) async throws(DeskFailure) -> StatementAnswer {
        guard case .pull(let lookup) = plan.mode else { throw DeskFailure(reason: "this is no pull query") }
        var rows = PulledRows(plan)
        do {
            var unlimited = plan
            // The limit is one of rows that are left, not of changes.
            unlimited.limit = nil
            if let records = await state(of: plan, lookup) {
                var execution = try QueryExecution(unlimited, partitions: 1)
                for record in records { execution.take(record) { rows.take($0, of: record) } }
            } else {
                try await scan(unlimited, &rows)
            }
        } catch let failure as QueryFailure {
            throw DeskFailure(failure)
        } catch {
            throw DeskFailure(reason: "\(error)")
        }
        let kept = rows.rows
        let isCut = kept.count > Self.mostRows && plan.limit == nil
        if isCut {
            throw DeskFailure(
                reason:
                    "there are \(kept.count) rows, and at most \(Self.mostRows) are answered: give a WHERE or a LIMIT")
        }
        return .table(AnswerTable(plan.columns, kept))
    }

    /// The rows that the table's query keeps, as records of its topic; nil where none keeps them.
    private func state(of plan: QueryPlan, _ lookup: PullLookup) async -> [SourceRecord]? {
        guard let source = catalog.sources[plan.source.name], let id = source.query, let query = query(id) else {
            return nil
        }
        await caughtUp(id)
        return await query.rows(startingIn: lookup.windowStart)
    }

    /// Waits a moment for a query that has just begun to have looked at its topic.
    private func caughtUp(_ id: String) async {
        let end = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < end, isBeginning(id) {
            // A cancelled wait ends at once; the rows are then those there are.
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Reads the topic from its first record to the last one there was when the scan began.
    private func scan(_ plan: QueryPlan, _ rows: inout PulledRows) async throws {
        let topic = plan.source.topic
        let partitions = try await SourceFeed.partitions(of: topic, cluster)
        let first = try await SourceFeed.beginning(of: topic, partitions: partitions, .earliest, cluster)
        var execution = try QueryExecution(plan, partitions: partitions)
        var feed = SourceFeed(topic, from: first)
        while true {
            let portions = try await feed.read(cluster, waitMilliseconds: 0)
            for portion in portions {
                for record in portion.records {
                    let record = record.source(portion.partition)
                    execution.take(record) { rows.take($0, of: record) }
                }
                feed.pass(portion)
            }
            if portions.isEmpty || rows.isFull { return }
            await Task.yield()
        }
    }
}

/// The rows of a pull query: of a stream all, of a table the newest of each key.
private struct PulledRows {
    private let plan: QueryPlan
    /// Where the row of a record's key stands; a windowed key has its window in it.
    private var places: [[UInt8]: Int] = [:]
    private var kept: [ResultRow?] = []

    init(_ plan: QueryPlan) { self.plan = plan }

    /// Whether a LIMIT is reached; of a table only the end of the scan tells.
    var isFull: Bool { plan.source.kind == .stream && kept.count >= plan.limit ?? .max }

    mutating func take(_ row: ResultRow, of record: SourceRecord) {
        guard plan.source.kind == .table else { return kept.append(row) }
        let key = record.key ?? []
        let new = row.values == nil ? nil : row
        if let place = places[key] {
            kept[place] = new
        } else if new != nil {
            places[key] = kept.count
            kept.append(new)
        }
    }

    var rows: [[String?]] {
        let types = plan.output.map(\.expression.type)
        return kept.compactMap { $0 }.prefix(plan.limit ?? .max).map { row in
            zip(row.values ?? [], types).map { $0.text(as: $1) }
        }
    }
}
