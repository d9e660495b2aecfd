/// Which series are read: a metric's name, what its labels must be, and how long ago.
///
/// A reference, compared by content: what was found for one selector is remembered by its identity.
package final class VectorSelector: Sendable {
    /// The metric's name; nil where only matchers say it.
    package let name: String?
    /// What labels must be, `__name__` apart where `name` says it, in the order written.
    package let matchers: [LabelMatcher]
    /// How long ago, milliseconds; negative for the future.
    package let offsetMilliseconds: Int64

    /// A selector.
    package init(name: String?, matchers: [LabelMatcher], offsetMilliseconds: Int64 = 0) {
        self.name = name
        self.matchers = matchers
        self.offsetMilliseconds = offsetMilliseconds
    }

    /// The one name a series must have; nil when several would do.
    package var exactName: String? {
        name ?? matchers.first { $0.label == LabelSet.nameLabel && $0.kind == .equal }?.value
    }

    /// Whether a series is meant.
    package func matches(name series: String, labels: LabelSet) -> Bool {
        if let name, name != series { return false }
        return matchers.allSatisfy { matcher in
            matcher.matches(matcher.label == LabelSet.nameLabel ? series : labels[matcher.label] ?? "")
        }
    }
}

extension VectorSelector: Hashable {
    package static func == (left: VectorSelector, right: VectorSelector) -> Bool {
        left === right
            || (left.name == right.name && left.matchers == right.matchers
                && left.offsetMilliseconds == right.offsetMilliseconds)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(matchers)
        hasher.combine(offsetMilliseconds)
    }
}

/// What one label must be. A label that is not there counts as empty.
package struct LabelMatcher: Sendable, Hashable {
    /// How it is compared.
    package enum Kind: String, Sendable {
        case equal = "="
        case notEqual = "!="
        case matches = "=~"
        case matchesNot = "!~"
    }

    /// The label.
    package let label: String
    /// How it is compared.
    package let kind: Kind
    /// The value, or the regular expression.
    package let value: String
    private let pattern: LabelPattern?

    /// A matcher.
    ///
    /// - Throws: `RegularExpression.SyntaxError` for a value that must be a regular expression and is none.
    package init(
        label: String, kind: Kind, value: String, dialect: PrometheusVersion = .three
    ) throws(RegularExpression.SyntaxError) {
        self.label = label
        self.kind = kind
        self.value = value
        switch kind {
        case .equal, .notEqual: pattern = nil
        case .matches, .matchesNot: pattern = try LabelPattern(value, dotMatchesNewline: dialect == .three)
        }
    }

    /// Whether a label's value is what it must be.
    package func matches(_ text: String) -> Bool {
        switch kind {
        case .equal: text.hasBytes(of: value)
        case .notEqual: !text.hasBytes(of: value)
        case .matches: pattern?.matches(text) ?? false
        case .matchesNot: !(pattern?.matches(text) ?? false)
        }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.label == right.label && left.kind == right.kind && left.value.hasBytes(of: right.value)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(label)
        hasher.combine(kind)
        hasher.combine(value)
    }
}

/// Which Prometheus' rules hold where its major versions differ.
package enum PrometheusVersion: Int, Sendable, CaseIterable {
    /// Ranges and lookback include their older edge.
    case two = 2
    /// Ranges and lookback exclude their older edge: ours.
    case three = 3
}
