/// Functions that deal with nulls.
enum NullFunctions {
    static let all: [ScalarFunction] = [
        ScalarFunction(
            "COALESCE", .null, "The first value that is not null.",
            Signature(
                [.any("T")], variadic: true, nulls: true, .any("T"),
                .many { values throws(EvaluationFailure) in values.first { !$0.isNull } ?? .null })),
        ScalarFunction(
            "IFNULL", .null, "The value, or the second where it is null.",
            Signature(
                [.any("T"), .any("T")], nulls: true, .any("T"),
                .two { value, other throws(EvaluationFailure) in value.isNull ? other : value })),
        ScalarFunction(
            "NULLIF", .null, "Null where both values are equal, otherwise the first.",
            Signature(
                [.any("T"), .any("T")], nulls: true, .any("T"),
                .two { value, other throws(EvaluationFailure) in value == other ? .null : value })),
        ScalarFunction(
            "AS_VALUE", .null, "The value itself: copies a key column into the value.",
            Signature([.any("T")], nulls: true, .any("T"), .one { value throws(EvaluationFailure) in value })),
    ]
}
