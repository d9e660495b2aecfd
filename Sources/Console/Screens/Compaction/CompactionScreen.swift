import Cluster
import Monitor

/// Compaction in one place: what is due and what runs, every compacted partition with its clean and dirty bytes, what was done.
enum CompactionScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: ["partitions", "runs"])
            if frame.state.box == 1 { drawHistory(&frame, in: rest) } else { drawPartitions(&frame, in: rest) }
            return
        }
        let (top, rest) = rect.split(top: 4)
        drawSummary(&frame, in: top)
        let hasStrip = rest.height >= 22
        let (upper, lower) = rest.split(top: (rest.height - (hasStrip ? 6 : 0)) * 6 / 10)
        drawPartitions(&frame, in: upper)
        guard hasStrip else {
            drawHistory(&frame, in: lower)
            return
        }
        let (strip, history) = lower.split(top: 6)
        drawSegments(&frame, in: strip)
        drawHistory(&frame, in: history)
    }

    private static func drawSummary(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let rows = CompactionTables.rows(state)
        let inside = Box("compaction", note: note(rows.count)).draw(on: &frame, in: rect)
        guard state.tellsCleaning else {
            let text = "— what the cleaner does is not told over the wire; runs asked for from here are below"
            frame.line([(text, theme.muted)], row: inside.row, in: inside, from: 1)
            return
        }
        func sum(_ part: (CleaningState) -> Int64) -> String {
            Figures.bytes(rows.reduce(Int64(0)) { $0 &+ max(0, $1.cleaning.map(part) ?? 0) })
        }
        let due = rows.count(where: \.isDue)
        var pieces: [(String, Style)] = [
            ("due ", theme.muted), ("\(due)", due > 0 ? theme.warn : theme.ok), ("   clean ", theme.muted),
            (sum(\.cleanBytes), theme.text), ("   cleanable ", theme.muted), (sum(\.cleanableBytes), theme.text),
            ("   held back ", theme.muted), (sum(\.uncleanableBytes), theme.text),
        ]
        let legend = "   █ clean ░ cleanable ▓ held"
        let used = (pieces.map(\.0) + [legend]).reduce(1) { $0 + CellWidth.of($1) }
        if used < inside.width { pieces.append((legend, theme.muted)) }
        frame.line(pieces, row: inside.row, in: inside, from: 1)
        guard inside.height > 1 else { return }
        let active = state.runs.filter(\.isActive)
        if let run = active.first(where: { $0.phase != .queued }) ?? active.first {
            frame.line([("now", theme.muted)], row: inside.row + 1, in: inside, from: 1)
            CompactionLine.drawActive(&frame, run, others: active.count - 1, row: inside.row + 1, in: inside)
        } else {
            frame.line([("nothing runs", theme.muted)], row: inside.row + 1, in: inside, from: 1)
        }
    }

    private static func note(_ partitions: Int) -> String {
        partitions == 1 ? "1 compacted partition" : "\(partitions) compacted partitions"
    }

    private static func drawPartitions(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.compaction, 0))
        let table = CompactionTables.partitions(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        let inside = Box("partitions", note: table.sortNote, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no topic is compacted")
    }

    private static func drawSegments(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.compaction, 0))
        let table = CompactionTables.partitions(frame.state, list, frame.theme)
        guard let cursor = table.cursor(list) else {
            Box("segments").draw(on: &frame, in: rect)
            return
        }
        SegmentStrip.draw(&frame, table.items[cursor].topic, table.items[cursor].figures, in: rect)
    }

    private static func drawHistory(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.compaction, 1))
        let table = CompactionTables.history(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(1)
        let inside = Box("runs, before → after", note: table.sortNote, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no run seen yet")
    }
}
