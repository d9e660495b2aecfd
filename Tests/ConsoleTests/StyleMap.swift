import Console

/// A grid's styles as text: the roles of a theme by runs of cells, row by row.
///
/// ```
/// looks: text=off  key  title=focus …          roles that this theme draws alike stand together, under the first one's name
///  0  1-3 key, 4-9 title
/// ```
///
/// Cells in plain text are left out, and rows with nothing else.
struct StyleMap {
    private let theme: Theme
    private let isPast: Bool

    init(_ theme: Theme, isPast: Bool = false) {
        self.theme = isPast ? theme.past : theme
        self.isPast = isPast
    }

    /// The roles in the order in which one gives its name to those that look the same.
    private var roles: [(name: String, style: Style)] {
        var roles: [(String, Style)] = [
            ("text", theme.text), ("selection", theme.selection), ("crit", theme.crit), ("warn", theme.warn),
            ("ok", theme.ok), ("key", theme.key), ("title", theme.title), ("focus", theme.focusedBorder),
            ("muted", theme.muted), ("border", theme.border), ("off", theme.off),
        ]
        for (name, stops) in [("in", theme.graphIn), ("out", theme.graphOut), ("lag", theme.graphLag)] {
            roles += stops.enumerated().map { ("\(name)\($0.offset + 1)", $0.element) }
        }
        // Only screens of the past have it.
        if isPast { roles.append(("rewound", theme.rewound)) }
        return roles
    }

    func text(_ grid: Grid) -> String {
        let roles = roles
        var legend: [[String]] = []
        var looks: [Style] = []
        for (name, style) in roles {
            if let place = looks.firstIndex(of: style) {
                legend[place].append(name)
            } else {
                looks.append(style)
                legend.append([name])
            }
        }
        func name(_ style: Style) -> String {
            if let place = looks.firstIndex(of: style) { return legend[place][0] }
            // What is marked keeps its colours, or takes the key's.
            let likely = roles.filter { ["selection", "key"].contains($0.name) }
            let bare = (likely + roles).first { role in
                let marked = role.style.attributes.union([.bold, .underline]).subtracting(.dim)
                return Style(role.style.foreground, on: role.style.background, marked) == style
            }
            if let bare { return "\(bare.name)+mark" }
            if style.attributes.contains(.underline) { return "mark" }
            return "other(\(style.foreground),\(style.background),\(style.attributes.rawValue))"
        }
        var text = "looks: " + legend.map { $0.joined(separator: "=") }.joined(separator: "  ") + "\n"
        for row in 0..<grid.size.rows {
            var runs: [String] = []
            var start = 0
            let names = grid.row(row).map { name($0.style) }
            while start < names.count {
                let end = names[start...].firstIndex { $0 != names[start] } ?? names.count
                let place = end - start == 1 ? "\(start)" : "\(start)-\(end - 1)"
                if names[start] != "text" { runs.append("\(place) \(names[start])") }
                start = end
            }
            if !runs.isEmpty { text += (row < 10 ? " \(row)  " : "\(row)  ") + runs.joined(separator: ", ") + "\n" }
        }
        return text
    }
}
