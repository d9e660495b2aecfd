package import Authentication
import FoundationEssentials

/// A user whom the owner of the broker lets in, as `kafka-storage format --add-scram` writes it:
///
/// ```
/// SCRAM-SHA-256=[name=alice,password=alice-secret]
/// SCRAM-SHA-512=[name=bob,iterations=8192,salt="MWx2NHBkbnc0ZndxN25vdGN4bTB5Y3E=",password=bob-secret]
/// ```
package struct NewScramUser: Sendable {
    /// The user's name.
    package let name: String
    /// The mechanism.
    package let mechanism: ScramMechanism
    /// How often the password is hashed.
    package let iterations: Int32
    /// The salt that was asked for; nil for a random one.
    package let salt: [UInt8]?
    private let password: SecretBytes

    /// Reads a user.
    ///
    /// - Throws: ``ConfigError/refused(_:)`` saying what is wrong, without the password.
    package init(parsing text: String) throws(ConfigError) {
        guard let equals = text.firstIndex(of: "="), text[equals...].hasPrefix("=["), text.hasSuffix("]") else {
            throw .refused("a SCRAM user is written MECHANISM=[name=NAME,password=PASSWORD]")
        }
        let mechanismName = String(text[..<equals])
        guard let mechanism = ScramMechanism(name: mechanismName) else {
            throw .refused("\(mechanismName) is no SCRAM mechanism; there are SCRAM-SHA-256 and SCRAM-SHA-512")
        }
        let fields = try Self.fields(of: text[text.index(equals, offsetBy: 2)...].dropLast())
        guard let name = fields["name"], !name.isEmpty else { throw .refused("a SCRAM user needs a name=") }
        guard let password = fields["password"], !password.isEmpty else {
            throw .refused("the SCRAM user \(name) needs a password=")
        }
        var iterations = ScramMechanism.iterations.lowerBound
        if let text = fields["iterations"] {
            guard let number = Int32(text), ScramMechanism.iterations.contains(number) else {
                throw .refused(
                    "the SCRAM user \(name): iterations are \(ScramMechanism.iterations.lowerBound) to "
                        + "\(ScramMechanism.iterations.upperBound)")
            }
            iterations = number
        }
        var salt: [UInt8]?
        if let text = fields["salt"] {
            guard let bytes = Data(base64Encoded: text), !bytes.isEmpty else {
                throw .refused("the SCRAM user \(name): the salt is not base64")
            }
            salt = Array(bytes)
        }
        self.name = name
        self.mechanism = mechanism
        self.iterations = iterations
        self.salt = salt
        self.password = SecretBytes(password.utf8)
    }

    /// What the broker keeps of the password, with the salt that was asked for, else a random one. Counts through the iterations.
    package var credential: ScramCredential { credential(salt: salt ?? Self.randomSalt()) }

    /// 128 random bits.
    private static func randomSalt() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// What the broker keeps of the password with a salt. Counts through the iterations.
    func credential(salt: [UInt8]) -> ScramCredential {
        ScramCredential(password: password, salt: salt, iterations: iterations, for: mechanism)
    }

    /// `name=value` between commas; a value in quotes may hold commas.
    private static func fields(of text: Substring) throws(ConfigError) -> [String: String] {
        let known = ["name", "password", "iterations", "salt"]
        var fields: [String: String] = [:]
        var rest = text
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: "="), known.contains(String(rest[..<equals])) else {
                throw .refused("a SCRAM user has \(known.joined(separator: "=, "))= and no other fields")
            }
            let key = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
            let value: Substring
            if rest.hasPrefix("\"") {
                rest = rest.dropFirst()
                guard let quote = rest.firstIndex(of: "\"") else {
                    throw .refused("a SCRAM user: the quotes of \(key)= do not end")
                }
                value = rest[..<quote]
                rest = rest[rest.index(after: quote)...]
            } else {
                value = rest.prefix { $0 != "," }
                rest = rest.dropFirst(value.count)
            }
            guard rest.isEmpty || rest.hasPrefix(",") else {
                throw .refused("a SCRAM user: a comma is missing after \(key)=")
            }
            rest = rest.dropFirst()
            fields[key] = String(value)
        }
        return fields
    }
}
