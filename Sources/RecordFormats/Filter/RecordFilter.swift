/// A question that records pass or not: a plain text, or an expression over fields, headers and places.
///
/// | written | passes |
/// | --- | --- |
/// | `us-88` | the text stands in key, value or a header; case is ignored |
/// | `!us-88` | it does not |
/// | `/us-\d+/`, `/…/i` | a pattern fits somewhere |
/// | `.total > 100 && .cur == "EUR"` | fields of the value |
/// | `key.id == 7`, `.items[0].sku`, `.items[].sku` | fields of the key, elements, each element |
/// | `header.source == "web"` | headers |
/// | `partition in (0, 4..6) && offset >= 1000` | places; also `topic`, `timestamp`, `size` |
/// | `key ~ /^us-/`, `key contains us-` | patterns and texts in one part |
///
/// Numbers are compared figure by figure, never through `Double`. A field that is not there equals `null` and nothing else. A text
/// that reads as a number compares as one with a number; a number compares as written with a text in quotes.
package struct RecordFilter: Equatable, Sendable {
    /// As it was typed.
    package let source: String
    /// What it asks; nil lets everything pass.
    package let expression: FilterExpression?

    /// Lets everything pass.
    package init() {
        source = ""
        expression = nil
    }

    /// Reads a filter. What has no sign of an expression is a text to look for, whatever characters it has.
    package init(parsing text: String) throws(FilterError) {
        source = text
        if text.trimmed.isEmpty || text.trimmed == "!" {
            expression = nil
        } else if Self.isExpression(text) {
            var parser = FilterParser(text)
            expression = try parser.expression()
        } else {
            let isInverse = text.hasPrefix("!")
            let wanted = FilterExpression.text(isInverse ? String(text.dropFirst()) : text)
            expression = isInverse ? .not(wanted) : wanted
        }
    }

    /// True when everything passes.
    package var isEmpty: Bool { expression == nil }

    /// The text that it looks for, lower case, to be marked; empty where it is no plain text.
    package var mark: String {
        if case .text(let text)? = expression { text.lowercased() } else { "" }
    }

    /// True for a text that stands for itself.
    package var isPlainText: Bool {
        switch expression {
        case .text?: true
        case .not(.text)?: true
        default: false
        }
    }

    /// True where a text in quotes or a pattern ends with the filter; `"id":"x"` is a piece of JSON.
    private static func isWhole(_ scalars: Substring.UnicodeScalarView, upTo end: Unicode.Scalar) -> Bool {
        var rest = scalars
        while let scalar = rest.popFirst(), scalar != end {
            if scalar == "\\" { _ = rest.popFirst() }
            if rest.isEmpty { return false }
        }
        return rest.allSatisfy { $0 == " " || $0 == ")" || ($0 == "i" && end == "/") }
    }

    private static let operators = ["&&", "||"]
    private static let words = ["key", "value", "topic", "partition", "offset", "timestamp", "size", "header"]

    /// True where a text begins as an expression does, or joins two parts.
    private static func isExpression(_ text: String) -> Bool {
        if operators.contains(where: { text.contains($0) }) { return true }
        let rest = text.drop { $0 == "!" || $0 == "(" || $0 == " " }
        guard let first = rest.unicodeScalars.first else { return false }
        let second = rest.unicodeScalars.dropFirst().first
        switch first {
        case "\"", "'", "/": return isWhole(rest.unicodeScalars.dropFirst(), upTo: first)
        case ".": return second.map { $0 == "\"" || $0 == "[" || FilterText.isNameStart($0) } ?? false
        default: break
        }
        for word in words where rest.hasPrefix(word) {
            let after = String(rest.dropFirst(word.count)).trimmed
            if ["==", "!=", "<", ">", "~", "!~", ".", "[", "="].contains(where: { after.hasPrefix($0) }) {
                return true
            }
            if after.hasPrefix("in ") || after.hasPrefix("in(") || after.hasPrefix("contains ") {
                return rest.dropFirst(word.count).first == " "
            }
        }
        return false
    }
}
