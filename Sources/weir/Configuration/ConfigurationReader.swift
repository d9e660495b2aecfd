import Cluster
import Console
import Yams

/// Reads a YAML document of nested mappings, remembering lines, and which keys nobody asked for.
struct ConfigurationReader {
    private let file: String
    private let document: Node?
    /// Keys nobody asked for, a sentence each.
    private(set) var warnings: [String] = []

    /// Parses a document.
    ///
    /// - Throws: `ConfigurationError` for text that is no YAML.
    init(text: String, file: String) throws {
        self.file = file
        do {
            document = try Yams.compose(yaml: text, .basic)
        } catch let error as YamlError {
            throw Self.syntax(error, file: file)
        }
    }

    /// The document as a mapping; nil for an empty one.
    mutating func root() throws -> ConfigurationMapping? {
        guard let document, document.scalar?.string != "" else { return nil }
        return try ConfigurationMapping(document, path: "", file: file, line: 1)
    }

    /// Notes the keys of a mapping that were never asked for.
    mutating func warn(_ mapping: ConfigurationMapping) {
        for (key, line) in mapping.unasked {
            let hint = Suggestion.nearest(to: key, among: mapping.asked.sorted()).map { "; did you mean \"\($0)\"?" }
            warnings.append("\(file):\(line): unknown key \"\(mapping.name(key))\"\(hint ?? "")")
        }
    }

    /// Notes a word about a key of a mapping.
    mutating func warn(_ mapping: ConfigurationMapping, _ key: String, _ reason: String) {
        warnings.append("\(mapping.error(reason, at: key))")
    }

    private static func syntax(_ error: YamlError, file: String) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationError(file: file, line: mark.line, reason: "this is no YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            ConfigurationError(
                file: file, line: context.mark.line,
                reason: "\(duplicates.map { "\"\($0.description)\"" }.joined(separator: ", ")) is said twice")
        default: ConfigurationError(file: file, line: nil, reason: "this is no YAML: \(error)")
        }
    }
}

/// One mapping of a configuration, which remembers what it was asked for.
struct ConfigurationMapping {
    private let file: String
    private let path: String
    private let line: Int
    private var values: [String: (node: Node, line: Int)] = [:]
    /// The keys asked for so far.
    private(set) var asked: Set<String> = []

    fileprivate init(_ node: Node, path: String, file: String, line: Int) throws {
        self.path = path
        self.file = file
        self.line = line
        guard case .mapping(let mapping) = node else {
            throw ConfigurationError(
                file: file, line: node.mark?.line ?? line,
                reason: "\(path.isEmpty ? "the file" : path) must be a mapping of keys to values")
        }
        for (key, value) in mapping {
            values[key.scalar?.string ?? ""] = (value, key.mark?.line ?? line)
        }
    }

    /// Keys that were never asked for, with their lines, in order.
    fileprivate var unasked: [(key: String, line: Int)] {
        values.filter { !asked.contains($0.key) }.map { ($0.key, $0.value.line) }.sorted { $0.1 < $1.1 }
    }

    /// A key with the path before it.
    fileprivate func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// An error in this mapping.
    func error(_ reason: String, at key: String? = nil) -> ConfigurationError {
        let line = key.flatMap { values[$0]?.line } ?? line
        return ConfigurationError(file: file, line: line, reason: path.isEmpty ? reason : "\(path): \(reason)")
    }

    /// Whether a key has a plain text as its value.
    func isText(_ key: String) -> Bool { values[key]?.node.scalar != nil }

    /// Whether a key is there, whatever its value.
    func has(_ key: String) -> Bool { values[key] != nil }

    /// Which of some keys was probably meant by one that is there.
    func nearest(to keys: [String]) -> String? {
        values.keys.sorted().lazy.compactMap { Suggestion.nearest(to: $0, among: keys) }.first
    }

    /// A word or a sentence; nil where the key is missing.
    mutating func text(_ key: String) throws -> String? {
        asked.insert(key)
        guard let value = values[key] else { return nil }
        guard let text = value.node.scalar?.string, !text.isEmpty else {
            throw error("\(key) must be one word or sentence", at: key)
        }
        return text
    }

    /// All keys, in the order of their lines; they count as asked for.
    var names: [String] {
        mutating get {
            asked.formUnion(values.keys)
            return values.sorted { $0.value.line < $1.value.line }.map(\.key)
        }
    }

    /// A word, or a list of words; none where the key is missing.
    ///
    /// - Parameter orNone: The list may be empty.
    mutating func texts(_ key: String, orNone: Bool) throws -> [String] {
        asked.insert(key)
        guard let value = values[key] else { return [] }
        guard let sequence = value.node.sequence else {
            if orNone, let text = value.node.scalar?.string, text == "none" { return [] }
            return try text(key).map { [$0] } ?? []
        }
        let texts = sequence.compactMap { $0.scalar?.string }.filter { !$0.isEmpty }
        guard texts.count == sequence.count, orNone || !texts.isEmpty else {
            throw error("\(key) must be a word or a list of words", at: key)
        }
        return texts
    }

    /// `true` or `false`; nil where the key is missing.
    mutating func flag(_ key: String) throws -> Bool? {
        guard let text = try text(key) else { return nil }
        guard let flag = Bool(text) else { throw error("\(key) must be true or false, not \"\(text)\"", at: key) }
        return flag
    }

    /// A whole number; nil where the key is missing.
    mutating func number(_ key: String, _ range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = try text(key) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw error(
                "\(key) must be a number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"", at: key)
        }
        return number
    }

    /// A mapping below; nil where the key is missing.
    mutating func mapping(_ key: String) throws -> ConfigurationMapping? {
        asked.insert(key)
        guard let value = values[key] else { return nil }
        return try ConfigurationMapping(value.node, path: name(key), file: file, line: value.line)
    }

    /// A mapping below, or `true` for an empty one and `false` for none.
    mutating func switchOrMapping(_ key: String) throws -> ConfigurationMapping? {
        guard isText(key) else { return try mapping(key) }
        guard try flag(key) == true else { return nil }
        return try ConfigurationMapping(Node([(Node, Node)]()), path: name(key), file: file, line: line)
    }

    /// Every value, each a mapping, by key and in order.
    mutating func mappings() throws -> [(String, ConfigurationMapping)] {
        asked.formUnion(values.keys)
        return try values.sorted { $0.value.line < $1.value.line }.map { key, value in
            (key, try ConfigurationMapping(value.node, path: name(key), file: file, line: value.line))
        }
    }
}
