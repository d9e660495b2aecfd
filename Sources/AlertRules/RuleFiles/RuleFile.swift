/// The rules of one file, as it was read.
package struct RuleFile: Sendable {
    /// The file's name, for messages.
    package var file: String
    /// Its groups, in order.
    package var groups: [RuleGroup]

    /// A file's rules.
    package init(file: String, groups: [RuleGroup]) {
        self.file = file
        self.groups = groups
    }

    /// All rules, in order.
    package var rules: [RuleDefinition] { groups.flatMap(\.rules) }
}

/// Rules that are evaluated one after another, at the same moments.
package struct RuleGroup: Sendable {
    /// The name, unique in its file.
    package var name: String
    /// How often the rules are evaluated, milliseconds; nil for the evaluator's own interval.
    package var intervalMilliseconds: Int64?
    /// How far back the rules' moments lie, milliseconds, so that late samples are there.
    package var queryOffsetMilliseconds: Int64
    /// The most alerts or series one rule may give; 0 for any number.
    package var limit: Int
    /// The rules.
    package var rules: [RuleDefinition]

    /// A group.
    package init(
        name: String, intervalMilliseconds: Int64? = nil, queryOffsetMilliseconds: Int64 = 0, limit: Int = 0,
        rules: [RuleDefinition]
    ) {
        self.name = name
        self.intervalMilliseconds = intervalMilliseconds
        self.queryOffsetMilliseconds = queryOffsetMilliseconds
        self.limit = limit
        self.rules = rules
    }
}

/// One rule of a file.
package struct RuleDefinition: Sendable {
    /// What a rule makes.
    package enum Kind: Sendable, Hashable {
        /// Alerts, one for each sample of the expression.
        case alert
        /// A metric of the rule's name.
        case record
    }

    /// A text under a name: a label or an annotation.
    package struct Text: Sendable {
        /// The label's or annotation's name.
        package var name: String
        /// The text, with what is put into it.
        package var template: Template
    }

    /// What it makes.
    package var kind: Kind
    /// The alert's or metric's name.
    package var name: String
    /// The expression.
    package var expression: Expression
    /// How long the expression must give a sample before the alert fires, milliseconds.
    package var holdMilliseconds: Int64
    /// How long an alert goes on firing without a sample, milliseconds.
    package var keepFiringMilliseconds: Int64
    /// Labels put on the alerts or samples; in a recording rule their texts are taken as they are.
    package var labels: [Text]
    /// Texts for people.
    package var annotations: [Text]
    /// Where the rule begins in its file.
    package var position: TextPosition

    /// A rule.
    package init(
        kind: Kind, name: String, expression: Expression, holdMilliseconds: Int64 = 0,
        keepFiringMilliseconds: Int64 = 0, labels: [Text] = [], annotations: [Text] = [],
        position: TextPosition = TextPosition(line: 1, column: 1)
    ) {
        self.kind = kind
        self.name = name
        self.expression = expression
        self.holdMilliseconds = holdMilliseconds
        self.keepFiringMilliseconds = keepFiringMilliseconds
        self.labels = labels
        self.annotations = annotations
        self.position = position
    }
}

/// What is wrong with a file of rules or of rule tests, and where.
package struct RuleFileProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Whether the file can be used all the same.
    package enum Severity: String, Sendable {
        case warning
        case error
    }

    /// How bad it is.
    package var severity: Severity
    /// The file's name.
    package var file: String
    /// Where; nil for the file as a whole.
    package var position: TextPosition?
    /// What is wrong, with the offending text.
    package var reason: String

    /// A problem.
    package init(_ severity: Severity, file: String, position: TextPosition?, reason: String) {
        self.severity = severity
        self.file = file
        self.position = position
        self.reason = reason
    }

    package var description: String {
        "\(file):\(position.map { "\($0):" } ?? "") \(severity.rawValue): \(reason)"
    }
}
