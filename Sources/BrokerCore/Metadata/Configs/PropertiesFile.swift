/// The lines of a Java properties file, such as Kafka's `server.properties`.
///
/// `key=value`, `key: value` or `key value`; `#` and `!` begin comments; a backslash at the end of a line goes on in the next
/// one; `\n`, `\t`, `\r`, `\f` and `\uXXXX` stand for characters, and a backslash before any other character for that one
/// (`java.util.Properties.load`).
enum PropertiesFile {
    /// The pairs of a file, in order.
    static func pairs(_ text: String) -> [(key: String, value: String)] {
        logicalLines(text).map { line in
            var rest = line[...]
            let key = part(&rest, until: [" ", "\t", "\u{c}", "=", ":"])
            rest = rest.drop { blanks.contains($0) }
            if let first = rest.first, first == "=" || first == ":" {
                rest = rest.dropFirst().drop { blanks.contains($0) }
            }
            return (key, part(&rest, until: []))
        }
    }

    private static let blanks: Set<Unicode.Scalar> = [" ", "\t", "\u{c}"]

    /// Lines without comments and blank ones, continued ones in one piece, escapes still in them.
    private static func logicalLines(_ text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = []
        var open: [Unicode.Scalar]?
        let natural = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }
        for piece in natural {
            let content = piece.drop { blanks.contains($0) }
            if open == nil, content.isEmpty || content.first == "#" || content.first == "!" { continue }
            let isContinued = content.reversed().prefix { $0 == "\\" }.count % 2 == 1
            let whole = (open ?? []) + (isContinued ? content.dropLast() : content)
            open = isContinued ? whole : nil
            if !isContinued { lines.append(whole) }
        }
        if let open { lines.append(open) }
        return lines
    }

    private static func part(_ rest: inout ArraySlice<Unicode.Scalar>, until ends: Set<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        while let next = rest.first, !ends.contains(next) {
            rest.removeFirst()
            guard next == "\\", let escaped = rest.popFirst() else {
                text.append(next)
                continue
            }
            switch escaped {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "f": text.append("\u{c}")
            case "u":
                let digits = String(String.UnicodeScalarView(rest.prefix(4)))
                guard digits.utf8.count == 4, let number = UInt32(digits, radix: 16),
                    let scalar = Unicode.Scalar(number)
                else {
                    text.append("u")
                    continue
                }
                rest.removeFirst(4)
                text.append(scalar)
            default: text.append(escaped)
            }
        }
        return String(text)
    }
}
