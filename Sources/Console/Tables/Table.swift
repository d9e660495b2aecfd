/// What keys need to know of a list, whatever its rows are.
protocol ListShape {
    /// How many rows pass the filter.
    var count: Int { get }
    /// The rows' ids in the order shown; stable while the row exists.
    func id(at index: Int) -> String
    /// The names that `s` goes through, in order.
    var sortNames: [String] { get }
    /// The names of all columns in the table's own order.
    var columnNames: [String] { get }
    /// Where the row with an id is shown; nil where it is not. Looked for first where the cursor was.
    func index(of id: String, near cursor: Int) -> Int?
    /// The nearest row after (1) or before (-1) one that has a text, given in lower case.
    func index(containing text: String, from index: Int, _ step: Int) -> Int?
    /// A row without a screen: the columns chosen, pictures left out.
    func row(at index: Int) -> [String]
    /// Titles and rows without a screen: the columns chosen, all rows.
    func rows(_ figures: FigureForm) -> [[String]]
}

/// How figures stand in rows without a screen.
enum FigureForm {
    /// In full, for files and programs.
    case exact
    /// For people: whole numbers in full, rates and ratios as the screen has them.
    case read
}

extension ListShape {
    /// The selected row's place: where its id is, else where the cursor was, else the last row. Nil in an empty list.
    func cursor(_ state: ListState) -> Int? {
        guard count > 0 else { return nil }
        if let selected = state.selected ?? state.held, let index = index(of: selected, near: state.cursor) {
            return index
        }
        return max(0, min(state.cursor, count - 1))
    }
}

/// Rows filtered and sorted, with the columns to show them in.
struct Table<Item>: ListShape {
    /// The columns chosen, in the order chosen.
    let columns: [Column<Item>]
    /// The rows left, in the order shown.
    let items: Rows<Item>
    /// Rows there are without the filter.
    let total: Int
    let isFiltered: Bool
    /// What an empty list says when a filter left nothing of it.
    let nothingLeft: String
    private let identify: (Item) -> String
    private let search: (Item) -> RowText
    /// Where the row looked for last is remembered; nil in a list that is small.
    private let remembered: (memo: TableMemo, list: ListID)?
    /// All columns, also those not chosen: sorting by them goes on.
    private let all: [Column<Item>]
    private let isFaultsOnly: Bool
    /// True where the columns stand in an order chosen by hand.
    private let isReordered: Bool
    private let sortedBy: Column<Item>?
    private let isDescending: Bool

    /// Filters and sorts, unless that was done before.
    ///
    /// - Parameters:
    ///   - items: All rows; their order stays where sort keys are equal.
    ///   - sort: The sort name of the column used when the user chose none.
    ///   - keeping: Where orders are kept; nil for a list that is small.
    ///   - search: The text that a filter looks in.
    ///   - isFault: Which rows stay when only faults are shown.
    init(
        _ items: [Item],
        columns: [Column<Item>],
        id: @escaping (Item) -> String,
        state: ListState,
        sort: String?,
        isFaultsOnly: Bool = false,
        keeping: Keeping? = nil,
        search: @escaping (Item) -> RowText,
        isFault: (Item) -> Bool = { _ in true }
    ) {
        all = columns
        self.columns = Self.chosen(columns, by: state.columns)
        isReordered = !state.columns.order.isEmpty
        self.isFaultsOnly = isFaultsOnly
        identify = id
        self.search = search
        total = items.count
        nothingLeft = isFaultsOnly && state.filter.isEmpty ? "no faults" : "nothing matches"
        let column =
            columns.first { $0.sortName != nil && $0.sortName == state.sortColumn }
            ?? columns.first { $0.sortName != nil && $0.sortName == sort }
        sortedBy = column
        isDescending = (column?.isDescending ?? false) != state.isReversed
        let wish = OrderWish(
            column: column?.sortName, isDescending: isDescending, filter: state.filter, isFaultsOnly: isFaultsOnly)
        func make(_ start: TableMemo.Start?) -> RowOrder {
            Self.order(items, wish, by: column, start, search: search, isFault: isFault)
        }
        let order: RowOrder
        if let keeping, let list = state.id {
            remembered = (keeping.memo, list)
            order = keeping.memo.order(of: list, wish, keeping, make: make)
        } else {
            remembered = nil
            order = make(nil)
        }
        self.items = Rows(all: items, order: order)
        isFiltered = order.count != items.count || !state.filter.isEmpty
    }

    /// Filters and sorts, from what is there already.
    private static func order(
        _ items: [Item], _ wish: OrderWish, by column: Column<Item>?, _ start: TableMemo.Start?,
        search: (Item) -> RowText, isFault: (Item) -> Bool
    ) -> RowOrder {
        // The array's own subscript would copy each row for the closure.
        items.withUnsafeBufferPointer { items in
            func kept(of order: RowOrder) -> RowOrder {
                var order = order
                if !wish.filter.isEmpty {
                    var matcher = RowMatcher(wish.filter.text)
                    order = order.filter(of: items.count) { matcher.isIn(search(items[$0])) != wish.filter.isInverse }
                }
                return wish.isFaultsOnly ? order.filter(of: items.count) { isFault(items[$0]) } : order
            }
            let rows: RowOrder
            switch start {
            case .wider(let order): return kept(of: order)
            case .otherwise(let order): rows = order.natural(of: items.count)
            case nil: rows = kept(of: RowOrder(all: items.count))
            }
            guard let column else { return wish.isDescending ? rows.reversed() : rows }
            return rows.sorted(descending: wish.isDescending) { column.key(items[$0]) }
        }
    }

    var count: Int { items.count }
    func id(at index: Int) -> String { identify(items[index]) }
    var sortNames: [String] { all.compactMap(\.sortName) }
    var columnNames: [String] { all.map(\.id) }

    func index(of id: String, near cursor: Int) -> Int? {
        let order = items.order
        if cursor >= 0, cursor < count, identify(items[cursor]) == id {
            if let (memo, list) = remembered { memo.note(id, at: order[cursor], in: list) }
            return cursor
        }
        guard let (memo, list) = remembered else { return items.firstIndex { identify($0) == id } }
        // A row seldom changes its place among all; it does change that among those shown.
        if let place = memo.place(of: id, in: list), place < items.all.count, identify(items.all[place]) == id {
            return order.index(ofPlace: place)
        }
        guard let place = items.all.firstIndex(where: { identify($0) == id }) else { return nil }
        memo.note(id, at: place, in: list)
        return order.index(ofPlace: place)
    }

    func index(containing text: String, from index: Int, _ step: Int) -> Int? {
        var matcher = RowMatcher(text)
        var index = index + step
        while items.indices.contains(index) {
            if matcher.isIn(search(items[index])) { return index }
            index += step
        }
        return nil
    }

    func row(at index: Int) -> [String] {
        columns.map { $0.text(items[index], .exact) }.filter { $0.isEmpty || !Self.isPicture([$0]) }
    }

    func rows(_ figures: FigureForm) -> [[String]] {
        let texts = columns.map { column in items.map { column.text($0, figures) } }
        let written = columns.indices.filter { !Self.isPicture(texts[$0]) }
        return [written.map { columns[$0].title }] + items.indices.map { row in written.map { texts[$0][row] } }
    }

    /// True for bars and sparklines, which a file has no use for: nothing but box, block, geometric and braille glyphs.
    static func isPicture(_ texts: [String]) -> Bool {
        var hasGlyph = false
        for scalar in texts.lazy.flatMap(\.unicodeScalars) where scalar != " " {
            guard (0x2500...0x25ff).contains(scalar.value) || (0x2800...0x28ff).contains(scalar.value) else {
                return false
            }
            hasGlyph = true
        }
        return hasGlyph
    }

    /// The columns that a choice shows, in its order; never none.
    private static func chosen(_ columns: [Column<Item>], by choice: ColumnChoice) -> [Column<Item>] {
        guard !choice.isDefault else { return columns }
        let byName = Dictionary(columns.map { ($0.id, $0) }) { first, _ in first }
        let shown = choice.arranged(columns.map(\.id)).filter { !choice.hidden.contains($0) }.compactMap { byName[$0] }
        return shown.isEmpty ? columns : shown
    }

    /// `sort: rate ↓`, for the box's note; `faults only · sort: rate ↓` where only those are shown.
    var sortNote: String {
        let faults = isFaultsOnly ? "faults only" : ""
        guard let name = sortedBy?.sortName else { return faults }
        return (isFaultsOnly ? "\(faults) · " : "") + "sort: \(name) \(isDescending ? "↓" : "↑")"
    }

    /// `12`, or `3 of 12` under a filter, for the box's footer.
    var countNote: String { isFiltered ? "\(count) of \(total)" : "\(total)" }

    /// The columns there is room for, with where they begin and how wide they are. Where there is none for all, the least important
    /// go first; in an order chosen by hand, the last.
    func layout(width: Int) -> [(column: Column<Item>, start: Int, width: Int)] {
        let kept = fitting(width)
        var widths = kept.map(\.width)
        var spare = width - Self.marker - kept.reduce(0) { $0 + $1.gap + $1.width }
        // Those that grow give way first, to their least; if even that does not do, the widest.
        while spare < 0 {
            let yielding = widths.indices.filter { widths[$0] > kept[$0].least(in: width) }
            guard
                let widest = (yielding.isEmpty ? Array(widths.indices) : yielding).max(by: { widths[$0] < widths[$1] }),
                widths[widest] > 4
            else { break }
            widths[widest] -= 1
            spare += 1
        }
        for index in widths.indices where spare > 0 {
            let more = min(spare, kept[index].wholeWidth - kept[index].width)
            widths[index] += more
            spare -= more
        }
        if spare > 0 {
            var shares = kept.map(\.growth)
            if shares.reduce(0, +) == 0, let first = kept.firstIndex(where: { $0.alignment == .left }) {
                shares[first] = 1
            }
            let sum = shares.reduce(0, +)
            if sum > 0 {
                let room = spare - (Self.trailing(width))
                for index in widths.indices where room > 0 { widths[index] += room * shares[index] / sum }
            }
        }
        var x = Self.marker
        return kept.indices.map { index in
            let start = x + kept[index].gap
            x = start + widths[index]
            return (kept[index], start, max(0, min(widths[index], width - start)))
        }
    }

    /// The columns that stay where there is so much room, with the gaps that stand before them.
    private func fitting(_ width: Int) -> [Column<Item>] {
        var places = Array(columns.indices)
        func fits(_ places: [Int]) -> Bool {
            Self.marker + gapped(places).reduce(0) { $0 + $1.gap + $1.least(in: width) } <= width
        }
        while !fits(places), places.count > 1 {
            if isReordered {
                places.removeLast()
            } else {
                guard let worst = places.map({ columns[$0].priority }).max(), worst > 0,
                    let last = places.lastIndex(where: { columns[$0].priority == worst })
                else { break }
                places.remove(at: last)
            }
        }
        guard !isReordered else { return gapped(places) }
        // A narrow column may have gone for a wide one's sake that went too.
        let gone = columns.indices.filter { !places.contains($0) }.sorted {
            (columns[$0].priority, $0) < (columns[$1].priority, $1)
        }
        for place in gone where fits((places + [place]).sorted()) { places = (places + [place]).sorted() }
        return gapped(places)
    }

    /// Columns with their gaps: the first has the table's first gap, and the table's first another's where it stands elsewhere.
    private func gapped(_ places: [Int]) -> [Column<Item>] {
        places.enumerated().map { order, place in
            var column = columns[place]
            if order == 0 { column.gap = all.first?.gap ?? 0 } else if column.id == all.first?.id { column.gap = 2 }
            return column
        }
    }

    /// Draws titles and rows inside a box, the cursor's row kept in view.
    ///
    /// - Parameter more: What the last line says of rows below it; nil gives the line to a row.
    func draw(
        on frame: inout Frame,
        in rect: Rect,
        state: ListState,
        isFocused: Bool,
        empty: String = "nothing here",
        more: ((Slice<Rows<Item>>) -> String)? = nil
    ) {
        guard rect.height > 0, rect.width > 4 else { return }
        frame.lists.append(rect)
        let places = layout(width: rect.width)
        let theme = frame.theme
        for (column, start, width) in places {
            let x = rect.column + start
            if column.alignment == .right {
                frame.grid.put(
                    column.title, row: rect.row, endingAt: x + width, from: x - column.gap, style: theme.muted)
            } else {
                frame.grid.put(
                    column.title, row: rect.row, column: x, style: theme.muted, limit: min(rect.endColumn, x + width))
            }
        }
        var rows = rect.height - 1
        guard count > 0 else {
            let text = isFiltered ? nothingLeft : empty
            frame.grid.put(
                text, row: rect.row + min(1, rows), column: rect.column + 3, style: theme.muted, limit: rect.endColumn)
            return
        }
        guard rows > 0, let cursor = cursor(state) else { return }
        var top = max(0, min(cursor - rows / 2, count - rows))
        if let more, rows >= 5, top + rows < count {
            rows -= 2
            top = max(0, min(cursor - rows / 2, count - rows))
            let rest = items[min(count, top + rows)...]
            let text = rest.isEmpty ? "" : more(rest)
            frame.grid.put(
                text, row: rect.endRow - 1, column: rect.column + 3, style: theme.muted, limit: rect.endColumn)
        }
        for index in top..<min(count, top + rows) {
            let y = rect.row + 1 + index - top
            let item = items[index]
            for (column, start, width) in places where width > 0 {
                let text = column.cell(item, width)
                var x = rect.column + start
                let end = x + width
                if column.alignment == .right { x = max(x, end - text.width) }
                for piece in text.pieces {
                    x = frame.grid.put(piece.text, row: y, column: x, style: piece.style ?? theme.text, limit: end)
                }
            }
            frame.remember(index, of: state, row: y, in: rect)
            if state.marked.contains(identify(item)) {
                frame.grid.set("●", row: y, column: rect.column, style: theme.key)
            }
            if index == cursor { frame.select(row: y, in: rect, isFocused: isFocused) }
            frame.markMatches(of: state.match, row: y, columns: (rect.column + Self.marker)..<rect.endColumn)
        }
    }

    /// Cells before the first column, for the cursor's mark.
    static var marker: Int { 3 }

    private static func trailing(_ width: Int) -> Int { width > 60 ? 1 : 0 }
}
