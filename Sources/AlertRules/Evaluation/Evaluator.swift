/// Evaluates expressions at a moment, as Prometheus' engine does instant queries (`promql/engine.go`).
package struct Evaluator<Source: SeriesSource> {
    let source: Source
    let settings: EvaluationSettings
    /// What the next evaluation can use.
    package internal(set) var memory: EvaluationMemory
    /// The samples of one range, its memory used again for the next.
    var buffer = SampleBuffer()
    /// Samples read so far, in all evaluations.
    private var samplesRead = 0

    /// Samples that may be read while subqueries are worked off, Prometheus' own bound: subqueries in subqueries multiply.
    private static var samplesLimit: Int { 50_000_000 }
    /// Steps a subquery may have.
    private static var subqueryLimit: Int64 { 100_000 }

    /// An evaluator.
    ///
    /// - Parameters:
    ///   - source: Where samples come from.
    ///   - settings: By whose rules.
    ///   - memory: What an earlier evaluation on the same source left.
    package init(source: Source, settings: EvaluationSettings, memory: consuming EvaluationMemory = EvaluationMemory())
    {
        self.source = source
        self.settings = settings
        self.memory = memory
    }

    /// What an expression comes to.
    ///
    /// - Parameter time: The moment, milliseconds.
    /// - Throws: `EvaluationError`, for example when samples match many to many.
    package mutating func evaluate(_ expression: Expression, at time: Int64) throws(EvaluationError) -> Value {
        switch expression {
        case .number(let literal): return .scalar(literal.value)
        case .string(let text): return .string(text)
        case .parenthesised(let inner): return try evaluate(inner, at: time)
        case .selector(let selector): return .vector(instantVector(selector, at: time))
        case .negation(let inner): return try negated(inner, at: time)
        case .binary(let operation): return try binary(operation, at: time)
        case .aggregation(let aggregation): return .vector(try aggregate(aggregation, at: time))
        case .call(let call): return try self.call(call, at: time)
        case .range, .subquery: throw EvaluationError("a range vector is no result; a function must be applied to it")
        }
    }

    /// A vector; only for expressions of that type.
    mutating func vector(_ expression: Expression, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        guard case .vector(let samples) = try evaluate(expression, at: time) else {
            throw EvaluationError("an instant vector is needed here")
        }
        return samples
    }

    /// A scalar; only for expressions of that type.
    mutating func scalar(_ expression: Expression, at time: Int64) throws(EvaluationError) -> Double {
        guard case .scalar(let value) = try evaluate(expression, at: time) else {
            throw EvaluationError("a scalar is needed here")
        }
        return value
    }

    private mutating func negated(_ inner: Expression, at time: Int64) throws(EvaluationError) -> Value {
        switch try evaluate(inner, at: time) {
        case .scalar(let value): return .scalar(-value)
        case .vector(let samples): return .vector(try Self.unnamed(samples) { -$0 })
        case .string: throw EvaluationError("a text has no negative")
        }
    }

    /// Samples with their values changed, so that they no longer mean what the metric's name says.
    ///
    /// - Throws: `EvaluationError` where two samples differed by the name alone.
    static func unnamed(
        _ samples: [VectorSample], _ change: (Double) -> Double
    ) throws(EvaluationError) -> [VectorSample] {
        try checkUnnamed(samples)
        return samples.map { VectorSample(labels: $0.labels, value: change($0.value)) }
    }

    /// Makes sure that samples are told apart without their names.
    static func checkUnnamed(_ samples: [VectorSample]) throws(EvaluationError) {
        guard let first = samples.first, samples.contains(where: { $0.name != first.name }) else { return }
        guard Set(samples.lazy.map(\.labels)).count == samples.count else { throw .sameLabels }
    }

    // MARK: Reading

    /// The oldest time that counts, for something that reaches back so far: its edge is outside since Prometheus 3.
    func oldest(reaching milliseconds: Int64, before end: Int64) -> Int64 {
        let (start, overflows) = end.subtractingReportingOverflow(milliseconds)
        return overflows ? .min : settings.version == .three ? start + 1 : start
    }

    private mutating func instantVector(_ selector: VectorSelector, at time: Int64) -> [VectorSample] {
        var samples: [VectorSample] = []
        visit(selector, at: time) { series, _, value in
            samples.append(VectorSample(name: series.name, labels: series.labels, value: value))
        }
        return samples
    }

    /// Visits the newest samples of a selector's series, with their own times.
    mutating func visit(
        _ selector: VectorSelector, at time: Int64, _ body: (SeriesReference, Int64, Double) -> Void
    ) {
        let end = time &- selector.offsetMilliseconds
        let start = oldest(reaching: settings.lookbackMilliseconds, before: end)
        let found = memory.series(matching: selector, in: source)
        samplesRead += found.count
        for series in found {
            guard let sample = source.newestSample(of: series.id, from: start, through: end),
                !StalenessMarker.isMarker(sample.value)
            else { continue }
            body(series, sample.time, sample.value)
        }
    }

    /// Visits the samples of a range vector's series that have any, with the range's older edge and end, which extrapolation needs.
    mutating func visitRanges(
        _ expression: Expression, at time: Int64,
        _ body: (_ name: String, _ labels: LabelSet, _ window: SampleWindow) -> Void
    ) throws(EvaluationError) {
        switch expression.unwrapped {
        case .range(let selector, let range):
            let end = time &- selector.offsetMilliseconds
            let start = oldest(reaching: range, before: end)
            for series in memory.series(matching: selector, in: source) {
                buffer.removeAll()
                source.samples(of: series.id, from: start, through: end, into: &buffer)
                samplesRead += buffer.count
                guard buffer.count > 0 else { continue }
                body(
                    series.name, series.labels,
                    SampleWindow(samples: buffer, start: end &- range, end: end, time: time))
            }
        case .subquery(let subquery):
            let end = time &- subquery.offsetMilliseconds
            for series in try evaluate(subquery, through: end) {
                body(
                    series.name, series.labels,
                    SampleWindow(
                        samples: series.samples, start: end &- subquery.rangeMilliseconds, end: end, time: time))
            }
        default: throw EvaluationError("a range vector is needed here")
        }
    }

    private struct SubquerySeries {
        var name: String
        var labels: LabelSet
        var samples = SampleBuffer()
    }

    private struct SubqueryKey: Hashable {
        var name: String
        var labels: LabelSet
    }

    /// The inner expression at each step of a subquery; steps are multiples of the step's length, whatever the moment.
    private mutating func evaluate(
        _ subquery: Subquery, through end: Int64
    ) throws(EvaluationError) -> [SubquerySeries] {
        let step = subquery.stepMilliseconds ?? settings.subqueryStepMilliseconds
        guard subquery.rangeMilliseconds / step <= Self.subqueryLimit else {
            throw EvaluationError("a subquery of more than \(Self.subqueryLimit) steps; make its step longer")
        }
        let start = oldest(reaching: subquery.rangeMilliseconds, before: end)
        // Go's division rounds towards zero; the first step is then moved into the range.
        var moment = start / step * step
        while moment < start { moment += step }
        var series: [SubquerySeries] = []
        var places: [SubqueryKey: Int] = [:]
        while moment <= end {
            guard samplesRead <= Self.samplesLimit else {
                throw EvaluationError("more than \(Self.samplesLimit) samples; make the subquery's step longer")
            }
            for sample in try vector(subquery.inner, at: moment) {
                let key = SubqueryKey(name: sample.name, labels: sample.labels)
                let place = places[key] ?? series.count
                if place == series.count {
                    series.append(SubquerySeries(name: sample.name, labels: sample.labels))
                    places[key] = place
                }
                series[place].samples.append(sample.value, at: moment)
            }
            moment += step
        }
        return series
    }
}
