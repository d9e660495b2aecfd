/// A colour as a theme names it.
package enum Colour: Equatable, Sendable {
    /// The terminal's own.
    case standard
    /// An index of the terminal's palette.
    case index(UInt8)
    /// Red, green, blue.
    case rgb(UInt8, UInt8, UInt8)

    /// Reads `default`, an index 0-255 or `#rrggbb`; nil for anything else.
    package init?(_ text: String) {
        if text == "default" {
            self = .standard
        } else if let index = UInt8(text) {
            self = .index(index)
        } else if text.utf8.count == 7, text.hasPrefix("#"), let value = UInt32(text.dropFirst(), radix: 16) {
            self = .rgb(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
        } else {
            return nil
        }
    }

    /// The palette index that comes nearest, or -1 for the terminal's own.
    package func quantised(to tier: ColourTier) -> Int16 {
        switch (self, tier) {
        case (.standard, _), (_, .none): return -1
        case (.index(let index), .palette256): return Int16(index)
        case (.index(let index), .palette16) where index < 16: return Int16(index)
        case (.index(let index), .palette8) where index < 8: return Int16(index)
        case (_, .palette256): return nearest(of: 16..<256)
        case (_, .palette16): return basic(greys: [0, 8, 7, 15], hasBright: true)
        case (_, .palette8): return basic(greys: [0, 7], hasBright: false)
        }
    }

    /// Among eight or sixteen colours the hue says what a colour means, and the nearest would be white for every light one: a grey goes to
    /// the nearest grey, any other to the basic colour of its hue.
    private func basic(greys: [Int], hasBright: Bool) -> Int16 {
        let (red, green, blue) = components
        let (least, most) = (min(red, green, blue), max(red, green, blue))
        let chroma = most - least
        guard chroma >= Self.leastChroma else { return nearest(of: greys) }
        // Degrees on the wheel of red, yellow, green, cyan, blue, magenta.
        let hue =
            if most == red {
                60 * (green - blue) / chroma + (green < blue ? 360 : 0)
            } else if most == green {
                60 * (blue - red) / chroma + 120
            } else {
                60 * (red - green) / chroma + 240
            }
        // Where one name ends and the next begins: #ffff00 is the last yellow, for the greens of many themes lie right behind it.
        let index: Int16 =
            switch hue {
            case ..<25: 1
            case ...60: 3
            case ..<160: 2
            case ..<200: 6
            case ..<260: 4
            case ..<330: 5
            default: 1
            }
        return hasBright && most >= Self.leastBright ? index + 8 : index
    }

    /// The spread of a colour's parts, of 255, from which on people see a hue.
    private static let leastChroma = 40
    /// The strongest part, of 255, from which on a colour is a bright one.
    private static let leastBright = 185

    private func nearest(of candidates: some Sequence<Int>) -> Int16 {
        let wanted = components
        var best = 0
        var least = Int.max
        for index in candidates {
            let distance = Self.distance(wanted, Self.palette(index))
            if distance < least { (best, least) = (index, distance) }
        }
        return Int16(best)
    }

    /// The red, green and blue a terminal with the usual palette shows; black for its own colour.
    package var components: (red: Int, green: Int, blue: Int) {
        switch self {
        case .standard: (0, 0, 0)
        case .index(let index): Self.palette(Int(index))
        case .rgb(let red, let green, let blue): (Int(red), Int(green), Int(blue))
        }
    }

    /// The usual (xterm) palette.
    package static func palette(_ index: Int) -> (red: Int, green: Int, blue: Int) {
        if index < 16 { return sixteen[max(0, index)] }
        if index >= 232 {
            let grey = 8 + (min(255, index) - 232) * 10
            return (grey, grey, grey)
        }
        let cube = [0, 95, 135, 175, 215, 255]
        let rest = index - 16
        return (cube[rest / 36], cube[rest / 6 % 6], cube[rest % 6])
    }

    /// WCAG's contrast ratio of two colours, 1 to 21.
    package static func contrast(_ left: Colour, _ right: Colour) -> Double {
        let a = left.luminance
        let b = right.luminance
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private var luminance: Double {
        let (red, green, blue) = components
        return 0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    private static func linear(_ part: Int) -> Double {
        let value = Double(part) / 255
        if value <= 0.04045 { return value / 12.92 }
        let base = (value + 0.055) / 1.055
        // base to the power 2.4, as its square times its fifth root squared: exact enough, and free of libm.
        return base * base * fifthRoot(base * base)
    }

    private static func fifthRoot(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        var root = 1.0
        for _ in 0..<40 { root -= (root * root * root * root * root - value) / (5 * root * root * root * root) }
        return root
    }

    /// Weighted by the eye's sensitivity ("redmean").
    private static func distance(
        _ left: (red: Int, green: Int, blue: Int), _ right: (red: Int, green: Int, blue: Int)
    ) -> Int {
        let mean = (left.red + right.red) / 2
        let (red, green, blue) = (left.red - right.red, left.green - right.green, left.blue - right.blue)
        return (512 + mean) * red * red / 256 + 4 * green * green + (767 - mean) * blue * blue / 256
    }

    private static let sixteen: [(red: Int, green: Int, blue: Int)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]
}

/// How many colours a terminal has to show.
package enum ColourTier: String, Sendable, CaseIterable {
    case palette256
    case palette16
    case palette8
    case none

    /// The tier for a number of colours.
    package init(colours: Int) {
        self = colours >= 256 ? .palette256 : colours >= 16 ? .palette16 : colours >= 8 ? .palette8 : .none
    }
}
