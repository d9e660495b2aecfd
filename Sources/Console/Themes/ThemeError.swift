import Cluster

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
