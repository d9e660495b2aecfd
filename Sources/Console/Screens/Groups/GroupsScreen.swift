import Cluster
import Monitor

/// All groups.
enum GroupsScreen {
    /// Draws the table.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.groups, 0))
        let table = GroupTables.table(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        let inside = Box("consumer groups", note: table.sortNote, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no groups yet")
    }
}
