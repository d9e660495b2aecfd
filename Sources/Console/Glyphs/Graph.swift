import Monitor

/// An area graph filled from below (or hanging from above), a row's colour taken from its height.
package struct Graph {
    /// Heights from 0 to 1, oldest first; NaN where nothing is known.
    package var heights: [Double]
    /// True when the graph hangs from its upper edge, as the `out` half of throughput does.
    package var hangs = false
    /// Colours from low to high; at least one.
    package var gradient: [Style]
    /// How it is drawn.
    package var glyphs: GlyphSet

    /// A graph.
    package init(heights: [Double], hangs: Bool = false, gradient: [Style], glyphs: GlyphSet) {
        self.heights = heights
        self.hangs = hangs
        self.gradient = gradient
        self.glyphs = glyphs
    }

    /// How many heights one column of cells takes.
    package static func samplesPerCell(_ glyphs: GlyphSet) -> Int { glyphs == .braille ? 2 : 1 }

    /// Draws the newest heights that fit, the newest at the right edge.
    package func draw(on grid: inout Grid, in rect: Rect) {
        guard rect.height > 0, rect.width > 0, !gradient.isEmpty else { return }
        let perCell = Self.samplesPerCell(glyphs)
        let levelsPerRow = glyphs == .braille ? 4 : 8
        let wanted = rect.width * perCell
        let tail = heights.suffix(wanted)
        let pad = wanted - tail.count
        let top = rect.height * levelsPerRow
        // A level of 0 draws nothing; anything above 0 shows at least one dot, so that a little is not taken for nothing.
        var levels = [Int](repeating: 0, count: wanted)
        for (index, height) in tail.enumerated() where height.isFinite && height > 0 {
            levels[pad + index] = max(1, min(top, Int((min(1, height) * Double(top)).rounded())))
        }
        for row in 0..<rect.height {
            let floor = hangs ? row * levelsPerRow : (rect.height - 1 - row) * levelsPerRow
            let fraction = Double(floor / levelsPerRow) / Double(max(1, rect.height - 1))
            let style = gradient[min(gradient.count - 1, Int((fraction * Double(gradient.count - 1)).rounded()))]
            for x in 0..<rect.width {
                let scalar: Unicode.Scalar
                if perCell == 2 {
                    scalar = braille(levels[x * 2] - floor, levels[x * 2 + 1] - floor)
                } else {
                    scalar = block(levels[x] - floor)
                }
                if scalar != " " { grid.set(scalar, row: rect.row + row, column: rect.column + x, style: style) }
            }
        }
    }

    private func braille(_ left: Int, _ right: Int) -> Unicode.Scalar {
        let a = max(0, min(4, left))
        let b = max(0, min(4, right))
        if a == 0 && b == 0 { return " " }
        let bits = hangs ? Self.hangingLeft[a] | Self.hangingRight[b] : Self.standingLeft[a] | Self.standingRight[b]
        return Unicode.Scalar(0x2800 + bits) ?? " "
    }

    private func block(_ level: Int) -> Unicode.Scalar {
        let eighths = max(0, min(8, level))
        if eighths == 0 { return " " }
        if hangs { return eighths > 5 ? "█" : eighths > 2 ? "▀" : "▔" }
        return Unicode.Scalar(0x2580 + UInt32(eighths)) ?? " "
    }

    private static let standingLeft: [UInt32] = [0, 0x40, 0x44, 0x46, 0x47]
    private static let standingRight: [UInt32] = [0, 0x80, 0xa0, 0xb0, 0xb8]
    private static let hangingLeft: [UInt32] = [0, 0x01, 0x03, 0x07, 0x47]
    private static let hangingRight: [UInt32] = [0, 0x08, 0x18, 0x38, 0xb8]
}

extension Series {
    /// The newest samples stretched over columns, oldest first: nearest sample, no invention; NaN before the first one.
    ///
    /// - Parameters:
    ///   - window: How much time the columns stand for, milliseconds.
    ///   - count: How many columns.
    package func resampled(window: Int64, count: Int) -> [Double] {
        guard count > 0, stepMilliseconds > 0 else { return [] }
        let samples = Double(max(1, window)) / Double(stepMilliseconds)
        return (0..<count).map { column in
            let age = Int((Double(count - 1 - column) + 0.5) * samples / Double(count))
            let index = values.count - 1 - age
            return index >= 0 ? values[index] : .nan
        }
    }

    /// The mean of each of `count` stretches of the window, oldest first; NaN where nothing is known.
    package func averaged(window: Int64, count: Int) -> [Double] {
        guard count > 0, stepMilliseconds > 0 else { return [] }
        let perColumn = Double(max(1, window)) / Double(stepMilliseconds) / Double(count)
        if perColumn <= 1 { return resampled(window: window, count: count) }
        return (0..<count).map { column in
            let newest = values.count - 1 - Int(Double(count - 1 - column) * perColumn)
            let oldest = values.count - 1 - (Int(Double(count - column) * perColumn) - 1)
            guard newest >= 0 else { return .nan }
            let known = values[max(0, min(oldest, newest))...newest].filter(\.isFinite)
            return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
        }
    }

    /// The largest known sample within the window, or nil.
    package func peak(window: Int64) -> Double? {
        guard stepMilliseconds > 0 else { return nil }
        return values.suffix(Int(max(1, window / stepMilliseconds))).filter(\.isFinite).max()
    }
}
