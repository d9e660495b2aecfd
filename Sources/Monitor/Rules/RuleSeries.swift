package import AlertRules

/// The series that alert rules read: of each the newest sample, as fresh as the newest poll, and samples at even steps of 15 s where a rule looks back.
///
/// A selector without a range reads the newest sample, so that a rule may be evaluated with each poll and warns within a second. Ranges, subqueries and
/// offsets read the steps alone: their answers depend neither on how often a cluster is polled nor on how often a rule is evaluated.
/// What a poll could not read gets Prometheus' staleness marker, in both.
///
/// Memory is bounded: only metrics are held that a loaded rule names, steps only of those that a rule looks back on and only as far as it looks, in all
/// `sampleLimit` samples (64 MiB). What would be more is left out and said (`isFull`).
package struct RuleSeries: RecordingSource, Sendable {
    /// The distance of two steps, milliseconds.
    package static let stepMilliseconds: Int64 = 15_000
    /// How far back rules may look, milliseconds: six hours.
    package static let historyLimit: Int64 = 21_600_000
    /// Samples at steps kept in all, 8 bytes each.
    package static let sampleLimit = 8_388_608

    private struct Newest: Sendable {
        var name: String
        var labels: LabelSet
        var time: Int64
        var value: Double
        /// The reading that brought it.
        var reading: UInt64
        /// Its number among the steps; nil where none are kept.
        var step: Int?
        var isWritten = false
    }

    private var index = SeriesIndex()
    private var newest: [Newest?] = []
    private var byName: [String: [Int]] = [:]
    private var steps: FixedStepStore
    private let stepCapacity: Int
    private var stepsGeneration: UInt64 = 0
    private let stepNames: StepNames
    private var gaps: [String: ReadingGap] = [:]
    /// Metrics of the catalogue that this cluster has not.
    private var absent: Set<String> = []
    private var reading: UInt64 = 0
    private var lastStep: Int64?
    /// Whether samples were left out for want of room.
    package private(set) var isFull = false

    /// Which metrics steps are kept of.
    package enum StepNames: Sendable, Equatable {
        case these(Set<String>)
        case all

        func contains(_ name: String) -> Bool {
            switch self {
            case .these(let names): names.contains(name)
            case .all: true
            }
        }
    }

    /// No series.
    ///
    /// - Parameters:
    ///   - stepNames: The metrics that are looked back on.
    ///   - history: How far, milliseconds; taken as at least five minutes and at most six hours.
    package init(stepNames: StepNames, history: Int64) {
        self.stepNames = stepNames
        let kept = min(max(history, 300_000), Self.historyLimit) + 2 * Self.stepMilliseconds
        stepCapacity = Int(kept / Self.stepMilliseconds)
        steps = FixedStepStore(stepMilliseconds: Self.stepMilliseconds, historyMilliseconds: kept, knownNames: [])
    }

    package var generation: UInt64 { index.generation }
    package var historyMilliseconds: Int64 { Self.historyLimit }
    package func knows(metric name: String) -> Bool {
        (MetricCatalogue.names.contains(name) && !absent.contains(name)) || index.has(name: name)
    }
    package func gap(in metric: String) -> ReadingGap? { gaps[metric] }
    package func series(matching selector: VectorSelector) -> [SeriesReference] { index.series(matching: selector) }

    /// How many series there are.
    package var seriesCount: Int { index.count }

    // MARK: Taking

    /// Whether a new step has begun, at which all metrics are read and not only those whose rules want each poll.
    package func beginsStep(at time: Int64) -> Bool { lastStep != time / Self.stepMilliseconds }

    /// Takes the samples of a poll.
    ///
    /// - Parameters:
    ///   - names: The metrics to read.
    ///   - time: Milliseconds on the rules' line.
    ///   - read: Gives the samples of a metric.
    package mutating func take(_ names: [String], at time: Int64, read: (String) -> SeriesReading) {
        reading &+= 1
        for name in names { take(name, read(name), at: time) }
        guard beginsStep(at: time) else { return }
        lastStep = time / Self.stepMilliseconds
        writeSteps(at: time)
        forget(at: time)
    }

    private mutating func take(_ name: String, _ answer: SeriesReading, at time: Int64) {
        gaps[name] = nil
        absent.remove(name)
        switch answer {
        case .noSuchSeries: absent.insert(name)
        case .unavailable(let reason): gaps[name] = .all(reason)
        case .samples(let samples, let unreadable):
            if !unreadable.isEmpty { gaps[name] = .some(unreadable) }
            for sample in samples { set(sample.value, at: time, name: name, labels: sample.labels) }
        }
        for id in byName[name] ?? [] where newest[id].map({ $0.reading != reading }) ?? false {
            end(id, at: time)
        }
    }

    @discardableResult
    private mutating func set(_ value: Double, at time: Int64, name: String, labels: LabelSet) -> Int {
        let (id, isNew) = index.insert(name: name, labels: labels)
        if isNew {
            let new = Newest(name: name, labels: labels, time: time, value: value, reading: reading)
            if id == newest.count { newest.append(new) } else { newest[id] = new }
            byName[name, default: []].append(id)
        } else {
            newest[id]?.time = time
            newest[id]?.value = value
            newest[id]?.reading = reading
            newest[id]?.isWritten = false
        }
        return id
    }

    /// Says that a series has no value from now on.
    private mutating func end(_ id: Int, at time: Int64) {
        guard let last = newest[id], !StalenessMarker.isMarker(last.value) else { return }
        newest[id]?.time = time
        newest[id]?.value = StalenessMarker.value
        newest[id]?.isWritten = false
    }

    /// Ends all series of some metrics: the rules that made them are gone.
    package mutating func end(_ names: Set<String>, at time: Int64) {
        for name in names { for id in byName[name] ?? [] { end(id, at: time) } }
    }

    @discardableResult
    package mutating func append(_ value: Double, at time: Int64, name: String, labels: LabelSet) -> Int {
        let id = set(value, at: time, name: name, labels: labels)
        writeStep(id, at: time)
        return id
    }

    // MARK: Steps

    private mutating func writeSteps(at time: Int64) {
        for id in newest.indices where newest[id].map({ !$0.isWritten }) ?? false { writeStep(id, at: time) }
    }

    private mutating func writeStep(_ id: Int, at time: Int64) {
        guard let last = newest[id], stepNames.contains(last.name) else { return }
        newest[id]?.isWritten = true
        if steps.id(name: last.name, labels: last.labels) == nil {
            guard !StalenessMarker.isMarker(last.value) else { return }
            guard (steps.seriesCount + 1) * stepCapacity <= Self.sampleLimit else {
                isFull = true
                return
            }
        }
        newest[id]?.step = steps.append(last.value, at: time, name: last.name, labels: last.labels)
    }

    /// Forgets series that have ended for longer than anybody looks back.
    private mutating func forget(at time: Int64) {
        steps.removeForgotten(at: time)
        let oldest = time - Int64(stepCapacity + 1) * Self.stepMilliseconds
        for id in newest.indices {
            guard let last = newest[id], StalenessMarker.isMarker(last.value) else { continue }
            guard last.time < (last.step == nil ? time - Self.lookback : oldest) else { continue }
            index.remove(id)
            byName[last.name]?.removeAll { $0 == id }
            newest[id] = nil
        }
        guard stepsGeneration != steps.generation else { return }
        stepsGeneration = steps.generation
        for id in newest.indices {
            guard let last = newest[id], last.step != nil else { continue }
            newest[id]?.step = steps.id(name: last.name, labels: last.labels)
        }
        isFull = (steps.seriesCount + 1) * stepCapacity > Self.sampleLimit
    }

    private static let lookback = EvaluationSettings().lookbackMilliseconds

    // MARK: Reading

    package func newestSample(of id: Int, from start: Int64, through end: Int64) -> (time: Int64, value: Double)? {
        guard let last = newest[id] else { return nil }
        if last.time <= end { return last.time >= start ? (last.time, last.value) : nil }
        return last.step.flatMap { steps.newestSample(of: $0, from: start, through: end) }
    }

    package func samples(of id: Int, from start: Int64, through end: Int64, into buffer: inout SampleBuffer) {
        guard let step = newest[id]?.step else { return }
        steps.samples(of: step, from: start, through: end, into: &buffer)
    }

    // MARK: Other rules

    /// The same series under other rules: what these look back on is taken over.
    package func moved(to stepNames: StepNames, history: Int64, at time: Int64) -> RuleSeries {
        var moved = RuleSeries(stepNames: stepNames, history: history)
        moved.take(all: self, through: time)
        return moved
    }

    /// Takes over all that another one holds, which is newer than what is here.
    private mutating func take(all other: RuleSeries, through time: Int64) {
        (gaps, absent) = (other.gaps, other.absent)
        var buffer = SampleBuffer()
        for last in other.newest.lazy.compactMap({ $0 }) where !StalenessMarker.isMarker(last.value) {
            if let step = last.step, stepNames.contains(last.name) {
                buffer.removeAll()
                other.steps.samples(of: step, from: .min / 2, through: time, into: &buffer)
                for place in 0..<buffer.count {
                    append(buffer.values[place], at: buffer.times[place], name: last.name, labels: last.labels)
                }
            }
            append(last.value, at: last.time, name: last.name, labels: last.labels)
        }
    }

    // MARK: Kept over a restart

    /// The steps of all series that are looked back on.
    package var kept: [KeptSteps] {
        newest.lazy.compactMap { $0 }.compactMap { last in
            last.step.map { KeptSteps(name: last.name, labels: last.labels, steps: steps.kept(of: $0)) }
        }
    }

    /// Puts what an earlier run kept before what is here. From the last of it on until the present nothing is known of a series, and said so by
    /// a staleness marker: nobody looked.
    ///
    /// - Parameters:
    ///   - kept: The steps, times on the rules' line; those after the present are left out, as of a clock that went back.
    ///   - time: The present.
    package mutating func restore(_ kept: [KeptSteps], at time: Int64) {
        let history = Int64(stepCapacity - 2) * Self.stepMilliseconds
        var whole = RuleSeries(stepNames: stepNames, history: history)
        for series in kept where stepNames.contains(series.name) {
            let past = series.steps.filter { $0.time <= time }
            for step in past { whole.append(step.value, at: step.time, name: series.name, labels: series.labels) }
            guard let last = past.last, !StalenessMarker.isMarker(last.value) else { continue }
            let next = last.time + Self.stepMilliseconds
            guard next <= time else { continue }
            whole.append(StalenessMarker.value, at: next, name: series.name, labels: series.labels)
        }
        whole.take(all: self, through: time)
        (whole.reading, whole.lastStep) = (reading, lastStep)
        self = whole
    }
}
