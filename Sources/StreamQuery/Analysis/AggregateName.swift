/// The aggregate functions, with ksqlDB's names.
package enum AggregateName: String, CaseIterable, Sendable {
    case count, sum, avg, min, max, countDistinct, collectList, collectSet, topK, topKDistinct
    case earliestByOffset, latestByOffset, histogram, stddevSamp, stddevSample, quantile

    /// The name in statements.
    package var name: String {
        switch self {
        case .count: "COUNT"
        case .sum: "SUM"
        case .avg: "AVG"
        case .min: "MIN"
        case .max: "MAX"
        case .countDistinct: "COUNT_DISTINCT"
        case .collectList: "COLLECT_LIST"
        case .collectSet: "COLLECT_SET"
        case .topK: "TOPK"
        case .topKDistinct: "TOPKDISTINCT"
        case .earliestByOffset: "EARLIEST_BY_OFFSET"
        case .latestByOffset: "LATEST_BY_OFFSET"
        case .histogram: "HISTOGRAM"
        case .stddevSamp: "STDDEV_SAMP"
        case .stddevSample: "STDDEV_SAMPLE"
        case .quantile: "QUANTILE"
        }
    }

    /// What it gives, as one sentence; where it differs from ksqlDB's, how.
    package var summary: String {
        switch self {
        case .count: "How many records there are (*), or values that are not null."
        case .sum: "The sum of the values; null counts as 0."
        case .avg: "The mean of the values that are not null; 0.0 when there are none."
        case .min: "The smallest value."
        case .max: "The largest value."
        case .countDistinct: "How many different values: exact while few, then HyperLogLog (ksqlDB estimates always)."
        case .collectList: "All values in the order they come, nulls too."
        case .collectSet: "The different values in the order they first come."
        case .topK: "The k largest values."
        case .topKDistinct: "The k largest different values."
        case .earliestByOffset: "The first value, or the first n; nulls are left out unless the last argument is FALSE."
        case .latestByOffset: "The newest value, or the newest n; nulls are left out unless the last argument is FALSE."
        case .histogram: "How often each text comes, at most 1,000 of them."
        case .stddevSamp: "The sample's variance, under the name ksqlDB gives it; STDDEV_SAMPLE is the deviation."
        case .stddevSample: "The sample's standard deviation."
        case .quantile: "The value below which a share of all lies, within 1 % of it (not in ksqlDB)."
        }
    }

    /// A function by its name, which knows no case.
    package static func named(_ name: String) -> AggregateName? {
        allCases.first { $0.name == name.uppercased() }
    }
}

/// An aggregate of a query: what is computed of which value.
package struct AggregateCall: Equatable, Sendable {
    /// The function.
    package var function: AggregateName
    /// The value of each record; nil for `COUNT(*)`.
    package var argument: TypedExpression?
    /// Values that TOPK gives beside the one it compares.
    package var others: [TypedExpression] = []
    /// How many values are kept: of TOPK, TOPKDISTINCT, EARLIEST_BY_OFFSET and LATEST_BY_OFFSET with a number. Nil for one.
    package var limit: Int?
    /// The share of a quantile, 0 to 1.
    package var share: Double?
    /// Nulls are left out (of the functions by offset).
    package var ignoresNulls = true
    /// The type of the result.
    package var type: SQLType

    /// An aggregate.
    package init(_ function: AggregateName, _ argument: TypedExpression?, _ type: SQLType) {
        (self.function, self.argument, self.type) = (function, argument, type)
    }
}
