/// A stream or table that the catalog knows.
package struct SourceDefinition: Equatable, Sendable {
    /// The column that holds the event time.
    package struct TimestampColumn: Equatable, Sendable {
        /// The column's name.
        package var column: String
        /// How a text is read (`TimePattern`); nil for ISO 8601.
        package var format: String?
    }

    /// The name as it is known.
    package var name: String
    package var kind: SourceKind
    package var schema: Schema
    /// The topic that holds the records.
    package var topic: String
    package var keyFormat: RecordFormat
    package var valueFormat: RecordFormat
    /// How windows stand behind the keys; nil where rows have none.
    package var window: KeyWindow?
    /// Where the event time is read; nil for the record's timestamp.
    package var timestamp: TimestampColumn?
    /// Nothing may be inserted.
    package var isReadOnly = false
    /// The query whose result it is.
    package var query: String?
    /// The statement that made it.
    package var statement: String

    /// The columns with the window's bounds where there are some.
    package var layout: RowLayout { RowLayout(schema, isWindowed: window != nil) }

    /// How a query reads it.
    func plan(needed: Set<Int>) -> SourcePlan {
        var needed = needed
        let layout = layout
        var plan = SourcePlan(
            name: name, kind: kind, topic: topic, keyFormat: keyFormat, valueFormat: valueFormat, layout: layout,
            window: window, timestamp: nil, needed: [])
        if let timestamp, let (slot, type) = layout.column(timestamp.column) {
            plan.timestamp = SourcePlan.Timestamp(slot: slot, type: type, format: timestamp.format)
            needed.insert(slot)
        }
        plan.needed = needed
        return plan
    }
}
