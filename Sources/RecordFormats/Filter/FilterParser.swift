/// Reads the language of filters: a recursive descent over the characters, bounded in length and depth.
///
/// ```
/// any   := all { "||" all }
/// all   := test { "&&" test }
/// test  := "!" test | "(" any ")" | pattern | operand [ comparison literal | "~" pattern | "!~" pattern
///          | "contains" literal | "in" "(" range { "," range } ")" ] | text
/// ```
struct FilterParser {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var depth = 0

    /// Most characters of a filter, and how deeply parentheses and negations nest.
    static let maxLength = 4000
    static let maxDepth = 40

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// The whole text as one expression.
    mutating func expression() throws(FilterError) -> FilterExpression {
        guard scalars.count <= Self.maxLength else {
            throw FilterError(column: Self.maxLength, reason: "a filter has at most \(Self.maxLength) characters")
        }
        let read = try any()
        skipBlanks()
        guard at == scalars.count else { throw error("&& or || is missing before this") }
        return read
    }

    // MARK: - joining

    private mutating func any() throws(FilterError) -> FilterExpression {
        var parts = [try all()]
        while take("||") { parts.append(try all()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func all() throws(FilterError) -> FilterExpression {
        var parts = [try test()]
        while take("&&") { parts.append(try test()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func test() throws(FilterError) -> FilterExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw error("nested more than \(Self.maxDepth) deep") }
        skipBlanks()
        guard let next = peek else { throw error("a test is missing here, for example .total > 100") }
        switch next {
        case "!":
            at += 1
            return .not(try test())
        case "(":
            at += 1
            let inner = try any()
            guard take(")") else { throw error("a ) is missing") }
            return inner
        case "/": return .pattern(try pattern())
        case "\"", "'": return .text(try quoted())
        case ")", ",", "&", "|", "=", "<", ">", "~":
            throw error("a field, a word or a pattern is missing before \(next)")
        default:
            if let operand = try operand() { return try comparison(of: operand) }
            return try bareText()
        }
    }

    // MARK: - operands

    private static let words: [(word: String, operand: FilterOperand)] = [
        ("key", .key), ("value", .value), ("topic", .topic), ("partition", .partition), ("offset", .offset),
        ("timestamp", .timestamp), ("size", .size),
    ]

    /// What is looked at; nil where only a text begins here.
    private mutating func operand() throws(FilterError) -> FilterOperand? {
        if peek == ".", let second = scalar(after: 1), second == "\"" || second == "[" || FilterText.isNameStart(second)
        {
            return .field(ofKey: false, try steps())
        }
        if takeWord("header") {
            guard peek == "." || peek == "[", case .name(let name)? = try steps(most: 1).first else {
                throw error("a header is named as header.trace-id or header[\"trace id\"]")
            }
            return .header(name)
        }
        for (word, operand) in Self.words where takeWord(word) {
            guard case .key = operand, peek == "." || peek == "[" else { return operand }
            return .field(ofKey: true, try steps())
        }
        return nil
    }

    /// `.name`, `."odd name"`, `["odd name"]`, `[3]`, `[]`; a dot may stand before brackets.
    private mutating func steps(most: Int = 64) throws(FilterError) -> [FilterStep] {
        var steps: [FilterStep] = []
        while peek == "." || peek == "[", steps.count < most {
            let hasDot = peek == "."
            if hasDot { at += 1 }
            if peek == "[" {
                steps.append(try bracket())
            } else if peek == "\"" || peek == "'" {
                steps.append(.name(try quoted()))
            } else {
                let start = at
                while let next = peek, at == start ? FilterText.isNameStart(next) : FilterText.isNamePart(next) {
                    at += 1
                }
                guard at > start else { throw error("a field's name is missing after the dot") }
                steps.append(.name(text(start..<at)))
            }
        }
        return steps
    }

    private mutating func bracket() throws(FilterError) -> FilterStep {
        at += 1
        skipBlanks()
        let step: FilterStep
        if peek == "\"" || peek == "'" {
            step = .name(try quoted())
        } else if peek == "]" {
            step = .each
        } else {
            let start = at
            if peek == "-" { at += 1 }
            while let next = peek, ("0"..."9").contains(next) { at += 1 }
            guard let index = Int(text(start..<at)) else {
                at = start
                throw error("brackets hold a number, a name in quotes, or nothing for each element")
            }
            step = .index(index)
        }
        guard take("]") else { throw error("a ] is missing") }
        return step
    }

    // MARK: - comparing

    private mutating func comparison(of operand: FilterOperand) throws(FilterError) -> FilterExpression {
        skipBlanks()
        if take("!~") { return .not(.matches(operand, try patternOrText())) }
        if take("~") { return .matches(operand, try patternOrText()) }
        for comparison in [FilterComparison.equal, .unequal, .atMost, .atLeast, .below, .above]
        where take(comparison.rawValue) {
            return .compare(operand, comparison, try literal())
        }
        if peek == "=" { throw error("to compare write ==") }
        if takeWord("contains") { return .contains(operand, try literal().words) }
        if takeWord("in") {
            skipBlanks()
            guard take("(") else { throw error("after in come values in parentheses: in (1, 4..6)") }
            var ranges = [try range()]
            while take(",") { ranges.append(try range()) }
            guard take(")") else { throw error("a ) is missing") }
            return .among(operand, ranges)
        }
        return .present(operand)
    }

    private mutating func range() throws(FilterError) -> FilterRange {
        let first = try literal()
        guard case .number(let low) = first, take("..") else { return .one(first) }
        guard case .number(let high) = try literal() else { throw error("a range ends with a number: 4..6") }
        return .numbers(low, high)
    }

    private mutating func literal() throws(FilterError) -> FilterLiteral {
        skipBlanks()
        let start = at
        if peek == "\"" || peek == "'" { return .text(try quoted()) }
        while let next = peek, !Self.endsWord(next), !(next == "." && scalar(after: 1) == ".") { at += 1 }
        let word = text(start..<at)
        switch word {
        case "": throw error("a number, or a text in quotes is missing")
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null": return .null
        default: return ExactDecimal(word) != nil ? .number(word) : .text(word)
        }
    }

    private mutating func patternOrText() throws(FilterError) -> FilterPattern {
        skipBlanks()
        guard peek != "/" else { return try pattern() }
        let column = at
        return try usable(FilterPattern(try literal().words), from: column)
    }

    private mutating func pattern() throws(FilterError) -> FilterPattern {
        let start = at
        at += 1
        var source = String.UnicodeScalarView()
        while let next = peek, next != "/" {
            at += 1
            if next == "\\", let escaped = peek {
                at += 1
                if escaped != "/" { source.append(next) }
                source.append(escaped)
            } else {
                source.append(next)
            }
        }
        guard take("/", skipping: false) else {
            at = start
            throw error("the pattern has no end; write /pattern/ or /pattern/i")
        }
        let ignoresCase = peek == "i"
        if ignoresCase { at += 1 }
        return try usable(FilterPattern(String(source), ignoresCase: ignoresCase), from: start)
    }

    private func usable(_ pattern: FilterPattern, from start: Int) throws(FilterError) -> FilterPattern {
        guard !pattern.source.isEmpty else { throw FilterError(column: start + 1, reason: "the pattern is empty") }
        do {
            _ = try pattern.compiled()
            return pattern
        } catch {
            throw FilterError(column: start + 1, reason: "\(pattern.source) is no regular expression: \(error)")
        }
    }

    // MARK: - texts

    private mutating func quoted() throws(FilterError) -> String {
        let start = at
        guard let quote = peek else { throw error("a text in quotes is missing") }
        at += 1
        var read = String.UnicodeScalarView()
        while let next = peek, next != quote {
            at += 1
            guard next == "\\", let escaped = peek else {
                read.append(next)
                continue
            }
            at += 1
            switch escaped {
            case "n": read.append("\n")
            case "r": read.append("\r")
            case "t": read.append("\t")
            case "b": read.append("\u{8}")
            case "f": read.append("\u{c}")
            case "u":
                let digits = text(at..<min(at + 4, scalars.count))
                guard digits.count == 4, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
                    throw error("after \\u come four figures of a character")
                }
                read.append(scalar)
                at += 4
            default: read.append(escaped)
            }
        }
        guard take(String(quote), skipping: false) else {
            at = start
            throw error("the text has no closing \(quote)")
        }
        return String(read)
    }

    /// Words up to the next operator, as one text.
    private mutating func bareText() throws(FilterError) -> FilterExpression {
        let start = at
        while let next = peek, next != ")" {
            let second = scalar(after: 1)
            if (next == "&" && second == "&") || (next == "|" && second == "|") { break }
            if "=<>~".unicodeScalars.contains(next) || (next == "!" && (second == "=" || second == "~")) {
                let word = text(start..<at).trimmed
                throw FilterError(
                    column: start + 1,
                    reason: "\(word) is nothing a filter knows; a field begins with a dot, a text stands in quotes")
            }
            at += 1
        }
        return .text(text(start..<at).trimmed)
    }

    // MARK: - characters

    private var peek: Unicode.Scalar? { scalar(after: 0) }

    private func scalar(after steps: Int) -> Unicode.Scalar? {
        scalars.indices.contains(at + steps) ? scalars[at + steps] : nil
    }

    private func text(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[range]))
    }

    private mutating func skipBlanks() {
        while let next = peek, next.properties.isWhitespace { at += 1 }
    }

    /// Takes these characters if they are next, after blanks.
    private mutating func take(_ wanted: String, skipping: Bool = true) -> Bool {
        if skipping { skipBlanks() }
        let wanted = wanted.unicodeScalars
        guard scalars.count - at >= wanted.count, scalars[at..<at + wanted.count].elementsEqual(wanted) else {
            return false
        }
        at += wanted.count
        return true
    }

    /// Takes a word if it is next and ends there.
    private mutating func takeWord(_ wanted: String) -> Bool {
        let start = at
        guard take(wanted) else {
            at = start
            return false
        }
        if let next = peek, FilterText.isNamePart(next) {
            at = start
            return false
        }
        return true
    }

    private static func endsWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || "(),&|\"'<>=~".unicodeScalars.contains(scalar)
    }

    private func error(_ reason: String) -> FilterError { FilterError(column: at + 1, reason: reason) }
}

extension FilterLiteral {
    /// The value as a text to look for.
    fileprivate var words: String {
        switch self {
        case .number(let number): number
        case .text(let text): text
        case .flag(let flag): "\(flag)"
        case .null: "null"
        }
    }
}

extension String {
    /// Without blanks at its ends.
    var trimmed: String {
        let scalars = unicodeScalars
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? start
        return String(scalars[start..<end])
    }
}
