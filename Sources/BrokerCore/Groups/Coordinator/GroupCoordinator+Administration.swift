package import Cluster
import ClusterRequests
package import KafkaProtocol
import Logging
import OrderedCollections
import Synchronization

/// ListGroups, DescribeGroups, DeleteGroups, OffsetDelete.
extension GroupCoordinator {
    /// Operations on groups as a bit field: read, delete, describe. Without authorisation everybody may do all.
    static let allOperations: Int32 = 1 << 3 | 1 << 6 | 1 << 8

    /// ListGroups; filters by state and by type without regard to case.
    package func listGroups(_ request: ListGroupsRequest, context: RequestContext) -> ListGroupsResponse {
        let states = Set(request.statesFilter.map { $0.lowercased() })
        let types = Set(request.typesFilter.map { $0.lowercased() })
        let groups = registry.withLock { registry in
            registry.groups.values.compactMap { entry -> ListGroupsResponse.Group? in
                let state = entry.stateName
                guard states.isEmpty || states.contains(state.lowercased()) else { return nil }
                guard types.isEmpty || types.contains(entry.typeName) else { return nil }
                return ListGroupsResponse.Group(
                    groupID: entry.groupID,
                    protocolType: entry.protocolType,
                    groupState: state,
                    groupType: entry.typeName
                )
            }
        }
        return ListGroupsResponse(groups: groups.sorted { $0.groupID < $1.groupID })
    }

    /// DescribeGroups: a group that is unknown, or of KIP-848, is Dead; before version 6 without an error.
    package func describeGroups(_ request: DescribeGroupsRequest, context: RequestContext) -> DescribeGroupsResponse {
        let groups = registry.withLock { registry in
            request.groups.map { groupID in
                var group = describe(groupID, registry.groups[groupID])
                if request.includeAuthorizedOperations, group.errorCode == .none {
                    group.authorizedOperations = Self.allOperations
                }
                return group
            }
        }
        return DescribeGroupsResponse(groups: groups)
    }

    private func describe(_ groupID: String, _ entry: GroupEntry?) -> DescribeGroupsResponse.Group {
        guard let machine = entry?.classic else {
            return DescribeGroupsResponse.Group(groupID: groupID, groupState: ClassicGroupState.dead.rawValue)
        }
        // The protocol, and what depends on it, is only settled in a stable group.
        let settled = machine.state == .stable ? machine.protocolName : nil
        return DescribeGroupsResponse.Group(
            groupID: groupID,
            groupState: machine.state.rawValue,
            protocolType: machine.protocolType ?? "",
            protocolData: settled ?? "",
            members: machine.members.values.map { member in
                var description = DescribeGroupsResponse.Member(
                    memberID: member.memberID,
                    groupInstanceID: member.groupInstanceID,
                    clientID: member.clientID,
                    clientHost: member.clientHost
                )
                if let settled {
                    if let metadata = member.metadata(for: settled) { description.memberMetadata = metadata }
                    description.memberAssignment = member.assignment
                }
                return description
            }
        )
    }

    /// DeleteGroups: groups without members, with all their offsets. Answered when the log has the tombstones.
    package func deleteGroups(
        _ request: DeleteGroupsRequest,
        context: RequestContext,
        completion: @escaping @Sendable (DeleteGroupsResponse) -> Void
    ) {
        let gathering = Gathering(count: request.groupsNames.count) { errors in
            completion(
                DeleteGroupsResponse(
                    results: zip(request.groupsNames, errors).map {
                        DeleteGroupsResponse.Group(groupID: $0, errorCode: $1)
                    }
                )
            )
        }
        act { registry, aftermath in
            let now = self.now
            for (index, groupID) in request.groupsNames.enumerated() {
                guard let entry = registry.groups[groupID] else {
                    aftermath.then { gathering.give(.groupIDNotFound, at: index) }
                    continue
                }
                guard entry.isEmpty else {
                    aftermath.then { gathering.give(.nonEmptyGroup, at: index) }
                    continue
                }
                let all =
                    entry.offsets.partitions { _, _ in true } + Array(entry.pending.keys)
                    + entry.transactional.values.flatMap(\.keys)
                erase(Set(all).sorted(), of: groupID, andGroup: true, now, &registry, &aftermath) { error in
                    gathering.give(error, at: index)
                }
            }
        }
    }

    /// OffsetDelete (KIP-496): offsets of topics that no member subscribes to. Answered when the log has the tombstones.
    package func deleteOffsets(
        _ request: OffsetDeleteRequest,
        context: RequestContext,
        completion: @escaping @Sendable (OffsetDeleteResponse) -> Void
    ) {
        var unknown: [TopicPartition] = []
        var known: [TopicPartition] = []
        for topic in request.topics {
            for partition in topic.partitions {
                let named = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                if self.topic.hasPartition(named.partition, of: named.topic) {
                    known.append(named)
                } else {
                    unknown.append(named)
                }
            }
        }
        let refused = unknown.map { ($0, ErrorCode.unknownTopicOrPartition) }
        let asked = known
        let groupError = act { registry, aftermath -> ErrorCode? in
            guard let entry = registry.groups[request.groupID] else { return .groupIDNotFound }
            let isConsumers = entry.protocolType == ConsumerSubscription.protocolType
            guard entry.isEmpty || isConsumers else { return .nonEmptyGroup }
            let consumed = entry.isEmpty ? [] : asked.filter { entry.isSubscribed(to: $0.topic) }
            let free = entry.isEmpty ? asked : asked.filter { !entry.isSubscribed(to: $0.topic) }
            let kept = refused + consumed.map { ($0, ErrorCode.groupSubscribedToTopic) }
            erase(free, of: request.groupID, andGroup: false, now, &registry, &aftermath) { error in
                completion(OffsetDeleteResponse(kept + free.map { ($0, error) }))
            }
            return nil
        }
        if let groupError { completion(OffsetDeleteResponse(errorCode: groupError)) }
    }

    /// Forgets the offsets of deleted partitions in all groups (Kafka's `handleDeletedPartitions`).
    package func partitionsDeleted(_ partitions: [TopicPartition]) {
        act { registry, aftermath in
            let now = self.now
            for groupID in Array(registry.groups.keys) {
                erase(partitions, of: groupID, andGroup: false, now, &registry, &aftermath) { _ in }
            }
        }
    }

    /// Takes offsets, and perhaps the group, out of the books and writes the tombstones. A group without members that
    /// loses its last offset goes with it, as in Kafka.
    ///
    /// - Parameter completion: Runs once, outside the lock, when the log has everything or refused.
    func erase(
        _ partitions: [TopicPartition],
        of groupID: String,
        andGroup: Bool,
        _ now: GroupInstant,
        _ registry: inout GroupRegistry,
        _ aftermath: inout Aftermath,
        completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        let order = registry.makeOrder()
        let removed = registry.groups[groupID]?.removeOffsets(partitions, order: order) ?? []
        let isUnneeded = registry.groups[groupID].map { $0.isVacant && !$0.hasOffsets } ?? false
        let andGroup = andGroup || (isUnneeded && !removed.isEmpty)
        let ofGroup = andGroup ? registry.groups[groupID]?.tombstones ?? [] : []
        if andGroup {
            _ = send(.delete, to: groupID, &registry, &aftermath)
            let waiting = registry.groups[groupID]?.write?.waiting ?? []
            registry.remove(groupID)
            for operation in waiting { perform(operation, on: groupID, &registry, &aftermath) }
        } else if !removed.isEmpty {
            registry.touch(groupID)
        }
        let batches: [OffsetsBatch.Bytes]
        do {
            batches = try OffsetsBatch.tombstones(
                of: groupID, partitions: removed, andGroup: ofGroup, timestamp: now.wall
            )
        } catch {
            return aftermath.then { [logger] in
                logger.error("tombstones of group \(groupID) cannot be written: \(error)")
                completion(.unknownServerError)
            }
        }
        guard !batches.isEmpty else { return aftermath.then { completion(.none) } }
        let gathering = Gathering(count: batches.count) { errors in
            completion(errors.first { $0 != .none } ?? .none)
        }
        for (index, batch) in batches.enumerated() {
            appender.enqueue(
                CoordinatorAppender.Entry(place: .id(groupID), records: batch) { gathering.give($0, at: index) }
            )
        }
    }
}

/// Waits for several outcomes and passes them on together, once.
private final class Gathering: Sendable {
    private struct State {
        var outcomes: [ErrorCode]
        var missing: Int
    }

    private let state: Mutex<State>
    private let completion: @Sendable ([ErrorCode]) -> Void

    /// Waits for `count` outcomes; none at all are passed on at once.
    init(count: Int, completion: @escaping @Sendable ([ErrorCode]) -> Void) {
        state = Mutex(State(outcomes: Array(repeating: .none, count: count), missing: count))
        self.completion = completion
        if count == 0 { completion([]) }
    }

    /// One of the outcomes, given once for each index.
    func give(_ outcome: ErrorCode, at index: Int) {
        let all = state.withLock { state -> [ErrorCode]? in
            state.outcomes[index] = outcome
            state.missing -= 1
            return state.missing == 0 ? state.outcomes : nil
        }
        if let all { completion(all) }
    }
}

extension OffsetDeleteResponse {
    /// The answer with an error for each partition.
    fileprivate init(_ partitions: [(TopicPartition, ErrorCode)]) {
        var topics: [Topic] = []
        for (partition, error) in partitions {
            let answer = Partition(partitionIndex: partition.partition, errorCode: error)
            if let index = topics.firstIndex(where: { $0.name == partition.topic }) {
                topics[index].partitions.append(answer)
            } else {
                topics.append(Topic(name: partition.topic, partitions: [answer]))
            }
        }
        self.init(topics: topics)
    }
}
