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
            descriptions += read.filter { isLast || !$0.hasMoved }.compactMap { describe($0) }
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
        /// What ListGroups told; nil for a group that was named or lost.
        var listed: GroupListing.Entry?
        /// Whether it was listed once and nobody lists it now.
        var isLost = false

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
        var groups = live.map { Wanted(groupID: $0.groupID, coordinator: $0.broker, listed: $0) }
        guard !lost.isEmpty else { return (groups, []) }
        // They move to other brokers sooner or later; whoever coordinates them by now says whether they are there still.
        state.withLock { state in for entry in lost.keys { state.coordinators[entry.groupID] = nil } }
        let found = await findCoordinators(of: lost.keys.map(\.groupID))
        var silent: [GroupDescription] = []
        for (entry, problem) in lost {
            if case .success(let broker)? = found[entry.groupID], !state.withLock({ $0.health.isSilent(broker) }) {
                groups.append(Wanted(groupID: entry.groupID, coordinator: broker, isLost: true))
            } else {
                silent.append(
                    GroupDescription(
                        groupID: entry.groupID, state: .unknown, type: entry.type, coordinator: broker(entry.broker),
                        protocolType: entry.protocolType, problem: problem))
            }
        }
        return (groups, silent)
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
                    async let members = members(of: Self.types(of: groups), at: coordinator)
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

    /// The types of groups that may have members, as far as they are known.
    private static func types(of groups: [Wanted]) -> [String: GroupType] {
        Dictionary(groups.lazy.filter { !$0.isEmpty }.map { ($0.groupID, $0.listed?.type ?? .unknown) }) { $1 }
    }

    /// A group in the words that all sides share; nil for one that does not exist.
    private func describe(_ read: Read) -> GroupDescription? {
        let entry = read.entry
        var group = GroupDescription(
            groupID: entry.groupID, state: entry.listed?.state ?? .unknown, type: entry.listed?.type ?? .unknown,
            coordinator: broker(entry.coordinator), protocolType: entry.listed?.protocolType ?? "")
        switch read.commits {
        case .success(let commits): group.commits = commits
        case .failure(let failure): group.problem = "its commits cannot be read: \(failure.error)"
        }
        switch read.members {
        case .success(nil)?:
            // Commits may be there a moment longer than their group, or a moment earlier.
            guard !group.commits.isEmpty else {
                if entry.isLost { state.withLock { $0.listing.remove(entry.groupID) } }
                return nil
            }
        case .success(let described?)?:
            group.state = described.state
            group.type = described.type
            group.protocolType = described.protocolType
            group.protocolName = described.protocolName
            group.generation = described.generation
            group.members = described.members
        case .failure(let failure)?: group.problem = "its members cannot be read: \(failure.error)"
        case nil where !entry.isEmpty:
            group.problem = "its members cannot be read: broker \(entry.coordinator) left it out of its answer"
        case nil: break
        }
        return group
    }
}
