/// What SHOW, DESCRIBE and EXPLAIN answer.
extension StatementCatalog {
    /// The rows of a SHOW.
    func table(of listing: Statement.Listing, isExtended: Bool) -> StatementTable {
        switch listing {
        case .streams: sourceTable(.stream)
        case .tables: sourceTable(.table)
        case .queries: queryTable(isExtended: isExtended)
        case .functions: functionTable
        case .properties:
            StatementTable(
                titles: ["property", "value"], rows: properties.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
        case .types: StatementTable(titles: ["type"], rows: SQLType.names.map { [$0] })
        case .variables:
            StatementTable(titles: ["variable", "value"], rows: variables.all.map { [$0.name, $0.value] })
        case .topics: StatementTable(titles: ["topic"], rows: Set(sources.values.map(\.topic)).sorted().map { [$0] })
        }
    }

    /// What a query is doing, in a word.
    private func state(of query: QueryDefinition) -> String {
        stops[query.id] == nil ? query.state.rawValue : "STOPPED"
    }

    /// The queries; EXTENDED also says why those stopped that have.
    private func queryTable(isExtended: Bool) -> StatementTable {
        StatementTable(
            titles: ["query", "state", "source", "sink", "statement"] + (isExtended ? ["stopped because"] : []),
            rows: queries.values.sorted { $0.id < $1.id }.map { query in
                [query.id, state(of: query), query.plan.source.name, query.plan.sink?.name ?? "", query.statement]
                    + (isExtended ? [stops[query.id] ?? ""] : [])
            })
    }

    private func sourceTable(_ kind: SourceKind) -> StatementTable {
        StatementTable(
            titles: [kind.rawValue.lowercased(), "topic", "key format", "value format", "windowed"],
            rows: sources.values.filter { $0.kind == kind }.sorted { $0.name < $1.name }.map {
                [
                    $0.name, $0.topic, $0.keyFormat.kind.rawValue, $0.valueFormat.kind.rawValue,
                    $0.window == nil ? "no" : "yes",
                ]
            })
    }

    private var functionTable: StatementTable {
        let scalar = FunctionCatalogue.all.map { [$0.name, $0.category.rawValue, $0.summary] }
        let aggregates = AggregateName.allCases.map { [$0.name, "AGGREGATE", $0.summary] }
        return StatementTable(
            titles: ["function", "category", "gives"], rows: scalar + aggregates.sorted { $0[0] < $1[0] })
    }

    /// What EXPLAIN says.
    func explanation(_ target: Statement.ExplainTarget) throws(StatementError) -> String {
        switch target {
        case .query(let name):
            let query = try query(name)
            return PlanExplanation(query.plan).text(
                title: "\(query.id) (\(state(of: query)))", stop: stops[query.id], statement: query.statement)
        case .statement(let statement):
            var copy = self
            let plan: QueryPlan
            switch try copy.apply(statement) {
            case .started(let query, _): plan = query.plan
            case .push(let found), .pull(let found): plan = found
            default:
                throw StatementError(
                    "EXPLAIN takes a query: SELECT, CREATE … AS SELECT or INSERT INTO … SELECT", at: statement.span)
            }
            let keeper = sources[plan.source.name]?.query.flatMap { queries[$0] }
            return PlanExplanation(plan, keeper: keeper).text(title: nil, statement: "\(statement)")
        }
    }
}

/// What DESCRIBE FUNCTION says.
enum FunctionDescription {
    static func text(_ name: Name) throws(StatementError) -> String {
        if let function = FunctionCatalogue.function(name.text) {
            let forms = function.signatures.map { "  \(function.name)\($0)" }
            return (["\(function.name) (\(function.category.rawValue))", function.summary, ""] + forms).joined(
                separator: "\n")
        }
        guard let function = AggregateName.named(name.text) else { throw ExpressionTyper.unknown(name) }
        return "\(function.name) (AGGREGATE)\n\(function.summary)"
    }
}
