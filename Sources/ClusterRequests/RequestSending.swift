package import Cluster
package import KafkaProtocol

/// A cluster that takes Kafka's requests, over the wire or by direct calls.
///
/// What Kafka's protocol can ask for is written once, in extensions of this; embedded and attached clusters differ only in how
/// a request travels.
package protocol RequestSending: Cluster {
    /// Sends one request and gives its answer, errors inside it included.
    ///
    /// - Throws: `.unavailable` when no answer came, `.unsupported` when the peer has no version of the API in common.
    func send<Request: RequestMessage>(_ request: Request, to receiver: Receiver) async throws(ClusterError)
        -> Request.Response

    /// Sorts partitions by the broker that leads them.
    ///
    /// - Returns: Groups of partitions by receiver; partitions without a leader are left out, with why in `leaderless`.
    func leaders(of partitions: [TopicPartition]) async throws(ClusterError) -> PartitionLeaders

    /// Forgets what was known of leaders and coordinators, after an answer that showed it to be old.
    func refreshLeaders() async
}

/// Which broker a request goes to.
package enum Receiver: Hashable, Sendable {
    /// Whichever is reached first.
    case any
    /// The one with this node id.
    case broker(Int32)
    /// The active controller.
    case controller
    /// The coordinator of a group.
    case coordinator(group: String)
    /// The coordinator of a transactional id.
    case transactions(of: String)
}

/// Partitions by the broker that leads them.
package struct PartitionLeaders: Sendable {
    /// The partitions each broker leads.
    package var led: [Int32: [TopicPartition]]
    /// Partitions that cannot be reached, with why.
    package var leaderless: [TopicPartition: ClusterError]

    /// Partitions by leader.
    package init(led: [Int32: [TopicPartition]] = [:], leaderless: [TopicPartition: ClusterError] = [:]) {
        self.led = led
        self.leaderless = leaderless
    }
}

extension RequestSending {
    /// Refuses where nothing may be changed.
    package func requireWrite() throws(ClusterError) {
        guard capabilities.contains(.write) else { throw .readOnly(writeRemedy) }
    }

    /// Asks the leader of each partition, all leaders at the same time, and once more whoever leads it by then where the answer says
    /// that it moved or where its leader could not be reached.
    ///
    /// - Parameter ask: Asks one broker for the partitions that it leads. What it does must bear to be done twice.
    package func askLeaders<Value: Sendable>(
        of partitions: [TopicPartition],
        _ ask:
            @escaping @Sendable (Int32, [TopicPartition]) async throws(ClusterError)
            -> [TopicPartition: Result<Value, ErrorCode>]
    ) async -> [TopicPartition: Result<Value, ClusterError>] {
        var outcomes: [TopicPartition: Result<Value, ClusterError>] = [:]
        var wanted = partitions
        var silent: Set<Int32> = []
        for attempt in 0..<2 where !wanted.isEmpty {
            let leaders: PartitionLeaders
            do throws(ClusterError) {
                leaders = try await self.leaders(of: wanted)
            } catch {
                for partition in wanted where attempt == 0 { outcomes[partition] = .failure(error) }
                return outcomes
            }
            for (partition, error) in leaders.leaderless { outcomes[partition] = .failure(error) }
            // A broker that did not answer is not asked again, unlike one that took its place.
            let led = leaders.led.filter { !silent.contains($0.key) }
            var moved = Array(leaders.leaderless.keys)
            await withTaskGroup(of: LeaderAnswer<Value>.self) { group in
                for (broker, partitions) in led {
                    group.addTask {
                        do throws(ClusterError) {
                            return LeaderAnswer(broker, partitions, .success(try await ask(broker, partitions)))
                        } catch {
                            return LeaderAnswer(broker, partitions, .failure(error))
                        }
                    }
                }
                for await answer in group {
                    outcomes.merge(answer.outcomes) { $1 }
                    moved += answer.moved
                    if answer.isSilent { silent.insert(answer.broker) }
                }
            }
            wanted = moved
            if attempt == 0, !wanted.isEmpty { await refreshLeaders() }
        }
        return outcomes
    }

    /// Asks the coordinator of a group, and again, for up to a second and a half, while the answer says that it moved or is not ready.
    ///
    /// - Parameter isElsewhere: Whether an answer says so; then nothing was done.
    package func askCoordinator<Request: RequestMessage>(
        _ request: Request, of group: String, isElsewhere: (Request.Response) -> Bool
    ) async throws(ClusterError) -> Request.Response {
        var pause = Duration.milliseconds(100)
        for _ in 0..<4 {
            let answer = try await send(request, to: .coordinator(group: group))
            guard isElsewhere(answer) else { return answer }
            await refreshLeaders()
            // A cancelled wait ends at once, and the next request says that it was cancelled.
            try? await Task.sleep(for: pause)
            pause *= 2
        }
        return try await send(request, to: .coordinator(group: group))
    }

    /// Asks the controller, and once more whoever is it by then where the answer says that it moved.
    ///
    /// - Parameter code: The answer's own code.
    package func askController<Request: RequestMessage>(
        _ request: Request, code: (Request.Response) -> ErrorCode?
    ) async throws(ClusterError) -> Request.Response {
        let answer = try await send(request, to: .controller)
        guard code(answer) == .notController else { return answer }
        await refreshLeaders()
        return try await send(request, to: .controller)
    }
}

/// What one leader said of its partitions, or why it said nothing.
private struct LeaderAnswer<Value: Sendable>: Sendable {
    let broker: Int32
    var outcomes: [TopicPartition: Result<Value, ClusterError>] = [:]
    /// Partitions to be asked for again elsewhere.
    var moved: [TopicPartition] = []
    var isSilent = false

    init(
        _ broker: Int32, _ partitions: [TopicPartition],
        _ answer: Result<[TopicPartition: Result<Value, ErrorCode>], ClusterError>
    ) {
        self.broker = broker
        for partition in partitions {
            switch answer.map({ $0[partition] }) {
            case .success(.success(let value)): outcomes[partition] = .success(value)
            case .success(.failure(let code)):
                outcomes[partition] = .failure(ClusterError(code, "\(partition)"))
                if code.meansMoved { moved.append(partition) }
            case .success(nil):
                outcomes[partition] = .failure(.unavailable("\(partition): the answer left the partition out"))
            case .failure(let error):
                outcomes[partition] = .failure(error)
                if case .unavailable = error {
                    isSilent = true
                    moved.append(partition)
                }
            }
        }
    }
}

extension ErrorCode {
    /// The partition has another leader than the one that was asked.
    package var meansMoved: Bool {
        switch self {
        case .notLeaderOrFollower, .leaderNotAvailable, .fencedLeaderEpoch, .unknownLeaderEpoch,
            .unknownTopicOrPartition, .unknownTopicID, .replicaNotAvailable:
            true
        default: false
        }
    }

    /// The group has another coordinator than the one that was asked, or none yet.
    package var meansCoordinatorMoved: Bool {
        switch self {
        case .notCoordinator, .coordinatorNotAvailable, .coordinatorLoadInProgress: true
        default: false
        }
    }
}
