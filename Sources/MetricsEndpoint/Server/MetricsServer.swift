package import Logging
package import Monitor
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// `/metrics` over HTTP, from the newest snapshot: a scrape asks the cluster nothing.
package final class MetricsServer: Sendable {
    /// Where it listens, `host:port`, with the port that was picked for port 0.
    package let address: String

    private let group: MultiThreadedEventLoopGroup
    private let pool: NIOThreadPool
    private let channel: any Channel

    /// Connections at most: scrapers are few, and what else connects must not grow.
    private static let maxConnections = 64
    /// A connection on which nothing moves for so long is closed.
    static let idleTimeout = TimeAmount.seconds(60)

    /// Listens.
    ///
    /// - Parameters:
    ///   - host: A name or an IP address.
    ///   - port: 0 picks a free one.
    ///   - snapshot: The newest snapshot; asked once a scrape.
    /// - Throws: `MetricsServerError` where nothing can listen there.
    package static func start(
        host: String, port: Int, logger: Logger, snapshot: @escaping @Sendable () -> Snapshot
    ) throws(MetricsServerError) -> MetricsServer {
        // Pages are made beside the event loop, one at a time: a scrape is no reason to take a core from the broker.
        let pool = NIOThreadPool(numberOfThreads: 1)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let scrapes = ScrapeSource(pool: pool, snapshot: snapshot)
        let open = Atomic(0)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 16)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard open.wrappingAdd(1, ordering: .relaxed).newValue <= maxConnections else {
                        open.wrappingSubtract(1, ordering: .relaxed)
                        throw MetricsServerError.tooManyConnections
                    }
                    channel.closeFuture.whenComplete { _ in open.wrappingSubtract(1, ordering: .relaxed) }
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: idleTimeout))
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
                    try pipeline.addHandler(ScrapeHandler(scrapes, logger: logger))
                }
            }
        do {
            pool.start()
            let channel = try bootstrap.bind(host: host, port: port).wait()
            return MetricsServer(channel, group: group, pool: pool, host: host)
        } catch {
            stop(group, pool)
            throw .cannotListen("\(host):\(port)", reason: "\(error)")
        }
    }

    private init(_ channel: any Channel, group: MultiThreadedEventLoopGroup, pool: NIOThreadPool, host: String) {
        self.channel = channel
        self.group = group
        self.pool = pool
        let name = host.contains(":") ? "[\(host)]" : host
        address = "\(name):\(channel.localAddress?.port ?? 0)"
    }

    /// Stops listening and closes what is open. Waits until all has ended.
    package func stop() {
        // Closing can fail only where it is closed already.
        try? channel.close().wait()
        Self.stop(group, pool)
    }

    private static func stop(_ group: MultiThreadedEventLoopGroup, _ pool: NIOThreadPool) {
        // Both fail only where they have ended already.
        try? group.syncShutdownGracefully()
        try? pool.syncShutdownGracefully()
    }
}

/// Why metrics cannot be served.
package enum MetricsServerError: Error, Equatable, CustomStringConvertible {
    /// Nothing can listen there.
    case cannotListen(String, reason: String)
    /// More scrapers than there can be at once.
    case tooManyConnections

    package var description: String {
        switch self {
        case .cannotListen(let address, let reason): "cannot serve metrics on \(address): \(reason)"
        case .tooManyConnections: "too many connections to the metrics"
        }
    }
}
