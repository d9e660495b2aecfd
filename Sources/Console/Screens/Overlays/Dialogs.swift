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
        case .help(let scroll): HelpDialog.draw(&frame, scroll: scroll, in: rect)
        case .quit(let clients): drawQuit(&frame, clients: clients, in: rect)
        case .compaction(let it): CompactionPicture.draw(&frame, it, in: rect)
        case .mute(let it): MutePicture.draw(&frame, it, in: rect)
        }
    }

    /// The footer's keys while it is open.
    static func hints(_ dialog: Dialog, _ state: ConsoleState) -> [(keys: String, title: String)] {
        switch dialog {
        case .help: return [("j/k", "scroll"), ("esc", "close")]
        case .quit: return [("s", "stop the broker"), ("k", "keep serving"), ("esc", "stay")]
        case .compaction(let it):
            var hints: [(keys: String, title: String)] = []
            if case .ready = it.previews, state.mayWrite { hints.append(("C", "compact")) }
            hints.append(("space", "roll the active segment"))
            if it.selected != nil, it.partitions.count > 1 { hints.append(("tab", "one or all")) }
            hints.append(("esc", "leave"))
            return hints
        case .mute: return [("tab", "which"), ("← →", "how long"), ("enter", "mute"), ("esc", "leave")]
        }
    }

    /// Clears a place in the middle and draws a border; answers what lies inside.
    static func window(_ frame: inout Frame, _ box: Box, height: Int, width: Int, in rect: Rect) -> Rect {
        let (height, width) = (min(height, rect.height), min(width, rect.width))
        let place = Rect(
            row: rect.row + (rect.height - height) / 2, column: rect.column + (rect.width - width) / 2, height: height,
            width: width)
        frame.grid.clear(place, style: frame.theme.text)
        var focused = box
        focused.isFocused = true
        return focused.draw(on: &frame.grid, in: place, theme: frame.theme)
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
}

/// The keys of the page, from its action table.
enum HelpDialog {
    /// The lines of the help: a heading, or keys with what they do.
    static func lines(_ page: Page, _ state: ConsoleState) -> [(keys: String, text: String)] {
        var lines: [(keys: String, text: String)] = []
        let actions = ActionTable.actions(for: page)
        for section in [Action.Section.screen, .cluster, .moving, .views, .console] {
            let own = actions.filter { $0.section == section && !($0.section == .cluster && !state.mayWrite) }
            guard !own.isEmpty else { continue }
            if !lines.isEmpty { lines.append(("", "")) }
            lines.append(("", section.rawValue))
            for action in own {
                let keys = action.keys.isEmpty ? ":\(action.id)" : action.keys.map(\.label).joined(separator: " ")
                lines.append((keys, action.title))
            }
        }
        return lines
    }

    /// Draws it, in two columns where there is room.
    static func draw(_ frame: inout Frame, scroll: Int, in rect: Rect) {
        let theme = frame.theme
        let lines = lines(frame.state.page, frame.state)
        let columns = rect.width >= 90 ? 2 : 1
        let perColumn = (lines.count + columns - 1) / columns
        let version = frame.state.settings.version
        let inside = Dialogs.window(
            &frame, Box("help: \(frame.state.page.crumb)", footer: version.isEmpty ? "" : "Weir \(version)"),
            height: perColumn + 2, width: columns * 44 + 2, in: rect)
        let first = max(0, min(scroll, perColumn - inside.height))
        for column in 0..<columns {
            for row in 0..<inside.height {
                let index = column * perColumn + first + row
                guard first + row < perColumn, lines.indices.contains(index) else { continue }
                let (keys, text) = lines[index]
                let x = inside.column + 1 + column * 44
                let isHeading = keys.isEmpty
                let end = min(inside.endColumn, x + 43)
                if !isHeading {
                    frame.grid.put(keys, row: inside.row + row, column: x, style: theme.key, limit: min(end, x + 15))
                }
                frame.grid.put(
                    text, row: inside.row + row, column: isHeading ? x : x + 16,
                    style: isHeading ? theme.title : theme.text, limit: end)
            }
        }
    }
}
