package import BrokerCore
package import Cluster
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The TCP listener of the embedded broker: Kafka's requests in, calls on ``Broker``, Kafka's answers out.
///
/// ```swift
/// let server = try BrokerServer.start(for: broker, configuration: .init(), logger: logger)
/// print(server.addresses)  // what was bound, with real ports
/// server.stop()  // before broker.close()
/// ```
///
/// Starting and stopping block; neither may be called on an event loop.
package final class BrokerServer: ServiceReporting {
    /// What was bound, one for each configured listener, with the port the system picked where 0 was asked for.
    package var addresses: [ListenerAddress] { bound.map(\.address) }

    /// A listener that clients can connect to.
    package struct BoundListener: Sendable {
        /// As it was configured.
        package let listener: Listener
        /// Where it is bound.
        package let address: ListenerAddress
        /// When its certificate ends, wall milliseconds; nil where it has none.
        let certificateExpiresAt: Int64?
        /// What its clients are told to connect to; those of a wildcard are told the address that they came by.
        package var advertised: ListenerAddress { listener.told(bound: address) }
    }

    /// The listeners, in the order of the configuration.
    package let bound: [BoundListener]

    private let configuration: ServerConfiguration
    private let group: MultiThreadedEventLoopGroup
    private let diskPool: NIOThreadPool
    private let listeners: [any Channel]
    private let registry: ConnectionRegistry
    private let memory: AnswerMemory
    private let broker: Broker
    private let meters: RequestMeters
    private let logger: Logger
    private let isStopped = Mutex(false)

    private init(
        configuration: ServerConfiguration, group: MultiThreadedEventLoopGroup, diskPool: NIOThreadPool,
        listeners: [(channel: any Channel, bound: BoundListener)], registry: ConnectionRegistry,
        memory: AnswerMemory, broker: Broker, meters: RequestMeters, logger: Logger
    ) {
        self.configuration = configuration
        self.group = group
        self.diskPool = diskPool
        self.listeners = listeners.map(\.channel)
        bound = listeners.map(\.bound)
        self.registry = registry
        self.memory = memory
        self.broker = broker
        self.meters = meters
        self.logger = logger
    }

    /// Binds every listener and serves.
    ///
    /// - Throws: ``ServerError`` if one of them cannot be bound; then none is.
    package static func start(
        for broker: Broker, configuration: ServerConfiguration, logger: Logger
    ) throws(ServerError) -> BrokerServer {
        guard !configuration.listeners.isEmpty else { throw .noListener }
        // Certificates first: one that cannot be read leaves nothing to undo.
        var contexts: [ListenerTLS.Context?] = []
        for listener in configuration.listeners {
            contexts.append(try listener.tls?.context(ofListener: listener.name))
        }
        let loops = configuration.eventLoops ?? min((System.coreCount + 1) / 2, 4)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, loops))
        let diskPool = NIOThreadPool(numberOfThreads: max(1, configuration.diskThreads))
        diskPool.start()
        let registry = ConnectionRegistry(
            limit: configuration.connectionLimit, perAddress: configuration.maxConnectionsPerAddress
        ) { count in
            broker.counters.connections.store(count, ordering: .relaxed)
        }
        let memory = AnswerMemory(limit: configuration.answerMemoryBytes)
        let meters = RequestMeters()
        let dispatcher = RequestDispatcher(
            broker: broker, configuration: configuration, diskPool: diskPool, meters: meters)

        var bound: [(channel: any Channel, bound: BoundListener)] = []
        for (listener, tls) in zip(configuration.listeners, contexts) {
            let acceptor = ConnectionAcceptor(
                listener: listener, tls: tls?.context, configuration: configuration, registry: registry, meters: meters,
                memory: memory,
                handler: {
                    guard let sasl = listener.sasl else { return dispatcher }
                    return SaslGate(
                        listener: listener.name, settings: sasl,
                        credentials: { broker.scramUsers.credential(of: $0, $1) }, next: dispatcher, logger: logger)
                }, logger: logger)
            let asked = listener.address
            do {
                let channel = try acceptor.bootstrap(on: group).bind(host: asked.host, port: asked.port).wait()
                let address = ListenerAddress(host: asked.host, port: channel.localAddress?.port ?? asked.port)
                let place = BoundListener(listener: listener, address: address, certificateExpiresAt: tls?.expiresAt)
                bound.append((channel, place))
            } catch {
                for listener in bound { try? listener.channel.close().wait() }
                try? diskPool.syncShutdownGracefully()
                try? group.syncShutdownGracefully()
                let isInUse = (error as? IOError)?.errnoCode == EADDRINUSE
                throw .cannotBind(asked, reason: "\(error)", isInUse: isInUse)
            }
        }
        let addresses = bound.map { "\($0.bound.listener.name)://\($0.bound.address)" }.joined(separator: ", ")
        logger.info("listening for Kafka clients", metadata: ["listeners": "\(addresses)"])
        return BrokerServer(
            configuration: configuration, group: group, diskPool: diskPool, listeners: bound, registry: registry,
            memory: memory, broker: broker, meters: meters, logger: logger)
    }

    /// What clients are told to connect to, one for each listener; a wildcard listener tells each client the address it came by.
    package var advertisedAddresses: [ListenerAddress] { bound.map(\.advertised) }

    /// Open client connections.
    package var connectionCount: Int { registry.count }

    /// Listeners, connections and requests as they stand.
    package var service: ServiceStatus {
        let connections = registry.descriptions
        let counts = connections.reduce(into: [:]) { $0[$1.listener, default: 0] += 1 }
        return ServiceStatus(
            listeners: bound.map { place in
                ListenerDescription(
                    name: place.listener.name, securityProtocol: place.listener.securityProtocol.rawValue,
                    address: "\(place.address)", advertised: "\(place.advertised)",
                    certificateExpiresAt: place.certificateExpiresAt, connections: counts[place.listener.name] ?? 0)
            },
            connections: connections, requests: meters.totals, refusedConnections: registry.refused,
            refusedRequests: meters.refused)
    }

    /// The memory of answers that clients have not taken yet.
    package var answerMemory: AnswerMemoryFigures { memory.figures }

    /// Stops: no new connections, open requests are answered with what is there, then every connection is closed.
    ///
    /// Clients that do not take their answers within ``ServerConfiguration/drainMilliseconds`` are cut off. A second call
    /// does nothing.
    package func stop() {
        let isFirst = isStopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        guard isFirst else { return }
        for listener in listeners { try? listener.close().wait() }
        let channels = registry.channels
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ConnectionHandler.Event.drain) }
        // Members that wait for their group look for its coordinator again, rather than hold up the end.
        broker.groups.close()
        let loop = group.next()
        let deadline = loop.scheduleTask(in: .milliseconds(configuration.drainMilliseconds)) {
            for channel in channels { channel.close(promise: nil) }
        }
        try? EventLoopFuture.andAllComplete(channels.map(\.closeFuture), on: loop).wait()
        deadline.cancel()
        try? diskPool.syncShutdownGracefully()
        try? group.syncShutdownGracefully()
        logger.info("stopped listening", metadata: ["connections closed": "\(channels.count)"])
    }
}
