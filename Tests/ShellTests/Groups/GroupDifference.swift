/// A way in which the output of `weir groups`, `tail` and `produce` differs from that of Kafka's tools, on purpose.
enum GroupDifference: Hashable, CaseIterable, Sendable {
    case exitCode
    case lineEnd
    case rowBreaks
    case order
    case diagnostics
    case javaErrors
    case assignmentTopics
    case emptyTables
    case openQuote

    /// Why.
    var reason: String {
        switch self {
        case .exitCode:
            "the exit code is not 0 whenever something asked for was not done, and 64 for a wrong command line"
        case .lineEnd: "output ends with one line break; Kafka's tools leave the last line open, or add an empty one"
        case .rowBreaks: "rows of resets and deletions stand on lines of their own; 3.8.0 forgets the line breaks"
        case .order: "groups, topics and partitions come ascending; Kafka's tools print the order of a hash table"
        case .diagnostics: "errors and warnings are said on stderr; Kafka's tools print these on stdout"
        case .javaErrors: "errors are told in words, without the names of Java classes"
        case .assignmentTopics: "the assignment of a member names its topics; 3.8.0 prints partitions only"
        case .emptyTables: "of a group that does not exist no table is printed"
        case .openQuote: "the list of deleted groups ends without a stray quote"
        }
    }

    /// Takes the difference out of a text of either side.
    func removed(from text: String) -> String {
        switch self {
        case .exitCode: return text
        case .lineEnd: return text.replacing(#/\n+$/#, with: "")
        case .rowBreaks: return Self.broken(text)
        case .order: return Self.joined(text.split(separator: "\n", omittingEmptySubsequences: false).sorted())
        case .diagnostics:
            let marks = ["Error:", "Warn:", "* Group "]
            return Self.joined(
                text.split(separator: "\n").filter { line in !marks.contains { line.hasPrefix($0) } })
        case .javaErrors: return text.replacing(#/Error: [^\n]*/#, with: "Error:")
        case .assignmentTopics: return text.replacing(#/(orders|payments)\(/#, with: "(")
        case .emptyTables:
            let rows = text.split(separator: "\n").filter {
                !$0.hasPrefix("GROUP ") && !$0.hasPrefix("TOPIC ") && !$0.contains("GroupIdNotFoundException")
            }
            return rows.isEmpty ? "" : text
        case .openQuote: return text.replacing(#/', '\n?$/#, with: "'")
        }
    }

    private static func joined(_ lines: [Substring]) -> String { lines.joined(separator: "\n") }

    /// Breaks rows of fixed width apart, which begin with their group or, where there is no such column, with their topic.
    private static func broken(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [Substring] in
            if line.contains("NEW-OFFSET") {
                return stride(from: 0, to: line.count, by: 88).map { line.dropFirst($0).prefix(88) }
            }
            guard line.contains("STATUS  ") else { return [line] }
            return line.replacing("orders  ", with: "\norders  ").split(separator: "\n")
        }
        return joined(lines)
    }
}
