/// A regular expression in RE2's syntax that must match a whole text, in time linear in the text whatever the expression (Pike's machine).
package final class RegularExpression: Sendable {
    /// Why a text is no regular expression.
    package struct SyntaxError: Error, Equatable, CustomStringConvertible {
        /// What is wrong, and at which character.
        package var reason: String

        package var description: String { reason }
    }

    /// One step of the machine.
    private enum Instruction {
        case scalar(Unicode.Scalar)
        case folded(String)
        case any(newline: Bool)
        case set(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case assertion(RegexAssertion)
        case match
    }

    /// Instructions a program may have: repetitions in repetitions multiply.
    private static let programLimit = 20_000

    private let program: [Instruction]
    private let groupCount: Int
    private let groupNames: [String: [Int]]
    let tree: RegexNode

    /// Compiles an expression.
    ///
    /// - Parameter dotMatchesNewline: `.` matches a line's end too, as in Prometheus 3.
    /// - Throws: `SyntaxError`.
    package init(_ text: String, dotMatchesNewline: Bool = true) throws(SyntaxError) {
        var parser = RegexParser(text, dotMatchesNewline: dotMatchesNewline)
        tree = try parser.parse()
        groupCount = parser.groupCount
        groupNames = parser.groupNames
        var program: [Instruction] = []
        try Self.compile(tree, into: &program)
        program.append(.match)
        self.program = program
    }

    private static func compile(_ node: RegexNode, into program: inout [Instruction]) throws(SyntaxError) {
        guard program.count < programLimit else { throw SyntaxError(reason: "the expression is too large") }
        switch node {
        case .empty: break
        case .scalar(let scalar, let ignoresCase):
            let folded = scalar.properties.lowercaseMapping
            let hasCase = folded != scalar.properties.uppercaseMapping
            program.append(ignoresCase && hasCase ? .folded(folded) : .scalar(scalar))
        case .any(let newline): program.append(.any(newline: newline))
        case .set(let set): program.append(.set(set))
        case .sequence(let nodes):
            for node in nodes { try compile(node, into: &program) }
        case .alternatives(let nodes): try compile(alternatives: nodes[...], into: &program)
        case .group(let inner, let number):
            program.append(.save(2 * number))
            try compile(inner, into: &program)
            program.append(.save(2 * number + 1))
        case .assertion(let assertion): program.append(.assertion(assertion))
        case .repeated(let inner, let least, let most, let isLazy):
            try compile(inner, from: least, to: most, isLazy, into: &program)
        }
    }

    /// A repetition. What can match nothing is entered once before it is repeated, so that its groups come out as RE2's do.
    private static func compile(
        _ inner: RegexNode, from least: Int, to most: Int?, _ isLazy: Bool, into program: inout [Instruction]
    ) throws(SyntaxError) {
        let isLoop = most == nil && (least > 0 || inner.canBeEmpty)
        for _ in 0..<(isLoop ? max(least - 1, 0) : least) { try compile(inner, into: &program) }
        var skips: [Int] = []
        let optional = isLoop ? (least == 0 ? 1 : 0) : most.map { $0 - least } ?? 1
        for _ in 0..<optional {
            skips.append(program.count)
            program.append(.jump(0))
            let start = program.count
            try compile(inner, into: &program)
            if isLoop { program.append(fork(start, program.count + 1, isLazy)) }
        }
        if isLoop, least > 0 {
            let start = program.count
            try compile(inner, into: &program)
            program.append(fork(start, program.count + 1, isLazy))
        }
        if most == nil, !isLoop { program.append(.jump(skips[0])) }
        for skip in skips { program[skip] = fork(skip + 1, program.count, isLazy) }
    }

    private static func compile(
        alternatives nodes: ArraySlice<RegexNode>, into program: inout [Instruction]
    ) throws(SyntaxError) {
        var jumps: [Int] = []
        for (place, node) in nodes.enumerated() {
            guard place < nodes.count - 1 else {
                try compile(node, into: &program)
                break
            }
            let split = program.count
            program.append(.jump(0))
            try compile(node, into: &program)
            jumps.append(program.count)
            program.append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private static func fork(_ inside: Int, _ after: Int, _ isLazy: Bool) -> Instruction {
        isLazy ? .split(after, inside) : .split(inside, after)
    }

    // MARK: Running

    private struct Thread {
        var place: Int
        var saved: [Int]
    }

    /// Whether the whole text matches.
    package func matches(_ text: String) -> Bool { run(Array(text.unicodeScalars), savesGroups: false) != nil }

    /// A template filled with the groups of a match: `$1`, `${1}`, `$name`, `$$`; nil where the text does not match. By the rules of Go's `Regexp.Expand`.
    package func expand(_ template: String, matching text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        guard let saved = run(scalars, savesGroups: true) else { return nil }
        return TemplateExpansion.expand(template) { name in
            if name == "0" { return text }
            let numbers = Int(name).map { [$0] } ?? groupNames[name] ?? []
            for number in numbers where number > 0 && number <= groupCount {
                let (start, end) = (saved[2 * number], saved[2 * number + 1])
                if start >= 0, end >= start { return String(String.UnicodeScalarView(scalars[start..<end])) }
            }
            return ""
        }
    }

    private func run(_ text: [Unicode.Scalar], savesGroups: Bool) -> [Int]? {
        var visited = Array(repeating: -1, count: program.count)
        var threads: [Thread] = []
        let saved = savesGroups ? Array(repeating: -1, count: 2 * (groupCount + 1)) : []
        follow(Thread(place: 0, saved: saved), at: 0, in: text, &visited, into: &threads)
        for (index, scalar) in text.enumerated() {
            var next: [Thread] = []
            for thread in threads where accepts(program[thread.place], scalar) {
                var thread = thread
                thread.place += 1
                follow(thread, at: index + 1, in: text, &visited, into: &next)
            }
            threads = next
            if threads.isEmpty { return nil }
        }
        return threads.first { if case .match = program[$0.place] { true } else { false } }?.saved
    }

    private func accepts(_ instruction: Instruction, _ scalar: Unicode.Scalar) -> Bool {
        switch instruction {
        case .scalar(let wanted): scalar == wanted
        case .folded(let wanted): scalar.properties.lowercaseMapping == wanted
        case .any(let newline): newline || scalar != "\n"
        case .set(let set): set.contains(scalar)
        case .split, .jump, .save, .assertion, .match: false
        }
    }

    /// Follows all that needs no character, the preferred way first.
    private func follow(
        _ thread: Thread, at index: Int, in text: [Unicode.Scalar], _ visited: inout [Int],
        into threads: inout [Thread]
    ) {
        var waiting = [thread]
        while var thread = waiting.popLast() {
            guard visited[thread.place] != index else { continue }
            visited[thread.place] = index
            switch program[thread.place] {
            case .jump(let target):
                thread.place = target
                waiting.append(thread)
            case .split(let first, let second):
                waiting.append(Thread(place: second, saved: thread.saved))
                waiting.append(Thread(place: first, saved: thread.saved))
            case .save(let slot):
                if slot < thread.saved.count { thread.saved[slot] = index }
                thread.place += 1
                waiting.append(thread)
            case .assertion(let assertion):
                guard Self.holds(assertion, at: index, in: text) else { continue }
                thread.place += 1
                waiting.append(thread)
            case .scalar, .folded, .any, .set, .match: threads.append(thread)
            }
        }
    }

    private static func holds(_ assertion: RegexAssertion, at index: Int, in text: [Unicode.Scalar]) -> Bool {
        let isWord = { (place: Int) in
            text.indices.contains(place) && ScalarSet.perl("w")?.contains(text[place]) == true
        }
        return switch assertion {
        case .textStart: index == 0
        case .textEnd: index == text.count
        case .lineStart: index == 0 || text[index - 1] == "\n"
        case .lineEnd: index == text.count || text[index] == "\n"
        case .wordBoundary: isWord(index - 1) != isWord(index)
        case .noWordBoundary: isWord(index - 1) == isWord(index)
        }
    }
}
