import Console
import ConsoleSamples
import Foundation
import Testing

@Suite("How the screens are coloured")
struct StyleTests {
    static let screens: [(name: String, keys: String)] = [
        ("dashboard", ""), ("topics", "2"), ("topic", "j<enter>"), ("groups", "3"), ("group", "<tab><enter>"),
        ("tail", "jt"), ("replay", "<tab><enter>r"), ("alerts", "4"), ("configuration", "jd"), ("compaction", "jc"),
        ("columns", "2,"), ("match", "2/or<enter>"), ("help", "?"),
        ("search", "jtl.total > 100<enter>"), ("compare", "jtkb"), ("decoders", "jti"), ("produce", "jPus-1"),
        ("wrong-filter", "jt/.total >"),
    ]

    /// The dark house theme, the theme without hues, and a terminal that is to show no colours at all.
    static let looks: [(name: String, theme: String, tier: ColourTier)] = [
        ("dark", "weir-dark", .palette256), ("mono", "mono", .palette256), ("no-colour", "weir-dark", .none),
    ]

    private static func theme(_ look: (name: String, theme: String, tier: ColourTier)) throws -> Theme {
        Theme(try ThemeLibrary(folder: nil).load(look.theme).colours, tier: look.tier)
    }

    @Test("every main screen has the styles of its picture", arguments: looks.map(\.name))
    func styles(name: String) throws {
        let look = try #require(Self.looks.first { $0.name == name })
        let theme = try Self.theme(look)
        for (screen, keys) in Self.screens {
            var console = Fixture(rows: 30, columns: 100)
            console.press(keys)
            let map = StyleMap(theme).text(render(console.state, theme: theme))
            try Golden.expect(text: map, "styles/\(screen)-\(name)")
        }
    }

    @Test("no cell has a style that is no role's", arguments: looks.map(\.name))
    func onlyRoles(name: String) throws {
        let look = try #require(Self.looks.first { $0.name == name })
        let theme = try Self.theme(look)
        for (screen, keys) in Self.screens + [("broker", "6"), ("members", "<tab><enter>d"), ("palette", ":or")] {
            var console = Fixture(rows: 40, columns: 120)
            console.press(keys)
            let map = StyleMap(theme).text(render(console.state, theme: theme))
            #expect(!map.contains("other("), "\(screen)")
        }
    }

    @Test(
        "with NO_COLOR no cell has a colour, and what is critical differs from plain text",
        arguments: screens.map(\.keys))
    func noColour(keys: String) throws {
        let theme = try Self.theme(("", "weir-dark", .none))
        var console = Fixture()
        console.press(keys)
        let grid = render(console.state, theme: theme)
        #expect(grid.cells.allSatisfy { $0.style.foreground == -1 && $0.style.background == -1 })
        #expect(theme.crit != theme.text && theme.selection != theme.text && theme.muted != theme.text)
    }
}
