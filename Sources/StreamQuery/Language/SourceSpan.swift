/// A stretch of a text of statements, in UTF-8 bytes from its beginning.
package struct SourceSpan: Hashable, Sendable {
    /// The first byte.
    package var start: Int
    /// The byte behind the last.
    package var end: Int

    /// Nowhere: of what no text was written for.
    package static let none = SourceSpan(start: 0, end: 0)

    /// From the beginning of one to the end of another.
    package func joined(_ other: SourceSpan) -> SourceSpan {
        SourceSpan(start: min(start, other.start), end: max(end, other.end))
    }
}
