import Cluster

/// Turns CREATE STREAM and CREATE TABLE with columns into sources.
enum SourceAnalyzer {
    /// The source, and the topic that is to be made where PARTITIONS are given.
    static func source(
        _ created: CreateSource, statement: String
    ) throws(StatementError) -> (SourceDefinition, TopicRequest?) {
        let properties = try WithProperties(created.properties)
        let span = created.name.span
        let schema = try schema(created)
        guard let valueKind = properties.valueFormat else {
            throw StatementError("VALUE_FORMAT is missing in WITH", at: span)
        }
        let keyKind = properties.keyFormat ?? (schema.key.isEmpty ? .none : .kafka)
        // Without a key the format is that of the keys which queries make of the source.
        let heldKind: FormatKind = schema.key.isEmpty && keyKind == .kafka ? .none : keyKind
        let source = SourceDefinition(
            name: created.name.text, kind: created.kind, schema: schema,
            topic: properties.topic ?? created.name.text,
            keyFormat: RecordFormat(heldKind, delimiter: properties.keyDelimiter ?? ","),
            valueFormat: RecordFormat(
                valueKind, delimiter: properties.valueDelimiter ?? ",", isWrapped: properties.wrapsSingleValue ?? true),
            window: properties.window, timestamp: try timestamp(properties, schema), isReadOnly: created.isReadOnly,
            statement: statement)
        try check(source, at: span)
        if properties.topic == nil, properties.partitions == nil {
            throw StatementError("KAFKA_TOPIC is missing in WITH", at: span)
        }
        let topic = properties.partitions.map {
            TopicRequest(
                name: source.topic, partitions: $0, replicas: properties.replicas,
                retentionMilliseconds: properties.retentionMilliseconds)
        }
        return (source, topic)
    }

    private static func schema(_ created: CreateSource) throws(StatementError) -> Schema {
        guard !created.columns.isEmpty else {
            throw StatementError(
                "\(created.name.text) needs its columns: there is no schema registry to take them from",
                at: created.name.span)
        }
        var schema = Schema()
        var seen: Set<String> = []
        for definition in created.columns {
            let name = definition.name
            guard PseudoColumn(rawValue: name.text) == nil else {
                throw StatementError("\(name.text) is a column that every source has already", at: name.span)
            }
            guard seen.insert(name.text).inserted else {
                throw StatementError("two columns are called \(name.text)", at: name.span)
            }
            let column = Schema.Column(name.text, definition.type)
            switch definition.role {
            case .value: schema.value.append(column)
            case .key where created.kind == .stream, .primaryKey where created.kind == .table: schema.key.append(column)
            case .key: throw StatementError("a TABLE's key is written PRIMARY KEY", at: name.span)
            case .primaryKey:
                throw StatementError("a STREAM's key is written KEY: it does not make records unique", at: name.span)
            case .header(let header):
                guard definition.type == (header == nil ? Schema.allHeaders : .bytes) else {
                    throw StatementError(
                        "a column of \(header == nil ? "HEADERS" : "HEADER") is \(header == nil ? Schema.allHeaders : .bytes)",
                        at: name.span)
                }
                schema.headers.append(Schema.Header(column: column, header: header))
            }
        }
        guard created.kind == .stream || !schema.key.isEmpty else {
            throw StatementError("a TABLE needs a PRIMARY KEY", at: created.name.span)
        }
        return schema
    }

    private static func timestamp(
        _ properties: WithProperties, _ schema: Schema
    ) throws(StatementError) -> SourceDefinition.TimestampColumn? {
        guard let name = properties.timestamp else { return nil }
        guard let column = (schema.key + schema.value).first(where: { $0.name == name.text }) else {
            throw StatementError(
                "no column is called \(name.text)", at: name.span,
                suggestion: Suggestion.nearest(to: name.text, among: schema.columns.map(\.name)).map { Name($0).sql })
        }
        switch column.type {
        case .bigint, .timestamp:
            guard properties.timestampFormat == nil else {
                throw StatementError(
                    "TIMESTAMP_FORMAT is for VARCHAR columns, and \(name.text) is \(column.type)", at: name.span)
            }
        case .string:
            guard properties.timestampFormat != nil else { throw missingFormat(name) }
        default:
            throw StatementError(
                "event time is BIGINT, TIMESTAMP or VARCHAR, and \(name.text) is \(column.type)", at: name.span)
        }
        return SourceDefinition.TimestampColumn(column: column.name, format: properties.timestampFormat)
    }

    /// The error of a VARCHAR column as TIMESTAMP without its pattern, which ksqlDB does not guess.
    static func missingFormat(_ name: Name) -> StatementError {
        StatementError(
            "\(name.text) is VARCHAR: TIMESTAMP needs TIMESTAMP_FORMAT too, as 'yyyy-MM-dd''T''HH:mm:ss'", at: name.span
        )
    }

    /// Whether the formats hold the columns.
    static func check(_ source: SourceDefinition, at span: SourceSpan) throws(StatementError) {
        if let problem = source.keyFormat.problem(source.schema.key, isKey: true) {
            throw StatementError("KEY_FORMAT: \(problem)", at: span)
        }
        if let problem = source.valueFormat.problem(source.schema.value, isKey: false) {
            throw StatementError("VALUE_FORMAT: \(problem)", at: span)
        }
    }
}
