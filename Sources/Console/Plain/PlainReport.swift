import Monitor
import RecordFormats

/// What a page's tables say, without any screen: the same tables, all rows, figures in full.
package struct PlainReport: Equatable, Sendable {
    /// One list of the page.
    package struct List: Equatable, Sendable {
        /// What its rows are.
        package var name: String
        /// The columns chosen.
        package var titles: [String]
        /// The rows that pass, each with a text a column.
        package var rows: [[String]]
    }

    /// The page's name.
    package var page: String
    /// When the cluster was looked at, RFC 3339 with the zone chosen; empty before it was.
    package var takenAt: String
    /// The header in full, as a wide screen shows it.
    package var header: String
    /// The page's lists.
    package var lists: [List]

    /// What is known of the page on top.
    package init(_ state: ConsoleState) {
        page = state.page.kind.rawValue
        takenAt = state.snapshot.takenAt > 0 ? state.settings.zone.exact(state.snapshot.takenAt) : ""
        var wide = state
        wide.size = Size(rows: 24, columns: 240)
        wide.prompt = nil
        wide.dialog = nil
        header = Self.oneLine(render(wide, theme: .plain).text(row: 0))
        lists = (0..<state.boxes).compactMap { box in
            let id = ListID(state.page, box)
            guard let rows = state.shape(id)?.fileRows, let titles = rows.first else { return nil }
            return List(
                name: state.subject(of: id), titles: titles.map(Self.oneLine),
                rows: rows.dropFirst().map { $0.map(Self.oneLine) })
        }
    }

    /// A text with nothing in it that could end the line or steer a terminal, and no blanks at its ends or in rows.
    private static func oneLine(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard let safe = SafeScalar.shown(scalar), !(safe == " " && (shown.last == " " || shown.isEmpty)) else {
                continue
            }
            shown.append(safe)
        }
        return String(shown).trimmingBlanks
    }

    // MARK: As text

    /// The lists in aligned columns, each under its name; columns of figures stand at the right.
    package var text: String {
        var lines = [header]
        for list in lists {
            lines += ["", "\(list.name) (\(list.rows.count))"]
            lines += Self.aligned(list)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func aligned(_ list: List) -> [String] {
        let columns = list.titles.indices
        let widths = columns.map { column in
            ([list.titles[column]] + list.rows.map { $0[column] }).map { CellWidth.of($0) }.max() ?? 0
        }
        let isRight = columns.map { column in
            list.rows.allSatisfy { $0[column].isEmpty || isFigure($0[column]) }
                && list.rows.contains { !$0[column].isEmpty }
        }
        return ([list.titles] + list.rows).map { row in
            let cells = columns.map { column in
                let blanks = String(repeating: " ", count: max(0, widths[column] - CellWidth.of(row[column])))
                return isRight[column] ? blanks + row[column] : row[column] + blanks
            }
            var line = Substring(cells.joined(separator: "  "))
            while line.last == " " { line.removeLast() }
            return String(line)
        }
    }

    /// A number, maybe with a mark of how it was got or a unit: `12`, `≈3.5`, `71%`, `—`, `?`.
    private static func isFigure(_ text: String) -> Bool {
        if text == "—" || text == "?" || text == "–" { return true }
        let bare = text.drop { "≈≥≤+−-".contains($0) }
        return bare.first?.isNumber == true && !bare.contains(" ") && !bare.contains(":")
    }

    // MARK: As JSON

    /// One object on one line: `page`, `takenAt`, `header`, and under `lists` the rows as objects by column. Figures are numbers, what is
    /// not there is null, everything else is the text of the cell.
    package var json: String {
        let lists = lists.map { list in
            JSONText.members([
                "name": .string(list.name), "columns": .array(list.titles.map { .string($0) }),
                "rows": .array(list.rows.map { Self.row($0, list.titles) }),
            ])
        }
        return JSONText.members([
            "page": .string(page), "takenAt": takenAt.isEmpty ? .scalar("null") : .string(takenAt),
            "header": .string(header), "lists": .array(lists),
        ]).compact
    }

    private static func row(_ cells: [String], _ titles: [String]) -> JSONText {
        var seen: Set<String> = []
        var members: [(name: String, value: JSONText)] = []
        for (title, cell) in zip(titles, cells) where seen.insert(title).inserted {
            members.append((title, value(cell)))
        }
        return .members(members)
    }

    private static func value(_ cell: String) -> JSONText {
        if cell.isEmpty { return .scalar("null") }
        // Only what a JSON number can be, and that comes back as the same digits.
        if let whole = Int64(cell), "\(whole)" == cell { return .scalar(cell) }
        if let number = Double(cell), number.isFinite, "\(number)" == cell, !cell.contains("e") { return .scalar(cell) }
        return .string(cell)
    }
}
