package import Cluster
package import ClusterRequests
package import KafkaProtocol
import Synchronization

/// How requests find their broker, and what becomes of errors.
extension KafkaCluster {
    package func send<Request: RequestMessage>(
        _ request: Request, to receiver: Receiver
    ) async throws(ClusterError) -> Request.Response {
        defer { forgetWhatChanges(request) }
        switch receiver {
        case .any: return try await sendToAny(request)
        case .broker(let id): return try await send(request, toBroker: id)
        case .controller:
            let isOld = state.withLock { $0.isControllerOld }
            let controller = try await (isOld ? refreshMap(topics: []) : map()).controller
            return controller >= 0 ? try await send(request, toBroker: controller) : try await sendToAny(request)
        case .coordinator(let group):
            return try await send(request, toBroker: try await coordinator(of: group))
        case .transactions(let id):
            return try await send(request, toBroker: try await transactionCoordinator(of: id))
        }
    }

    /// Sends to a broker by node id.
    func send<Request: RequestMessage>(
        _ request: Request, toBroker id: Int32
    ) async throws(ClusterError) -> Request.Response {
        do throws(SendFailure) {
            return try await attempt(request, on: id)
        } catch {
            throw error.error
        }
    }

    /// Sends to the first broker that can be reached, those that answered last first.
    private func sendToAny<Request: RequestMessage>(
        _ request: Request
    ) async throws(ClusterError) -> Request.Response {
        let map = try await map()
        let health = state.withLock { $0.health }
        let ids = map.brokers.keys.sorted()
        var last = ClusterError.unavailable("the cluster tells of no broker")
        for id in ids.filter({ !health.isSilent($0) }) + ids.filter({ health.isSilent($0) }) {
            do throws(SendFailure) {
                return try await attempt(request, on: id)
            } catch {
                last = error.error
                guard error.mayAskAnother else { break }
            }
        }
        throw last
    }

    /// Sends to a broker; a request that only reads is sent once more where the connection broke under it.
    private func attempt<Request: RequestMessage>(
        _ request: Request, on id: Int32
    ) async throws(SendFailure) -> Request.Response {
        let broker: ClusterMap.Broker
        do throws(ClusterError) {
            broker = try await self.broker(id)
            try await require(request, of: broker)
        } catch {
            throw SendFailure(error: error, mayAskAnother: false)
        }
        var failed: ClientError
        do throws(ClientError) {
            return try await carry(request, to: broker)
        } catch {
            failed = error
        }
        if case .disconnected = failed, !Request.changesCluster {
            // Brokers close connections that were idle for long, perhaps just when something is sent. The channel rests a
            // moment before it opens a new one. A cancelled rest ends at once, and the request then says so.
            let rest = settings.firstBackoffMilliseconds.multipliedReportingOverflow(by: 2).partialValue
            try? await Task.sleep(for: .milliseconds(max(0, rest)))
            do throws(ClientError) {
                return try await carry(request, to: broker)
            } catch {
                failed = error
            }
        }
        throw SendFailure(
            error: failure(failed, Request.api, of: id),
            mayAskAnother: failed.isSilence && !(Request.changesCluster && failed.mayHaveTaken))
    }

    // MARK: Polling

    /// Sends to a broker as part of a poll: one that is silent is not asked, and none is waited for longer than a poll may take.
    /// The channel may wait longer for an answer that nobody needs any more.
    func poll<Request: RequestMessage>(
        _ request: Request, toBroker id: Int32
    ) async -> Result<Request.Response, ClusterError> {
        if let problem = state.withLock({ $0.health.problem(of: id) }) {
            return .failure(.unavailable("broker \(id): \(problem)"))
        }
        return await wait(polling.patienceMilliseconds, for: request, fromBroker: id)
    }

    /// Asks brokers that were silent something small, all at the same time, to see whether they are back.
    func probeSilentBrokers() async {
        let now = clock.uptimeMilliseconds()
        let silent = state.withLock { state -> [Int32] in
            guard !state.health.isGood, now - (state.probedAt ?? .min / 2) >= polling.probeMilliseconds else {
                return []
            }
            state.probedAt = now
            return state.map.brokers.keys.filter { state.health.isSilent($0) }
        }
        guard !silent.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            for id in silent {
                group.addTask { [self] in
                    _ = await wait(
                        polling.impatienceMilliseconds,
                        for: MetadataRequest(topics: [], allowAutoTopicCreation: false), fromBroker: id)
                }
            }
        }
    }

    /// Sends to the first broker that answers, as part of a poll.
    func pollAny<Request: RequestMessage>(_ request: Request) async -> Result<Request.Response, ClusterError> {
        func audible() -> [Int32] {
            state.withLock { state in state.map.brokers.keys.filter { !state.health.isSilent($0) } }
        }
        var ids = audible()
        if ids.isEmpty {
            await probeSilentBrokers()
            ids = audible()
        }
        var last = ClusterError.unavailable("no broker of the cluster answers")
        for id in ids.sorted() {
            switch await poll(request, toBroker: id) {
            case .failure(let error):
                last = error
                guard case .unavailable = error, !Task.isCancelled else { return .failure(error) }
            case let answer: return answer
            }
        }
        return .failure(last)
    }

    private func wait<Request: RequestMessage>(
        _ milliseconds: Int64, for request: Request, fromBroker id: Int32
    ) async -> Result<Request.Response, ClusterError> {
        let answer = await within(milliseconds) { [self] () -> Result<Request.Response, ClusterError> in
            do throws(ClusterError) {
                return .success(try await send(request, toBroker: id))
            } catch {
                return .failure(error)
            }
        }
        if let answer { return answer }
        guard !Task.isCancelled else { return .failure(Self.error(.cancelled)) }
        let reason = "\(Request.api.name) not answered within \(milliseconds) ms"
        noteSilence(of: id, reason: reason)
        return .failure(.unavailable("broker \(id): \(reason)"))
    }

    /// Sends, and notes whether the broker answers.
    private func carry<Request: RequestMessage>(
        _ request: Request, to broker: ClusterMap.Broker
    ) async throws(ClientError) -> Request.Response {
        do throws(ClientError) {
            let answer = try await channel.send(request, to: broker.address, timeoutMilliseconds: nil)
            state.withLock { $0.health.heard(broker.nodeID) }
            return answer
        } catch {
            if error.isSilence { noteSilence(of: broker.nodeID, reason: "\(error)") }
            throw error
        }
    }

    /// Notes that a broker did not answer; leaders and coordinators may move now.
    private func noteSilence(of broker: Int32, reason: String) {
        let now = clock.wallMilliseconds()
        state.withLock { state in
            guard state.health.missed(broker, reason: reason, now: now) else { return }
            state.mapReadAt = nil
            state.map.forgetTopics()
        }
    }

    /// A broker by node id; the cluster is asked again when it is not known.
    private func broker(_ id: Int32) async throws(ClusterError) -> ClusterMap.Broker {
        if let broker = state.withLock({ $0.map.brokers[id] }) { return broker }
        let map = try await refreshMap(topics: [])
        guard let broker = map.brokers[id] else {
            let known = map.brokers.keys.sorted().map { "\($0)" }.joined(separator: ", ")
            throw .unavailable("broker \(id) is not in the cluster at present; it has \(known)")
        }
        return broker
    }

    /// Refuses what a broker would misunderstand because its version of the API is too old.
    private func require<Request: RequestMessage>(
        _ request: Request, of broker: ClusterMap.Broker
    ) async throws(ClusterError) {
        guard let needs = (request as? any NewerRequest)?.needs else { return }
        let versions: CommonVersions
        do throws(ClientError) {
            versions = try await channel.versions(of: broker.address)
        } catch {
            throw failure(error, Request.api, of: broker.nodeID)
        }
        guard versions.has(Request.api, from: needs.version) else {
            throw .unsupported(
                "broker \(broker.nodeID) cannot \(needs.act): that takes Kafka \(needs.kafka) or later")
        }
    }

    // MARK: Errors

    /// What a failed request means, with the broker and what can be done.
    func failure(_ error: ClientError, _ api: API, of broker: Int32) -> ClusterError {
        if case .unsupported(let address, _, let offered) = error {
            return .unsupported(
                "broker \(broker) (\(address)) has no \(api.name) that Weir speaks (it offers \(offered), Weir "
                    + "\(api.versions.lowerBound) to \(api.versions.upperBound)): Kafka 2.1 or later is needed, "
                    + "and for some requests a later one")
        }
        return Self.error(error, prefix: "broker \(broker): ")
    }

    static func error(_ error: ClientError, prefix: String = "") -> ClusterError {
        switch error {
        case .unsupported, .unsendable: .unsupported("\(prefix)\(error)")
        case .authentication:
            .unavailable("\(prefix)\(error); check the user, its password and the TLS and SASL settings")
        default: .unavailable("\(prefix)\(error)")
        }
    }

    // MARK: What changes make old

    /// Forgets what a request that changes the cluster makes old.
    private func forgetWhatChanges<Request: RequestMessage>(_ request: Request) {
        switch request {
        case is IncrementalAlterConfigsRequest, is AlterConfigsRequest: state.withLock { $0.retention.expire() }
        case is DeleteRecordsRequest: state.withLock { $0.offsets.expire() }
        default: break
        }
    }
}

/// Why a request failed, and whether it may go to another broker instead.
private struct SendFailure: Error {
    var error: ClusterError
    var mayAskAnother: Bool
}

extension RequestMessage {
    /// Whether the request does something that must not be done twice by accident.
    static var changesCluster: Bool {
        switch Self.self {
        case is ProduceRequest.Type, is OffsetCommitRequest.Type, is CreateTopicsRequest.Type,
            is DeleteTopicsRequest.Type, is DeleteRecordsRequest.Type, is CreatePartitionsRequest.Type,
            is AlterConfigsRequest.Type, is IncrementalAlterConfigsRequest.Type, is DeleteGroupsRequest.Type,
            is OffsetDeleteRequest.Type, is InitProducerIdRequest.Type, is AddPartitionsToTxnRequest.Type,
            is AddOffsetsToTxnRequest.Type, is TxnOffsetCommitRequest.Type, is EndTxnRequest.Type:
            true
        default: false
        }
    }
}

extension ClientError {
    /// Whether it says that the broker is not there, rather than something of the request.
    var isSilence: Bool {
        switch self {
        case .unreachable, .disconnected, .timedOut, .authentication, .malformed: true
        case .unsupported, .unsendable, .cancelled, .closed: false
        }
    }

    /// Whether the request may have been carried out all the same.
    var mayHaveTaken: Bool {
        switch self {
        case .disconnected, .timedOut, .malformed: true
        case .unreachable, .authentication, .unsupported, .unsendable, .cancelled, .closed: false
        }
    }
}

/// A request whose meaning older versions of its API do not have, though they can be written.
protocol NewerRequest: RequestMessage {
    /// What it needs; nil where every version will do.
    var needs: (version: Int16, kafka: String, act: String)? { get }
}

extension ListOffsetsRequest: NewerRequest {
    var needs: (version: Int16, kafka: String, act: String)? {
        // Older brokers take -3 for a time and answer with the first record.
        let wantsNewest = topics.contains {
            $0.partitions.contains { $0.timestamp == OffsetSpec.maxTimestamp.kafkaTimestamp }
        }
        return wantsNewest ? (7, "3.0", "look up the record with the largest timestamp") : nil
    }
}
