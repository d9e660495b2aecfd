/// A regular expression as a tree.
indirect enum RegexNode: Equatable, Sendable {
    /// Matches nothing but the empty text.
    case empty
    case scalar(Unicode.Scalar, ignoresCase: Bool)
    /// Any character; with or without a line's end.
    case any(newline: Bool)
    case set(ScalarSet)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    /// At least and at most so often; nil for no limit.
    case repeated(RegexNode, Int, Int?, isLazy: Bool)
    /// A group that is remembered, by its number from 1.
    case group(RegexNode, Int)
    case assertion(RegexAssertion)

    /// Whether it can match without taking a character.
    var canBeEmpty: Bool {
        switch self {
        case .empty, .assertion: true
        case .scalar, .any, .set: false
        case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
        case .alternatives(let nodes): nodes.contains(where: \.canBeEmpty)
        case .repeated(let inner, let least, _, _): least == 0 || inner.canBeEmpty
        case .group(let inner, _): inner.canBeEmpty
        }
    }
}

/// What must be true between two characters.
enum RegexAssertion: Equatable, Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// A set of characters.
struct ScalarSet: Equatable, Sendable {
    /// A class that is told from a character's properties.
    enum Category: Equatable, Sendable {
        case letter, upper, lower, number, punctuation, symbol, separator
    }

    private(set) var ranges: [ClosedRange<UInt32>] = []
    private(set) var categories: [(Category, isNegated: Bool)] = []
    private var nested: [ScalarSet] = []
    var isNegated = false
    var ignoresCase = false

    static func == (left: Self, right: Self) -> Bool {
        left.ranges == right.ranges && left.nested == right.nested && left.isNegated == right.isNegated
            && left.ignoresCase == right.ignoresCase && left.categories.count == right.categories.count
            && zip(left.categories, right.categories).allSatisfy { $0 == $1 }
    }

    mutating func add(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    mutating func add(_ set: ScalarSet) { nested.append(set) }

    mutating func add(_ category: Category, isNegated: Bool) { categories.append((category, isNegated)) }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var isInside = holds(scalar)
        if !isInside, ignoresCase {
            for text in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                if let other = text.unicodeScalars.first, text.unicodeScalars.count == 1, holds(other) {
                    isInside = true
                }
            }
        }
        return isInside != isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } || nested.contains { $0.contains(scalar) }
            || categories.contains { Self.contains($0.0, scalar) != $0.isNegated }
    }

    private static func contains(_ category: Category, _ scalar: Unicode.Scalar) -> Bool {
        switch (category, scalar.properties.generalCategory) {
        case (.upper, .uppercaseLetter), (.lower, .lowercaseLetter),
            (.letter, .uppercaseLetter), (.letter, .lowercaseLetter), (.letter, .titlecaseLetter),
            (.letter, .modifierLetter), (.letter, .otherLetter),
            (.number, .decimalNumber), (.number, .letterNumber), (.number, .otherNumber),
            (.punctuation, .connectorPunctuation), (.punctuation, .dashPunctuation),
            (.punctuation, .openPunctuation), (.punctuation, .closePunctuation), (.punctuation, .initialPunctuation),
            (.punctuation, .finalPunctuation), (.punctuation, .otherPunctuation),
            (.symbol, .mathSymbol), (.symbol, .currencySymbol), (.symbol, .modifierSymbol), (.symbol, .otherSymbol),
            (.separator, .spaceSeparator), (.separator, .lineSeparator), (.separator, .paragraphSeparator):
            true
        default: false
        }
    }

    /// `\d`, `\s`, `\w`: ASCII, as RE2 has them.
    static func perl(_ letter: Character) -> ScalarSet? {
        var set = ScalarSet()
        switch letter.lowercased() {
        case "d": set.ranges = [48...57]
        case "s": set.ranges = [9...10, 12...13, 32...32]
        case "w": set.ranges = [48...57, 65...90, 95...95, 97...122]
        default: return nil
        }
        set.isNegated = letter.isUppercase
        return set
    }

    /// `[:alpha:]` and the others of POSIX.
    static func posix(_ name: Substring) -> ScalarSet? {
        let ranges: [Substring: [ClosedRange<UInt32>]] = [
            "alnum": [48...57, 65...90, 97...122], "alpha": [65...90, 97...122], "ascii": [0...127],
            "blank": [9...9, 32...32], "cntrl": [0...31, 127...127], "digit": [48...57], "graph": [33...126],
            "lower": [97...122], "print": [32...126], "punct": [33...47, 58...64, 91...96, 123...126],
            "space": [9...13, 32...32], "upper": [65...90], "word": [48...57, 65...90, 95...95, 97...122],
            "xdigit": [48...57, 65...70, 97...102],
        ]
        let isNegated = name.hasPrefix("^")
        guard let found = ranges[isNegated ? name.dropFirst() : name] else { return nil }
        var set = ScalarSet()
        set.ranges = found
        set.isNegated = isNegated
        return set
    }
}
