/// A regular expression on a label's value, answered without running it where its shape allows: most are `.+`, `a|b|c` or `orders.*`.
struct LabelPattern: Sendable {
    private enum Shape: Sendable {
        case everything
        case notEmpty
        /// Texts by their bytes, since equal texts can differ in them.
        case oneOf(Set<[UInt8]>)
        case prefix(String)
        case general(RegularExpression)
    }

    private let shape: Shape
    /// Texts of an alternation that is taken for a set.
    private static let setLimit = 10_000

    init(_ text: String, dotMatchesNewline: Bool) throws(RegularExpression.SyntaxError) {
        let expression = try RegularExpression(text, dotMatchesNewline: dotMatchesNewline)
        if let known = Self.shape(of: expression.tree) {
            shape = known
        } else if let texts = Self.literals(expression.tree) {
            shape = .oneOf(Set(texts.map { Array($0.utf8) }))
        } else {
            shape = .general(expression)
        }
    }

    func matches(_ text: String) -> Bool {
        switch shape {
        case .everything: true
        case .notEmpty: !text.isEmpty
        case .oneOf(let texts): texts.contains(Array(text.utf8))
        case .prefix(let prefix): text.utf8.starts(with: prefix.utf8)
        case .general(let expression): expression.matches(text)
        }
    }

    private static func shape(of node: RegexNode) -> Shape? {
        switch node {
        case .group(let inner, _): return shape(of: inner)
        case .repeated(.any(newline: true), 0, nil, _): return .everything
        case .repeated(.any(newline: true), 1, nil, _): return .notEmpty
        case .sequence(let nodes):
            guard case .repeated(.any(newline: true), 0, nil, _)? = nodes.last,
                let prefix = literal(.sequence(nodes.dropLast()))
            else { return nil }
            return .prefix(prefix)
        default: return nil
        }
    }

    /// All texts an alternation of literals means; nil for other expressions.
    private static func literals(_ node: RegexNode) -> [String]? {
        switch node {
        case .group(let inner, _): return literals(inner)
        case .alternatives(let nodes):
            guard nodes.count <= setLimit else { return nil }
            let texts = nodes.compactMap(literal)
            return texts.count == nodes.count ? texts : nil
        default: return literal(node).map { [$0] }
        }
    }

    private static func literal(_ node: RegexNode) -> String? {
        switch node {
        case .empty: return ""
        case .scalar(let scalar, ignoresCase: false): return String(Character(scalar))
        case .sequence(let nodes):
            var text = ""
            for node in nodes {
                guard case .scalar(let scalar, ignoresCase: false) = node else { return nil }
                text.unicodeScalars.append(scalar)
            }
            return text
        default: return nil
        }
    }
}
