import Cluster
import Monitor

/// All topics, and below them the partitions of all topics, worst first.
enum TopicsScreen {
    /// Draws both lists, or the focused one where there is little room.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: ["topics", "partitions"])
            if frame.state.box == 1 { drawPartitions(&frame, in: rest, box: 1) } else { drawTopics(&frame, in: rest) }
            return
        }
        let (upper, lower) =
            Screens.isWide(frame.state.size)
            ? rect.split(left: rect.width * 55 / 100) : rect.splitTop(rect.height * 6 / 10)
        drawTopics(&frame, in: upper)
        drawPartitions(&frame, in: lower, box: 1)
    }

    private static func drawTopics(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.topics, 0))
        let table = TopicTables.topics(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        // Also those that a filter hides: acts are about them too.
        let marked = frame.state.snapshot.topics.count { list.marked.contains($0.description.name) }
        let count = (marked > 0 ? "\(marked) marked · " : "") + table.countNote
        let inside = Box("topics", note: table.sortNote, footer: count, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no topics yet")
    }

    /// Draws the partitions of all topics, as a box of this page or as a page of their own.
    static func drawPartitions(_ frame: inout Frame, in rect: Rect, box: Int) {
        let list = frame.state.listState(ListID(frame.state.page, box))
        let table = TopicTables.partitions(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(box)
        let isWorstFirst = list.sortColumn == nil && !list.isReversed && !frame.state.isFaultsOnly
        let inside = Box(
            "partitions of all topics", note: isWorstFirst ? "worst first" : table.sortNote, footer: table.countNote,
            isFocused: isFocused
        ).draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no partitions yet")
    }
}

extension Rect {
    /// The first rows and the rest, as `split(left:)` names them.
    func splitTop(_ count: Int) -> (left: Rect, rest: Rect) {
        let (top, rest) = split(top: count)
        return (top, rest)
    }
}
