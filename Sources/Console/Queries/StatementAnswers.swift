package import LiveQueries

/// What came of a text of statements, as a table with sentences above it.
package struct StatementAnswers: Equatable, Sendable {
    /// The statements.
    package var statements: String
    /// What was done, one sentence a statement.
    package var sentences: [String] = []
    /// The columns of the answer; none where there were only sentences. A text has one column.
    package var titles: [String] = []
    /// Its rows, each with as many values as there are columns.
    package var rows: [[String]] = []
    /// Why it ended before its end; nil where all was done.
    package var failure: StatementFailure?
    /// The push queries that were started.
    package var started: [String] = []

    /// Puts answers together: one text or table stands as it is, of several each becomes lines.
    package init(_ answers: [StatementAnswer], of statements: String) {
        self.statements = statements
        let pictures = answers.count { $0.isPicture }
        if pictures > 1 { titles = ["ANSWERS"] }
        for answer in answers {
            switch answer {
            case .done(let sentence): sentences.append(sentence)
            case .started(let id) where LiveQueryService.isPush(id): started.append(id)
            case .started(let id): sentences.append("\(id) is started.")
            case .failed(let text): failure = StatementFailure(text)
            case .text(let text):
                if pictures == 1 { titles = ["ANSWER"] } else if !rows.isEmpty { rows.append([""]) }
                rows += text.split(whereSeparator: \.isNewline).map { [String($0)] }
            case .table(let table):
                let titles = table.columns.map(\.name)
                let whole = table.rows.map { row in titles.indices.map { $0 < row.count ? row[$0] ?? "NULL" : "" } }
                if let note = table.note { sentences.append(note) }
                if pictures == 1 {
                    (self.titles, rows) = (titles, whole)
                } else {
                    if !rows.isEmpty { rows.append([""]) }
                    rows += Self.lines([titles] + whole).map { [$0] }
                }
            }
        }
    }

    /// A table as aligned lines.
    private static func lines(_ rows: [[String]]) -> [String] {
        let count = rows.first?.count ?? 0
        let widths = (0..<count).map { column in rows.map { CellWidth.of($0[column]) }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { index in
                row[index] + String(repeating: " ", count: widths[index] - CellWidth.of(row[index]))
            }
            return cells.joined(separator: "  ")
        }
    }
}

extension StatementAnswer {
    /// A text or a table.
    fileprivate var isPicture: Bool {
        switch self {
        case .text, .table: true
        case .done, .started, .failed: false
        }
    }
}

/// Why a statement was not taken, and where the reason stands in its text.
package struct StatementFailure: Equatable, Sendable {
    /// What is wrong, without its place.
    package var reason: String
    /// The line and the column in characters, both from 1; nil where it has no place.
    package var place: (line: Int, column: Int)? { line.flatMap { line in column.map { (line, $0) } } }
    /// The text quoted; empty where none is.
    package var quoted = ""
    private var line: Int?
    private var column: Int?

    /// Reads an error as statements' errors describe themselves: `line 2, column 12: reason (at "quoted"); did you mean …?`.
    package init(_ text: String) {
        reason = text
        guard let match = text.prefixMatch(of: #/line (\d{1,9}), column (\d{1,9}): /#), let line = Int(match.1),
            let column = Int(match.2), line > 0, column > 0
        else { return }
        (self.line, self.column) = (line, column)
        reason = String(text[match.range.upperBound...])
        if let quote = reason.firstMatch(of: #/\(at "(.*)"\)/#) { quoted = String(quote.1) }
    }
}
