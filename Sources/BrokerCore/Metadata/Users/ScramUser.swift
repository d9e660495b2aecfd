package import Authentication
import KafkaProtocol
import NIOCore

/// Whose SCRAM credential one is: a user has one for each mechanism.
package struct ScramUser: Hashable, Sendable, Comparable {
    /// The user's name.
    package var name: String
    /// The mechanism it is for.
    package var mechanism: ScramMechanism

    /// A user and a mechanism.
    package init(_ name: String, _ mechanism: ScramMechanism) {
        self.name = name
        self.mechanism = mechanism
    }

    /// A user and Kafka's number of a mechanism; nil for an unknown one.
    init?(_ name: String, _ mechanism: Int8) {
        guard let mechanism = ScramMechanism(rawValue: mechanism) else { return nil }
        self.init(name, mechanism)
    }

    /// By mechanism, then by name.
    package static func < (left: Self, right: Self) -> Bool {
        (left.mechanism, left.name) < (right.mechanism, right.name)
    }
}

extension ScramCredential {
    /// The credential that a record holds.
    init(_ record: UserScramCredentialRecord) {
        self.init(
            salt: Array(record.salt.readableBytesView), storedKey: Array(record.storedKey.readableBytesView),
            serverKey: Array(record.serverKey.readableBytesView), iterations: record.iterations)
    }
}

extension UserScramCredentialRecord {
    /// The record of a user's credential.
    init(_ credential: ScramCredential, of user: ScramUser) {
        self.init(
            name: user.name, mechanism: user.mechanism.rawValue, salt: ByteBuffer(bytes: credential.salt),
            storedKey: ByteBuffer(bytes: credential.storedKey), serverKey: ByteBuffer(bytes: credential.serverKey),
            iterations: credential.iterations)
    }
}
