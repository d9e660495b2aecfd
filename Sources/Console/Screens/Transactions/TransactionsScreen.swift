import Cluster
import Monitor

/// The transactions of the cluster, what the selected one means, and on a page of its own what it writes to.
enum TransactionsScreen {
    /// Draws them all.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.transactions, 0))
        let table = TransactionTables.transactions(frame.state, list, frame.theme)
        let selected = table.cursor(list).map { table.items[$0] }
        let lines = selected.map { TransactionReading.sentences($0, frame.state) } ?? []
        let (top, bottom) = split(frame, rect, lines)
        let board = frame.state.snapshot.transactions
        let inside = Box(
            "transactions", note: note(board, table.sortNote), footer: footer(board, table.countNote),
            isFocused: frame.isFocused(0), footerStyle: board.flatMap { style($0, frame.theme) }
        ).draw(on: &frame, in: top)
        var rest = inside
        if let problem = board?.problem {
            let age = board?.staleSince.map { " (as of \(frame.state.settings.zone.clock($0)))" } ?? ""
            frame.line([("▲ \(problem)\(age)", frame.theme.warn)], row: inside.row, in: inside, from: 1)
            rest = inside.split(top: 1).1
        }
        if board == nil {
            frame.line([("not asked for yet", frame.theme.muted)], row: inside.row, in: inside, from: 1)
        } else if board?.isTold == true {
            table.draw(
                on: &frame, in: rest, state: list, isFocused: frame.isFocused(0), empty: "no transactional id is known")
        }
        drawReading(&frame, lines, in: bottom)
    }

    /// Draws what one transaction writes to.
    static func draw(_ frame: inout Frame, in rect: Rect, id: String) {
        guard let it = frame.state.transaction(id) else {
            return Screens.drawMissing(
                &frame, in: rect, title: id, "No transaction of \(id) is known now.")
        }
        let list = frame.state.listState(ListID(.transaction(id), 0))
        let table = TransactionTables.partitions(it, frame.state, list, frame.theme)
        let (top, bottom) = split(frame, rect, TransactionReading.sentences(it, frame.state))
        var parts = [TransactionTables.word(it.standing), "producer \(it.producerID)"]
        if let epoch = it.producerEpoch { parts.append("epoch \(epoch)") }
        if let coordinator = it.coordinator { parts.append("node \(coordinator)") }
        let level = TransactionTables.level(it)
        let inside = Box(
            it.id, note: parts.joined(separator: " · "), footer: table.countNote, isFocused: frame.isFocused(0),
            noteStyle: level == .ok ? nil : frame.theme.style(for: level)
        ).draw(on: &frame, in: top)
        let empty =
            it.partitions == nil
            ? "its coordinator does not tell" : it.isOpen ? "nothing was added to it yet" : "nothing is open"
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: empty)
        drawReading(&frame, TransactionReading.sentences(it, frame.state), in: bottom)
    }

    /// The list, and below it room for the sentences where the window has it.
    private static func split(_ frame: Frame, _ rect: Rect, _ sentences: [String]) -> (Rect, Rect) {
        guard !Screens.isSingle(frame.state.size), !sentences.isEmpty else { return rect.split(top: rect.height) }
        let rows = sentences.flatMap { Screens.wrapped($0, width: rect.width - 4) }.count + 2
        return rect.split(top: rect.height - min(rows, rect.height / 2))
    }

    private static func drawReading(_ frame: inout Frame, _ sentences: [String], in rect: Rect) {
        guard rect.height >= 3 else { return }
        let inside = Box("reading this").draw(on: &frame, in: rect)
        let lines = sentences.flatMap { Screens.wrapped($0, width: inside.width - 2) }
        for (index, line) in lines.prefix(inside.height).enumerated() {
            frame.line([(line, frame.theme.text)], row: inside.row + index, in: inside, from: 1)
        }
    }

    private static func note(_ board: TransactionBoard?, _ sort: String) -> String {
        let hanging = board?.hangingCount ?? 0
        return hanging > 0 ? "▲ \(hanging) hanging" + (sort.isEmpty ? "" : " · \(sort)") : sort
    }

    private static func footer(_ board: TransactionBoard?, _ count: String) -> String {
        guard let board, board.isTold else { return "" }
        guard let oldest = board.oldestMilliseconds else { return "\(board.openCount) open of \(count)" }
        return "\(board.openCount) open, oldest \(Durations.long(milliseconds: oldest)), of \(count)"
    }

    private static func style(_ board: TransactionBoard, _ theme: Theme) -> Style? {
        board.hangingCount > 0 ? theme.crit : nil
    }
}
