package import Cluster
import ClusterRequests
import OrderedCollections
import Synchronization

/// All groups at one moment.
package struct GroupsSnapshot: Sendable {
    /// Raised by each change; equal versions mean equal groups.
    package let version: UInt64
    /// Ascending by group id.
    package let groups: [GroupSnapshot]
}

/// One group at one moment, in plain values.
package struct GroupSnapshot: Sendable {
    /// Raised by each change of the group.
    package let version: UInt64
    /// State, generation, members with their assignments, committed offsets with their times.
    package let description: GroupDescription
    /// The topics each consumer subscribes to, by member id; members that are no consumers are missing.
    package let subscriptions: [String: [String]]
}

/// The last snapshot, kept so that only what changed is described anew.
struct GroupSnapshotCache {
    /// The last answer.
    var last = GroupsSnapshot(version: 0, groups: [])
    /// Its groups by id.
    var byID: [String: GroupSnapshot] = [:]
}

extension GroupCoordinator {
    /// All groups with their offsets. Asking again costs next to nothing where nothing has changed: groups that did not
    /// change share their arrays with the answer before, and if none did, the same answer is given.
    package func snapshot() -> GroupsSnapshot {
        snapshots.withLock { cache in
            let (version, ids, changed) = registry.withLock { registry -> (UInt64, [String]?, [Change]) in
                guard registry.version != cache.last.version else { return (registry.version, nil, []) }
                let changed = registry.groups.values.compactMap { entry -> Change? in
                    let id = entry.machine.groupID
                    guard cache.byID[id]?.version != entry.version else { return nil }
                    return Change(version: entry.version, machine: entry.machine, offsets: entry.offsets)
                }
                return (registry.version, Array(registry.groups.keys), changed)
            }
            guard let ids else { return cache.last }
            var byID = cache.byID
            for change in changed { byID[change.machine.groupID] = change.described }
            if byID.count != ids.count {
                let present = Set(ids)
                byID = byID.filter { present.contains($0.key) }
            }
            let groups = byID.values.sorted { $0.description.groupID < $1.description.groupID }
            cache.byID = byID
            cache.last = GroupsSnapshot(version: version, groups: groups)
            return cache.last
        }
    }

    /// A group that changed since the last snapshot, as it stood under the lock.
    private struct Change {
        var version: UInt64
        var machine: ClassicGroup
        var offsets: CommittedOffsets

        var described: GroupSnapshot {
            var subscriptions: [String: [String]] = [:]
            let isConsumers = machine.protocolType == ConsumerSubscription.protocolType
            var members: [GroupMember] = []
            for member in machine.members.values {
                members.append(
                    GroupMember(
                        memberID: member.memberID,
                        groupInstanceID: member.groupInstanceID,
                        clientID: member.clientID,
                        clientHost: member.clientHost,
                        assignment: isConsumers
                            ? ConsumerAssignment(decoding: member.assignment)?.partitions ?? [] : []
                    )
                )
                let metadata =
                    machine.protocolName.flatMap { member.metadata(for: $0) } ?? member.protocols.first?.metadata
                if isConsumers, let metadata, let subscription = ConsumerSubscription(decoding: metadata) {
                    subscriptions[member.memberID] = subscription.topics
                }
            }
            members.sort { $0.memberID < $1.memberID }
            var commits: [CommittedOffset] = []
            commits.reserveCapacity(offsets.count)
            for topic in offsets.topics {
                for commit in topic.partitions {
                    commits.append(
                        CommittedOffset(
                            topicPartition: TopicPartition(topic: topic.topic, partition: commit.partition),
                            offset: commit.offset,
                            committedAt: commit.committedAt,
                            metadata: commit.metadata
                        )
                    )
                }
            }
            return GroupSnapshot(
                version: version,
                description: GroupDescription(
                    groupID: machine.groupID,
                    state: GroupState(rawValue: machine.state.rawValue) ?? .unknown,
                    protocolType: machine.protocolType ?? "",
                    protocolName: machine.protocolName ?? "",
                    generation: machine.generation,
                    members: members,
                    commits: commits
                ),
                subscriptions: subscriptions
            )
        }
    }
}
