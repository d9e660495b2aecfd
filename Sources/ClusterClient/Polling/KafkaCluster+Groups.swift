package import Cluster
import ClusterRequests
import KafkaProtocol
import Synchronization

/// Groups: who is in them and what they committed.
extension KafkaCluster {
    package func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription] {
        await probeSilentBrokers()
        let found = if let names { try await find(Set(names)) } else { try await listed() }
        var wanted = found.groups
        var descriptions = found.lost
        for isLast in [false, true] where !wanted.isEmpty {
            let read = await self.read(wanted)
            let moved = isLast ? [] : read.filter(\.hasMoved)
            descriptions += read.filter { isLast || !$0.hasMoved }.compactMap { describe($0, isNamed: names != nil) }
            guard !moved.isEmpty else { break }
            state.withLock { state in for group in moved { state.coordinators[group.entry.groupID] = nil } }
            let again = await locate(moved.map(\.entry.groupID))
            wanted = again.groups
            descriptions += again.lost
        }
        return descriptions.sorted { $0.groupID < $1.groupID }
    }

    /// A group to be read, with what is known of it.
    private struct Wanted: Sendable {
        var groupID: String
        var coordinator: Int32
        /// What ListGroups told; nil for a group that was named.
        var listed: GroupListing.Entry?

        /// Whether it has no members for sure, so that they need not be asked for.
        var isEmpty: Bool { listed?.state == .empty && listed?.type == .classic }
    }

    /// A group with what its coordinator said.
    private struct Read: Sendable {
        var entry: Wanted
        var members: Members?
        var commits: Commits

        var hasMoved: Bool {
            if case .failure(let failure)? = members, failure.hasMoved { return true }
            if case .failure(let failure) = commits, failure.hasMoved { return true }
            return false
        }
    }

    // MARK: Finding

    /// All groups that brokers tell of; those of silent brokers with why nothing is known of them.
    private func listed() async throws(ClusterError) -> (groups: [Wanted], lost: [GroupDescription]) {
        let (live, lost) = try await listGroups()
        let groups = live.map { Wanted(groupID: $0.groupID, coordinator: $0.broker, listed: $0) }
        guard !lost.isEmpty else { return (groups, []) }
        // They move to other brokers sooner or later, or are gone.
        let moved = await coordinatorsElsewhere(of: lost.keys.map(\.groupID))
        var silent: [GroupDescription] = []
        for (entry, problem) in lost where !moved.contains(entry.groupID) {
            silent.append(
                GroupDescription(
                    groupID: entry.groupID, state: .unknown, type: entry.type, coordinator: broker(entry.broker),
                    protocolType: entry.protocolType, problem: problem))
        }
        return (groups, silent)
    }

    /// Those groups that a broker which answers coordinates by now, though it did not tell of them: they are gone.
    private func coordinatorsElsewhere(of groups: [String]) async -> Set<String> {
        state.withLock { state in for group in groups { state.coordinators[group] = nil } }
        let found = await findCoordinators(of: groups)
        return state.withLock { state in
            Set(
                found.compactMap { group, answer in
                    guard case .success(let broker) = answer, !state.health.isSilent(broker),
                        state.listing.groups[group]?.broker != broker
                    else { return nil }
                    state.listing.remove(group)
                    return group
                })
        }
    }

    private func find(_ names: Set<String>) async throws(ClusterError) -> (groups: [Wanted], lost: [GroupDescription]) {
        guard !names.isEmpty else { return ([], []) }
        _ = try await map()
        return await locate(names.sorted())
    }

    /// Groups with their coordinators; those without one with why.
    private func locate(_ names: [String]) async -> (groups: [Wanted], lost: [GroupDescription]) {
        var groups: [Wanted] = []
        var lost: [GroupDescription] = []
        for (name, answer) in await findCoordinators(of: names) {
            switch answer {
            case .success(let broker): groups.append(Wanted(groupID: name, coordinator: broker))
            case .failure(let error):
                lost.append(
                    GroupDescription(
                        groupID: name, state: .unknown, type: .unknown, protocolType: "", problem: "\(error)"))
            }
        }
        return (groups, lost)
    }

    private func broker(_ id: Int32) -> BrokerDescription? {
        state.withLock { state in
            (state.map.brokers[id] ?? state.map.missing[id]).map {
                BrokerDescription($0, isController: id == state.map.controller)
            }
        }
    }

    // MARK: Reading

    /// Reads members and commits, of all coordinators at the same time.
    private func read(_ groups: [Wanted]) async -> [Read] {
        await withTaskGroup(of: [Read].self) { tasks in
            for (coordinator, groups) in Dictionary(grouping: groups, by: \.coordinator) {
                tasks.addTask { [self] in
                    async let members = members(of: groups.filter { !$0.isEmpty }.map(\.groupID), at: coordinator)
                    async let commits = commits(of: groups.map(\.groupID), at: coordinator)
                    let (found, committed) = await (members, commits)
                    return groups.compactMap { group in
                        committed[group.groupID].map { Read(entry: group, members: found[group.groupID], commits: $0) }
                    }
                }
            }
            var all: [Read] = []
            for await read in tasks { all += read }
            return all
        }
    }

    /// A group in the words that all sides share; nil for one that does not exist.
    private func describe(_ read: Read, isNamed: Bool) -> GroupDescription? {
        let entry = read.entry
        var group = GroupDescription(
            groupID: entry.groupID, state: entry.listed?.state ?? .unknown, type: entry.listed?.type ?? .unknown,
            coordinator: broker(entry.coordinator), protocolType: entry.listed?.protocolType ?? "")
        switch read.commits {
        case .success(let commits): group.commits = commits
        case .failure(let failure): group.problem = "its commits cannot be read: \(failure.error)"
        }
        switch read.members {
        case .success(let described)? where described.groupState == "Dead" || described.errorCode == .groupIDNotFound:
            // The coordinator describes only classic groups here; to others, and to none at all, it says that they are dead.
            guard entry.listed?.type == .consumer || !group.commits.isEmpty else { return nil }
            group.problem = group.problem ?? Self.membersUnread
        case .success(let described)?:
            group.state = GroupState(kafka: described.groupState)
            group.type = .classic
            group.protocolType = described.protocolType
            group.protocolName = described.protocolData
            let isConsumer = described.protocolType == ConsumerSubscription.protocolType
            group.members = described.members.map { GroupMember($0, isConsumer: isConsumer) }
                .sorted { $0.memberID < $1.memberID }
        case .failure(let failure)?: group.problem = "its members cannot be read: \(failure.error)"
        case nil: break
        }
        return group
    }

    private static let membersUnread =
        "its members cannot be read: the group speaks the consumer protocol of KIP-848, which is not described here yet"
}
