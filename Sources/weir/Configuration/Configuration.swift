import ClusterClient
import Foundation

/// What the user's configuration file says: how the console looks, and the clusters known by name.
///
/// ```yaml
/// theme: nord
/// zone: Europe/Berlin         # UTC (the default), local, or a name of the IANA database
/// poll-interval-ms: 2000
/// mouse: true                 # clicks select, the wheel scrolls, shift selects text
/// keys: { tail: T, refresh: [ctrl-r, "."] }
/// columns:
///   topics: { order: [NAME, SIZE], hidden: [RETENTION] }
/// schemas: ~/schemas        # Avro and Protobuf schemas; schemas/ beside this file where nothing is said
/// notify:                   # who is told of alerts; see ``NotifyEntries``
///   receivers: { desk: { terminal: bell } }
/// clusters:
///   prod:
///     bootstrap: kafka-1:9093, kafka-2:9093
///     write: false          # the console may change nothing (the default)
///     colour: "#cc3333"     # of its borders
///     production: true      # the header says so, and acts of the console ask one level more
///     tls: { authorities: /etc/ssl/kafka-ca.pem }
///     sasl: { mechanism: SCRAM-SHA-512, username: ops, password: { environment: KAFKA_PASSWORD } }
/// ```
///
/// A key nobody knows is a warning with file, line and a suggestion; a wrong value is an error.
struct Configuration {
    /// The theme's name.
    var theme: String?
    /// The folder of schemas as written.
    var schemas: String?
    /// The clusters by name.
    var clusters: [String: ClusterEntry] = [:]
    /// What it says of the console.
    var console = ConsoleEntries()
    /// Who is told of alerts.
    var notify = NotifyEntries()
    /// Keys nobody knows, a sentence each.
    var warnings: [String] = []

    /// A configuration that says nothing.
    init() {}

    /// Reads a configuration.
    ///
    /// - Throws: `ConfigurationError`.
    init(text: String, file: String) throws {
        var reader = try ConfigurationReader(text: text, file: file)
        guard var root = try reader.root() else { return }
        theme = try root.text("theme")
        schemas = try root.text("schemas")
        if var entries = try root.mapping("clusters") {
            for (name, entry) in try entries.mappings() { clusters[name] = try ClusterEntry(entry, &reader) }
        }
        console = try ConsoleEntries(&root, &reader)
        if let entries = try root.mapping("notify") { notify = try NotifyEntries(entries, &reader) }
        reader.warn(root)
        warnings = reader.warnings
    }

    /// The configuration of the user: `$XDG_CONFIG_HOME/weir/config.yaml`, or below `~/.config`. Says nothing where there is no such file.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read or is wrong.
    static func ofUser(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Configuration {
        guard let path = path(environment), FileManager.default.fileExists(atPath: path) else { return Configuration() }
        return try read(path)
    }

    /// Reads a configuration file.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read or is wrong.
    static func read(_ path: String) throws -> Configuration {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20,
            let text = String(data: data, encoding: .utf8)
        else {
            throw ConfigurationError(file: path, line: nil, reason: "cannot be read as a text of at most 1 MiB")
        }
        return try Configuration(text: text, file: path)
    }

    /// Where the user's configuration is looked for (XDG base directory specification).
    static func path(_ environment: [String: String]) -> String? {
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") { return "\(base)/weir/config.yaml" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return "\(home)/.config/weir/config.yaml"
    }
}

/// What is wrong in a configuration file, where, and what to write instead.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The file.
    var file: String
    /// The line, from 1; nil where it is the whole file.
    var line: Int?
    /// What is wrong, and what to write instead.
    var reason: String

    var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(reason)" }
}
