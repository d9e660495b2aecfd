/// A text of several lines being typed, with its caret.
package struct StatementEditor: Equatable, Sendable {
    /// The lines, at least one, without their ends.
    package private(set) var lines: [[Unicode.Scalar]] = [[]]
    /// The caret's line.
    package private(set) var row = 0
    /// The scalars before the caret on its line.
    package private(set) var column = 0
    /// Most scalars of a text; whole scripts fit.
    package static let maxLength = 20_000

    /// A text with the caret behind it; what is too long is cut.
    package init(_ text: String = "") { _ = take(pasted: text) }

    /// The text, lines ended by line feeds.
    package var text: String {
        var view = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { view.append("\n") }
            view.append(contentsOf: line)
        }
        return String(view)
    }

    /// What stands before the caret.
    package var textBeforeCaret: String {
        var view = String.UnicodeScalarView()
        for line in lines[..<row] {
            view.append(contentsOf: line)
            view.append("\n")
        }
        view.append(contentsOf: lines[row][..<column])
        return String(view)
    }

    /// True where nothing but blanks was typed.
    package var isEmpty: Bool { lines.allSatisfy { $0.allSatisfy { $0 == " " } } }

    /// True where the text ends a statement and the caret stands behind all of it.
    package var isComplete: Bool {
        guard lines[row][column...].allSatisfy({ $0 == " " }), lines[(row + 1)...].allSatisfy(\.isEmpty) else {
            return false
        }
        return lines.lazy.joined().last { $0 != " " } == ";"
    }

    private var length: Int { lines.reduce(lines.count - 1) { $0 + $1.count } }

    /// Puts the caret at a place; one that is not there becomes the nearest.
    package mutating func place(row: Int, column: Int) {
        self.row = max(0, min(row, lines.count - 1))
        self.column = max(0, min(column, lines[self.row].count))
    }

    /// Takes a key; true when the text changed. Line ends are `breakLine()`'s.
    package mutating func take(_ key: Key) -> Bool {
        switch key {
        case .character(let scalar): return insert(scalar)
        case .backspace: return removeBefore()
        case .delete:
            guard !isAtEnd else { return false }
            moveRight()
            return removeBefore()
        case .control("u"):
            guard lines != [[]] else { return false }
            self = StatementEditor()
            return true
        case .control("w"): return removeWord()
        case .left: moveLeft()
        case .right: moveRight()
        case .up: place(row: row - 1, column: column)
        case .down: place(row: row + 1, column: column)
        case .home: column = 0
        case .end: column = lines[row].count
        default: break
        }
        return false
    }

    /// Ends the line at the caret.
    package mutating func breakLine() {
        guard length < Self.maxLength else { return }
        let rest = Array(lines[row][column...])
        lines[row].removeSubrange(column...)
        lines.insert(rest, at: row + 1)
        (row, column) = (row + 1, 0)
    }

    /// Takes pasted text with its line ends; tabs become blanks, other control characters are left out. True when the text changed.
    package mutating func take(pasted: String) -> Bool {
        let before = lines
        var last: Unicode.Scalar?
        for scalar in pasted.unicodeScalars {
            switch scalar {
            case "\n" where last == "\r": break
            case "\n", "\r": breakLine()
            case "\t": for _ in 0..<2 { _ = insert(" ") }
            default: _ = insert(scalar)
            }
            last = scalar
        }
        return lines != before
    }

    /// Puts a text in the place of so many scalars before the caret on its line.
    package mutating func replace(_ count: Int, with text: String) {
        let start = max(0, column - count)
        lines[row].removeSubrange(start..<column)
        column = start
        for scalar in text.unicodeScalars { _ = insert(scalar) }
    }

    private mutating func insert(_ scalar: Unicode.Scalar) -> Bool {
        guard length < Self.maxLength, SafeScalar.shown(scalar) == scalar else { return false }
        lines[row].insert(scalar, at: column)
        column += 1
        return true
    }

    private mutating func removeBefore() -> Bool {
        if column > 0 {
            column -= 1
            lines[row].remove(at: column)
        } else if row > 0 {
            let rest = lines.remove(at: row)
            row -= 1
            column = lines[row].count
            lines[row] += rest
        } else {
            return false
        }
        return true
    }

    private mutating func removeWord() -> Bool {
        guard column > 0 else { return removeBefore() }
        while column > 0, lines[row][column - 1] == " " { _ = removeBefore() }
        while column > 0, lines[row][column - 1] != " " { _ = removeBefore() }
        return true
    }

    private var isAtEnd: Bool { row == lines.count - 1 && column == lines[row].count }

    private mutating func moveLeft() {
        if column > 0 { column -= 1 } else if row > 0 { (row, column) = (row - 1, lines[row - 1].count) }
    }

    private mutating func moveRight() {
        if column < lines[row].count { column += 1 } else if row < lines.count - 1 { (row, column) = (row + 1, 0) }
    }
}
