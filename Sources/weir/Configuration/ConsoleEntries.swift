import Cluster
import Console
import Monitor

/// What the configuration says of the console: its zone, keys, columns, mouse, and how often it asks the cluster.
struct ConsoleEntries {
    /// The zone of all times.
    var zone: TimeZoneChoice?
    /// Milliseconds between two polls.
    var pollIntervalMilliseconds: Int64?
    /// Takes clicks and the wheel.
    var hasMouse: Bool?
    /// The user's own keys.
    var keys = KeyOverrides.none
    /// The columns of tables, by the table's name.
    var columns: [String: ColumnChoice] = [:]

    /// How often the cluster is asked.
    var polling: MonitorSettings {
        var settings = MonitorSettings()
        if let pollIntervalMilliseconds { settings.intervalMilliseconds = pollIntervalMilliseconds }
        return settings
    }

    /// Nothing is said.
    init() {}

    /// Reads what the root of a configuration says.
    ///
    /// - Throws: `ConfigurationError`.
    init(_ root: inout ConfigurationMapping, _ reader: inout ConfigurationReader) throws {
        if let name = try root.text("zone") {
            guard let zone = TimeZoneChoice(name) else {
                let hint = TimeZoneChoice.suggestion(for: name).map { "; did you mean \"\($0)\"?" } ?? ""
                throw root.error("no time zone is called \"\(name)\"\(hint)", at: "zone")
            }
            self.zone = zone
        }
        pollIntervalMilliseconds = try root.number("poll-interval-ms", 100...3_600_000)
        hasMouse = try root.flag("mouse")
        if var mapping = try root.mapping("keys") { keys = try Self.keys(&mapping, &reader) }
        if var mapping = try root.mapping("columns") { columns = try Self.columns(&mapping, &reader) }
    }

    private static func keys(
        _ mapping: inout ConfigurationMapping, _ reader: inout ConfigurationReader
    ) throws -> KeyOverrides {
        var overrides = KeyOverrides.none
        for id in mapping.names {
            overrides.keys[id] = try mapping.texts(id, orNone: true).map { name in
                guard let key = Key(name: name) else {
                    throw mapping.error(
                        "\"\(name)\" is no key; write one character, ctrl-a to ctrl-z, or enter, esc, tab, shift-tab, space, "
                            + "up, down, left, right, home, end, pgup, pgdn, backspace or del", at: id)
                }
                return key
            }
        }
        for problem in overrides.problems() {
            guard problem.isError else {
                reader.warn(mapping, problem.action, "\(problem)")
                overrides.keys[problem.action] = nil
                continue
            }
            throw mapping.error("\(problem)", at: problem.action)
        }
        return overrides
    }

    private static func columns(
        _ mapping: inout ConfigurationMapping, _ reader: inout ConfigurationReader
    ) throws -> [String: ColumnChoice] {
        var columns: [String: ColumnChoice] = [:]
        let known = ListID.tableNames
        for (table, entry) in try mapping.mappings() {
            var entry = entry
            guard known.contains(table) else {
                let hint = Suggestion.nearest(to: table, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
                reader.warn(mapping, table, "no table is called \"\(table)\"\(hint)")
                continue
            }
            let order = try entry.texts("order", orNone: true)
            columns[table] = ColumnChoice(order: order, hidden: Set(try entry.texts("hidden", orNone: true)))
            reader.warn(entry)
        }
        return columns
    }
}
