/// A record of a source's topic.
package struct SourceRecord: Sendable {
    /// The partition.
    package var partition: Int32
    /// The offset.
    package var offset: Int64
    /// The record's own timestamp, milliseconds.
    package var timestamp: Int64
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [(key: String, value: [UInt8]?)]

    /// A record.
    package init(
        partition: Int32, offset: Int64, timestamp: Int64, key: [UInt8]?, value: [UInt8]?,
        headers: [(key: String, value: [UInt8]?)] = []
    ) {
        (self.partition, self.offset, self.timestamp) = (partition, offset, timestamp)
        (self.key, self.value, self.headers) = (key, value, headers)
    }
}

/// Reads records into rows: the columns that a query needs, and the pseudo-columns. Whatever the bytes are, they end in a row or in a note.
package struct RecordReader: Sendable {
    /// What a record came to.
    package enum Outcome: Equatable, Sendable {
        /// The row is filled.
        case row(timestamp: Int64)
        /// The record has no value: a table's row is gone; in a stream there is nothing to see. The key columns are filled.
        case deletion(timestamp: Int64)
        /// The record cannot be used, which the log says.
        case skipped
    }

    private let plan: SourcePlan
    private let key: ColumnsReader
    private let value: ColumnsReader
    private let headers: [(header: Schema.Header, slot: Int)]
    private let pattern: TimePattern?

    /// A reader of a source.
    package init(_ plan: SourcePlan) {
        self.plan = plan
        let schema = plan.layout.schema
        key = ColumnsReader(schema.key, plan.keyFormat, firstSlot: 0, needed: plan.needed, isKey: true)
        value = ColumnsReader(
            schema.value, plan.valueFormat, firstSlot: schema.key.count, needed: plan.needed, isKey: false)
        let first = schema.key.count + schema.value.count
        headers = schema.headers.enumerated().map { ($0.element, first + $0.offset) }.filter {
            plan.needed.contains($0.1)
        }
        // The analysis has read the pattern once already.
        pattern = plan.timestamp?.format.flatMap { try? TimePattern($0) }
    }

    /// A row to read into, again and again.
    package var emptyRow: Row { Row(count: plan.layout.count) }

    /// Reads a record.
    package func read(_ record: SourceRecord, into row: inout Row, _ log: inout ProcessingLog) -> Outcome {
        log.partition = record.partition
        log.offset = record.offset
        guard readKey(record, into: &row, &log) else { return .skipped }
        guard let bytes = record.value else {
            value.clear(&row)
            fill(&row, record, record.timestamp)
            return .deletion(timestamp: record.timestamp)
        }
        do throws(EvaluationFailure) {
            try Self.with(bytes) { bytes throws(EvaluationFailure) in try value.read(bytes, into: &row) }
        } catch {
            log.note(.value, error.reason)
            return .skipped
        }
        readHeaders(record, into: &row)
        guard let timestamp = eventTime(record, row, &log) else { return .skipped }
        fill(&row, record, timestamp)
        return .row(timestamp: timestamp)
    }

    private func readKey(_ record: SourceRecord, into row: inout Row, _ log: inout ProcessingLog) -> Bool {
        guard let bytes = record.key else {
            key.clear(&row)
            guard plan.kind == .table || plan.window != nil else { return true }
            log.note(.key, "the record has no key")
            return false
        }
        do throws(EvaluationFailure) {
            try Self.with(bytes) { bytes throws(EvaluationFailure) in
                guard let window = plan.window else { return try key.read(bytes, into: &row) }
                guard let split = WindowedKey.split(bytes, window) else {
                    throw EvaluationFailure(reason: "the key of \(bytes.count) bytes has no window behind it")
                }
                row.values[plan.layout.slot(.windowstart)] = .bigint(split.start)
                row.values[plan.layout.slot(.windowend)] = .bigint(split.end)
                try key.read(UnsafeBufferPointer(rebasing: bytes[..<split.keyLength]), into: &row)
            }
            return true
        } catch {
            log.note(.key, error.reason)
            return false
        }
    }

    private func readHeaders(_ record: SourceRecord, into row: inout Row) {
        for (header, slot) in headers {
            guard let name = header.header else {
                row.values[slot] = .array(
                    record.headers.map {
                        .structure([.string($0.key), $0.value.map { .bytes($0) } ?? .null])
                    })
                continue
            }
            let found = record.headers.last { $0.key == name }
            row.values[slot] = found.flatMap(\.value).map { .bytes($0) } ?? .null
        }
    }

    private func fill(_ row: inout Row, _ record: SourceRecord, _ timestamp: Int64) {
        row.values[plan.layout.slot(.rowtime)] = .bigint(timestamp)
        row.values[plan.layout.slot(.rowpartition)] = .integer(record.partition)
        row.values[plan.layout.slot(.rowoffset)] = .bigint(record.offset)
    }

    /// The time the source's TIMESTAMP column says, or the record's.
    private func eventTime(_ record: SourceRecord, _ row: Row, _ log: inout ProcessingLog) -> Int64? {
        guard let place = plan.timestamp else { return record.timestamp }
        do throws(EvaluationFailure) {
            let moment: Int64
            switch row.values[place.slot] {
            case .bigint(let value), .timestamp(let value): moment = value
            case .string(let text):
                if let pattern {
                    moment = try pattern.moment(text, in: .utc)
                } else if let read = TemporalText.parseTimestamp(text) {
                    moment = read
                } else {
                    throw EvaluationFailure(reason: "\"\(text.prefix(60))\" is no time as 2026-11-21T14:02:31")
                }
            default: throw EvaluationFailure(reason: "the column that holds the time is null")
            }
            guard moment >= 0 else { throw EvaluationFailure(reason: "the time \(moment) lies before 1970") }
            return moment
        } catch {
            log.note(.timestamp, error.reason)
            return nil
        }
    }

    private static func with(
        _ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(EvaluationFailure) -> Void
    ) throws(EvaluationFailure) {
        try bytes.withUnsafeBufferPointer { buffer throws(EvaluationFailure) in try body(buffer) }
    }
}
