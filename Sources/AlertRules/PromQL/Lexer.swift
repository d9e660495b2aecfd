/// Cuts an expression into words, by Prometheus' lexical rules (`promql/parser/lex.go`).
struct Lexer {
    private let source: String
    private var index: String.Index
    /// Within brackets a colon stands alone, elsewhere it is a letter of a metric's name.
    private var isInBrackets = false

    init(_ source: String) {
        self.source = source
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

    private var current: Character? { index < source.endIndex ? source[index] : nil }

    private func peek(_ distance: Int = 1) -> Character? {
        source.index(index, offsetBy: distance, limitedBy: source.endIndex).flatMap {
            $0 < source.endIndex ? source[$0] : nil
        }
    }

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
                while let inside = current, !inside.isNewline { index = source.index(after: index) }
            } else if character.isWhitespace {
                index = source.index(after: index)
            } else {
                return
            }
        }
    }

    private mutating func take(while matches: (Character) -> Bool) -> Substring {
        let start = index
        while let character = current, matches(character) { index = source.index(after: index) }
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
        if let unit = current, unit.isASCII, unit.isLetter, unit != "e", unit != "E" {
            _ = take { $0.isASCII && ($0.isLetter || $0.isDigit) }
            let text = source[start..<index]
            guard let milliseconds = PrometheusDuration.milliseconds(text) else {
                throw error("this is neither a number nor a duration such as 5m or 1h30m", text)
            }
            return Token(kind: .duration(milliseconds), text: text)
        }
        if current == "." {
            index = source.index(after: index)
            _ = take(while: \.isDigit)
        }
        if current == "e" || current == "E" {
            index = source.index(after: index)
            if current == "+" || current == "-" { index = source.index(after: index) }
            _ = take(while: \.isDigit)
        }
        if current?.isNameStart == true {
            _ = take { $0.isNameStart || $0.isDigit }
            throw error("this is no number", source[start..<index])
        }
        let text = source[start..<index]
        guard let value = Double(text.hasSuffix(".") ? text.dropLast() : text) else {
            throw error("this is no number", text)
        }
        return Token(kind: .number(value), text: text)
    }

    private mutating func hexadecimal() throws(PromQLError) -> Token {
        let start = index
        let text = take { $0.isASCII && ($0.isLetter || $0.isDigit) }
        guard let value = UInt64(source[source.index(start, offsetBy: 2)..<index], radix: 16) else {
            throw error("this is no number", text)
        }
        return Token(kind: .number(Double(value)), text: text)
    }

    private mutating func symbol() throws(PromQLError) -> Token {
        let two = source[index...].prefix(2)
        let length = ["==", "!=", "<=", ">=", "=~", "!~"].contains(two) ? 2 : 1
        let text = source[index...].prefix(length)
        guard length == 2 || "+-*/%^<>=(){}[],:@".contains(text) else {
            throw error("nothing in PromQL begins like this", text)
        }
        index = text.endIndex
        if text == "[" || text == "]" { isInBrackets = text == "[" }
        return Token(kind: .symbol, text: text)
    }

    private mutating func quoted(by quote: Character) throws(PromQLError) -> Token {
        let start = index
        index = source.index(after: index)
        var value = String.UnicodeScalarView()
        while let character = current, character != quote {
            if character.isNewline, quote != "`" { break }
            if character == "\\", quote != "`" {
                value.append(contentsOf: try escape(quote))
            } else {
                value.append(contentsOf: character.unicodeScalars)
                index = source.index(after: index)
            }
        }
        guard current == quote else { throw error("the text that begins here has no end", source[start..<index]) }
        index = source.index(after: index)
        return Token(kind: .string(String(value)), text: source[start..<index])
    }

    /// One escape of a quoted text, by Go's rules: `\n`, `\x41`, `\u00e9`, `\U0001F600`, `\101`.
    private mutating func escape(_ quote: Character) throws(PromQLError) -> String.UnicodeScalarView {
        let start = index
        index = source.index(after: index)
        guard let kind = current else { throw error("the text that begins here has no end", source[start..<index]) }
        index = source.index(after: index)
        let simple: [Character: Unicode.Scalar] = [
            "a": "\u{7}", "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{b}", "\\": "\\",
        ]
        if let scalar = simple[kind] { return String.UnicodeScalarView([scalar]) }
        if kind == quote { return kind.unicodeScalars.reduce(into: String.UnicodeScalarView()) { $0.append($1) } }
        let digits: (count: Int, radix: Int)? =
            switch kind {
            case "x": (2, 16)
            case "u": (4, 16)
            case "U": (8, 16)
            case "0"..."7": (3, 8)
            default: nil
            }
        guard let digits else { throw error("there is no such escape", source[start..<index]) }
        let first = digits.radix == 8 ? source.index(before: index) : index
        let text = source[first...].prefix(digits.count)
        guard text.count == digits.count, let code = UInt32(text, radix: digits.radix),
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
