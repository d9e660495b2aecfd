/// Writes values as the columns of a key or a value.
package struct ColumnsWriter: Sendable {
    private let columns: [Schema.Column]
    private let format: RecordFormat
    private let isKey: Bool
    /// The names as JSON members: `"PAGE":`.
    private let names: [[UInt8]]

    /// A writer of columns.
    package init(_ columns: [Schema.Column], _ format: RecordFormat, isKey: Bool) {
        (self.columns, self.format, self.isKey) = (columns, format, isKey)
        names = columns.map { column in
            var writer = JSONValueWriter()
            writer.string(column.name)
            writer.symbol(":")
            return writer.bytes
        }
    }

    /// The bytes of values; nil for a key of nulls, and for a value that is null as a whole.
    ///
    /// - Precondition: There are as many values as columns.
    package func bytes(_ values: [SQLValue]) throws(EvaluationFailure) -> [UInt8]? {
        precondition(values.count == columns.count, "\(values.count) values for \(columns.count) columns")
        if isKey, values.allSatisfy(\.isNull) { return nil }
        switch format.kind {
        case .none: return nil
        case .kafka:
            return try values.first.map { value throws(EvaluationFailure) in try KafkaFormat.write(value) } ?? nil
        case .delimited:
            return DelimitedFormat.line(values, columns.map(\.type), delimiter: format.delimiter.asciiValue ?? 0x2c)
        case .json: return json(values)
        }
    }

    private func json(_ values: [SQLValue]) -> [UInt8]? {
        var writer = JSONValueWriter()
        if columns.count == 1, isKey || !format.isWrapped {
            if values[0].isNull { return nil }
            writer.value(values[0], columns[0].type)
            return writer.bytes
        }
        writer.reserve(32 * columns.count)
        writer.symbol("{")
        for place in columns.indices {
            if place > 0 { writer.symbol(",") }
            writer.raw(names[place])
            writer.value(values[place], columns[place].type)
        }
        writer.symbol("}")
        return writer.bytes
    }
}
