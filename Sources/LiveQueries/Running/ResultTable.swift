import StreamQuery

/// The newest rows of a query's result, for showing: of a table one a key and window, of a stream the last ones.
struct ResultTable: Sendable {
    private struct Key: Hashable {
        var key: [SQLValue]
        var start: Int64
        var number: Int64
    }

    private struct Entry {
        var row: ResultRow
        /// When it changed last, as a number that grows.
        var stamp: Int64
        var recent: [Double] = []
    }

    /// How many updates a row's course shows.
    private static let course = 32

    /// The columns, in the order of the SELECT.
    let columns: [QueryColumn]
    private let types: [SQLType]
    private let isTable: Bool
    private let numberPlace: Int?
    private var entries: [Key: Entry] = [:]
    private var stamp: Int64 = 0

    /// The empty result of a plan.
    init(_ plan: QueryPlan) {
        columns = plan.columns
        types = plan.output.map(\.expression.type)
        // Without its key a row replaces none.
        isTable = plan.result == .table && plan.output.contains(where: \.isKey)
        numberPlace = plan.output.firstIndex { !$0.isKey && $0.expression.type.isNumeric }
    }

    /// Takes a row.
    mutating func take(_ row: ResultRow) {
        stamp += 1
        let key = Key(key: isTable ? row.key : [], start: row.window?.start ?? 0, number: isTable ? 0 : stamp)
        guard let values = row.values else {
            entries[key] = nil
            return
        }
        var entry = entries[key] ?? Entry(row: row, stamp: stamp)
        entry.row = row
        entry.stamp = stamp
        if let numberPlace, let number = Self.number(values[numberPlace]) {
            if entry.recent.count == Self.course { entry.recent.removeFirst() }
            entry.recent.append(number)
        }
        entries[key] = entry
        if entries.count > 2 * QueryResult.limit { trim() }
    }

    /// The result as it is shown.
    ///
    /// - Parameter count: How many rows there are in all; nil for as many as are kept.
    func result(count: Int?) -> QueryResult {
        let newest = entries.values.sorted { $0.stamp > $1.stamp }.prefix(QueryResult.limit)
        let rows = newest.map { entry in
            var row = shown(entry.row)
            row.recent = entry.recent
            return row
        }
        return QueryResult(columns: columns, rows: Array(rows), count: max(count ?? 0, rows.count))
    }

    /// A row as it is shown; of one that is no more the key's columns have values and the others none.
    func shown(_ row: ResultRow) -> QueryResult.Row {
        var keys = row.key[...]
        let values: [SQLValue] = row.values ?? columns.map { $0.isKey ? keys.popFirst() ?? .null : .null }
        return QueryResult.Row(
            window: row.window.map { min($0.start, $0.end)...max($0.start, $0.end) },
            values: zip(values, types).map { $0.text(as: $1) }, timestamp: row.timestamp)
    }

    private mutating func trim() {
        let stamps = entries.values.map(\.stamp).sorted(by: >)
        let oldest = stamps[QueryResult.limit - 1]
        entries = entries.filter { $0.value.stamp >= oldest }
    }

    private static func number(_ value: SQLValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .bigint(let number): Double(number)
        case .double(let number): number
        case .decimal(let number): Double(number.description)
        default: nil
        }
    }
}

extension QueryPlan {
    /// The columns of its result, in the order of the SELECT.
    var columns: [QueryColumn] {
        output.map { QueryColumn(name: $0.name, type: "\($0.expression.type)", isKey: $0.isKey) }
    }
}
