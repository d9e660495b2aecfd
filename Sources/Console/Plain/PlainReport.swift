import Monitor
import RecordFormats

/// What a page says, without any screen: the same tables with all rows, and the words of its other boxes.
package struct PlainReport: Equatable, Sendable {
    /// One list of the page.
    package struct List: Equatable, Sendable {
        /// What its rows are.
        package var name: String
        /// The columns chosen.
        package var titles: [String]
        /// The rows that pass, each with a text a column, figures in full.
        package var rows: [[String]]
        /// The same rows as people read them: rates and ratios as on the screen.
        package var readRows: [[String]]
    }

    /// A box of the page that is no list: facts, or what they mean.
    package struct Facts: Equatable, Sendable {
        /// The box's title.
        package var name: String
        /// What stands in its border.
        package var note: String
        /// Its lines.
        package var lines: [String]
    }

    /// The page's name.
    package var page: String
    /// When the cluster was looked at, RFC 3339 with the zone chosen; empty before it was.
    package var takenAt: String
    /// The header in full, as a wide screen shows it.
    package var header: String
    /// The page's boxes that are no lists, in the order drawn.
    package var facts: [Facts]
    /// The page's lists.
    package var lists: [List]

    /// What is known of the page on top.
    package init(_ state: ConsoleState) {
        page = state.page.kind.rawValue
        takenAt = state.snapshot.takenAt > 0 ? state.settings.zone.exact(state.snapshot.takenAt) : ""
        let frame = PlainFacts.frame(state)
        header = Self.oneLine(frame.grid.text(row: 0))
        facts = PlainFacts.facts(in: frame)
        lists = (0..<state.boxes).compactMap { box in
            let id = ListID(state.page, box)
            guard let shape = state.shape(id) else { return nil }
            let (rows, read) = (shape.rows(.exact), shape.rows(.read))
            guard let titles = rows.first, read.first == titles else { return nil }
            return List(
                name: state.subject(of: id), titles: titles.map(Self.oneLine),
                rows: rows.dropFirst().map { $0.map(Self.oneLine) },
                readRows: read.dropFirst().map { $0.map(Self.oneLine) })
        }
    }

    /// A text with nothing in it that could end the line or steer a terminal, and no blanks at its ends or in rows.
    static func oneLine(_ text: String) -> String {
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

    /// The facts, and the lists in aligned columns, each under its name; columns of figures stand at the right.
    package var text: String {
        var lines = [header]
        for box in facts {
            lines += ["", box.name + (box.note.isEmpty ? "" : box.name.isEmpty ? box.note : ": \(box.note)")]
            lines += box.lines.map { "  \($0)" }
        }
        for list in lists {
            lines += ["", "\(list.name) (\(list.rows.count))"]
            lines += Self.aligned(list)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func aligned(_ list: List) -> [String] {
        let columns = list.titles.indices
        let widths = columns.map { column in
            ([list.titles[column]] + list.readRows.map { $0[column] }).map { CellWidth.of($0) }.max() ?? 0
        }
        let isRight = columns.map { column in
            list.readRows.allSatisfy { $0[column].isEmpty || isFigure($0[column]) }
                && list.readRows.contains { !$0[column].isEmpty }
        }
        return ([list.titles] + list.readRows).map { row in
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

    /// One object on one line: `page`, `takenAt`, `header`, under `facts` the other boxes' names, notes and lines, and under `lists` the rows as objects by column. Figures are numbers, what is
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
            "header": .string(header), "facts": .array(facts.map(Self.facts)), "lists": .array(lists),
        ]).compact
    }

    private static func facts(_ box: Facts) -> JSONText {
        .members([
            "name": .string(box.name), "note": .string(box.note), "lines": .array(box.lines.map { .string($0) }),
        ])
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
