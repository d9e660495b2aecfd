/// An alert rule as people see it: what it says, how its values are written, and where its cause is shown.
package struct AlertRule: Sendable, Equatable {
    /// How bad it is when the rule fires.
    package enum Severity: String, Sendable, Comparable {
        case info
        case warning
        case critical

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .info: 0
            case .warning: 1
            case .critical: 2
            }
        }
    }

    /// The comparison between a sample and the limit.
    package enum Comparison: String, Sendable {
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
        case equal = "=="
        case notEqual = "!="
    }

    /// What a sample is compared with, where the expression is a plain comparison of series with a number.
    package struct Threshold: Sendable, Equatable {
        /// How a sample is compared with the limit.
        package var comparison: Comparison
        /// The limit, in the unit of the series.
        package var limit: Double

        /// A limit.
        package init(_ comparison: Comparison, _ limit: Double) {
            self.comparison = comparison
            self.limit = limit
        }

        /// True when a sample meets the comparison. NaN meets only `!=`.
        package func holds(for value: Double) -> Bool {
            switch comparison {
            case .greater: value > limit
            case .greaterOrEqual: value >= limit
            case .less: value < limit
            case .lessOrEqual: value <= limit
            case .equal: value == limit
            case .notEqual: value != limit
            }
        }
    }

    /// How values of a rule's series are written.
    package enum Unit: String, Sendable {
        case count
        case milliseconds
        case seconds
        case ratio
        case bytes
        case flag
    }

    /// The rule's name, for example `group.age` or `ConsumerLag`.
    package var name: String
    /// The file it stands in.
    package var file: String
    /// The group it stands in.
    package var group: String
    /// What is evaluated, PromQL.
    package var expression: String
    /// Its limit; nil where the expression is no plain comparison.
    package var threshold: Threshold?
    /// How long the expression must give a sample before the rule fires, milliseconds; 0 fires at once.
    package var holdMilliseconds: Int64
    /// How bad it is.
    package var severity: Severity
    /// Labels added to each instance, as written.
    package var labels: [String: String]
    /// Texts for people, as written.
    package var annotations: [String: String]
    /// One sentence for the operator, as written.
    package var summary: String
    /// Which screen shows the cause: the console's key, `2`, `3` or `6`.
    package var opens: String
    /// The unit of the values, deciding how they are written.
    package var unit: Unit
    /// How long it goes on firing after the expression stopped giving a sample (`keep_firing_for`), milliseconds.
    package var keepFiringMilliseconds: Int64
    /// What a flag's 1 means, in a word after the subject and the rule: `never`, `offline`. Other units do not use it.
    package var flagWord: String

    /// A rule.
    package init(
        name: String,
        file: String = "",
        group: String = "",
        expression: String,
        threshold: Threshold?,
        holdMilliseconds: Int64,
        severity: Severity,
        labels: [String: String] = [:],
        annotations: [String: String] = [:],
        summary: String,
        opens: String,
        unit: Unit,
        keepFiringMilliseconds: Int64 = 0,
        flagWord: String = "yes"
    ) {
        self.name = name
        self.file = file
        self.group = group
        self.expression = expression
        self.threshold = threshold
        self.holdMilliseconds = holdMilliseconds
        self.severity = severity
        self.labels = labels
        self.annotations = annotations
        self.summary = summary
        self.opens = opens
        self.unit = unit
        self.keepFiringMilliseconds = keepFiringMilliseconds
        self.flagWord = flagWord
    }
}
