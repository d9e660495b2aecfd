package import Cluster
package import ClusterRequests
import KafkaProtocol
import Synchronization

/// Metadata: who is there and who leads what.
extension KafkaCluster {
    /// What is known of the cluster, however old; asked for where nothing is known yet.
    func map() async throws(ClusterError) -> ClusterMap {
        let known = state.withLock { $0.map }
        return known.brokers.isEmpty ? try await refreshMap(topics: []) : known
    }

    /// The cluster with all its topics, not older than the poll settings allow.
    func wholeMap() async throws(ClusterError) -> ClusterMap {
        let now = clock.uptimeMilliseconds()
        let known = state.withLock { state -> ClusterMap? in
            guard let readAt = state.mapReadAt else { return nil }
            let lifetime = polling.layoutLifetime(
                partitions: state.map.partitionCount, isTroubled: !state.health.isGood)
            return now - readAt < lifetime ? state.map : nil
        }
        if let known { return known }
        return try await refreshMap(topics: nil)
    }

    /// Asks for topics: nil for all, none for the brokers only.
    ///
    /// - Returns: What is known then.
    @discardableResult
    func refreshMap(topics names: [String]?) async throws(ClusterError) -> ClusterMap {
        try await refresh(topics: names).map
    }

    /// Asks for topics, as ``refreshMap(topics:)`` does.
    ///
    /// - Returns: What is known then, and why topics that exist, perhaps, are not told.
    func refresh(topics names: [String]?) async throws(ClusterError) -> (map: ClusterMap, refusals: [ClusterError]) {
        // Looking must not make topics.
        let request = MetadataRequest(topics: names?.map { .init(name: $0) }, allowAutoTopicCreation: false)
        let askedAt = clock.uptimeMilliseconds()
        let answer = try await firstAnswer(to: request)
        let map = state.withLock { state in
            state.isControllerOld = false
            if names == nil {
                state.map.replace(with: answer)
                state.mapReadAt = askedAt
            } else {
                state.map.update(with: answer)
            }
            state.health.keep(state.map.brokers.keys)
            return state.map
        }
        let refusals = answer.topics.filter { topic in
            topic.partitions.isEmpty
                && ![.none, .unknownTopicOrPartition, .unknownTopicID, .invalidTopicException].contains(topic.errorCode)
        }
        return (map, refusals.map { ClusterError($0.errorCode, "topic \($0.name ?? "")") })
    }

    /// Sends to one broker after the other until one answers: known ones that are well, the bootstrap list, the others.
    private func firstAnswer(
        to request: MetadataRequest
    ) async throws(ClusterError) -> MetadataResponse {
        let (map, health) = state.withLock { ($0.map, $0.health) }
        let known = map.brokers.values.sorted { $0.nodeID < $1.nodeID }
        let candidates =
            known.filter { !health.isSilent($0.nodeID) }.map(\.address) + settings.bootstrap
            + known.filter { health.isSilent($0.nodeID) }.map(\.address)
        var tried: Set<BrokerAddress> = []
        var reasons: [String] = []
        for address in candidates where tried.insert(address).inserted {
            switch await patientAnswer(to: request, from: address) {
            case .success(let answer):
                note(address, nil)
                // REBOOTSTRAP_REQUIRED (KIP-1102): this broker is the wrong one to ask, another may know.
                guard answer.errorCode == .none else {
                    reasons.append("\(address) answers \(answer.errorCode)")
                    continue
                }
                return answer
            case .failure(.cancelled): throw Self.error(.cancelled)
            case .failure(.closed): throw Self.error(.closed)
            case .failure(let error):
                note(address, error)
                reasons.append("\(error)")
            }
        }
        throw .unavailable(
            "no broker of the cluster answers (\(reasons.joined(separator: "; "))); check the address, and that the "
                + "cluster is up and speaks \(settings.tls == nil ? "plain TCP" : "TLS") there")
    }

    /// Sends, and waits no longer than a poll does.
    private func patientAnswer(
        to request: MetadataRequest, from address: BrokerAddress
    ) async -> Result<MetadataResponse, ClientError> {
        // Until a first answer there is nothing that could be shown meanwhile, so it is worth a longer wait.
        let isFirst = state.withLock { $0.map.brokers.isEmpty }
        let milliseconds = polling.patienceMilliseconds * (isFirst ? 3 : 1)
        let answer = await within(milliseconds) { [channel] () -> Result<MetadataResponse, ClientError> in
            do throws(ClientError) {
                return .success(try await channel.send(request, to: address, timeoutMilliseconds: nil))
            } catch {
                return .failure(error)
            }
        }
        guard !Task.isCancelled else { return .failure(.cancelled) }
        return answer
            ?? .failure(.timedOut(address, api: MetadataRequest.api.name, milliseconds: milliseconds))
    }

    /// Notes of a broker, if one is known at the address, whether it answers.
    private func note(_ address: BrokerAddress, _ error: ClientError?) {
        let now = clock.wallMilliseconds()
        state.withLock { state in
            guard let id = state.map.brokers.values.first(where: { $0.address == address })?.nodeID else { return }
            if let error {
                _ = state.health.missed(id, reason: "\(error)", now: now)
            } else {
                state.health.heard(id)
            }
        }
    }

    package func leaders(of partitions: [TopicPartition]) async throws(ClusterError) -> PartitionLeaders {
        let known = state.withLock { $0.map.leaders(of: partitions) }
        guard !known.leaderless.isEmpty else { return known }
        // Topics that are not known, or that may have moved: only they are asked for.
        let names = Set(known.leaderless.keys.lazy.map(\.topic))
        return try await refreshMap(topics: names.sorted()).leaders(of: partitions)
    }

    package func refreshLeaders() async {
        state.withLock { state in
            state.mapReadAt = nil
            state.isControllerOld = true
            state.map.forgetTopics()
            state.coordinators = Coordinators()
        }
    }
}
