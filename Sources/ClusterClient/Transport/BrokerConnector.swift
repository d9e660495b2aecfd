import ClientTLS
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Opens connections: TCP, TLS, the broker's versions, SASL.
struct BrokerConnector: Sendable {
    private let settings: ClientSettings
    private let group: any EventLoopGroup
    private let meter: CostMeter

    /// A connector with a client's settings.
    init(settings: ClientSettings, group: any EventLoopGroup, meter: CostMeter) {
        self.settings = settings
        self.group = group
        self.meter = meter
    }

    /// Opens a connection that is ready for requests.
    ///
    /// - Throws: Why there is none, within ``ClientSettings/connectTimeoutMilliseconds``.
    func open(_ broker: BrokerAddress) async throws(ClientError) -> BrokerConnection {
        let deadline = NIODeadline.now() + .milliseconds(settings.connectTimeoutMilliseconds)
        let remaining = { max(1, (deadline - .now()).nanoseconds / 1_000_000) }
        let socket = try await connect(to: broker)
        do throws(ClientError) {
            let offered = try await versions(of: socket, timeoutMilliseconds: remaining)
            let lifetime = try await authenticate(on: socket, offered: offered, timeoutMilliseconds: remaining)
            let session = lifetime.map { BrokerSession(from: .now(), lifetimeMilliseconds: $0) }
            if let session {
                socket.close(.disconnected(broker, "the session's lifetime is over"), at: session.end)
            }
            return BrokerConnection(socket, offered: offered, staleAt: session?.staleAt)
        } catch {
            await socket.closeAndWait(error)
            throw error
        }
    }

    private func versions(
        of socket: BrokerSocket, timeoutMilliseconds: () -> Int64
    ) async throws(ClientError) -> [Int16: ClosedRange<Int16>] {
        do throws(ClientError) {
            return try await VersionNegotiation.offered(
                by: socket, softwareVersion: settings.softwareVersion, timeoutMilliseconds: timeoutMilliseconds)
        } catch {
            let hint = "; does this port expect \(settings.tls == nil ? "TLS" : "plain TCP")?"
            switch error {
            case .disconnected(let broker, let reason):
                throw .unreachable(broker, "\(reason) when it was asked for its versions\(hint)")
            case .timedOut(let broker, _, _):
                throw .unreachable(
                    broker,
                    "connected, but no answer within \(settings.connectTimeoutMilliseconds) ms\(hint)")
            default: throw error
            }
        }
    }

    private func authenticate(
        on socket: BrokerSocket, offered: [Int16: ClosedRange<Int16>], timeoutMilliseconds: @escaping () -> Int64
    ) async throws(ClientError) -> Int64? {
        guard let sasl = settings.sasl else { return nil }
        do throws(ClientError) {
            let authentication = try SASLAuthentication(
                sasl, on: socket, versions: VersionNegotiation.common(offered),
                timeoutMilliseconds: timeoutMilliseconds)
            return try await authentication.run()
        } catch {
            switch error {
            case .disconnected(let broker, let reason):
                throw .authentication(broker, "\(reason) during SASL \(sasl.mechanism.rawValue)")
            case .timedOut(let broker, let api, _):
                throw .unreachable(
                    broker, "no answer to \(api) within \(settings.connectTimeoutMilliseconds) ms of connecting")
            default: throw error
            }
        }
    }

    private func connect(to broker: BrokerAddress) async throws(ClientError) -> BrokerSocket {
        let (settings, meter) = (settings, meter)
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(.milliseconds(settings.connectTimeoutMilliseconds))
            .channelOption(.socketOption(.so_keepalive), value: 1)
        let attempt = ConnectAttempt()
        do {
            let tls = try settings.tls?.context()
            return try await withTaskCancellationHandler {
                try await bootstrap.connect(host: broker.host, port: broker.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try attempt.add(channel)
                        let matcher = AnswerMatcher(
                            broker: broker, maxAnswerBytes: settings.maxAnswerBytes, meter: meter)
                        if let tls {
                            let name = TLSSettings.serverName(of: broker.host)
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLClientHandler(context: tls, serverHostname: name))
                        }
                        try channel.pipeline.syncOperations.addHandler(matcher)
                        return BrokerSocket(
                            broker: broker, channel: channel, matcher: matcher, clientID: settings.clientID)
                    }
                }
            } onCancel: {
                attempt.cancel()
            }
        } catch {
            throw ChannelFailure.unreachable(error, broker)
        }
    }
}

/// How long a connection may be used after its client said who it is (KIP-368).
///
/// Rather than authenticate again on a connection whose requests would have to stand still meanwhile, the client changes over
/// to a new one in time, and lets the requests on the old one finish.
struct BrokerSession: Equatable {
    /// From then on, new requests take a new connection: at 85 % of the lifetime, as Kafka's clients are at their earliest.
    let staleAt: NIODeadline
    /// By then the requests on this one must be answered: at 95 %, before the broker ends it.
    let end: NIODeadline

    /// A session that began then.
    init(from start: NIODeadline, lifetimeMilliseconds: Int64) {
        // A century is for ever, and deadlines do not overflow.
        let lifetime = min(lifetimeMilliseconds, 100 * 365 * 86_400_000)
        staleAt = start + .milliseconds(lifetime * 85 / 100)
        end = start + .milliseconds(lifetime * 95 / 100)
    }
}

/// The channels of one attempt to connect, one for each address that was tried, so that a cancelled attempt ends at once.
private final class ConnectAttempt: Sendable {
    private let channels = Mutex<[any Channel]?>([])

    /// Notes a channel that is about to connect.
    func add(_ channel: any Channel) throws(ClientError) {
        let isCancelled = channels.withLock { channels in
            channels?.append(channel)
            return channels == nil
        }
        if isCancelled { throw .cancelled }
    }

    /// Ends what connects now, and whatever would connect next.
    func cancel() {
        let connecting = channels.withLock { channels in
            defer { channels = nil }
            return channels ?? []
        }
        for channel in connecting { channel.close(promise: nil) }
    }
}
