import Foundation
import Yams

/// The file in Weir's own directory that keeps settings across runs.
///
/// ```yaml
/// columns:
///   topics:
///     order: ["NAME", "SIZE", "RATE/s"]
///     hidden: ["RETENTION"]
/// commands:
///   - "tail orders"
/// statements:
///   - "SHOW STREAMS;"
/// pins:
///   - id: "CTAS_PAGE_VIEWS_PER_MINUTE_1"
///   - id: "transient_2"
///     statement: "SELECT * FROM page_views EMIT CHANGES;"
/// ```
package struct SettingsFile: Sendable {
    /// Where it lies.
    package let path: String

    /// Larger files are none of ours, bytes.
    private static let maxBytes = 1 << 20

    /// The file in Weir's own part of a data directory, `<data>/state`.
    package init(stateDirectory: String) { path = stateDirectory + "/console.yaml" }

    /// A file by its path.
    package init(path: String) { self.path = path }

    /// Reads the settings. A file that is not there gives the defaults; one that cannot be understood is moved aside, so that
    /// nothing of it is lost when settings are kept next.
    ///
    /// - Returns: The settings, and a word about a file that was not understood.
    package func load() -> (settings: KeptSettings, warning: String?) {
        guard FileManager.default.fileExists(atPath: path) else { return (KeptSettings(), nil) }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            guard data.count <= Self.maxBytes else { throw SettingsError.tooLarge }
            return (try Self.settings(String(decoding: data, as: UTF8.self)), nil)
        } catch {
            let aside = path + ".damaged"
            let isMoved = rename(path, aside) == 0
            let reason = (error as? SettingsError)?.description ?? "it cannot be read"
            return (
                KeptSettings(), "\(path): \(reason); defaults are used" + (isMoved ? ", it is kept as \(aside)" : "")
            )
        }
    }

    /// Writes the settings, whole or not at all; the directory is made where there is none.
    ///
    /// - Throws: `SettingsError.cannotWrite` with the reason.
    package func save(_ settings: KeptSettings) throws(SettingsError) {
        let file = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(Self.text(settings).utf8).write(to: file, options: .atomic)
        } catch {
            throw .cannotWrite(path, (error as NSError).localizedDescription)
        }
    }

    /// The settings as YAML.
    package static func text(_ settings: KeptSettings) -> String {
        var text = "# Written by Weir's console.\ncolumns:"
        if settings.columns.isEmpty { text += " {}" }
        for (table, choice) in settings.columns.sorted(by: { $0.key < $1.key }) {
            text +=
                "\n  \(quoted(table)):\n    order: \(list(choice.order))\n    hidden: \(list(choice.hidden.sorted()))"
        }
        if !settings.commands.isEmpty { text += "\ncommands:" }
        for command in settings.commands { text += "\n  - \(quoted(command))" }
        if !settings.statements.isEmpty { text += "\nstatements:" }
        for statement in settings.statements { text += "\n  - \(quoted(statement))" }
        if !settings.pins.isEmpty { text += "\npins:" }
        for pin in settings.pins {
            text += "\n  - id: \(quoted(pin.id))"
            if let statement = pin.statement { text += "\n    statement: \(quoted(statement))" }
        }
        return text + "\n"
    }

    /// Reads the YAML of ``text(_:)``; keys it does not know are left alone.
    ///
    /// - Throws: `SettingsError.malformed` with the line.
    package static func settings(_ text: String) throws(SettingsError) -> KeptSettings {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic)
        } catch {
            throw .malformed(line: 1, "it is not YAML")
        }
        guard let root else { return KeptSettings() }
        guard let mapping = root.mapping else { throw .malformed(line: line(root), "it must be a mapping") }
        var settings = KeptSettings(
            commands: try names(mapping["commands"], "commands are", "a command is a text"),
            statements: try names(mapping["statements"], "statements are", "a statement is a text"),
            pins: try pins(mapping["pins"]))
        guard let columns = mapping["columns"] else { return settings }
        guard let tables = columns.mapping else { throw .malformed(line: line(columns), "columns must be a mapping") }
        for (name, choice) in tables {
            guard let table = name.scalar?.string, let lists = choice.mapping else {
                throw .malformed(line: line(choice), "a table has order and hidden")
            }
            settings.columns[table] = ColumnChoice(
                order: try names(lists["order"]), hidden: Set(try names(lists["hidden"])))
        }
        return settings
    }

    private static func names(
        _ node: Node?, _ what: String = "columns are", _ one: String = "a column is a name"
    ) throws(SettingsError) -> [String] {
        guard let node else { return [] }
        guard let sequence = node.sequence else { throw .malformed(line: line(node), "\(what) a list") }
        var names: [String] = []
        for item in sequence {
            guard let name = item.scalar?.string else { throw .malformed(line: line(item), one) }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func pins(_ node: Node?) throws(SettingsError) -> [PinnedQuery] {
        guard let node else { return [] }
        guard let sequence = node.sequence else { throw .malformed(line: line(node), "pins are a list") }
        var pins: [PinnedQuery] = []
        for item in sequence {
            guard let id = item.mapping?["id"]?.scalar?.string else {
                throw .malformed(line: line(item), "a pin has an id")
            }
            pins.append(PinnedQuery(id: id, statement: item.mapping?["statement"]?.scalar?.string))
        }
        return pins
    }

    private static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

    private static func list(_ names: [String]) -> String { "[" + names.map(quoted).joined(separator: ", ") + "]" }

    /// A YAML string in double quotes; of control characters the texts hold line feeds only.
    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"" + escaped + "\""
    }
}

/// Why settings could not be kept or read.
package enum SettingsError: Error, Equatable, CustomStringConvertible {
    /// The file does not say what it should, from this line on.
    case malformed(line: Int, String)
    /// The file is far larger than settings are.
    case tooLarge
    /// The file cannot be written; says which and why.
    case cannotWrite(String, String)
    /// Nothing is kept here: the console was given no file.
    case nowhere

    package var description: String {
        switch self {
        case .malformed(let line, let what): "line \(line): \(what)"
        case .tooLarge: "it is larger than settings are"
        case .cannotWrite(let path, let reason): "\(path) cannot be written: \(reason)"
        case .nowhere: "settings are not kept across runs here"
        }
    }
}
