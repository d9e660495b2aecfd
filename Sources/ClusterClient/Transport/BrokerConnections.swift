package import Cluster
package import KafkaProtocol
package import NIOCore
import NIOPosix
import Synchronization

/// The connections of one client: one a broker, opened when it is first asked, shared by all who ask, and opened again when
/// it breaks.
///
/// ```swift
/// let connections = BrokerConnections(settings: ClientSettings(bootstrap: [address]))
/// let answer = try await connections.send(MetadataRequest(topics: nil), to: address, timeoutMilliseconds: nil)
/// await connections.close()
/// ```
///
/// ``close()`` must be called: attempts to reach a broker and the event loop live until then.
package final class BrokerConnections: BrokerChannel {
    private struct State {
        var links: [BrokerAddress: BrokerLink] = [:]
        /// Every open connection, those too that are not given to new requests any more.
        var open: [ObjectIdentifier: BrokerConnection] = [:]
        /// The attempts that run or rest, one a broker at most.
        var attempts: [BrokerAddress: Task<Void, Never>] = [:]
        var isClosed = false
        var random = SystemRandomNumberGenerator()
    }

    private let settings: ClientSettings
    /// The event loop, where it is this client's own and ends with it.
    private let ownGroup: MultiThreadedEventLoopGroup?
    private let connector: BrokerConnector
    private let meter = CostMeter()
    private let state = Mutex(State())

    /// A client without connections yet.
    ///
    /// - Parameter group: Where its sockets live; nil for an event loop of its own, one thread.
    package init(settings: ClientSettings, group: (any EventLoopGroup)? = nil) {
        self.settings = settings
        ownGroup = group == nil ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
        connector = BrokerConnector(
            settings: settings, group: group ?? ownGroup ?? .singletonMultiThreadedEventLoopGroup, meter: meter)
    }

    package var cost: RequestCost { meter.cost }

    package func send<Request: RequestMessage>(
        _ request: Request, to broker: BrokerAddress, timeoutMilliseconds: Int64?
    ) async throws(ClientError) -> Request.Response {
        // Not even sent, so that nobody has to guess whether it was carried out.
        guard !Task.isCancelled else { throw .cancelled }
        let connection = try await connection(to: broker)
        return try await connection.send(
            request, timeoutMilliseconds: timeoutMilliseconds ?? settings.requestTimeoutMilliseconds)
    }

    package func versions(of broker: BrokerAddress) async throws(ClientError) -> CommonVersions {
        try await connection(to: broker).versions
    }

    // MARK: Connections

    /// The open connection to a broker, or the one that is being opened.
    private func connection(to broker: BrokerAddress) async throws(ClientError) -> BrokerConnection {
        let waiter = Awaited<BrokerConnection>()
        let verdict = state.withLock { state -> BrokerLink.Verdict in
            guard !state.isClosed else { return .fail(.closed) }
            let verdict = state.links[broker, default: newLink].ask(waiter, at: .now())
            if case .wait(starts: true) = verdict { start(broker, restingMilliseconds: nil, in: &state) }
            return verdict
        }
        switch verdict {
        case .use(let connection): return connection
        case .fail(let error): throw error
        case .wait: return try await waiter.value()
        }
    }

    private var newLink: BrokerLink {
        BrokerLink(
            backoff: Backoff(first: settings.firstBackoffMilliseconds, longest: settings.longestBackoffMilliseconds))
    }

    /// Starts trying a broker. There is no other attempt at it: its link was idle or open.
    private func start(_ broker: BrokerAddress, restingMilliseconds: Int64?, in state: inout State) {
        state.attempts[broker] = Task { await keepTrying(broker, restingMilliseconds: restingMilliseconds) }
    }

    /// Tries a broker until it is reached, or nobody asks for it any more.
    private func keepTrying(_ broker: BrokerAddress, restingMilliseconds: Int64?) async {
        var rest = restingMilliseconds
        while true {
            if let rest {
                // A cancelled rest is seen by `retry`: the client is closed then.
                try? await Task.sleep(for: .milliseconds(rest))
                guard mayRetry(broker) else { return }
            }
            do throws(ClientError) {
                let connection = try await connector.open(broker)
                return await opened(connection, to: broker)
            } catch {
                guard let next = failed(broker, error) else { return }
                rest = next
            }
        }
    }

    private func mayRetry(_ broker: BrokerAddress) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.links[broker]?.retry(at: .now()) == true else {
                state.attempts[broker] = nil
                return false
            }
            return true
        }
    }

    private func opened(_ connection: BrokerConnection, to broker: BrokerAddress) async {
        let waiters = state.withLock { state -> [Awaited<BrokerConnection>]? in
            guard !state.isClosed else { return nil }
            state.attempts[broker] = nil
            state.open[ObjectIdentifier(connection)] = connection
            return state.links[broker, default: newLink].opened(connection)
        }
        guard let waiters else { return await connection.close(.closed) }
        connection.whenClosed { [weak self] reason in self?.lost(connection, reason, to: broker) }
        for waiter in waiters { waiter.settle(.success(connection)) }
    }

    /// Notes a failed attempt. Gives how long to rest; nil when the client is closed.
    private func failed(_ broker: BrokerAddress, _ error: ClientError) -> Int64? {
        let outcome = state.withLock { state -> (waiters: [Awaited<BrokerConnection>], rest: Int64)? in
            guard !state.isClosed else { return nil }
            return state.links[broker, default: newLink].failed(error, at: .now(), using: &state.random)
        }
        for waiter in outcome?.waiters ?? [] { waiter.settle(.failure(error)) }
        return outcome?.rest
    }

    private func lost(_ connection: BrokerConnection, _ reason: ClientError, to broker: BrokerAddress) {
        state.withLock { state in
            state.open[ObjectIdentifier(connection)] = nil
            guard !state.isClosed,
                let rest = state.links[broker]?.lost(connection, reason, at: .now(), using: &state.random)
            else { return }
            start(broker, restingMilliseconds: rest, in: &state)
        }
    }

    // MARK: The end

    package func close() async {
        let ended = state.withLock { state -> State? in
            guard !state.isClosed else { return nil }
            defer { state = State(isClosed: true) }
            return state
        }
        guard let ended else { return }
        for attempt in ended.attempts.values { attempt.cancel() }
        for link in ended.links.values {
            for waiter in link.waiters { waiter.settle(.failure(.closed)) }
        }
        for connection in ended.open.values { await connection.close(.closed) }
        for attempt in ended.attempts.values { await attempt.value }
        // Nothing lives on the event loop any more, so nothing is lost if it does not end well.
        try? await ownGroup?.shutdownGracefully()
    }
}
