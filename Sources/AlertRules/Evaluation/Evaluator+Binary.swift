import Foundation

extension BinaryOperation.Operator {
    /// The result of arithmetic; comparisons give 1 or 0.
    func apply(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .modulo: fmod(left, right)
        case .power: pow(left, right)
        case .atan2: Foundation.atan2(left, right)
        case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual: compare(left, right) ? 1 : 0
        case .and, .or, .unless: .nan
        }
    }

    /// Whether a comparison holds.
    func compare(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .greater: left > right
        case .less: left < right
        case .greaterOrEqual: left >= right
        case .lessOrEqual: left <= right
        default: false
        }
    }
}

extension Evaluator {
    mutating func binary(_ operation: BinaryOperation, at time: Int64) throws(EvaluationError) -> Value {
        let (first, operations) = operation.chain
        var value = try evaluate(first, at: time)
        for next in operations { value = try combine(value, try evaluate(next.right, at: time), next) }
        return value
    }

    private mutating func combine(
        _ left: Value, _ right: Value, _ operation: BinaryOperation
    ) throws(EvaluationError) -> Value {
        switch (left, right) {
        case (.scalar(let one), .scalar(let other)): return .scalar(operation.op.apply(one, other))
        case (.vector(let samples), .scalar(let scalar)):
            return .vector(try combine(samples, scalar, operation, scalarIsLeft: false))
        case (.scalar(let scalar), .vector(let samples)):
            return .vector(try combine(samples, scalar, operation, scalarIsLeft: true))
        case (.vector(let one), .vector(let other)):
            return .vector(
                operation.op.isSet
                    ? intersect(one, other, operation) : try join(one, other, operation))
        default: throw EvaluationError("a text cannot be calculated with")
        }
    }

    /// A vector with a scalar: a comparison keeps the vector's values, whichever side they stand on.
    private func combine(
        _ samples: [VectorSample], _ scalar: Double, _ operation: BinaryOperation, scalarIsLeft: Bool
    ) throws(EvaluationError) -> [VectorSample] {
        let op = operation.op
        if op.isComparison, !operation.returnsBool {
            return samples.filter { scalarIsLeft ? op.compare(scalar, $0.value) : op.compare($0.value, scalar) }
        }
        return try Self.unnamed(samples) { scalarIsLeft ? op.apply(scalar, $0) : op.apply($0, scalar) }
    }

    // MARK: Matching

    /// What samples are told to belong together by.
    private struct Signature: Hashable {
        var name: String
        var labels: LabelSet
    }

    /// Gives samples' signatures by the labels an operation matches on.
    private mutating func signatures(_ samples: [VectorSample], _ matching: VectorMatching) -> [Signature] {
        if !matching.isOn, matching.labels.isEmpty { return samples.map { Signature(name: "", labels: $0.labels) } }
        let hasName = matching.isOn && matching.labels.contains(LabelSet.nameLabel)
        let table = memory.table(of: LabelProjection(keeps: matching.isOn, names: matching.labels))
        return samples.map {
            Signature(name: hasName ? $0.name : "", labels: memory.tables[table].project($0.labels))
        }
    }

    private mutating func intersect(
        _ left: [VectorSample], _ right: [VectorSample], _ operation: BinaryOperation
    ) -> [VectorSample] {
        let leftSignatures = signatures(left, operation.matching)
        let rightSignatures = signatures(right, operation.matching)
        switch operation.op {
        case .or:
            let known = Set(leftSignatures)
            return left + zip(right, rightSignatures).lazy.filter { !known.contains($0.1) }.map { $0.0 }
        default:
            let known = Set(rightSignatures)
            let keepsKnown = operation.op == .and
            return zip(left, leftSignatures).lazy.filter { known.contains($0.1) == keepsKnown }.map { $0.0 }
        }
    }

    /// Arithmetic and comparisons between samples that belong together.
    private mutating func join(
        _ left: [VectorSample], _ right: [VectorSample], _ operation: BinaryOperation
    ) throws(EvaluationError) -> [VectorSample] {
        guard !left.isEmpty, !right.isEmpty else { return [] }
        // The "one" side is the right one, unless group_right makes it the left.
        let matching = operation.matching
        let isSwapped = matching.cardinality == .oneToMany
        let (many, one) = isSwapped ? (right, left) : (left, right)
        let oneBySignature = try index(one, operation, isLeft: isSwapped)
        var matched: [Signature: Set<Signature>] = [:]
        var results: [VectorSample] = []
        for (sample, signature) in zip(many, signatures(many, matching)) {
            guard let place = oneBySignature[signature] else { continue }
            let other = one[place]
            let (first, second) = isSwapped ? (other.value, sample.value) : (sample.value, other.value)
            var value = first
            if !operation.op.isComparison || operation.returnsBool {
                value = operation.op.apply(first, second)
            } else if !operation.op.compare(first, second) {
                continue
            }
            let result = resultMetric(sample, other, operation)
            let metric = Signature(name: result.name, labels: result.labels)
            if matching.cardinality == .oneToOne {
                guard matched.updateValue([], forKey: signature) == nil else {
                    throw EvaluationError(
                        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)")
                }
            } else if !matched[signature, default: []].insert(metric).inserted {
                throw EvaluationError("multiple matches for labels: grouping labels must ensure unique matches")
            }
            results.append(VectorSample(name: result.name, labels: result.labels, value: value))
        }
        return try checked(results)
    }

    /// The samples of the side that has one for each signature.
    private mutating func index(
        _ samples: [VectorSample], _ operation: BinaryOperation, isLeft: Bool
    ) throws(EvaluationError) -> [Signature: Int] {
        var places: [Signature: Int] = [:]
        places.reserveCapacity(samples.count)
        for (place, signature) in signatures(samples, operation.matching).enumerated() {
            guard let earlier = places.updateValue(place, forKey: signature) else { continue }
            throw EvaluationError(
                """
                found duplicate series for the match group \(signature.labels) on the \(isLeft ? "left" : "right") \
                hand-side of the operation: [\(samples[place].metricText), \(samples[earlier].metricText)];\
                many-to-many matching not allowed: matching labels must be unique on one side
                """)
        }
        return places
    }

    /// The labels of a result: those of the "many" side, or the matching ones between two single samples; then what `group_left` takes over.
    private mutating func resultMetric(
        _ sample: VectorSample, _ other: VectorSample, _ operation: BinaryOperation
    ) -> (name: String, labels: LabelSet) {
        let matching = operation.matching
        var name = operation.op.isComparison && !operation.returnsBool ? sample.name : ""
        var labels = sample.labels
        if matching.cardinality == .oneToOne {
            if matching.isOn != matching.labels.contains(LabelSet.nameLabel) { name = "" }
            if matching.isOn || !matching.labels.isEmpty {
                let table = memory.table(of: LabelProjection(keeps: matching.isOn, names: matching.labels))
                labels = memory.tables[table].project(labels)
            }
        }
        guard !matching.include.isEmpty else { return (name, labels) }
        var taken: [LabelSet.Label] = []
        for label in matching.include {
            if label == LabelSet.nameLabel {
                name = other.name
            } else {
                taken.append(LabelSet.Label(name: label, value: other.labels[label] ?? ""))
            }
        }
        return (name, labels.setting(taken))
    }

    /// Results that are told apart by name and labels.
    private func checked(_ samples: [VectorSample]) throws(EvaluationError) -> [VectorSample] {
        let metrics = Set(samples.lazy.map { Signature(name: $0.name, labels: $0.labels) })
        guard metrics.count == samples.count else { throw .sameLabels }
        return samples
    }
}
