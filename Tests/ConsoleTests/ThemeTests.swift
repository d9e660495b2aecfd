import Console
import Foundation
import Testing

@Suite("Themes")
struct ThemeTests {
    static let names = ThemeLibrary(folder: nil).names

    @Test("every file in Themes is compiled in, and nothing else")
    func embedded() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Themes")
            .standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(files.map { String($0.dropLast(5)) }.sorted() == Self.names)
    }

    @Test("every theme names every role and nothing unknown", arguments: names)
    func complete(name: String) throws {
        let (colours, warnings) = try ThemeLibrary(folder: nil).load(name)
        #expect(warnings.isEmpty)
        for key in ThemeColours.uiKeys { #expect(colours.ui[key] != nil, "ui.\(key)") }
        for key in ThemeColours.statusKeys { #expect(colours.status[key] != nil, "status.\(key)") }
        for key in ThemeColours.graphKeys { #expect(colours.graph[key] != nil, "graph.\(key)") }
    }

    @Test("text stands out at 4.5:1, borders at 3:1, as written and in 256 colours", arguments: names, [false, true])
    func contrast(name: String, isQuantised: Bool) throws {
        let colours = try ThemeLibrary(folder: nil).load(name).colours
        func shown(_ colour: Colour, standard: Colour) -> Colour {
            if colour == .standard { return standard }
            guard isQuantised else { return colour }
            return .index(UInt8(max(0, colour.quantised(to: .palette256))))
        }
        // The terminal's own background: black or a usual near-black, white or a usual near-white.
        let isDark = colours.appearance == .dark
        let grounds: [Colour] =
            isDark ? [.rgb(0, 0, 0), .rgb(30, 30, 30)] : [.rgb(255, 255, 255), .rgb(250, 250, 245)]
        let ink: Colour = isDark ? .rgb(220, 220, 220) : .rgb(30, 30, 30)
        for ground in grounds {
            let back = shown(colours.ui["background"] ?? .standard, standard: ground)
            func check(_ key: String, _ colour: Colour?, least: Double, on other: Colour? = nil) {
                let ratio = Colour.contrast(shown(colour ?? .standard, standard: ink), other ?? back)
                #expect(ratio >= least, "\(name) \(key)")
            }
            for key in ["text", "muted", "title", "key", "rewound"] { check(key, colours.ui[key], least: 4.5) }
            for key in ["border", "border.focus"] { check(key, colours.ui[key], least: 3) }
            for key in ThemeColours.statusKeys { check("status.\(key)", colours.status[key], least: 4.5) }
            for (key, stops) in colours.graph { for stop in stops { check("graph.\(key)", stop, least: 3) } }
            if let selection = colours.ui["selection.bg"], selection != .standard {
                check("selection", colours.ui["selection.fg"], least: 4.5, on: shown(selection, standard: ground))
            }
        }
    }

    @Test(
        "with sixteen and eight colours well, to be looked at and critical stay three, and nothing is written on its own colour",
        arguments: names, [ColourTier.palette16, .palette8])
    func fewColours(name: String, tier: ColourTier) throws {
        let colours = try ThemeLibrary(folder: nil).load(name).colours
        let theme = Theme(colours, tier: tier)
        let ground: Int16 = colours.appearance == .dark ? 0 : tier == .palette8 ? 7 : 15
        func shown(_ index: Int16) -> Int16 { index < 0 ? ground : index }
        for style in [theme.text, theme.muted, theme.border, theme.title, theme.key, theme.ok, theme.warn, theme.crit]
            + theme.graphIn + theme.graphOut + theme.graphLag
        {
            #expect(style.foreground < 0 || style.foreground != shown(style.background), "\(name): \(style)")
        }
        let isHueless = theme.ok.foreground < 0
        #expect(isHueless || Set([theme.ok, theme.warn, theme.crit].map(\.foreground)).count == 3, "\(name)")
        #expect(isHueless || theme.crit.foreground != theme.text.foreground, "\(name)")
        #expect(theme.selection != theme.text, "\(name)")
        #expect(
            theme.selection.attributes.contains(.reverse)
                || shown(theme.selection.foreground) != shown(theme.selection.background), "\(name)")
    }

    @Test(
        "a broken file fails with a message that names file, line and remedy",
        arguments: [
            (
                "unquoted",
                "Themes/unquoted.yaml:4: \"ui.text\" has no value; write the colour in quotes: without them YAML takes #rrggbb for a comment"
            ),
            ("no-colour", "Themes/no-colour.yaml:6: \"ui.text\" is \"foan\"; did you mean \"foam\"?"),
            (
                "bad-hex",
                "Themes/bad-hex.yaml:3: \"palette.foam\" is \"#12345\"; write #rrggbb in quotes, a palette name, an index 0-255, or default"
            ),
            ("appearance", "Themes/appearance.yaml:2: \"appearance\" must be dark or light"),
            (
                "four-stops",
                "Themes/four-stops.yaml:3: \"graph.lag\" must be a list of one to three colours, low to high"
            ),
            ("twice", "Themes/twice.yaml:3: \"text\" is said twice"),
            ("orphan", "Themes/orphan.yaml:2: inherits \"nobody\", which is no theme; there are "),
            ("circle-a", "themes inherit in a circle: circle-a → circle-b → circle-a"),
            ("syntax", "Themes/syntax.yaml:3: "),
            ("list", "Themes/list.yaml:1: \"theme\" must be a mapping with name, palette, ui, status and graph"),
        ])
    func broken(name: String, message: String) throws {
        let library = try Self.brokenLibrary()
        do {
            _ = try library.load(name)
            Issue.record("\(name) was taken")
        } catch {
            #expect("\(error)".hasPrefix(message), "\(error)")
        }
    }

    @Test("every broken file beside the tests is tried")
    func allBroken() throws {
        let library = try Self.brokenLibrary()
        for name in library.names where name != "misspelt" {
            #expect(throws: ThemeError.self, "\(name)") { try library.load(name) }
        }
    }

    @Test("a misspelt key is a warning with the likely word, not a failure")
    func misspelt() throws {
        let (colours, warnings) = try Self.brokenLibrary().load("misspelt")
        #expect(warnings == ["Themes/misspelt.yaml:5: unknown theme key \"ui.boarder\"; did you mean \"ui.border\"?"])
        #expect(colours.ui["text"] == .index(15))
    }

    @Test("a theme that does not exist is answered with the likely one and all there are")
    func unknown() {
        do {
            _ = try ThemeLibrary(folder: nil).load("nrod")
            Issue.record("taken")
        } catch {
            #expect(
                "\(error)".hasPrefix("no theme is called \"nrod\"; did you mean \"nord\"? There are: gruvbox-dark, "))
        }
    }

    @Test("the user's folder wins over what is built in and adds to it")
    func userFolder() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "weir-themes-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "inherits: weir-dark\nname: Mine\nui: {text: \"#ffffff\"}\n".write(
            to: folder.appendingPathComponent("nord.yaml"), atomically: true, encoding: .utf8)
        let library = ThemeLibrary(folder: folder.path)
        let colours = try library.load("nord").colours
        #expect(colours.name == "Mine")
        #expect(colours.ui["text"] == .rgb(255, 255, 255))
        #expect(colours.ui["muted"] != nil)
        #expect(ThemeLibrary.userFolder(environment: ["XDG_CONFIG_HOME": "/x"]) == "/x/weir/themes")
        #expect(ThemeLibrary.userFolder(environment: ["HOME": "/h"]) == "/h/.config/weir/themes")
    }

    @Test("NO_COLOR takes all colours away, and what matters still stands out")
    func noColour() throws {
        #expect(ThemeChoice.tier(colours: 256, environment: ["NO_COLOR": "1"]) == .none)
        #expect(ThemeChoice.tier(colours: 256, environment: ["NO_COLOR": ""]) == .palette256)
        let theme = Theme(try ThemeLibrary(folder: nil).load("nord").colours, tier: .none)
        for style in [theme.text, theme.selection, theme.crit, theme.border] {
            #expect(style.foreground == -1 && style.background == -1)
        }
        #expect(theme.selection.attributes.contains(.reverse))
        #expect(theme.crit.attributes.contains(.bold))
    }

    @Test(
        "the background decides between the light and the dark house theme",
        arguments: [
            (nil, [:], "weir-dark"),
            (nil, ["COLORFGBG": "0;15"], "weir-light"),
            (nil, ["COLORFGBG": "15;0"], "weir-dark"),
            (.rgb(253, 246, 227), ["COLORFGBG": "15;0"], "weir-light"),
            (.rgb(10, 10, 10), [:], "weir-dark"),
        ] as [(Colour?, [String: String], String)])
    func background(colour: Colour?, environment: [String: String], name: String) {
        #expect(ThemeChoice.name(background: colour, environment: environment) == name)
    }

    @Test("a colour goes to the nearest the terminal has")
    func quantising() {
        #expect(Colour.rgb(255, 0, 0).quantised(to: .palette256) == 196)
        #expect(Colour.rgb(255, 0, 0).quantised(to: .palette16) == 9)
        #expect(Colour.rgb(200, 10, 10).quantised(to: .palette8) == 1)
        // Light coral, amber and reed keep their hues, slate is a grey.
        #expect(Colour.rgb(255, 135, 135).quantised(to: .palette16) == 9)
        #expect(Colour.rgb(255, 215, 95).quantised(to: .palette8) == 3)
        #expect(Colour.rgb(175, 215, 95).quantised(to: .palette8) == 2)
        #expect(Colour.rgb(154, 165, 181).quantised(to: .palette16) == 8)
        #expect(Colour.rgb(255, 0, 0).quantised(to: .none) == -1)
        #expect(Colour.standard.quantised(to: .palette256) == -1)
    }

    private static func brokenLibrary() throws -> ThemeLibrary {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("BrokenThemes")
        var texts: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".yaml") {
            texts[String(name.dropLast(5))] = try String(
                contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        }
        return ThemeLibrary(texts: texts)
    }
}
