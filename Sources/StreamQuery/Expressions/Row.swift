/// The values of one record while a query works on it, by place. One row is filled again for each record.
package struct Row: Sendable {
    /// The values; what the query does not look at is null.
    package var values: [SQLValue]

    /// A row of nulls.
    package init(count: Int) { values = Array(repeating: .null, count: count) }

    /// A row of values.
    package init(_ values: [SQLValue]) { self.values = values }
}
