import BrokerCore
import Cluster
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

/// Stands before the requests of one connection until its client has logged in (Kafka's `SaslServerAuthenticator`).
///
/// Before that, one ApiVersions, SaslHandshake and what the handshake leads to are answered, nothing else: another request closes the
/// connection, and so does an ApiVersions after one that was answered without an error. After SaslHandshake 0 the mechanism's messages come without headers, after version 1 in SaslAuthenticate (KIP-152).
/// A client may log in again (KIP-368), as the same user by the same mechanism, and must once its session is over.
/// A failed login is answered late, and the connection closed.
final class SaslGate: FrameHandling {
    private enum Phase {
        case handshake
        case exchange(SaslExchange, SaslMechanism, isFramed: Bool)
        /// The client asked for another mechanism than it had logged in by.
        case wrongMechanism(String)
        case open
        case failed
    }

    private struct Session {
        var user: String
        var mechanism: SaslMechanism
        var end: NIODeadline?
    }

    private struct State {
        var phase = Phase.handshake
        /// The login in force; nil before the first one.
        var session: Session?
        var lastLoginBegan: NIODeadline?
        /// Whether the client was told which versions there are; it may ask again only as long as it was not.
        var knowsVersions = false
    }

    /// What becomes of a frame.
    private enum Verdict {
        case pass
        case answer(RequestHeader, AnyResponse)
        case token([UInt8])
        /// The login failed: what is said before the connection is closed, and what is logged.
        case fail(RequestHeader?, AnyResponse?, cause: String)
        case close(String)
    }

    private static let handshakeKey: Int16 = 17
    private static let authenticateKey: Int16 = 36
    private static let versionsKey: Int16 = 18
    private let settings: ListenerSASL
    private let listener: String
    private let credentials: SaslExchange.Credentials
    private let nonce: @Sendable () -> String
    private let reauthInterval: TimeAmount
    private let next: any FrameHandling
    private let logger: Logger
    private let state = Mutex(State())

    /// A gate before `next`.
    ///
    /// - Parameters:
    ///   - credentials: What is kept of the passwords of SCRAM.
    ///   - nonce: Makes what no login had before.
    ///   - reauthInterval: A client logs in again at most once in this time (Kafka's `MIN_REAUTH_INTERVAL_ONE_SECOND_NANOS`).
    init(
        listener: String, settings: ListenerSASL, credentials: @escaping SaslExchange.Credentials,
        nonce: @escaping @Sendable () -> String = SaslExchange.randomNonce,
        reauthInterval: TimeAmount = .seconds(1), next: any FrameHandling, logger: Logger
    ) {
        self.listener = listener
        self.settings = settings
        self.credentials = credentials
        self.nonce = nonce
        self.reauthInterval = reauthInterval
        self.next = next
        self.logger = logger
    }

    var frameLimit: Int? {
        state.withLock { state in
            if case .open = state.phase { nil } else { settings.maxFrameBytes }
        }
    }

    func handle(
        _ frame: ByteBuffer, from client: Client, answer: @escaping @Sendable (Answer) -> Void
    ) -> (any WaitingRequest)? {
        switch state.withLock({ judge(frame, &$0) }) {
        case .pass:
            return next.handle(frame, from: client, answer: answer)
        case .answer(let header, let response):
            if let user = state.withLock({ $0.session?.user }) { client.entry.update { $0.user = user } }
            Exchange(header: header, client: client, answer: answer).respond(response)
        case .token(let bytes):
            if let user = state.withLock({ $0.session?.user }) { client.entry.update { $0.user = user } }
            var buffer = ByteBuffer()
            buffer.writeInteger(UInt32(bytes.count))
            buffer.writeBytes(bytes)
            answer(.frame([buffer]))
        case .fail(let header, let response, let cause):
            fail(header, response, cause, client, answer)
        case .close(let reason):
            answer(.close(reason: reason))
        }
        return nil
    }

    // MARK: Phases

    private func judge(_ frame: ByteBuffer, _ state: inout State) -> Verdict {
        let key = frame.getInteger(at: frame.readerIndex, as: Int16.self)
        let now = NIODeadline.now()
        switch state.phase {
        case .open:
            if key == Self.handshakeKey, state.lastLoginBegan.map({ now - $0 >= reauthInterval }) ?? true {
                return handshake(frame, &state, now)
            }
            if let end = state.session?.end, now >= end {
                return .close("its session is over (connections.max.reauth.ms)")
            }
            return .pass
        case .handshake:
            if key == Self.versionsKey { return versions(frame, &state) }
            guard key == Self.handshakeKey else {
                return .fail(nil, nil, cause: "a request of API key \(key.map { "\($0)" } ?? "?") before the login")
            }
            return handshake(frame, &state, now)
        case .exchange(let exchange, let mechanism, let isFramed):
            return isFramed
                ? authenticate(frame, exchange, mechanism, &state, now)
                : take(frame, exchange, mechanism, &state, now)
        case .wrongMechanism(let sentence):
            return refuse(frame, saying: sentence, cause: sentence)
        case .failed:
            return .close("it sent more after a failed login")
        }
    }

    /// ApiVersions before the login.
    private func versions(_ frame: ByteBuffer, _ state: inout State) -> Verdict {
        guard !state.knowsVersions else { return .close("a second ApiVersions before the login") }
        if case (let header, .apiVersions(let request))? = try? AnyRequest.decode(frame: frame) {
            state.knowsVersions = ApiVersionsHandler.isValid(request, version: header.apiVersion)
        }
        return .pass
    }

    private func handshake(_ frame: ByteBuffer, _ state: inout State, _ now: NIODeadline) -> Verdict {
        let header: RequestHeader
        let request: SaslHandshakeRequest
        do throws(WireError) {
            guard case (let read, .saslHandshake(let body)) = try AnyRequest.decode(frame: frame) else {
                return .close("it sent no handshake")
            }
            (header, request) = (read, body)
        } catch {
            return .fail(nil, nil, cause: "\(error)")
        }
        let offered = settings.mechanisms.map(\.name)
        guard let mechanism = SaslMechanism(name: request.mechanism), settings.mechanisms.contains(mechanism) else {
            let response = SaslHandshakeResponse(errorCode: .unsupportedSaslMechanism, mechanisms: offered)
            return .fail(header, .saslHandshake(response), cause: "it asks for a mechanism that is not enabled")
        }
        state.lastLoginBegan = now
        if let before = state.session?.mechanism, before != mechanism {
            state.phase = .wrongMechanism(
                "SASL mechanism '\(mechanism.name)' requested by client is not supported for re-authentication of "
                    + "mechanism '\(before.name)'")
        } else {
            let exchange = SaslExchange(
                mechanism, settings: settings, credentials: credentials, nonce: nonce())
            state.phase = .exchange(exchange, mechanism, isFramed: header.apiVersion >= 1)
        }
        return .answer(header, .saslHandshake(SaslHandshakeResponse(mechanisms: offered)))
    }

    /// A message of the mechanism in SaslAuthenticate.
    private func authenticate(
        _ frame: ByteBuffer, _ exchange: SaslExchange, _ mechanism: SaslMechanism, _ state: inout State,
        _ now: NIODeadline
    ) -> Verdict {
        let header: RequestHeader
        let message: [UInt8]
        do throws(WireError) {
            guard frame.getInteger(at: frame.readerIndex, as: Int16.self) == Self.authenticateKey,
                case (let read, .saslAuthenticate(let body)) = try AnyRequest.decode(frame: frame)
            else { return .fail(nil, nil, cause: "another request than SaslAuthenticate during the login") }
            (header, message) = (read, Array(body.authBytes.readableBytesView))
        } catch {
            return .fail(nil, nil, cause: "\(error)")
        }
        do throws(SaslFailure) {
            let (token, lifetime) = try advance(exchange, mechanism, by: message, isFramed: true, &state, now)
            return .answer(
                header,
                .saslAuthenticate(
                    SaslAuthenticateResponse(
                        errorMessage: "", authBytes: ByteBuffer(bytes: token), sessionLifetimeMs: lifetime)))
        } catch {
            let isAgain = state.session != nil
            let told =
                error.told
                ?? "Authentication failed during \(isAgain ? "re-authentication" : "authentication") due to invalid "
                + "credentials with SASL mechanism \(mechanism.name)"
            return .fail(header, Self.refusal(told), cause: error.cause)
        }
    }

    /// A message of the mechanism by itself.
    private func take(
        _ frame: ByteBuffer, _ exchange: SaslExchange, _ mechanism: SaslMechanism, _ state: inout State,
        _ now: NIODeadline
    ) -> Verdict {
        do throws(SaslFailure) {
            let message = Array(frame.readableBytesView)
            return .token(try advance(exchange, mechanism, by: message, isFramed: false, &state, now).token)
        } catch {
            return .fail(nil, nil, cause: error.cause)
        }
    }

    /// - Returns: The mechanism's answer; and once the login is done, how long it holds in milliseconds, 0 for ever.
    private func advance(
        _ exchange: SaslExchange, _ mechanism: SaslMechanism, by message: [UInt8], isFramed: Bool,
        _ state: inout State, _ now: NIODeadline
    ) throws(SaslFailure) -> (token: [UInt8], lifetime: Int64) {
        var exchange = exchange
        switch try exchange.take(message) {
        case .more(let token):
            state.phase = .exchange(exchange, mechanism, isFramed: isFramed)
            return (token, 0)
        case .complete(let token, let user):
            if let before = state.session?.user, before != user {
                let sentence = "Cannot change principals during re-authentication from User.\(before): User.\(user)"
                throw SaslFailure(told: sentence, cause: "it logs in again as another user")
            }
            let lifetime = max(0, settings.maxReauthMilliseconds[mechanism] ?? 0)
            state.session = Session(
                user: user, mechanism: mechanism, end: lifetime > 0 ? now + .milliseconds(lifetime) : nil)
            state.phase = .open
            return (token, lifetime)
        }
    }

    private func refuse(_ frame: ByteBuffer, saying sentence: String, cause: String) -> Verdict {
        guard case (let header, .saslAuthenticate)? = try? AnyRequest.decode(frame: frame) else {
            return .fail(nil, nil, cause: cause)
        }
        return .fail(header, Self.refusal(sentence), cause: cause)
    }

    private static func refusal(_ sentence: String) -> AnyResponse {
        .saslAuthenticate(SaslAuthenticateResponse(errorCode: .saslAuthenticationFailed, errorMessage: sentence))
    }

    // MARK: Failure

    /// Answers late, so that guessing takes long, and closes. What comes in between is not looked at.
    private func fail(
        _ header: RequestHeader?, _ response: AnyResponse?, _ cause: String, _ client: Client,
        _ answer: @escaping @Sendable (Answer) -> Void
    ) {
        state.withLock { $0.phase = .failed }
        // Neither name nor password: people type one into the other's place.
        logger.warning(
            "login failed", metadata: ["client": "\(client.host)", "listener": "\(listener)", "cause": "\(cause)"])
        client.eventLoop.scheduleTask(in: .milliseconds(max(0, settings.failureDelayMilliseconds))) {
            guard let header, let response,
                let frame = try? response.encode(version: header.apiVersion, correlationID: header.correlationID)
            else { return answer(.close(reason: "login failed")) }
            let request = AnsweredRequest(key: header.apiKey, hasError: true)
            answer(.last(frame, reason: "login failed", of: request))
        }
    }
}
