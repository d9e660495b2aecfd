import LiveQueries

/// Results of queries that were pinned to the dashboard, side by side.
enum PinnedPanels {
    /// The least cells of a panel.
    private static let leastWidth = 34
    /// The rows that lists above keep at least.
    private static let leastLists = 7

    /// The rows that the panels take of those below the graph; 0 where they have no room beside the lists.
    static func height(_ state: ConsoleState, of rows: Int) -> Int {
        guard !state.kept.pins.isEmpty, rows >= leastLists + 5 else { return 0 }
        return min(max(5, rows * 2 / 5), 12, rows - leastLists)
    }

    /// Draws as many as there is room for, the focused one among them.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        let pins = frame.state.kept.pins
        let shown = max(1, min(pins.count, rect.width / leastWidth))
        let focused = max(0, frame.state.box - DashboardScreen.boxes.count)
        let first = max(0, min(focused - shown + 1, pins.count - shown))
        var rest = rect
        for index in first..<min(pins.count, first + shown) {
            let (left, right) = rest.split(left: rest.width / (first + shown - index))
            draw(&frame, box: DashboardScreen.boxes.count + index, in: left)
            rest = right
        }
    }

    /// Draws the panel of a box of the dashboard.
    static func draw(_ frame: inout Frame, box: Int, in rect: Rect) {
        guard let pin = frame.state.pinned(box) else { return }
        if let query = frame.state.query(pin.id) {
            let list = frame.state.listState(ListID(.dashboard, box))
            return QueryScreen.draw(&frame, query, title: query.id, list: list, box: box, in: rect)
        }
        let inside = Box(pin.id, isFocused: frame.isFocused(box)).draw(on: &frame, in: rect)
        let words = frame.state.queriesProblem ?? (pin.statement == nil ? "it does not run any more" : "starting…")
        for (index, line) in Screens.wrapped("\(words)", width: inside.width - 2).prefix(inside.height).enumerated() {
            frame.line([(line, frame.theme.muted)], row: inside.row + index, in: inside, from: 1)
        }
    }
}
