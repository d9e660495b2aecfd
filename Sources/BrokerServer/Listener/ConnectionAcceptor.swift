import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// Turns accepted sockets of one listener into connections, as far as `max.connections` allows.
struct ConnectionAcceptor: Sendable {
    /// The listener as it was asked for.
    let listener: Listener
    /// Its certificate and key, where it speaks TLS.
    let tls: NIOSSLContext?
    /// Limits.
    let configuration: ServerConfiguration
    /// Where connections are entered and counted.
    let registry: ConnectionRegistry
    /// Where requests are counted.
    let meters: RequestMeters
    /// The memory for answers, which all connections share.
    let memory: AnswerMemory
    /// Where requests go: one for each connection, since logging in is a connection's own affair.
    let handler: @Sendable () -> any FrameHandling
    /// Told of connections that are turned away.
    let logger: Logger

    /// A bootstrap that accepts on `group`.
    func bootstrap(on group: any EventLoopGroup) -> ServerBootstrap {
        // Reads grow with what a client sends: large requests come in few pieces, idle connections hold nothing.
        let readSizes = AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 4 << 10, maximum: 256 << 10)
        var bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(clamping: max(1, configuration.backlog)))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.recvAllocator, value: readSizes)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 << 10, high: 1 << 20))
            .childChannelInitializer { accept($0) }
        // On the listening socket: what is accepted inherits it, and the window of a connection is agreed on at its beginning.
        if let bytes = configuration.receiveBufferBytes, bytes > 0 {
            bootstrap = bootstrap.serverChannelOption(
                .socketOption(.so_rcvbuf), value: SocketOptionValue(clamping: bytes))
        }
        if let bytes = configuration.sendBufferBytes, bytes > 0 {
            bootstrap = bootstrap.serverChannelOption(
                .socketOption(.so_sndbuf), value: SocketOptionValue(clamping: bytes))
        }
        return bootstrap
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        let peer = channel.remoteAddress
        let address = ListenerAddress(host: peer?.ipAddress ?? "unknown", port: peer?.port ?? 0)
        let entry: ConnectionRegistry.Entry
        switch registry.admit(channel, from: address, listener: listener.name, at: wallMilliseconds()) {
        case .success(let admitted): entry = admitted
        case .failure(let refusal):
            logger.warning(
                "connection refused: too many are open",
                metadata: ["client": "\(address)", "listener": "\(listener.name)", "limit": "\(refusal)"])
            return channel.eventLoop.makeFailedFuture(refusal)
        }
        channel.closeFuture.whenComplete { _ in registry.remove(entry) }
        let client = Client(
            host: address.host, endpoint: endpoint(reachedAt: channel.localAddress), eventLoop: channel.eventLoop,
            entry: entry, share: AnswerShare(of: memory, largest: configuration.maxFetchBytes))
        return channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
            let connection = ConnectionHandler(
                configuration: configuration, handler: handler(), client: client, meters: meters, logger: logger)
            try channel.pipeline.syncOperations.addHandler(connection)
        }
    }

    /// What a client is told to connect to: the override, else what it connected to.
    ///
    /// A name that was configured (`localhost`) is told as it is; a wildcard is no address, so its clients are told the
    /// one they came by.
    private func endpoint(reachedAt local: SocketAddress?) -> ListenerAddress {
        let bound = ListenerAddress(
            host: listener.address.isWildcard ? local?.ipAddress ?? "127.0.0.1" : listener.address.host,
            port: local?.port ?? listener.address.port)
        return listener.told(bound: bound)
    }

    private func wallMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }
}

extension ConnectionRegistry.Refusal: CustomStringConvertible {
    /// The limit, by Kafka's name.
    var description: String {
        switch self {
        case .tooMany(let limit): "max.connections: \(limit)"
        case .tooManyOfAddress(let limit): "max.connections.per.ip: \(limit)"
        }
    }
}
