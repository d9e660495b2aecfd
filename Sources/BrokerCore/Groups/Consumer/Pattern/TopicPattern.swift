/// A pattern of topic names, in the syntax of RE2 (which Kafka's coordinator uses, KIP-848).
///
/// It comes from clients, so it is matched in a time that grows with name and pattern only: there is no backtracking. A name matches
/// as a whole or not at all.
struct TopicPattern: Sendable {
    /// One step of the automaton.
    enum Step: Sendable {
        /// Takes a character of the set and goes on behind itself.
        case take(CharacterSet)
        /// Goes on in both places.
        case fork(Int, Int)
        /// Goes on elsewhere.
        case jump(Int)
        /// Goes on behind itself where the place in the name is such.
        case require(Place)
        /// The pattern ends.
        case end
    }

    /// A place in a name.
    enum Place: Sendable {
        case start, end, wordBoundary, notWordBoundary
    }

    /// Characters, by number.
    struct CharacterSet: Sendable {
        /// Ranges that are in it, or that are not.
        var ranges: [ClosedRange<UInt32>] = []
        /// Whether it has all characters but those in the ranges.
        var isNegated = false

        /// Whether a character is in it.
        func contains(_ character: UInt32) -> Bool { ranges.contains { $0.contains(character) } != isNegated }
    }

    /// A pattern may have this many steps: repetitions multiply.
    static let maximumSteps = 2_000

    private let steps: [Step]

    /// Reads a pattern.
    ///
    /// - Throws: ``TopicPatternError`` with the reason.
    init(_ pattern: String) throws(TopicPatternError) {
        var parser = TopicPatternParser(pattern)
        steps = try parser.parse()
    }

    /// Whether the whole name matches.
    func matches(_ name: String) -> Bool {
        let characters = name.unicodeScalars.map(\.value)
        var present = StepSet(count: steps.count)
        var next = StepSet(count: steps.count)
        follow(0, at: 0, in: characters, into: &present)
        for (index, character) in characters.enumerated() {
            next.removeAll()
            for step in present.steps {
                if case .take(let set) = steps[step], set.contains(character) {
                    follow(step + 1, at: index + 1, in: characters, into: &next)
                }
            }
            swap(&present, &next)
            if present.steps.isEmpty { return false }
        }
        return present.steps.contains { if case .end = steps[$0] { true } else { false } }
    }

    /// Adds a step, and those that follow from it without taking a character.
    private func follow(_ first: Int, at index: Int, in characters: [UInt32], into set: inout StepSet) {
        var waiting = [first]
        while let step = waiting.popLast() {
            guard set.insert(step) else { continue }
            switch steps[step] {
            case .jump(let target): waiting.append(target)
            case .fork(let one, let other): waiting += [other, one]
            case .require(let place):
                if holds(place, at: index, in: characters) { waiting.append(step + 1) }
            case .take, .end: break
            }
        }
    }

    private func holds(_ place: Place, at index: Int, in characters: [UInt32]) -> Bool {
        func isWord(_ index: Int) -> Bool {
            characters.indices.contains(index) && TopicPatternParser.word.contains(characters[index])
        }
        return switch place {
        case .start: index == 0
        case .end: index == characters.count
        case .wordBoundary: isWord(index - 1) != isWord(index)
        case .notWordBoundary: isWord(index - 1) == isWord(index)
        }
    }

    /// Steps, each once, in the order in which they came.
    private struct StepSet {
        var steps: [Int] = []
        private var isIn: [Bool]

        init(count: Int) { isIn = Array(repeating: false, count: count) }

        mutating func insert(_ step: Int) -> Bool {
            guard !isIn[step] else { return false }
            isIn[step] = true
            steps.append(step)
            return true
        }

        mutating func removeAll() {
            for step in steps { isIn[step] = false }
            steps.removeAll(keepingCapacity: true)
        }
    }
}

/// Why a text is no pattern.
struct TopicPatternError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and where.
    let description: String
}
