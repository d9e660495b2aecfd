import Cluster

/// Works out what a persistent query writes, and where.
enum SinkAnalyzer {
    /// The source that a CREATE … AS SELECT makes: what WITH leaves out is the queried source's, and the topic has the new source's name.
    static func source(
        _ created: CreateAs, _ plan: QueryPlan, from: SourceDefinition, _ properties: WithProperties, statement: String
    ) throws(StatementError) -> SourceDefinition {
        let schema = plan.schema
        // KAFKA is what a key gets where no format is said; a sink without a key keeps others for the queries behind it.
        let inherited: FormatKind = from.keyFormat.kind == .none ? .kafka : from.keyFormat.kind
        let wanted = properties.keyFormat ?? inherited
        let keyKind: FormatKind = schema.key.isEmpty && wanted == .kafka ? .none : wanted
        let keyDelimiter = properties.keyDelimiter ?? (keyKind == from.keyFormat.kind ? from.keyFormat.delimiter : ",")
        let valueKind = properties.valueFormat ?? from.valueFormat.kind
        let valueDelimiter =
            properties.valueDelimiter ?? (valueKind == from.valueFormat.kind ? from.valueFormat.delimiter : ",")
        if let window = properties.window {
            throw StatementError(
                "WINDOW_TYPE is not set here: the query's windows are \(window)", at: created.name.span)
        }
        let source = SourceDefinition(
            name: created.name.text, kind: created.kind, schema: schema, topic: properties.topic ?? created.name.text,
            keyFormat: RecordFormat(keyKind, delimiter: keyDelimiter),
            valueFormat: RecordFormat(
                valueKind, delimiter: valueDelimiter, isWrapped: properties.wrapsSingleValue ?? true),
            window: plan.aggregation.map { $0.window?.key } ?? from.window,
            timestamp: try timestamp(properties, schema), statement: statement)
        try SourceAnalyzer.check(source, at: created.name.span)
        return source
    }

    private static func timestamp(
        _ properties: WithProperties, _ schema: Schema
    ) throws(StatementError) -> SourceDefinition.TimestampColumn? {
        guard let name = properties.timestamp else { return nil }
        guard
            let column = schema.columns.first(where: {
                $0.name == name.text && [.bigint, .timestamp, .string].contains($0.type)
            })
        else {
            throw StatementError(
                "the SELECT has no BIGINT, TIMESTAMP or VARCHAR column called \(name.text)", at: name.span,
                suggestion: Suggestion.nearest(to: name.text, among: schema.columns.map(\.name)))
        }
        if column.type == .string, properties.timestampFormat == nil { throw SourceAnalyzer.missingFormat(name) }
        return SourceDefinition.TimestampColumn(column: name.text, format: properties.timestampFormat)
    }

    /// Where rows of a source go.
    static func sink(_ source: SourceDefinition, _ properties: WithProperties?) -> SinkPlan {
        SinkPlan(
            name: source.name, topic: source.topic, keyFormat: source.keyFormat, valueFormat: source.valueFormat,
            window: source.window, partitions: properties?.partitions, replicas: properties?.replicas,
            retentionMilliseconds: properties?.retentionMilliseconds, timestamp: source.timestamp)
    }

    /// Whether the rows of INSERT INTO … SELECT are those of the target.
    static func check(
        _ plan: QueryPlan, fits target: SourceDefinition, at span: SourceSpan, _ name: SourceSpan
    ) throws(StatementError) {
        guard target.kind == .stream else {
            throw StatementError("INSERT INTO … SELECT writes to streams only", at: name)
        }
        guard !target.isReadOnly else {
            throw StatementError("\(target.name) is a SOURCE stream: nothing is inserted", at: name)
        }
        guard plan.result == .stream else {
            throw StatementError(
                "the SELECT gives a TABLE, whose rows replace one another; a stream cannot take them", at: span)
        }
        let schema = plan.schema
        for (mine, theirs, what) in [
            (schema.key, target.schema.key, "key"), (schema.value, target.schema.value, "value"),
        ] {
            guard mine != theirs else { continue }
            let text: ([Schema.Column]) -> String = { $0.map { "\($0.name) \($0.type)" }.joined(separator: ", ") }
            throw StatementError(
                "the SELECT's \(what) columns (\(text(mine))) are not those of \(target.name) (\(text(theirs)))",
                at: span)
        }
    }
}
