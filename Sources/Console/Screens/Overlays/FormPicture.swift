/// A form: explaining lines, fields with the cursor, what submitting would do, and what is wrong.
enum FormPicture {
    private static let labels = 18
    private static let width = 84

    /// Draws it in the middle, as tall as its content; where rows are few the explaining lines go first, then the preview.
    static func draw(_ frame: inout Frame, _ form: Form, in rect: Rect) {
        let theme = frame.theme
        let fields = form.fields.count
        let problem = problemLines(form, width: min(width, rect.width) - 6)
        let spare = max(0, rect.height - 2 - fields - problem.count)
        let preview = Array(form.preview.prefix(spare))
        let lead = form.lead.count + 1 <= spare - preview.count ? form.lead : []
        let height = 2 + (lead.isEmpty ? 0 : lead.count + 1) + fields + problem.count + preview.count
        let inside = Dialogs.window(&frame, Box(form.title), height: height, width: width, in: rect)
        var row = inside.row
        for line in lead {
            frame.line([(line, theme.muted)], row: row, in: inside, from: 2)
            row += 1
        }
        if !lead.isEmpty { row += 1 }
        // The field with the cursor stays in view.
        let room = max(1, inside.endRow - row - problem.count - preview.count)
        let top = max(0, min(form.cursor - room / 2, fields - room))
        for index in top..<min(fields, top + room) {
            draw(form.fields[index], isCurrent: index == form.cursor, &frame, row: row, in: inside)
            row += 1
        }
        for line in problem {
            frame.line([(line, theme.warn)], row: row, in: inside, from: 2)
            row += 1
        }
        for line in preview {
            frame.line([(line, theme.text)], row: row, in: inside, from: 2)
            row += 1
        }
    }

    /// What is wrong, in at most three lines; an empty one where nothing is.
    private static func problemLines(_ form: Form, width: Int) -> [String] {
        guard let problem = form.problem else { return [""] }
        return Array(Screens.wrapped("▲ \(problem)", width: max(10, width)).prefix(3))
    }

    private static func draw(
        _ field: Form.Field, isCurrent: Bool, _ frame: inout Frame, row: Int, in inside: Rect
    ) {
        let theme = frame.theme
        let label = (isCurrent ? "▸ " : "  ") + field.label
        frame.line([(label, isCurrent ? theme.title : theme.muted)], row: row, in: inside, from: 1)
        let pieces: [(String, Style)]
        switch field.kind {
        case .text where field.text.isEmpty:
            pieces = [(isCurrent ? "▏" : "", theme.key), (field.hint, theme.off)]
        case .text:
            // The end of a long text stays in view.
            var shown = field.text
            while CellWidth.of(shown) > max(1, inside.width - labels - 5) { shown.unicodeScalars.removeFirst() }
            pieces = [(shown, theme.text), (isCurrent ? "▏" : "", theme.key)]
        case .choice:
            pieces = [
                (isCurrent ? "◂ " : "  ", theme.key), (field.text, theme.text), (isCurrent ? " ▸" : "", theme.key),
            ]
        }
        frame.line(pieces, row: row, in: inside, from: labels + 3)
    }

    /// The footer's keys while it is open.
    static func hints(_ form: Form) -> [(keys: String, title: String)] {
        var hints: [(keys: String, title: String)] = [("enter", form.verb)]
        if form.fields.count > 1 { hints.append(("tab", "next field")) }
        if form.fields.indices.contains(form.cursor), case .choice = form.fields[form.cursor].kind {
            hints.append(("← →", "choose"))
        }
        return hints + [("esc", "leave")]
    }
}
