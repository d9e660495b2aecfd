import KafkaProtocol
import NIOCore
import OrderedCollections

/// Living in a group: assignments, heartbeats, leaving, and being dropped.
extension ClassicGroup {
    mutating func sync(_ sync: SyncEvent, _ request: WaitingRequest, _ now: GroupInstant) {
        let memberID = sync.claim.memberID
        let error = validateSync(sync)
        guard error == .none, var member = members[memberID] else {
            effects.append(.answerSync(request, .failure(error == .none ? .unknownMemberID : error)))
            return
        }
        switch state {
        case .empty, .dead:
            effects.append(.answerSync(request, .failure(.unknownMemberID)))
        case .preparingRebalance:
            effects.append(.answerSync(request, .failure(.rebalanceInProgress)))
        case .completingRebalance:
            if let earlier = member.awaitingSync {
                effects.append(.answerSync(earlier, .failure(.rebalanceInProgress)))
            }
            member.awaitingSync = request
            members[memberID] = member
            removePendingSync(memberID)
            guard isLeader(memberID) else { return }
            var assignments: [String: ByteBuffer] = [:]
            for id in members.keys { assignments[id] = sync.assignments[id] ?? ByteBuffer() }
            effects.append(
                .store(storedForm(assignments: assignments), .assignment(generation: generation, assignments))
            )
        case .stable:
            removePendingSync(memberID)
            effects.append(.answerSync(request, syncAnswer(member)))
            scheduleHeartbeat(of: memberID, now)
        }
    }

    private func validateSync(_ sync: SyncEvent) -> ErrorCode {
        if state == .dead { return .coordinatorNotAvailable }
        let error = validate(memberID: sync.claim.memberID, groupInstanceID: sync.claim.groupInstanceID)
        if error != .none { return error }
        if sync.claim.generation != generation { return .illegalGeneration }
        if let type = sync.protocolType, type != protocolType { return .inconsistentGroupProtocol }
        if let name = sync.protocolName, name != protocolName { return .inconsistentGroupProtocol }
        return .none
    }

    private func syncAnswer(_ member: ClassicMember) -> SyncAnswer {
        SyncAnswer(
            error: .none, protocolType: protocolType, protocolName: protocolName, assignment: member.assignment
        )
    }

    private mutating func removePendingSync(_ memberID: String) {
        pendingSync.remove(memberID)
        if pendingSync.isEmpty { syncDeadline = nil }
    }

    /// The log has, or has not, what a store effect asked for.
    mutating func stored(_ purpose: StorePurpose, _ error: ErrorCode, _ now: GroupInstant) {
        switch purpose {
        case .emptied:
            // Without the entry the generation before comes back after a crash, and its members' sessions end then.
            break
        case .staticMember(let replaced):
            staticMemberStored(replaced, error, now)
        case .assignment(let storedGeneration, let assignments):
            guard state == .completingRebalance, storedGeneration == generation else { return }
            if error == .none {
                spread(assignments, now)
            } else {
                failSyncs(error, now)
                prepareRebalance(now)
            }
        }
    }

    private mutating func spread(_ assignments: [String: ByteBuffer], _ now: GroupInstant) {
        transition(to: .stable, now)
        for id in Array(members.keys) {
            guard var member = members[id] else { continue }
            member.assignment = assignments[id] ?? ByteBuffer()
            let request = member.awaitingSync
            member.awaitingSync = nil
            members[id] = member
            guard let request else { continue }
            effects.append(.answerSync(request, syncAnswer(member)))
            scheduleHeartbeat(of: id, now)
        }
    }

    mutating func heartbeat(_ claim: MemberClaim, _ request: WaitingRequest, _ now: GroupInstant) {
        var error = ErrorCode.none
        if state == .dead {
            error = .coordinatorNotAvailable
        } else {
            error = validate(memberID: claim.memberID, groupInstanceID: claim.groupInstanceID)
            if error == .none, claim.generation != generation { error = .illegalGeneration }
        }
        if error == .none {
            switch state {
            case .empty, .dead: error = .unknownMemberID
            case .preparingRebalance:
                scheduleHeartbeat(of: claim.memberID, now)
                error = .rebalanceInProgress
            case .completingRebalance, .stable:
                scheduleHeartbeat(of: claim.memberID, now)
            }
        }
        effects.append(.answerHeartbeat(request, error))
    }

    /// Gives a member a whole session from now.
    mutating func scheduleHeartbeat(of memberID: String, _ now: GroupInstant) {
        guard let timeout = members[memberID]?.sessionTimeout else { return }
        let deadline = now.after(milliseconds: timeout)
        members[memberID]?.deadline = deadline
        noteDeadline(deadline)
    }

    mutating func leave(_ leaving: [LeavingMember], _ request: WaitingRequest, _ now: GroupInstant) {
        if state == .dead {
            effects.append(.answerLeave(request, .coordinatorNotAvailable, []))
            return
        }
        // The answer goes first: what the leaving sets off may answer others.
        let place = effects.count
        let errors = leaving.map { leave($0, now) }
        effects.insert(.answerLeave(request, .none, errors), at: place)
    }

    private mutating func leave(_ leaving: LeavingMember, _ now: GroupInstant) -> ErrorCode {
        if leaving.memberID.isEmpty {
            // A tool removes a static member by its instance id.
            guard let memberID = leaving.groupInstanceID.flatMap({ staticMembers[$0] }) else {
                return .unknownMemberID
            }
            drop(memberID, now)
            return .none
        }
        if pendingMembers[leaving.memberID] != nil {
            dropPending(leaving.memberID, now)
            return .none
        }
        let error = validate(memberID: leaving.memberID, groupInstanceID: leaving.groupInstanceID)
        if error == .none { drop(leaving.memberID, now) }
        return error
    }

    /// Removes a member and lets the others share what it had.
    private mutating func drop(_ memberID: String, _ now: GroupInstant) {
        remove(memberID, answering: .unknownMemberID)
        switch state {
        case .stable, .completingRebalance: prepareRebalance(now)
        case .preparingRebalance: completeJoinIfAllJoined(now)
        case .empty, .dead: break
        }
    }

    private mutating func dropPending(_ memberID: String, _ now: GroupInstant) {
        pendingMembers[memberID] = nil
        completeJoinIfAllJoined(now)
    }

    /// Takes a member out of all books, answering what it waits for.
    mutating func remove(_ memberID: String, answering error: ErrorCode) {
        pendingMembers[memberID] = nil
        pendingSync.remove(memberID)
        guard let member = members.removeValue(forKey: memberID) else { return }
        if let request = member.awaitingJoin {
            effects.append(.answerJoin(request, .failure(error, memberID: "")))
        }
        if let request = member.awaitingSync { effects.append(.answerSync(request, .failure(error))) }
        if let instanceID = member.groupInstanceID, staticMembers[instanceID] == memberID {
            staticMembers[instanceID] = nil
        }
        if leaderID == memberID { leaderID = members.keys.first }
    }

    /// Lets everything happen that is due.
    mutating func tick(_ now: GroupInstant) {
        guard state != .dead else { return }
        for (memberID, deadline) in pendingMembers where deadline <= now.monotonic { dropPending(memberID, now) }
        for memberID in Array(members.keys) {
            guard let member = members[memberID], member.deadline <= now.monotonic, !member.isExcusedFromHeartbeats
            else { continue }
            drop(memberID, now)
        }
        if let deadline = syncDeadline, deadline <= now.monotonic { syncDeadlineReached(now) }
        joinDeadlineReached(now)
        refreshDeadline()
    }

    /// Members that joined but never asked for their assignment are dropped.
    private mutating func syncDeadlineReached(_ now: GroupInstant) {
        syncDeadline = nil
        guard state == .completingRebalance || state == .stable, !pendingSync.isEmpty else { return }
        for memberID in members.keys where pendingSync.contains(memberID) {
            remove(memberID, answering: .unknownMemberID)
        }
        pendingSync = []
        prepareRebalance(now)
    }

    /// Ends the group; whoever waits looks for it anew.
    mutating func delete(_ now: GroupInstant) {
        for memberID in Array(members.keys) { remove(memberID, answering: .coordinatorNotAvailable) }
        pendingMembers = [:]
        pendingSync = []
        syncDeadline = nil
        protocolName = nil
        transition(to: .dead, now)
        earliestDeadline = .max
    }
}
