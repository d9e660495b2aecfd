/// Samples that an aggregation takes together.
private struct Group {
    var name: String
    var labels: LabelSet
    var members: [Int] = []
}

extension Evaluator {
    mutating func aggregate(_ aggregation: Aggregation, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        var parameter = 0.0
        var label = ""
        switch try aggregation.parameter.map({ expression throws(EvaluationError) in
            try evaluate(expression, at: time)
        }) {
        case .scalar(let value): parameter = value
        case .string(let text): label = text
        default: break
        }
        var samples = try vector(aggregation.inner, at: time)
        if aggregation.op == .countValues { samples = try Self.labelled(samples, withValueAs: label) }
        var grouping = aggregation.grouping
        if aggregation.op == .countValues, !grouping.isWithout { grouping.labels.append(label) }
        let groups = groups(samples, grouping)
        switch aggregation.op {
        case .topk, .bottomk: return Self.extremes(samples, groups, aggregation.op, count: parameter)
        default:
            return groups.map { group in
                let value = Self.reduce(
                    group.members.lazy.map { samples[$0].value }, aggregation.op, parameter, settings.version)
                return VectorSample(name: group.name, labels: group.labels, value: value)
            }
        }
    }

    private mutating func groups(_ samples: [VectorSample], _ grouping: Grouping) -> [Group] {
        if !grouping.isWithout, grouping.labels.isEmpty {
            guard !samples.isEmpty else { return [] }
            return [Group(name: "", labels: .empty, members: Array(samples.indices))]
        }
        let hasName = !grouping.isWithout && grouping.labels.contains(LabelSet.nameLabel)
        let table = memory.table(of: LabelProjection(keeps: !grouping.isWithout, names: grouping.labels))
        var groups: [Group] = []
        var places: [LabelSet: [String: Int]] = [:]
        for (number, sample) in samples.enumerated() {
            let labels = memory.tables[table].project(sample.labels)
            let name = hasName ? sample.name : ""
            if let place = places[labels]?[name] {
                groups[place].members.append(number)
            } else {
                places[labels, default: [:]][name] = groups.count
                groups.append(Group(name: name, labels: labels, members: [number]))
            }
        }
        return groups
    }

    private static func reduce(
        _ values: some Collection<Double>, _ op: Aggregation.Operator, _ parameter: Double,
        _ version: PrometheusVersion
    ) -> Double {
        switch op {
        case .sum:
            var sum = CompensatedSum()
            for value in values { sum.add(value) }
            return sum.value
        case .avg: return Statistics.mean(Array(values))
        case .min: return values.dropFirst().reduce(values.first ?? .nan) { $0 > $1 || $0.isNaN ? $1 : $0 }
        case .max: return values.dropFirst().reduce(values.first ?? .nan) { $0 < $1 || $0.isNaN ? $1 : $0 }
        case .count, .countValues: return Double(values.count)
        case .group: return 1
        case .stdvar, .stddev:
            // Prometheus 2 does not look at a single value, be it NaN.
            if version == .two, values.count == 1 { return 0 }
            let variance = Statistics.variance(Array(values))
            return op == .stdvar ? variance : variance.squareRoot()
        case .quantile: return Statistics.quantile(parameter, of: Array(values))
        case .topk, .bottomk: return .nan
        }
    }

    /// The greatest or least samples of each group, whole; NaN only where there is nothing else.
    private static func extremes(
        _ samples: [VectorSample], _ groups: [Group], _ op: Aggregation.Operator, count: Double
    ) -> [VectorSample] {
        let wanted = count.isNaN ? 0 : Int(min(max(count, 0), Double(samples.count)))
        guard wanted > 0 else { return [] }
        return groups.flatMap { group in
            let ordered = group.members.sorted { left, right in
                let (one, other) = (samples[left].value, samples[right].value)
                if one.isNaN || other.isNaN { return !one.isNaN && other.isNaN }
                return op == .topk ? one > other : one < other
            }
            return ordered.prefix(wanted).map { samples[$0] }
        }
    }

    /// Samples with their values as a label, which `count_values` then groups by: where `without` takes it away again, all values count together.
    private static func labelled(
        _ samples: [VectorSample], withValueAs label: String
    ) throws(EvaluationError) -> [VectorSample] {
        guard LabelSet.isLabelName(label) else { throw EvaluationError("invalid label name \"\(label)\"") }
        return samples.map { sample in
            let text = GoNumber.shortest(sample.value)
            if label == LabelSet.nameLabel {
                return VectorSample(name: text, labels: sample.labels, value: sample.value)
            }
            return VectorSample(
                name: sample.name, labels: sample.labels.setting(label, to: text), value: sample.value)
        }
    }
}
