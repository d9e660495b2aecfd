/// Rows of a single line: sparklines and bars.
package enum Sparkline {
    private static let ramp: [Unicode.Scalar] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// One cell a sample, scaled between 0 and the largest; blanks where nothing is known.
    ///
    /// A quantity that never moved from 0 is a line of `▁`.
    package static func text(_ values: [Double]) -> String {
        let most = values.filter(\.isFinite).max() ?? 0
        var text = String.UnicodeScalarView()
        for value in values {
            guard value.isFinite else {
                text.append(" ")
                continue
            }
            guard most > 0, value > 0 else {
                text.append(ramp[0])
                continue
            }
            text.append(ramp[max(0, min(7, Int((value / most * 8).rounded(.up)) - 1))])
        }
        return String(text)
    }

    /// Likewise for a quantity whose course matters more than its size: the lowest sample is the floor, and a tenth of the largest
    /// the least that fills the scale, so that noise stays small. Steady and above 0 is a line of `▂`.
    package static func trend(_ values: [Double]) -> String {
        let known = values.filter(\.isFinite)
        guard let most = known.max(), let least = known.min(), most > 0, (most - least).isFinite else {
            return text(values)
        }
        let span = max(most - least, most / 10)
        var text = String.UnicodeScalarView()
        for value in values {
            guard value.isFinite else {
                text.append(" ")
                continue
            }
            let floor = least > 0 && most - least < most / 100 ? 1.0 : 0.0
            text.append(ramp[max(0, min(7, Int(((value - least) / span * 7 + floor).rounded())))])
        }
        return String(text)
    }
}

/// Horizontal bars.
package enum Bar {
    private static let parts: [Unicode.Scalar] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

    /// A bar of eighths on a track: `█████▉·············`. Anything above 0 shows at least an eighth.
    package static func eighths(_ fraction: Double, width: Int, track: Unicode.Scalar = "·") -> (
        bar: String, track: String
    ) {
        guard width > 0 else { return ("", "") }
        let sound = fraction.isFinite ? max(0, min(1, fraction)) : 0
        var filled = Int((sound * Double(width * 8)).rounded())
        if sound > 0, filled == 0 { filled = 1 }
        var bar = String(repeating: "█", count: filled / 8)
        if filled % 8 > 0 { bar.unicodeScalars.append(parts[filled % 8 - 1]) }
        let rest = width - filled / 8 - (filled % 8 > 0 ? 1 : 0)
        return (bar, String(repeating: String(Character(track)), count: max(0, rest)))
    }

    /// How many of `width` whole cells a fraction fills.
    package static func cells(_ fraction: Double, width: Int) -> Int {
        let sound = fraction.isFinite ? max(0, min(1, fraction)) : 0
        return max(0, min(width, Int((sound * Double(width)).rounded())))
    }
}
