import KafkaProtocol
import OrderedCollections

/// Who is in a group: a classic one or one of KIP-848.
enum Membership: Sendable {
    case classic(ClassicGroup)
    case consumer(ConsumerGroup)
    /// A group that is being made, and has nothing yet.
    case none(String)

    /// The group's id.
    var groupID: String {
        switch self {
        case .classic(let group): group.groupID
        case .consumer(let group): group.groupID
        case .none(let groupID): groupID
        }
    }
}

/// What can be said of a group of either kind.
extension GroupEntry {
    /// The state as Kafka names it.
    var stateName: String { classic?.state.rawValue ?? consumer?.state.rawValue ?? ClassicGroupState.empty.rawValue }

    /// Whether it has no members.
    var isEmpty: Bool { classic.map { $0.state == .empty } ?? consumer?.members.isEmpty ?? true }

    /// Whether nobody is in it, or about to be.
    var isVacant: Bool { isEmpty && classic?.pendingMembers.isEmpty ?? true && write == nil }

    /// The kind's name in ListGroups.
    var typeName: String { consumer == nil ? "classic" : "consumer" }

    /// `consumer` for groups of consumers; empty for groups that only commit.
    var protocolType: String { classic?.protocolType ?? (consumer == nil ? "" : "consumer") }

    /// The generation, or the epoch of a KIP-848 group.
    var generation: Int32 { classic?.generation ?? consumer?.epoch ?? 0 }

    /// How many members it has.
    var memberCount: Int { classic?.members.count ?? consumer?.members.count ?? 0 }

    /// When its time has come next, monotonic milliseconds; nil if never. May be too early.
    var nextDeadline: Int64? { classic?.nextDeadline ?? consumer?.nextDeadline }

    /// Whether a commit may be stored now; `apiVersion` is OffsetCommit's.
    func validateCommit(_ claim: MemberClaim, apiVersion: Int16) -> ErrorCode {
        classic?.validateCommit(claim) ?? consumer?.validateCommit(claim, apiVersion: apiVersion) ?? .none
    }

    /// What a commit as part of a transaction is answered with.
    func validateTransactionalCommit(_ claim: MemberClaim) -> ErrorCode {
        classic?.validateTransactionalCommit(claim) ?? consumer?.validateTransactionalCommit(claim) ?? .none
    }

    /// Whether members may be consumers of a topic.
    func isSubscribed(to topic: String) -> Bool {
        classic?.isSubscribed(to: topic) ?? consumer?.isSubscribed(to: topic) ?? false
    }

    /// What takes the membership out of the log. A classic group is only there if it ever had a generation.
    var tombstones: [OffsetsRecord] {
        if let consumer { return consumer.tombstones().map { .consumerGroup(groupID, $0) } }
        return generation > 0 ? [.group(groupID, nil)] : []
    }
}
