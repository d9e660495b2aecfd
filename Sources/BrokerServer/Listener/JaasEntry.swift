/// One line of Kafka's `sasl.jaas.config`:
///
/// ```
/// org.apache.kafka.common.security.plain.PlainLoginModule required username="weir" password="x" user_alice="alice-secret";
/// ```
struct JaasEntry: Equatable {
    /// The Java class that would run.
    let loginModule: String
    /// The options, by name.
    let options: [String: String]

    /// Reads a line as Java's `JaasConfig` does: words and quoted text, ended by a semicolon.
    ///
    /// - Throws: ``JaasError``, without anything of the values.
    init(parsing line: String) throws(JaasError) {
        var words = try Self.words(of: line)[...]
        guard let loginModule = words.popFirst(), !loginModule.isQuoted else {
            throw JaasError("the login module is missing")
        }
        guard let flag = words.popFirst(), ["required", "requisite", "sufficient", "optional"].contains(flag.text)
        else {
            throw JaasError("the word required is missing after the login module")
        }
        var options: [String: String] = [:]
        while let name = words.popFirst(), name.text != ";" || name.isQuoted {
            guard words.popFirst()?.text == "=", let value = words.popFirst(), value.text != ";" || value.isQuoted
            else {
                throw JaasError("the option \(name.text) has no value")
            }
            guard options.updateValue(value.text, forKey: name.text) == nil else {
                throw JaasError("the option \(name.text) stands there twice")
            }
        }
        guard line.last(where: { !$0.isWhitespace }) == ";" else { throw JaasError("it does not end with a semicolon") }
        guard words.isEmpty else { throw JaasError("it has more than one login module") }
        self.loginModule = loginModule.text
        self.options = options
    }

    private struct Word {
        var text: String
        var isQuoted = false
    }

    private static func words(of line: String) throws(JaasError) -> [Word] {
        var words: [Word] = []
        var rest = line[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "=" || first == ";" {
                words.append(Word(text: String(rest.removeFirst())))
            } else if first == "\"" || first == "'" {
                words.append(Word(text: try quoted(&rest), isQuoted: true))
            } else {
                let word = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != ";" && $0 != "\"" }
                words.append(Word(text: String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
        return words
    }

    private static func quoted(_ rest: inout Substring) throws(JaasError) -> String {
        let quote = rest.removeFirst()
        var text = ""
        while let next = rest.popFirst() {
            if next == quote { return text }
            if next == "\\", let escaped = rest.popFirst() {
                text.append(escaped)
            } else {
                text.append(next)
            }
        }
        throw JaasError("a quote does not end")
    }
}

/// Why a line is no `sasl.jaas.config`.
struct JaasError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    let description: String

    /// An error in words.
    init(_ description: String) { self.description = description }
}
