/// Escapes and bracketed sets.
extension TopicPatternParser {
    /// `\w`: letters, digits and the underscore, of ASCII as in RE2.
    static let word = CharacterSet(ranges: [48...57, 65...90, 95...95, 97...122])
    private static let digit = CharacterSet(ranges: [48...57])
    private static let space = CharacterSet(ranges: [9...10, 12...13, 32...32])

    /// POSIX classes within brackets.
    private static let named: [String: [ClosedRange<UInt32>]] = [
        "alnum": [48...57, 65...90, 97...122], "alpha": [65...90, 97...122], "ascii": [0...127],
        "blank": [9...9, 32...32], "cntrl": [0...31, 127...127], "digit": [48...57], "graph": [33...126],
        "lower": [97...122], "print": [32...126], "punct": [33...47, 58...64, 91...96, 123...126],
        "space": [9...13, 32...32], "upper": [65...90], "word": [48...57, 65...90, 95...95, 97...122],
        "xdigit": [48...57, 65...70, 97...102],
    ]

    /// What stands behind a backslash.
    mutating func escape() throws(TopicPatternError) -> [Step] {
        guard let character = next() else { throw error("trailing backslash") }
        switch Unicode.Scalar(character).map(Character.init) {
        case "A": return [.require(.start)]
        case "z": return [.require(.end)]
        case "b": return [.require(.wordBoundary)]
        case "B": return [.require(.notWordBoundary)]
        default:
            if let set = Self.perlClass(character) { return [.take(set)] }
            return [.take(literal(try escaped(character)))]
        }
    }

    /// `\d`, `\w`, `\s` and their opposites.
    private static func perlClass(_ character: UInt32) -> CharacterSet? {
        var set: CharacterSet
        switch Unicode.Scalar(character).map(Character.init) {
        case "d", "D": set = digit
        case "w", "W": set = word
        case "s", "S": set = space
        default: return nil
        }
        set.isNegated = character < 97
        return set
    }

    /// The one character that an escape stands for.
    private mutating func escaped(_ character: UInt32) throws(TopicPatternError) -> UInt32 {
        switch Unicode.Scalar(character).map(Character.init) {
        case "n": return 10
        case "t": return 9
        case "r": return 13
        case "f": return 12
        case "v": return 11
        case "a": return 7
        case "x": return try hexadecimal()
        default:
            // Letters and digits may mean something one day; all else is itself.
            if Self.word.contains(character), character != 95 { throw error("invalid escape sequence") }
            return character
        }
    }

    private mutating func hexadecimal() throws(TopicPatternError) -> UInt32 {
        var digits: [UInt32] = []
        if take("{") {
            while let digit = next(), digit != UInt32(UInt8(ascii: "}")) {
                digits.append(digit)
                guard digits.count <= 6 else { break }
            }
        } else {
            for _ in 0..<2 { if let digit = next() { digits.append(digit) } }
            guard digits.count == 2 else { throw error("invalid escape sequence") }
        }
        let text = String(String.UnicodeScalarView(digits.compactMap(Unicode.Scalar.init)))
        guard text.unicodeScalars.count == digits.count, let value = UInt32(text, radix: 16),
            Unicode.Scalar(value) != nil
        else { throw error("invalid escape sequence") }
        return value
    }

    /// A set in brackets, behind the opening one.
    mutating func bracket() throws(TopicPatternError) -> CharacterSet {
        var set = CharacterSet()
        let isNegated = take("^")
        var isFirst = true
        while true {
            guard let character = next() else { throw error("missing ]") }
            if character == UInt32(UInt8(ascii: "]")), !isFirst { break }
            isFirst = false
            if character == UInt32(UInt8(ascii: "[")), peek == UInt32(UInt8(ascii: ":")) {
                set.ranges += try posix()
                continue
            }
            let low: UInt32
            if character == UInt32(UInt8(ascii: "\\")) {
                guard let escape = next() else { throw error("trailing backslash") }
                if let known = Self.perlClass(escape) {
                    set.ranges += known.isNegated ? Self.complement(of: known.ranges) : known.ranges
                    continue
                }
                low = try escaped(escape)
            } else {
                low = character
            }
            set.ranges.append(low...(try upperBound(from: low)))
        }
        set = folded(set)
        set.isNegated = isNegated
        return set
    }

    /// The end of a range that begins with a character; the character itself where there is no range.
    private mutating func upperBound(from low: UInt32) throws(TopicPatternError) -> UInt32 {
        guard take("-") else { return low }
        guard let character = peek, character != UInt32(UInt8(ascii: "]")) else {
            // A dash at the end is a dash; it is read again.
            stepBack()
            return low
        }
        _ = next()
        var high = character
        if character == UInt32(UInt8(ascii: "\\")) {
            guard let escape = next() else { throw error("trailing backslash") }
            high = try escaped(escape)
        }
        guard low <= high else { throw error("invalid character class range") }
        return high
    }

    /// `[:name:]`, behind its first bracket.
    private mutating func posix() throws(TopicPatternError) -> [ClosedRange<UInt32>] {
        _ = take(":")
        let isNegated = take("^")
        var name = ""
        while let character = next(), character != UInt32(UInt8(ascii: ":")) {
            guard let scalar = Unicode.Scalar(character), name.utf8.count < 8 else { break }
            name.unicodeScalars.append(scalar)
        }
        guard let ranges = Self.named[name], take("]") else { throw error("invalid character class") }
        return isNegated ? Self.complement(of: ranges) : ranges
    }

    /// All other characters. The ranges are ascending and apart.
    private static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var rest: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { rest.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        return rest + [next...0x10_FFFF]
    }
}
