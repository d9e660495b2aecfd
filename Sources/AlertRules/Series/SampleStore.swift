/// Samples at any times, 16 bytes each: what unit tests load.
package struct SampleStore: RecordingSource, Sendable {
    private struct Samples {
        var times: [Int64] = []
        var values: [Double] = []
    }

    private var index = SeriesIndex()
    private var samples: [Samples] = []

    /// No samples; any name is known, as in Prometheus.
    package init() {}

    package var generation: UInt64 { index.generation }
    package var historyMilliseconds: Int64 { .max }
    package func knows(metric name: String) -> Bool { true }

    package func series(matching selector: VectorSelector) -> [SeriesReference] { index.series(matching: selector) }

    /// Adds a sample; one that is older than the series' newest is dropped, one of the same time takes its place.
    ///
    /// - Returns: The series' number.
    @discardableResult
    package mutating func append(_ value: Double, at time: Int64, name: String, labels: LabelSet) -> Int {
        let (id, _) = index.insert(name: name, labels: labels)
        if id == samples.count { samples.append(Samples()) }
        if let last = samples[id].times.last, last >= time {
            if last == time { samples[id].values[samples[id].values.count - 1] = value }
            return id
        }
        samples[id].times.append(time)
        samples[id].values.append(value)
        return id
    }

    package func newestSample(of id: Int, from start: Int64, through end: Int64) -> (time: Int64, value: Double)? {
        let place = Self.firstPlace(after: end, in: samples[id].times) - 1
        guard place >= 0, samples[id].times[place] >= start else { return nil }
        return (samples[id].times[place], samples[id].values[place])
    }

    package func samples(of id: Int, from start: Int64, through end: Int64, into buffer: inout SampleBuffer) {
        let times = samples[id].times
        let values = samples[id].values
        var place = Self.firstPlace(after: start &- 1, in: times)
        while place < times.count, times[place] <= end {
            if !StalenessMarker.isMarker(values[place]) { buffer.append(values[place], at: times[place]) }
            place += 1
        }
    }

    /// The first place whose time is later.
    private static func firstPlace(after time: Int64, in times: [Int64]) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
