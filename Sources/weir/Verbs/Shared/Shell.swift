/// Where a verb's bytes go.
protocol ByteSink: Sendable {
    /// Takes bytes, which may be kept until `flush`.
    ///
    /// - Throws: `VerbFailure` when nobody reads them any more or the disk is full.
    func write(_ bytes: [UInt8]) throws(VerbFailure)

    /// Hands on what has been kept.
    func flush() throws(VerbFailure)
}

/// Where a verb reads from.
protocol ByteSource: Sendable {
    /// Waits for bytes and gives what is there, at most `count`; nothing at the end.
    func read(upTo count: Int) throws(VerbFailure) -> [UInt8]
}

/// What a verb may touch of the shell it runs in: two ways out, one in, and whether a person sits there.
struct Shell: Sendable {
    /// Results.
    let output: any ByteSink
    /// What is said to people: errors, warnings, questions.
    let errors: any ByteSink
    /// Standard input.
    let input: any ByteSource
    /// True when results go to a terminal, which control characters could steer.
    let outputIsTerminal: Bool
    /// True when a person can be asked: questions are read and answers typed on a terminal.
    let canAsk: Bool
    /// Weir's own directory of this user, where undo files are kept.
    let stateDirectory: String

    /// Prints a line of results.
    func line(_ text: String) throws(VerbFailure) {
        let shown = outputIsTerminal ? Self.harmless(text) : text
        try output.write(Array(shown.utf8) + [0x0a])
        // A person sees each line at once; a pipe gets large pieces.
        if outputIsTerminal { try output.flush() }
    }

    /// Prints several lines of results.
    func lines(_ texts: some Sequence<String>) throws(VerbFailure) {
        for text in texts { try line(text) }
    }

    /// Prints a JSON document on a line of its own.
    func json(_ value: JSONValue) throws(VerbFailure) { try line(value.text) }

    /// Says something to the person, after the results printed so far.
    func say(_ text: String) throws(VerbFailure) {
        try output.flush()
        try errors.write(Array(Self.harmless(text).utf8) + [0x0a])
        try errors.flush()
    }

    /// Hands on the results printed so far.
    func flush() throws(VerbFailure) { try output.flush() }

    /// The text with control characters, other than tab and newline, made visible.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHarmful) else { return text }
        return text.unicodeScalars.reduce(into: "") { shown, scalar in
            shown += isHarmful(scalar) ? "\\x" + String(scalar.value, radix: 16) : String(scalar)
        }
    }

    /// The text as it can stand in a line: all control characters made visible.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isHarmful($0) || $0 == "\t" || $0 == "\n" }) else { return text }
        return text.unicodeScalars.reduce(into: "") { shown, scalar in
            switch scalar {
            case "\t": shown += "\\t"
            case "\n": shown += "\\n"
            default: shown += harmless(String(scalar))
            }
        }
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n": false
        case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}": true
        default: false
        }
    }
}
