package import Cluster
import ClusterRequests
import KafkaProtocol
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
    package fileprivate(set) var description: GroupDescription
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
                    let id = entry.groupID
                    guard cache.byID[id]?.version != entry.version else { return nil }
                    return Change(version: entry.version, membership: entry.membership, offsets: entry.offsets)
                }
                return (registry.version, Array(registry.groups.keys), changed)
            }
            guard let ids else { return cache.last }
            var byID = cache.byID
            let catalog = topic.catalog
            for change in changed { byID[change.membership.groupID] = change.described(catalog) }
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
        var membership: Membership
        var offsets: CommittedOffsets

        /// - Parameter catalog: Tells the names of assigned topics.
        func described(_ catalog: any TopicCatalog) -> GroupSnapshot {
            var snapshot =
                switch membership {
                case .classic(let group): GroupSnapshot(version: version, group)
                case .consumer(let group): GroupSnapshot(version: version, group, catalog)
                case .none(let groupID):
                    GroupSnapshot(
                        version: version,
                        description: GroupDescription(groupID: groupID, state: .empty, protocolType: ""),
                        subscriptions: [:])
                }
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
            snapshot.description.commits = commits
            return snapshot
        }
    }
}

extension GroupSnapshot {
    /// A classic group, its commits aside.
    fileprivate init(version: UInt64, _ group: ClassicGroup) {
        var subscriptions: [String: [String]] = [:]
        let isConsumers = group.protocolType == ConsumerSubscription.protocolType
        var members: [GroupMember] = []
        for member in group.members.values {
            members.append(
                GroupMember(
                    memberID: member.memberID,
                    groupInstanceID: member.groupInstanceID,
                    clientID: member.clientID,
                    clientHost: member.clientHost,
                    assignment: isConsumers ? ConsumerAssignment(decoding: member.assignment)?.partitions ?? [] : []
                )
            )
            let metadata = group.protocolName.flatMap { member.metadata(for: $0) } ?? member.protocols.first?.metadata
            if isConsumers, let metadata, let subscription = ConsumerSubscription(decoding: metadata) {
                subscriptions[member.memberID] = subscription.topics
            }
        }
        self.init(
            version: version,
            description: GroupDescription(
                groupID: group.groupID,
                state: GroupState(rawValue: group.state.rawValue) ?? .unknown,
                protocolType: group.protocolType ?? "",
                protocolName: group.protocolName ?? "",
                generation: group.generation,
                members: members.sorted { $0.memberID < $1.memberID }
            ),
            subscriptions: subscriptions
        )
    }

    /// A group of KIP-848, its commits aside.
    fileprivate init(version: UInt64, _ group: ConsumerGroup, _ catalog: any TopicCatalog) {
        let members = group.members.values.map { member in
            GroupMember(
                memberID: member.memberID,
                groupInstanceID: member.instanceID,
                clientID: member.metadata.clientID,
                clientHost: member.metadata.clientHost,
                memberEpoch: member.epoch,
                assignment: member.assigned.topics.flatMap { topic, partitions in
                    catalog.topicName(of: topic).map { name in
                        partitions.map { TopicPartition(topic: name, partition: $0) }
                    } ?? []
                }.sorted()
            )
        }
        self.init(
            version: version,
            description: GroupDescription(
                groupID: group.groupID,
                state: GroupState(rawValue: group.state.rawValue) ?? .unknown,
                type: .consumer,
                protocolName: group.assignor.rawValue,
                generation: group.epoch,
                members: members.sorted { $0.memberID < $1.memberID }
            ),
            subscriptions: group.members.values.reduce(into: [:]) {
                $0[$1.memberID] = group.subscription(of: $1).sorted()
            }
        )
    }
}
