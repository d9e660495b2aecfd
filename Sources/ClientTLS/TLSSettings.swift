package import Authentication

/// TLS towards servers: what is trusted, and who this program says it is.
package struct TLSSettings: Sendable, Equatable {
    /// A PEM file of the authorities to trust; nil for the system's.
    package var authorities: String?
    /// False accepts any host name in the server's certificate (Kafka's empty `ssl.endpoint.identification.algorithm`).
    package var verifiesHostname = true
    /// A PEM file with the client's certificate chain, for servers that ask for one.
    package var certificate: String?
    /// A PEM file with its private key.
    package var privateKey: String?
    /// The key's passphrase, where it has one.
    package var passphrase: Secret?

    /// The system's authorities, host names verified, no client certificate.
    package init() {}
}
