/// How a cell looks: palette indices after quantising (-1: the terminal's own colour) and attributes.
package struct Style: Equatable, Sendable {
    /// Attributes a terminal can show beside colour.
    package struct Attributes: OptionSet, Sendable {
        package let rawValue: UInt8

        /// Attributes by bits; the bits are CTerminal's.
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Bold.
        package static let bold = Attributes(rawValue: 1)
        /// Dim.
        package static let dim = Attributes(rawValue: 2)
        /// Foreground and background exchanged.
        package static let reverse = Attributes(rawValue: 4)
        /// Underlined.
        package static let underline = Attributes(rawValue: 8)
    }

    /// The foreground, -1 to 255.
    package var foreground: Int16
    /// The background, -1 to 255.
    package var background: Int16
    /// The attributes.
    package var attributes: Attributes

    /// A style; without arguments the terminal's own.
    package init(_ foreground: Int16 = -1, on background: Int16 = -1, _ attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// The same style in bold.
    package var bold: Style { Style(foreground, on: background, attributes.union(.bold)) }
}
