/// The name of a source, a column, a field or a function.
///
/// Written bare, a name is folded to upper case; in backticks or double quotes it keeps its letters, and a doubled quote stands for one
/// (ksqlDB's rule, which makes `page_views`, `Page_Views` and `PAGE_VIEWS` one stream).
package struct Name: Hashable, Sendable {
    /// The name as it is known, after folding.
    package let text: String
    /// Where it was written.
    package let span: SourceSpan

    /// A name as it is known: nothing is folded.
    package init(_ text: String, at span: SourceSpan = .none) {
        self.text = text
        self.span = span
    }

    /// A name that was written without quotes.
    package init(folding text: String, at span: SourceSpan = .none) {
        self.init(text.uppercased(), at: span)
    }

    package static func == (left: Name, right: Name) -> Bool { left.text == right.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The name as a statement writes it: in backticks where it must be.
    package var sql: String {
        if !Self.isBare(text) || Keyword.reserved.contains(text) {
            "`" + text.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
        } else {
            text
        }
    }

    /// Whether a name reads the same without quotes: capitals, figures, `_` and `@`, no figure first.
    private static func isBare(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "@") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) || byte == UInt8(ascii: "_") }
}
