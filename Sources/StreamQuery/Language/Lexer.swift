/// Cuts a text of statements into words. Comments (`-- …`, `/* … */`) fall away; a directive (`--@ …`) is a comment too.
struct Lexer {
    private let bytes: [UInt8]
    private var at = 0

    /// The longest text of statements, in bytes.
    static let maxLength = 1 << 20

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// All words of a text, and the end behind them.
    static func tokens(_ text: String) throws(StatementError) -> [Token] {
        guard text.utf8.count <= maxLength else {
            throw StatementError(
                "a text of statements has at most \(maxLength) bytes", at: SourceSpan(start: maxLength, end: maxLength))
        }
        var lexer = Lexer(text)
        var tokens: [Token] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(Token(kind: .end, span: SourceSpan(start: lexer.bytes.count, end: lexer.bytes.count)))
        return tokens
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func peek(_ distance: Int) -> UInt8? { at + distance < bytes.count ? bytes[at + distance] : nil }

    private mutating func next() throws(StatementError) -> Token? {
        try skipBlanks()
        guard let first = peek else { return nil }
        let start = at
        let kind: Token.Kind
        var spelling = ""
        switch first {
        case UInt8(ascii: "'"): kind = .string(try quoted(first, what: "a text"))
        case UInt8(ascii: "`"), UInt8(ascii: "\""): kind = .quotedName(try quoted(first, what: "a name"))
        case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"): kind = .variable(try variable())
        case 0x30...0x39: kind = try number()
        case UInt8(ascii: ".") where peek(1).map(Self.isDigit) == true: kind = try number()
        case _ where Self.isLetter(first):
            spelling = word()
            kind = .word(spelling.uppercased())
        default: kind = .symbol(try symbol())
        }
        if case .quotedName("") = kind { throw error("a name cannot be empty", from: start) }
        return Token(kind: kind, span: SourceSpan(start: start, end: at), spelling: spelling)
    }

    private mutating func skipBlanks() throws(StatementError) {
        while let byte = peek {
            if byte == 0x20 || (0x09...0x0d).contains(byte) {
                at += 1
            } else if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
                while let byte = peek, byte != 0x0a { at += 1 }
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                let start = at
                at += 2
                while peek != UInt8(ascii: "*") || peek(1) != UInt8(ascii: "/") {
                    guard peek != nil else { throw error("the comment that begins here has no */", from: start) }
                    at += 1
                }
                at += 2
            } else {
                return
            }
        }
    }

    /// What stands between two quotes; a doubled quote is one.
    private mutating func quoted(_ quote: UInt8, what: String) throws(StatementError) -> String {
        let start = at
        at += 1
        var content: [UInt8] = []
        while let byte = peek {
            at += 1
            if byte == quote {
                guard peek == quote else { return String(decoding: content, as: UTF8.self) }
                at += 1
            }
            content.append(byte)
        }
        throw error("\(what) that begins here has no closing \(Character(Unicode.Scalar(quote)))", from: start)
    }

    private mutating func variable() throws(StatementError) -> String {
        let start = at
        at += 2
        let name = word()
        guard !name.isEmpty, peek == UInt8(ascii: "}") else {
            throw error("a variable is written ${name}", from: start)
        }
        at += 1
        return name
    }

    private mutating func word() -> String {
        let start = at
        while let byte = peek, Self.isLetter(byte) || Self.isDigit(byte) || byte == UInt8(ascii: "@") { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func digits() { while let byte = peek, Self.isDigit(byte) { at += 1 } }

    private mutating func number() throws(StatementError) -> Token.Kind {
        let start = at
        digits()
        var isDecimal = false
        if peek == UInt8(ascii: ".") {
            isDecimal = true
            at += 1
            digits()
        }
        var isDouble = false
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 2 : 1
            if peek(sign).map(Self.isDigit) == true {
                isDouble = true
                at += sign
                digits()
            }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if let byte = peek, Self.isLetter(byte) {
            _ = word()
            throw error("a name that begins with a figure needs backticks", from: start)
        }
        return isDouble ? .double(text) : isDecimal ? .decimal(text) : .integer(text)
    }

    private static let pairs: Set<String> = ["->", "=>", "<>", "!=", "<=", ">=", "||", ":="]
    private static let singles = Set("()[]<>=+-*/%,.;:".utf8)

    private mutating func symbol() throws(StatementError) -> String {
        let start = at
        let first = bytes[at]
        if let second = peek(1), "-=<>!|:".utf8.contains(first), ">=|".utf8.contains(second) {
            let pair = String(decoding: [first, second], as: UTF8.self)
            if Self.pairs.contains(pair) {
                at += 2
                return pair
            }
        }
        at += 1
        if Self.singles.contains(first) { return String(decoding: [first], as: UTF8.self) }
        while let byte = peek, byte & 0xc0 == 0x80 { at += 1 }
        throw error("this character has no meaning here", from: start)
    }

    private func error(_ reason: String, from start: Int) -> StatementError {
        StatementError(reason, at: SourceSpan(start: start, end: at))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte & 0xdf) || byte == UInt8(ascii: "_")
    }
}
