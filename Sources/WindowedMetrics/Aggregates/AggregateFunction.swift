/// An aggregate function of a query, with the columns of the input that it reads: ksqlDB's, and quantiles besides.
///
/// All skip nulls but COUNT(*), COLLECT_LIST and COLLECT_SET. Every answer is the same whatever the order in which the input's partitions are read;
/// where the stream's order matters it is `RecordOrder`'s.
package struct AggregateFunction: Sendable, Equatable {
    /// The functions, by ksqlDB's names.
    package enum Kind: String, Sendable, CaseIterable {
        case countAll = "COUNT(*)"
        case count = "COUNT"
        case sum = "SUM"
        case average = "AVG"
        case minimum = "MIN"
        case maximum = "MAX"
        case countDistinct = "COUNT_DISTINCT"
        case collectList = "COLLECT_LIST"
        case collectSet = "COLLECT_SET"
        case top = "TOPK"
        case topDistinct = "TOPKDISTINCT"
        case earliest = "EARLIEST_BY_OFFSET"
        case latest = "LATEST_BY_OFFSET"
        case histogram = "HISTOGRAM"
        /// The sample variance: ksqlDB's STDDEV_SAMP gives that, and statements that use it keep their answers.
        case variance = "STDDEV_SAMP"
        case standardDeviation = "STDDEV_SAMPLE"
        /// An extension; ksqlDB has none.
        case quantile = "QUANTILE"
    }

    /// Which function.
    package let kind: Kind
    /// The column it reads; not used by COUNT(*).
    package let column: Int
    /// How many values it keeps.
    package let limit: Int
    /// Whether nulls count: of EARLIEST_BY_OFFSET and LATEST_BY_OFFSET.
    package let keepsNulls: Bool
    /// Whether the answer is a list although there is one value: EARLIEST_BY_OFFSET(x, 1).
    package let isList: Bool
    /// Columns that TOPK gives beside the value.
    package let others: [Int]
    /// The share of values that lie below the quantile, 0 to 1.
    package let share: Double
    /// The largest relative error of a quantile.
    package let accuracy: Double

    private init(
        _ kind: Kind, column: Int = 0, limit: Int = 0, keepsNulls: Bool = false, isList: Bool = false,
        others: [Int] = [], share: Double = 0, accuracy: Double = 0
    ) {
        self.kind = kind
        self.column = column
        self.limit = limit
        self.keepsNulls = keepsNulls
        self.isList = isList
        self.others = others
        self.share = share
        self.accuracy = accuracy
    }

    /// How many elements a list, a set or a histogram keeps unless told otherwise: ksqlDB's limit of HISTOGRAM and of the list functions.
    package static let defaultLimit = 1000
    /// The most elements that any function keeps.
    package static let mostElements = 1_000_000

    /// How many records.
    package static let countAll = AggregateFunction(.countAll)
    /// How many values that are not null.
    package static func count(_ column: Int) -> Self { Self(.count, column: column) }
    /// The exact sum, of the kind of the values; 0 of none.
    package static func sum(_ column: Int) -> Self { Self(.sum, column: column) }
    /// The mean as a double; 0 of none. A decimal's is that of its unscaled number.
    package static func average(_ column: Int) -> Self { Self(.average, column: column) }
    /// The least value.
    package static func minimum(_ column: Int) -> Self { Self(.minimum, column: column) }
    /// The largest value.
    package static func maximum(_ column: Int) -> Self { Self(.maximum, column: column) }
    /// How many different values: exact up to the limit, then estimated with a standard error of 0.81 %.
    package static func countDistinct(_ column: Int, exactLimit: Int = DistinctCount.sketchSizedLimit) -> Self {
        Self(.countDistinct, column: column, limit: exactLimit)
    }
    /// The first values, in the order of the stream.
    package static func collectList(_ column: Int, limit: Int = defaultLimit) -> Self {
        Self(.collectList, column: column, limit: bounded(limit), keepsNulls: true)
    }
    /// The first different values, in the order in which they first came.
    package static func collectSet(_ column: Int, limit: Int = defaultLimit) -> Self {
        Self(.collectSet, column: column, limit: bounded(limit), keepsNulls: true)
    }
    /// The largest values, the largest first; with other columns each is a list of the value and theirs.
    package static func top(_ count: Int, _ column: Int, others: [Int] = []) -> Self {
        Self(.top, column: column, limit: bounded(count), others: others)
    }
    /// The largest different values, the largest first.
    package static func topDistinct(_ count: Int, _ column: Int) -> Self {
        Self(.topDistinct, column: column, limit: bounded(count))
    }
    /// The first value, or with a count a list of the first ones.
    package static func earliest(_ column: Int, count: Int? = nil, ignoringNulls: Bool = true) -> Self {
        Self(
            .earliest, column: column, limit: bounded(count ?? 1), keepsNulls: !ignoringNulls, isList: count != nil)
    }
    /// The last value, or with a count a list of the last ones, the last one last.
    package static func latest(_ column: Int, count: Int? = nil, ignoringNulls: Bool = true) -> Self {
        Self(.latest, column: column, limit: bounded(count ?? 1), keepsNulls: !ignoringNulls, isList: count != nil)
    }
    /// How often each value came.
    package static func histogram(_ column: Int, limit: Int = defaultLimit) -> Self {
        Self(.histogram, column: column, limit: bounded(limit))
    }
    /// The sample variance, under ksqlDB's name STDDEV_SAMP; 0 of fewer than two.
    package static func variance(_ column: Int) -> Self { Self(.variance, column: column) }
    /// The sample standard deviation; 0 of fewer than two.
    package static func standardDeviation(_ column: Int) -> Self { Self(.standardDeviation, column: column) }
    /// The number below which a share of all lies, with a relative error of at most `accuracy`.
    package static func quantile(_ column: Int, _ share: Double, accuracy: Double = 0.01) -> Self {
        Self(
            .quantile, column: column, share: min(max(share, 0), 1), accuracy: min(max(accuracy, 0.001), 0.5))
    }

    private static func bounded(_ count: Int) -> Int { min(max(count, 0), mostElements) }

    /// The highest column it reads, plus one.
    package var columns: Int { kind == .countAll ? 0 : ([column] + others).reduce(0) { max($0, $1 + 1) } }

    var signature: String {
        "\(kind.rawValue)[\(column)\(others.map { ", \($0)" }.joined()); \(limit), \(keepsNulls), \(share), \(accuracy)]"
    }
}
