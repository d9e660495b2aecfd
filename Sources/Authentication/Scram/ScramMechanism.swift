import Crypto

/// Kafka's two SCRAM mechanisms (RFC 5802 with the hashes of RFC 7677).
package enum ScramMechanism: Int8, Sendable, Hashable, CaseIterable, Comparable {
    /// SCRAM-SHA-256. The raw value is Kafka's number in requests and records.
    case sha256 = 1
    /// SCRAM-SHA-512.
    case sha512 = 2

    /// The mechanism of a name such as `SCRAM-SHA-256`; nil for another one.
    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// Its name in SASL.
    package var name: String {
        switch self {
        case .sha256: "SCRAM-SHA-256"
        case .sha512: "SCRAM-SHA-512"
        }
    }

    /// The iterations that credentials may have (Kafka's `ScramMechanism.minIterations` and `ScramControlManager.MAX_ITERATIONS`).
    package static let iterations: ClosedRange<Int32> = 4_096...16_384

    /// Bytes of its hash, and so of salted passwords and keys.
    package var hashBytes: Int {
        switch self {
        case .sha256: SHA256.byteCount
        case .sha512: SHA512.byteCount
        }
    }

    /// By number.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What a server keeps of a password: enough to judge a client that knows it, too little to be one (RFC 5802, section 3).
package struct ScramCredential: Sendable, Equatable {
    /// The random salt.
    package var salt: [UInt8]
    /// The hash of the client's key.
    package var storedKey: [UInt8]
    /// The key the server signs with.
    package var serverKey: [UInt8]
    /// How often the password was hashed.
    package var iterations: Int32

    /// A credential from its parts, as they were stored.
    package init(salt: [UInt8], storedKey: [UInt8], serverKey: [UInt8], iterations: Int32) {
        self.salt = salt
        self.storedKey = storedKey
        self.serverKey = serverKey
        self.iterations = iterations
    }

    /// A credential from a password that a client has salted (AlterUserScramCredentials).
    package init(saltedPassword: SecretBytes, salt: [UInt8], iterations: Int32, for mechanism: ScramMechanism) {
        let keys =
            switch mechanism {
            case .sha256: ScramHash<SHA256>.serverKeys(of: saltedPassword)
            case .sha512: ScramHash<SHA512>.serverKeys(of: saltedPassword)
            }
        self.init(salt: salt, storedKey: keys.stored, serverKey: keys.server, iterations: iterations)
    }

    /// A credential from a password. Counts through all iterations: a few milliseconds.
    package init(password: SecretBytes, salt: [UInt8], iterations: Int32, for mechanism: ScramMechanism) {
        let salted =
            switch mechanism {
            case .sha256: ScramHash<SHA256>.salted(password: password, salt: salt, iterations: Int(iterations))
            case .sha512: ScramHash<SHA512>.salted(password: password, salt: salt, iterations: Int(iterations))
            }
        self.init(saltedPassword: salted, salt: salt, iterations: iterations, for: mechanism)
    }
}

extension ScramCredential: CustomStringConvertible {
    /// Nothing of it is for logs.
    package var description: String { "(SCRAM credential of \(iterations) iterations)" }
}

extension ScramHash {
    /// What a server keeps of a salted password.
    fileprivate static func serverKeys(of salted: SecretBytes) -> (stored: [UInt8], server: [UInt8]) {
        var clientKey = salted.withBytes { hmac($0, "Client Key".utf8) }
        defer { SecretBytes.erase(&clientKey) }
        return (hash(clientKey), salted.withBytes { hmac($0, "Server Key".utf8) })
    }
}
