/// Reads regular expressions in RE2's syntax. No backreferences and no looking around, so that matching takes linear time.
struct RegexParser {
    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline: Bool
        var isUngreedy = false
    }

    /// RE2's limit for counts in braces.
    private static let repeatLimit = 1000
    private static let depthLimit = 200

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var flags: Flags
    private var depth = 0
    /// Groups that are remembered.
    private(set) var groupCount = 0
    /// Names of groups; several may have the same.
    private(set) var groupNames: [String: [Int]] = [:]

    init(_ text: String, dotMatchesNewline: Bool) {
        scalars = Array(text.unicodeScalars)
        flags = Flags(dotMatchesNewline: dotMatchesNewline)
    }

    mutating func parse() throws(RegularExpression.SyntaxError) -> RegexNode {
        let node = try alternatives()
        guard place == scalars.count else { throw error("unexpected )") }
        return node
    }

    private func error(_ reason: String) -> RegularExpression.SyntaxError {
        RegularExpression.SyntaxError(reason: "\(reason) at character \(place + 1)")
    }

    private var current: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars.count - place >= wanted.count, Array(scalars[place..<place + wanted.count]) == wanted else {
            return false
        }
        place += wanted.count
        return true
    }

    /// The text before a mark, which is taken too; nil where the mark does not come.
    private mutating func text(before mark: String) -> Substring? {
        let start = place
        while place < scalars.count {
            let end = place
            if take(mark) { return Substring(String(String.UnicodeScalarView(scalars[start..<end]))) }
            place += 1
        }
        place = start
        return nil
    }

    private mutating func alternatives() throws(RegularExpression.SyntaxError) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("nested too deeply") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(RegularExpression.SyntaxError) -> RegexNode {
        var nodes: [RegexNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            if take("\\Q") {
                let literal = text(before: "\\E") ?? rest()
                nodes += literal.unicodeScalars.map { .scalar($0, ignoresCase: flags.ignoresCase) }
                continue
            }
            let atom = try atom()
            nodes.append(try repeated(atom))
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func rest() -> Substring {
        defer { place = scalars.count }
        return Substring(String(String.UnicodeScalarView(scalars[place...])))
    }

    // MARK: Repetition

    private mutating func repeated(_ atom: RegexNode) throws(RegularExpression.SyntaxError) -> RegexNode {
        var node = atom
        var isRepeated = false
        while let (least, most) = try repetition() {
            guard !isRepeated else { throw error("two repetitions follow each other") }
            isRepeated = true
            let isLazy = take("?") != flags.isUngreedy
            node = .repeated(node, least, most, isLazy: isLazy)
        }
        return node
    }

    private mutating func repetition() throws(RegularExpression.SyntaxError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard current == "{" else { return nil }
        let start = place
        place += 1
        let least = number()
        let hasComma = take(",")
        let most = hasComma ? number() : least
        // Braces that are no repetition are themselves.
        guard let least, take("}") else {
            place = start
            return nil
        }
        guard least <= Self.repeatLimit, (most ?? 0) <= Self.repeatLimit else {
            throw error("more than \(Self.repeatLimit) repetitions")
        }
        if let most, most < least { throw error("the repetitions end before they begin") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = current, ("0"..."9").contains(scalar) {
            digits.unicodeScalars.append(scalar)
            place += 1
        }
        return digits.isEmpty ? nil : Int(digits) ?? Int.max
    }

    // MARK: Atoms

    private mutating func atom() throws(RegularExpression.SyntaxError) -> RegexNode {
        guard let scalar = current else { return .empty }
        if scalar == "{", try repetition() != nil { throw error("there is nothing to repeat") }
        place += 1
        switch scalar {
        case "(": return try group()
        case "[": return .set(try set())
        case ".": return .any(newline: flags.dotMatchesNewline)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\": return try escaped()
        case "*", "+", "?":
            place -= 1
            throw error("there is nothing to repeat")
        default: return .scalar(scalar, ignoresCase: flags.ignoresCase)
        }
    }

    private mutating func group() throws(RegularExpression.SyntaxError) -> RegexNode {
        let outer = flags
        var number: Int?
        if take("?") {
            if take("P<") || take("<") {
                guard let name = text(before: ">"), LabelSet.isLabelName(String(name)) else {
                    throw error("a group's name is missing")
                }
                groupCount += 1
                number = groupCount
                groupNames[String(name), default: []].append(groupCount)
            } else if try !flagGroup() {
                // `(?i)` holds until the group around it ends.
                return .empty
            }
        } else {
            groupCount += 1
            number = groupCount
        }
        let inner = try alternatives()
        guard take(")") else { throw error("a parenthesis is not closed") }
        flags = outer
        return number.map { .group(inner, $0) } ?? inner
    }

    /// Reads the flags after `(?`; true when a group follows, `(?i:`.
    private mutating func flagGroup() throws(RegularExpression.SyntaxError) -> Bool {
        var value = true
        while let scalar = current {
            place += 1
            switch scalar {
            case "i": flags.ignoresCase = value
            case "m": flags.isMultiline = value
            case "s": flags.dotMatchesNewline = value
            case "U": flags.isUngreedy = value
            case "-" where value: value = false
            case ":": return true
            case ")": return false
            default:
                place -= 1
                throw error("groups of this kind do not exist in RE2")
            }
        }
        throw error("a parenthesis is not closed")
    }

    private mutating func escaped() throws(RegularExpression.SyntaxError) -> RegexNode {
        guard let scalar = current else { throw error("a backslash stands at the end") }
        switch scalar {
        case "A", "z", "b", "B":
            place += 1
            let kinds: [Unicode.Scalar: RegexAssertion] = [
                "A": .textStart, "z": .textEnd, "b": .wordBoundary, "B": .noWordBoundary,
            ]
            return .assertion(kinds[scalar] ?? .textEnd)
        case "C": throw error("\\C is not supported")
        default: break
        }
        var set = ScalarSet()
        if try takeClass(into: &set) {
            set.ignoresCase = flags.ignoresCase
            return .set(set)
        }
        return .scalar(try escapedScalar(), ignoresCase: flags.ignoresCase)
    }

    /// Adds `\d`, `\pL` and their like, the backslash taken; false when something else follows.
    private mutating func takeClass(into set: inout ScalarSet) throws(RegularExpression.SyntaxError) -> Bool {
        guard let scalar = current else { return false }
        if let perl = ScalarSet.perl(Character(scalar)) {
            place += 1
            set.add(perl)
            return true
        }
        guard scalar == "p" || scalar == "P" else { return false }
        place += 1
        var name: Substring = ""
        if take("{") {
            guard let inside = text(before: "}") else { throw error("a class's name is missing") }
            name = inside
        } else if let letter = current {
            place += 1
            name = Substring(String(Character(letter)))
        }
        let isNegated = (scalar == "P") != name.hasPrefix("^")
        let categories: [Substring: ScalarSet.Category] = [
            "L": .letter, "Lu": .upper, "Ll": .lower, "N": .number, "P": .punctuation, "S": .symbol, "Z": .separator,
        ]
        guard let category = categories[name.hasPrefix("^") ? name.dropFirst() : name] else {
            throw error("the class \\p{\(name)} is not supported")
        }
        set.add(category, isNegated: isNegated)
        return true
    }

    private mutating func escapedScalar() throws(RegularExpression.SyntaxError) -> Unicode.Scalar {
        guard let scalar = current else { throw error("a backslash stands at the end") }
        place += 1
        switch scalar {
        case "a": return "\u{7}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{b}"
        case "x": return try hexadecimal()
        case "0"..."7":
            guard scalar == "0" else { throw error("backreferences do not exist in RE2") }
            var value: UInt32 = 0
            for _ in 0..<2 {
                guard let digit = current, ("0"..."7").contains(digit) else { break }
                value = value * 8 + digit.value - 48
                place += 1
            }
            return Unicode.Scalar(value) ?? "\0"
        default:
            guard scalar.value < 128, !Character(scalar).isLetter, !Character(scalar).isNumber else {
                throw error("there is no escape \\\(scalar)")
            }
            return scalar
        }
    }

    private mutating func hexadecimal() throws(RegularExpression.SyntaxError) -> Unicode.Scalar {
        var digits: Substring = ""
        if take("{") {
            digits = text(before: "}") ?? ""
        } else {
            let end = min(place + 2, scalars.count)
            digits = Substring(String(String.UnicodeScalarView(scalars[place..<end])))
            place = end
        }
        guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw error("this escape is no character")
        }
        return scalar
    }

    // MARK: Sets

    private mutating func set() throws(RegularExpression.SyntaxError) -> ScalarSet {
        var set = ScalarSet()
        set.ignoresCase = flags.ignoresCase
        set.isNegated = take("^")
        var isFirst = true
        while let scalar = current, scalar != "]" || isFirst {
            isFirst = false
            if take("[:") {
                guard let name = text(before: ":]"), let posix = ScalarSet.posix(name) else {
                    throw error("there is no such class")
                }
                set.add(posix)
                continue
            }
            let low: Unicode.Scalar
            if take("\\") {
                if try takeClass(into: &set) { continue }
                low = try escapedScalar()
            } else {
                place += 1
                low = scalar
            }
            set.add(try range(from: low))
        }
        guard take("]") else { throw error("a set is not closed") }
        return set
    }

    /// A range after its first character, or that character alone.
    private mutating func range(
        from low: Unicode.Scalar
    ) throws(RegularExpression.SyntaxError) -> ClosedRange<UInt32> {
        guard current == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else { return low.value...low.value }
        place += 1
        let high: Unicode.Scalar
        if take("\\") {
            high = try escapedScalar()
        } else {
            high = scalars[place]
            place += 1
        }
        guard low <= high else { throw error("a range of a set ends before it begins") }
        return low.value...high.value
    }
}
