/// A row of a query's result.
package struct ResultRow: Equatable, Sendable {
    /// The values of the key columns, in the order of the SELECT.
    package var key: [SQLValue]
    /// All columns in the order of the SELECT; nil for a row that is no more.
    package var values: [SQLValue]?
    /// The row's window, milliseconds.
    package var window: ResultWindow?
    /// The row's timestamp, milliseconds.
    package var timestamp: Int64
}

/// The window of a row.
package struct ResultWindow: Hashable, Sendable {
    /// The start, milliseconds.
    package var start: Int64
    /// The end: the first moment behind a time window, the last of a session.
    package var end: Int64
}

/// Turns rows into records of a sink.
package struct SinkWriter: Sendable {
    private let key: ColumnsWriter
    private let value: ColumnsWriter
    private let valuePlaces: [Int]
    private let window: KeyWindow?
    /// Where the sink's TIMESTAMP column stands, and how its text is read.
    private let timestamp: (place: Int, pattern: TimePattern?)?

    /// A writer of a query's rows; nil for a query without a sink.
    package init?(_ plan: QueryPlan) {
        guard let sink = plan.sink else { return nil }
        key = ColumnsWriter(plan.schema.key, sink.keyFormat, isKey: true)
        value = ColumnsWriter(plan.schema.value, sink.valueFormat, isKey: false)
        valuePlaces = plan.output.indices.filter { !plan.output[$0].isKey }
        window = sink.window
        timestamp = sink.timestamp.flatMap { column in
            // The analysis has read the pattern once already.
            plan.output.firstIndex { $0.name == column.column }.map { place in
                (place, column.format.flatMap { try? TimePattern($0) })
            }
        }
    }

    /// A row's timestamp in the sink, milliseconds: that of its TIMESTAMP column where the sink has one, or else the row's own; nil where the
    /// column holds none or one before 1970, which no record can have: the log says so.
    package func timestamp(_ row: ResultRow, _ log: inout ProcessingLog) -> Int64? {
        guard let timestamp, let values = row.values else { return row.timestamp }
        let moment: Int64? =
            switch values[timestamp.place] {
            case .bigint(let value), .timestamp(let value): value
            case .string(let text):
                if let pattern = timestamp.pattern {
                    try? pattern.moment(text, in: .utc)
                } else {
                    TemporalText.parseTimestamp(text)
                }
            default: nil
            }
        guard let moment else {
            log.note(.result, "the sink's TIMESTAMP column holds no time")
            return nil
        }
        guard moment >= 0 else {
            log.note(.result, "the sink's TIMESTAMP column holds \(moment), a time before 1970")
            return nil
        }
        return moment
    }

    /// A row's key and value in bytes; nil where the sink's format cannot hold it, which the log says.
    package func record(_ row: ResultRow, _ log: inout ProcessingLog) -> (key: [UInt8]?, value: [UInt8]?)? {
        do throws(EvaluationFailure) {
            var keyBytes = try key.bytes(row.key)
            if let window, let place = row.window {
                keyBytes = WindowedKey.bytes(keyBytes ?? [], start: place.start, end: place.end, window)
            }
            guard let values = row.values else { return (keyBytes, nil) }
            return (keyBytes, try value.bytes(valuePlaces.map { values[$0] }))
        } catch {
            log.note(.result, error.reason)
            return nil
        }
    }
}
