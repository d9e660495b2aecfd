/// Choosing columns: which a table shows and in which order, remembered across runs.
extension ConsoleState {
    /// The table that `,` is about; nil where the focused box is none.
    private var columnTable: (name: String, columns: [String])? {
        guard let name = list.tableName else { return nil }
        if isTail {
            guard let tail else { return nil }
            return (name, TailScreen.table(tail, self, .plain).columnNames)
        }
        return shape(list).map { (name, $0.columnNames) }
    }

    /// True where `,` has columns to choose.
    var canChooseColumns: Bool { list.tableName != nil && (isTail ? tail != nil : focusedList.isList) }

    /// Opens the list of columns.
    mutating func openColumns() -> [Effect] {
        guard let (name, columns) = columnTable else { return [] }
        dialog = .columns(ColumnsDialog(table: name, natural: columns, before: kept.columns[name]))
        return []
    }

    /// A key while the list of columns is open. What it changes is seen at once behind it, and kept when it closes.
    mutating func columnsKey(_ key: Key, _ open: ColumnsDialog) -> [Effect] {
        var it = open
        var choice = kept.columns[it.table] ?? ColumnChoice()
        var names = choice.arranged(it.natural)
        let last = names.count - 1
        it.cursor = max(0, min(it.cursor, last))
        switch key {
        case .escape, .enter, ",", "q":
            dialog = nil
            return kept.columns[it.table] == it.before ? [] : [.keep(kept)]
        case "j", .down: it.cursor = min(last, it.cursor + 1)
        case "k", .up: it.cursor = max(0, it.cursor - 1)
        case "g", .home, .pageUp: it.cursor = 0
        case "G", .end, .pageDown: it.cursor = last
        case " ":
            guard names.indices.contains(it.cursor) else { return [] }
            let name = names[it.cursor]
            if choice.hidden.remove(name) == nil {
                if names.filter({ !choice.hidden.contains($0) }).count > 1 {
                    choice.hidden.insert(name)
                } else {
                    say("one column has to stay", .warn)
                }
            }
        case "<", .left, ">", .right:
            let target = it.cursor + (key == "<" || key == .left ? -1 : 1)
            guard names.indices.contains(target) else { return [] }
            names.swapAt(it.cursor, target)
            choice = choice.ordered(names, natural: it.natural)
            it.cursor = target
        case "0": choice = ColumnChoice()
        default: return []
        }
        kept.columns[it.table] = choice.isDefault ? nil : choice
        dialog = .columns(it)
        return []
    }
}
