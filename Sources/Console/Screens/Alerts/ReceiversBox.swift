import AlertRules

/// Who is told of alerts, and how that goes: a line a receiver, and below one that fails the reason.
enum ReceiversBox {
    /// Rows that it wants with its border, at most so many; 0 where nobody is told, where it has too few, and over the past, of which nothing is known.
    static func height(_ state: ConsoleState, atMost limit: Int) -> Int {
        guard !state.deliveries.receivers.isEmpty, !state.isRewound, limit >= 3 else { return 0 }
        let lines = blocks(state, .plain).reduce(0) { $0 + $1.count }
        return min(lines + 2, limit)
    }

    /// Draws it: those that fail first.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        guard rect.height > 0 else { return }
        let failing = frame.state.deliveries.receivers.count(where: \.isFailing)
        let inside = Box(
            "receivers", note: failing > 0 ? "\(failing) failing" : "",
            noteStyle: failing > 0 ? frame.theme.crit : nil
        ).draw(on: &frame, in: rect)
        let (lines, left) = fitting(blocks(frame.state, frame.theme), in: inside.height)
        for (index, line) in lines.enumerated() {
            frame.line(line, row: inside.row + index, in: inside, from: 1)
        }
        if left > 0 {
            frame.line([("and \(left) more", frame.theme.muted)], row: inside.endRow - 1, in: inside, from: 1)
        }
    }

    /// Says at the end of the first row which receiver fails, where there is no room for more.
    static func drawWord(_ frame: inout Frame, in rect: Rect) {
        guard !frame.state.isRewound, let first = frame.state.deliveries.receivers.first(where: \.isFailing) else {
            return
        }
        frame.grid.put(
            "▲ \(ShortNames.name(first.name, width: 10)) fails", row: rect.row, endingAt: rect.endColumn - 1,
            from: rect.column + 19, style: frame.theme.crit)
    }

    /// What goes wrong in a line, for a page without room for the box; nil while all is well.
    static func problem(_ board: DeliveryBoard) -> String? {
        let failing = board.receivers.filter(\.isFailing)
        guard let first = failing.first else { return nil }
        let more = failing.count > 1 ? ", and \(failing.count - 1) more fail" : ""
        return "receiver \(first.name) fails: \(first.failure ?? "")\(more)"
    }

    private typealias Line = [(String, Style)]

    /// The lines that there is room for, and how many receivers are left out: the last line is then kept for saying so.
    private static func fitting(_ blocks: [[Line]], in height: Int) -> (lines: [Line], left: Int) {
        let all = blocks.flatMap(\.self)
        guard all.count > height else { return (all, 0) }
        var lines: [Line] = []
        var shown = 0
        for block in blocks {
            // Of a receiver that has two lines the first one says the most.
            guard lines.count < height - 1 else { break }
            lines += block.prefix(height - 1 - lines.count)
            shown += 1
        }
        return shown < blocks.count ? (lines, blocks.count - shown) : (Array(all.prefix(height)), 0)
    }

    private static func blocks(_ state: ConsoleState, _ theme: Theme) -> [[Line]] {
        let board = state.deliveries
        let ordered = board.receivers.filter(\.isFailing) + board.receivers.filter { !$0.isFailing }
        let nameWidth = min(16, board.receivers.map { CellWidth.of($0.name) }.max() ?? 0)
        var blocks = ordered.map { receiver -> [Line] in
            let name = ShortNames.name(receiver.name, width: nameWidth)
            let head: Line = [
                receiver.isFailing ? ("▲ ", theme.crit) : ("● ", receiver.delivered > 0 ? theme.ok : theme.muted),
                (name + blanks(nameWidth - CellWidth.of(name) + 2), theme.text),
                (receiver.kind + blanks(14 - receiver.kind.count), theme.muted),
            ]
            guard receiver.isFailing else { return [head + fine(receiver, state, theme)] }
            return [
                head + failing(receiver, state, theme), [("  \(receiver.failure ?? "")", theme.warn)],
            ]
        }
        if board.dropped > 0 {
            blocks.append([[("▲ too many fired at once: \(board.dropped) alerts were told to nobody", theme.warn)]])
        }
        if let problem = board.problem { blocks.append([[("▲ told again after a restart: \(problem)", theme.warn)]]) }
        return blocks
    }

    /// `told 14:02:31 2 firing, 1 resolved · 3 messages · failed 13:59:02: …`.
    private static func fine(_ it: ReceiverStatus, _ state: ConsoleState, _ theme: Theme) -> Line {
        var line: Line = []
        if let at = it.deliveredAt {
            line.append(("told \(state.settings.zone.clock(at))  \(it.said ?? "")", theme.text))
            line.append((" · \(messages(it.delivered))", theme.muted))
        } else {
            line.append((it.target.isEmpty ? "nothing told yet" : "nothing told yet · \(it.target)", theme.muted))
        }
        if it.waiting > 0 { line.append((" · \(it.waiting) waiting", theme.muted)) }
        if let at = it.failedAt, let failure = it.failure {
            line.append((" · failed \(state.settings.zone.clock(at)): \(failure)", theme.muted))
        }
        return line
    }

    /// `failed 14:02:31 · again in 12s · 3 waiting · told 13:40:02`.
    private static func failing(_ it: ReceiverStatus, _ state: ConsoleState, _ theme: Theme) -> Line {
        var line: Line = [("failed \(it.failedAt.map { state.settings.zone.clock($0) } ?? "")", theme.crit)]
        if let at = it.retryAt {
            let wait = max(0, at - state.now)
            line.append((" · again \(wait < 1000 ? "now" : "in " + Durations.short(milliseconds: wait))", theme.text))
        }
        if it.waiting > 0 { line.append((" · \(it.waiting) waiting", theme.text)) }
        let told = it.deliveredAt.map { "told \(state.settings.zone.clock($0))" } ?? "nothing told yet"
        line.append((" · \(told)", theme.muted))
        return line
    }

    private static func messages(_ count: Int64) -> String { count == 1 ? "1 message" : "\(count) messages" }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
