/// Turns a query into its plan, or says where and why that cannot be.
struct QueryAnalyzer {
    /// What the query is for.
    enum Purpose: Equatable {
        case push
        case pull
        case persistent
    }

    private let query: Query
    private let purpose: Purpose
    private let source: SourceDefinition
    private let scope: SourceScope
    private var notes: [String] = []

    init(
        _ query: Query, _ purpose: Purpose, source: SourceDefinition
    ) {
        self.query = query
        self.purpose = purpose
        self.source = source
        scope = SourceScope(source: source, alias: query.from.alias, opensWindows: query.window != nil)
    }

    /// The plan, still without a sink.
    mutating func plan() throws(StatementError) -> QueryPlan {
        try refuseJoins()
        if purpose == .pull { try checkPull() }
        if purpose == .persistent, query.limit != nil {
            throw StatementError("LIMIT ends a query; a persistent one has none", at: query.span)
        }
        let filter = try query.filter.map { expression throws(StatementError) in
            QueryPlan.Described(expression: try scope.typer.condition(expression, "WHERE"), text: "\(expression)")
        }
        var plan = isAggregation ? try aggregated() : try projected()
        plan.filter = filter
        plan.limit = query.limit
        plan.source = source.plan(needed: needed(plan))
        if purpose == .pull { plan.mode = .pull(PullAnalyzer(source).lookup(filter?.expression)) }
        if query.windowFollowsWhere { notes.append("WINDOW behind WHERE is taken here; ksqlDB wants it before WHERE.") }
        plan.notes = notes
        try checkNames(plan)
        return plan
    }

    private func refuseJoins() throws(StatementError) {
        guard let join = query.joins.first else { return }
        throw StatementError(
            "joins are not supported yet: a query reads one stream or table", at: join.span)
    }

    private func checkPull() throws(StatementError) {
        if query.window != nil || !query.groupBy.isEmpty || !query.partitionBy.isEmpty || query.having != nil {
            throw StatementError(
                "without EMIT this is a pull query, which has no WINDOW, GROUP BY, PARTITION BY or HAVING; add EMIT CHANGES",
                at: query.span)
        }
        guard source.kind == .stream || source.query != nil else {
            throw StatementError(
                "\(source.name) is not the result of a query, so nothing is kept to pull from; add EMIT CHANGES",
                at: query.from.name.span)
        }
    }

    /// The places of the source's row that anything looks at.
    private func needed(_ plan: QueryPlan) -> Set<Int> {
        var slots = plan.filter?.expression.slots ?? []
        if let aggregation = plan.aggregation {
            for key in aggregation.groupBy { slots.formUnion(key.slots) }
            for call in aggregation.calls {
                slots.formUnion(call.argument?.slots ?? [])
                for other in call.others { slots.formUnion(other.slots) }
            }
        } else {
            for column in plan.output { slots.formUnion(column.expression.slots) }
        }
        return slots
    }

    // MARK: - without aggregates

    private var isAggregation: Bool {
        !query.groupBy.isEmpty || query.window != nil || query.having != nil
            || query.items.contains { item in
                if case .expression(let expression, _) = item { expression.holdsAggregate } else { false }
            }
    }

    private func projected() throws(StatementError) -> QueryPlan {
        if query.emit == .final {
            throw StatementError("EMIT FINAL needs a WINDOW and GROUP BY: nothing else is ever final", at: query.span)
        }
        if !query.partitionBy.isEmpty, source.kind == .table || source.window != nil {
            throw StatementError(
                "PARTITION BY changes the key of streams without windows only", at: query.partitionBy[0].span)
        }
        var output: [QueryPlan.OutputColumn] = []
        for (place, item) in query.items.enumerated() {
            switch item {
            case .all(let qualifier, _):
                try scope.check(qualifier)
                output += starColumns()
            case .expression(let expression, let alias):
                let typed = try scope.typer.typed(expression)
                let name = alias?.text ?? Self.name(expression, place)
                output.append(.init(name: name, expression: typed, isKey: false, text: "\(expression)"))
            }
        }
        output = try newKeys(output) + output
        try markKeys(&output, try keys(), isAggregation: false)
        return QueryPlan(
            mode: purpose == .persistent ? .persistent : .push, source: source.plan(needed: []), output: output,
            emit: .changes, result: source.kind)
    }

    /// All columns; the windows of rows stand in their keys, so a sink needs no columns of them.
    private func starColumns() -> [QueryPlan.OutputColumn] {
        let layout = source.layout
        var names = layout.schema.key.map(\.name)
        if purpose != .persistent, source.window != nil { names += ["WINDOWSTART", "WINDOWEND"] }
        names += layout.schema.value.map(\.name) + layout.schema.headers.map(\.column.name)
        return names.compactMap { name in
            layout.column(name).map {
                .init(
                    name: name, expression: TypedExpression(.slot($0.slot), $0.type), isKey: false, text: Name(name).sql
                )
            }
        }
    }

    /// What PARTITION BY computes and SELECT * has not: the star takes it in (ksqlDB's `PartitionByParamsFactory`).
    private func newKeys(_ output: [QueryPlan.OutputColumn]) throws(StatementError) -> [QueryPlan.OutputColumn] {
        guard query.selectsAll else { return [] }
        var taken = Set(output.map(\.name) + source.layout.schema.columns.map(\.name))
        var columns: [QueryPlan.OutputColumn] = []
        for expression in query.partitionBy {
            let typed = try scope.typer.typed(expression)
            guard !typed.isNullLiteral, !(output + columns).contains(where: { $0.expression == typed }) else {
                continue
            }
            let name = Self.keyName(expression, taken)
            taken.insert(name)
            columns.append(.init(name: name, expression: typed, isKey: false, text: "\(expression)"))
        }
        return columns
    }

    /// The name of a key that SELECT does not name: the column's, the field's, or KSQL_COL_ with the first number that is free.
    private static func keyName(_ expression: Expression, _ taken: Set<String>) -> String {
        let (name, stem): (String?, String) =
            switch expression.kind {
            case .column(_, let name), .field(_, let name): (name.text, name.text + "_")
            default: (nil, "KSQL_COL_")
            }
        if let name, !taken.contains(name) { return name }
        var number = name == nil ? 0 : 1
        while taken.contains(stem + "\(number)") { number += 1 }
        return stem + "\(number)"
    }

    /// What the key of the result is made of.
    private func keys() throws(StatementError) -> [TypedExpression] {
        if query.partitionBy.isEmpty {
            return source.schema.key.indices.map { TypedExpression(.slot($0), source.schema.key[$0].type) }
        }
        var keys: [TypedExpression] = []
        for expression in query.partitionBy {
            let typed = try scope.typer.typed(expression)
            // PARTITION BY NULL takes the key away.
            if !typed.isNullLiteral { keys.append(typed) }
        }
        return keys
    }

    // MARK: - with aggregates

    private mutating func aggregated() throws(StatementError) -> QueryPlan {
        guard let first = query.groupBy.first else {
            throw StatementError("aggregate functions, WINDOW and HAVING need a GROUP BY", at: query.span)
        }
        guard query.partitionBy.isEmpty else {
            throw StatementError(
                "GROUP BY already makes the key; PARTITION BY has nothing to do", at: query.partitionBy[0].span)
        }
        guard source.kind == .stream else {
            throw StatementError(
                "aggregating a TABLE is not supported: its rows replace one another and are no events", at: first.span)
        }
        guard source.window == nil || query.window == nil else {
            throw StatementError("rows of \(source.name) have windows already", at: query.window?.span ?? first.span)
        }
        var groupBy: [TypedExpression] = []
        for expression in query.groupBy {
            let typed = try scope.typer.typed(expression)
            guard !typed.slots.isEmpty else {
                throw StatementError("GROUP BY needs an expression of columns", at: expression.span)
            }
            if !groupBy.contains(typed) { groupBy.append(typed) }
        }
        let window = try query.window.map { clause throws(StatementError) in
            try WindowAnalyzer.spec(clause, isFinal: query.emit == .final)
        }
        if query.emit == .final, window == nil {
            throw StatementError("EMIT FINAL needs a WINDOW: without one nothing is ever final", at: query.span)
        }
        return try aggregated(groupBy, window)
    }

    private mutating func aggregated(
        _ groupBy: [TypedExpression], _ window: WindowSpec?
    ) throws(StatementError) -> QueryPlan {
        let rows = AggregateScope(scope, groupBy: groupBy, isWindowed: window != nil)
        var output: [QueryPlan.OutputColumn] = []
        for (place, item) in query.items.enumerated() {
            guard case .expression(let expression, let alias) = item else {
                throw StatementError("SELECT * does not go with GROUP BY; name the columns", at: query.span)
            }
            let typed = try rows.typed(expression, allowsBounds: true)
            output.append(
                .init(
                    name: alias?.text ?? Self.name(expression, place), expression: typed, isKey: false,
                    text: "\(expression)"))
        }
        var having: QueryPlan.Described?
        if let expression = query.having {
            let typed = try rows.typed(expression, allowsBounds: false)
            guard typed.type == .boolean else {
                throw StatementError("HAVING must be BOOLEAN, and is \(typed.type)", at: expression.span)
            }
            having = QueryPlan.Described(expression: typed, text: "\(expression)")
        }
        guard !rows.calls.isEmpty else {
            throw StatementError("GROUP BY needs an aggregate function in SELECT or HAVING", at: query.groupBy[0].span)
        }
        for place in output.indices { output[place].expression = rows.settled(output[place].expression) }
        let keys = groupBy.enumerated().map { TypedExpression(.slot($0.offset), $0.element.type) }
        try markKeys(&output, keys, isAggregation: true)
        noteAggregation(rows.calls, window)
        var plan = QueryPlan(
            mode: purpose == .persistent ? .persistent : .push, source: source.plan(needed: []), output: output,
            emit: query.emit ?? .changes, result: .table)
        plan.aggregation = Aggregation(groupBy: groupBy, window: window, calls: rows.calls, texts: rows.texts)
        plan.having = having
        return plan
    }

    private mutating func noteAggregation(_ calls: [AggregateCall], _ window: WindowSpec?) {
        if let window, query.window?.grace == nil {
            notes.append(
                query.emit == .final
                    ? "Under EMIT FINAL the grace period is 0 where none is given."
                    : "The grace period is ksqlDB's default, 24 hours less the size: \(WindowSpec.text(window.grace)).")
        }
        if calls.contains(where: { $0.function == .countDistinct }) {
            notes.append("COUNT_DISTINCT is exact while the values are few, then estimated (HyperLogLog, 0.81 %).")
        }
        if calls.contains(where: { $0.function == .stddevSamp }) {
            notes.append("STDDEV_SAMP is the variance, as in ksqlDB; STDDEV_SAMPLE is the deviation.")
        }
    }

    // MARK: - the result's columns

    /// Marks the columns of the key. A persistent query must have each of them, once.
    private func markKeys(
        _ output: inout [QueryPlan.OutputColumn], _ keys: [TypedExpression], isAggregation: Bool
    ) throws(StatementError) {
        for (place, key) in keys.enumerated() {
            let found = output.indices.filter { output[$0].expression == key && !output[$0].isKey }
            if let first = found.first, purpose != .persistent || found.count == 1 {
                output[first].isKey = true
                continue
            }
            guard purpose == .persistent else { continue }
            let texts = isAggregation ? query.groupBy : query.partitionBy
            let name = place < texts.count ? "\(texts[place])" : source.schema.key[place].name
            throw StatementError(
                found.isEmpty
                    ? "the key \(name) is missing in SELECT"
                    : "the key \(name) is selected twice; copy it into the value with AS_VALUE(\(name))",
                at: query.span)
        }
    }

    private func checkNames(_ plan: QueryPlan) throws(StatementError) {
        var seen: Set<String> = []
        for (place, column) in plan.output.enumerated() {
            let span = place < query.items.count ? Self.span(query.items[place]) ?? query.span : query.span
            // PARTITION BY ROWTIME makes a key of that name of itself.
            let isTakenIn = column.isKey && query.selectsAll
            if purpose == .persistent, PseudoColumn(rawValue: column.name) != nil, !isTakenIn {
                throw StatementError("\(column.name) is a reserved name; give the column another with AS", at: span)
            }
            guard seen.insert(column.name).inserted else {
                throw StatementError("two columns are called \(column.name); rename one with AS", at: span)
            }
        }
        guard purpose == .persistent, plan.result == .table, !plan.output.contains(where: { !$0.isKey }) else { return }
        throw StatementError("the SELECT has no columns for the value", at: query.span)
    }

    private static func span(_ item: SelectItem) -> SourceSpan? {
        switch item {
        case .all(_, let span): span
        case .expression(let expression, let alias): alias.map(\.span) ?? expression.span
        }
    }

    /// A column's name where none is given: that of the column or field, or KSQL_COL_ and its place.
    private static func name(_ expression: Expression, _ place: Int) -> String {
        switch expression.kind {
        case .column(_, let name), .field(_, let name): name.text
        default: "KSQL_COL_\(place)"
        }
    }
}
