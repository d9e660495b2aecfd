import Foundation

/// Prints the figures as they come, one line each, under one head.
final class Table {
    private var hasHead = false

    /// Prints a line of words between figures.
    func note(_ text: String) {
        print("  \(text)")
        fflush(stdout)
    }

    /// Prints a figure.
    func add(_ row: Row) {
        if !hasHead {
            hasHead = true
            print(Self.line(["figure", "median", "min", "max", "unit", "baseline", "", "ratio", "aim"]))
        }
        var columns = [
            row.name, Self.number(row.sample.median), Self.number(row.sample.minimum), Self.number(row.sample.maximum),
            row.unit,
        ]
        if let baseline = row.baseline {
            let ratio = row.sample.ratio(to: baseline.sample)
            columns += [baseline.name, Self.number(baseline.sample.median), String(format: "%.2f", ratio)]
        } else {
            columns += ["", "", ""]
        }
        print(Self.line(columns + [row.aim]))
        fflush(stdout)
    }

    private static let widths = [-58, 9, 9, 9, -9, -22, 9, 6, -1]

    private static func line(_ columns: [String]) -> String {
        zip(columns, widths).map { text, width in
            let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
            return width < 0 ? text + blanks : blanks + text
        }.joined(separator: " ")
    }

    /// Three to four digits that matter.
    static func number(_ value: Double) -> String {
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
        return String(format: "%.\(digits)f", value)
    }
}
