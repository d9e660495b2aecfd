import ClientTLS
import ClusterClient
import Console

/// A cluster known by name: how to reach it, and how careful to be with it.
struct ClusterEntry {
    /// How to reach it.
    var settings: ClientSettings
    /// Acts that change it are allowed.
    var allowsWrite = false
    /// Acts of the console ask one level more: where a preview and a key are enough elsewhere, the name must be typed.
    var isProduction = false

    /// The colour of the console's borders on it; nil for the theme's.
    var colour: Colour?

    /// Reads an entry of `clusters`.
    ///
    /// - Throws: `ConfigurationError`.
    init(_ entry: ConfigurationMapping, _ reader: inout ConfigurationReader) throws {
        var entry = entry
        guard let bootstrap = try entry.text("bootstrap") else {
            throw entry.error("says no bootstrap; write for example bootstrap: kafka-1:9092, kafka-2:9092")
        }
        do throws(BrokerAddress.ParsingError) {
            settings = ClientSettings(bootstrap: try BrokerAddress.list(parsing: bootstrap))
        } catch {
            throw entry.error("bootstrap: \(error)", at: "bootstrap")
        }
        allowsWrite = try entry.flag("write") ?? false
        isProduction = try entry.flag("production") ?? false
        if let text = try entry.text("colour") {
            guard let colour = Colour(text) else {
                throw entry.error("colour is \"\(text)\"; write #rrggbb in quotes, or an index 0-255", at: "colour")
            }
            self.colour = colour
        }
        if let clientID = try entry.text("client-id") { settings.clientID = clientID }
        if let milliseconds = try entry.number("request-timeout-ms", 100...3_600_000) {
            settings.requestTimeoutMilliseconds = milliseconds
        }
        if let milliseconds = try entry.number("connect-timeout-ms", 100...3_600_000) {
            settings.connectTimeoutMilliseconds = milliseconds
        }
        if let tls = try entry.switchOrMapping("tls") { settings.tls = try TLSSettings(tls, &reader) }
        if let sasl = try entry.mapping("sasl") { settings.sasl = try Self.sasl(sasl, &reader) }
        settings.isReadOnly = !allowsWrite
        reader.warn(entry)
    }

    private static func sasl(
        _ mapping: ConfigurationMapping, _ reader: inout ConfigurationReader
    ) throws -> SASLSettings {
        var mapping = mapping
        let known = SASLSettings.Mechanism.allCases.map(\.rawValue)
        guard let mechanism = try mapping.text("mechanism").flatMap(SASLSettings.Mechanism.init(rawValue:)) else {
            throw mapping.error("mechanism must be one of \(known.joined(separator: ", "))", at: "mechanism")
        }
        guard let username = try mapping.text("username") else { throw mapping.error("says no username") }
        guard let password = try mapping.secret("password", &reader) else {
            throw mapping.error(
                "says no password; name where it stands: password: { environment: NAME } or { file: PATH }")
        }
        reader.warn(mapping)
        return SASLSettings(mechanism: mechanism, username: username, password: password)
    }
}
