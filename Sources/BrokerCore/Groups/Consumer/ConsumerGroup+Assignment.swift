import KafkaProtocol
import OrderedCollections

/// Who shall own what, and how members get there.
extension ConsumerGroup {
    /// Finds out which topics the members' patterns match, if the topics or the patterns have changed. A text that is no pattern
    /// matches nothing: only a log of another broker can have one.
    ///
    /// - Returns: Whether a pattern that was there before matches other topics now, which is a changed subscription.
    mutating func resolvePatterns(in catalog: any TopicCatalog) -> Bool {
        let patterns = Set(members.values.compactMap(\.pattern))
        let isSameCatalog = resolvedVersion == catalog.version
        guard !isSameCatalog || patterns != Set(resolved.keys) else { return false }
        resolvedVersion = catalog.version
        var next: [String: Set<String>] = [:]
        for pattern in patterns {
            if isSameCatalog, let known = resolved[pattern] {
                next[pattern] = known
            } else if let automaton = try? TopicPattern(pattern) {
                next[pattern] = Set(catalog.names.filter { automaton.matches($0) })
            } else {
                next[pattern] = []
            }
        }
        defer { resolved = next }
        return next.contains { pattern, names in resolved[pattern].map { $0 != names } ?? false }
    }

    /// Looks at the topics subscribed to; a change raises the group's epoch, as does any other change.
    mutating func refreshTopics(
        isChanged: Bool, _ catalog: any TopicCatalog, _ records: inout [ConsumerGroupRecord]
    ) {
        guard isChanged || catalogVersion != catalog.version else { return }
        var names: Set<String> = []
        for member in members.values { names.formUnion(subscription(of: member)) }
        let present = names.sorted().compactMap { name -> ConsumerGroupPartitionMetadataValue.Topic? in
            catalog.catalogTopic(named: name).map { ConsumerGroupPartitionMetadataValue.Topic(name, $0) }
        }
        catalogVersion = catalog.version
        var isChanged = isChanged
        if present != topics {
            topics = present
            records.append(.topics(present))
            isChanged = true
        }
        guard isChanged else { return }
        epoch = epoch < .max ? epoch + 1 : 1
        records.append(.epoch(epoch))
    }

    /// Computes the target assignment of the group's epoch.
    mutating func assign(_ records: inout [ConsumerGroupRecord]) {
        let ids = Dictionary(topics.map { ($0.topicName, $0.topicID) }) { first, _ in first }
        let counts = Dictionary(topics.map { ($0.topicID, $0.numPartitions) }) { first, _ in first }
        let problem = AssignmentProblem(
            members: members.values.map { member in
                AssignmentProblem.Member(
                    memberID: member.memberID, rank: member.instanceID ?? member.memberID,
                    topics: Set(subscription(of: member).compactMap { ids[$0] }),
                    previous: targets[member.memberID] ?? PartitionAssignment())
            },
            topics: counts)
        let next = assignor.assign(problem)
        for memberID in members.keys {
            let target = next[memberID] ?? PartitionAssignment()
            guard targets[memberID] != target else { continue }
            targets[memberID] = target
            records.append(.target(memberID, target))
        }
        assignmentEpoch = epoch
        records.append(.assignmentEpoch(epoch))
    }

    /// Leads a member a step towards its target assignment (Kafka's `CurrentAssignmentBuilder`).
    ///
    /// - Parameter owned: What the member says it owns; nil if it says nothing.
    mutating func reconcile(
        _ memberID: String, owned: PartitionAssignment?, _ now: GroupInstant, _ records: inout [ConsumerGroupRecord]
    ) {
        guard let before = members[memberID], !before.isReconciled(to: assignmentEpoch) else { return }
        var member = before
        switch member.state {
        case .stable, .unreleasedPartitions:
            advance(&member, from: member.epoch, owned: owned)
        case .unrevokedPartitions:
            // Given up is what the member does not report any more.
            guard let owned, !owned.overlaps(member.pendingRevocation) else { return }
            advance(&member, from: member.epoch &+ 1, owned: owned)
        }
        guard member.current != before.current else { return }
        member.revocationDeadline =
            member.state == .unrevokedPartitions
            ? now.after(milliseconds: member.metadata.rebalanceTimeoutMs) : nil
        if let deadline = member.revocationDeadline { noteDeadline(deadline) }
        members[memberID] = member
        release(before.held, by: memberID)
        hold(member.held, by: memberID)
        records.append(.current(memberID, member.current))
    }

    /// The next step of a member that has nothing to give up any more: what it shall not own it is asked to give up, and stays in its
    /// epoch; otherwise it enters the assignment's epoch with all that is free.
    private func advance(_ member: inout ConsumerMember, from epoch: Int32, owned: PartitionAssignment?) {
        let target = targets[member.memberID] ?? PartitionAssignment()
        let kept = member.assigned.intersection(target)
        let surplus = member.assigned.subtracting(target)
        member.assigned = kept
        member.pendingRevocation = PartitionAssignment()
        if !surplus.isEmpty, owned?.overlaps(surplus) ?? true {
            member.state = .unrevokedPartitions
            member.pendingRevocation = surplus
            member.enter(epoch: epoch)
            return
        }
        let missing = target.subtracting(kept)
        var isWaiting = false
        for (topic, numbers) in missing.topics {
            for number in numbers {
                let holder = holders[topic]?[number]
                if holder == nil || holder == member.memberID {
                    member.assigned.insert(number, of: topic)
                } else {
                    isWaiting = true
                }
            }
        }
        member.state = isWaiting ? .unreleasedPartitions : .stable
        member.enter(epoch: assignmentEpoch)
    }
}

extension ConsumerGroupPartitionMetadataValue.Topic {
    /// A topic as the catalog has it.
    fileprivate init(_ name: String, _ topic: CatalogTopic) {
        self.init(
            topicID: topic.id, topicName: name, numPartitions: topic.partitionCount,
            partitionMetadata: topic.racks.sorted { $0.key < $1.key }.map {
                .init(partition: $0.key, racks: $0.value)
            })
    }
}
