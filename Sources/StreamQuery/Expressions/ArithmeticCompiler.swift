/// Steps of `+ - * / %` and `||`, one for each kind of number. Overflow and division by zero give null and a note; of doubles, infinities.
enum ArithmeticCompiler {
    typealias Step = CompiledExpression.Step

    static func step(
        _ symbol: Expression.Arithmetic, _ type: SQLType, _ left: @escaping Step, _ right: @escaping Step
    ) -> Step {
        switch type {
        case .integer: return integer(symbol, left, right)
        case .bigint: return bigint(symbol, left, right)
        case .double: return double(symbol, left, right)
        case .decimal(let precision, let scale): return decimal(symbol, precision, scale, left, right)
        default: return concatenation(left, right)
        }
    }

    private static func integer(
        _ symbol: Expression.Arithmetic, _ left: @escaping Step, _ right: @escaping Step
    ) -> Step {
        let join: @Sendable (Int32, Int32) -> Int32? = whole(symbol)
        return { row, log in
            guard case .integer(let first) = left(row, &log), case .integer(let second) = right(row, &log) else {
                return .null
            }
            if let result = join(first, second) { return .integer(result) }
            return failed(symbol, "\(first)", "\(second)", second == 0, "INTEGER", &log)
        }
    }

    private static func bigint(
        _ symbol: Expression.Arithmetic, _ left: @escaping Step, _ right: @escaping Step
    ) -> Step {
        let join: @Sendable (Int64, Int64) -> Int64? = whole(symbol)
        return { row, log in
            guard case .bigint(let first) = left(row, &log), case .bigint(let second) = right(row, &log) else {
                return .null
            }
            if let result = join(first, second) { return .bigint(result) }
            return failed(symbol, "\(first)", "\(second)", second == 0, "BIGINT", &log)
        }
    }

    private static func checked<Whole>(_ result: (partialValue: Whole, overflow: Bool)) -> Whole? {
        result.overflow ? nil : result.partialValue
    }

    private static func whole<Whole: FixedWidthInteger & SendableMetatype>(
        _ symbol: Expression.Arithmetic
    ) -> @Sendable (Whole, Whole) -> Whole? {
        switch symbol {
        case .add: return { checked($0.addingReportingOverflow($1)) }
        case .subtract: return { checked($0.subtractingReportingOverflow($1)) }
        case .multiply: return { checked($0.multipliedReportingOverflow(by: $1)) }
        case .divide: return { checked($0.dividedReportingOverflow(by: $1)) }
        case .remainder, .concatenate: return { checked($0.remainderReportingOverflow(dividingBy: $1)) }
        }
    }

    private static func double(
        _ symbol: Expression.Arithmetic, _ left: @escaping Step, _ right: @escaping Step
    ) -> Step {
        let join: @Sendable (Double, Double) -> Double =
            switch symbol {
            case .add: { $0 + $1 }
            case .subtract: { $0 - $1 }
            case .multiply: { $0 * $1 }
            case .divide: { $0 / $1 }
            case .remainder, .concatenate: { $0.truncatingRemainder(dividingBy: $1) }
            }
        return { row, log in
            guard case .double(let first) = left(row, &log), case .double(let second) = right(row, &log) else {
                return .null
            }
            return .double(join(first, second))
        }
    }

    private static func decimal(
        _ symbol: Expression.Arithmetic, _ precision: Int, _ scale: Int, _ left: @escaping Step, _ right: @escaping Step
    ) -> Step {
        let join: @Sendable (SQLDecimal, SQLDecimal) -> SQLDecimal? =
            switch symbol {
            case .add: { $0.adding($1, scale: scale) }
            case .subtract: { $0.subtracting($1, scale: scale) }
            case .multiply: { $0.multiplied(by: $1, scale: scale) }
            case .divide: { $0.divided(by: $1, scale: scale) }
            case .remainder, .concatenate: { $0.remainder(dividingBy: $1, scale: scale) }
            }
        return { row, log in
            guard case .decimal(let first) = left(row, &log), case .decimal(let second) = right(row, &log) else {
                return .null
            }
            if let result = join(first, second)?.fitted(precision: precision, scale: scale) { return .decimal(result) }
            return failed(
                symbol, "\(first)", "\(second)", second.unscaled == 0, "DECIMAL(\(precision), \(scale))", &log)
        }
    }

    private static func failed(
        _ symbol: Expression.Arithmetic, _ left: String, _ right: String, _ isZero: Bool, _ type: String,
        _ log: inout ProcessingLog
    ) -> SQLValue {
        let divides = symbol == .divide || symbol == .remainder
        log.note(
            .expression,
            divides && isZero
                ? "\(left) \(symbol.rawValue) 0: a division by zero"
                : "\(left) \(symbol.rawValue) \(right) does not fit \(type)")
        return .null
    }

    private static func concatenation(_ left: @escaping Step, _ right: @escaping Step) -> Step {
        { row, log in
            switch (left(row, &log), right(row, &log)) {
            case (.string(let first), .string(let second)):
                guard first.utf8.count + second.utf8.count <= TextFunctions.maxLength else {
                    log.note(.expression, "the text is longer than \(TextFunctions.maxLength) bytes")
                    return .null
                }
                return .string(first + second)
            case (.bytes(let first), .bytes(let second)): return .bytes(first + second)
            default: return .null
            }
        }
    }
}
