/// A plan as EXPLAIN shows it: the steps of a record from the source to the sink.
package struct PlanExplanation {
    private let plan: QueryPlan
    private let keeper: QueryDefinition?

    /// The explanation of a plan.
    ///
    /// - Parameter keeper: The query whose result its source is; nil where there is none.
    package init(_ plan: QueryPlan, keeper: QueryDefinition? = nil) {
        self.plan = plan
        self.keeper = keeper
    }

    /// The text.
    ///
    /// - Parameter stop: Why the query has stopped by itself; nil where it has not.
    package func text(title: String?, stop: String? = nil, statement: String) -> String {
        var rows: [[String]] = []
        if let title { rows.append(["query", title]) }
        if let stop { rows.append(["stopped", stop]) }
        rows.append(["statement", statement])
        rows.append(["result", result])
        if case .pull = plan.mode { rows.append(["access", access]) }
        rows += source
        if let filter = plan.filter { rows.append(["filter", filter.text]) }
        if let aggregation = plan.aggregation { rows += group(aggregation) }
        if let having = plan.having { rows.append(["having", having.text]) }
        rows.append(["columns", plan.output.map(column).joined(separator: ", ")])
        rows.append(["emit", emit])
        if let sink = plan.sink { rows.append(["sink", self.sink(sink)]) }
        rows += plan.notes.map { ["note", $0] }
        return SourceDescription.aligned(rows).joined(separator: "\n")
    }

    private var result: String {
        switch plan.mode {
        case .persistent: "\(plan.result.rawValue) \(plan.sink.map { Name($0.name).sql } ?? "")"
        case .push: "push query: rows of a \(plan.result.rawValue) until it is ended"
        case .pull(let lookup):
            "pull query: "
                + (lookup.keys.map { $0.count == 1 ? "one key" : "\($0.count) keys" } ?? "all rows are looked at")
        }
    }

    /// What a pull query has to read: the state that a query keeps, where it is that of a table, or else the whole topic.
    private var access: String {
        if let keeper, keeper.plan.aggregation != nil, keeper.plan.result == .table {
            return "the state that \(keeper.id) keeps, as it stands"
        }
        return "a full scan of topic \(plan.source.topic): each run reads every record from the first on"
    }

    private var source: [[String]] {
        let source = plan.source
        let columns = source.layout.schema.columns
        let reads = source.needed.sorted().map { $0 < columns.count ? Name(columns[$0].name).sql : pseudoName($0) }
        return [
            [
                "source",
                "\(source.kind.rawValue) \(Name(source.name).sql), topic \(source.topic) "
                    + "(key \(source.keyFormat.kind.rawValue), value \(source.valueFormat.kind.rawValue))",
            ],
            ["reads", reads.isEmpty ? "no column" : reads.joined(separator: ", ")],
            ["clock", source.timestamp.map { "column \(columns[$0.slot].name)" } ?? "ROWTIME, the record's timestamp"],
        ]
    }

    private func pseudoName(_ slot: Int) -> String {
        let place = slot - plan.source.layout.declaredCount
        return PseudoColumn.allCases.indices.contains(place) ? PseudoColumn.allCases[place].rawValue : "?"
    }

    private func group(_ aggregation: Aggregation) -> [[String]] {
        var rows = [["group by", plan.output.filter(\.isKey).map(\.text).joined(separator: ", ")]]
        if aggregation.groupBy.count > plan.output.filter(\.isKey).count {
            rows = [["group by", "\(aggregation.groupBy.count) expressions"]]
        }
        rows.append(["window", aggregation.window.map { "\($0)" } ?? "none: one group a key, kept for ever"])
        rows.append(["compute", aggregation.texts.joined(separator: ", ")])
        return rows
    }

    private func column(_ column: QueryPlan.OutputColumn) -> String {
        let name = Name(column.name).sql
        return "\(name) \(column.expression.type)\(column.isKey ? " KEY" : "")"
            + (column.text == name ? "" : " = \(column.text)")
    }

    private var emit: String {
        plan.emit.rawValue + (plan.limit.map { ", at most \($0) rows" } ?? "")
    }

    private func sink(_ sink: SinkPlan) -> String {
        "topic \(sink.topic) (key \(sink.keyFormat.kind.rawValue)\(sink.window == nil ? "" : " with its window"), "
            + "value \(sink.valueFormat.kind.rawValue))"
    }
}
