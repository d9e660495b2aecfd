import Cluster
import Foundation

/// The themes there are: those built in, overridden and joined by those in the user's folder.
package struct ThemeLibrary: Sendable {
    private var texts: [String: (file: String, text: String)] = [:]
    /// Files of the user's folder that could not be read, in words.
    package private(set) var problems: [String] = []

    /// The themes built in, and the `.yaml` files of a folder, which win where names agree.
    package init(folder: String? = ThemeLibrary.userFolder(environment: ProcessInfo.processInfo.environment)) {
        for (name, bytes) in EmbeddedThemes.files {
            texts[name] = ("Themes/\(name).yaml", String(decoding: bytes, as: UTF8.self))
        }
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
        for name in names.sorted() where name.hasSuffix(".yaml") {
            let path = folder + "/" + name
            guard let data = FileManager.default.contents(atPath: path), data.count <= 65_536,
                let text = String(data: data, encoding: .utf8)
            else {
                problems.append("\(path): cannot be read as a text of at most 64 kB")
                continue
            }
            texts[String(name.dropLast(5))] = (path, text)
        }
    }

    /// A library of given texts, by name, without those built in.
    package init(texts: [String: String]) {
        self.texts = Dictionary(uniqueKeysWithValues: texts.map { ($0.key, ("Themes/\($0.key).yaml", $0.value)) })
    }

    /// `$XDG_CONFIG_HOME/weir/themes`, or `~/.config/weir/themes`; nil without a home.
    package static func userFolder(environment: [String: String]) -> String? {
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") { return base + "/weir/themes" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.config/weir/themes"
    }

    /// The names, ascending.
    package var names: [String] { texts.keys.sorted() }

    /// A theme with all it inherits, and warnings about keys nobody knows.
    ///
    /// - Throws: A `ThemeError` that names file, line and remedy.
    package func load(_ name: String) throws(ThemeError) -> (colours: ThemeColours, warnings: [String]) {
        guard texts[name] != nil else { throw .unknownTheme(name, known: names) }
        var chain: [ThemeFile] = []
        var seen: [String] = []
        var next: String? = name
        while let current = next {
            if seen.contains(current) || seen.count > 8 { throw .cycle(seen + [current]) }
            seen.append(current)
            guard let (file, text) = texts[current] else {
                let parent = chain.last?.inherits
                throw .unknownParent(current, file: chain.last?.file ?? "", line: parent?.line ?? 1, known: names)
            }
            let parsed = try ThemeFile(text: text, file: file)
            chain.append(parsed)
            next = parsed.inherits?.text
        }
        return (try Self.resolve(chain, name: name), chain.flatMap(\.warnings))
    }

    /// Joins a theme with its parents, nearest first: the palette first, so that a child's palette recolours its parent's roles.
    private static func resolve(_ chain: [ThemeFile], name: String) throws(ThemeError) -> ThemeColours {
        var palette: [String: Colour] = [:]
        for file in chain.reversed() { palette.merge(file.palette) { _, new in new } }
        func colour(_ placed: ThemeFile.Placed, key: String, file: String) throws(ThemeError) -> Colour {
            if let named = palette[placed.text] { return named }
            if let direct = Colour(placed.text) { return direct }
            let suggestion = Suggestion.nearest(to: placed.text, among: palette.keys.sorted() + ["default"])
            throw .invalidColor(placed.text, key: key, file: file, line: placed.line, suggestion: suggestion)
        }
        var colours = ThemeColours(
            name: chain.first?.name?.text ?? name,
            appearance: chain.lazy.compactMap(\.appearance).first ?? .dark,
            ui: [:], status: [:], graph: [:]
        )
        for file in chain.reversed() {
            for (key, value) in file.ui { colours.ui[key] = try colour(value, key: "ui.\(key)", file: file.file) }
            for (key, value) in file.status {
                colours.status[key] = try colour(value, key: "status.\(key)", file: file.file)
            }
            for (key, values) in file.graph {
                var stops: [Colour] = []
                for value in values { stops.append(try colour(value, key: "graph.\(key)", file: file.file)) }
                colours.graph[key] = stops
            }
        }
        return colours
    }
}
