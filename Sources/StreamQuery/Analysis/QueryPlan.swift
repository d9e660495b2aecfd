/// What a query does, as a plain value: read a source, filter, project or aggregate, write a sink. Whoever runs it needs nothing else.
package struct QueryPlan: Equatable, Sendable {
    /// How long a query runs.
    package enum Mode: Equatable, Sendable {
        /// Until it is terminated; results go to the sink.
        case persistent
        /// Until its reader goes or its limit is reached.
        case push
        /// Once over what is there.
        case pull(PullLookup)
    }

    package var mode: Mode
    package var source: SourcePlan
    /// Which records count.
    package var filter: Described?
    /// Groups, windows and aggregates; nil where rows are only projected.
    package var aggregation: Aggregation?
    /// Which aggregated rows are told.
    package var having: Described?
    /// The columns of the result, in the order of the SELECT. They look at the source's rows, or at the aggregated ones.
    package var output: [OutputColumn]
    /// When rows are told.
    package var emit: Query.Emit
    /// After so many rows the query ends.
    package var limit: Int?
    /// A stream or a table.
    package var result: SourceKind
    /// Where the rows go; nil for a push or pull query.
    package var sink: SinkPlan?
    /// What surprises, for EXPLAIN.
    package var notes: [String] = []

    /// An expression with its text.
    package struct Described: Equatable, Sendable {
        package var expression: TypedExpression
        package var text: String
    }

    /// A column of the result.
    package struct OutputColumn: Equatable, Sendable {
        package var name: String
        package var expression: TypedExpression
        package var isKey: Bool
        /// The expression as it was written.
        package var text: String
    }

    /// The columns of the result's key and value.
    package var schema: Schema {
        func columns(_ isKey: Bool) -> [Schema.Column] {
            output.filter { $0.isKey == isKey }.map { Schema.Column($0.name, $0.expression.type) }
        }
        return Schema(key: columns(true), value: columns(false))
    }
}

/// How a source is read.
package struct SourcePlan: Equatable, Sendable {
    /// Where the event time stands.
    package struct Timestamp: Equatable, Sendable {
        package var slot: Int
        package var type: SQLType
        /// How a text is read; nil for ISO 8601.
        package var format: String?
    }

    package var name: String
    package var kind: SourceKind
    package var topic: String
    package var keyFormat: RecordFormat
    package var valueFormat: RecordFormat
    package var layout: RowLayout
    package var window: KeyWindow?
    package var timestamp: Timestamp?
    /// The places of the row that the query looks at; the others are not read.
    package var needed: Set<Int>

    /// The column that the event time is read from; nil for the record's own.
    package var timestampColumn: String? {
        guard let slot = timestamp?.slot, layout.schema.columns.indices.contains(slot) else { return nil }
        return layout.schema.columns[slot].name
    }
}

/// Where a persistent query's rows go.
package struct SinkPlan: Equatable, Sendable {
    package var name: String
    package var topic: String
    package var keyFormat: RecordFormat
    package var valueFormat: RecordFormat
    package var window: KeyWindow?
    /// Of a topic that is made for it; nil for as many as the source has.
    package var partitions: Int?
    package var replicas: Int?
    package var retentionMilliseconds: Int64?
    /// The value column that the row's timestamp is taken from; nil for the row's own.
    package var timestamp: SourceDefinition.TimestampColumn?
}

/// Groups, windows and aggregates.
///
/// An aggregated row has, in this order: the group's key columns, the aggregates, WINDOWSTART, WINDOWEND.
package struct Aggregation: Equatable, Sendable {
    /// What the key is made of. A row in which any is null is left out.
    package var groupBy: [TypedExpression]
    /// The windows; nil for one group a key for ever.
    package var window: WindowSpec?
    /// What is computed.
    package var calls: [AggregateCall]
    /// The aggregates as they were written.
    package var texts: [String]

    /// How many places an aggregated row has.
    package var rowCount: Int { groupBy.count + calls.count + 2 }
    /// The place of WINDOWSTART; WINDOWEND follows.
    package var windowStartSlot: Int { groupBy.count + calls.count }
}

/// Windows with their times in milliseconds.
package struct WindowSpec: Equatable, Sendable, CustomStringConvertible {
    package enum Shape: Equatable, Sendable {
        case tumbling(size: Int64)
        case hopping(size: Int64, advance: Int64)
        case session(gap: Int64)
    }

    package var shape: Shape
    /// How late a record may come.
    package var grace: Int64
    /// How long windows can be read.
    package var retention: Int64

    /// Windows.
    package init(shape: Shape, grace: Int64, retention: Int64) {
        (self.shape, self.grace, self.retention) = (shape, grace, retention)
    }

    /// A time window's size, or a session's gap.
    package var size: Int64 {
        switch shape {
        case .tumbling(let size), .hopping(let size, _), .session(let size): size
        }
    }

    /// How the windows stand behind keys.
    package var key: KeyWindow { if case .session = shape { .session } else { .time(size: size) } }

    package var description: String {
        let kind =
            switch shape {
            case .tumbling(let size): "TUMBLING, size \(Self.text(size))"
            case .hopping(let size, let advance): "HOPPING, size \(Self.text(size)), advance by \(Self.text(advance))"
            case .session(let gap): "SESSION, gap \(Self.text(gap))"
            }
        return "\(kind), grace \(Self.text(grace)), retention \(Self.text(retention))"
    }

    /// `1 d 2 h`, `500 ms`, `0`.
    static func text(_ milliseconds: Int64) -> String {
        if milliseconds == 0 { return "0" }
        var rest = milliseconds
        var parts: [String] = []
        for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1)]
            as [(String, Int64)]
        {
            if rest >= length { parts.append("\(rest / length) \(unit)") }
            rest %= length
        }
        return parts.joined(separator: " ")
    }
}

/// Which rows of a table a pull query can be about; its whole condition is its plan's filter.
package struct PullLookup: Equatable, Sendable {
    /// The keys, as values of the key columns; nil where all rows are looked at.
    package var keys: [[SQLValue]]?
    /// Where windows begin, milliseconds.
    package var windowStart: ClosedRange<Int64> = 0...Int64.max
    /// Where windows end, milliseconds.
    package var windowEnd: ClosedRange<Int64> = 0...Int64.max
}
