import ArgumentParser
import Cluster

/// A regular expression over whole topic names, read as Kafka's tools read `--topic`: a comma is an alternative, blanks and
/// surrounding quotes do not count.
struct TopicPattern: Sendable, ExpressibleByArgument {
    /// The expression as given.
    let source: String
    private let expression: String

    /// Reads an expression; nil when it is none.
    init?(argument: String) {
        source = argument
        var text = argument.replacing(",", with: "|").filter { $0 != " " }[...]
        while let first = text.first, first == "\"" || first == "'" { text.removeFirst() }
        while let last = text.last, last == "\"" || last == "'" { text.removeLast() }
        expression = String(text)
        guard (try? Regex(expression)) != nil else { return nil }
    }

    /// The names that match as a whole.
    func matches(among names: some Sequence<String>) -> Set<String> {
        // Checked when it was read; an expression that compiled once compiles again.
        guard let regex = try? Regex(expression) else { return [] }
        return Set(names.filter { $0.wholeMatch(of: regex) != nil })
    }
}
