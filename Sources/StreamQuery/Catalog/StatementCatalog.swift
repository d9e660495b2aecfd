import Cluster

/// The streams, tables, queries, settings and variables that statements have made: a value that statements change.
///
/// ```swift
/// var catalog = StatementCatalog()
/// for outcome in try catalog.run(text) { … }   // what is to be done
/// ```
package struct StatementCatalog: Equatable, Sendable {
    /// Streams and tables by name.
    package private(set) var sources: [String: SourceDefinition] = [:]
    /// Persistent queries by id.
    package private(set) var queries: [String: QueryDefinition] = [:]
    /// What SET has set, by name.
    package private(set) var properties: [String: String] = [:]
    /// What DEFINE has defined.
    package private(set) var variables = Variables()
    /// Why queries have stopped by themselves, by id: for what is shown of them. Whoever runs them says it before a statement is taken in.
    package var stops: [String: String] = [:]
    private var nextQuery = 1

    /// An empty catalog.
    package init() {}

    /// Takes in statements one after another, and answers what each asks for.
    ///
    /// - Throws: The first error with its place in the text; the catalog is then as it was before.
    package mutating func run(_ text: String) throws(StatementError) -> [StatementOutcome] {
        var changed = self
        var script = try Script(text, variables: variables)
        var outcomes: [StatementOutcome] = []
        while let statement = try script.next() {
            do throws(StatementError) {
                outcomes.append(try changed.apply(statement))
            } catch {
                throw error.located(in: text)
            }
        }
        self = changed
        return outcomes
    }

    /// Takes in a statement.
    ///
    /// - Throws: An error with its place in the statement's text; the catalog is then as it was before.
    package mutating func apply(_ statement: Statement) throws(StatementError) -> StatementOutcome {
        switch statement.kind {
        case .createSource(let created): return try create(created, statement)
        case .createAs(let created): return try create(created, statement)
        case .insertSelect(let name, let query): return try insert(name, query, statement)
        case .query(let query): return try transient(query)
        case .insertValues(let name, let columns, let values):
            let source = try source(name)
            return .insert(try InsertAnalyzer(source).record(columns, values, at: statement.span))
        case .print(let topic): return .print(topic)
        case .show(.topics, let isExtended): return .topics(isExtended: isExtended)
        case .show(let listing, let isExtended): return .listing(table(of: listing, isExtended: isExtended))
        case .describe(let name, let isExtended):
            return .text(SourceDescription(try source(name), catalog: self).text(isExtended: isExtended))
        case .describeFunction(let name): return .text(try FunctionDescription.text(name))
        case .explain(let target): return .text(try explanation(target))
        case .terminate(let target):
            let ids = try ids(target)
            for id in ids { forget(id) }
            return .terminated(ids)
        case .pause(let target): return .paused(try set(.paused, target))
        case .resume(let target): return .resumed(try set(.running, target))
        case .drop(let kind, let name, let ifExists, let deletesTopic):
            return try drop(kind, name, ifExists: ifExists, deletesTopic: deletesTopic)
        case .set(let property, let value):
            properties[property] = value
            return .property(property, value)
        case .unset(let property):
            properties[property] = nil
            return .property(property, nil)
        case .define(let name, let value):
            variables[name.text] = value
            return .variable(name.text, value)
        case .undefine(let name):
            variables[name.text] = nil
            return .variable(name.text, nil)
        }
    }

    // MARK: - sources

    /// A source by its name.
    func source(_ name: Name) throws(StatementError) -> SourceDefinition {
        guard let source = sources[name.text] else {
            throw StatementError(
                "no stream or table is called \(name.text)", at: name.span,
                suggestion: Suggestion.nearest(to: name.text, among: sources.keys).map { Name($0).sql })
        }
        return source
    }

    /// What IF NOT EXISTS and a name that is taken come to; nil to go on.
    private func existing(
        _ kind: SourceKind, _ name: Name, replaces: Bool, ifNotExists: Bool
    ) throws(StatementError) -> StatementOutcome? {
        guard let known = sources[name.text] else { return nil }
        if ifNotExists { return .unchanged("\(known.kind.rawValue) \(known.name) is there already.") }
        guard replaces else {
            throw StatementError("a \(known.kind.rawValue) called \(known.name) is there already", at: name.span)
        }
        guard known.kind == kind else {
            throw StatementError(
                "\(known.name) is a \(known.kind.rawValue) and cannot be replaced by a \(kind.rawValue)", at: name.span)
        }
        return nil
    }

    private mutating func create(
        _ created: CreateSource, _ statement: Statement
    ) throws(StatementError) -> StatementOutcome {
        if let outcome = try existing(
            created.kind, created.name, replaces: created.replaces, ifNotExists: created.ifNotExists)
        {
            return outcome
        }
        let (source, topic) = try SourceAnalyzer.source(created, statement: "\(statement)")
        if let known = sources[source.name] {
            try checkReplacement(of: known, by: source.schema, at: created.name.span)
        }
        sources[source.name] = source
        return .created(source, topic: topic)
    }

    /// A replaced source keeps its columns and may get more behind them (ksqlDB's rule of upgrades).
    private func checkReplacement(
        of known: SourceDefinition, by schema: Schema, at span: SourceSpan
    ) throws(StatementError) {
        guard known.schema.key == schema.key, schema.value.starts(with: known.schema.value) else {
            throw StatementError(
                "a replacement keeps the columns of \(known.name) and their types, and may add columns behind them",
                at: span)
        }
    }

    // MARK: - queries

    private mutating func create(_ created: CreateAs, _ statement: Statement) throws(StatementError) -> StatementOutcome
    {
        if let outcome = try existing(
            created.kind, created.name, replaces: created.replaces, ifNotExists: created.ifNotExists)
        {
            return outcome
        }
        let from = try source(created.query.from.name)
        var analyzer = QueryAnalyzer(created.query, .persistent, source: from)
        var plan = try analyzer.plan()
        guard plan.result == created.kind else {
            throw StatementError(
                "the SELECT gives a \(plan.result.rawValue); write CREATE \(plan.result.rawValue) … AS SELECT",
                at: created.query.span)
        }
        let properties = try WithProperties(created.properties)
        var source = try SinkAnalyzer.source(created, plan, from: from, properties, statement: "\(statement)")
        let replaced = sources[source.name]
        if let replaced { try checkReplacement(of: replaced, by: source.schema, at: created.name.span) }
        let prefix = created.kind == .stream ? "CSAS" : "CTAS"
        let id = try id(properties.queryID, "\(prefix)_\(source.name)", at: created.name.span)
        source.query = id
        plan.sink = SinkAnalyzer.sink(source, properties)
        let query = QueryDefinition(id: id, statement: "\(statement)", plan: plan)
        if let old = replaced?.query { queries[old] = nil }
        sources[source.name] = source
        queries[id] = query
        return .started(query, replacing: replaced?.query)
    }

    private mutating func insert(
        _ name: Name, _ query: Query, _ statement: Statement
    ) throws(StatementError) -> StatementOutcome {
        let target = try source(name)
        var analyzer = QueryAnalyzer(query, .persistent, source: try source(query.from.name))
        var plan = try analyzer.plan()
        try SinkAnalyzer.check(plan, fits: target, at: query.span, name.span)
        plan.sink = SinkAnalyzer.sink(target, nil)
        let definition = QueryDefinition(
            id: try id(nil, "INSERTQUERY", at: name.span), statement: "\(statement)", plan: plan)
        queries[definition.id] = definition
        return .started(definition, replacing: nil)
    }

    private func transient(_ query: Query) throws(StatementError) -> StatementOutcome {
        let from = try source(query.from.name)
        var analyzer = QueryAnalyzer(query, query.emit == nil ? .pull : .push, source: from)
        let plan = try analyzer.plan()
        return query.emit == nil ? .pull(plan) : .push(plan)
    }

    private mutating func id(_ wanted: String?, _ prefix: String, at span: SourceSpan) throws(StatementError) -> String
    {
        let id = wanted ?? "\(prefix)_\(nextQuery)"
        guard queries[id] == nil else { throw StatementError("a query called \(id) is running already", at: span) }
        nextQuery += 1
        return id
    }

    /// The queries of a target.
    private func ids(_ target: Statement.QueryTarget) throws(StatementError) -> [String] {
        guard case .query(let name) = target else { return queries.keys.sorted() }
        _ = try query(name)
        return [name.text]
    }

    /// A query by its id.
    func query(_ name: Name) throws(StatementError) -> QueryDefinition {
        guard let query = queries[name.text] else {
            throw StatementError(
                "no query is called \(name.text)", at: name.span,
                suggestion: Suggestion.nearest(to: name.text, among: queries.keys))
        }
        return query
    }

    private mutating func forget(_ id: String) {
        queries[id] = nil
        for name in sources.keys where sources[name]?.query == id { sources[name]?.query = nil }
    }

    private mutating func set(
        _ state: QueryDefinition.State, _ target: Statement.QueryTarget
    ) throws(StatementError) -> [String] {
        let ids = try ids(target)
        for id in ids { queries[id]?.state = state }
        return ids
    }

    // MARK: - dropping

    private mutating func drop(
        _ kind: SourceKind, _ name: Name, ifExists: Bool, deletesTopic: Bool
    ) throws(StatementError) -> StatementOutcome {
        if ifExists, sources[name.text] == nil {
            return .unchanged("There is no \(kind.rawValue) called \(name.text).")
        }
        let known = try source(name)
        guard known.kind == kind else {
            throw StatementError(
                "\(known.name) is a \(known.kind.rawValue)", at: name.span,
                suggestion: "DROP \(known.kind.rawValue) \(name.sql)")
        }
        let users = queries.values.filter { query in
            query.id != known.query && (query.plan.source.name == known.name || query.plan.sink?.name == known.name)
        }
        guard users.isEmpty else {
            let ids = users.map(\.id).sorted().joined(separator: ", ")
            throw StatementError("\(known.name) is used by \(ids); TERMINATE first", at: name.span)
        }
        let terminated = known.query.map { [$0] } ?? []
        for id in terminated { forget(id) }
        sources[known.name] = nil
        return .dropped(known.name, terminated: terminated, deletingTopic: deletesTopic ? known.topic : nil)
    }
}
