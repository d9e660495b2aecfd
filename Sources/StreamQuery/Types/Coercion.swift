/// Which types stand for one another without a CAST, and what type an operation has (ksqlDB's `SqlBaseType` and `DecimalUtil`).
enum Coercion {
    /// A number's type as a DECIMAL: an INTEGER has 10 figures, a BIGINT 19. Nil for everything else.
    static func asDecimal(_ type: SQLType) -> (precision: Int, scale: Int)? {
        switch type {
        case .integer: (10, 0)
        case .bigint: (19, 0)
        case .decimal(let precision, let scale): (precision, scale)
        default: nil
        }
    }

    /// The type that holds values of both: numbers widen INTEGER → BIGINT → DECIMAL → DOUBLE, collections by their elements. Nil where there is
    /// none.
    static func common(_ left: SQLType, _ right: SQLType) -> SQLType? {
        if left == right { return left }
        if left.isNumeric, right.isNumeric { return commonNumber(left, right) }
        switch (left, right) {
        case (.array(let mine), .array(let theirs)): return common(mine, theirs).map { .array($0) }
        case (.map(let key, let mine), .map(let otherKey, let theirs)):
            return key == otherKey ? common(mine, theirs).map { .map(key, $0) } : nil
        case (.date, .timestamp), (.timestamp, .date): return .timestamp
        default: return nil
        }
    }

    private static func commonNumber(_ left: SQLType, _ right: SQLType) -> SQLType? {
        if left == .double || right == .double { return .double }
        if case .decimal = left {} else if case .decimal = right {} else { return .bigint }
        guard let mine = asDecimal(left), let theirs = asDecimal(right) else { return nil }
        let scale = max(mine.scale, theirs.scale)
        let whole = max(mine.precision - mine.scale, theirs.precision - theirs.scale)
        return .decimal(precision: min(whole + scale, SQLDecimal.maxPrecision), scale: scale)
    }

    /// Whether a value of a type goes into a column of another as it is.
    static func isAssignable(_ from: SQLType, to type: SQLType) -> Bool {
        if from == type { return true }
        if from.isNumeric, type.isNumeric {
            let order: (SQLType) -> Int = {
                switch $0 {
                case .integer: 0
                case .bigint: 1
                case .decimal: 2
                default: 3
                }
            }
            return order(from) <= order(type)
        }
        switch (from, type) {
        case (.array(let mine), .array(let theirs)): return isAssignable(mine, to: theirs)
        case (.map(let key, let mine), .map(let otherKey, let theirs)):
            return key == otherKey && isAssignable(mine, to: theirs)
        case (.structure(let mine), .structure(let theirs)):
            return mine.count == theirs.count
                && zip(mine, theirs).allSatisfy { $0.name == $1.name && isAssignable($0.type, to: $1.type) }
        default: return false
        }
    }

    /// The type of `left op right` for numbers; nil where there is none.
    static func arithmetic(_ symbol: Expression.Arithmetic, _ left: SQLType, _ right: SQLType) -> SQLType? {
        guard left.isNumeric, right.isNumeric else { return nil }
        if left == .double || right == .double { return .double }
        if left == .integer, right == .integer { return .integer }
        switch (left, right) {
        case (.integer, .bigint), (.bigint, .integer), (.bigint, .bigint): return .bigint
        default: break
        }
        guard let mine = asDecimal(left), let theirs = asDecimal(right) else { return nil }
        return decimal(symbol, mine, theirs)
    }

    /// ksqlDB's rules of precision and scale, held at 38 figures; figures behind the point give way first.
    private static func decimal(
        _ symbol: Expression.Arithmetic, _ left: (precision: Int, scale: Int), _ right: (precision: Int, scale: Int)
    ) -> SQLType? {
        let (precision, scale): (Int, Int)
        let widest = max(left.scale, right.scale)
        switch symbol {
        case .add, .subtract:
            scale = widest
            precision = max(left.precision - left.scale, right.precision - right.scale) + widest + 1
        case .multiply:
            scale = left.scale + right.scale
            precision = left.precision + right.precision + 1
        case .divide:
            scale = max(6, left.scale + right.precision + 1)
            precision = left.precision - left.scale + right.scale + scale
        case .remainder:
            scale = widest
            precision = min(left.precision - left.scale, right.precision - right.scale) + widest
        case .concatenate: return nil
        }
        guard precision > SQLDecimal.maxPrecision else { return .decimal(precision: precision, scale: scale) }
        let whole = precision - scale
        let kept = max(min(scale, 6), SQLDecimal.maxPrecision - whole)
        return .decimal(precision: SQLDecimal.maxPrecision, scale: min(scale, kept))
    }
}
