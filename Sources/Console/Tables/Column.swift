/// What a row is sorted by.
enum SortKey {
    case number(Double)
    case text(String)

    /// Unknown sorts last when the larger come first.
    static func number(_ value: Double?) -> SortKey { .number(value ?? -.infinity) }

    /// A whole number.
    static func number(_ value: Int64?) -> SortKey { .number(value.map { Double($0) } ?? -.infinity) }

    static func isBefore(_ left: SortKey, _ right: SortKey) -> Bool? {
        switch (left, right) {
        case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN) ? nil : a < b || a.isNaN
        case (.text(let a), .text(let b)): a == b ? nil : a < b
        case (.number, .text): true
        case (.text, .number): false
        }
    }
}

/// A cell's text: pieces with their styles; nil is plain.
struct CellText: ExpressibleByStringInterpolation {
    var pieces: [(text: String, style: Style?)]

    init(stringLiteral value: String) { pieces = [(value, nil)] }
    init(_ text: String, _ style: Style? = nil) { pieces = [(text, style)] }
    init(pieces: [(text: String, style: Style?)]) { self.pieces = pieces }

    var width: Int { pieces.reduce(0) { $0 + CellWidth.of($1.text) } }
}

/// A column of a table.
struct Column<Item> {
    enum Alignment {
        case left
        case right
    }

    var title: String
    /// What settings call it, where its title changes with what is shown; the title when nil.
    var name: String?
    /// What sorting by it is called in the box's note: `sort: rate ↓`. Nil: it cannot be sorted by.
    var sortName: String?
    var width: Int
    /// The cells its whole text takes: what room there is goes to these first, before columns grow.
    var wholeWidth: Int
    var gap: Int
    var alignment: Alignment
    /// Which columns go first when there is no room: the highest. 0 always stays.
    var priority: Int
    /// Its share of the room beyond the sum of widths; 0 keeps its width.
    var growth: Int
    /// Sorts descending first, as figures do.
    var isDescending: Bool
    var key: (Item) -> SortKey
    /// Its figure in full, for files; what stands in the cell when nil.
    var exact: ((Item) -> String)?
    /// The cell's text for the width at hand.
    var cell: (Item, Int) -> CellText

    init(
        _ title: String,
        width: Int,
        whole wholeWidth: Int? = nil,
        gap: Int = 1,
        _ alignment: Alignment = .right,
        priority: Int = 0,
        growth: Int = 0,
        sort sortName: String? = nil,
        by key: ((Item) -> SortKey)? = nil,
        descending: Bool = true,
        cell: @escaping (Item, Int) -> CellText
    ) {
        self.title = title
        self.sortName = sortName
        self.width = width
        self.wholeWidth = max(width, wholeWidth ?? width)
        self.gap = gap
        self.alignment = alignment
        self.priority = priority
        self.growth = growth
        isDescending = descending
        self.key = key ?? { _ in .number(0.0) }
        self.cell = cell
    }

    /// The cells it needs at least where so many are there in all: on narrow screens a text that grows elsewhere may be cut by a third.
    func least(in room: Int) -> Int { room < 60 && growth > 0 && alignment == .left ? width * 2 / 3 : width }

    /// What settings call it.
    var id: String { name ?? title }

    /// The same column under a name of its own for settings.
    func named(_ name: String) -> Column {
        var column = self
        column.name = name
        return column
    }

    /// The same column with its figure in full for files.
    func exactly(_ exact: @escaping (Item) -> String) -> Column {
        var column = self
        column.exact = exact
        return column
    }

    /// What is said of an item where there is no screen.
    func text(_ item: Item, _ figures: FigureForm) -> String {
        // Wide enough for every text that a cell would cut.
        let shown = { cell(item, max(width, 512)).pieces.map(\.text).joined().trimmingBlanks }
        guard let exact = exact?(item) else { return shown() }
        let isFraction = exact.contains(".") && Double(exact) != nil
        return figures == .read && isFraction ? shown() : exact
    }
}
