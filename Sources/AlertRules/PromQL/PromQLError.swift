/// A place in a text, counted from 1 as editors do; columns count characters.
package struct TextPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The line, from 1.
    package var line: Int
    /// The column, from 1.
    package var column: Int

    /// A place.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The place of an index in a text.
    package init(of index: String.Index, in text: String) {
        let before = text[..<index]
        let lineStart = before.lastIndex(where: \.isNewline).map(text.index(after:)) ?? text.startIndex
        line = before.reduce(1) { $1.isNewline ? $0 + 1 : $0 }
        column = text.distance(from: lineStart, to: index) + 1
    }

    package static func < (left: Self, right: Self) -> Bool { (left.line, left.column) < (right.line, right.column) }

    package var description: String { "\(line):\(column)" }
}

/// An expression that is no PromQL, or none that Weir evaluates: where, what stands there, and what was probably meant.
package struct PromQLError: Error, Equatable, CustomStringConvertible {
    /// Where in the expression.
    package var position: TextPosition
    /// What is wrong there.
    package var reason: String
    /// The offending text; empty at the end of the expression.
    package var fragment: String
    /// The nearest name that would be right.
    package var suggestion: String?

    /// An error.
    package init(position: TextPosition, reason: String, fragment: String = "", suggestion: String? = nil) {
        self.position = position
        self.reason = reason
        self.fragment = fragment
        self.suggestion = suggestion
    }

    /// The error without its place, for callers that say the place themselves.
    package var message: String {
        let quoted = fragment.isEmpty ? "" : ": \"\(fragment)\""
        return reason + quoted + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    }

    package var description: String { "\(position): \(message)" }
}
