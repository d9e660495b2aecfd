import Cluster
import Monitor

/// Editing one setting: what it means and what it is by default, checked by the broker, old and new side by side, then done.
extension ConsoleState {
    private static let set = "set this value"
    private static let reset = "go back to the default"

    /// The settings that the page on top shows.
    var shownConfiguration: (resource: ConfigResource, entries: [ConfigEntry])? {
        switch page {
        case .configuration(let topic): configurations[topic]?.value.map { (.topic(topic), $0) }
        case .brokerConfiguration(let id): brokerConfigurations[id]?.value.map { (.broker(id), $0) }
        default: nil
        }
    }

    /// The setting under the cursor.
    var selectedEntry: ConfigEntry? {
        guard let entries = shownConfiguration?.entries, let id = selectedID else { return nil }
        return entries.first { $0.name == id }
    }

    /// Asks for another value of the setting under the cursor.
    mutating func beginEditing() -> [Effect] {
        guard let (resource, _) = shownConfiguration, let entry = selectedEntry else { return [] }
        guard !entry.isReadOnly else {
            say("\(entry.name) is read when the broker starts: change it there", .warn)
            return []
        }
        let value = entry.isSensitive ? "" : entry.value ?? ""
        var fields: [Form.Field] = []
        if value == "true" || value == "false" {
            fields.append(Form.Field("value", "value", .choice(["true", "false"]), text: value))
        } else {
            fields.append(
                Form.Field("value", "value", text: value, hint: entry.isSensitive ? "hidden; type a new one" : "empty"))
        }
        if entry.isOverridden(on: resource) {
            fields.append(Form.Field("do", "then", .choice([Self.set, Self.reset])))
        }
        var lead = ConfigText.lines(entry, on: resource, width: 76, rows: 6)
        lead.append("now      " + ConfigText.shown(entry))
        dialog = .form(
            Form(
                .edit(resource, key: entry.name), title: "\(entry.name) of \(resource)", verb: "check", lead: lead,
                fields: fields))
        return []
    }

    /// Has the new value checked by the broker.
    mutating func submitEdit(_ form: Form, of resource: ConfigResource, key: String) -> [Effect] {
        if form["do"] == Self.reset { return check(.alter(resource, [ConfigChange(key, .delete)]), of: form) }
        let entry = shownConfiguration?.entries.first { $0.name == key }
        if let entry, !entry.isSensitive, entry.value == form["value"], entry.isOverridden(on: resource) {
            return refuse(form, "that is its value already")
        }
        return check(.alter(resource, [ConfigChange(key, .set, form["value"])]), of: form)
    }

    /// Old and new side by side, with what the change does to records where it does anything.
    func alterationPreview(_ resource: ConfigResource, _ changes: [ConfigChange]) -> ActPreview {
        let entries = shownConfiguration.flatMap { $0.resource == resource ? $0.entries : nil } ?? []
        var lines: [ActPreview.Line] = []
        for change in changes {
            let entry = entries.first { $0.name == change.name }
            let new = change.operation == .delete ? entry?.fallback(on: resource)?.value : change.value
            let isHidden = entry?.isSensitive == true
            lines.append(.init(change.name))
            lines.append(.init("  old   " + (entry.map(ConfigText.shown) ?? "?")))
            let shown = isHidden ? "(hidden)" : new.map { ConfigText.readable($0, of: change.name) } ?? "the default"
            lines.append(.init("  new   " + shown + (change.operation == .delete ? "  default again" : "")))
            if let warning = ConfigText.warning(change.name, from: entry?.value, to: new) {
                lines.append(.init("▲ \(warning)", .warn))
            }
        }
        lines.append(.init("The broker would take it."))
        let name =
            switch resource {
            case .topic(let name): name
            case .broker(let id): "broker \(id)"
            case .brokerDefaults: "all brokers"
            }
        return ActPreview(
            title: "change \(resource)", verb: "change", lines: lines,
            deed: Deed(name, words: "change its settings", .previewed, effects: [.act(.alter(resource, changes))]))
    }
}

extension ConfigEntry {
    /// True where the value was set on the resource itself, so that it can be taken away again.
    func isOverridden(on resource: ConfigResource) -> Bool {
        switch resource {
        case .topic: source == .topic
        case .broker: source == .dynamicBroker
        case .brokerDefaults: source == .dynamicDefaultBroker
        }
    }

    /// The place whose value counts when the resource's own is taken away; nil where the peer does not tell.
    func fallback(on resource: ConfigResource) -> Synonym? {
        isOverridden(on: resource)
            ? synonyms.first { $0.source != source } : synonyms.first { $0.source == .defaultValue }
    }
}

/// Settings in words.
enum ConfigText {
    /// `604800000 (7d)`, `1073741824 (1.0G)`, `(empty)`.
    static func readable(_ value: String, of key: String) -> String {
        if value.isEmpty { return "(empty)" }
        guard let number = Int64(value) else { return value }
        if number == .max { return "\(value) (no limit)" }
        if key.hasSuffix(".ms"), number >= 1000 { return "\(value) (\(Durations.setting(milliseconds: number)))" }
        if key.hasSuffix("retention.ms"), number == -1 { return "\(value) (for ever)" }
        if key.hasSuffix("bytes"), number >= 1024 { return "\(value) (\(Figures.bytes(number)))" }
        return key.hasSuffix("retention.bytes") && number == -1 ? "\(value) (no limit)" : value
    }

    /// A setting's value with where it comes from.
    static func shown(_ entry: ConfigEntry) -> String {
        let value = entry.isSensitive ? "(hidden)" : entry.value.map { readable($0, of: entry.name) } ?? "—"
        return "\(value)  \(ConfigurationScreen.word(entry.source))"
    }

    /// What a setting means and what counts without it, in lines of a width.
    static func lines(_ entry: ConfigEntry, on resource: ConfigResource, width: Int, rows: Int) -> [String] {
        let told = entry.documentation.flatMap { $0.isEmpty ? nil : $0 } ?? "The broker does not tell what it means."
        var lines = BrokerConfigurationScreen.wrapped(told, width: width)
        if lines.count > rows { lines = Array(lines.prefix(rows - 1)) + [lines[rows - 1] + " …"] }
        if let fallback = entry.fallback(on: resource) {
            let value = entry.isSensitive ? "(hidden)" : fallback.value.map { readable($0, of: entry.name) } ?? "—"
            lines.append("default  \(value)  \(fallback.name), \(ConfigurationScreen.word(fallback.source))")
        }
        return lines
    }

    /// What a change takes away, where it takes something.
    static func warning(_ key: String, from old: String?, to new: String?) -> String? {
        func number(_ text: String?) -> Int64? { text.flatMap { Int64($0) }.map { $0 == -1 ? .max : $0 } }
        switch key {
        case "retention.ms":
            guard let old = number(old), let new = number(new), new < old else { return nil }
            return "segments older than \(Durations.setting(milliseconds: new)) are deleted from then on"
        case "retention.bytes":
            guard let old = number(old), let new = number(new), new < old else { return nil }
            return "each partition is cut to \(Figures.bytes(new)) from then on"
        case "cleanup.policy":
            guard let old, let new, old != new else { return nil }
            if new.contains("compact"), !old.contains("compact") {
                return "older records of a key go; records without a key are refused"
            }
            if new.contains("delete"), !old.contains("delete") {
                return "records are deleted by age and size from then on"
            }
            return nil
        default: return nil
        }
    }
}
