/// The functions an expression may call, under Prometheus' names.
package enum PromQLFunction: String, Sendable, CaseIterable {
    // Over the samples of a range.
    case rate, irate, increase, delta, idelta, changes, resets, deriv
    case predictLinear = "predict_linear"
    case averageOverTime = "avg_over_time"
    case minimumOverTime = "min_over_time"
    case maximumOverTime = "max_over_time"
    case sumOverTime = "sum_over_time"
    case countOverTime = "count_over_time"
    case lastOverTime = "last_over_time"
    case presentOverTime = "present_over_time"
    case absentOverTime = "absent_over_time"
    case quantileOverTime = "quantile_over_time"
    case deviationOverTime = "stddev_over_time"
    case varianceOverTime = "stdvar_over_time"
    // On each sample of an instant vector.
    case abs, ceil, floor, exp, ln, log2, log10, sqrt, sgn, round, clamp
    case clampMinimum = "clamp_min"
    case clampMaximum = "clamp_max"
    // On a whole vector.
    case absent, scalar, sort, timestamp, vector
    case sortDescending = "sort_desc"
    case histogramQuantile = "histogram_quantile"
    case labelReplace = "label_replace"
    case labelJoin = "label_join"
    // Of the clock, in UTC.
    case time, minute, hour, month, year
    case dayOfWeek = "day_of_week"
    case dayOfMonth = "day_of_month"
    case daysInMonth = "days_in_month"

    /// Which arguments a function takes.
    struct Signature {
        /// The types, in order; the last one repeats where `isVariadic`.
        var types: [Expression.ValueType]
        /// How many must be there.
        var least: Int
        /// The last type may come any number of times.
        var isVariadic = false

        init(_ types: [Expression.ValueType], optional: Int = 0, isVariadic: Bool = false) {
            self.types = types
            least = types.count - optional
            self.isVariadic = isVariadic
        }

        /// The type of an argument; nil where there is none.
        func type(at place: Int) -> Expression.ValueType? {
            place < types.count ? types[place] : isVariadic ? types.last : nil
        }
    }

    /// Which arguments it takes.
    var signature: Signature {
        switch self {
        case .rate, .irate, .increase, .delta, .idelta, .changes, .resets, .deriv, .averageOverTime, .minimumOverTime,
            .maximumOverTime, .sumOverTime, .countOverTime, .lastOverTime, .presentOverTime, .absentOverTime,
            .deviationOverTime, .varianceOverTime:
            Signature([.matrix])
        case .predictLinear: Signature([.matrix, .scalar])
        case .quantileOverTime: Signature([.scalar, .matrix])
        case .abs, .ceil, .floor, .exp, .ln, .log2, .log10, .sqrt, .sgn, .absent, .scalar, .sort, .sortDescending,
            .timestamp:
            Signature([.vector])
        case .round: Signature([.vector, .scalar], optional: 1)
        case .clampMinimum, .clampMaximum: Signature([.vector, .scalar])
        case .clamp: Signature([.vector, .scalar, .scalar])
        case .vector: Signature([.scalar])
        case .histogramQuantile: Signature([.scalar, .vector])
        case .labelReplace: Signature([.vector, .string, .string, .string, .string])
        case .labelJoin: Signature([.vector, .string, .string, .string], optional: 1, isVariadic: true)
        case .time: Signature([])
        case .minute, .hour, .month, .year, .dayOfWeek, .dayOfMonth, .daysInMonth: Signature([.vector], optional: 1)
        }
    }

    /// What it gives.
    var result: Expression.ValueType { self == .time || self == .scalar ? .scalar : .vector }

    /// Functions of Prometheus that Weir does not evaluate; told apart from names nobody knows.
    static let unsupported: Set<String> = [
        "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "day_of_year", "deg",
        "double_exponential_smoothing", "histogram_avg", "histogram_count", "histogram_fraction", "histogram_stddev",
        "histogram_stdvar", "histogram_sum", "holt_winters", "info", "mad_over_time", "pi", "rad", "sin", "sinh",
        "sort_by_label", "sort_by_label_desc", "tan", "tanh", "first_over_time", "ts_of_first_over_time",
        "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time", "histogram_quantiles",
    ]
}
