import Authentication
import Crypto
import KafkaProtocol
import NIOCore

/// Says on a new connection who we are (KIP-43, KIP-152): SaslHandshake, then the mechanism's messages in SaslAuthenticate.
struct SASLAuthentication {
    private let settings: SASLSettings
    private let socket: BrokerSocket
    private let version: Int16
    private let timeoutMilliseconds: () -> Int64

    /// An authentication on a connection.
    ///
    /// - Parameter timeoutMilliseconds: The time left for each further message.
    /// - Throws: `.unsupported` where the broker lacks SaslHandshake 1 or SaslAuthenticate.
    init(
        _ settings: SASLSettings, on socket: BrokerSocket, versions: CommonVersions,
        timeoutMilliseconds: @escaping () -> Int64
    ) throws(ClientError) {
        guard versions.has(SaslHandshakeRequest.api, from: 1), let range = versions[SaslAuthenticateRequest.api] else {
            throw .unsupported(socket.broker, api: SaslAuthenticateRequest.api.name, broker: "in no version")
        }
        self.settings = settings
        self.socket = socket
        version = range.upperBound
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// Authenticates.
    ///
    /// - Returns: Milliseconds after which the broker wants it done again (KIP-368); nil for never.
    /// - Throws: `.authentication` with the broker's reason, or ours; nothing of the password is in it.
    func run() async throws(ClientError) -> Int64? {
        let password = try read(settings.password)
        try await shakeHands()
        let lifetime =
            switch settings.mechanism {
            case .plain: try await plain(password)
            case .scramSHA256:
                try await scram(
                    ScramClient<SHA256>(user: settings.username, password: password, nonce: Self.nonce()))
            case .scramSHA512:
                try await scram(
                    ScramClient<SHA512>(user: settings.username, password: password, nonce: Self.nonce()))
            }
        return lifetime > 0 ? lifetime : nil
    }

    private func read(_ secret: Secret) throws(ClientError) -> SecretBytes {
        do throws(SecretError) {
            return try secret.read()
        } catch {
            throw failure("the password: \(error)")
        }
    }

    private func shakeHands() async throws(ClientError) {
        let mechanism = settings.mechanism.rawValue
        let answer = try await socket.ask(
            SaslHandshakeRequest(mechanism: mechanism), version: 1, timeoutMilliseconds: timeoutMilliseconds())
        switch answer.errorCode {
        case .none: return
        case .unsupportedSaslMechanism:
            throw failure("the broker offers \(answer.mechanisms.sorted().joined(separator: ", ")) only")
        case .illegalSaslState: throw failure("the broker expects no SASL on this port")
        default: throw failure("the broker refused: \(answer.errorCode)")
        }
    }

    // MARK: Mechanisms

    /// RFC 4616: no identity to act as, the user, the password, with zeros before the latter two.
    private func plain(_ password: SecretBytes) async throws(ClientError) -> Int64 {
        let user = settings.username.utf8
        guard !user.contains(0), password.withBytes({ !$0.contains(0) }) else {
            throw failure("neither user nor password may hold a zero byte")
        }
        var message = ByteBuffer()
        message.writeBytes([0])
        message.writeBytes(user)
        message.writeBytes([0])
        password.withBytes { _ = message.writeBytes($0) }
        return try await say(message).sessionLifetimeMs
    }

    private func scram<Hash: HashFunction>(_ client: ScramClient<Hash>) async throws(ClientError) -> Int64 {
        var client = client
        let first = try await say(ByteBuffer(bytes: client.firstMessage))
        let final: [UInt8]
        do throws(ScramError) {
            final = try client.finalMessage(answering: Array(first.authBytes.readableBytesView))
        } catch {
            throw failure("\(error)")
        }
        let last = try await say(ByteBuffer(bytes: final))
        do throws(ScramError) {
            try client.verify(Array(last.authBytes.readableBytesView))
        } catch {
            throw failure("\(error)")
        }
        return last.sessionLifetimeMs
    }

    private func say(_ bytes: ByteBuffer) async throws(ClientError) -> SaslAuthenticateResponse {
        let answer = try await socket.ask(
            SaslAuthenticateRequest(authBytes: bytes), version: version, timeoutMilliseconds: timeoutMilliseconds())
        guard answer.errorCode == .none else { throw failure(answer.errorMessage ?? "\(answer.errorCode)") }
        return answer
    }

    private func failure(_ reason: String) -> ClientError {
        .authentication(socket.broker, "SASL \(settings.mechanism.rawValue) as \(settings.username): \(reason)")
    }

    /// 144 random bits in letters and digits.
    private static func nonce() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<25).compactMap { _ in alphabet.randomElement(using: &random) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
