/// A place where clients connect.
package struct ListenerDescription: Sendable, Equatable {
    /// Its name in `listeners`.
    package var name: String
    /// How it speaks, Kafka's `SecurityProtocol`: `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`.
    package var securityProtocol: String
    /// Where it is bound, `HOST:PORT`.
    package var address: String
    /// What its clients are told to connect to; of a wildcard each client is told the address it came by.
    package var advertised: String
    /// When its certificate ends, wall milliseconds; nil where it has none.
    package var certificateExpiresAt: Int64?
    /// Connections that came in by it and are open.
    package var connections: Int

    /// Describes a listener.
    package init(
        name: String, securityProtocol: String, address: String, advertised: String, certificateExpiresAt: Int64? = nil,
        connections: Int = 0
    ) {
        self.name = name
        self.securityProtocol = securityProtocol
        self.address = address
        self.advertised = advertised
        self.certificateExpiresAt = certificateExpiresAt
        self.connections = connections
    }
}
