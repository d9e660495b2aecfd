/// Expected and actual lines beside each other, equal ones in one row: `=` both, `<` expected alone, `>` actual alone.
package enum SideBySide {
    /// The rows.
    ///
    /// - Parameters:
    ///   - expected: Lines, in order.
    ///   - actual: Lines, in the same order.
    ///   - width: Columns of a row; too narrow a width puts the lines below each other.
    package static func rows(expected: [String], actual: [String], width: Int) -> [String] {
        let pairs = aligned(expected, actual)
        let half = (width - 3) / 2
        let longest = (expected + actual).map(\.count).max() ?? 0
        guard longest <= half else {
            return ["expected:"] + listed(expected) + ["actual:"] + listed(actual)
        }
        let column = max((expected.map(\.count).max() ?? 0), "expected".count)
        let head = "\(padded("expected", column))   actual"
        return [head] + pairs.map { left, mark, right in "\(padded(left, column)) \(mark) \(right)" }
    }

    private static func listed(_ lines: [String]) -> [String] {
        lines.isEmpty ? ["  (nothing)"] : lines.map { "  \($0)" }
    }

    private static func aligned(_ left: [String], _ right: [String]) -> [(String, String, String)] {
        var rows: [(String, String, String)] = []
        var (one, other) = (0, 0)
        while one < left.count || other < right.count {
            if one < left.count, other < right.count, left[one] == right[other] {
                rows.append((left[one], "=", right[other]))
                (one, other) = (one + 1, other + 1)
            } else if one < left.count, other < right.count, isAbout(left[one], right[other]) {
                rows.append((left[one], "≠", right[other]))
                (one, other) = (one + 1, other + 1)
            } else if other >= right.count || (one < left.count && left[one] < right[other]) {
                rows.append((left[one], "<", ""))
                one += 1
            } else {
                rows.append(("", ">", right[other]))
                other += 1
            }
        }
        return rows
    }

    /// Whether two lines speak of the same series.
    private static func isAbout(_ one: String, _ other: String) -> Bool {
        let series = { (line: String) in line.lastIndex(of: " ").map { line[..<$0] } }
        guard let first = series(one), let second = series(other) else { return false }
        return first == second
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
