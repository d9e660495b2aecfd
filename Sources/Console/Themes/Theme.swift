/// The colour roles screens draw with, quantised to what the terminal can show.
///
/// Without colours the roles stay apart by bold, dim and reverse, so that focus and selection are never a matter of hue.
package struct Theme: Equatable, Sendable {
    /// Whether a theme is made for a dark or a light terminal.
    package enum Appearance: String, Sendable, CaseIterable {
        case dark
        case light
    }

    /// The theme's name.
    package var name: String
    /// Plain text, and blank cells.
    package var text: Style
    /// What is less important.
    package var muted: Style
    /// A box's border.
    package var border: Style
    /// The border of the box that keys go to.
    package var focusedBorder: Style
    /// A box's title.
    package var title: Style
    /// Key names.
    package var key: Style
    /// The selected row.
    package var selection: Style
    /// All is well.
    package var ok: Style
    /// Needs a look. Always beside a `▲` or a word.
    package var warn: Style
    /// Needs hands.
    package var crit: Style
    /// Switched off or not watched.
    package var off: Style
    /// The frame and the word that say that the past is looked at.
    package var rewound: Style
    /// Graph colours from low to high, one to three stops.
    package var graphIn: [Style]
    /// Likewise for what goes out.
    package var graphOut: [Style]
    /// Likewise for lag.
    package var graphLag: [Style]

    /// Quantises a theme file's colours.
    package init(_ file: ThemeColours, tier: ColourTier) {
        let background = file.ui["background"]?.quantised(to: tier) ?? -1
        let plain = tier == .none
        // What is written on is one of the palette's colours also where it is the terminal's own.
        let ground = background >= 0 ? background : file.appearance == .dark ? 0 : tier == .palette8 ? 7 : 15
        func style(_ colour: Colour?, _ attributes: Style.Attributes = []) -> Style {
            let ink = colour?.quantised(to: tier) ?? -1
            // With few colours a grey may fall on its ground.
            return Style(ink == ground ? (ground == 0 ? 7 : 0) : ink, on: background, attributes)
        }
        name = file.name
        text = style(file.ui["text"])
        muted = style(file.ui["muted"], plain ? .dim : [])
        border = style(file.ui["border"], plain ? .dim : [])
        focusedBorder = style(file.ui["border.focus"], .bold)
        title = style(file.ui["title"], .bold)
        key = style(file.ui["key"], plain ? .bold : [])
        let selected = file.ui["selection.bg"]?.quantised(to: tier) ?? -1
        selection = Style(
            file.ui["selection.fg"]?.quantised(to: tier) ?? -1,
            on: selected,
            selected < 0 || selected == background ? [.bold, .reverse] : .bold
        )
        ok = style(file.status["ok"])
        warn = style(file.status["warn"], .bold)
        crit = style(file.status["crit"], .bold)
        off = style(file.status["muted"], plain ? .dim : [])
        // Themes of users that do not name it yet: what needs a look.
        rewound = style(file.ui["rewound"] ?? file.status["warn"], [.bold, .reverse])
        func gradient(_ name: String) -> [Style] { (file.graph[name] ?? [.standard]).map { style($0) } }
        graphIn = gradient("in")
        graphOut = gradient("out")
        graphLag = gradient("lag")
    }

    /// The theme while the past is looked at: frames in a colour of their own, or where there is none in bold.
    package var past: Theme {
        var theme = self
        let isPlain = rewound.foreground == text.foreground
        theme.border = Style(rewound.foreground, on: rewound.background, isPlain ? .bold : [])
        theme.focusedBorder = Style(rewound.foreground, on: rewound.background, isPlain ? [.bold, .reverse] : .bold)
        return theme
    }

    /// The style of a value that is well, needs a look or needs hands.
    package func style(for level: Level) -> Style {
        switch level {
        case .ok: ok
        case .warn: warn
        case .crit: crit
        }
    }

    /// How bad something is.
    package enum Level: Int, Sendable, Comparable {
        case ok
        case warn
        case crit

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }
}

/// A theme file's colours after palette and inheritance, before quantising.
package struct ThemeColours: Equatable, Sendable {
    /// The name shown to people.
    package var name: String
    /// The terminals it is made for.
    package var appearance: Theme.Appearance
    /// `ui` colours by key.
    package var ui: [String: Colour]
    /// `status` colours by key.
    package var status: [String: Colour]
    /// `graph` stops by key.
    package var graph: [String: [Colour]]

    /// The same with all borders in one colour, where there is one; the box that keys go to stays apart by being bold.
    package func framed(in colour: Colour?) -> ThemeColours {
        guard let colour else { return self }
        var framed = self
        framed.ui["border"] = colour
        framed.ui["border.focus"] = colour
        return framed
    }

    /// The keys of each section, in the order a file lists them.
    package static let uiKeys = [
        "background", "text", "muted", "border", "border.focus", "title", "key", "selection.bg", "selection.fg",
        "rewound",
    ]
    /// The keys of `status`.
    package static let statusKeys = ["ok", "warn", "crit", "muted"]
    /// The keys of `graph`.
    package static let graphKeys = ["in", "out", "lag"]
}
