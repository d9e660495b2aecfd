import Cluster
import Yams

/// One theme file as written: what it says, where, and what it leaves to its parent.
struct ThemeFile {
    /// A value with the line it stands on.
    struct Placed {
        var text: String
        var line: Int
    }

    var file: String
    var name: Placed?
    var appearance: Theme.Appearance?
    var inherits: Placed?
    var palette: [String: Colour] = [:]
    var ui: [String: Placed] = [:]
    var status: [String: Placed] = [:]
    var graph: [String: [Placed]] = [:]
    /// Keys nobody knows, each a sentence with file, line and the likely key.
    var warnings: [String] = []

    /// Reads a theme file.
    ///
    /// - Throws: A `ThemeError` that names file, line and remedy.
    init(text: String, file: String) throws(ThemeError) {
        self.file = file
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic)
        } catch let error as YamlError {
            throw Self.syntax(error, file: file)
        } catch {
            throw .syntax(file: file, line: 1, reason: "\(error)")
        }
        guard let root, case .mapping(let mapping) = root else {
            throw .invalidValue(
                key: "theme", file: file, line: root?.mark?.line ?? 1,
                expected: "a mapping with name, palette, ui, status and graph")
        }
        let sections = ["name", "appearance", "inherits", "palette", "ui", "status", "graph"]
        for (keyNode, value) in mapping {
            let key = keyNode.scalar?.string ?? ""
            let line = keyNode.mark?.line ?? 1
            switch key {
            case "name": name = Placed(text: try scalar(value, key, line), line: line)
            case "inherits": inherits = Placed(text: try scalar(value, key, line), line: line)
            case "appearance":
                guard let chosen = Theme.Appearance(rawValue: try scalar(value, key, line)) else {
                    throw .invalidValue(key: key, file: file, line: line, expected: "dark or light")
                }
                appearance = chosen
            case "palette":
                for (name, entry, at) in try pairs(value, key, line) {
                    let text = try colourText(entry, "palette.\(name)", at)
                    guard let colour = Colour(text) else {
                        throw .invalidColor(text, key: "palette.\(name)", file: file, line: at, suggestion: nil)
                    }
                    palette[name] = colour
                }
            case "ui": ui = try colours(value, key, line, known: ThemeColours.uiKeys)
            case "status": status = try colours(value, key, line, known: ThemeColours.statusKeys)
            case "graph": graph = try gradients(value, key, line)
            default: warn(key, line, among: sections)
            }
        }
    }

    private mutating func warn(_ key: String, _ line: Int, among known: [String]) {
        let hint = Suggestion.nearest(to: key, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        warnings.append("\(file):\(line): unknown theme key \"\(key)\"\(hint)")
    }

    private mutating func colours(
        _ node: Node, _ section: String, _ line: Int, known: [String]
    ) throws(ThemeError) -> [String: Placed] {
        var found: [String: Placed] = [:]
        for (name, entry, at) in try pairs(node, section, line) {
            guard known.contains(name) else {
                warn("\(section).\(name)", at, among: known.map { "\(section).\($0)" })
                continue
            }
            found[name] = Placed(text: try colourText(entry, "\(section).\(name)", at), line: at)
        }
        return found
    }

    private mutating func gradients(_ node: Node, _ section: String, _ line: Int) throws(ThemeError) -> [String:
        [Placed]]
    {
        var found: [String: [Placed]] = [:]
        for (name, entry, at) in try pairs(node, section, line) {
            let key = "\(section).\(name)"
            guard ThemeColours.graphKeys.contains(name) else {
                warn(key, at, among: ThemeColours.graphKeys.map { "\(section).\($0)" })
                continue
            }
            guard case .sequence(let stops) = entry, (1...3).contains(stops.count) else {
                throw .invalidValue(
                    key: key, file: file, line: at, expected: "a list of one to three colours, low to high")
            }
            var placed: [Placed] = []
            for stop in stops {
                placed.append(Placed(text: try colourText(stop, key, at), line: stop.mark?.line ?? at))
            }
            found[name] = placed
        }
        return found
    }

    private func pairs(_ node: Node, _ key: String, _ line: Int) throws(ThemeError) -> [(String, Node, Int)] {
        if let text = node.scalar?.string, text.isEmpty { return [] }
        guard case .mapping(let mapping) = node else {
            throw .invalidValue(key: key, file: file, line: line, expected: "a mapping of keys to colours")
        }
        return mapping.map { ($0.key.scalar?.string ?? "", $0.value, $0.key.mark?.line ?? line) }
    }

    private func scalar(_ node: Node, _ key: String, _ line: Int) throws(ThemeError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw .invalidValue(key: key, file: file, line: line, expected: "a word")
        }
        return text
    }

    private func colourText(_ node: Node, _ key: String, _ line: Int) throws(ThemeError) -> String {
        guard let scalar = node.scalar else {
            throw .invalidValue(key: key, file: file, line: line, expected: "one colour")
        }
        if scalar.string.isEmpty || (scalar.style == .plain && (scalar.string == "~" || scalar.string == "null")) {
            throw .unquotedColor(key: key, file: file, line: line)
        }
        return scalar.string
    }

    private static func syntax(_ error: YamlError, file: String) -> ThemeError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return .syntax(file: file, line: mark.line, reason: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "\"\($0.description)\"" }.joined(separator: ", ")
            return .syntax(file: file, line: context.mark.line, reason: "\(names) is said twice")
        default:
            return .syntax(file: file, line: 1, reason: "\(error)")
        }
    }
}
