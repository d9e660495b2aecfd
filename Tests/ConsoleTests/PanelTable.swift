/// A table as a person reads it off the screen: cells found by where the titles stand.
struct PanelTable {
    /// A column that is read.
    struct Column {
        /// How its cells stand below its title.
        enum Side {
            /// They begin where the title begins, and are at most so wide.
            case left(Int)
            /// They begin where the title begins, and end where the next column that is read begins.
            case leftToNext
            /// They end where the title ends, and are at most so wide.
            case right(Int)
        }

        var title: String
        var side: Side

        init(_ title: String, _ side: Side) {
            self.title = title
            self.side = side
        }
    }

    /// The rows, each cell by its column's title; rows whose first cell is blank are left out.
    let rows: [[String: String]]

    /// Reads the first table that has all the titles, in their order; nil when there is none.
    init?(on lines: [String], columns: [Column]) {
        let cells = lines.map { Array($0) }
        for (index, line) in cells.enumerated() {
            guard let places = Self.places(of: columns, in: line) else { continue }
            var rows: [[String: String]] = []
            for row in cells[(index + 1)...] {
                if row.contains("╰") { break }
                var read: [String: String] = [:]
                for (column, place) in zip(columns, places) { read[column.title] = Self.text(row, place) }
                if let first = columns.first, read[first.title]?.isEmpty == false { rows.append(read) }
            }
            self.rows = rows
            return
        }
        return nil
    }

    private static func places(of columns: [Column], in line: [Character]) -> [Range<Int>]? {
        var titles: [Range<Int>] = []
        for column in columns {
            guard let found = find(Array(column.title), in: line, from: titles.last?.upperBound ?? 0) else {
                return nil
            }
            titles.append(found)
        }
        var places: [Range<Int>] = []
        for (column, title) in zip(columns, titles).reversed() {
            switch column.side {
            case .left(let width): places.append(title.lowerBound..<(title.lowerBound + width))
            case .leftToNext: places.append(title.lowerBound..<(places.last?.lowerBound ?? title.upperBound))
            case .right(let width): places.append(max(0, title.upperBound - width)..<title.upperBound)
            }
        }
        return places.reversed()
    }

    /// Where a title stands by itself, at or after a place.
    private static func find(_ title: [Character], in line: [Character], from start: Int) -> Range<Int>? {
        guard line.count >= title.count, start <= line.count - title.count else { return nil }
        for place in start...(line.count - title.count) where line[place..<(place + title.count)].elementsEqual(title) {
            let end = place + title.count
            if place == 0 || line[place - 1] == " ", end == line.count || line[end] == " " { return place..<end }
        }
        return nil
    }

    private static func text(_ row: [Character], _ place: Range<Int>) -> String {
        let start = min(place.lowerBound, row.count)
        return blankless(String(row[start..<max(start, min(place.upperBound, row.count))]))
    }

    /// A text without blanks and borders at its ends.
    static func blankless(_ text: String) -> String {
        let isKept = { (it: Character) in it != " " && it != "│" }
        guard let first = text.firstIndex(where: isKept), let last = text.lastIndex(where: isKept) else { return "" }
        return String(text[first...last])
    }
}
