/// One word of an expression.
struct Token: Equatable {
    /// What kind of word.
    enum Kind: Equatable {
        /// A name or keyword: letters, digits, `_` and `:`.
        case identifier
        case number(Double)
        /// A quoted text, unescaped.
        case string(String)
        /// A duration, milliseconds.
        case duration(Int64)
        /// An operator, bracket or other mark, as it is written.
        case symbol
        case end
    }

    /// What it is.
    var kind: Kind
    /// As it is written.
    var text: Substring

    /// Where it begins.
    var start: String.Index { text.startIndex }

    /// Whether it is this mark.
    func isSymbol(_ mark: String) -> Bool { kind == .symbol && text == mark }

    /// The word in small letters, when it is one: keywords are told regardless of case.
    var keyword: String? { kind == .identifier ? text.lowercased() : nil }
}
