/// Why a statement cannot be used, and where in its text the reason stands.
///
/// ```
/// line 2, column 12: no column is called PAEG (at "paeg"); did you mean PAGE?
/// ```
package struct StatementError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A place as an editor counts it.
    package struct Place: Equatable, Sendable {
        /// The line, from 1.
        package var line: Int
        /// The column in characters, from 1.
        package var column: Int
        /// The offending text, its first line only and at most 60 characters; empty at the end of the text.
        package var quoted: String
    }

    /// What is wrong, as a sentence without a full stop.
    package var reason: String
    /// The offending text.
    package var span: SourceSpan
    /// What was probably meant.
    package var suggestion: String?
    /// The place in the text; nil until ``located(in:)`` has looked it up.
    package var place: Place?

    /// An error at a place.
    package init(_ reason: String, at span: SourceSpan, suggestion: String? = nil) {
        self.reason = reason
        self.span = span
        self.suggestion = suggestion
    }

    /// The same error with its line and column looked up.
    package func located(in text: String) -> StatementError {
        guard place == nil else { return self }
        var error = self
        let bytes = Array(text.utf8)
        let start = min(max(span.start, 0), bytes.count)
        let end = min(max(span.end, start), bytes.count)
        let before = bytes[..<start]
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        let quoted = String(decoding: bytes[start..<end], as: UTF8.self).prefix { !$0.isNewline }
        error.place = Place(
            line: before.reduce(1) { $0 + ($1 == 0x0a ? 1 : 0) },
            column: String(decoding: before[lineStart...], as: UTF8.self).count + 1,
            quoted: quoted.count > 60 ? String(quoted.prefix(59)) + "…" : String(quoted))
        return error
    }

    package var description: String {
        var text = ""
        if let place {
            text = "line \(place.line), column \(place.column): "
        }
        text += reason
        if let quoted = place?.quoted, !quoted.isEmpty { text += " (at \"\(quoted)\")" }
        if let suggestion { text += "; did you mean \(suggestion)?" }
        return text
    }
}
