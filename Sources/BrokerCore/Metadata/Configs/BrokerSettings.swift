/// The broker's settings as its owner wrote them, `key=value`, checked against Kafka's keys.
///
/// A wrong value is an error; an unknown key is a warning with the likely one, as Kafka ignores keys it does not know.
package struct BrokerSettings: Sendable, Equatable {
    /// What was set, by key.
    package private(set) var values: [String: String] = [:]
    /// Sentences about keys that have no effect.
    package private(set) var warnings: [String] = []

    /// No settings: defaults throughout.
    package init() {}

    /// Settings from pairs; a later one wins.
    ///
    /// - Throws: ``ConfigError`` for a wrong value, or for a key that Weir refuses.
    package init(_ pairs: [(key: String, value: String)]) throws(ConfigError) {
        for (key, value) in pairs { try set(key, to: value) }
    }

    /// Takes over the settings of a file like Kafka's `server.properties`; those that are set already stay.
    ///
    /// - Throws: ``ConfigError`` for a wrong value, or for a key that Weir refuses.
    package mutating func add(propertiesFile text: String) throws(ConfigError) {
        let before = values
        for (key, value) in PropertiesFile.pairs(text) where before[key] == nil { try set(key, to: value) }
    }

    /// Sets one key.
    ///
    /// - Throws: ``ConfigError`` for a wrong value, or for a key that Weir refuses.
    package mutating func set(_ key: String, to value: String) throws(ConfigError) {
        if key == "zookeeper.connect" {
            throw .refused("zookeeper.connect: Weir is its own controller and needs no ZooKeeper; remove the line")
        }
        guard let definition = BrokerConfigKeys.key(key) else {
            let hint = BrokerConfigKeys.nearest(to: key).map { "; did you mean \($0)?" } ?? ""
            warnings.append("unknown setting \(key) is ignored\(hint)")
            return
        }
        values[key] = try definition.validated(value)
        if let why = SettingEffect.idleness(ofBrokerKey: key) {
            warnings.append("\(key) has no effect: \(why)")
        }
    }

    /// Takes a setting back to its default.
    package mutating func remove(_ key: String) { values[key] = nil }

    /// The value in force: what was set, else Kafka's default, else nil.
    package func text(_ key: String) -> String? { values[key] ?? BrokerConfigKeys.key(key)?.defaultValue }

    /// A whole number in force, or `fallback` where neither set nor a default.
    package func integer(_ key: String, or fallback: Int64 = 0) -> Int64 { text(key).flatMap { Int64($0) } ?? fallback }

    /// A number in force, or `fallback` where neither set nor a default.
    package func number(_ key: String, or fallback: Double = 0) -> Double {
        text(key).flatMap { Double($0) } ?? fallback
    }

    /// A truth value in force.
    package func isTrue(_ key: String) -> Bool { text(key)?.lowercased() == "true" }

    /// The node id that was set, as `node.id` or by its former name `broker.id`; nil where neither is.
    package var nodeID: Int32? {
        for key in ["node.id", "broker.id"] {
            if let text = values[key], let id = Int32(text), id >= 0 { return id }
        }
        return nil
    }

    /// The log directory that was set, `log.dirs` before `log.dir`; nil where neither is.
    ///
    /// - Throws: ``ConfigError/refused(_:)`` for more than one directory.
    package func logDirectory() throws(ConfigError) -> String? {
        guard let list = values["log.dirs"] ?? values["log.dir"] else { return nil }
        let directories = ConfigKey.elements(of: list)
        guard directories.count <= 1 else {
            throw .refused("log.dirs names \(directories.count) directories; Weir keeps its log in one")
        }
        return directories.first
    }
}
