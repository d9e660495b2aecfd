package import Authentication
import BrokerCore

/// A mechanism by which clients log in.
package enum SaslMechanism: Hashable, Sendable {
    /// The password itself, checked against the settings.
    case plain
    /// A proof of the password, checked against what the metadata log keeps of it.
    case scram(ScramMechanism)

    /// The mechanism of a name; nil for one that is not served.
    package init?(name: String) {
        if name == "PLAIN" {
            self = .plain
        } else if let mechanism = ScramMechanism(name: name) {
            self = .scram(mechanism)
        } else {
            return nil
        }
    }

    /// Its name in SASL.
    package var name: String {
        switch self {
        case .plain: "PLAIN"
        case .scram(let mechanism): mechanism.name
        }
    }
}

/// SASL on a listener: Kafka's `sasl.` settings.
package struct ListenerSASL: Sendable, Equatable {
    /// What is offered, in the order of `sasl.enabled.mechanisms`.
    package var mechanisms: [SaslMechanism]
    /// The passwords of PLAIN, by user.
    package var plainUsers: [String: SecretBytes]
    /// Milliseconds after which clients must log in again (`connections.max.reauth.ms`, KIP-368), by mechanism; 0 and none: never.
    package var maxReauthMilliseconds: [SaslMechanism: Int64] = [:]
    /// Bytes of a frame before the login (`sasl.server.max.receive.size`).
    package var maxFrameBytes = 524_288
    /// Milliseconds before a failed login is answered (`connection.failed.authentication.delay.ms`).
    package var failureDelayMilliseconds: Int64 = 100

    /// A listener that offers mechanisms.
    package init(mechanisms: [SaslMechanism], plainUsers: [String: SecretBytes] = [:]) {
        self.mechanisms = mechanisms
        self.plainUsers = plainUsers
    }

    /// What the settings say of a listener.
    ///
    /// - Throws: ``ServerError/invalidListener(_:reason:)`` where nobody could log in by them.
    init(ofListener name: String, _ settings: BrokerSettings) throws(ServerError) {
        let names = ConfigKey.elements(of: settings.text("sasl.enabled.mechanisms", ofListener: name) ?? "")
        var mechanisms: [SaslMechanism] = []
        for text in names {
            guard let mechanism = SaslMechanism(name: text) else {
                throw .invalidListener(
                    name,
                    reason: "the mechanism \(text) is not served; set sasl.enabled.mechanisms to some of PLAIN, "
                        + "SCRAM-SHA-256, SCRAM-SHA-512")
            }
            if !mechanisms.contains(mechanism) { mechanisms.append(mechanism) }
        }
        guard !mechanisms.isEmpty else {
            throw .invalidListener(name, reason: "sasl.enabled.mechanisms names no mechanism")
        }
        var users: [String: SecretBytes] = [:]
        for mechanism in mechanisms {
            let line = settings.text("sasl.jaas.config", ofListener: name, mechanism: mechanism.name)
            guard case .plain = mechanism, let line, !line.isEmpty else { continue }
            users = try Self.users(inLine: line, name)
        }
        for (key, value) in settings.values where key.hasPrefix(BrokerConfigKeys.plainUserPrefix) {
            users[String(key.dropFirst(BrokerConfigKeys.plainUserPrefix.count))] = SecretBytes(value.utf8)
        }
        guard !mechanisms.contains(.plain) || !users.isEmpty else {
            throw .invalidListener(
                name,
                reason: "PLAIN has no users; name them as \(BrokerConfigKeys.plainUserPrefix)NAME=PASSWORD or in "
                    + "listener.name.\(name.lowercased()).plain.sasl.jaas.config")
        }
        self.init(mechanisms: mechanisms, plainUsers: users)
        for mechanism in mechanisms {
            let text = settings.text("connections.max.reauth.ms", ofListener: name, mechanism: mechanism.name)
            maxReauthMilliseconds[mechanism] = text.flatMap { Int64($0) } ?? 0
        }
        maxFrameBytes = Int(clamping: settings.integer("sasl.server.max.receive.size", or: Int64(maxFrameBytes)))
        failureDelayMilliseconds = settings.integer(
            "connection.failed.authentication.delay.ms", or: failureDelayMilliseconds)
    }

    private static func users(inLine line: String, _ name: String) throws(ServerError) -> [String: SecretBytes] {
        let entry: JaasEntry
        do throws(JaasError) {
            entry = try JaasEntry(parsing: line)
        } catch {
            throw .invalidListener(name, reason: "sasl.jaas.config: \(error)")
        }
        guard entry.loginModule.hasSuffix("PlainLoginModule") else {
            throw .invalidListener(
                name, reason: "sasl.jaas.config of PLAIN names \(entry.loginModule), not PlainLoginModule")
        }
        let prefix = "user_"
        return Dictionary(
            uniqueKeysWithValues: entry.options.filter { $0.key.hasPrefix(prefix) }
                .map { (String($0.key.dropFirst(prefix.count)), SecretBytes($0.value.utf8)) })
    }
}
