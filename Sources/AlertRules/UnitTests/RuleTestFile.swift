/// A file of tests for rules, in the format of `promtool test rules`.
package struct RuleTestFile: Sendable {
    /// The file's name.
    package var file: String
    /// Files of rules, as they are written: relative to the test file, with `*`.
    package var ruleFiles: [String]
    /// How often rules are evaluated, milliseconds.
    package var evaluationInterval: Int64
    /// Groups that are evaluated first, in this order.
    package var groupOrder: [String]
    /// The tests.
    package var tests: [RuleTest]
}

/// Series, and what rules and expressions must make of them.
package struct RuleTest: Sendable {
    /// One series with its samples.
    package struct Series: Sendable {
        /// The metric's name.
        package var name: String
        /// Its labels.
        package var labels: LabelSet
        /// Samples at even steps from 0; nil for none.
        package var values: [Double?]
    }

    /// The alerts of one name that must fire at a moment.
    package struct AlertCheck: Sendable {
        /// The moment, milliseconds.
        package var time: Int64
        /// The rule's name.
        package var name: String
        /// Labels, `alertname` among them, and annotations of all alerts that fire.
        package var expected: [ExpectedAlert]
        /// Where it stands in the file.
        package var position: TextPosition?
    }

    /// One alert that must fire.
    package struct ExpectedAlert: Sendable {
        package var labels: LabelSet
        package var annotations: [String: String]
    }

    /// What an expression must come to at a moment.
    package struct ExpressionCheck: Sendable {
        /// The moment, milliseconds.
        package var time: Int64
        /// The expression as written.
        package var text: String
        /// The expression; an error of it is the test's outcome.
        package var expression: Result<Expression, PromQLError>
        /// All samples.
        package var expected: [VectorSample]
        /// Where it stands in the file.
        package var position: TextPosition?
    }

    /// Its name; may be empty.
    package var name: String
    /// The distance of two samples, milliseconds.
    package var interval: Int64
    /// The series.
    package var series: [Series]
    /// What must fire.
    package var alerts: [AlertCheck]
    /// What expressions must come to.
    package var expressions: [ExpressionCheck]
    /// Labels of the whole installation, for templates.
    package var externalLabels: [String: String]
    /// Where people find the installation, for templates.
    package var externalURL: String

    /// The last moment at which something is checked, milliseconds.
    var end: Int64 { (alerts.map(\.time) + expressions.map(\.time)).max() ?? 0 }
}
