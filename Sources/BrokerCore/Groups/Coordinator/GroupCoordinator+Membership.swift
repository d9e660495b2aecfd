package import KafkaProtocol
import NIOCore

/// JoinGroup, SyncGroup, Heartbeat, LeaveGroup.
extension GroupCoordinator {
    /// JoinGroup: answered when the rebalance has its members, at once on errors.
    package func join(
        _ request: JoinGroupRequest,
        context: RequestContext,
        completion: @escaping @Sendable (JoinGroupResponse) -> Void
    ) {
        let answer = { @Sendable (answer: JoinAnswer) in
            completion(JoinGroupResponse(answer, version: context.apiVersion))
        }
        let refuse = { (error: ErrorCode) in answer(.failure(error, memberID: request.memberID)) }
        guard !request.groupID.isEmpty else { return refuse(.invalidGroupID) }
        let timeouts = settings.minSessionTimeout...max(settings.minSessionTimeout, settings.maxSessionTimeout)
        guard timeouts.contains(request.sessionTimeoutMs) else { return refuse(.invalidSessionTimeout) }
        let event = JoinEvent(
            memberID: request.memberID,
            groupInstanceID: request.groupInstanceID,
            freshID: request.memberID.isEmpty ? makeID() : "",
            clientID: context.clientID,
            clientHost: context.clientHost,
            sessionTimeout: request.sessionTimeoutMs,
            rebalanceTimeout: context.apiVersion == 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
            protocolType: request.protocolType,
            protocols: request.protocols.map { MemberProtocol(name: $0.name, metadata: $0.metadata.ownCopy) },
            requiresKnownMemberID: context.apiVersion >= 4 && request.groupInstanceID == nil,
            canSkipAssignment: context.apiVersion >= 9
        )
        let isNewcomer = request.memberID.isEmpty && !request.protocolType.isEmpty && !request.protocols.isEmpty
        let error = act { registry, aftermath -> ErrorCode? in
            if registry.groups[request.groupID]?.consumer != nil {
                let error = makeClassic(request.groupID, isNewcomer: isNewcomer, &registry)
                guard error == .none else { return error }
            } else if registry.groups[request.groupID] == nil {
                // A group that nobody could join is not made.
                guard isNewcomer else {
                    return request.memberID.isEmpty ? .inconsistentGroupProtocol : .unknownMemberID
                }
                registry.insert(.classic(ClassicGroup(groupID: request.groupID, settings: settings, now: now)))
                scheduleExpiry(&registry)
            }
            let waiting = registry.makeRequest()
            registry.groups[request.groupID]?.joins[waiting] = answer
            _ = send(.join(event, waiting), to: request.groupID, &registry, &aftermath)
            return nil
        }
        if let error { refuse(error) }
    }

    /// SyncGroup: answered when the leader's assignment is in the log, at once on errors.
    package func sync(
        _ request: SyncGroupRequest,
        context: RequestContext,
        completion: @escaping @Sendable (SyncGroupResponse) -> Void
    ) {
        guard !request.groupID.isEmpty else { return completion(SyncGroupResponse(.failure(.invalidGroupID))) }
        // KIP-559: from version 5 on the protocol is part of the request.
        if context.apiVersion >= 5, request.protocolType == nil || request.protocolName == nil {
            return completion(SyncGroupResponse(.failure(.inconsistentGroupProtocol)))
        }
        var assignments: [String: ByteBuffer] = [:]
        for assignment in request.assignments { assignments[assignment.memberID] = assignment.assignment.ownCopy }
        let event = SyncEvent(
            claim: MemberClaim(
                memberID: request.memberID,
                groupInstanceID: request.groupInstanceID,
                generation: request.generationID
            ),
            protocolType: request.protocolType,
            protocolName: request.protocolName,
            assignments: assignments
        )
        let isKnown = act { registry, aftermath in
            guard registry.groups[request.groupID]?.classic != nil else { return false }
            let waiting = registry.makeRequest()
            registry.groups[request.groupID]?.syncs[waiting] = { completion(SyncGroupResponse($0)) }
            _ = send(.sync(event, waiting), to: request.groupID, &registry, &aftermath)
            return true
        }
        if !isKnown { completion(SyncGroupResponse(.failure(.unknownMemberID))) }
    }

    /// Heartbeat.
    package func heartbeat(_ request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse {
        guard !request.groupID.isEmpty else { return HeartbeatResponse(errorCode: .invalidGroupID) }
        let claim = MemberClaim(
            memberID: request.memberID, groupInstanceID: request.groupInstanceID, generation: request.generationID
        )
        let error = act { registry, aftermath -> ErrorCode in
            let waiting = registry.makeRequest()
            let effect = send(.heartbeat(claim, waiting), to: request.groupID, &registry, &aftermath)
            guard case .answerHeartbeat(_, let error) = effect else { return .unknownMemberID }
            return error
        }
        return HeartbeatResponse(errorCode: error)
    }

    /// LeaveGroup: one member before version 3, several from there on (KIP-345).
    package func leave(_ request: LeaveGroupRequest, context: RequestContext) -> LeaveGroupResponse {
        let isSingle = context.apiVersion < 3
        let leaving =
            isSingle
            ? [LeavingMember(memberID: request.memberID)]
            : request.members.map { LeavingMember(memberID: $0.memberID, groupInstanceID: $0.groupInstanceID) }
        guard !request.groupID.isEmpty else { return LeaveGroupResponse(errorCode: .invalidGroupID) }
        let (error, errors) = act { registry, aftermath -> (ErrorCode, [ErrorCode]) in
            let waiting = registry.makeRequest()
            let effect = send(.leave(leaving, waiting), to: request.groupID, &registry, &aftermath)
            guard case .answerLeave(_, let error, let errors) = effect else {
                return (.none, leaving.map { _ in .unknownMemberID })
            }
            return (error, errors)
        }
        if isSingle { return LeaveGroupResponse(errorCode: error == .none ? errors.first ?? .none : error) }
        guard error == .none else { return LeaveGroupResponse(errorCode: error) }
        return LeaveGroupResponse(
            members: zip(leaving, errors).map { member, error in
                LeaveGroupResponse.Member(
                    memberID: member.memberID, groupInstanceID: member.groupInstanceID, errorCode: error
                )
            }
        )
    }
}

extension ByteBuffer {
    /// The same bytes in a buffer of their own: a slice would keep the whole request alive.
    var ownCopy: ByteBuffer { ByteBuffer(bytes: readableBytesView) }
}

extension JoinGroupResponse {
    /// The message that says a coordinator's answer.
    ///
    /// - Parameter version: The request's; before version 7 the protocol's name cannot be null.
    init(_ answer: JoinAnswer, version: Int16) {
        self.init(
            errorCode: answer.error,
            generationID: answer.generation,
            protocolType: answer.protocolType,
            protocolName: version >= 7 ? answer.protocolName : answer.protocolName ?? "",
            leader: answer.leaderID,
            skipAssignment: answer.skipAssignment,
            memberID: answer.memberID,
            members: answer.members.map {
                Member(memberID: $0.memberID, groupInstanceID: $0.groupInstanceID, metadata: $0.metadata)
            }
        )
    }
}

extension SyncGroupResponse {
    /// The message that says a coordinator's answer.
    init(_ answer: SyncAnswer) {
        self.init(
            errorCode: answer.error,
            protocolType: answer.protocolType,
            protocolName: answer.protocolName,
            assignment: answer.assignment
        )
    }
}
