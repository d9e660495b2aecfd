/// One series' value at one moment.
package struct VectorSample: Sendable {
    /// The metric's name; empty once an operation has changed what the value means.
    package var name: String
    /// The labels, without the name.
    package var labels: LabelSet
    /// The value.
    package var value: Double

    /// A sample.
    package init(name: String = "", labels: LabelSet, value: Double) {
        self.name = name
        self.labels = labels
        self.value = value
    }

    /// The series as Prometheus writes it: `kafka_brokers{cluster="a"}`, without braces where there are no labels.
    package var metricText: String {
        guard !labels.labels.isEmpty else { return name.isEmpty ? "{}" : name }
        return "\(name)\(labels)"
    }

    /// The value of a label, the name under its pseudo label.
    func label(_ label: String) -> String { label == LabelSet.nameLabel ? name : labels[label] ?? "" }
}

/// What an expression came to.
package enum Value: Sendable {
    case scalar(Double)
    case string(String)
    case vector([VectorSample])
}

/// Why an expression came to nothing, by Prometheus' rules.
package struct EvaluationError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, in one line.
    package var reason: String

    /// An error.
    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }

    static let sameLabels = EvaluationError("vector cannot contain metrics with the same labelset")
}

/// By whose rules, and with which steps, expressions are evaluated.
package struct EvaluationSettings: Sendable {
    /// Which Prometheus' rules hold where they differ.
    package var version: PrometheusVersion
    /// How old a sample may be and still be a series' value, milliseconds.
    package var lookbackMilliseconds: Int64
    /// The step of subqueries that name none, milliseconds; at least 1.
    package var subqueryStepMilliseconds: Int64

    /// Prometheus' defaults, with the steps of Weir's own series.
    package init(
        version: PrometheusVersion = .three, lookbackMilliseconds: Int64 = 300_000,
        subqueryStepMilliseconds: Int64 = 15_000
    ) {
        self.version = version
        self.lookbackMilliseconds = lookbackMilliseconds
        self.subqueryStepMilliseconds = max(subqueryStepMilliseconds, 1)
    }
}
