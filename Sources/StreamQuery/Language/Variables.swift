import Cluster

/// What `DEFINE` has given names to, and how `${name}` is replaced.
///
/// A variable stands for one name, number or text: outside quotes its value must read as exactly one of these, so that no value can bring a
/// statement with it. Inside single quotes the value is put in as text. A name in a text that nothing defines is left as it is.
package struct Variables: Equatable, Sendable {
    /// Values by name; names know no case.
    private var values: [String: String] = [:]

    /// None.
    package init() {}

    /// The names and values, by name.
    package var all: [(name: String, value: String)] {
        values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// A variable's value.
    package subscript(name: String) -> String? {
        get { values[name.uppercased()] }
        set { values[name.uppercased()] = newValue }
    }

    /// The words of one statement with its variables replaced.
    func resolve(_ tokens: some Sequence<Token>) throws(StatementError) -> [Token] {
        var resolved: [Token] = []
        for token in tokens {
            switch token.kind {
            case .variable(let name): resolved += try replacement(name, at: token.span)
            case .string(let text): resolved.append(Token(kind: .string(filled(text)), span: token.span))
            default: resolved.append(token)
            }
        }
        return resolved
    }

    private func replacement(_ name: String, at span: SourceSpan) throws(StatementError) -> [Token] {
        guard let value = self[name] else {
            throw StatementError(
                "no variable is called \(name)", at: span, suggestion: Suggestion.nearest(to: name, among: values.keys))
        }
        let words: [Token]
        do throws(StatementError) {
            words = try Lexer.tokens(value).dropLast().map { Token(kind: $0.kind, span: span) }
        } catch {
            throw StatementError("the value of \(name) cannot be read: \(error.reason)", at: span)
        }
        let isSigned = words.count == 2 && words[0].kind == .symbol("-")
        switch words.last?.kind {
        case .integer, .decimal, .double: if words.count == 1 || isSigned { return words }
        case .word, .quotedName, .string: if words.count == 1 { return words }
        default: break
        }
        throw StatementError("a variable must hold one name, number or quoted text; \(name) holds \(value)", at: span)
    }

    /// A text with the variables in it replaced.
    private func filled(_ text: String) -> String {
        guard text.contains("${") else { return text }
        var filled = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${") {
            filled += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].firstIndex(of: "}"),
                let value = self[String(rest[open.upperBound..<close])]
            else {
                filled += "${"
                rest = rest[open.upperBound...]
                continue
            }
            filled += value
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}
