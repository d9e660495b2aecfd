extension ExpressionCompiler {
    static func field(_ inner: @escaping Step, _ index: Int) -> Step {
        { row, log in
            guard case .structure(let values) = inner(row, &log), index < values.count else { return .null }
            return values[index]
        }
    }

    /// Items count from 1, negative places from the end; outside there is null.
    static func element(_ inner: @escaping Step, _ index: @escaping Step) -> Step {
        { row, log in
            switch (inner(row, &log), index(row, &log)) {
            case (.array(let items), .bigint(let place)):
                let at =
                    place > 0 ? place - 1 : place < 0 ? Int64(items.count) + max(place, -Int64(items.count) - 1) : -1
                return at >= 0 && at < Int64(items.count) ? items[Int(at)] : .null
            case (.map(let entries), .string(let key)): return entries[key] ?? .null
            default: return .null
            }
        }
    }

    static func array(_ steps: [Step]) -> Step {
        { row, log in
            var items: [SQLValue] = []
            items.reserveCapacity(steps.count)
            for step in steps { items.append(step(row, &log)) }
            return .array(items)
        }
    }

    static func map(_ keys: [Step], _ values: [Step]) -> Step {
        { row, log in
            var entries: [String: SQLValue] = [:]
            for (key, value) in zip(keys, values) {
                guard case .string(let name) = key(row, &log) else {
                    log.note(.expression, "a MAP's key is null")
                    return .null
                }
                entries[name] = value(row, &log)
            }
            return .map(entries)
        }
    }

    /// A function's call: of most, a null argument makes the result null.
    static func call(_ name: String, _ number: Int, _ arguments: [TypedExpression]) -> Step {
        // The typer settled both; a catalogue that lost a function would give nulls.
        guard let function = FunctionCatalogue.function(name), number < function.signatures.count else {
            return { _, log in
                log.note(.expression, "\(name) is not there")
                return .null
            }
        }
        let signature = function.signatures[number]
        let steps = arguments.map(step)
        let takesNulls = signature.takesNulls
        switch signature.body {
        case .none(let body): return guarded { _, _ throws(EvaluationFailure) in try body() }
        case .one(let body):
            let first = steps[0]
            return guarded { row, log throws(EvaluationFailure) in
                let value = first(row, &log)
                return value.isNull && !takesNulls ? .null : try body(value)
            }
        case .two(let body):
            let (first, second) = (steps[0], steps[1])
            return guarded { row, log throws(EvaluationFailure) in
                let (one, two) = (first(row, &log), second(row, &log))
                return !takesNulls && (one.isNull || two.isNull) ? .null : try body(one, two)
            }
        case .three(let body):
            let (first, second, third) = (steps[0], steps[1], steps[2])
            return guarded { row, log throws(EvaluationFailure) in
                let (one, two, three) = (first(row, &log), second(row, &log), third(row, &log))
                return !takesNulls && (one.isNull || two.isNull || three.isNull) ? .null : try body(one, two, three)
            }
        case .many(let body):
            return guarded(listed(steps, takesNulls) { values throws(EvaluationFailure) in try body(values) })
        case .typed(let body):
            let types = arguments.map(\.type)
            return guarded(listed(steps, takesNulls) { values throws(EvaluationFailure) in try body(values, types) })
        }
    }

    private typealias Failing = @Sendable (Row, inout ProcessingLog) throws(EvaluationFailure) -> SQLValue

    private static func listed(
        _ steps: [Step], _ takesNulls: Bool,
        _ body: @escaping @Sendable ([SQLValue]) throws(EvaluationFailure) -> SQLValue
    ) -> Failing {
        { row, log throws(EvaluationFailure) in
            var values: [SQLValue] = []
            values.reserveCapacity(steps.count)
            for step in steps { values.append(step(row, &log)) }
            if !takesNulls, values.contains(where: \.isNull) { return .null }
            return try body(values)
        }
    }

    private static func guarded(_ body: @escaping Failing) -> Step {
        { row, log in
            do throws(EvaluationFailure) {
                return try body(row, &log)
            } catch {
                log.note(.expression, error.reason)
                return .null
            }
        }
    }
}
