/// A setting of one listener (KIP-103): `listener.name.<listener>.<key>`, or of one mechanism there (KIP-86):
/// `listener.name.<listener>.<mechanism>.<key>`. It comes before the setting of the key alone.
///
/// The names of listener and mechanism are in small letters.
package struct ListenerKey: Equatable, Sendable {
    private static let prefix = "listener.name."
    private static let mechanisms = ["plain", "scram-sha-256", "scram-sha-512"]

    /// The listener.
    package let listener: String
    /// The mechanism, where the key is of one.
    package let mechanism: String?
    /// The key itself, such as `ssl.keystore.location`.
    package let key: String

    /// Reads a key's name; nil for one that is of no listener.
    package init?(_ name: String) {
        guard name.hasPrefix(Self.prefix) else { return nil }
        let rest = name.dropFirst(Self.prefix.count)
        guard let dot = rest.firstIndex(of: "."), dot > rest.startIndex else { return nil }
        listener = String(rest[..<dot])
        let own = rest[rest.index(after: dot)...]
        mechanism = Self.mechanisms.first { own.hasPrefix("\($0).") }
        key = String(own.dropFirst(mechanism.map { $0.count + 1 } ?? 0))
        guard !key.isEmpty else { return nil }
    }

    /// Whether a listener may have a value of its own for this key here.
    var isEffective: Bool {
        switch key {
        case "sasl.jaas.config", "connections.max.reauth.ms": true
        case "sasl.enabled.mechanisms": mechanism == nil
        default: mechanism == nil && key.hasPrefix("ssl.")
        }
    }
}

extension BrokerSettings {
    /// A value for one listener: its own, else that of all; else Kafka's default, else nil.
    ///
    /// - Parameter mechanism: Looks first for the value of a mechanism there, such as `SCRAM-SHA-256`.
    package func text(_ key: String, ofListener listener: String, mechanism: String? = nil) -> String? {
        let prefix = "listener.name.\(listener.lowercased())."
        if let mechanism, let own = values["\(prefix)\(mechanism.lowercased()).\(key)"] { return own }
        return values["\(prefix)\(key)"] ?? text(key)
    }
}
