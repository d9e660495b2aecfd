/// A function of single values: what it is called, what it takes, and how it is computed.
package struct ScalarFunction: Sendable {
    /// What a function is for; the heading it is listed under.
    package enum Category: String, CaseIterable, Sendable {
        case text = "STRING"
        case number = "NUMERIC"
        case time = "DATE / TIME"
        case json = "JSON"
        case null = "NULLS"
        case collection = "COLLECTIONS"
    }

    /// The name, in capitals.
    package let name: String
    package let category: Category
    /// What it gives, as one sentence.
    package let summary: String
    /// What it takes and gives, the first that fits counts.
    package let signatures: [Signature]
    /// The place of an argument that is a bare unit of time.
    let unitPlace: Int?

    init(
        _ name: String, _ category: Category, _ summary: String, unitPlace: Int? = nil, _ signatures: Signature...
    ) {
        (self.name, self.category, self.summary) = (name, category, summary)
        (self.unitPlace, self.signatures) = (unitPlace, signatures)
    }

    /// The signature for arguments.
    struct Match {
        var signature: Int
        var parameters: [SQLType]
        var type: SQLType
    }

    /// The first signature that takes the arguments as they are, or else the first that takes them widened.
    func match(_ arguments: [TypedExpression]) -> Match? {
        for widens in [false, true] {
            for (number, signature) in signatures.enumerated() {
                if let (parameters, type) = signature.types(arguments, widens: widens) {
                    return Match(signature: number, parameters: parameters, type: type)
                }
            }
        }
        return nil
    }
}

/// The parameters and the result of a function.
package struct Signature: Sendable, CustomStringConvertible {
    /// A type, or a place for one.
    indirect enum Pattern: Sendable {
        case type(SQLType)
        /// Any type; the same letter stands for the same type.
        case any(Character)
        /// A number of any type.
        case number(Character)
        case decimal(Character)
        /// Of results: the DECIMAL without the figures behind its point.
        case wholeDecimal(Character)
        case array(Pattern)
        /// A map with VARCHAR keys.
        case map(Pattern)
    }

    /// How a result is computed; null arguments do not reach it unless `takesNulls`.
    enum Body: Sendable {
        case none(@Sendable () throws(EvaluationFailure) -> SQLValue)
        case one(@Sendable (SQLValue) throws(EvaluationFailure) -> SQLValue)
        case two(@Sendable (SQLValue, SQLValue) throws(EvaluationFailure) -> SQLValue)
        case three(@Sendable (SQLValue, SQLValue, SQLValue) throws(EvaluationFailure) -> SQLValue)
        case many(@Sendable ([SQLValue]) throws(EvaluationFailure) -> SQLValue)
        /// The same, with the types of the arguments.
        case typed(@Sendable ([SQLValue], [SQLType]) throws(EvaluationFailure) -> SQLValue)
    }

    let parameters: [Pattern]
    /// The last parameter may come any number of times.
    let isVariadic: Bool
    let result: Pattern
    let takesNulls: Bool
    let body: Body

    init(_ parameters: [Pattern], variadic: Bool = false, nulls: Bool = false, _ result: Pattern, _ body: Body) {
        (self.parameters, self.result, self.body) = (parameters, result, body)
        (isVariadic, takesNulls) = (variadic, nulls)
    }

    /// The arguments' types after widening, and the result's; nil where the arguments do not fit.
    func types(_ arguments: [TypedExpression], widens: Bool) -> (parameters: [SQLType], result: SQLType)? {
        guard arguments.count == parameters.count || isVariadic && arguments.count >= parameters.count else {
            return nil
        }
        var bound: [Character: SQLType] = [:]
        func pattern(_ place: Int) -> Pattern { parameters[min(place, parameters.count - 1)] }
        for (place, argument) in arguments.enumerated() where !argument.isNullLiteral {
            guard Self.bind(pattern(place), argument.type, widens, &bound) else { return nil }
        }
        var types: [SQLType] = []
        for place in arguments.indices {
            let isNull = arguments[place].isNullLiteral
            guard let type = Self.type(pattern(place), bound) ?? (isNull ? arguments[place].type : nil) else {
                return nil
            }
            types.append(type)
        }
        return Self.type(result, bound).map { (types, $0) }
    }

    private static func bind(
        _ pattern: Pattern, _ type: SQLType, _ widens: Bool, _ bound: inout [Character: SQLType]
    ) -> Bool {
        switch (pattern, type) {
        case (.type(let wanted), _): return wanted == type || widens && Coercion.isAssignable(type, to: wanted)
        case (.decimal, _) where !isDecimal(type): return false
        case (.number, _) where !type.isNumeric: return false
        case (.any(let letter), _), (.number(let letter), _), (.decimal(let letter), _), (.wholeDecimal(let letter), _):
            guard let known = bound[letter] else {
                bound[letter] = type
                return true
            }
            if known == type { return true }
            guard widens, let common = Coercion.common(known, type) else { return false }
            bound[letter] = common
            return true
        case (.array(let inner), .array(let element)): return bind(inner, element, widens, &bound)
        case (.map(let inner), .map(.string, let element)): return bind(inner, element, widens, &bound)
        default: return false
        }
    }

    private static func isDecimal(_ type: SQLType) -> Bool {
        if case .decimal = type { true } else { false }
    }

    private static func type(_ pattern: Pattern, _ bound: [Character: SQLType]) -> SQLType? {
        switch pattern {
        case .type(let type): type
        case .any(let letter), .number(let letter), .decimal(let letter): bound[letter]
        case .wholeDecimal(let letter):
            if case .decimal(let precision, let scale)? = bound[letter] {
                .decimal(precision: max(1, precision - scale), scale: 0)
            } else {
                nil
            }
        case .array(let inner): type(inner, bound).map { .array($0) }
        case .map(let inner): type(inner, bound).map { .map(.string, $0) }
        }
    }

    /// `(VARCHAR, INTEGER) → VARCHAR`.
    package var description: String {
        "(" + parameters.map(Self.name).joined(separator: ", ") + (isVariadic ? ", …" : "") + ") → \(Self.name(result))"
    }

    private static func name(_ pattern: Pattern) -> String {
        switch pattern {
        case .type(let type): "\(type)"
        case .any(let letter): "\(letter)"
        case .number: "number"
        case .decimal, .wholeDecimal: "DECIMAL"
        case .array(let inner): "ARRAY<\(name(inner))>"
        case .map(let inner): "MAP<VARCHAR, \(name(inner))>"
        }
    }
}
