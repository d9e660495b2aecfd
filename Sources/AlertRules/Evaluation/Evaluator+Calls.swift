import Foundation

extension Evaluator {
    mutating func call(_ call: Call, at time: Int64) throws(EvaluationError) -> Value {
        let arguments = call.arguments
        switch call.function {
        case .time: return .scalar(Double(time) / 1000)
        case .scalar:
            let samples = try vector(arguments[0], at: time)
            return .scalar(samples.count == 1 ? samples[0].value : .nan)
        case .vector: return .vector([VectorSample(labels: .empty, value: try scalar(arguments[0], at: time))])
        case .absent, .absentOverTime: return .vector(try absence(of: arguments[0], at: time))
        case .timestamp: return .vector(try timestamps(arguments[0], at: time))
        case .sort, .sortDescending: return .vector(try sorted(call, at: time))
        case .histogramQuantile:
            let share = try scalar(arguments[0], at: time)
            return .vector(Histogram.quantiles(share, of: try vector(arguments[1], at: time)))
        case .labelReplace: return .vector(try replaceLabel(call, at: time))
        case .labelJoin: return .vector(try joinLabels(call, at: time))
        case .minute, .hour, .dayOfWeek, .dayOfMonth, .daysInMonth, .month, .year:
            return .vector(try calendar(call, at: time))
        case .abs, .ceil, .floor, .exp, .ln, .log2, .log10, .sqrt, .sgn, .round, .clamp, .clampMinimum,
            .clampMaximum:
            return .vector(try eachSample(call, at: time))
        case .rate, .irate, .increase, .delta, .idelta, .changes, .resets, .deriv, .predictLinear, .averageOverTime,
            .minimumOverTime, .maximumOverTime, .sumOverTime, .countOverTime, .lastOverTime, .presentOverTime,
            .quantileOverTime, .deviationOverTime, .varianceOverTime:
            return .vector(try overRange(call, at: time))
        }
    }

    // MARK: Ranges

    private mutating func overRange(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        let function = call.function
        var parameter = 0.0
        var range = call.arguments[0]
        if function == .quantileOverTime {
            parameter = try scalar(call.arguments[0], at: time)
            range = call.arguments[1]
        } else if function == .predictLinear {
            parameter = try scalar(call.arguments[1], at: time)
        }
        // The newest value is still a value of the metric; all others are something else.
        let keepsName = function == .lastOverTime
        let version = settings.version
        var samples: [VectorSample] = []
        try visitRanges(range, at: time) { name, labels, window in
            guard let value = Self.value(of: function, window, parameter, version) else { return }
            samples.append(VectorSample(name: name, labels: labels, value: value))
        }
        return keepsName ? samples : try Self.unnamed(samples) { $0 }
    }

    private static func value(
        of function: PromQLFunction, _ window: SampleWindow, _ parameter: Double, _ version: PrometheusVersion
    ) -> Double? {
        switch function {
        case .rate: window.extrapolatedChange(isCounter: true, perSecond: true, version: version)
        case .increase: window.extrapolatedChange(isCounter: true, perSecond: false, version: version)
        case .delta: window.extrapolatedChange(isCounter: false, perSecond: false, version: version)
        case .irate: window.instantChange(isCounter: true, perSecond: true)
        case .idelta: window.instantChange(isCounter: false, perSecond: false)
        case .changes: window.changes
        case .resets: window.resets
        case .deriv: window.line(at: window.samples.times[0])?.slope
        case .predictLinear: window.line(at: window.time).map { $0.slope * parameter + $0.value }
        case .averageOverTime: window.mean
        case .minimumOverTime: window.minimum
        case .maximumOverTime: window.maximum
        case .sumOverTime: window.sum
        case .countOverTime: Double(window.samples.count)
        case .lastOverTime: window.samples.values.last
        case .presentOverTime: 1
        case .quantileOverTime: window.quantile(parameter)
        case .deviationOverTime: window.variance.squareRoot()
        case .varianceOverTime: window.variance
        default: nil
        }
    }

    // MARK: Samples

    private mutating func eachSample(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        let samples = try vector(call.arguments[0], at: time)
        var parameters: [Double] = []
        for argument in call.arguments.dropFirst() { parameters.append(try scalar(argument, at: time)) }
        let first = parameters.first ?? 1
        switch call.function {
        case .abs: return try Self.unnamed(samples) { Swift.abs($0) }
        case .ceil: return try Self.unnamed(samples) { $0.rounded(.up) }
        case .floor: return try Self.unnamed(samples) { $0.rounded(.down) }
        case .exp: return try Self.unnamed(samples) { Foundation.exp($0) }
        case .ln: return try Self.unnamed(samples) { Foundation.log($0) }
        case .log2: return try Self.unnamed(samples) { Foundation.log2($0) }
        case .log10: return try Self.unnamed(samples) { Foundation.log10($0) }
        case .sqrt: return try Self.unnamed(samples) { $0.squareRoot() }
        case .sgn: return try Self.unnamed(samples) { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 }
        case .round:
            // Prometheus multiplies with the inverse, and so do we.
            let inverse = 1 / first
            return try Self.unnamed(samples) { ($0 * inverse + 0.5).rounded(.down) / inverse }
        case .clampMinimum: return try Self.unnamed(samples) { Self.greater($0, first) }
        case .clampMaximum: return try Self.unnamed(samples) { Self.lesser($0, first) }
        default:
            let most = parameters.count > 1 ? parameters[1] : .nan
            guard !(most < first) else { return [] }
            return try Self.unnamed(samples) { Self.greater(first, Self.lesser(most, $0)) }
        }
    }

    /// The greater of two as Go's `math.Max` has it: infinity before NaN before all others.
    private static func greater(_ one: Double, _ other: Double) -> Double {
        if one == .infinity || other == .infinity { return .infinity }
        if one.isNaN || other.isNaN { return .nan }
        if one == 0, other == 0 { return one.sign == .plus ? one : other }
        return Swift.max(one, other)
    }

    private static func lesser(_ one: Double, _ other: Double) -> Double { -greater(-one, -other) }

    private mutating func sorted(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        let isDescending = call.function == .sortDescending
        return try vector(call.arguments[0], at: time).sorted { left, right in
            // NaN comes last either way.
            if left.value.isNaN || right.value.isNaN { return !left.value.isNaN && right.value.isNaN }
            return isDescending ? left.value > right.value : left.value < right.value
        }
    }

    private mutating func timestamps(_ argument: Expression, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        guard case .selector(let selector) = argument.unwrapped else {
            return try Self.unnamed(try vector(argument, at: time)) { _ in Double(time) / 1000 }
        }
        var samples: [VectorSample] = []
        visit(selector, at: time) { series, moment, _ in
            samples.append(VectorSample(name: series.name, labels: series.labels, value: Double(moment) / 1000))
        }
        return try Self.unnamed(samples) { $0 }
    }

    private mutating func calendar(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        let samples =
            try call.arguments.isEmpty
            ? [VectorSample(labels: .empty, value: Double(time) / 1000)] : vector(call.arguments[0], at: time)
        return try Self.unnamed(samples) { value in CalendarMoment(seconds: value)?.value(of: call.function) ?? .nan }
    }

    // MARK: Absence

    /// One sample of 1 where there is nothing, with the labels that the selector says must be equal.
    private mutating func absence(of argument: Expression, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        var isThere = false
        if argument.type == .matrix {
            try visitRanges(argument, at: time) { _, _, _ in isThere = true }
        } else {
            isThere = try !vector(argument, at: time).isEmpty
        }
        return isThere ? [] : [VectorSample(labels: Self.absentLabels(argument), value: 1)]
    }

    private static func absentLabels(_ argument: Expression) -> LabelSet {
        let selector: VectorSelector
        switch argument.unwrapped {
        case .selector(let found), .range(let found, _): selector = found
        default: return .empty
        }
        var values: [String: String] = [:]
        var known: Set<String> = []
        for matcher in selector.matchers where matcher.label != LabelSet.nameLabel {
            // The first equality counts, unless something is said after it.
            let isFirst = matcher.kind == .equal && known.insert(matcher.label).inserted
            values[matcher.label] = isFirst ? matcher.value : nil
        }
        return LabelSet(values)
    }

    // MARK: Labels

    private mutating func text(_ expression: Expression, at time: Int64) throws(EvaluationError) -> String {
        guard case .string(let text) = try evaluate(expression, at: time) else {
            throw EvaluationError("a text is needed here")
        }
        return text
    }

    private mutating func replaceLabel(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        var texts: [String] = []
        for argument in call.arguments.dropFirst() { texts.append(try text(argument, at: time)) }
        let expression: RegularExpression
        do {
            expression = try RegularExpression(texts[3], dotMatchesNewline: settings.version == .three)
        } catch {
            throw EvaluationError("invalid regular expression in label_replace(): \(error)")
        }
        return try relabelled(try vector(call.arguments[0], at: time), texts[0]) { sample in
            expression.expand(texts[1], matching: sample.label(texts[2]))
        }
    }

    private mutating func joinLabels(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        var texts: [String] = []
        for argument in call.arguments.dropFirst() { texts.append(try text(argument, at: time)) }
        return try relabelled(try vector(call.arguments[0], at: time), texts[0]) { sample in
            texts.dropFirst(2).map(sample.label).joined(separator: texts[1])
        }
    }

    /// Samples with a label set anew; nil leaves it as it is.
    private func relabelled(
        _ samples: [VectorSample], _ label: String, _ value: (VectorSample) -> String?
    ) throws(EvaluationError) -> [VectorSample] {
        guard LabelSet.isLabelName(label) else { throw EvaluationError("invalid destination label name: \(label)") }
        var known: Set<LabelSet> = []
        return try samples.map { sample throws(EvaluationError) in
            var sample = sample
            if let value = value(sample) {
                if label == LabelSet.nameLabel {
                    sample.name = value
                } else {
                    sample.labels = sample.labels.setting(label, to: value)
                }
            }
            let whole = sample.labels.setting(LabelSet.nameLabel, to: sample.name)
            guard known.insert(whole).inserted else { throw .sameLabels }
            return sample
        }
    }
}
