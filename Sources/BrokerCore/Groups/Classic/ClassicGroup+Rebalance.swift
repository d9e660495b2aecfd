import ClusterRequests
import KafkaProtocol
import NIOCore
import OrderedCollections

/// The rebalance: waiting for members, choosing a protocol, opening a generation.
extension ClassicGroup {
    /// Asks everybody to join the next generation.
    mutating func prepareRebalance(_ now: GroupInstant) {
        if state == .completingRebalance { failSyncs(.rebalanceInProgress, now) }
        pendingSync = []
        syncDeadline = nil
        let wait: JoinWait
        if state == .empty {
            let delay = max(0, settings.initialRebalanceDelay)
            wait = JoinWait(
                until: now.after(milliseconds: delay),
                initialRemaining: max(0, rebalanceTimeout.subtractingReportingOverflow(delay).partialValue)
            )
        } else {
            wait = JoinWait(until: now.after(milliseconds: rebalanceTimeout), initialRemaining: nil)
        }
        memberAddedDuringDelay = false
        transition(to: .preparingRebalance, now)
        joinWait = wait
        noteDeadline(wait.until)
        completeJoinIfAllJoined(now)
    }

    /// Ends the joining once nobody is missing. The initial delay is waited for in any case, unless it is none.
    mutating func completeJoinIfAllJoined(_ now: GroupInstant) {
        guard state == .preparingRebalance, let joinWait else { return }
        if joinWait.initialRemaining != nil {
            if settings.initialRebalanceDelay <= 0 { completeJoin(now) }
        } else if pendingMembers.isEmpty, members.values.allSatisfy({ $0.awaitingJoin != nil }) {
            completeJoin(now)
        }
    }

    /// The joining's time is up.
    mutating func joinDeadlineReached(_ now: GroupInstant) {
        guard state == .preparingRebalance, let wait = joinWait, wait.until <= now.monotonic else { return }
        if let remaining = wait.initialRemaining, remaining > 0, memberAddedDuringDelay {
            memberAddedDuringDelay = false
            let delay = min(max(0, settings.initialRebalanceDelay), remaining)
            let next = JoinWait(until: now.after(milliseconds: delay), initialRemaining: remaining - delay)
            joinWait = next
            noteDeadline(next.until)
        } else {
            completeJoin(now)
        }
    }

    /// Opens the next generation with those who joined. Dynamic members that did not are dropped; static ones stay
    /// until their session ends.
    private mutating func completeJoin(_ now: GroupInstant) {
        for member in members.values where member.awaitingJoin == nil && member.groupInstanceID == nil {
            remove(member.memberID, answering: .unknownMemberID)
        }
        guard electJoinedLeader() || members.isEmpty else {
            // Only static members, and none of them is back: wait for one of them to come, or for their sessions to end.
            let wait = JoinWait(until: now.after(milliseconds: max(1, rebalanceTimeout)), initialRemaining: nil)
            joinWait = wait
            noteDeadline(wait.until)
            return
        }
        openGeneration(now)
    }

    private mutating func openGeneration(_ now: GroupInstant) {
        generation = generation < .max ? generation + 1 : 1
        pendingSync = []
        syncDeadline = nil
        if members.isEmpty {
            leaderID = nil
            protocolName = nil
            transition(to: .empty, now)
            subscribedTopics = subscriptions()
            effects.append(.store(storedForm(), .emptied))
            return
        }
        protocolName = selectProtocol()
        transition(to: .completingRebalance, now)
        subscribedTopics = subscriptions()
        for id in Array(members.keys) {
            guard var member = members[id] else { continue }
            if let request = member.awaitingJoin {
                effects.append(.answerJoin(request, joinAnswer(for: id)))
            }
            member.awaitingJoin = nil
            member.isNew = false
            members[id] = member
            scheduleHeartbeat(of: id, now)
            pendingSync.insert(id)
        }
        let deadline = now.after(milliseconds: rebalanceTimeout)
        syncDeadline = deadline
        noteDeadline(deadline)
    }

    /// Makes a member that joined the leader, unless the leader did.
    ///
    /// - Returns: Whether there is such a leader.
    private mutating func electJoinedLeader() -> Bool {
        if let leaderID, members[leaderID]?.awaitingJoin != nil { return true }
        guard let joined = members.values.first(where: { $0.awaitingJoin != nil }) else { return false }
        leaderID = joined.memberID
        return true
    }

    /// The protocols that every member offers.
    func candidateProtocols() -> Set<String> {
        var candidates: Set<String>?
        for member in members.values {
            let names = Set(member.protocols.map(\.name))
            candidates = candidates?.intersection(names) ?? names
        }
        return candidates ?? []
    }

    /// The protocol with the most votes: each member votes for the dearest of those that all offer. A tie goes to the
    /// one named first.
    func selectProtocol() -> String? {
        let candidates = candidateProtocols()
        var votes: OrderedDictionary<String, Int> = [:]
        for member in members.values {
            if let name = member.vote(among: candidates) { votes[name, default: 0] += 1 }
        }
        var best: (name: String, votes: Int)?
        for (name, count) in votes where count > (best?.votes ?? 0) { best = (name, count) }
        return best?.name
    }

    /// The topics that the members subscribe to; nil where they are no consumers or cannot be understood.
    func subscriptions() -> Set<String>? {
        guard protocolType == ConsumerSubscription.protocolType else { return nil }
        var topics: Set<String> = []
        for member in members.values {
            guard let protocolName, let metadata = member.metadata(for: protocolName),
                let subscription = ConsumerSubscription(decoding: metadata)
            else { return nil }
            topics.formUnion(subscription.topics)
        }
        return topics
    }

    /// Answers every waiting SyncGroup with an error and takes all assignments back.
    mutating func failSyncs(_ error: ErrorCode, _ now: GroupInstant) {
        for id in Array(members.keys) {
            guard var member = members[id] else { continue }
            member.assignment = ByteBuffer()
            let request = member.awaitingSync
            member.awaitingSync = nil
            members[id] = member
            guard let request else { continue }
            effects.append(.answerSync(request, .failure(error)))
            scheduleHeartbeat(of: id, now)
        }
    }
}
