import Cluster
import Monitor

/// Questions and pictures over the screen, which is dimmed below them.
enum Dialogs {
    /// Draws it in the middle.
    static func draw(_ frame: inout Frame, _ dialog: Dialog, in rect: Rect) {
        let dim = frame.theme.muted
        for row in rect.row..<rect.endRow {
            frame.grid.restyle(row: row, columns: rect.column..<rect.endColumn) { _ in dim }
        }
        switch dialog {
        case .help(let view): HelpDialog.draw(&frame, view, in: rect)
        case .quit(let clients): drawQuit(&frame, clients: clients, in: rect)
        case .compaction(let it): CompactionPicture.draw(&frame, it, in: rect)
        case .columns(let it): ColumnsPicture.draw(&frame, it, in: rect)
        case .overwrite(let job): drawOverwrite(&frame, job, in: rect)
        case .mute(let it): MutePicture.draw(&frame, it, in: rect)
        case .form(let form): FormPicture.draw(&frame, form, in: rect)
        case .confirm(let deed): drawConfirm(&frame, deed, in: rect)
        case .act(let it): ActPicture.draw(&frame, it, in: rect)
        case .done(let report): ActPicture.draw(&frame, report, in: rect)
        case .decoders(let it): DecodersPicture.draw(&frame, it, in: rect)
        }
    }

    /// The footer's keys while it is open.
    static func hints(_ dialog: Dialog, _ state: ConsoleState) -> [(keys: String, title: String)] {
        switch dialog {
        case .help(let view):
            let walk = view.match.isEmpty ? [] : [(keys: "[ ]", title: "match")]
            return [("j/k", "scroll"), ("/", "find")] + walk + [("esc", "close")]
        case .columns:
            return [("space", "show or hide"), ("←/→", "move"), ("0", "reset"), ("esc", "close")]
        case .overwrite: return [("o", "write over it"), ("n", "another name"), ("esc", "leave")]
        case .quit: return [("s", "stop the broker"), ("k", "keep serving"), ("esc", "stay")]
        case .compaction(let it):
            var hints: [(keys: String, title: String)] = []
            if case .ready = it.previews, state.mayWrite { hints.append(("C", "compact")) }
            hints.append(("space", "roll the active segment"))
            if !it.isDue, it.selected != nil, it.partitions.count > 1 { hints.append(("tab", "one or all")) }
            if it.isDue ? !it.partitions.isEmpty : !state.duePartitions.isEmpty {
                hints.append(("a", it.isDue ? "the topic" : "all due"))
            }
            hints.append(("esc", "leave"))
            return hints
        case .mute: return [("tab", "which"), ("← →", "how long"), ("enter", "mute"), ("esc", "leave")]
        case .form(let form): return FormPicture.hints(form)
        case .confirm: return [("enter", "do it"), ("esc", "leave")]
        case .act(let it): return ActPicture.hints(it)
        case .done(let report): return ActPicture.hints(report)
        case .decoders: return [("j/k", "choose"), ("tab", "key or value"), ("esc", "close")]
        }
    }

    /// Clears a place in the middle, or at the right edge, and draws a border; answers what lies inside.
    static func window(
        _ frame: inout Frame, _ box: Box, height: Int, width: Int, in rect: Rect, isAtRight: Bool = false
    ) -> Rect {
        let (height, width) = (min(height, rect.height), min(width, rect.width))
        let spare = rect.width - width
        let place = Rect(
            row: rect.row + (rect.height - height) / 2, column: rect.column + (isAtRight ? spare : spare / 2),
            height: height, width: width)
        frame.grid.clear(place, style: frame.theme.text)
        var focused = box
        focused.isFocused = true
        return focused.draw(on: &frame, in: place)
    }

    private static func drawQuit(_ frame: inout Frame, clients: Int, in rect: Rect) {
        let theme = frame.theme
        let inside = window(&frame, Box("quit"), height: 8, width: 62, in: rect)
        let who = clients == 1 ? "1 client is connected." : "\(clients) clients are connected."
        let lines: [[(String, Style)]] = [
            [("▲ \(who)", theme.warn)],
            [],
            [("s", theme.key), ("    stop the broker; clients lose it", theme.text)],
            [("k", theme.key), ("    keep it serving without a screen", theme.text)],
            [("esc", theme.key), ("  stay here", theme.text)],
        ]
        for (index, line) in lines.enumerated() { frame.line(line, row: inside.row + index, in: inside, from: 2) }
    }

    private static func drawConfirm(_ frame: inout Frame, _ deed: Deed, in rect: Rect) {
        let theme = frame.theme
        let inside = window(&frame, Box(deed.name), height: 5, width: 62, in: rect)
        frame.line([("▲ production", theme.warn)], row: inside.row, in: inside, from: 2)
        frame.line([("enter", theme.key), (" to \(deed.words)", theme.text)], row: inside.row + 2, in: inside, from: 2)
    }

    private static func drawOverwrite(_ frame: inout Frame, _ job: ExportJob, in rect: Rect) {
        let theme = frame.theme
        let inside = window(&frame, Box("export"), height: 8, width: 62, in: rect)
        let lines: [[(String, Style)]] = [
            [("▲ \(ShortNames.name(job.path, width: max(8, inside.width - 21))) exists.", theme.warn)],
            [],
            [("o", theme.key), ("    write over it", theme.text)],
            [("n", theme.key), ("    choose another name", theme.text)],
            [("esc", theme.key), ("  leave it alone", theme.text)],
        ]
        for (index, line) in lines.enumerated() { frame.line(line, row: inside.row + index, in: inside, from: 2) }
    }
}
