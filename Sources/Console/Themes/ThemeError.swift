/// A theme file that cannot be used, said so that its author can mend it.
package enum ThemeError: Error, Equatable, CustomStringConvertible {
    /// The file could not be read.
    case unreadable(file: String, reason: String)
    /// The file is no YAML, or says a key twice.
    case syntax(file: String, line: Int, reason: String)
    /// A section or value has the wrong shape.
    case invalidValue(key: String, file: String, line: Int, expected: String)
    /// A colour that is none.
    case invalidColor(String, key: String, file: String, line: Int, suggestion: String?)
    /// A colour that YAML took for a comment.
    case unquotedColor(key: String, file: String, line: Int)
    /// `inherits` names no theme.
    case unknownParent(String, file: String, line: Int, known: [String])
    /// Themes inherit from each other in a circle, or too deeply.
    case cycle([String])
    /// No theme has this name.
    case unknownTheme(String, known: [String])

    package var description: String {
        switch self {
        case .unreadable(let file, let reason): return "\(file): \(reason)"
        case .syntax(let file, let line, let reason): return "\(file):\(line): \(reason)"
        case .invalidValue(let key, let file, let line, let expected):
            return "\(file):\(line): \"\(key)\" must be \(expected)"
        case .invalidColor(let value, let key, let file, let line, let suggestion):
            let hint = suggestion.map { "did you mean \"\($0)\"?" }
            return "\(file):\(line): \"\(key)\" is \"\(value)\"; "
                + (hint ?? "write #rrggbb in quotes, a palette name, an index 0-255, or default")
        case .unquotedColor(let key, let file, let line):
            return
                "\(file):\(line): \"\(key)\" has no value; write the colour in quotes: without them YAML takes #rrggbb for a comment"
        case .unknownParent(let name, let file, let line, let known):
            return
                "\(file):\(line): inherits \"\(name)\", which is no theme; there are \(known.joined(separator: ", "))"
        case .cycle(let chain): return "themes inherit in a circle: \(chain.joined(separator: " → "))"
        case .unknownTheme(let name, let known):
            let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean \"\($0)\"?" } ?? "."
            return "no theme is called \"\(name)\"\(hint) There are: \(known.joined(separator: ", "))"
        }
    }
}

/// The likely word behind a misspelt one.
package enum Suggestion {
    /// The candidate with the fewest edits, if they are few for its length.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let best = candidates.map { ($0, distance(Array(word.lowercased()), Array($0.lowercased()))) }.min {
            $0.1 < $1.1
        }
        guard let (candidate, edits) = best, edits <= max(1, candidate.count / 3) else { return nil }
        return candidate
    }

    /// Edits between two words, neighbours exchanged counting as one; words longer than 64 characters are far from everything.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard left.count <= 64, right.count <= 64 else { return .max }
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { least = min(least, rows[i - 1][j - 1] + 1) }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
