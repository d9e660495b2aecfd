/// One series that a selector found.
package struct SeriesReference: Sendable {
    /// What the source knows it by.
    package var id: Int
    /// The metric's name.
    package var name: String
    /// Its labels, without the name.
    package var labels: LabelSet

    /// A found series.
    package init(id: Int, name: String, labels: LabelSet) {
        self.id = id
        self.name = name
        self.labels = labels
    }
}

/// Where PromQL reads samples from. Times are milliseconds on a line that never goes back; bounds include both ends.
///
/// What the monitor keeps, and what a unit test loads, are such sources.
package protocol SeriesSource {
    /// Changes whenever series appear or go: until then what a selector found holds.
    var generation: UInt64 { get }
    /// How far back samples are kept, milliseconds; `Int64.max` for all of them.
    var historyMilliseconds: Int64 { get }
    /// Whether anybody publishes a metric of this name, with or without samples now.
    func knows(metric name: String) -> Bool
    /// What of a metric could not be read the last time; nil for nothing.
    func gap(in metric: String) -> ReadingGap?
    /// The series a selector means.
    func series(matching selector: VectorSelector) -> [SeriesReference]
    /// The newest sample of a series within bounds, be it a staleness marker; nil for none.
    func newestSample(of id: Int, from start: Int64, through end: Int64) -> (time: Int64, value: Double)?
    /// Appends the samples of a series within bounds, oldest first, staleness markers left out.
    func samples(of id: Int, from start: Int64, through end: Int64, into buffer: inout SampleBuffer)
}

/// A source that takes what rules make: recorded series, `ALERTS` and `ALERTS_FOR_STATE`.
package protocol RecordingSource: SeriesSource {
    /// Adds a sample of a series; one that is older than the series' newest is dropped.
    @discardableResult
    mutating func append(_ value: Double, at time: Int64, name: String, labels: LabelSet) -> Int
}

/// Samples of one series, oldest first; kept between readings so that its memory is used again.
package struct SampleBuffer: Sendable {
    /// Milliseconds, ascending.
    package private(set) var times: [Int64] = []
    /// The values at those times.
    package private(set) var values: [Double] = []

    /// An empty buffer.
    package init() {}

    /// How many there are.
    package var count: Int { times.count }

    /// Adds the next sample.
    package mutating func append(_ value: Double, at time: Int64) {
        times.append(time)
        values.append(value)
    }

    /// Forgets the samples, not the memory.
    package mutating func removeAll() {
        times.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}

/// Prometheus' mark for "from here on this series has no value": a NaN with a payload of its own (`model/value`).
package enum StalenessMarker {
    /// The mark.
    package static let value = Double(bitPattern: 0x7ff0_0000_0000_0002)

    /// Whether a value is the mark; other NaNs are values.
    package static func isMarker(_ value: Double) -> Bool { value.bitPattern == 0x7ff0_0000_0000_0002 }
}
