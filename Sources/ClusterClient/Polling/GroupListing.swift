import Cluster
import ClusterRequests
import KafkaProtocol
import Synchronization

/// The groups that each broker coordinates, as ListGroups told last.
struct GroupListing: Sendable {
    /// A group in short.
    struct Entry: Sendable, Equatable {
        var groupID: String
        /// The broker that told of it, which is its coordinator.
        var broker: Int32
        var protocolType: String
        /// Nil where the broker does not tell (before Kafka 2.6).
        var state: GroupState?
        /// `.unknown` where the broker does not tell (before Kafka 3.8).
        var type: GroupType

        /// A group that a broker told of.
        init(_ group: ListGroupsResponse.Group, broker: Int32) {
            groupID = group.groupID
            self.broker = broker
            protocolType = group.protocolType
            state = group.groupState.isEmpty ? nil : GroupState(kafka: group.groupState)
            type = GroupType(kafka: group.groupType)
        }
    }

    private(set) var groups: [String: Entry] = [:]

    /// Takes in what brokers told.
    ///
    /// - Parameter answers: The groups of each broker; nil for one that did not tell.
    /// - Returns: Groups known from before that nobody told of, while somebody did not answer.
    mutating func learn(_ answers: [Int32: [Entry]?]) -> [Entry] {
        var told: [String: Entry] = [:]
        for case (_, let entries?) in answers { for entry in entries { told[entry.groupID] = entry } }
        var lost: [Entry] = []
        for entry in groups.values where told[entry.groupID] == nil {
            // A broker that answered and does not tell of it any more: it is gone, unless it moved to one that did not answer.
            if case .some(.some) = answers[entry.broker] { continue }
            lost.append(entry)
        }
        groups = told.merging(lost.map { ($0.groupID, $0) }) { told, _ in told }
        return lost
    }

    /// Forgets a group that is gone.
    mutating func remove(_ group: String) { groups[group] = nil }
}

/// ListGroups: which groups there are.
extension KafkaCluster {
    /// The groups of all brokers that answer, and those known from before of brokers that do not.
    ///
    /// - Throws: `.unavailable` or the refusal where no broker told anything.
    func listGroups() async throws(ClusterError) -> (live: [GroupListing.Entry], lost: [GroupListing.Entry: String]) {
        let brokers = try await wholeMap().brokers.keys
        var told: [Int32: [GroupListing.Entry]?] = [:]
        var problems: [Int32: ClusterError] = [:]
        await withTaskGroup(of: (Int32, Result<ListGroupsResponse, ClusterError>).self) { group in
            for broker in brokers {
                group.addTask { [self] in (broker, await poll(ListGroupsRequest(), toBroker: broker)) }
            }
            for await (broker, answer) in group {
                switch answer {
                case .success(let answer) where answer.errorCode == .none:
                    told[broker] = answer.groups.map { GroupListing.Entry($0, broker: broker) }
                case .success(let answer):
                    problems[broker] = ClusterError(answer.errorCode, "broker \(broker)")
                case .failure(let error): problems[broker] = error
                }
            }
        }
        if told.isEmpty, let problem = problems.values.first { throw problem }
        for broker in problems.keys { told.updateValue(nil, forKey: broker) }
        let (live, lost) = state.withLock { state in
            let lost = state.listing.learn(told)
            let missing = Set(lost.map(\.groupID))
            for entry in state.listing.groups.values { state.coordinators[entry.groupID] = entry.broker }
            state.coordinators.keep(Set(state.listing.groups.keys))
            return (state.listing.groups.values.filter { !missing.contains($0.groupID) }, lost)
        }
        let reasons = lost.map { entry in
            (
                entry,
                problems[entry.broker].map { "\($0)" }
                    ?? "its coordinator, broker \(entry.broker), is not in the cluster any more"
            )
        }
        return (live, Dictionary(reasons) { $1 })
    }
}

extension GroupListing.Entry: Hashable {}

extension GroupState {
    /// A state as Kafka names it; brokers before 4.0 write some of them otherwise.
    init(kafka name: String) {
        let plain = name.filter(\.isLetter).lowercased()
        self = Self.allCases.first { $0.rawValue.lowercased() == plain } ?? .unknown
    }
}

extension GroupType {
    /// A type as ListGroups names it, `classic` or `consumer`.
    init(kafka name: String) {
        self = Self.allCases.first { $0.rawValue.lowercased() == name.lowercased() } ?? .unknown
    }
}
