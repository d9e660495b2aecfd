/// What a filter asks of a record.
package indirect enum FilterExpression: Equatable, Sendable {
    /// A text somewhere in key, value or headers; case is ignored.
    case text(String)
    /// A pattern somewhere in key, value or headers.
    case pattern(FilterPattern)
    /// Something is there, and neither `null` nor `false`.
    case present(FilterOperand)
    /// Something compares to a value.
    case compare(FilterOperand, FilterComparison, FilterLiteral)
    /// Something has a text in it; case counts.
    case contains(FilterOperand, String)
    /// Something fits a pattern somewhere.
    case matches(FilterOperand, FilterPattern)
    /// Something is one of these values or lies in one of these ranges.
    case among(FilterOperand, [FilterRange])
    /// The opposite.
    case not(FilterExpression)
    /// All of these, at least two.
    case all([FilterExpression])
    /// At least one of these, of at least two.
    case any([FilterExpression])
}

/// What of a record is looked at.
package enum FilterOperand: Equatable, Sendable {
    case key, value, topic, partition, offset
    /// Milliseconds since 1970.
    case timestamp
    /// The value's size in bytes.
    case size
    /// A header's value; of a name that repeats, each is tried.
    case header(String)
    /// A field of the value, or of the key.
    case field(ofKey: Bool, [FilterStep])
}

/// A step on the way to a field.
package enum FilterStep: Equatable, Sendable {
    case name(String)
    /// An array's element, negative from its end.
    case index(Int)
    /// Each element of an array in turn: one that fits is enough.
    case each
}

/// How values are compared.
package enum FilterComparison: String, CaseIterable, Sendable {
    case equal = "=="
    case unequal = "!="
    case below = "<"
    case atMost = "<="
    case above = ">"
    case atLeast = ">="
}

/// A value written in a filter.
package enum FilterLiteral: Equatable, Sendable {
    /// A number as written; compared figure by figure.
    case number(String)
    case text(String)
    case flag(Bool)
    case null
}

/// One value, or all from one number to another.
package enum FilterRange: Equatable, Sendable {
    case one(FilterLiteral)
    /// Both ends belong to it; numbers as written.
    case numbers(String, String)
}

/// A regular expression as written.
package struct FilterPattern: Equatable, Sendable {
    /// The pattern, in the dialect of Swift's `Regex`.
    package var source: String
    /// True when case is ignored.
    package var ignoresCase: Bool

    /// A pattern; whether it can be used is the parser's to check.
    package init(_ source: String, ignoresCase: Bool = false) {
        self.source = source
        self.ignoresCase = ignoresCase
    }

    /// The pattern ready for use.
    func compiled() throws -> Regex<AnyRegexOutput> {
        try Regex(source).ignoresCase(ignoresCase).matchingSemantics(.unicodeScalar)
    }
}

// MARK: - printing

/// A filter's text in the one form that the parser reads back to the same expression.
extension FilterExpression: CustomStringConvertible {
    package var description: String {
        switch self {
        case .text(let text): FilterText.quoted(text)
        case .pattern(let pattern): "\(pattern)"
        case .present(let operand): "\(operand)"
        case .compare(let operand, let comparison, let literal): "\(operand) \(comparison.rawValue) \(literal)"
        case .contains(let operand, let text): "\(operand) contains \(FilterText.quoted(text))"
        case .matches(let operand, let pattern): "\(operand) ~ \(pattern)"
        case .among(let operand, let ranges):
            "\(operand) in (\(ranges.map { "\($0)" }.joined(separator: ", ")))"
        case .not(let inner): "!" + inner.grouped
        case .all(let parts): parts.map(\.grouped).joined(separator: " && ")
        case .any(let parts): parts.map(\.grouped).joined(separator: " || ")
        }
    }

    /// In parentheses where it joins several.
    private var grouped: String {
        switch self {
        case .all, .any: "(\(self))"
        default: "\(self)"
        }
    }
}

extension FilterOperand: CustomStringConvertible {
    package var description: String {
        switch self {
        case .key: "key"
        case .value: "value"
        case .topic: "topic"
        case .partition: "partition"
        case .offset: "offset"
        case .timestamp: "timestamp"
        case .size: "size"
        case .header(let name): "header" + FilterText.step(name)
        case .field(let ofKey, let steps):
            (ofKey ? "key" : Self.beginsWithName(steps) ? "" : ".")
                + steps.map { step in
                    switch step {
                    case .name(let name): FilterText.step(name)
                    case .index(let index): "[\(index)]"
                    case .each: "[]"
                    }
                }.joined()
        }
    }
}

extension FilterOperand {
    private static func beginsWithName(_ steps: [FilterStep]) -> Bool {
        if case .name = steps.first { true } else { false }
    }
}

extension FilterLiteral: CustomStringConvertible {
    package var description: String {
        switch self {
        case .number(let number): number
        case .text(let text): FilterText.quoted(text)
        case .flag(let flag): "\(flag)"
        case .null: "null"
        }
    }
}

extension FilterRange: CustomStringConvertible {
    package var description: String {
        switch self {
        case .one(let literal): "\(literal)"
        case .numbers(let first, let last): "\(first)..\(last)"
        }
    }
}

extension FilterPattern: CustomStringConvertible {
    package var description: String { "/" + source.replacing("/", with: "\\/") + "/" + (ignoresCase ? "i" : "") }
}

/// How texts and names are written in filters.
enum FilterText {
    /// A text in quotes, as JSON writes it.
    static func quoted(_ text: String) -> String { JSONText.quoted(text) }

    /// A name after its dot, in quotes where it is no plain word.
    static func step(_ name: String) -> String { "." + (isPlain(name) ? name : quoted(name)) }

    private static func isPlain(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, isNameStart(first) else { return false }
        return name.unicodeScalars.allSatisfy(isNamePart)
    }

    /// True where a plain name can begin: ASCII letters, `_`, `$`, `@`, and everything beyond ASCII.
    static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_", "$", "@": true
        default: scalar.value > 0x9f && !scalar.properties.isWhitespace
        }
    }

    /// True for what may stand inside a plain name: also figures and hyphens.
    static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        isNameStart(scalar) || ("0"..."9").contains(scalar) || scalar == "-"
    }
}
