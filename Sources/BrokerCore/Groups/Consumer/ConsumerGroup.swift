package import KafkaProtocol
import NIOCore
package import OrderedCollections

/// The consumer group protocol of KIP-848 as a pure state machine: `(state, event, now) -> (state, records, answer)`.
///
/// The coordinator computes who shall own what (the target assignment, which has an epoch) and leads each member there on its own,
/// by its heartbeats: first it gives up what it shall not own, then it gets what nobody holds any more. So nothing stops for a
/// rebalance but the partitions that move.
///
/// It follows Kafka 3.8's and 4.0's `GroupMetadataManager`, `ConsumerGroup` and `CurrentAssignmentBuilder`. Every change comes with
/// the records that store it; who uses the machine writes them before it tells anybody, and forgets the change where that fails.
package struct ConsumerGroup: Sendable {
    /// Where a group stands (Kafka's `ConsumerGroupState`).
    package enum State: String, Sendable, CaseIterable {
        /// No members; offsets may be there.
        case empty = "Empty"
        /// The target assignment is not computed yet; the next heartbeat does.
        case assigning = "Assigning"
        /// Members are on their way to the target assignment.
        case reconciling = "Reconciling"
        /// Every member owns what it shall own.
        case stable = "Stable"
    }

    /// The group's id.
    package let groupID: String
    /// The settings it obeys.
    package let settings: ConsumerGroupSettings
    /// Raised by each change of members, subscriptions or topics.
    package internal(set) var epoch: Int32 = 0
    /// The group epoch that the target assignment was computed for.
    package internal(set) var assignmentEpoch: Int32 = 0
    /// The members by id, in the order in which they joined.
    package internal(set) var members: OrderedDictionary<String, ConsumerMember> = [:]
    /// What each member shall own, by member id.
    package internal(set) var targets: [String: PartitionAssignment] = [:]
    /// The topics subscribed to that exist, ascending by name, as the last assignment saw them.
    package internal(set) var topics: [ConsumerGroupPartitionMetadataValue.Topic] = []

    /// Member ids by `group.instance.id`.
    var staticMembers: [String: String] = [:]
    /// Who holds a partition, or may still hold it, by topic and partition.
    var holders: [KafkaUUID: [Int32: String]] = [:]
    /// The topic names that each pattern matches.
    var resolved: [String: Set<String>] = [:]
    /// The version of the catalog that ``topics`` were made from; nil before that.
    var catalogVersion: Int64?
    /// The version of the catalog that ``resolved`` was made from; nil before that.
    var resolvedVersion: Int64?
    /// A lower bound of the deadlines, kept so that a heartbeat need not search them.
    var earliestDeadline = Int64.max

    /// A group that nobody has joined yet.
    package init(groupID: String, settings: ConsumerGroupSettings) {
        self.groupID = groupID
        self.settings = settings
    }

    /// A group read from its log: its members each have a whole session to report in.
    init(
        groupID: String, stored: StoredConsumerGroup, settings: ConsumerGroupSettings, catalog: any TopicCatalog,
        now: GroupInstant
    ) {
        self.groupID = groupID
        self.settings = settings
        epoch = stored.epoch ?? 0
        assignmentEpoch = stored.assignmentEpoch
        topics = stored.topics
        for (memberID, metadata) in stored.members.sorted(by: { $0.key < $1.key }) {
            var member = ConsumerMember(
                memberID: memberID, metadata: metadata,
                current: stored.current[memberID] ?? ConsumerGroupCurrentMemberAssignmentValue())
            member.deadline = now.after(milliseconds: settings.sessionTimeout)
            if member.state == .unrevokedPartitions {
                member.revocationDeadline = now.after(milliseconds: metadata.rebalanceTimeoutMs)
            }
            members[memberID] = member
            targets[memberID] = stored.targets[memberID]
            if let instanceID = metadata.instanceID { staticMembers[instanceID] = memberID }
            hold(member.held, by: memberID)
        }
        refreshDeadline()
        // Offsets of topics that a pattern matches must not look unneeded before the first heartbeat.
        _ = resolvePatterns(in: catalog)
    }

    /// Where it stands.
    package var state: State {
        if members.isEmpty { return .empty }
        if epoch != assignmentEpoch { return .assigning }
        return members.values.allSatisfy { $0.isReconciled(to: assignmentEpoch) } ? .stable : .reconciling
    }

    /// The assignor in use: the one that most members wish for, else the coordinator's first.
    package var assignor: ServerAssignor {
        var votes: [ServerAssignor: Int] = [:]
        for member in members.values {
            if let wish = member.metadata.serverAssignor.flatMap({ settings.assignor(named: $0) }) {
                votes[wish, default: 0] += 1
            }
        }
        return settings.assignors.max { votes[$0, default: 0] < votes[$1, default: 0] } ?? .uniform
    }

    /// When the next tick is worth sending, monotonic milliseconds; nil if nothing is due ever. May be too early, never too late.
    package var nextDeadline: Int64? { earliestDeadline == .max ? nil : earliestDeadline }

    /// The names of the topics that a member subscribes to, by name and by pattern.
    func subscription(of member: ConsumerMember) -> Set<String> {
        var names = Set(member.metadata.subscribedTopicNames)
        if let pattern = member.pattern { names.formUnion(resolved[pattern] ?? []) }
        return names
    }

    /// Whether a member subscribes to a topic.
    package func isSubscribed(to topic: String) -> Bool {
        members.values.contains { member in
            member.metadata.subscribedTopicNames.contains(topic)
                || member.pattern.map { resolved[$0]?.contains(topic) ?? false } ?? false
        }
    }

    /// Whether a commit may be stored now (Kafka's `ConsumerGroup.validateOffsetCommit`).
    ///
    /// Members commit in their own epoch, with OffsetCommit 9 or later. Consumers without a group commit with epoch -1 as long as
    /// the group has no members.
    ///
    /// - Parameter apiVersion: The version of OffsetCommit.
    package func validateCommit(_ claim: MemberClaim, apiVersion: Int16) -> ErrorCode {
        if claim.generation < 0, members.isEmpty { return .none }
        guard let member = members[claim.memberID] else { return .unknownMemberID }
        guard apiVersion >= 9 else { return .unsupportedVersion }
        return claim.generation == member.epoch ? .none : .staleMemberEpoch
    }

    /// What a commit as part of a transaction is answered with. Who names neither member nor epoch is let in.
    package func validateTransactionalCommit(_ claim: MemberClaim) -> ErrorCode {
        if claim.generation < 0, members.isEmpty { return .none }
        if claim.generation == -1, claim.memberID.isEmpty, claim.groupInstanceID == nil { return .none }
        guard let member = members[claim.memberID] else { return .unknownMemberID }
        // TxnOffsetCommit has no word for an old member epoch.
        return claim.generation == member.epoch ? .none : .illegalGeneration
    }

    /// Whether a member may ask for offsets (OffsetFetch 9): in its own epoch; others name neither member nor epoch.
    package func validateFetch(memberID: String?, epoch: Int32) -> ErrorCode {
        if memberID == nil, epoch < 0 { return .none }
        guard let member = memberID.flatMap({ members[$0] }) else { return .unknownMemberID }
        return epoch == member.epoch ? .none : .staleMemberEpoch
    }

    /// All that takes the group away from its log.
    func tombstones() -> [ConsumerGroupRecord] {
        guard epoch > 0 || !members.isEmpty else { return [] }
        var records: [ConsumerGroupRecord] = []
        for memberID in members.keys {
            records += [.current(memberID, nil), .target(memberID, nil), .member(memberID, nil)]
        }
        return records + [.assignmentEpoch(nil), .topics(nil), .epoch(nil)]
    }

    // MARK: Who holds what

    mutating func hold(_ partitions: PartitionAssignment, by memberID: String) {
        for (topic, numbers) in partitions.topics {
            for number in numbers { holders[topic, default: [:]][number] = memberID }
        }
    }

    mutating func release(_ partitions: PartitionAssignment, by memberID: String) {
        for (topic, numbers) in partitions.topics {
            for number in numbers where holders[topic]?[number] == memberID { holders[topic]?[number] = nil }
            if holders[topic]?.isEmpty == true { holders[topic] = nil }
        }
    }

    // MARK: Deadlines

    /// Remembers that something is due then.
    mutating func noteDeadline(_ deadline: Int64) { earliestDeadline = min(earliestDeadline, deadline) }

    /// Finds the earliest deadline anew.
    mutating func refreshDeadline() {
        earliestDeadline = members.values.reduce(.max) {
            min($0, $1.deadline, $1.revocationDeadline ?? .max)
        }
    }

    /// Checks what must hold after each event; for tests.
    ///
    /// - Returns: What is broken, in words; empty if all is well.
    func brokenInvariants() -> [String] {
        var broken: [String] = []
        var seen: [KafkaUUID: [Int32: String]] = [:]
        for (id, member) in members {
            if id != member.memberID { broken.append("\(id) is \(member.memberID)") }
            if member.epoch > epoch { broken.append("\(id) is ahead of its group") }
            for (topic, numbers) in member.held.topics {
                for number in numbers {
                    if let other = seen[topic]?[number] { broken.append("\(other) and \(id) hold \(topic)-\(number)") }
                    seen[topic, default: [:]][number] = id
                }
            }
        }
        if seen != holders { broken.append("the books of holders are wrong") }
        if assignmentEpoch > epoch { broken.append("the assignment is ahead of its group") }
        for (instanceID, memberID) in staticMembers where members[memberID]?.instanceID != instanceID {
            broken.append("instance \(instanceID) points at \(memberID)")
        }
        for memberID in targets.keys where members[memberID] == nil { broken.append("a target for \(memberID)") }
        return broken
    }
}
