import BrokerCore
import Cluster
import KafkaProtocol

/// The members of one demo group, and commits in their name.
struct GroupMembership {
    private let groupID: String
    private let topic: String
    private let coordinator: GroupCoordinator
    private let members: [DemoMember]

    /// Members that are not in the group yet.
    init(_ group: DemoGroup, partitions: Int32, coordinator: GroupCoordinator) {
        groupID = group.groupID
        topic = group.topic
        self.coordinator = coordinator
        members = (0..<group.memberCount).map { index in
            DemoMember(
                clientID: "\(group.groupID)-\(index)",
                groupID: group.groupID,
                topic: group.topic,
                partitions: partitions,
                coordinator: coordinator
            )
        }
    }

    /// True when every member is part of the settled group.
    var isSettled: Bool { members.allSatisfy { $0.membership != nil } }

    /// Takes each member a step further through the protocol.
    func step() { for member in members { member.step() } }

    /// Tells the coordinator that the members live.
    func heartbeat() { for member in members { member.heartbeat() } }

    /// Leaves with all members; those that have left do nothing.
    func leave() { for member in members { member.leave() } }

    /// Commits positions in the name of the first member; what a rebalance refuses is committed the next time.
    func commit(_ positions: [Int32: Int64]) {
        guard !positions.isEmpty, let member = members.first?.membership else { return }
        var request = OffsetCommitRequest()
        request.groupID = groupID
        request.memberID = member.memberID
        request.generationIDOrMemberEpoch = member.generation
        request.topics = [
            OffsetCommitRequest.Topic(
                name: topic,
                partitions: positions.sorted { $0.key < $1.key }.map {
                    OffsetCommitRequest.Partition(partitionIndex: $0.key, committedOffset: $0.value)
                }
            )
        ]
        let context = RequestContext(clientID: "\(groupID)-0", clientHost: "/127.0.0.1", apiVersion: 7)
        coordinator.commitOffsets(request, context: context) { _ in }
    }
}
