import Cluster
import Yams

/// A YAML file read strictly: every key that nobody knows is an error with its place, and reading goes on after an error, so that all are said at once.
struct YAMLDocument {
    /// Characters of a file.
    static let lengthLimit = 16 << 20

    let file: String
    let text: String
    private(set) var problems: [RuleFileProblem] = []
    private var mergeCount = 0
    /// Mappings that may be merged into others in a file: those that merge others themselves multiply.
    private static let mergeLimit = 10_000

    init(file: String, text: String) {
        self.file = file
        // A byte order mark says nothing in UTF-8, and editors write it.
        let scalars = text.unicodeScalars
        self.text = scalars.first == "\u{FEFF}" ? String(scalars.dropFirst()) : text
    }

    /// The documents of the file; none where it is no YAML, which is noted.
    mutating func documents() -> [Node] {
        guard text.utf8.count <= Self.lengthLimit else {
            note("the file is larger than \(Self.lengthLimit >> 20) MiB", at: nil)
            return []
        }
        do {
            // The sequence ends at an error, and keeps it.
            var sequence = try Yams.compose_all(yaml: text, .basic)
            var documents: [Node] = []
            while let document = sequence.next() { documents.append(document) }
            if let error = sequence.error { throw error }
            return documents
        } catch let error as YamlError {
            note(error)
        } catch {
            note("this is no YAML: \(error)", at: nil)
        }
        return []
    }

    private mutating func note(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            note("this is no YAML: \(problem)", at: TextPosition(line: mark.line, column: mark.column))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "\"\($0.description)\"" }.joined(separator: ", ")
            note("\(keys) is said twice", at: TextPosition(line: context.mark.line, column: context.mark.column))
        default: note("this is no YAML: \(error)", at: nil)
        }
    }

    // MARK: Problems

    mutating func note(_ reason: String, at node: Node) { note(reason, at: Self.position(of: node)) }

    mutating func note(_ reason: String, at position: TextPosition?) {
        problems.append(RuleFileProblem(.error, file: file, position: position, reason: reason))
    }

    mutating func warn(_ reason: String, at node: Node) {
        problems.append(RuleFileProblem(.warning, file: file, position: Self.position(of: node), reason: reason))
    }

    static func position(of node: Node) -> TextPosition? {
        node.mark.map { TextPosition(line: $0.line, column: $0.column) }
    }

    // MARK: Values

    /// The keys of a mapping with their values; what is not known is noted, with the nearest key that is.
    mutating func fields(_ node: Node, known: [String], of what: String) -> [String: Node]? {
        guard let mapping = node.mapping else {
            note("\(what) must be a mapping of keys to values", at: node)
            return nil
        }
        var fields: [String: Node] = [:]
        for (key, value) in merged(mapping) {
            let name = key.scalar?.string ?? ""
            guard known.contains(name) else {
                let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
                note("unknown key \"\(name)\" in \(what)\(hint)", at: key)
                continue
            }
            fields[name] = value
        }
        return fields
    }

    /// The keys of a mapping with their values, those of `<<: *other` among them where the mapping does not say them itself.
    private mutating func merged(_ mapping: Node.Mapping) -> [(key: Node, value: Node)] {
        var fields = mapping.filter { !Self.isMerge($0.key) }.map { (key: $0.key, value: $0.value) }
        var known = Set(fields.map { $0.key.scalar?.string ?? "" })
        for (_, value) in mapping.filter({ Self.isMerge($0.key) }) {
            for other in value.sequence.map(Array.init(_:)) ?? [value] {
                guard let inner = other.mapping else {
                    note("only a mapping, or a list of mappings, can be merged", at: other)
                    continue
                }
                mergeCount += 1
                guard mergeCount <= Self.mergeLimit else {
                    if mergeCount == Self.mergeLimit + 1 { note("too many merged mappings", at: other) }
                    return fields
                }
                for field in merged(inner) where known.insert(field.key.scalar?.string ?? "").inserted {
                    fields.append(field)
                }
            }
        }
        return fields
    }

    private static func isMerge(_ key: Node) -> Bool {
        key.scalar.map { $0.string == "<<" && $0.style == .plain } ?? false
    }

    /// An integer as YAML 1.1 writes them beside decimals: `0x10`, `0o10`, `0b11`, `1_000`; nil for other texts.
    static func integer(_ text: String) -> Double? {
        let isNegative = text.hasPrefix("-")
        let digits = text.dropFirst(isNegative ? 1 : 0).filter { $0 != "_" }.lowercased()
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return UInt64(digits.dropFirst(2), radix: radix).map { isNegative ? -Double($0) : Double($0) }
        }
        return UInt64(digits).map { isNegative ? -Double($0) : Double($0) }
    }

    /// The items of a list; noted where it is none. An empty value is an empty list, as Go reads it.
    mutating func items(_ node: Node?, _ what: String) -> [Node] {
        guard let node, !Self.isNull(node) else { return [] }
        guard let sequence = node.sequence else {
            note("\(what) must be a list", at: node)
            return []
        }
        return Array(sequence)
    }

    /// A text; nil where there is none, noted where there is something else.
    mutating func text(_ node: Node?, _ what: String) -> String? {
        guard let node, !Self.isNull(node) else { return nil }
        guard let scalar = node.scalar else {
            note("\(what) must be a text", at: node)
            return nil
        }
        return scalar.string
    }

    /// A duration, milliseconds; nil where there is none.
    mutating func duration(_ node: Node?, _ what: String) -> Int64? {
        guard let node, let text = text(node, what) else { return nil }
        guard let milliseconds = PrometheusDuration.milliseconds(text) else {
            note("\(what) must be a duration such as 5m, 1h30m or 1w, not \"\(text)\"", at: node)
            return nil
        }
        return milliseconds
    }

    /// Texts by name, in the order they stand.
    mutating func texts(_ node: Node?, _ what: String) -> [(name: String, text: String, node: Node)] {
        guard let node, !Self.isNull(node) else { return [] }
        guard let mapping = node.mapping else {
            note("\(what) must be a mapping of names to texts", at: node)
            return []
        }
        return merged(mapping).compactMap { key, value in
            let name = key.scalar?.string ?? ""
            guard let text = value.scalar?.string else {
                note("\(what): \"\(name)\" must be a text", at: value)
                return nil
            }
            return (name, Self.isNull(value) ? "" : text, value)
        }
    }

    static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    // MARK: Places inside a text

    /// Where a place in a text value lies in the file; nil where folding has moved the words.
    func position(_ inner: TextPosition, in node: Node) -> TextPosition? {
        guard let mark = node.mark, let scalar = node.scalar else { return nil }
        switch scalar.style {
        case .literal:
            let line = mark.line + inner.line
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let first = lines.dropFirst(mark.line).first { !$0.allSatisfy(\.isWhitespace) }
            guard let first else { return nil }
            return TextPosition(line: line, column: first.prefix { $0 == " " }.count + inner.column)
        case .folded: return nil
        case .plain, .any:
            guard !scalar.string.contains("\n"), inner.line == 1 else { return nil }
            return TextPosition(line: mark.line, column: mark.column + inner.column - 1)
        case .singleQuoted, .doubleQuoted:
            guard inner.line == 1 else { return nil }
            return TextPosition(line: mark.line, column: mark.column + inner.column)
        }
    }
}
