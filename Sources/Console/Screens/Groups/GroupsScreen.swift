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
            .draw(on: &frame.grid, in: rect, theme: frame.theme)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no groups yet")
    }
}

/// A group's members: who they are and what they hold.
enum MembersScreen {
    /// The members as a table.
    static func table(_ state: ConsoleState, _ list: ListState, _ theme: Theme, id: String) -> Table<GroupMember> {
        let columns: [Column<GroupMember>] = [
            Column(
                "CLIENT", width: 18, gap: 0, .left, growth: 1, sort: "client", by: { .text($0.clientID) },
                descending: false
            ) {
                it, _ in CellText(it.clientID)
            },
            Column("HOST", width: 16, .left, priority: 2, sort: "host", by: { .text($0.clientHost) }, descending: false)
            { it, _ in
                CellText(it.clientHost, theme.muted)
            },
            Column("INSTANCE", width: 12, .left, priority: 4, growth: 1) { it, _ in
                CellText(it.groupInstanceID ?? "—", it.groupInstanceID == nil ? theme.muted : nil)
            },
            Column("PARTS", width: 5, sort: "parts", by: { .number(Double($0.assignment.count)) }) { it, _ in
                "\(it.assignment.count)"
            },
            Column("HOLDS", width: 36, gap: 2, .left, priority: 1, growth: 3) { it, _ in
                CellText(it.assignment.map(\.description).joined(separator: " "), theme.muted)
            },
        ]
        return Table(
            state.group(id)?.description.members ?? [], columns: columns, id: \.memberID, state: list, sort: "client",
            search: { "\($0.clientID) \($0.memberID) \($0.clientHost)" })
    }

    /// Draws it.
    static func draw(_ frame: inout Frame, in rect: Rect, id: String) {
        let list = frame.state.listState(ListID(.members(id), 0))
        let table = table(frame.state, list, frame.theme, id: id)
        let inside = Box(
            "members of \(id)", note: table.sortNote, footer: table.countNote, isFocused: frame.isFocused(0)
        )
        .draw(on: &frame.grid, in: rect, theme: frame.theme)
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: "no live members")
    }
}
