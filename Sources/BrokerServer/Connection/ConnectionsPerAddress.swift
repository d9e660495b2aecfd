package import BrokerCore

/// How many connections one address may have open: `max.connections.per.ip`, and `max.connections.per.ip.overrides` for some.
package struct ConnectionsPerAddress: Sendable, Equatable {
    /// For addresses that are not named.
    package var limit = Int(Int32.max)
    /// For those that are, by address (`127.0.0.1`).
    package var overrides: [String: Int] = [:]

    /// No limit worth the name, as Kafka's default is.
    package init() {}

    /// What the settings say.
    ///
    /// - Throws: ``ConfigError`` for overrides that are not `ADDRESS:COUNT,…`.
    package init(_ settings: BrokerSettings) throws(ConfigError) {
        limit = Int(clamping: settings.integer("max.connections.per.ip", or: Int64(limit)))
        for element in ConfigKey.elements(of: settings.text("max.connections.per.ip.overrides") ?? "") {
            guard let colon = element.lastIndex(of: ":"), let count = Int(element[element.index(after: colon)...]),
                count >= 0
            else {
                throw .invalidValue(
                    value: element, key: "max.connections.per.ip.overrides",
                    reason: "write ADDRESS:COUNT, with commas between them")
            }
            overrides[String(element[..<colon])] = count
        }
    }

    /// The connections that an address may have open.
    func limit(of address: String) -> Int { overrides[address] ?? limit }
}
