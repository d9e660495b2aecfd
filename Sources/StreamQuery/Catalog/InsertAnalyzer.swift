import Cluster

/// Turns INSERT INTO … VALUES into a record.
struct InsertAnalyzer {
    private let source: SourceDefinition

    init(_ source: SourceDefinition) { self.source = source }

    /// The record of values.
    func record(
        _ names: [Name], _ expressions: [Expression], at span: SourceSpan
    ) throws(StatementError) -> InsertedRecord {
        guard !source.isReadOnly else {
            throw StatementError("\(source.name) is a SOURCE \(source.kind.rawValue): nothing is inserted", at: span)
        }
        guard source.window == nil else { throw StatementError("nothing is inserted into windowed sources", at: span) }
        let columns = source.schema.key + source.schema.value
        let targets = names.isEmpty ? columns.map { Name($0.name, at: span) } : names
        guard targets.count == expressions.count else {
            throw StatementError("there are \(targets.count) columns and \(expressions.count) values", at: span)
        }
        var values = [SQLValue](repeating: .null, count: columns.count)
        var timestamp: Int64?
        var seen: Set<String> = []
        for (name, expression) in zip(targets, expressions) {
            guard seen.insert(name.text).inserted else {
                throw StatementError("\(name.text) is given twice", at: name.span)
            }
            if name.text == PseudoColumn.rowtime.rawValue {
                guard case .bigint(let moment) = try value(expression, .bigint, name), moment >= 0 else {
                    throw StatementError("ROWTIME is milliseconds since 1970, or a written time", at: expression.span)
                }
                timestamp = moment
            } else if let place = columns.firstIndex(where: { $0.name == name.text }) {
                values[place] = try value(expression, columns[place].type, name)
            } else {
                throw StatementError(
                    "\(source.name) has no column called \(name.text)", at: name.span,
                    suggestion: Suggestion.nearest(to: name.text, among: columns.map(\.name)).map { Name($0).sql })
            }
        }
        return try record(values, timestamp, at: span)
    }

    private func record(
        _ values: [SQLValue], _ timestamp: Int64?, at span: SourceSpan
    ) throws(StatementError) -> InsertedRecord {
        let key = Array(values.prefix(source.schema.key.count))
        if source.kind == .table, key.contains(where: \.isNull) {
            throw StatementError("a row of a TABLE needs its PRIMARY KEY", at: span)
        }
        do throws(EvaluationFailure) {
            let keyWriter = ColumnsWriter(source.schema.key, source.keyFormat, isKey: true)
            let valueWriter = ColumnsWriter(source.schema.value, source.valueFormat, isKey: false)
            return InsertedRecord(
                topic: source.topic, key: try keyWriter.bytes(key),
                value: try valueWriter.bytes(Array(values.dropFirst(key.count))), timestamp: timestamp)
        } catch {
            throw StatementError(error.reason, at: span)
        }
    }

    /// A constant as a column's value.
    private func value(_ expression: Expression, _ type: SQLType, _ name: Name) throws(StatementError) -> SQLValue {
        let typer = ExpressionTyper { expression throws(StatementError) in
            if case .column = expression.kind {
                throw StatementError("VALUES takes constants and functions of them, no columns", at: expression.span)
            }
            return nil
        }
        let typed = try typer.typed(expression, for: type)
        if typed.isNullLiteral { return .null }
        var log = ProcessingLog()
        var value = CompiledExpression(typed).value(Row(count: 0), &log)
        if let failure = log.samples.first { throw StatementError(failure.reason, at: expression.span) }
        if case .string(let text) = value, type == .bigint, let moment = TemporalText.parseTimestamp(text),
            name.text == PseudoColumn.rowtime.rawValue
        {
            return .bigint(moment)
        }
        let isWritten = typed.type == .string && type != .boolean && Cast.isPossible(from: .string, to: type)
        let fits = Coercion.isAssignable(typed.type, to: type) || isWritten || typed.type.isNumeric && type.isNumeric
        guard fits else {
            throw StatementError("\(name.text) is \(type), and this is \(typed.type)", at: expression.span)
        }
        do throws(EvaluationFailure) {
            value = try Cast.value(value, from: typed.type, to: type)
        } catch {
            throw StatementError("\(name.text): \(error.reason)", at: expression.span)
        }
        return value
    }
}
