import WindowedMetrics

/// Turns a group's state into a row of the result: aggregates, HAVING, columns.
struct GroupTeller: Sendable {
    private let logic: AggregateRow
    private let keyTypes: [SQLType]
    private let calls: [(type: SQLType, scale: Int)]
    private let having: CompiledExpression?
    private let output: [CompiledExpression]
    private let keyPlaces: [Int]
    private let grace: Int64?
    private let limit: Int64
    private var row: Row
    /// How many rows were told.
    private(set) var told: Int64 = 0
    /// Of queries with HAVING: the groups that are told, by the end of their windows, so that one that no longer counts is withdrawn, and once.
    private var shown: [Int64: Set<[UInt8]>] = [:]
    /// Bytes of memory that this takes, about.
    private(set) var bytes = 0

    init(_ aggregation: Aggregation, _ plan: QueryPlan, _ logic: AggregateRow) {
        self.logic = logic
        keyTypes = aggregation.groupBy.map(\.type)
        calls = aggregation.calls.map { ($0.type, AggregateBridge.scale($0)) }
        having = plan.having.map { CompiledExpression($0.expression) }
        output = plan.output.map { CompiledExpression($0.expression) }
        keyPlaces = plan.output.indices.filter { plan.output[$0].isKey }
        grace = aggregation.window?.grace
        limit = plan.limit.map { Int64($0) } ?? .max
        row = Row(count: aggregation.rowCount)
    }

    /// Tells a group's row.
    mutating func tell(
        _ group: WindowRow<AggregateStates>, _ log: inout ProcessingLog, _ tell: QueryExecution.Tell
    ) {
        guard told < limit, fill(group, &log) else { return }
        let isTold = group.value != nil && (having?.holds(row, &log) ?? true)
        if having != nil, !note(group, isTold) { return }
        var values: [SQLValue] = []
        values.reserveCapacity(output.count)
        for expression in output { values.append(expression.value(row, &log)) }
        told &+= 1
        tell(
            ResultRow(
                key: keyPlaces.map { values[$0] }, values: isTold ? values : nil,
                window: grace == nil ? nil : ResultWindow(start: group.start, end: group.end),
                timestamp: group.timestamp))
    }

    /// A group's row as it stands, told to nobody; nil where HAVING leaves it out.
    mutating func present(_ group: WindowRow<AggregateStates>, _ log: inout ProcessingLog) -> ResultRow? {
        guard group.value != nil, fill(group, &log), having?.holds(row, &log) ?? true else { return nil }
        var values: [SQLValue] = []
        values.reserveCapacity(output.count)
        for expression in output { values.append(expression.value(row, &log)) }
        return ResultRow(
            key: keyPlaces.map { values[$0] }, values: values,
            window: grace == nil ? nil : ResultWindow(start: group.start, end: group.end), timestamp: group.timestamp)
    }

    /// Whether it has to know which groups were told.
    var keepsShown: Bool { having != nil }

    /// Takes a group that an earlier run came to for told, if HAVING lets it through.
    mutating func remember(_ group: WindowRow<AggregateStates>) {
        // What goes wrong was noted when the row was told.
        var log = ProcessingLog(capacity: 1)
        guard group.value != nil, fill(group, &log), having?.holds(row, &log) ?? true else { return }
        _ = note(group, true)
    }

    /// Fills the aggregated row.
    private mutating func fill(_ group: WindowRow<AggregateStates>, _ log: inout ProcessingLog) -> Bool {
        guard let key = GroupKey.values(group.key, keyTypes) else {
            log.note(.result, "a group's key cannot be read back")
            return false
        }
        for (place, value) in key.enumerated() { row.values[place] = value }
        row.values[keyTypes.count + calls.count] = .bigint(group.start)
        row.values[keyTypes.count + calls.count + 1] = .bigint(group.end)
        guard let states = group.value else {
            for place in calls.indices { row.values[keyTypes.count + place] = .null }
            return true
        }
        for (place, result) in logic.results(of: states).enumerated() {
            if case .overflow = result.quality {
                log.note(.result, "an aggregate does not fit its type \(calls[place].type)")
            }
            var value = AggregateBridge.value(result.value, calls[place].type)
            if calls[place].scale > 0, case .double(let number) = value {
                value = .double(number / Double(SQLDecimal.powers[min(calls[place].scale, SQLDecimal.maxPrecision)]))
            }
            if value.isNull, !result.value.isNull {
                log.note(.result, "an aggregate does not fit its type \(calls[place].type)")
            }
            row.values[keyTypes.count + place] = value
        }
        return true
    }

    /// Keeps which groups are told; answers whether this change is to be.
    private mutating func note(_ group: WindowRow<AggregateStates>, _ isTold: Bool) -> Bool {
        let key = Array(group.key) + (grace == nil ? [] : KafkaFormat.bytes(group.start))
        let end = grace == nil ? 0 : group.end
        if isTold {
            if shown[end, default: []].insert(key).inserted { bytes += Self.bytes(of: key) }
            return true
        }
        guard shown[end]?.remove(key) != nil else { return false }
        bytes -= Self.bytes(of: key)
        return true
    }

    /// A key in a set: its array on the heap, and its place with what is free beside it.
    private static func bytes(of key: [UInt8]) -> Int { key.count + 48 }

    /// Forgets the groups of windows that can no longer change.
    mutating func forget(closedBy time: Int64) {
        guard having != nil, let grace else { return }
        for (end, keys) in shown where end < time - grace {
            bytes -= keys.reduce(0) { $0 + Self.bytes(of: $1) }
            shown[end] = nil
        }
    }
}
