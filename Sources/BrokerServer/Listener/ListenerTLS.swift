package import Authentication
import BrokerCore

/// TLS on a listener: Kafka's `ssl.` settings as far as they are PEM (KIP-651).
package struct ListenerTLS: Sendable, Equatable {
    /// Whether clients show a certificate (`ssl.client.auth`).
    package enum ClientAuthentication: String, Sendable, CaseIterable {
        /// They are not asked.
        case none
        /// They are asked; what they show must be good.
        case requested
        /// Without a good one nobody comes in.
        case required
    }

    /// Where text in PEM is.
    package enum PEM: Sendable, Equatable {
        /// In a file.
        case file(String)
        /// In the setting of this name.
        case inline(SecretBytes, setting: String)
    }

    /// The listener's certificate, and those between it and its authority (`ssl.keystore.location` or `ssl.keystore.certificate.chain`).
    package var certificateChain: PEM
    /// Its private key, in the same file or `ssl.keystore.key`.
    package var privateKey: PEM
    /// The key's passphrase (`ssl.key.password`).
    package var passphrase: SecretBytes?
    /// The authorities of clients' certificates (`ssl.truststore.location` or `ssl.truststore.certificates`).
    package var authorities: PEM?
    /// Whether clients show a certificate.
    package var clientAuthentication = ClientAuthentication.none
    /// TLS 1.2 is spoken (`ssl.enabled.protocols`).
    package var allowsTLS12 = true
    /// TLS 1.3 is spoken.
    package var allowsTLS13 = true

    /// A listener with a certificate and its key.
    package init(certificateChain: PEM, privateKey: PEM) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }

    /// What the settings say of a listener.
    ///
    /// - Throws: ``ServerError/invalidListener(_:reason:)`` where they say too little, or something else than PEM.
    init(ofListener name: String, _ settings: BrokerSettings) throws(ServerError) {
        func text(_ key: String) -> String? {
            settings.text(key, ofListener: name).flatMap { $0.isEmpty ? nil : $0 }
        }
        func pem(_ key: String) -> PEM? { text(key).map { .inline(SecretBytes($0.utf8), setting: key) } }
        func expectPEM(_ key: String) throws(ServerError) {
            let type = text(key) ?? "JKS"
            guard type.uppercased() == "PEM" else {
                throw .invalidListener(name, reason: "\(key) is \(type); set \(key)=PEM and give a file in that format")
            }
        }
        try expectPEM("ssl.keystore.type")
        if let location = text("ssl.keystore.location") {
            self.init(certificateChain: .file(location), privateKey: .file(location))
        } else if let chain = pem("ssl.keystore.certificate.chain"), let key = pem("ssl.keystore.key") {
            self.init(certificateChain: chain, privateKey: key)
        } else {
            throw .invalidListener(
                name,
                reason: "it has no certificate; set ssl.keystore.location to a PEM file with the certificate chain and "
                    + "the private key")
        }
        passphrase = text("ssl.key.password").map { SecretBytes($0.utf8) }
        let authorities = text("ssl.truststore.location").map { PEM.file($0) } ?? pem("ssl.truststore.certificates")
        if let authorities {
            try expectPEM("ssl.truststore.type")
            self.authorities = authorities
        }
        try takeClientAuthentication(text("ssl.client.auth") ?? "none", name)
        try takeVersions(text("ssl.enabled.protocols") ?? "TLSv1.2,TLSv1.3", name)
    }

    private mutating func takeClientAuthentication(_ text: String, _ name: String) throws(ServerError) {
        guard let choice = ClientAuthentication(rawValue: text.lowercased()) else {
            throw .invalidListener(name, reason: "ssl.client.auth is \(text); choose none, requested or required")
        }
        // Whoever has a certificate of any authority that the system trusts would come in.
        guard choice == .none || authorities != nil else {
            throw .invalidListener(
                name,
                reason: "ssl.client.auth is \(text), but no authority of clients is known; set ssl.truststore.location")
        }
        clientAuthentication = choice
    }

    private mutating func takeVersions(_ text: String, _ name: String) throws(ServerError) {
        let versions = ConfigKey.elements(of: text)
        allowsTLS12 = versions.contains("TLSv1.2")
        allowsTLS13 = versions.contains("TLSv1.3")
        guard allowsTLS12 || allowsTLS13, versions.allSatisfy({ $0 == "TLSv1.2" || $0 == "TLSv1.3" }) else {
            throw .invalidListener(name, reason: "ssl.enabled.protocols is \(text); TLSv1.2 and TLSv1.3 are spoken")
        }
    }
}
