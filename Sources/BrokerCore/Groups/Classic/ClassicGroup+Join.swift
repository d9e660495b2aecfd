import KafkaProtocol
import NIOCore
import OrderedCollections

/// JoinGroup: who is let in, and under which id.
extension ClassicGroup {
    mutating func join(_ join: JoinEvent, _ request: WaitingRequest, _ now: GroupInstant) {
        if join.sessionTimeout < settings.minSessionTimeout || join.sessionTimeout > settings.maxSessionTimeout {
            refuse(request, .invalidSessionTimeout, join.memberID)
            return
        }
        if !accepts(join.memberID) {
            remove(join.memberID, answering: .groupMaxSizeReached)
            refuse(request, .groupMaxSizeReached, "")
        } else if state == .dead {
            refuse(request, .coordinatorNotAvailable, join.memberID)
        } else if !supports(join.protocolType, join.protocols) {
            refuse(request, .inconsistentGroupProtocol, join.memberID)
        } else if join.memberID.isEmpty {
            joinAsNewMember(join, request, now)
        } else if pendingMembers[join.memberID] != nil {
            if join.groupInstanceID == nil {
                add(join, join.memberID, request, now)
            } else {
                // Pending ids are given to dynamic members only.
                refuse(request, .unknownMemberID, join.memberID)
            }
        } else {
            joinAgain(join, request, now)
        }
        completeJoinIfAllJoined(now)
    }

    /// Whether the group has room (`group.max.size`). While it rebalances only those count that have joined already,
    /// so that the last ones to come back are left out.
    private func accepts(_ memberID: String) -> Bool {
        switch state {
        case .empty, .dead: true
        case .preparingRebalance:
            members[memberID]?.awaitingJoin != nil || awaitingJoinCount < Int(settings.maxSize)
        case .completingRebalance, .stable:
            members[memberID] != nil || members.count < Int(settings.maxSize)
        }
    }

    /// Whether a protocol offered is one that every member offers too.
    private func supports(_ type: String, _ protocols: [MemberProtocol]) -> Bool {
        if state == .empty { return !type.isEmpty && !protocols.isEmpty }
        guard protocolType == type else { return false }
        return protocols.contains { offered in
            members.values.allSatisfy { member in member.protocols.contains { $0.name == offered.name } }
        }
    }

    private mutating func joinAsNewMember(_ join: JoinEvent, _ request: WaitingRequest, _ now: GroupInstant) {
        let newID = "\(join.groupInstanceID ?? join.clientID)-\(join.freshID)"
        if let instanceID = join.groupInstanceID {
            if let oldID = staticMembers[instanceID] {
                replaceStaticMember(oldID, newID, join, request, now)
            } else {
                add(join, newID, request, now)
            }
        } else if join.requiresKnownMemberID {
            let lapses = now.after(milliseconds: join.sessionTimeout)
            pendingMembers[newID] = lapses
            noteDeadline(lapses)
            refuse(request, .memberIDRequired, newID)
        } else {
            add(join, newID, request, now)
        }
    }

    private mutating func joinAgain(_ join: JoinEvent, _ request: WaitingRequest, _ now: GroupInstant) {
        let error = validate(memberID: join.memberID, groupInstanceID: join.groupInstanceID)
        guard error == .none, let member = members[join.memberID] else {
            refuse(request, error == .none ? .unknownMemberID : error, join.memberID)
            return
        }
        let isUnchanged = member.protocols == join.protocols
        switch state {
        case .preparingRebalance:
            update(join, join.memberID, request)
        case .completingRebalance:
            // The same metadata again: its answer was lost on the way.
            if isUnchanged {
                effects.append(.answerJoin(request, joinAnswer(for: join.memberID)))
            } else {
                update(join, join.memberID, request)
                prepareRebalance(now)
            }
        case .stable:
            // A leader joins again to have partitions assigned anew.
            if isUnchanged, !isLeader(join.memberID) {
                effects.append(.answerJoin(request, joinAnswer(for: join.memberID)))
            } else {
                update(join, join.memberID, request)
                prepareRebalance(now)
            }
        case .empty, .dead:
            refuse(request, .unknownMemberID, join.memberID)
        }
    }

    /// Lets a member in and begins a rebalance.
    private mutating func add(
        _ join: JoinEvent, _ memberID: String, _ request: WaitingRequest, _ now: GroupInstant
    ) {
        var member = ClassicMember(
            memberID: memberID,
            groupInstanceID: join.groupInstanceID,
            clientID: join.clientID,
            clientHost: join.clientHost,
            rebalanceTimeout: join.rebalanceTimeout,
            sessionTimeout: join.sessionTimeout,
            protocols: join.protocols
        )
        member.isNew = true
        member.awaitingJoin = request
        member.deadline = now.after(milliseconds: GroupSettings.newMemberJoinTimeout)
        noteDeadline(member.deadline)
        if state == .preparingRebalance, generation == 0 { memberAddedDuringDelay = true }
        if members.isEmpty { protocolType = join.protocolType }
        if leaderID == nil { leaderID = memberID }
        if let instanceID = join.groupInstanceID { staticMembers[instanceID] = memberID }
        pendingMembers[memberID] = nil
        members[memberID] = member
        if state.canRebalance { prepareRebalance(now) }
    }

    /// Takes over what a member sent now; its JoinGroup waits for the rebalance.
    private mutating func update(_ join: JoinEvent, _ memberID: String, _ request: WaitingRequest) {
        guard var member = members[memberID] else { return }
        if let earlier = member.awaitingJoin {
            effects.append(.answerJoin(earlier, .failure(.rebalanceInProgress, memberID: memberID)))
        }
        member.protocols = join.protocols
        member.rebalanceTimeout = join.rebalanceTimeout
        member.sessionTimeout = join.sessionTimeout
        member.awaitingJoin = request
        members[memberID] = member
    }

    /// A static member is back under a new id (KIP-345). In a stable group whose protocol stays the same nobody is
    /// disturbed: the member keeps its assignment.
    private mutating func replaceStaticMember(
        _ oldID: String, _ newID: String, _ join: JoinEvent, _ request: WaitingRequest, _ now: GroupInstant
    ) {
        guard let old = members[oldID] else { return }
        let replaced = ReplacedStaticMember(
            oldMemberID: oldID,
            newMemberID: newID,
            oldLeaderID: leaderID ?? "",
            oldProtocols: old.protocols,
            oldRebalanceTimeout: old.rebalanceTimeout,
            oldSessionTimeout: old.sessionTimeout,
            canSkipAssignment: join.canSkipAssignment,
            request: request
        )
        rename(oldID, newID)
        update(join, newID, request)
        scheduleHeartbeat(of: newID, now)
        switch state {
        case .stable:
            if selectProtocol() == protocolName {
                effects.append(.store(storedForm(), .staticMember(replaced)))
            } else {
                prepareRebalance(now)
            }
        case .completingRebalance:
            // The leader may be assigning to the old id already.
            prepareRebalance(now)
        case .preparingRebalance, .empty, .dead:
            break
        }
    }

    /// Gives a member another id, keeping its place, and fences who still waits under the old one.
    private mutating func rename(_ oldID: String, _ newID: String) {
        guard var member = members[oldID], let index = members.index(forKey: oldID) else { return }
        if let request = member.awaitingJoin {
            effects.append(.answerJoin(request, .failure(.fencedInstanceID, memberID: oldID)))
        }
        if let request = member.awaitingSync {
            effects.append(.answerSync(request, .failure(.fencedInstanceID)))
        }
        member.awaitingJoin = nil
        member.awaitingSync = nil
        member.memberID = newID
        members.remove(at: index)
        members.updateValue(member, forKey: newID, insertingAt: index)
        if leaderID == oldID { leaderID = newID }
        if let instanceID = member.groupInstanceID { staticMembers[instanceID] = newID }
        if pendingSync.remove(oldID) != nil { pendingSync.insert(newID) }
    }

    /// The log has, or has not, the new id of a static member.
    mutating func staticMemberStored(_ replaced: ReplacedStaticMember, _ error: ErrorCode, _ now: GroupInstant) {
        // A rebalance that began meanwhile answers instead.
        guard state == .stable, var member = members[replaced.newMemberID], member.awaitingJoin == replaced.request
        else { return }
        member.awaitingJoin = nil
        members[replaced.newMemberID] = member
        var answer = joinAnswer(for: replaced.newMemberID)
        if error != .none {
            rename(replaced.newMemberID, replaced.oldMemberID)
            members[replaced.oldMemberID]?.protocols = replaced.oldProtocols
            members[replaced.oldMemberID]?.rebalanceTimeout = replaced.oldRebalanceTimeout
            members[replaced.oldMemberID]?.sessionTimeout = replaced.oldSessionTimeout
            scheduleHeartbeat(of: replaced.oldMemberID, now)
            answer.error = error
            answer.memberID = ""
            answer.members = []
            answer.leaderID = replaced.oldLeaderID
        } else if replaced.canSkipAssignment {
            answer.skipAssignment = isLeader(replaced.newMemberID)
            scheduleHeartbeat(of: replaced.newMemberID, now)
        } else {
            // Clients before JoinGroup 9 would assign if they found their own id as the leader's, and a stable group
            // does not spread an assignment. With the old id they take themselves for followers.
            answer.members = []
            answer.leaderID = replaced.oldLeaderID
            scheduleHeartbeat(of: replaced.newMemberID, now)
        }
        effects.append(.answerJoin(replaced.request, answer))
    }

    /// The answer that tells a member of the present generation.
    func joinAnswer(for memberID: String) -> JoinAnswer {
        JoinAnswer(
            error: .none,
            memberID: memberID,
            generation: generation,
            protocolType: protocolType,
            protocolName: protocolName,
            leaderID: leaderID ?? "",
            members: isLeader(memberID) ? joinedMembers() : []
        )
    }

    private func joinedMembers() -> [JoinAnswer.JoinedMember] {
        guard let protocolName else { return [] }
        return members.values.map { member in
            JoinAnswer.JoinedMember(
                memberID: member.memberID,
                groupInstanceID: member.groupInstanceID,
                metadata: member.metadata(for: protocolName) ?? ByteBuffer()
            )
        }
    }

    private mutating func refuse(_ request: WaitingRequest, _ error: ErrorCode, _ memberID: String) {
        effects.append(.answerJoin(request, .failure(error, memberID: memberID)))
    }
}
