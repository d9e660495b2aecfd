import Logging
import NIOCore
import NIOPosix
import Synchronization

@testable import BrokerServer

/// A listener whose requests go to a closure instead of a broker.
final class TestListener: FrameHandling {
    /// What a request is given.
    typealias Handler = @Sendable (ByteBuffer, Client, @escaping @Sendable (Answer) -> Void) -> Void

    let registry: ConnectionRegistry
    let memory: AnswerMemory
    private let handler: Handler
    private let group: MultiThreadedEventLoopGroup
    private let channel = Mutex<(any Channel)?>(nil)

    /// Listens on a free port, and lets nobody further who has not logged in.
    convenience init(
        gateSettings: ListenerSASL, credentials: @escaping SaslExchange.Credentials,
        nonce: @escaping @Sendable () -> String = SaslExchange.randomNonce, reauthInterval: TimeAmount = .seconds(1),
        handler: @escaping Handler = { _, _, answer in answer(.close(reason: "nothing is served here")) }
    ) throws {
        try self.init(ServerConfiguration(), handler: handler) { next in
            SaslGate(
                listener: "TEST", settings: gateSettings, credentials: credentials, nonce: nonce,
                reauthInterval: reauthInterval,
                next: next,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
    }

    /// Listens on a free port.
    ///
    /// - Parameter gate: What stands before a connection's requests.
    init(
        _ configuration: ServerConfiguration = ServerConfiguration(), handler: @escaping Handler,
        gate: @escaping @Sendable (TestListener) -> any FrameHandling = { $0 }
    ) throws {
        self.handler = handler
        group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops ?? 2)
        registry = ConnectionRegistry(
            limit: configuration.maxConnections, perAddress: configuration.maxConnectionsPerAddress)
        memory = AnswerMemory(limit: configuration.answerMemoryBytes)
        let acceptor = ConnectionAcceptor(
            listener: Listener(ListenerAddress(host: "127.0.0.1", port: 0)), tls: nil, configuration: configuration,
            registry: registry, meters: RequestMeters(), memory: memory, handler: { gate(self) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let bound = try acceptor.bootstrap(on: group).bind(host: "127.0.0.1", port: 0).wait()
        channel.withLock { $0 = bound }
    }

    /// Where it listens.
    var address: ListenerAddress {
        ListenerAddress(host: "127.0.0.1", port: channel.withLock { $0?.localAddress?.port } ?? 0)
    }

    func handle(
        _ frame: ByteBuffer, from client: Client, answer: @escaping @Sendable (Answer) -> Void
    ) -> (any WaitingRequest)? {
        handler(frame, client, answer)
        return nil
    }

    /// Closes everything.
    func stop() throws {
        try group.syncShutdownGracefully()
    }
}
