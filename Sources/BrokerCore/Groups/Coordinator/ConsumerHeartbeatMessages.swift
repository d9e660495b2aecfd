import KafkaProtocol

extension ConsumerGroupHeartbeatRequest {
    /// What is wrong with the request itself (Kafka's `throwIfConsumerGroupHeartbeatRequestIsInvalid`); nil if nothing is.
    func refusal(version: Int16, assignors: [ServerAssignor]) -> ConsumerGroupRefusal? {
        func invalid(_ message: String) -> ConsumerGroupRefusal { ConsumerGroupRefusal(.invalidRequest, message) }
        // Only in version 0 the coordinator makes the ids, and only when members join.
        if version >= 1 || memberEpoch != 0, memberID.isEmpty { return invalid("MemberId can't be empty.") }
        if groupID.isEmpty { return invalid("GroupId can't be empty.") }
        if instanceID?.isEmpty == true { return invalid("InstanceId can't be empty.") }
        if rackID?.isEmpty == true { return invalid("RackId can't be empty.") }
        if memberEpoch == 0 {
            if rebalanceTimeoutMs == -1 { return invalid("RebalanceTimeoutMs must be provided in first request.") }
            guard topicPartitions?.isEmpty == true else {
                return invalid("TopicPartitions must be empty when (re-)joining.")
            }
            if subscribedTopicNames == nil, subscribedTopicRegex == nil {
                return invalid(
                    "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.")
            }
        } else if memberEpoch == ConsumerMember.awayEpoch {
            if instanceID == nil { return invalid("InstanceId can't be null.") }
        } else if memberEpoch < -1 {
            return invalid("MemberEpoch is invalid.")
        }
        if let serverAssignor, !assignors.contains(where: { $0.rawValue == serverAssignor }) {
            let names = assignors.map(\.rawValue).joined(separator: ", ")
            return ConsumerGroupRefusal(
                .unsupportedAssignor,
                "ServerAssignor \(serverAssignor) is not supported. Supported assignors: \(names).")
        }
        return nil
    }
}

extension ConsumerHeartbeat {
    /// A request in the coordinator's words.
    init(_ request: ConsumerGroupHeartbeatRequest, _ context: RequestContext, memberID: String) {
        self.init(
            memberID: memberID,
            memberEpoch: request.memberEpoch,
            instanceID: request.instanceID,
            rackID: request.rackID,
            clientID: context.clientID,
            clientHost: context.clientHost,
            rebalanceTimeout: request.rebalanceTimeoutMs == -1 ? nil : request.rebalanceTimeoutMs,
            topicNames: request.subscribedTopicNames,
            pattern: request.subscribedTopicRegex,
            assignor: request.serverAssignor,
            owned: request.topicPartitions.map { PartitionAssignment($0) }
        )
    }
}

extension ConsumerGroupHeartbeatResponse {
    /// The message that says a coordinator's answer. Who leaves is told no interval.
    init(_ result: Result<ConsumerHeartbeatAnswer, ConsumerGroupRefusal>, heartbeatInterval: Int32) {
        switch result {
        case .success(let answer):
            self.init(
                memberID: answer.memberID,
                memberEpoch: answer.memberEpoch,
                heartbeatIntervalMs: answer.memberEpoch < 0 ? 0 : heartbeatInterval,
                assignment: answer.assignment.map { Assignment(topicPartitions: $0.wireForm) }
            )
        case .failure(let refusal):
            self.init(errorCode: refusal.code, errorMessage: refusal.message)
        }
    }
}
