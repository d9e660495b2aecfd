import BrokerCore
import Cluster
import ClusterRequests
import KafkaProtocol
import NIOCore

/// A group whose members went through the group protocol, as consumers do, and stay until their sessions end.
struct LiveGroup {
    /// One member with what the leader gives it.
    struct Member {
        var clientID: String
        /// `group.instance.id`; nil for a dynamic member.
        var instanceID: String?
        var assignment: [TopicPartition]
    }

    let groupID: String
    let assignor: String
    let topics: [String]
    let coordinator: GroupCoordinator

    /// Lets the members in, the first one as leader, and settles the group.
    ///
    /// - Returns: The members' ids.
    func form(_ members: [Member]) async throws -> [String] {
        let first = members[0]
        var leader = await answer(to: join(first, as: ""))
        try await sync(first, leader, [leader.memberID: first.assignment])
        guard members.count > 1 else { return [leader.memberID] }
        // The others wait until the leader has joined again.
        let waiting = members.dropFirst().map { join($0, as: "") }
        leader = await answer(to: join(first, as: leader.memberID))
        var joined = [leader]
        for stream in waiting { joined.append(await answer(to: stream)) }
        let ids = joined.map(\.memberID)
        let assignments = Dictionary(uniqueKeysWithValues: zip(ids, members.map(\.assignment)))
        for (member, answer) in zip(members, joined) {
            try await sync(member, answer, answer.memberID == leader.leader ? assignments : [:])
        }
        return ids
    }

    /// Lets members go.
    func leave(_ ids: [String]) {
        let request = LeaveGroupRequest(groupID: groupID, members: ids.map { .init(memberID: $0) })
        _ = coordinator.leave(request, context: context(""))
    }

    private func context(_ clientID: String) -> RequestContext {
        // From JoinGroup 6 on nothing changes that matters here; dynamic members of version 3 need not ask twice.
        RequestContext(clientID: clientID, clientHost: "/127.0.0.1", apiVersion: 3)
    }

    private func join(_ member: Member, as memberID: String) -> AsyncStream<JoinGroupResponse> {
        var request = JoinGroupRequest()
        request.groupID = groupID
        request.groupInstanceID = member.instanceID
        request.sessionTimeoutMs = 45_000
        request.rebalanceTimeoutMs = 45_000
        request.memberID = memberID
        request.protocolType = ConsumerSubscription.protocolType
        request.protocols = [.init(name: assignor, metadata: subscription())]
        let (stream, answers) = AsyncStream.makeStream(of: JoinGroupResponse.self)
        coordinator.join(request, context: context(member.clientID)) { answers.yield($0) }
        return stream
    }

    private func answer(to stream: AsyncStream<JoinGroupResponse>) async -> JoinGroupResponse {
        await stream.first { _ in true } ?? JoinGroupResponse()
    }

    private func sync(
        _ member: Member, _ joined: JoinGroupResponse, _ assignments: [String: [TopicPartition]]
    ) async throws {
        var request = SyncGroupRequest()
        request.groupID = groupID
        request.memberID = joined.memberID
        request.groupInstanceID = member.instanceID
        request.generationID = joined.generationID
        request.assignments = assignments.map { .init(memberID: $0.key, assignment: assignment($0.value)) }
        let error = await withCheckedContinuation { continuation in
            coordinator.sync(request, context: context(member.clientID)) {
                continuation.resume(returning: $0.errorCode)
            }
        }
        guard error == .none else { throw Failure(error: error) }
    }

    /// `ConsumerProtocolSubscription` version 0 without user data.
    private func subscription() -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeMultipleIntegers(Int16(0), Int32(topics.count))
        for topic in topics {
            bytes.writeInteger(Int16(topic.utf8.count))
            bytes.writeString(topic)
        }
        bytes.writeInteger(Int32(-1))
        return bytes
    }

    /// `ConsumerProtocolAssignment` version 0 without user data.
    private func assignment(_ partitions: [TopicPartition]) -> ByteBuffer {
        let byTopic = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
        var bytes = ByteBuffer()
        bytes.writeMultipleIntegers(Int16(0), Int32(byTopic.count))
        for (topic, partitions) in byTopic {
            bytes.writeInteger(Int16(topic.utf8.count))
            bytes.writeString(topic)
            bytes.writeInteger(Int32(partitions.count))
            for partition in partitions { bytes.writeInteger(partition.partition) }
        }
        bytes.writeInteger(Int32(-1))
        return bytes
    }

    struct Failure: Error { var error: ErrorCode }
}
