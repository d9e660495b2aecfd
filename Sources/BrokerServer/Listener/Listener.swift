/// How a listener speaks with its clients (Kafka's `SecurityProtocol`).
package enum SecurityProtocol: String, Sendable, CaseIterable {
    case plaintext = "PLAINTEXT"
    case ssl = "SSL"
    case saslPlaintext = "SASL_PLAINTEXT"
    case saslSSL = "SASL_SSL"

    /// Whether what is said is encrypted, and clients see a certificate.
    package var usesTLS: Bool { self == .ssl || self == .saslSSL }
    /// Whether clients must log in.
    package var usesSASL: Bool { self == .saslPlaintext || self == .saslSSL }
}

/// One place where clients connect, and how they are received there.
package struct Listener: Sendable, Equatable {
    /// Its name in `listeners`, in capitals.
    package var name: String
    /// Where it binds.
    package var address: ListenerAddress
    /// What its clients are told to connect to (`advertised.listeners`); nil: what was bound. Port 0 in it stands for the bound port.
    package var advertised: ListenerAddress?
    /// Certificate and key, where it speaks TLS.
    package var tls: ListenerTLS?
    /// Who may log in and how, where clients must.
    package var sasl: ListenerSASL?

    /// A listener; without TLS and SASL one of plain text.
    package init(
        name: String = SecurityProtocol.plaintext.rawValue, _ address: ListenerAddress,
        advertised: ListenerAddress? = nil, tls: ListenerTLS? = nil, sasl: ListenerSASL? = nil
    ) {
        self.name = name
        self.address = address
        self.advertised = advertised
        self.tls = tls
        self.sasl = sasl
    }

    /// How it speaks.
    package var securityProtocol: SecurityProtocol {
        switch (tls != nil, sasl != nil) {
        case (false, false): .plaintext
        case (true, false): .ssl
        case (false, true): .saslPlaintext
        case (true, true): .saslSSL
        }
    }

    /// Whether clients prove who they are, by a login or by a certificate.
    package var authenticatesClients: Bool { sasl != nil || tls?.clientAuthentication == .required }

    /// What clients are told, given what was bound.
    func told(bound: ListenerAddress) -> ListenerAddress {
        guard let advertised else { return bound }
        return ListenerAddress(host: advertised.host, port: advertised.port == 0 ? bound.port : advertised.port)
    }
}
