package import WindowedMetrics

/// The figures of `TopicStatistics` at one moment: small, without the sketches they came from.
package struct StatisticsReport: Sendable, Equatable {
    /// How a size is spread, bytes. Quantiles are within 1 % of a size that was really there; all else is exact.
    package struct Sizes: Sendable, Equatable {
        package var count: Int64
        package var least: Double
        package var mean: Double
        package var median: Double
        package var p95: Double
        package var p99: Double
        package var most: Double

        init?(_ sketch: QuantileSketch) {
            guard let least = sketch.min, let mean = sketch.mean, let most = sketch.max,
                let median = sketch.quantile(0.5), let p95 = sketch.quantile(0.95), let p99 = sketch.quantile(0.99)
            else { return nil }
            (count, self.least, self.mean, self.most) = (sketch.count, least, mean, most)
            (self.median, self.p95, self.p99) = (median, p95, p99)
        }
    }

    /// A key that comes often.
    package struct Key: Sendable, Equatable {
        /// The key.
        package var key: ScannedKey
        /// How often it came, at most.
        package var count: Int64
        /// How much of that may be other keys'.
        package var error: Int64
    }

    /// How many keys are listed.
    private static let keysListed = 100

    package var records: Int64
    package var bytes: Int64
    package var tombstones: Int64
    package var withoutKey: Int64
    package var withHeaders: Int64
    package var transactional: Int64
    /// Different keys.
    package var keys: Int64
    /// False where `keys` is an estimate with a standard error of 0.8 %.
    package var areKeysExact: Bool
    /// Sizes of keys; nil without keys.
    package var keySizes: Sizes?
    /// Sizes of values; nil without values.
    package var valueSizes: Sizes?
    /// The most frequent keys, most frequent first.
    package var topKeys: [Key]
    /// The partitions, ascending.
    package var partitions: [TopicStatistics.Partition]
    /// How unevenly records spread; nil without records.
    package var skew: Skew?
    /// How unevenly bytes spread; nil without bytes.
    package var byteSkew: Skew?
    /// How records were compressed, the most frequent first.
    package var compression: [TopicStatistics.Codec]
    package var oldest: TopicStatistics.Moment?
    package var newest: TopicStatistics.Moment?

    /// The figures as they stand.
    package init(_ it: TopicStatistics) {
        records = it.records
        bytes = it.bytes
        tombstones = it.tombstones
        withoutKey = it.withoutKey
        withHeaders = it.withHeaders
        transactional = it.transactional
        keys = it.keys.estimate
        areKeysExact = it.keys.isExact
        keySizes = Sizes(it.keySizes)
        valueSizes = Sizes(it.valueSizes)
        topKeys = it.topKeys.top(Self.keysListed).map { Key(key: $0.value, count: $0.count, error: $0.error) }
        partitions = it.partitions
        skew = it.skew
        byteSkew = it.byteSkew
        compression = it.compression
        oldest = it.oldest
        newest = it.newest
    }

    /// Records that a newer one of the same key has replaced, tombstones counted as records: what a full compaction could take at most.
    package var superseded: Int64 { max(0, records - withoutKey - keys) }
}
