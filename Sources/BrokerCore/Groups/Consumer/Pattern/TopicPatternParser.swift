/// Reads RE2's syntax into the steps of an automaton.
///
/// ```
/// alternation: sequence ('|' sequence)*
/// sequence:    (atom repetition?)*
/// atom:        character | '.' | '[' ... ']' | '(' ... ')' | '^' | '$' | '\' escape
/// repetition:  '*' | '+' | '?' | '{' n (',' m?)? '}', each with an optional '?'
/// ```
struct TopicPatternParser {
    typealias Step = TopicPattern.Step
    typealias CharacterSet = TopicPattern.CharacterSet

    /// Groups may stand in groups this deep.
    private static let maximumDepth = 100
    /// RE2's limit of a counted repetition.
    private static let maximumCount = 1_000

    private let characters: [UInt32]
    private var index = 0
    private var depth = 0
    /// `(?i)`: letters match in both cases.
    private var ignoresCase = false
    /// Between `\Q` and `\E`.
    private var isQuoting = false

    init(_ pattern: String) {
        characters = pattern.unicodeScalars.map(\.value)
    }

    /// Reads it all.
    mutating func parse() throws(TopicPatternError) -> [Step] {
        let steps = try alternation()
        guard index == characters.count else { throw error("unexpected )") }
        return steps + [.end]
    }

    // MARK: Structure

    private mutating func alternation() throws(TopicPatternError) -> [Step] {
        var steps = try sequence()
        while take("|") {
            let other = try sequence()
            steps =
                [.fork(1, steps.count + 2)] + Self.moved(steps, by: 1)
                + [.jump(steps.count + 2 + other.count)] + Self.moved(other, by: steps.count + 2)
            try check(steps)
        }
        return steps
    }

    private mutating func sequence() throws(TopicPatternError) -> [Step] {
        var steps: [Step] = []
        while let next = peek {
            if isQuoting ? take("\\", "E") : take("\\", "Q") {
                isQuoting.toggle()
                continue
            }
            guard isQuoting || !Self.isOne(next, of: "|)") else { break }
            let atom = try isQuoting ? quoted(next) : repeated(try self.atom())
            steps += Self.moved(atom, by: steps.count)
            try check(steps)
        }
        return steps
    }

    /// A character between `\Q` and `\E`, which is itself; what stands behind the quotation repeats the last one.
    private mutating func quoted(_ character: UInt32) throws(TopicPatternError) -> [Step] {
        index += 1
        guard take("\\", "E") else { return [.take(literal(character))] }
        isQuoting = false
        return try repeated([.take(literal(character))])
    }

    private mutating func atom() throws(TopicPatternError) -> [Step] {
        guard let character = next() else { throw error("the end came too early") }
        switch Unicode.Scalar(character).map(Character.init) {
        case "(": return try group()
        case "[": return [.take(try bracket())]
        case ".": return [.take(CharacterSet(ranges: [10...10], isNegated: true))]
        case "^": return [.require(.start)]
        case "$": return [.require(.end)]
        case "\\": return try escape()
        case "*", "+", "?": throw error("nothing to repeat")
        default: return [.take(literal(character))]
        }
    }

    private mutating func group() throws(TopicPatternError) -> [Step] {
        guard depth < Self.maximumDepth else { throw error("groups are nested too deep") }
        depth += 1
        defer { depth -= 1 }
        let ignoredCase = ignoresCase
        if take("?") {
            if take("P") || peek == UInt32(UInt8(ascii: "<")) {
                guard take("<") else { throw error("missing < of a group's name") }
                var length = 0
                while let character = next(), character != UInt32(UInt8(ascii: ">")) {
                    guard Self.word.contains(character) else { throw error("a group's name is invalid") }
                    length += 1
                }
                guard length > 0 else { throw error("a group's name is missing") }
            } else if try flags() {
                // `(?i)` is for what follows in the sequence around it.
                return []
            }
        }
        let steps = try alternation()
        guard take(")") else { throw error("missing )") }
        ignoresCase = ignoredCase
        return steps
    }

    /// Flags behind `(?`.
    ///
    /// - Returns: Whether that was all: `(?i)`, not `(?i:...)`.
    private mutating func flags() throws(TopicPatternError) -> Bool {
        var isOn = true
        while let character = next() {
            switch Unicode.Scalar(character).map(Character.init) {
            case ":": return false
            case ")": return true
            case "-": isOn = false
            case "i": ignoresCase = isOn
            // Names have no lines, and how much a repetition takes does not matter to whether all matches.
            case "m", "s", "U": break
            default: throw error("unknown flag")
            }
        }
        throw error("missing )")
    }

    // MARK: Repetition

    private mutating func repeated(_ atom: [Step]) throws(TopicPatternError) -> [Step] {
        let bounds: (least: Int, most: Int?)
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if let counted = try count() {
            bounds = counted
        } else {
            return atom
        }
        _ = take("?")
        if let peek, Self.isOne(peek, of: "*+?") { throw error("a repetition of a repetition") }
        return try repeated(atom, bounds)
    }

    private func repeated(
        _ atom: [Step], _ bounds: (least: Int, most: Int?)
    ) throws(TopicPatternError) -> [Step] {
        let copies = max(bounds.least, bounds.most ?? 0) + 1
        guard copies * (atom.count + 2) <= 2 * TopicPattern.maximumSteps else { throw error("it is too large") }
        var steps: [Step] = []
        for _ in 0..<bounds.least { steps += Self.moved(atom, by: steps.count) }
        if let most = bounds.most {
            let optional = max(0, most - bounds.least)
            let end = steps.count + optional * (atom.count + 1)
            for _ in 0..<optional {
                steps.append(.fork(steps.count + 1, end))
                steps += Self.moved(atom, by: steps.count)
            }
        } else {
            let start = steps.count
            steps.append(.fork(start + 1, start + atom.count + 2))
            steps += Self.moved(atom, by: start + 1)
            steps.append(.jump(start))
        }
        try check(steps)
        return steps
    }

    /// `{n}`, `{n,}` or `{n,m}`; nil, and nothing read, where a brace is just a brace.
    private mutating func count() throws(TopicPatternError) -> (least: Int, most: Int?)? {
        let start = index
        guard take("{"), let least = number() else {
            index = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            index = start
            return nil
        }
        guard least <= Self.maximumCount, most ?? least <= Self.maximumCount, least <= most ?? least else {
            throw error("invalid repeat count")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek, (48...57).contains(digit) {
            value = min((value ?? 0) * 10 + Int(digit - 48), Self.maximumCount + 1)
            index += 1
        }
        return value
    }

    // MARK: Reading

    var peek: UInt32? { index < characters.count ? characters[index] : nil }

    mutating func next() -> UInt32? {
        guard let character = peek else { return nil }
        index += 1
        return character
    }

    /// Reads a character if it is the next one.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == character.value else { return false }
        index += 1
        return true
    }

    /// Reads two characters if they are the next ones.
    private mutating func take(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        guard peek == first.value, index + 1 < characters.count, characters[index + 1] == second.value else {
            return false
        }
        index += 2
        return true
    }

    /// Goes back by the character read last.
    mutating func stepBack() { index -= 1 }

    static func isOne(_ character: UInt32, of candidates: String) -> Bool {
        candidates.unicodeScalars.contains { $0.value == character }
    }

    /// A character itself, in both cases where case does not count.
    func literal(_ character: UInt32) -> CharacterSet { folded(CharacterSet(ranges: [character...character])) }

    /// A set, with the other case of its letters where case does not count. Topic names have ASCII letters only.
    func folded(_ set: CharacterSet) -> CharacterSet {
        guard ignoresCase else { return set }
        var folded = set
        for range in set.ranges {
            for (letters, other) in [(65...90, 32), (97...122, -32)] as [(ClosedRange<Int64>, Int64)] {
                let low = max(Int64(range.lowerBound), letters.lowerBound)
                let high = min(Int64(range.upperBound), letters.upperBound)
                if low <= high { folded.ranges.append(UInt32(low + other)...UInt32(high + other)) }
            }
        }
        return folded
    }

    func error(_ reason: String) -> TopicPatternError {
        TopicPatternError(description: "\(reason) at character \(index)")
    }

    private func check(_ steps: [Step]) throws(TopicPatternError) {
        guard steps.count < TopicPattern.maximumSteps else { throw error("it is too large") }
    }

    /// Steps that stand later in the automaton.
    private static func moved(_ steps: [Step], by distance: Int) -> [Step] {
        steps.map { step in
            switch step {
            case .fork(let one, let other): .fork(one + distance, other + distance)
            case .jump(let target): .jump(target + distance)
            case .take, .require, .end: step
            }
        }
    }
}
