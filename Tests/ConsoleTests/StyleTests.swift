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
        ("wrong-filter", "jt/.total >"), ("palette", ":or"), ("marked", "2  "), ("new-topic", "2N"),
        ("topic-created", "2Nfresh<enter>"), ("delete-topic", "2D"), ("delete-marked", "2  D"),
        ("typed-name", "2D<enter>"), ("transactions", "6x"), ("transaction", "6x<enter>"),
        ("producers", "6x<enter><enter>"), ("connections", "6n"), ("broker", "6"), ("purge-form", "2X<down>-2h"),
        ("purge", "2X<down>-2h<enter>"), ("edit", "2jdE"),
        ("edit-preview", "2jdE,delete<enter>"), ("add-partitions", "2:add-part<enter>"), ("mute", "4M"),
        ("search-form", "jtl.total > 100"), ("compaction-due", "2p:compact-due<enter>"), ("typed-time", "jt@13:00"),
        ("queries", "5"), ("query", "5<enter>"), ("query-failures", "5j<enter>"), ("terminate", "5D"),
        ("sql-typing", "5NCREATE TABLE t AS<enter>  SELECT page, co"),
        ("sql-wrong", "5NSELECT user,<enter>       PAEG<enter>FROM page_views;<enter>"),
        ("sql-answer", "5NSHOW STREAMS;<enter><esc><tab>"), ("dashboard-pinned", "5pjp1"),
    ]

    /// Dialogs that keys alone do not open on the sample cluster.
    private static func answered() -> [(name: String, console: Fixture)] {
        var quit = Fixture()
        quit.press("q")
        quit.feed(.arrived(.clients(2)))
        var overwrite = Fixture()
        overwrite.exportAnswer = .failure(.exists("/tmp/topics.csv"))
        overwrite.press("2e<enter>")
        var production = Fixture(settings: Settings(clusterName: "payments-eu", isProduction: true))
        production.press("2Nfresh<enter>")
        return [("quit", quit), ("overwrite", overwrite), ("confirm", production)]
    }

    /// All screens and dialogs.
    private static func consoles(rows: Int = 30, columns: Int = 100) -> [(name: String, console: Fixture)] {
        screens.map { name, keys in
            var console = Fixture(rows: rows, columns: columns)
            console.press(keys)
            return (name, console)
        } + answered()
    }

    @Test("there is a picture of every dialog")
    func everyDialog() {
        func name(_ dialog: Dialog) -> String {
            switch dialog {
            case .help: "help"
            case .quit: "quit"
            case .compaction: "compaction"
            case .columns: "columns"
            case .overwrite: "overwrite"
            case .mute: "mute"
            case .form(let form):
                switch form.purpose {
                case .addPartitions: "add-partitions"
                case .newTopic: "new-topic"
                case .purge: "purge-form"
                case .edit: "edit"
                case .search: "search-form"
                case .produce: "produce"
                }
            case .confirm: "confirm"
            case .act: "act"
            case .done: "done"
            case .decoders: "decoders"
            }
        }
        let shown = Set(Self.consoles().compactMap { $0.console.state.dialog.map(name) })
        let all: Set = [
            "help", "quit", "compaction", "columns", "overwrite", "mute", "add-partitions", "new-topic", "purge-form",
            "edit", "search-form", "produce", "confirm", "act", "done", "decoders",
        ]
        #expect(shown == all)
    }

    /// The dark house theme, the same on a terminal of sixteen colours and on one that is to show none, and the theme without hues.
    static let looks: [(name: String, theme: String, tier: ColourTier)] = [
        ("dark", "weir-dark", .palette256), ("sixteen", "weir-dark", .palette16), ("no-colour", "weir-dark", .none),
        ("mono", "mono", .palette256),
    ]

    private static func theme(_ look: (name: String, theme: String, tier: ColourTier)) throws -> Theme {
        Theme(try ThemeLibrary(folder: nil).load(look.theme).colours, tier: look.tier)
    }

    @Test("every main screen has the styles of its picture", arguments: looks.map(\.name))
    func styles(name: String) throws {
        let look = try #require(Self.looks.first { $0.name == name })
        let theme = try Self.theme(look)
        for (screen, console) in Self.consoles() {
            let map = StyleMap(theme).text(render(console.state, theme: theme))
            try Golden.expect(text: map, "styles/\(screen)-\(name)")
        }
    }

    @Test("no cell has a style that is no role's", arguments: looks.map(\.name))
    func onlyRoles(name: String) throws {
        let look = try #require(Self.looks.first { $0.name == name })
        let theme = try Self.theme(look)
        let others = [("broker", "6"), ("members", "<tab><enter>d")].map { name, keys in
            var console = Fixture(rows: 40, columns: 120)
            console.press(keys)
            return (name: name, console: console)
        }
        for (screen, console) in Self.consoles(rows: 40, columns: 120) + others {
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
