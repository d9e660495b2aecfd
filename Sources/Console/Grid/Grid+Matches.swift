extension Grid {
    /// Where a text stands in a piece of a row, case ignored; cells of wide glyphs count whole.
    ///
    /// - Parameter text: In lower case; an empty one stands nowhere.
    package func matches(of text: String, row: Int, columns: Range<Int>) -> [Range<Int>] {
        guard !text.isEmpty, row >= 0, row < size.rows else { return [] }
        let wanted = Array(text.unicodeScalars)
        var scalars: [Unicode.Scalar] = []
        var places: [Int] = []
        let first = row * size.columns
        for column in columns.clamped(to: 0..<size.columns) where cells[first + column].width > 0 {
            for scalar in cells[first + column].scalar.properties.lowercaseMapping.unicodeScalars {
                scalars.append(scalar)
                places.append(column)
            }
        }
        var found: [Range<Int>] = []
        var start = 0
        while start + wanted.count <= scalars.count {
            guard scalars[start..<start + wanted.count].elementsEqual(wanted) else {
                start += 1
                continue
            }
            let last = places[start + wanted.count - 1]
            found.append(places[start]..<(last + Int(cells[first + last].width)))
            start += wanted.count
        }
        return found
    }
}

extension Frame {
    /// Marks a text in a piece of a row: underlined and bold, so that it stands out without colours too.
    mutating func markMatches(of text: String, row: Int, columns: Range<Int>) {
        for match in grid.matches(of: text, row: row, columns: columns) {
            grid.restyle(row: row, columns: match) { style in
                let isSelected = style == theme.selection
                return Style(
                    isSelected ? style.foreground : theme.key.foreground, on: style.background,
                    style.attributes.union([.bold, .underline]).subtracting(.dim))
            }
        }
    }
}
