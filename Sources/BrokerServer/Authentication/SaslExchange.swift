import Authentication
import BrokerCore
import Crypto

/// One login, by whichever mechanism.
enum SaslExchange {
    case plain([String: SecretBytes])
    case scramSHA256(ScramServer<SHA256>)
    case scramSHA512(ScramServer<SHA512>)

    /// What a message led to.
    enum Outcome: Equatable {
        /// The mechanism goes on with this message.
        case more([UInt8])
        /// The client has proven to be this user; the mechanism's last message.
        case complete([UInt8], user: String)
    }

    /// What is kept of a user's password for a mechanism; nil for an unknown user.
    typealias Credentials = @Sendable (_ user: String, ScramMechanism) -> ScramCredential?

    /// A login that begins.
    init(_ mechanism: SaslMechanism, settings: ListenerSASL, credentials: @escaping Credentials, nonce: String) {
        switch mechanism {
        case .plain: self = .plain(settings.plainUsers)
        case .scram(.sha256): self = .scramSHA256(ScramServer(nonce: nonce) { credentials($0, .sha256) })
        case .scram(.sha512): self = .scramSHA512(ScramServer(nonce: nonce) { credentials($0, .sha512) })
        }
    }

    /// Takes a message of the client.
    ///
    /// - Throws: ``SaslFailure``; the login is over then.
    mutating func take(_ message: [UInt8]) throws(SaslFailure) -> Outcome {
        switch self {
        case .plain(let users):
            do throws(PlainError) {
                let said = try PlainMessage(message)
                try said.verify(against: users[said.user])
                return .complete([], user: said.user)
            } catch {
                throw SaslFailure(told: "\(error)", cause: "\(error)")
            }
        case .scramSHA256(var server):
            defer { self = .scramSHA256(server) }
            return try Self.take(message, &server)
        case .scramSHA512(var server):
            defer { self = .scramSHA512(server) }
            return try Self.take(message, &server)
        }
    }

    private static func take<Hash: HashFunction>(
        _ message: [UInt8], _ server: inout ScramServer<Hash>
    ) throws(SaslFailure) -> Outcome {
        do throws(ScramError) {
            let answer = try server.answer(to: message)
            guard server.isComplete, let user = server.user else { return .more(answer) }
            return .complete(answer, user: user)
        } catch {
            let told =
                error == .otherIdentity
                ? "Authentication failed: Client requested an authorization id that is different from username" : nil
            throw SaslFailure(told: told, cause: "\(error)")
        }
    }

    /// 130 random bits as letters and digits, as Kafka's `ScramFormatter.secureRandomString` has them.
    @Sendable static func randomNonce() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var random = SystemRandomNumberGenerator()
        return String(decoding: (0..<26).compactMap { _ in alphabet.randomElement(using: &random) }, as: UTF8.self)
    }
}

/// Why a login failed.
struct SaslFailure: Error, Equatable {
    /// What the client is told; nil for the mechanism's general sentence.
    var told: String?
    /// What the log says. Neither holds anything that the client sent.
    var cause: String
}
