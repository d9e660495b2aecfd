/// Functions of arrays and maps.
enum CollectionFunctions {
    static let all: [ScalarFunction] = looking + order + sets + maps + building

    private static let array = Signature.Pattern.array(.any("T"))
    private static let map = Signature.Pattern.map(.any("T"))
    private static let text = Signature.Pattern.type(.string)
    private static let integer = Signature.Pattern.type(.integer)
    private static let bigint = Signature.Pattern.type(.bigint)

    /// The most items a function makes.
    static let maxItems = 100_000

    private static let length = Signature(
        [array], integer, .one { items throws(EvaluationFailure) in .integer(Int32(clamping: try items.asItems.count)) }
    )

    private static let looking: [ScalarFunction] = [
        ScalarFunction("ARRAY_LENGTH", .collection, "How many items an array has.", length),
        ScalarFunction(
            "CARDINALITY", .collection, "How many items an array or entries a map has.", length,
            Signature(
                [map], integer,
                .one { map throws(EvaluationFailure) in .integer(Int32(clamping: try map.asEntries.count)) })),
        ScalarFunction(
            "ARRAY_CONTAINS", .collection, "Whether an array has a value among its items.",
            Signature(
                [array, .any("T")], nulls: true, .type(.boolean),
                .two { items, value throws(EvaluationFailure) in
                    items.isNull ? .boolean(false) : .boolean(try items.asItems.contains(value))
                })),
        ScalarFunction(
            "ARRAY_JOIN", .collection, "The items as one text, with a delimiter between them (a comma if not said).",
            Signature(
                [array], text, .typed { values, types throws(EvaluationFailure) in try joined(values, types, ",") }),
            Signature(
                [array, text], text,
                .typed { values, types throws(EvaluationFailure) in try joined(values, types, try values[1].asText) })),
        ScalarFunction("ARRAY_MAX", .collection, "The largest item that is not null.", extreme("GREATEST")),
        ScalarFunction("ARRAY_MIN", .collection, "The smallest item that is not null.", extreme("LEAST")),
        ScalarFunction(
            "SLICE", .collection,
            "The items from a place to another, both from 1 and both included; a NULL is the first or the last, and outside the array there is null.",
            Signature(
                [array, integer, integer], nulls: true, array,
                .three { items, from, to throws(EvaluationFailure) in
                    if items.isNull { return .null }
                    let items = try items.asItems
                    let start = from.isNull ? 0 : try from.asCount - 1
                    let end = to.isNull ? items.count : try to.asCount
                    guard start >= 0, end <= items.count else { return .null }
                    guard start <= end else {
                        throw EvaluationFailure(reason: "a slice from \(start + 1) to \(end) goes backwards")
                    }
                    return .array(Array(items[start..<end]))
                })),
    ]

    private static let order: [ScalarFunction] = [
        ScalarFunction(
            "ARRAY_SORT", .collection, "The items in order, or in the order ASC or DESC; nulls come last.",
            Signature([array], array, .one { items throws(EvaluationFailure) in .array(sorted(try items.asItems, 1)) }),
            Signature(
                [array, text], array,
                .two { items, order throws(EvaluationFailure) in
                    .array(sorted(try items.asItems, try order.asText.uppercased().hasPrefix("DESC") ? -1 : 1))
                })),
        ScalarFunction(
            "ARRAY_DISTINCT", .collection, "The items without repetitions, in the order they first come.",
            Signature([array], array, .one { items throws(EvaluationFailure) in .array(distinct(try items.asItems)) })),
        ScalarFunction(
            "ARRAY_REMOVE", .collection, "The items that are not a value.",
            Signature(
                [array, .any("T")], nulls: true, array,
                .two { items, value throws(EvaluationFailure) in
                    items.isNull ? .null : .array(try items.asItems.filter { $0 != value })
                })),
        ScalarFunction(
            "ARRAY_CONCAT", .collection,
            "The items of the first array, then those of the second; one that is null has none.",
            Signature(
                [array, array], nulls: true, array,
                .two { left, right throws(EvaluationFailure) in
                    if left.isNull || right.isNull { return left.isNull ? right : left }
                    return .array(try left.asItems + right.asItems)
                })),
    ]

    private static let sets: [ScalarFunction] = [
        ScalarFunction(
            "ARRAY_UNION", .collection, "The different items of both arrays.",
            Signature(
                [array, array], array,
                .two { left, right throws(EvaluationFailure) in .array(distinct(try left.asItems + right.asItems)) })),
        ScalarFunction(
            "ARRAY_INTERSECT", .collection, "The different items that both arrays have.",
            Signature(
                [array, array], array,
                .two { left, right throws(EvaluationFailure) in
                    let others = Set(try right.asItems)
                    return .array(distinct(try left.asItems.filter { others.contains($0) }))
                })),
        ScalarFunction(
            "ARRAY_EXCEPT", .collection, "The different items of the first array that the second has not.",
            Signature(
                [array, array], array,
                .two { left, right throws(EvaluationFailure) in
                    let others = Set(try right.asItems)
                    return .array(distinct(try left.asItems.filter { !others.contains($0) }))
                })),
    ]

    private static let maps: [ScalarFunction] = [
        ScalarFunction(
            "MAP_KEYS", .collection, "The keys of a map, in order.",
            Signature(
                [map], .array(text),
                .one { map throws(EvaluationFailure) in .array(try map.asEntries.keys.sorted().map { .string($0) }) })),
        ScalarFunction(
            "MAP_VALUES", .collection, "The values of a map, in the order of their keys.",
            Signature(
                [map], array,
                .one { map throws(EvaluationFailure) in
                    .array(try map.asEntries.sorted { $0.key < $1.key }.map(\.value))
                })),
        ScalarFunction(
            "MAP_UNION", .collection, "The entries of both maps; the second map's win, and one that is null has none.",
            Signature(
                [map, map], nulls: true, map,
                .two { left, right throws(EvaluationFailure) in
                    if left.isNull || right.isNull { return left.isNull ? right : left }
                    return .map(try left.asEntries.merging(try right.asEntries) { $1 })
                })),
    ]

    private static let building: [ScalarFunction] = [
        ScalarFunction(
            "AS_MAP", .collection, "A map of an array of keys and one of values.",
            Signature(
                [.array(text), array], map,
                .two { keys, values throws(EvaluationFailure) in
                    var map: [String: SQLValue] = [:]
                    for (key, value) in zip(try keys.asItems, try values.asItems) { map[try key.asText] = value }
                    return .map(map)
                })),
        ScalarFunction(
            "GENERATE_SERIES", .collection, "The numbers from one to another, by a step (1, or -1 downwards).",
            Signature(
                [bigint, bigint], .array(bigint),
                .two { from, to throws(EvaluationFailure) in
                    let (from, to) = (try from.asWhole, try to.asWhole)
                    return try series(from, to, from <= to ? 1 : -1)
                }),
            Signature(
                [bigint, bigint, bigint], .array(bigint),
                .three { from, to, step throws(EvaluationFailure) in
                    try series(try from.asWhole, try to.asWhole, try step.asWhole)
                })),
    ]

    // MARK: - how

    private static func extreme(_ name: String) -> Signature {
        let direction = name == "GREATEST" ? 1 : -1
        return Signature(
            [array], .any("T"),
            .one { items throws(EvaluationFailure) in
                var best = SQLValue.null
                for item in try items.asItems where !item.isNull {
                    if best.isNull || (item.order(best) ?? 0) * direction > 0 { best = item }
                }
                return best
            })
    }

    private static func joined(
        _ values: [SQLValue], _ types: [SQLType], _ delimiter: String
    ) throws(EvaluationFailure) -> SQLValue {
        guard case .array(let element) = types[0] else { return .null }
        let texts = try values[0].asItems.map { $0.text(as: element) ?? "null" }
        guard texts.reduce(0, { $0 + $1.utf8.count + delimiter.utf8.count }) <= TextFunctions.maxLength else {
            throw EvaluationFailure(reason: "the text is longer than \(TextFunctions.maxLength) bytes")
        }
        return .string(texts.joined(separator: delimiter))
    }

    private static func sorted(_ items: [SQLValue], _ direction: Int) -> [SQLValue] {
        items.filter { !$0.isNull }.sorted { ($0.order($1) ?? 0) * direction < 0 } + items.filter(\.isNull)
    }

    private static func distinct(_ items: [SQLValue]) -> [SQLValue] {
        var seen: Set<SQLValue> = []
        return items.filter { seen.insert($0).inserted }
    }

    private static func series(_ from: Int64, _ to: Int64, _ step: Int64) throws(EvaluationFailure) -> SQLValue {
        guard step != 0 else { throw EvaluationFailure(reason: "the step of a series cannot be 0") }
        var numbers: [SQLValue] = []
        var next = from
        while step > 0 ? next <= to : next >= to {
            guard numbers.count < maxItems else {
                throw EvaluationFailure(reason: "the series is longer than \(maxItems)")
            }
            numbers.append(.bigint(next))
            let (sum, overflow) = next.addingReportingOverflow(step)
            guard !overflow else { break }
            next = sum
        }
        return .array(numbers)
    }
}
