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

    /// How to let acts that change the cluster through, for the error that refuses them.
    var writeRemedy: String { get }
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
    func requireWrite() throws(ClusterError) {
        guard capabilities.contains(.write) else { throw .readOnly(writeRemedy) }
    }

    /// Asks the leader of each partition, and once more whoever leads it by then where the answer says that it moved.
    func askLeaders<Value: Sendable>(
        of partitions: [TopicPartition],
        _ ask: (Int32, [TopicPartition]) async throws(ClusterError) -> [TopicPartition: Result<Value, ErrorCode>]
    ) async -> [TopicPartition: Result<Value, ClusterError>] {
        var outcomes: [TopicPartition: Result<Value, ClusterError>] = [:]
        var wanted = partitions
        for attempt in 0..<2 where !wanted.isEmpty {
            var moved: [TopicPartition] = []
            let leaders: PartitionLeaders
            do throws(ClusterError) {
                leaders = try await self.leaders(of: wanted)
            } catch {
                for partition in wanted { outcomes[partition] = .failure(error) }
                return outcomes
            }
            for (partition, error) in leaders.leaderless { outcomes[partition] = .failure(error) }
            for (broker, led) in leaders.led.sorted(by: { $0.key < $1.key }) {
                do throws(ClusterError) {
                    let answers = try await ask(broker, led)
                    for partition in led {
                        switch answers[partition] {
                        case .success(let value): outcomes[partition] = .success(value)
                        case .failure(let code):
                            outcomes[partition] = .failure(ClusterError(code, "\(partition)"))
                            if code.meansMoved, attempt == 0 { moved.append(partition) }
                        case nil:
                            outcomes[partition] = .failure(
                                .unavailable("\(partition): the answer left the partition out"))
                        }
                    }
                } catch {
                    for partition in led { outcomes[partition] = .failure(error) }
                }
            }
            wanted = moved
            if !wanted.isEmpty { await refreshLeaders() }
        }
        return outcomes
    }
}

extension ErrorCode {
    /// The partition has another leader than the one that was asked.
    package var meansMoved: Bool {
        switch self {
        case .notLeaderOrFollower, .leaderNotAvailable, .fencedLeaderEpoch, .unknownLeaderEpoch,
            .unknownTopicOrPartition,
            .replicaNotAvailable:
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
