import Cluster
import ClusterRequests
import KafkaProtocol
import Synchronization

/// Which broker coordinates which group, as far as it is known.
struct Coordinators: Sendable, Equatable {
    private var brokers: [String: Int32] = [:]

    /// The coordinator of a group; nil for not known.
    subscript(group: String) -> Int32? {
        get { brokers[group] }
        set { brokers[group] = newValue }
    }

    /// Keeps no more than the groups there are.
    mutating func keep(_ groups: Set<String>) {
        guard brokers.count > groups.count else { return }
        brokers = brokers.filter { groups.contains($0.key) }
    }
}

/// FindCoordinator: who coordinates groups.
extension KafkaCluster {
    /// Groups in one request, at most.
    private static let groupsPerSearch = 1_000

    /// The coordinator of one group; a cluster that has none at present is asked again for up to a second and a half, since the topic
    /// of committed offsets is made when it is first needed.
    func coordinator(of group: String) async throws(ClusterError) -> Int32 {
        if let known = state.withLock({ $0.coordinators[group] }) { return known }
        _ = try await map()
        var pause = Duration.milliseconds(100)
        for attempt in 0..<5 {
            switch await findCoordinators(of: [group])[group] {
            case .success(let broker): return broker
            case .failure(.refused(let refusal))
            where ErrorCode(rawValue: refusal.code).meansCoordinatorMoved && attempt < 4 && !Task.isCancelled:
                // A cancelled wait ends at once; then the refusal is the answer.
                try? await Task.sleep(for: pause)
                pause *= 2
            case .failure(let error): throw error
            case nil: break
            }
        }
        throw .unavailable("group \(group): it has no coordinator")
    }

    /// The coordinator of a transactional id; asked for each time, since a transaction is written every few seconds at most.
    func transactionCoordinator(of id: String) async throws(ClusterError) -> Int32 {
        _ = try await map()
        let answer = try await send(FindCoordinatorRequest(key: id, keyType: 1, coordinatorKeys: [id]), to: .any)
        let found = answer.coordinators.first { $0.key == id }
        let (node, code) = (found?.nodeID ?? answer.nodeID, found?.errorCode ?? answer.errorCode)
        guard code == .none else {
            throw ClusterError(code, "transactional id \(id)", message: found?.errorMessage ?? answer.errorMessage)
        }
        return node
    }

    /// The coordinators of groups, those known and those asked for now.
    ///
    /// - Returns: An entry for each group.
    func findCoordinators(of groups: [String]) async -> [String: Result<Int32, ClusterError>] {
        var found: [String: Result<Int32, ClusterError>] = [:]
        let unknown = state.withLock { state in
            groups.filter { group in
                guard let broker = state.coordinators[group], state.map.brokers[broker] != nil else { return true }
                found[group] = .success(broker)
                return false
            }
        }
        guard !unknown.isEmpty else { return found }
        var answers: [String: Result<Int32, ClusterError>] = [:]
        for chunk in unknown.chunks(of: Self.groupsPerSearch) { answers.merge(await search(chunk)) { $1 } }
        state.withLock { state in
            for case (let group, .success(let broker)) in answers { state.coordinators[group] = broker }
        }
        return found.merging(answers) { $1 }
    }

    /// Asks for several groups at once (KIP-699, Kafka 3.0). An older broker reads only the first of them; the rest go one by one.
    private func search(_ groups: [String]) async -> [String: Result<Int32, ClusterError>] {
        var found: [String: Result<Int32, ClusterError>] = [:]
        let request = FindCoordinatorRequest(key: groups.first ?? "", coordinatorKeys: groups)
        switch await pollAny(request) {
        case .success(let answer):
            if answer.coordinators.isEmpty, let first = groups.first {
                found[first] = Self.coordinator(first, answer.nodeID, answer.errorCode, answer.errorMessage)
                let rest = await inParallel(Array(groups.dropFirst())) { [self] in await search([$0])[$0] }
                for (group, answer) in rest { found[group] = answer }
            }
            for coordinator in answer.coordinators {
                found[coordinator.key] = Self.coordinator(
                    coordinator.key, coordinator.nodeID, coordinator.errorCode, coordinator.errorMessage)
            }
        case .failure(let error): for group in groups { found[group] = .failure(error) }
        }
        for group in groups where found[group] == nil {
            found[group] = .failure(.unavailable("group \(group): the answer to FindCoordinator left it out"))
        }
        return found
    }

    private static func coordinator(
        _ group: String, _ node: Int32, _ code: ErrorCode, _ message: String?
    ) -> Result<Int32, ClusterError> {
        code == .none ? .success(node) : .failure(ClusterError(code, "group \(group)", message: message))
    }
}
