/// How often each value came, for so many different values: what HISTOGRAM keeps. Values that are new when the limit is reached are left out and
/// counted; which ones then depends on the order of the records.
struct ValueCounts: Sendable {
    private var counts: [AggregateValue: Int64] = [:]
    /// How many records brought a value that is not kept.
    private(set) var dropped: Int64 = 0
    private var valueBytes = 0

    init() {}

    /// Bytes of memory that it holds beside its own size.
    var bytes: Int { counts.capacity * (MemoryLayout<AggregateValue>.stride + 9) + valueBytes }

    /// The counts by value, in the order of the values.
    var entries: [AggregateEntry] {
        counts.sorted { $0.key < $1.key }.map { AggregateEntry(key: $0.key, value: .integer($0.value)) }
    }

    /// Takes a value so many times.
    mutating func add(_ value: AggregateValue, times: Int64 = 1, keeping limit: Int) {
        if let known = counts[value] {
            counts[value] = known &+ times
        } else if counts.count < limit {
            counts[value] = times
            valueBytes += value.heapBytes
        } else {
            dropped &+= times
        }
    }

    /// Takes in what another has taken, in the order of the values.
    mutating func merge(_ other: ValueCounts, keeping limit: Int) {
        dropped &+= other.dropped
        for entry in other.counts.sorted(by: { $0.key < $1.key }) {
            add(entry.key, times: entry.value, keeping: limit)
        }
    }

    func write(to writer: inout PackedWriter) {
        writer.signed(dropped)
        writer.count(counts.count)
        for (value, count) in counts.sorted(by: { $0.key < $1.key }) {
            value.write(to: &writer)
            writer.signed(count)
        }
    }

    init(_ reader: inout PackedReader, keeping limit: Int) throws(PackedError) {
        dropped = try reader.signed()
        let count = try reader.count()
        guard count <= limit else { throw .malformed }
        for _ in 0..<count {
            let value = try AggregateValue(&reader)
            add(value, times: try reader.signed(), keeping: limit)
        }
    }
}

/// Quantiles of numbers on both sides of 0: a sketch for each side.
struct SignedQuantiles: Sendable {
    private var negative: QuantileSketch
    private var positive: QuantileSketch

    /// Quantiles of nothing, with a largest relative error.
    init(accuracy: Double) {
        negative = QuantileSketch(accuracy: accuracy)
        positive = QuantileSketch(accuracy: accuracy)
    }

    /// Bytes of memory that it holds beside its own size.
    var bytes: Int { negative.bytes + positive.bytes }

    /// The largest relative error of a quantile.
    var accuracy: Double { positive.accuracy }

    /// Takes a number; one that is not finite is left out.
    mutating func add(_ number: Double) {
        if number < 0 { negative.insert(-number) } else { positive.insert(number) }
    }

    /// Takes in what another has taken.
    mutating func merge(_ other: SignedQuantiles) {
        negative.merge(other.negative)
        positive.merge(other.positive)
    }

    /// The number below which a share of all lies; nil of no numbers.
    func quantile(_ share: Double) -> Double? {
        let count = negative.count + positive.count
        guard count > 0 else { return nil }
        let rank = Int64((min(max(share, 0), 1) * Double(count - 1)).rounded(.down))
        if rank < negative.count { return negative.number(atRank: negative.count - 1 - rank).map { -$0 } }
        return positive.number(atRank: rank - negative.count)
    }

    func write(to writer: inout PackedWriter) {
        negative.write(to: &writer)
        positive.write(to: &writer)
    }

    init(_ reader: inout PackedReader, accuracy: Double) throws(PackedError) {
        negative = try QuantileSketch(&reader, accuracy: accuracy)
        positive = try QuantileSketch(&reader, accuracy: accuracy)
    }
}
