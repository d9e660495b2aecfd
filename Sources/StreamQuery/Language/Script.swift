/// A text of statements, each ended by a semicolon (the last one's may be missing), read one after another.
///
/// Variables are replaced statement by statement, so a `DEFINE` counts for all that follow it.
///
/// ```swift
/// var script = try Script("CREATE STREAM s (id INT KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
/// while let statement = try script.next() { … }
/// ```
package struct Script {
    private let text: String
    private var tokens: ArraySlice<Token>
    /// What has been defined so far.
    package private(set) var variables: Variables

    /// Reads a text's words.
    ///
    /// - Throws: A located error where a text or comment has no end or a character no meaning.
    package init(_ text: String, variables: Variables = Variables()) throws(StatementError) {
        self.text = text
        self.variables = variables
        do throws(StatementError) {
            tokens = try Lexer.tokens(text)[...]
        } catch {
            throw error.located(in: text)
        }
    }

    /// The next statement; nil behind the last. After an error the next call goes on behind the next semicolon.
    ///
    /// - Throws: A located error where it is not a statement.
    package mutating func next() throws(StatementError) -> Statement? {
        while tokens.first?.kind == .symbol(";") { tokens.removeFirst() }
        guard let first = tokens.first, first.kind != .end else { return nil }
        let words = tokens.prefix { $0.kind != .symbol(";") && $0.kind != .end }
        tokens = tokens[words.endIndex...]
        let end = words.last?.span.end ?? first.span.end
        do throws(StatementError) {
            // DEFINE and UNDEFINE name a variable, they do not ask for its value.
            var parser = Parser(
                try variables.resolve(words) + [Token(kind: .end, span: SourceSpan(start: end, end: end))])
            let statement = try parser.wholeStatement()
            switch statement.kind {
            case .define(let name, let value): variables[name.text] = value
            case .undefine(let name): variables[name.text] = nil
            default: break
            }
            return statement
        } catch {
            throw error.located(in: text)
        }
    }

    /// All statements of a text.
    package static func statements(
        _ text: String, variables: Variables = Variables()
    ) throws(StatementError) -> [Statement] {
        var script = try Script(text, variables: variables)
        var statements: [Statement] = []
        while let statement = try script.next() { statements.append(statement) }
        return statements
    }
}
