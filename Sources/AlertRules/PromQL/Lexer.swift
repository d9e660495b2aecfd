/// Cuts an expression into words, by Prometheus' lexical rules (`promql/parser/lex.go`).
///
/// It goes by Unicode scalars: a mark that combines with a quote before it does not make that another character.
struct Lexer {
    private let source: String
    private let scalars: String.UnicodeScalarView
    private var index: String.Index
    /// Within brackets a colon stands alone, elsewhere it is a letter of a metric's name.
    private var isInBrackets = false

    init(_ source: String) {
        self.source = source
        scalars = source.unicodeScalars
        index = source.startIndex
    }

    /// All words, `.end` last.
    static func tokens(of source: String) throws(PromQLError) -> [Token] {
        var lexer = Lexer(source)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private var current: Unicode.Scalar? { index < scalars.endIndex ? scalars[index] : nil }

    private func peek() -> Unicode.Scalar? { scalars[index...].dropFirst().first }

    private mutating func advance() { index = scalars.index(after: index) }

    private mutating func next() throws(PromQLError) -> Token {
        skipBlanksAndComments()
        guard let first = current else { return Token(kind: .end, text: source[source.endIndex...]) }
        if first == "\"" || first == "'" || first == "`" { return try quoted(by: first) }
        if first.isDigit || (first == "." && peek()?.isDigit == true) { return try numberOrDuration() }
        if first.isNameStart, !(isInBrackets && first == ":") { return identifier() }
        return try symbol()
    }

    private mutating func skipBlanksAndComments() {
        while let character = current {
            if character == "#" {
                while let inside = current, inside != "\n", inside != "\r" { advance() }
            } else if character.properties.isWhitespace {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func take(while matches: (Unicode.Scalar) -> Bool) -> Substring {
        let start = index
        while let scalar = current, matches(scalar) { advance() }
        return source[start..<index]
    }

    private mutating func identifier() -> Token {
        let text = take { $0.isNameStart || $0.isDigit }
        switch text.lowercased() {
        case "inf": return Token(kind: .number(.infinity), text: text)
        case "nan": return Token(kind: .number(.nan), text: text)
        default: return Token(kind: .identifier, text: text)
        }
    }

    private mutating func numberOrDuration() throws(PromQLError) -> Token {
        let start = index
        if current == "0", peek() == "x" || peek() == "X" { return try hexadecimal() }
        _ = take(while: \.isDigit)
        if let unit = current, unit.isASCIILetter, unit != "e", unit != "E" {
            _ = take { $0.isASCIILetter || $0.isDigit }
            let text = source[start..<index]
            guard let milliseconds = PrometheusDuration.milliseconds(text) else {
                throw error("this is neither a number nor a duration such as 5m or 1h30m", text)
            }
            return Token(kind: .duration(milliseconds), text: text)
        }
        if current == "." {
            advance()
            _ = take(while: \.isDigit)
        }
        if current == "e" || current == "E" {
            advance()
            if current == "+" || current == "-" { advance() }
            _ = take(while: \.isDigit)
        }
        if current?.isNameStart == true {
            _ = take { $0.isNameStart || $0.isDigit }
            throw error("this is no number", source[start..<index])
        }
        let text = source[start..<index]
        guard let value = GoNumber.value(of: text) else { throw error("this is no number, or one too large", text) }
        return Token(kind: .number(value), text: text)
    }

    private mutating func hexadecimal() throws(PromQLError) -> Token {
        let text = take { $0.isASCIILetter || $0.isDigit }
        guard let value = UInt64(text.dropFirst(2), radix: 16) else {
            throw error("this is no number", text)
        }
        return Token(kind: .number(Double(value)), text: text)
    }

    private mutating func symbol() throws(PromQLError) -> Token {
        let two = Substring(scalars[index...].prefix(2))
        let isPair = ["==", "!=", "<=", ">=", "=~", "!~"].contains(two)
        let text = isPair ? two : Substring(scalars[index...].prefix(1))
        guard isPair || "+-*/%^<>=(){}[],:@".unicodeScalars.contains(scalars[index]) else {
            throw error("nothing in PromQL begins like this", source[index...].prefix(1))
        }
        index = text.endIndex
        if text == "[" || text == "]" { isInBrackets = text == "[" }
        return Token(kind: .symbol, text: text)
    }

    private mutating func quoted(by quote: Unicode.Scalar) throws(PromQLError) -> Token {
        let start = index
        advance()
        var value = String.UnicodeScalarView()
        while let character = current, character != quote {
            if character == "\n", quote != "`" { break }
            if character == "\\", quote != "`" {
                value.append(contentsOf: try escape(quote))
            } else {
                value.append(character)
                advance()
            }
        }
        guard current == quote else { throw error("the text that begins here has no end", source[start..<index]) }
        advance()
        return Token(kind: .string(String(value)), text: source[start..<index])
    }

    /// One escape of a quoted text, by Go's rules: `\n`, `\x41`, `\u00e9`, `\U0001F600`, `\101`.
    private mutating func escape(_ quote: Unicode.Scalar) throws(PromQLError) -> String.UnicodeScalarView {
        let start = index
        advance()
        guard let kind = current else { throw error("the text that begins here has no end", source[start..<index]) }
        advance()
        let simple: [Unicode.Scalar: Unicode.Scalar] = [
            "a": "\u{7}", "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{b}", "\\": "\\",
        ]
        if let scalar = simple[kind] { return String.UnicodeScalarView([scalar]) }
        if kind == quote { return String.UnicodeScalarView([kind]) }
        let digits: (count: Int, radix: Int)? =
            switch kind {
            case "x": (2, 16)
            case "u": (4, 16)
            case "U": (8, 16)
            case "0"..."7": (3, 8)
            default: nil
            }
        guard let digits else { throw error("there is no such escape", source[start..<index]) }
        let first = digits.radix == 8 ? scalars.index(before: index) : index
        let text = Substring(scalars[first...].prefix(digits.count))
        guard text.unicodeScalars.count == digits.count, let code = UInt32(text, radix: digits.radix),
            let scalar = Unicode.Scalar(code), digits.count > 3 || code < 128
        else { throw error("this escape is no character", source[start..<text.endIndex]) }
        index = text.endIndex
        return String.UnicodeScalarView([scalar])
    }

    private func error(_ reason: String, _ text: Substring) -> PromQLError {
        PromQLError(
            position: TextPosition(of: text.startIndex, in: source), reason: reason, fragment: String(text.prefix(40)))
    }
}

extension Character {
    /// An ASCII digit.
    var isDigit: Bool { isASCII && isNumber }
    /// What a metric's name may begin with.
    var isNameStart: Bool { self == "_" || self == ":" || (isASCII && isLetter) }
}

extension Unicode.Scalar {
    /// An ASCII digit.
    var isDigit: Bool { ("0"..."9").contains(self) }
    /// An ASCII letter.
    var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
    /// What a metric's name may begin with.
    var isNameStart: Bool { self == "_" || self == ":" || isASCIILetter }
}
