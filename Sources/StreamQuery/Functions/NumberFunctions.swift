import Foundation

/// Functions of numbers.
enum NumberFunctions {
    static let all: [ScalarFunction] = rounding + powers + angles + choices

    private static let double = Signature.Pattern.type(.double)
    private static let integer = Signature.Pattern.type(.integer)
    private static let bigint = Signature.Pattern.type(.bigint)

    private static let rounding: [ScalarFunction] = [
        ScalarFunction(
            "ABS", .number, "The number without its sign.",
            Signature([.number("N")], .number("N"), .one { value throws(EvaluationFailure) in try absolute(value) })),
        ScalarFunction(
            "SIGN", .number, "-1, 0 or 1 by the number's sign.",
            Signature([.number("N")], integer, .one { value throws(EvaluationFailure) in .integer(sign(value)) })),
        ScalarFunction(
            "CEIL", .number, "The whole number at or above.",
            Signature(
                [.number("N")], .number("N"), .one { value throws(EvaluationFailure) in try whole(value, up: true) })),
        ScalarFunction(
            "FLOOR", .number, "The whole number at or below.",
            Signature(
                [.number("N")], .number("N"), .one { value throws(EvaluationFailure) in try whole(value, up: false) })),
        ScalarFunction(
            "ROUND", .number,
            "The number with so many figures behind the point, none if not said; halves go up, -2.5 to -2.",
            Signature([bigint], bigint, .one { value throws(EvaluationFailure) in value }),
            Signature(
                [double], bigint,
                .one { value throws(EvaluationFailure) in
                    let (number, floor) = (try value.asDouble, try value.asDouble.rounded(.down))
                    return .bigint(JavaNumber.whole(number - floor >= 0.5 ? floor + 1 : floor))
                }),
            Signature(
                [.decimal("D")], .wholeDecimal("D"), .one { value throws(EvaluationFailure) in try rounded(value, 0) }),
            Signature(
                [double, integer], double,
                .two { value, places throws(EvaluationFailure) in try rounded(value, try places.asCount) }),
            Signature(
                [.decimal("D"), integer], .decimal("D"),
                .two { value, places throws(EvaluationFailure) in
                    // The type keeps its figures, and so does the value: 1.005 to two places is 1.010.
                    guard case .decimal(let number) = value,
                        case .decimal(let result) = try rounded(value, try places.asCount),
                        let result = result.rescaled(to: Int(number.scale))
                    else { throw outside(value) }
                    return .decimal(result)
                })),
    ]

    private static let powers: [ScalarFunction] = [
        ScalarFunction("SQRT", .number, "The square root.", plain { $0.squareRoot() }),
        ScalarFunction("EXP", .number, "e to the power of the number.", plain { exp($0) }),
        ScalarFunction("LN", .number, "The natural logarithm.", plain { log($0) }),
        ScalarFunction(
            "LOG", .number, "The natural logarithm, or the one to a base, which comes first.", plain { log($0) },
            Signature(
                [double, double], double,
                .two { base, value throws(EvaluationFailure) in
                    let (base, value) = (try base.asDouble, try value.asDouble)
                    // There is no logarithm to these bases (ksqlDB's `Log`).
                    return .double(base <= 0 || base == 1 ? .nan : log(value) / log(base))
                })),
        ScalarFunction(
            "POWER", .number, "The first number to the power of the second.",
            Signature(
                [double, double], double,
                .two { base, exponent throws(EvaluationFailure) in
                    .double(pow(try base.asDouble, try exponent.asDouble))
                })),
        ScalarFunction("CBRT", .number, "The cube root.", plain { cbrt($0) }),
    ]

    private static let angles: [ScalarFunction] = [
        ScalarFunction(
            "PI", .number, "π.", Signature([], double, .none { () throws(EvaluationFailure) in .double(.pi) })),
        ScalarFunction("SIN", .number, "The sine of radians.", plain { sin($0) }),
        ScalarFunction("COS", .number, "The cosine of radians.", plain { cos($0) }),
        ScalarFunction("TAN", .number, "The tangent of radians.", plain { tan($0) }),
        ScalarFunction("RADIANS", .number, "Degrees in radians.", plain { $0 * .pi / 180 }),
        ScalarFunction("DEGREES", .number, "Radians in degrees.", plain { $0 * 180 / .pi }),
    ]

    private static let choices: [ScalarFunction] = [
        ScalarFunction(
            "GREATEST", .number, "The largest of the values; nulls are left out.",
            Signature(
                [.any("T")], variadic: true, nulls: true, .any("T"),
                .many { values throws(EvaluationFailure) in extreme(values, 1) })),
        ScalarFunction(
            "LEAST", .number, "The smallest of the values; nulls are left out.",
            Signature(
                [.any("T")], variadic: true, nulls: true, .any("T"),
                .many { values throws(EvaluationFailure) in extreme(values, -1) })),
    ]

    // MARK: - how

    private static func plain(_ function: @escaping @Sendable (Double) -> Double) -> Signature {
        Signature([double], double, .one { value throws(EvaluationFailure) in .double(function(try value.asDouble)) })
    }

    private static func outside(_ value: SQLValue) -> EvaluationFailure {
        EvaluationFailure(reason: "the result does not fit the number's type")
    }

    private static func absolute(_ value: SQLValue) throws(EvaluationFailure) -> SQLValue {
        switch value {
        case .integer(let number):
            guard number != .min else { throw outside(value) }
            return .integer(abs(number))
        case .bigint(let number):
            guard number != .min else { throw outside(value) }
            return .bigint(abs(number))
        case .double(let number): return .double(abs(number))
        case .decimal(let number): return .decimal(number.unscaled < 0 ? number.negated : number)
        default: return value
        }
    }

    private static func sign(_ value: SQLValue) -> Int32 {
        switch value {
        case .integer(let number): Int32(number.signum())
        case .bigint(let number): Int32(number.signum())
        case .double(let number): number > 0 ? 1 : number < 0 ? -1 : 0
        case .decimal(let number): Int32(number.unscaled.signum())
        default: 0
        }
    }

    private static func whole(_ value: SQLValue, up: Bool) throws(EvaluationFailure) -> SQLValue {
        switch value {
        case .double(let number): return .double(number.rounded(up ? .up : .down))
        case .decimal(let number):
            let floor = up ? -number.negated.floor : number.floor
            guard let result = SQLDecimal(unscaled: floor, scale: 0)?.rescaled(to: Int(number.scale)) else {
                throw outside(value)
            }
            return .decimal(result)
        default: return value
        }
    }

    private static func rounded(_ value: SQLValue, _ places: Int) throws(EvaluationFailure) -> SQLValue {
        switch value {
        case .double(let number):
            // Through the decimal that is written, as Java's BigDecimal(Double.toString(x)).
            guard number.isFinite, let exact = SQLDecimal(number), places < Int(exact.scale) else { return value }
            guard let result = exact.rounded(toPlaces: places) else { throw outside(value) }
            return .double(result.double)
        case .decimal(let number):
            guard let result = number.rounded(toPlaces: places) else { throw outside(value) }
            return .decimal(result)
        default: return value
        }
    }

    private static func extreme(_ values: [SQLValue], _ direction: Int) -> SQLValue {
        var best = SQLValue.null
        for value in values where !value.isNull {
            if best.isNull || (value.order(best) ?? 0) * direction > 0 { best = value }
        }
        return best
    }
}
