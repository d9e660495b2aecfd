package import KafkaProtocol

/// A ConsumerGroupHeartbeat in the coordinator's words. What is nil has not changed.
package struct ConsumerHeartbeat: Sendable {
    /// The member's id, never empty.
    package var memberID: String
    /// The epoch the member knows; 0 joins.
    package var memberEpoch: Int32
    /// `group.instance.id` of a static member.
    package var instanceID: String?
    /// The consumer's rack.
    package var rackID: String?
    /// The client id of the request.
    package var clientID: String
    /// The client's host.
    package var clientHost: String
    /// Milliseconds the member may take to give partitions up.
    package var rebalanceTimeout: Int32?
    /// The topics subscribed to by name.
    package var topicNames: [String]?
    /// The pattern of topics subscribed to; empty for none.
    package var pattern: String?
    /// The assignor it wishes for.
    package var assignor: String?
    /// What it owns.
    package var owned: PartitionAssignment?

    /// Whether it joins, or joins again.
    var isJoin: Bool { memberEpoch == 0 }
    /// Whether the member says everything about itself, as it does after errors: it then learns everything too.
    var isFull: Bool { rebalanceTimeout != nil && (topicNames != nil || pattern != nil) && owned != nil }
}

/// What a member is answered.
package struct ConsumerHeartbeatAnswer: Sendable, Equatable {
    /// The member's id.
    package var memberID: String
    /// The epoch it is in.
    package var memberEpoch: Int32
    /// What it shall own; nil for no change.
    package var assignment: PartitionAssignment?
}

/// Why a member is refused: Kafka's code and sentence.
package struct ConsumerGroupRefusal: Error, Sendable, Equatable {
    /// Kafka's code.
    package var code: ErrorCode
    /// What is told to people.
    package var message: String

    /// States a refusal.
    init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
