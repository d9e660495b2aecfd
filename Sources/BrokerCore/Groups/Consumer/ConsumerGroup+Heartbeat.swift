import KafkaProtocol
import OrderedCollections

/// Joining, staying in and leaving.
extension ConsumerGroup {
    /// A heartbeat of a member that owns what it shall own and says nothing new, in a group that nothing has happened to: it only
    /// gets a new session. Most heartbeats are such, and cost no copy of the group.
    ///
    /// - Returns: The answer; nil where there is more to do.
    mutating func keepAlive(
        _ beat: ConsumerHeartbeat, catalogVersion version: Int64, now: GroupInstant
    ) -> ConsumerHeartbeatAnswer? {
        guard beat.memberEpoch > 0, beat.topicNames == nil, beat.pattern == nil, beat.assignor == nil,
            beat.rebalanceTimeout == nil, beat.rackID == nil, version == catalogVersion, epoch == assignmentEpoch,
            let member = members[beat.memberID], member.epoch == beat.memberEpoch,
            member.isReconciled(to: assignmentEpoch), beat.instanceID == nil || member.instanceID == beat.instanceID,
            member.metadata.clientID == beat.clientID, member.metadata.clientHost == beat.clientHost
        else { return nil }
        extendSession(of: beat.memberID, now)
        return ConsumerHeartbeatAnswer(memberID: beat.memberID, memberEpoch: member.epoch)
    }

    /// Takes a heartbeat in, which may join.
    ///
    /// - Returns: What to answer once the records are stored.
    /// - Throws: Why the member is refused; nothing has changed then, though the value may be half way: it is to be dropped.
    mutating func heartbeat(
        _ beat: ConsumerHeartbeat, catalog: any TopicCatalog, now: GroupInstant
    ) throws(ConsumerGroupRefusal) -> (answer: ConsumerHeartbeatAnswer, records: [ConsumerGroupRecord]) {
        var records: [ConsumerGroupRecord] = []
        let isNew = try admit(beat, &records)
        guard let before = members[beat.memberID] else { throw unknown(beat.memberID) }
        let isUpdated = try update(beat, &records)
        let hasOtherMatches = resolvePatterns(in: catalog)
        refreshTopics(isChanged: isNew || isUpdated || hasOtherMatches, catalog, &records)
        if epoch != assignmentEpoch { assign(&records) }
        reconcile(beat.memberID, owned: beat.owned, now, &records)
        extendSession(of: beat.memberID, now)
        guard let member = members[beat.memberID] else { throw unknown(beat.memberID) }
        let tells = beat.isJoin || beat.isFull || before.assigned != member.assigned
        return (
            ConsumerHeartbeatAnswer(
                memberID: member.memberID, memberEpoch: member.epoch, assignment: tells ? member.assigned : nil),
            records
        )
    }

    /// Lets a member go: for good with epoch -1, for a while with -2, which is for static members only.
    mutating func leave(
        _ beat: ConsumerHeartbeat, catalog: any TopicCatalog
    ) throws(ConsumerGroupRefusal) -> (answer: ConsumerHeartbeatAnswer, records: [ConsumerGroupRecord]) {
        if beat.instanceID != nil {
            try checkStatic(beat)
        } else if members[beat.memberID] == nil {
            throw unknown(beat.memberID)
        }
        var records: [ConsumerGroupRecord] = []
        if beat.memberEpoch == ConsumerMember.awayEpoch, var member = members[beat.memberID] {
            // What it was to give up it has given up now; the rest waits for it until its session ends.
            release(member.pendingRevocation, by: member.memberID)
            member.pendingRevocation = PartitionAssignment()
            member.state = .stable
            member.revocationDeadline = nil
            member.epoch = ConsumerMember.awayEpoch
            members[beat.memberID] = member
            records.append(.current(member.memberID, member.current))
        } else {
            records = remove([beat.memberID], catalog: catalog)
        }
        return (ConsumerHeartbeatAnswer(memberID: beat.memberID, memberEpoch: beat.memberEpoch), records)
    }

    /// Takes members out (Kafka's `consumerGroupFenceMember`); the others share what they had at their next heartbeats.
    mutating func remove(_ memberIDs: [String], catalog: any TopicCatalog) -> [ConsumerGroupRecord] {
        var records: [ConsumerGroupRecord] = []
        for memberID in memberIDs { drop(memberID, &records) }
        refreshTopics(isChanged: true, catalog, &records)
        return records
    }

    // MARK: Admission

    /// Finds or makes the member that a heartbeat speaks of.
    ///
    /// - Returns: Whether it is new.
    private mutating func admit(
        _ beat: ConsumerHeartbeat, _ records: inout [ConsumerGroupRecord]
    ) throws(ConsumerGroupRefusal) -> Bool {
        guard beat.isJoin else {
            if beat.instanceID != nil { try checkStatic(beat) }
            guard let member = members[beat.memberID] else { throw unknown(beat.memberID) }
            try check(beat, of: member)
            return false
        }
        if members[beat.memberID] != nil {
            // It joins again: an answer was lost, or it was fenced. It keeps its place.
            if let instanceID = beat.instanceID, let owner = staticMembers[instanceID], owner != beat.memberID {
                throw unreleased(beat, owner)
            }
            return false
        }
        if let instanceID = beat.instanceID, let oldID = staticMembers[instanceID], let old = members[oldID] {
            guard old.isAway else { throw unreleased(beat, oldID) }
            succeed(old, by: beat.memberID, &records)
            return false
        }
        guard members.count < Int(settings.maxSize) else {
            throw ConsumerGroupRefusal(
                .groupMaxSizeReached,
                "The consumer group has reached its maximum capacity of \(settings.maxSize) members.")
        }
        members[beat.memberID] = ConsumerMember(memberID: beat.memberID)
        return true
    }

    /// A static member is back under another id: its successor gets its place and what it owned.
    private mutating func succeed(
        _ old: ConsumerMember, by memberID: String, _ records: inout [ConsumerGroupRecord]
    ) {
        let target = targets[old.memberID] ?? PartitionAssignment()
        drop(old.memberID, &records)
        let member = ConsumerMember(memberID: memberID, succeeding: old)
        members[memberID] = member
        targets[memberID] = target
        if let instanceID = member.instanceID { staticMembers[instanceID] = memberID }
        hold(member.held, by: memberID)
        records += [
            .member(memberID, member.metadata), .target(memberID, target), .current(memberID, member.current),
        ]
    }

    private mutating func drop(_ memberID: String, _ records: inout [ConsumerGroupRecord]) {
        guard let member = members.removeValue(forKey: memberID) else { return }
        release(member.held, by: memberID)
        targets[memberID] = nil
        if let instanceID = member.instanceID, staticMembers[instanceID] == memberID {
            staticMembers[instanceID] = nil
        }
        records += [.current(memberID, nil), .target(memberID, nil), .member(memberID, nil)]
    }

    // MARK: Checks

    /// A static member must be known under its id.
    private func checkStatic(_ beat: ConsumerHeartbeat) throws(ConsumerGroupRefusal) {
        let instanceID = beat.instanceID ?? ""
        guard let owner = staticMembers[instanceID] else {
            throw ConsumerGroupRefusal(.unknownMemberID, "Instance id \(instanceID) is unknown.")
        }
        guard owner == beat.memberID else {
            throw ConsumerGroupRefusal(
                .fencedInstanceID,
                "Static member \(beat.memberID) with instance id \(instanceID) was fenced by member \(owner).")
        }
    }

    /// A member must be in its epoch. With the one before it is let in as long as it owns nothing that it should not: the answer
    /// that told it of the new one was lost.
    private func check(
        _ beat: ConsumerHeartbeat, of member: ConsumerMember
    ) throws(ConsumerGroupRefusal) {
        guard beat.memberEpoch != member.epoch else { return }
        let isBehind = beat.memberEpoch < member.epoch
        if isBehind, beat.memberEpoch == member.previousEpoch, beat.owned?.isSubset(of: member.assigned) == true {
            return
        }
        throw ConsumerGroupRefusal(
            .fencedMemberEpoch,
            "The consumer group member has a \(isBehind ? "smaller" : "greater") member epoch (\(beat.memberEpoch)) than "
                + "the one known by the group coordinator (\(member.epoch)). The member must abandon all its partitions "
                + "and rejoin.")
    }

    private func unknown(_ memberID: String) -> ConsumerGroupRefusal {
        ConsumerGroupRefusal(.unknownMemberID, "Member \(memberID) is not a member of group \(groupID).")
    }

    private func unreleased(_ beat: ConsumerHeartbeat, _ owner: String) -> ConsumerGroupRefusal {
        ConsumerGroupRefusal(
            .unreleasedInstanceID,
            "Static member \(beat.memberID) with instance id \(beat.instanceID ?? "") cannot join the group because the "
                + "instance id is owned by \(owner) member.")
    }

    // MARK: Changes

    /// Takes over what a member says of itself.
    ///
    /// - Returns: Whether its subscription has changed.
    /// - Throws: If it subscribes to what is no pattern.
    private mutating func update(
        _ beat: ConsumerHeartbeat, _ records: inout [ConsumerGroupRecord]
    ) throws(ConsumerGroupRefusal) -> Bool {
        guard let before = members[beat.memberID]?.metadata else { return false }
        var metadata = before
        if let instanceID = beat.instanceID { metadata.instanceID = instanceID }
        if let rackID = beat.rackID { metadata.rackID = rackID }
        if let timeout = beat.rebalanceTimeout { metadata.rebalanceTimeoutMs = timeout }
        if let names = beat.topicNames { metadata.subscribedTopicNames = Set(names).sorted() }
        if let pattern = beat.pattern, pattern != before.subscribedTopicRegex {
            try checkPattern(pattern)
            metadata.subscribedTopicRegex = pattern
        }
        if let assignor = beat.assignor { metadata.serverAssignor = assignor }
        metadata.clientID = beat.clientID
        metadata.clientHost = beat.clientHost
        metadata.classicMemberMetadata = nil
        guard metadata != before else { return false }
        members[beat.memberID]?.metadata = metadata
        if let instanceID = metadata.instanceID { staticMembers[instanceID] = beat.memberID }
        records.append(.member(beat.memberID, metadata))
        return metadata.subscribedTopicNames != before.subscribedTopicNames
            || metadata.subscribedTopicRegex != before.subscribedTopicRegex
    }

    private func checkPattern(_ pattern: String) throws(ConsumerGroupRefusal) {
        do throws(TopicPatternError) {
            _ = try TopicPattern(pattern)
        } catch {
            throw ConsumerGroupRefusal(
                .invalidRegularExpression,
                "SubscribedTopicRegex `\(pattern)` is not a valid regular expression: \(error).")
        }
    }

    /// Gives a member a whole session from now.
    private mutating func extendSession(of memberID: String, _ now: GroupInstant) {
        let deadline = now.after(milliseconds: settings.sessionTimeout)
        members[memberID]?.deadline = deadline
        noteDeadline(deadline)
    }

    // MARK: Time

    /// Takes out the members whose session is over, and those that did not give up in time what they were asked for.
    mutating func tick(catalog: any TopicCatalog, now: GroupInstant) -> [ConsumerGroupRecord] {
        let late = members.values.filter { member in
            member.deadline <= now.monotonic || member.revocationDeadline.map { $0 <= now.monotonic } ?? false
        }
        let records = late.isEmpty ? [] : remove(late.map(\.memberID), catalog: catalog)
        refreshDeadline()
        return records
    }
}
