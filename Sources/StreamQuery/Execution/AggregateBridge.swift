import WindowedMetrics

/// Values on their way into the aggregates and back: the engine knows fewer kinds than SQL has types.
enum AggregateBridge {
    /// A value as the aggregates see it.
    static func aggregateValue(_ value: SQLValue, _ type: SQLType) -> AggregateValue {
        switch value {
        case .null: return .null
        case .boolean(let flag): return .boolean(flag)
        case .integer(let number), .date(let number), .time(let number): return .integer(Int64(number))
        case .bigint(let number), .timestamp(let number): return .integer(number)
        case .double(let number): return .double(number)
        case .decimal(let number):
            // The engine keeps no scale: all numbers of a column have the type's.
            guard case .decimal(_, let scale) = type, let scaled = number.rescaled(to: scale) else { return .null }
            return .decimal(WideInteger(scaled.unscaled))
        case .string(let text): return .text(text)
        case .bytes(let bytes): return .bytes(bytes)
        case .array(let items):
            guard case .array(let element) = type else { return .null }
            return .list(items.map { aggregateValue($0, element) })
        case .map(let entries):
            guard case .map(_, let element) = type else { return .null }
            return .map(
                entries.sorted { $0.key < $1.key }.map {
                    AggregateEntry(key: .text($0.key), value: aggregateValue($0.value, element))
                })
        case .structure(let values):
            guard case .structure(let fields) = type, fields.count == values.count else { return .null }
            return .list(zip(values, fields).map { aggregateValue($0, $1.type) })
        }
    }

    /// An aggregate's answer as a value of its type; null where it does not fit.
    static func value(_ value: AggregateValue, _ type: SQLType) -> SQLValue {
        switch (value, type) {
        case (.boolean(let flag), .boolean): return .boolean(flag)
        case (.integer(let number), .integer): return Int32(exactly: number).map { .integer($0) } ?? .null
        case (.integer(let number), .bigint): return .bigint(number)
        case (.integer(let number), .timestamp): return .timestamp(number)
        case (.integer(let number), .date): return Int32(exactly: number).map { .date($0) } ?? .null
        case (.integer(let number), .time): return Int32(exactly: number).map { .time($0) } ?? .null
        case (.integer(let number), .double): return .double(Double(number))
        // The sum of no doubles and of no decimals is a whole 0.
        case (.integer(let number), .decimal(let precision, let scale)):
            return SQLDecimal(number).fitted(precision: precision, scale: scale).map { .decimal($0) } ?? .null
        case (.double(let number), .double): return .double(number)
        case (.decimal(let number), .decimal(let precision, let scale)):
            return SQLDecimal(unscaled: number.value, scale: scale)?.fitted(precision: precision, scale: scale)
                .map { .decimal($0) } ?? .null
        case (.text(let text), .string): return .string(text)
        case (.bytes(let bytes), .bytes): return .bytes(bytes)
        case (.list(let items), .array(let element)): return .array(items.map { Self.value($0, element) })
        case (.list(let items), .structure(let fields)):
            guard items.count == fields.count else { return .null }
            return .structure(zip(items, fields).map { Self.value($0, $1.type) })
        case (.map(let entries), .map(_, let element)):
            var map: [String: SQLValue] = [:]
            for entry in entries {
                if case .text(let name) = entry.key { map[name] = Self.value(entry.value, element) }
            }
            return .map(map)
        default: return .null
        }
    }

    /// The engine's functions of a query's aggregates, and the expressions of the columns they read.
    static func functions(
        _ calls: [AggregateCall]
    ) -> (functions: [WindowedMetrics.AggregateFunction], columns: [TypedExpression]) {
        var columns: [TypedExpression] = []
        func column(_ expression: TypedExpression) -> Int {
            if let place = columns.firstIndex(of: expression) { return place }
            columns.append(expression)
            return columns.count - 1
        }
        let functions = calls.map { call -> WindowedMetrics.AggregateFunction in
            guard let argument = call.argument else { return .countAll }
            let place = column(argument)
            switch call.function {
            case .count: return .count(place)
            case .sum: return .sum(place)
            case .avg: return .average(place)
            case .min: return .minimum(place)
            case .max: return .maximum(place)
            case .countDistinct: return .countDistinct(place)
            case .collectList: return .collectList(place)
            case .collectSet: return .collectSet(place)
            case .topK: return .top(call.limit ?? 1, place, others: call.others.map(column))
            case .topKDistinct: return .topDistinct(call.limit ?? 1, place)
            case .earliestByOffset: return .earliest(place, count: call.limit, ignoringNulls: call.ignoresNulls)
            case .latestByOffset: return .latest(place, count: call.limit, ignoringNulls: call.ignoresNulls)
            case .histogram: return .histogram(place)
            case .stddevSamp: return .variance(place)
            case .stddevSample: return .standardDeviation(place)
            case .quantile: return .quantile(place, call.share ?? 0.5)
            }
        }
        return (functions, columns)
    }

    /// The scale by which AVG and deviations of a decimal must be divided: the engine sees the number without its point.
    static func scale(_ call: AggregateCall) -> Int {
        guard case .decimal(_, let scale)? = call.argument?.type else { return 0 }
        switch call.function {
        case .avg, .stddevSample, .quantile: return scale
        case .stddevSamp: return 2 * scale
        default: return 0
        }
    }
}
