/// Samples at even steps, 8 bytes each: what the monitor keeps for its rules.
///
/// A step without a reading of a series holds nothing and is passed over, as a missed scrape; where a poll failed or a series ended, `mark` sets
/// Prometheus' staleness marker. Memory is the ring of a series: `history / step` samples, half a day at 15 s are 23 KB; it grows as samples come.
package struct FixedStepStore: RecordingSource, Sendable {
    fileprivate struct Ring {
        /// Steps `first...last` are held, each at its number modulo the room.
        var first: Int64
        var last: Int64
        var values: [Double]
    }

    /// A step without a reading: a NaN with a payload of its own.
    private static let nothing = Double(bitPattern: 0x7ff0_0000_0000_0003)

    /// The distance of two steps, milliseconds.
    package let stepMilliseconds: Int64
    /// The most steps kept of a series.
    private let capacity: Int
    private let knownNames: Set<String>
    private var index = SeriesIndex()
    private var rings: [Ring] = []

    /// No samples.
    ///
    /// - Parameters:
    ///   - stepMilliseconds: The distance of two steps; at least 1.
    ///   - historyMilliseconds: How far back samples are kept; at least one step.
    ///   - knownNames: Names that are published, whether or not there are samples.
    package init(stepMilliseconds: Int64 = 15_000, historyMilliseconds: Int64, knownNames: Set<String>) {
        self.stepMilliseconds = max(stepMilliseconds, 1)
        capacity = Int(clamping: max(historyMilliseconds / self.stepMilliseconds, 1))
        self.knownNames = knownNames
    }

    package var generation: UInt64 { index.generation }
    package var historyMilliseconds: Int64 { Int64(capacity) * stepMilliseconds }
    package func knows(metric name: String) -> Bool { knownNames.contains(name) || index.has(name: name) }

    /// How many series there are.
    package var seriesCount: Int { index.count }

    /// The number of a series; nil when there is none.
    package func id(name: String, labels: LabelSet) -> Int? { index.id(name: name, labels: labels) }

    package func series(matching selector: VectorSelector) -> [SeriesReference] { index.series(matching: selector) }

    /// Sets the sample of a step, the one that `time` falls into; one that is older than the series' newest is dropped.
    ///
    /// - Returns: The number of the series, for `record` at the next steps.
    @discardableResult
    package mutating func append(_ value: Double, at time: Int64, name: String, labels: LabelSet) -> Int {
        let (id, isNew) = index.insert(name: name, labels: labels)
        if isNew {
            let step = step(of: time)
            let ring = Ring(first: step, last: step, values: [value])
            if id == rings.count { rings.append(ring) } else { rings[id] = ring }
        } else {
            record(value, at: time, of: id)
        }
        return id
    }

    /// Sets the sample of a step of a series known by its number.
    package mutating func record(_ value: Double, at time: Int64, of id: Int) {
        let step = step(of: time)
        let last = rings[id].last
        guard step >= last else { return }
        if step - last >= Int64(capacity) {
            rings[id] = Ring(first: step, last: step, values: [value])
            return
        }
        makeRoom(for: step, of: id)
        for missing in (last + 1)..<max(step, last + 1) { rings[id].set(Self.nothing, at: missing) }
        rings[id].set(value, at: step)
        rings[id].last = step
        rings[id].first = max(rings[id].first, step - Int64(rings[id].values.count) + 1)
    }

    /// Says that a series has no value from a step on: its poll failed, or it ended.
    package mutating func mark(at time: Int64, of id: Int) { record(StalenessMarker.value, at: time, of: id) }

    /// Removes the series whose newest sample is older than what is kept.
    package mutating func removeForgotten(at time: Int64) {
        let oldest = step(of: time) - Int64(capacity)
        for id in rings.indices where rings[id].last < oldest && !rings[id].values.isEmpty {
            index.remove(id)
            rings[id].values = []
        }
    }

    package func newestSample(of id: Int, from start: Int64, through end: Int64) -> (time: Int64, value: Double)? {
        let ring = rings[id]
        var step = min(self.step(of: end), ring.last)
        let oldest = max(firstStep(from: start), ring.first)
        while step >= oldest {
            let value = ring.value(at: step)
            if value.bitPattern != Self.nothing.bitPattern { return (step * stepMilliseconds, value) }
            step -= 1
        }
        return nil
    }

    package func samples(of id: Int, from start: Int64, through end: Int64, into buffer: inout SampleBuffer) {
        let ring = rings[id]
        let oldest = max(firstStep(from: start), ring.first)
        let newest = min(step(of: end), ring.last)
        guard oldest <= newest else { return }
        for step in oldest...newest {
            let value = ring.value(at: step)
            guard value.bitPattern != Self.nothing.bitPattern, !StalenessMarker.isMarker(value) else { continue }
            buffer.append(value, at: step * stepMilliseconds)
        }
    }

    /// All steps of a series that hold something, staleness markers too, ascending.
    package func kept(of id: Int) -> [KeptSteps.Step] {
        let ring = rings[id]
        guard !ring.values.isEmpty else { return [] }
        return (ring.first...ring.last).compactMap { step in
            let value = ring.value(at: step)
            guard value.bitPattern != Self.nothing.bitPattern else { return nil }
            return KeptSteps.Step(time: step * stepMilliseconds, value: value)
        }
    }

    // MARK: Steps

    /// The step a time falls into; a step's samples carry the time it begins at.
    private func step(of time: Int64) -> Int64 {
        let (quotient, remainder) = time.quotientAndRemainder(dividingBy: stepMilliseconds)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The first step whose own time is not before `time`.
    private func firstStep(from time: Int64) -> Int64 {
        let step = step(of: time)
        return step * stepMilliseconds < time ? step + 1 : step
    }

    private mutating func makeRoom(for step: Int64, of id: Int) {
        let wanted = min(Int(step - rings[id].first) + 1, capacity)
        let room = rings[id].values.count
        guard wanted > room else { return }
        var larger = rings[id]
        larger.values = Array(repeating: Self.nothing, count: min(capacity, max(wanted, room * 2)))
        for step in larger.first...larger.last { larger.set(rings[id].value(at: step), at: step) }
        rings[id] = larger
    }
}

extension FixedStepStore.Ring {
    private func place(_ step: Int64) -> Int {
        let remainder = Int(step % Int64(values.count))
        return remainder < 0 ? remainder + values.count : remainder
    }

    func value(at step: Int64) -> Double { values[place(step)] }

    mutating func set(_ value: Double, at step: Int64) { values[place(step)] = value }
}
