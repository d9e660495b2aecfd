/// A word of a statement.
struct Token: Equatable {
    enum Kind: Equatable {
        /// A word without quotes, in capitals.
        case word(String)
        /// A name in backticks or double quotes, quotes undone.
        case quotedName(String)
        /// A text in single quotes, quotes undone.
        case string(String)
        /// Figures only.
        case integer(String)
        /// Figures with a point.
        case decimal(String)
        /// Figures with an exponent.
        case double(String)
        /// `${name}`.
        case variable(String)
        /// An operator or a bracket.
        case symbol(String)
        /// Behind the last word.
        case end
    }

    var kind: Kind
    var span: SourceSpan
    /// A word without quotes with its own letters; empty for everything else.
    var spelling = ""
}
