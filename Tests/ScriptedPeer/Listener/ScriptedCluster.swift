package import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// A Kafka of several brokers for tests: a listener a broker on 127.0.0.1, one model behind them, and a script of what goes wrong.
///
/// Every request is noted, so that tests count them. What no client may send (a version that the broker does not offer, a
/// frame that cannot be read) closes the connection as Kafka does and stands in ``violations``.
package final class ScriptedCluster: Sendable {
    private struct State {
        var model = ClusterModel()
        var rules: [Rule] = []
        var received: [Received] = []
        var violations: [String] = []
        var listeners: [Int32: any Channel] = [:]
        var connections: [Int32: [ObjectIdentifier: any Channel]] = [:]
        var openedCounts: [Int32: Int] = [:]
    }

    private let state = Mutex(State())
    private let ports: [Int32: ReservedPort]
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// Brokers with the node ids 1 to `brokers`, all listening.
    package init(brokers: Int32 = 3, release: KafkaRelease = .kafka39) async throws {
        var ports: [Int32: ReservedPort] = [:]
        for id in 1...brokers { ports[id] = try ReservedPort() }
        self.ports = ports
        state.withLock { state in
            for (id, port) in ports {
                state.model.brokers[id] = ModelBroker(id: id, port: port.number, release: release)
            }
        }
        for id in ports.keys { try await start(id) }
    }

    /// Closes everything.
    package func stop() async throws { try await group.shutdownGracefully() }

    /// The port of each broker on 127.0.0.1, also of one that is down, by node id.
    package var portsByBroker: [Int32: Int] { ports.mapValues(\.number) }

    // MARK: The script

    /// Reads or changes the model.
    @discardableResult
    package func update<Answer: Sendable>(_ body: @Sendable (inout ClusterModel) -> Answer) -> Answer {
        state.withLock { body(&$0.model) }
    }

    /// Does something with requests to come. Of several scripts for a request the one that was written first counts.
    ///
    /// - Parameters:
    ///   - api: The API; nil for all but ApiVersions.
    ///   - broker: The broker; nil for all.
    ///   - skipping: How many matching requests pass first.
    ///   - times: How many it is for; nil for all from then on.
    package func on(
        _ api: API?, at broker: Int32? = nil, skipping: Int = 0, times: Int? = 1, _ deed: Deed
    ) {
        state.withLock {
            $0.rules.append(Rule(api: api, broker: broker, skipping: skipping, times: times, deed: deed))
        }
    }

    /// Takes all scripts back.
    package func calm() { state.withLock { $0.rules = [] } }

    /// Takes a broker away: its listener and its connections. Metadata goes on naming it.
    package func kill(_ broker: Int32) async {
        let channels = state.withLock { state in
            let open = Array((state.connections.removeValue(forKey: broker) ?? [:]).values)
            return (state.listeners.removeValue(forKey: broker).map { [$0] } ?? []) + open
        }
        // A channel that is closed already says so; that is what was wanted.
        for channel in channels { try? await channel.close() }
    }

    /// Brings a broker (back) on its port.
    package func start(_ broker: Int32) async throws {
        guard let port = ports[broker] else { return }
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PeerConnection(cluster: self, broker: broker))
                }
            }
            .bind(host: "127.0.0.1", port: port.number).get()
        state.withLock { $0.listeners[broker] = listener }
    }

    /// Breaks the connections to a broker; it goes on listening.
    package func disconnect(_ broker: Int32) async {
        let open = state.withLock { Array(($0.connections[broker] ?? [:]).values) }
        for channel in open { try? await channel.close() }
    }

    // MARK: What was seen

    /// What came, in order, ApiVersions left out.
    package var received: [Received] { state.withLock { $0.received.filter { $0.api != ApiVersionsRequest.api } } }

    /// What came that a client must not send, in words.
    package var violations: [String] { state.withLock { $0.violations } }

    /// How many requests of an API came to a broker; nil counts all (ApiVersions left out), or on all.
    package func count(_ api: API? = nil, at broker: Int32? = nil) -> Int {
        received.filter { (api == nil || $0.api == api) && (broker == nil || $0.broker == broker) }.count
    }

    /// The counts of each API, by name, of what came to a broker or to all.
    package func counts(at broker: Int32? = nil) -> [String: Int] {
        received.filter { broker == nil || $0.broker == broker }.reduce(into: [:]) { $0[$1.api.name, default: 0] += 1 }
    }

    /// How many connections a broker has had.
    package func connections(to broker: Int32) -> Int { state.withLock { $0.openedCounts[broker] ?? 0 } }

    /// How many connections a broker has now.
    package func openConnections(to broker: Int32) -> Int { state.withLock { $0.connections[broker]?.count ?? 0 } }

    /// Forgets what came.
    package func forget() { state.withLock { $0.received = [] } }

    // MARK: Connections

    func opened(_ channel: any Channel, at broker: Int32) {
        state.withLock {
            $0.connections[broker, default: [:]][ObjectIdentifier(channel)] = channel
            $0.openedCounts[broker, default: 0] += 1
        }
    }

    func closed(_ channel: any Channel, at broker: Int32) {
        _ = state.withLock { $0.connections[broker]?.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Carries out a request, or what the script has for it, and says what goes back.
    func handle(_ frame: ByteBuffer, at broker: Int32, finish: @escaping @Sendable (Outcome) -> Void) {
        let header: RequestHeader
        let request: AnyRequest
        do throws(WireError) {
            (header, request) = try AnyRequest.decode(frame: frame, servedOnly: false)
        } catch {
            return finish(refuse(error, at: broker))
        }
        let deed = state.withLock { state -> Deed? in
            state.received.append(
                Received(
                    broker: broker, api: request.api, version: header.apiVersion, clientID: header.clientID,
                    request: request))
            for index in state.rules.indices {
                if state.rules[index].api == nil, request.api == ApiVersionsRequest.api { continue }
                if state.rules[index].takes(header.apiKey, at: broker) { return state.rules[index].deed }
            }
            return nil
        }
        switch deed {
        case .hold(let gate): gate.pass { finish(self.carryOut(request, header, at: broker)) }
        case .holdAnswer(let gate):
            let outcome = carryOut(request, header, at: broker)
            gate.pass { finish(outcome) }
        case .breakBefore: finish(.close)
        default: finish(carryOut(request, header, at: broker, deed))
        }
    }

    /// An unknown version of ApiVersions is answered; anything else that cannot be read ends the connection.
    private func refuse(_ error: WireError, at broker: Int32) -> Outcome {
        if case .unsupportedVersion(let header) = error.reason, header.apiKey == ApiVersionsRequest.api.key {
            return answerVersions(header, at: broker)
        }
        state.withLock { $0.violations.append("broker \(broker): \(error)") }
        return .close
    }

    private func answerVersions(_ header: RequestHeader, at broker: Int32) -> Outcome {
        let (answer, version) = state.withLock { $0.model.apiVersions(header.apiVersion, by: broker) }
        return encode(answer, version, header.correlationID)
    }

    private func encode(_ answer: AnyResponse, _ version: Int16, _ correlationID: Int32) -> Outcome {
        do throws(WireError) {
            return .answer(try answer.encode(version: version, correlationID: correlationID))
        } catch {
            state.withLock { $0.violations.append("the scripted answer cannot be written: \(error)") }
            return .close
        }
    }

    private func carryOut(
        _ request: AnyRequest, _ header: RequestHeader, at broker: Int32, _ deed: Deed? = nil
    ) -> Outcome {
        if case .apiVersions = request { return deviate(answerVersions(header, at: broker), deed) }
        let answer = state.withLock { state -> AnyResponse? in
            if case .first(let change) = deed { change(&state.model) }
            guard state.model.brokers[broker]?.release.ranges[header.apiKey]?.contains(header.apiVersion) == true else {
                state.violations.append("broker \(broker) does not offer \(request.api.name) v\(header.apiVersion)")
                return nil
            }
            return state.model.answer(request, version: header.apiVersion, by: broker)
        }
        guard var answer else { return .close }
        if case .edit(let change) = deed { change(&answer) }
        if case .produce(let sent) = request, sent.acks == 0 { return .silence }
        return deviate(encode(answer, header.apiVersion, header.correlationID), deed)
    }

    /// An answer as the script distorts it.
    private func deviate(_ outcome: Outcome, _ deed: Deed?) -> Outcome {
        guard case .answer(let pieces) = outcome else { return outcome }
        var whole = ByteBuffer()
        for piece in pieces { whole.writeImmutableBuffer(piece) }
        switch deed {
        case .breakAfter: return .close
        case .garble:
            var frame = ByteBuffer()
            frame.writeInteger(Int32(36))
            frame.writeImmutableBuffer(whole.getSlice(at: 4, length: 4) ?? ByteBuffer())
            frame.writeRepeatingByte(0x7F, count: 32)
            return .answer([frame])
        case .truncate(let length):
            return .answerAndClose([whole.getSlice(at: 0, length: min(length, whole.readableBytes)) ?? whole])
        case .announce(let length):
            whole.setInteger(length, at: 0)
            return .answer([whole.getSlice(at: 0, length: 8) ?? whole])
        case .wrongCorrelation:
            whole.setInteger(Int32.max - 7, at: 4)
            return .answer([whole])
        default: return outcome
        }
    }
}
