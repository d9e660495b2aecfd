/// One of Kafka's error codes, as answers carry them.
///
/// Codes that this module has no name for are kept as they are.
package struct ErrorCode: Error, RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    package let rawValue: Int16

    /// A code from its number; every number is one.
    package init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// The broker failed in a way it has no code for.
    package static let unknownServerError = ErrorCode(rawValue: -1)
    /// No error.
    package static let none = ErrorCode(rawValue: 0)
    /// The offset is before the log's start or after its end.
    package static let offsetOutOfRange = ErrorCode(rawValue: 1)
    /// A batch whose CRC, size or framing is wrong.
    package static let corruptMessage = ErrorCode(rawValue: 2)
    /// This broker has no such topic or partition.
    package static let unknownTopicOrPartition = ErrorCode(rawValue: 3)
    /// A fetch of a size that is not allowed.
    package static let invalidFetchSize = ErrorCode(rawValue: 4)
    /// The partition has no leader at present.
    package static let leaderNotAvailable = ErrorCode(rawValue: 5)
    /// This broker does not hold the partition.
    package static let notLeaderOrFollower = ErrorCode(rawValue: 6)
    /// Not done within the request's time.
    package static let requestTimedOut = ErrorCode(rawValue: 7)
    /// The broker is not up.
    package static let brokerNotAvailable = ErrorCode(rawValue: 8)
    /// The replica is not here.
    package static let replicaNotAvailable = ErrorCode(rawValue: 9)
    /// A batch larger than `max.message.bytes`.
    package static let messageTooLarge = ErrorCode(rawValue: 10)
    /// A controller that has been replaced.
    package static let staleControllerEpoch = ErrorCode(rawValue: 11)
    /// A commit's metadata is longer than `offset.metadata.max.bytes`.
    package static let offsetMetadataTooLarge = ErrorCode(rawValue: 12)
    /// The connection broke before the answer.
    package static let networkException = ErrorCode(rawValue: 13)
    /// The coordinator is still reading its log.
    package static let coordinatorLoadInProgress = ErrorCode(rawValue: 14)
    /// There is no coordinator at present.
    package static let coordinatorNotAvailable = ErrorCode(rawValue: 15)
    /// This broker does not coordinate that group or transaction.
    package static let notCoordinator = ErrorCode(rawValue: 16)
    /// Not a topic name, or a topic that may not be written.
    package static let invalidTopicException = ErrorCode(rawValue: 17)
    /// A batch larger than a segment.
    package static let recordListTooLarge = ErrorCode(rawValue: 18)
    /// Fewer in-sync replicas than `min.insync.replicas`.
    package static let notEnoughReplicas = ErrorCode(rawValue: 19)
    /// Written, but to too few in-sync replicas.
    package static let notEnoughReplicasAfterAppend = ErrorCode(rawValue: 20)
    /// Acks other than -1, 0 and 1.
    package static let invalidRequiredAcks = ErrorCode(rawValue: 21)
    /// A generation that is not the group's.
    package static let illegalGeneration = ErrorCode(rawValue: 22)
    /// A member that shares no protocol with its group.
    package static let inconsistentGroupProtocol = ErrorCode(rawValue: 23)
    /// Not a group id.
    package static let invalidGroupID = ErrorCode(rawValue: 24)
    /// A member that the group does not have.
    package static let unknownMemberID = ErrorCode(rawValue: 25)
    /// A session timeout outside the broker's bounds.
    package static let invalidSessionTimeout = ErrorCode(rawValue: 26)
    /// The group rebalances: join again.
    package static let rebalanceInProgress = ErrorCode(rawValue: 27)
    /// A commit that would be too large to store.
    package static let invalidCommitOffsetSize = ErrorCode(rawValue: 28)
    /// Not allowed on this topic.
    package static let topicAuthorizationFailed = ErrorCode(rawValue: 29)
    /// Not allowed on this group.
    package static let groupAuthorizationFailed = ErrorCode(rawValue: 30)
    /// Not allowed on the cluster.
    package static let clusterAuthorizationFailed = ErrorCode(rawValue: 31)
    /// A record's time lies outside the topic's bounds.
    package static let invalidTimestamp = ErrorCode(rawValue: 32)
    /// A SASL mechanism that is not offered.
    package static let unsupportedSaslMechanism = ErrorCode(rawValue: 33)
    /// A request that does not fit the state of authentication.
    package static let illegalSaslState = ErrorCode(rawValue: 34)
    /// A version of the API that is not served.
    package static let unsupportedVersion = ErrorCode(rawValue: 35)
    /// The topic exists.
    package static let topicAlreadyExists = ErrorCode(rawValue: 36)
    /// Not a possible number of partitions.
    package static let invalidPartitions = ErrorCode(rawValue: 37)
    /// Not a possible number of replicas.
    package static let invalidReplicationFactor = ErrorCode(rawValue: 38)
    /// Not a possible placement of replicas.
    package static let invalidReplicaAssignment = ErrorCode(rawValue: 39)
    /// A setting that is unknown or has an impossible value.
    package static let invalidConfig = ErrorCode(rawValue: 40)
    /// This broker is not the controller.
    package static let notController = ErrorCode(rawValue: 41)
    /// A request that contradicts itself.
    package static let invalidRequest = ErrorCode(rawValue: 42)
    /// The log's message format cannot do that.
    package static let unsupportedForMessageFormat = ErrorCode(rawValue: 43)
    /// A policy of the cluster forbids it.
    package static let policyViolation = ErrorCode(rawValue: 44)
    /// A gap in a producer's sequence.
    package static let outOfOrderSequenceNumber = ErrorCode(rawValue: 45)
    /// A batch that was written already.
    package static let duplicateSequenceNumber = ErrorCode(rawValue: 46)
    /// A producer with an old epoch.
    package static let invalidProducerEpoch = ErrorCode(rawValue: 47)
    /// The transaction's state does not allow that.
    package static let invalidTxnState = ErrorCode(rawValue: 48)
    /// A producer id that is not the transactional id's.
    package static let invalidProducerIDMapping = ErrorCode(rawValue: 49)
    /// A transaction timeout above the broker's maximum.
    package static let invalidTransactionTimeout = ErrorCode(rawValue: 50)
    /// The transaction before this one is still being completed.
    package static let concurrentTransactions = ErrorCode(rawValue: 51)
    /// A marker of a coordinator that has been replaced.
    package static let transactionCoordinatorFenced = ErrorCode(rawValue: 52)
    /// Not allowed on this transactional id.
    package static let transactionalIDAuthorizationFailed = ErrorCode(rawValue: 53)
    /// The broker has no authorizer.
    package static let securityDisabled = ErrorCode(rawValue: 54)
    /// Not tried, since another part of the request failed.
    package static let operationNotAttempted = ErrorCode(rawValue: 55)
    /// The disk failed.
    package static let kafkaStorageError = ErrorCode(rawValue: 56)
    /// No such log directory.
    package static let logDirNotFound = ErrorCode(rawValue: 57)
    /// Wrong credentials.
    package static let saslAuthenticationFailed = ErrorCode(rawValue: 58)
    /// The log has nothing of this producer any more.
    package static let unknownProducerID = ErrorCode(rawValue: 59)
    /// The partition is being moved.
    package static let reassignmentInProgress = ErrorCode(rawValue: 60)
    /// Delegation tokens are off.
    package static let delegationTokenAuthDisabled = ErrorCode(rawValue: 61)
    /// No such delegation token.
    package static let delegationTokenNotFound = ErrorCode(rawValue: 62)
    /// A delegation token of somebody else.
    package static let delegationTokenOwnerMismatch = ErrorCode(rawValue: 63)
    /// Delegation tokens cannot be asked for on this connection.
    package static let delegationTokenRequestNotAllowed = ErrorCode(rawValue: 64)
    /// Not allowed on this delegation token.
    package static let delegationTokenAuthorizationFailed = ErrorCode(rawValue: 65)
    /// The delegation token is too old.
    package static let delegationTokenExpired = ErrorCode(rawValue: 66)
    /// Not a kind of principal.
    package static let invalidPrincipalType = ErrorCode(rawValue: 67)
    /// The group still has members.
    package static let nonEmptyGroup = ErrorCode(rawValue: 68)
    /// No such group.
    package static let groupIDNotFound = ErrorCode(rawValue: 69)
    /// No such fetch session.
    package static let fetchSessionIDNotFound = ErrorCode(rawValue: 70)
    /// Not the fetch session's next epoch.
    package static let invalidFetchSessionEpoch = ErrorCode(rawValue: 71)
    /// The leader has no listener of that name.
    package static let listenerNotFound = ErrorCode(rawValue: 72)
    /// `delete.topic.enable` is off.
    package static let topicDeletionDisabled = ErrorCode(rawValue: 73)
    /// A leader epoch older than the broker's.
    package static let fencedLeaderEpoch = ErrorCode(rawValue: 74)
    /// A leader epoch newer than the broker's.
    package static let unknownLeaderEpoch = ErrorCode(rawValue: 75)
    /// A codec that the request's version cannot carry.
    package static let unsupportedCompressionType = ErrorCode(rawValue: 76)
    /// A broker that has been restarted since.
    package static let staleBrokerEpoch = ErrorCode(rawValue: 77)
    /// The leader has not caught up on its offsets yet.
    package static let offsetNotAvailable = ErrorCode(rawValue: 78)
    /// Join again with the member id of this answer.
    package static let memberIDRequired = ErrorCode(rawValue: 79)
    /// The preferred leader is not up.
    package static let preferredLeaderNotAvailable = ErrorCode(rawValue: 80)
    /// The group is as large as `group.max.size` allows.
    package static let groupMaxSizeReached = ErrorCode(rawValue: 81)
    /// Another member took over this group instance id.
    package static let fencedInstanceID = ErrorCode(rawValue: 82)
    /// No replica may become leader.
    package static let eligibleLeadersNotAvailable = ErrorCode(rawValue: 83)
    /// The right leader is elected already.
    package static let electionNotNeeded = ErrorCode(rawValue: 84)
    /// The partition is not being moved.
    package static let noReassignmentInProgress = ErrorCode(rawValue: 85)
    /// A member of the group subscribes to the topic.
    package static let groupSubscribedToTopic = ErrorCode(rawValue: 86)
    /// A record that the topic's rules refuse.
    package static let invalidRecord = ErrorCode(rawValue: 87)
    /// A transaction has commits pending on the partition.
    package static let unstableOffsetCommit = ErrorCode(rawValue: 88)
    /// More requests than the quota allows.
    package static let throttlingQuotaExceeded = ErrorCode(rawValue: 89)
    /// A newer producer has the transactional id.
    package static let producerFenced = ErrorCode(rawValue: 90)
    /// No such resource.
    package static let resourceNotFound = ErrorCode(rawValue: 91)
    /// The resource exists, or is named twice.
    package static let duplicateResource = ErrorCode(rawValue: 92)
    /// The credentials do not meet the requirements.
    package static let unacceptableCredential = ErrorCode(rawValue: 93)
    /// Another voter set than the quorum's.
    package static let inconsistentVoterSet = ErrorCode(rawValue: 94)
    /// Not a possible feature update.
    package static let invalidUpdateVersion = ErrorCode(rawValue: 95)
    /// A feature update failed.
    package static let featureUpdateFailed = ErrorCode(rawValue: 96)
    /// A forwarded principal cannot be read.
    package static let principalDeserializationFailure = ErrorCode(rawValue: 97)
    /// No such snapshot.
    package static let snapshotNotFound = ErrorCode(rawValue: 98)
    /// A position past the snapshot's end.
    package static let positionOutOfRange = ErrorCode(rawValue: 99)
    /// This broker has no topic of that id.
    package static let unknownTopicID = ErrorCode(rawValue: 100)
    /// The broker id is taken.
    package static let duplicateBrokerRegistration = ErrorCode(rawValue: 101)
    /// No broker of that id is registered.
    package static let brokerIDNotRegistered = ErrorCode(rawValue: 102)
    /// The log's topic id is another one.
    package static let inconsistentTopicID = ErrorCode(rawValue: 103)
    /// The cluster's id is another one.
    package static let inconsistentClusterID = ErrorCode(rawValue: 104)
    /// No such transactional id.
    package static let transactionalIDNotFound = ErrorCode(rawValue: 105)
    /// A fetch session that mixes topic names and ids.
    package static let fetchSessionTopicIDError = ErrorCode(rawValue: 106)
    /// A replica that may not be in sync.
    package static let ineligibleReplica = ErrorCode(rawValue: 107)
    /// The change made another broker leader.
    package static let newLeaderElected = ErrorCode(rawValue: 108)
    /// The offset is in tiered storage only.
    package static let offsetMovedToTieredStorage = ErrorCode(rawValue: 109)
    /// The coordinator has fenced this member epoch.
    package static let fencedMemberEpoch = ErrorCode(rawValue: 110)
    /// Another member still has the group instance id.
    package static let unreleasedInstanceID = ErrorCode(rawValue: 111)
    /// An assignor that the coordinator does not have.
    package static let unsupportedAssignor = ErrorCode(rawValue: 112)
    /// An old member epoch.
    package static let staleMemberEpoch = ErrorCode(rawValue: 113)
    /// A request that is not for this kind of endpoint.
    package static let mismatchedEndpointType = ErrorCode(rawValue: 114)
    /// Not a kind of endpoint.
    package static let unsupportedEndpointType = ErrorCode(rawValue: 115)
    /// No controller of that id.
    package static let unknownControllerID = ErrorCode(rawValue: 116)
    /// No such telemetry subscription.
    package static let unknownSubscriptionID = ErrorCode(rawValue: 117)
    /// More telemetry than is accepted at once.
    package static let telemetryTooLarge = ErrorCode(rawValue: 118)
    /// A broker registration that is not possible.
    package static let invalidRegistration = ErrorCode(rawValue: 119)
    /// The transaction can only be aborted.
    package static let transactionAbortable = ErrorCode(rawValue: 120)
    /// A record's delivery state does not allow that.
    package static let invalidRecordState = ErrorCode(rawValue: 121)
    /// No such share session.
    package static let shareSessionNotFound = ErrorCode(rawValue: 122)
    /// Not the share session's next epoch.
    package static let invalidShareSessionEpoch = ErrorCode(rawValue: 123)
    /// An old share state epoch.
    package static let fencedStateEpoch = ErrorCode(rawValue: 124)
    /// Not the voter's key.
    package static let invalidVoterKey = ErrorCode(rawValue: 125)
    /// The voter is in the set already.
    package static let duplicateVoter = ErrorCode(rawValue: 126)
    /// The voter is not in the set.
    package static let voterNotFound = ErrorCode(rawValue: 127)
    /// A pattern that is no regular expression.
    package static let invalidRegularExpression = ErrorCode(rawValue: 128)
    /// Metadata is too old: start again from the bootstrap servers.
    package static let rebootstrapRequired = ErrorCode(rawValue: 129)
    /// Not a valid streams topology.
    package static let streamsInvalidTopology = ErrorCode(rawValue: 130)
    /// Not a valid streams topology epoch.
    package static let streamsInvalidTopologyEpoch = ErrorCode(rawValue: 131)
    /// An old streams topology.
    package static let streamsTopologyFenced = ErrorCode(rawValue: 132)
    /// As many share sessions as are allowed.
    package static let shareSessionLimitReached = ErrorCode(rawValue: 133)
}

extension ErrorCode {
    /// Kafka's name of each code, from -1 on without a gap.
    private static let names: [String] = [
        "UNKNOWN_SERVER_ERROR",
        "NONE",
        "OFFSET_OUT_OF_RANGE",
        "CORRUPT_MESSAGE",
        "UNKNOWN_TOPIC_OR_PARTITION",
        "INVALID_FETCH_SIZE",
        "LEADER_NOT_AVAILABLE",
        "NOT_LEADER_OR_FOLLOWER",
        "REQUEST_TIMED_OUT",
        "BROKER_NOT_AVAILABLE",
        "REPLICA_NOT_AVAILABLE",
        "MESSAGE_TOO_LARGE",
        "STALE_CONTROLLER_EPOCH",
        "OFFSET_METADATA_TOO_LARGE",
        "NETWORK_EXCEPTION",
        "COORDINATOR_LOAD_IN_PROGRESS",
        "COORDINATOR_NOT_AVAILABLE",
        "NOT_COORDINATOR",
        "INVALID_TOPIC_EXCEPTION",
        "RECORD_LIST_TOO_LARGE",
        "NOT_ENOUGH_REPLICAS",
        "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
        "INVALID_REQUIRED_ACKS",
        "ILLEGAL_GENERATION",
        "INCONSISTENT_GROUP_PROTOCOL",
        "INVALID_GROUP_ID",
        "UNKNOWN_MEMBER_ID",
        "INVALID_SESSION_TIMEOUT",
        "REBALANCE_IN_PROGRESS",
        "INVALID_COMMIT_OFFSET_SIZE",
        "TOPIC_AUTHORIZATION_FAILED",
        "GROUP_AUTHORIZATION_FAILED",
        "CLUSTER_AUTHORIZATION_FAILED",
        "INVALID_TIMESTAMP",
        "UNSUPPORTED_SASL_MECHANISM",
        "ILLEGAL_SASL_STATE",
        "UNSUPPORTED_VERSION",
        "TOPIC_ALREADY_EXISTS",
        "INVALID_PARTITIONS",
        "INVALID_REPLICATION_FACTOR",
        "INVALID_REPLICA_ASSIGNMENT",
        "INVALID_CONFIG",
        "NOT_CONTROLLER",
        "INVALID_REQUEST",
        "UNSUPPORTED_FOR_MESSAGE_FORMAT",
        "POLICY_VIOLATION",
        "OUT_OF_ORDER_SEQUENCE_NUMBER",
        "DUPLICATE_SEQUENCE_NUMBER",
        "INVALID_PRODUCER_EPOCH",
        "INVALID_TXN_STATE",
        "INVALID_PRODUCER_ID_MAPPING",
        "INVALID_TRANSACTION_TIMEOUT",
        "CONCURRENT_TRANSACTIONS",
        "TRANSACTION_COORDINATOR_FENCED",
        "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
        "SECURITY_DISABLED",
        "OPERATION_NOT_ATTEMPTED",
        "KAFKA_STORAGE_ERROR",
        "LOG_DIR_NOT_FOUND",
        "SASL_AUTHENTICATION_FAILED",
        "UNKNOWN_PRODUCER_ID",
        "REASSIGNMENT_IN_PROGRESS",
        "DELEGATION_TOKEN_AUTH_DISABLED",
        "DELEGATION_TOKEN_NOT_FOUND",
        "DELEGATION_TOKEN_OWNER_MISMATCH",
        "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED",
        "DELEGATION_TOKEN_AUTHORIZATION_FAILED",
        "DELEGATION_TOKEN_EXPIRED",
        "INVALID_PRINCIPAL_TYPE",
        "NON_EMPTY_GROUP",
        "GROUP_ID_NOT_FOUND",
        "FETCH_SESSION_ID_NOT_FOUND",
        "INVALID_FETCH_SESSION_EPOCH",
        "LISTENER_NOT_FOUND",
        "TOPIC_DELETION_DISABLED",
        "FENCED_LEADER_EPOCH",
        "UNKNOWN_LEADER_EPOCH",
        "UNSUPPORTED_COMPRESSION_TYPE",
        "STALE_BROKER_EPOCH",
        "OFFSET_NOT_AVAILABLE",
        "MEMBER_ID_REQUIRED",
        "PREFERRED_LEADER_NOT_AVAILABLE",
        "GROUP_MAX_SIZE_REACHED",
        "FENCED_INSTANCE_ID",
        "ELIGIBLE_LEADERS_NOT_AVAILABLE",
        "ELECTION_NOT_NEEDED",
        "NO_REASSIGNMENT_IN_PROGRESS",
        "GROUP_SUBSCRIBED_TO_TOPIC",
        "INVALID_RECORD",
        "UNSTABLE_OFFSET_COMMIT",
        "THROTTLING_QUOTA_EXCEEDED",
        "PRODUCER_FENCED",
        "RESOURCE_NOT_FOUND",
        "DUPLICATE_RESOURCE",
        "UNACCEPTABLE_CREDENTIAL",
        "INCONSISTENT_VOTER_SET",
        "INVALID_UPDATE_VERSION",
        "FEATURE_UPDATE_FAILED",
        "PRINCIPAL_DESERIALIZATION_FAILURE",
        "SNAPSHOT_NOT_FOUND",
        "POSITION_OUT_OF_RANGE",
        "UNKNOWN_TOPIC_ID",
        "DUPLICATE_BROKER_REGISTRATION",
        "BROKER_ID_NOT_REGISTERED",
        "INCONSISTENT_TOPIC_ID",
        "INCONSISTENT_CLUSTER_ID",
        "TRANSACTIONAL_ID_NOT_FOUND",
        "FETCH_SESSION_TOPIC_ID_ERROR",
        "INELIGIBLE_REPLICA",
        "NEW_LEADER_ELECTED",
        "OFFSET_MOVED_TO_TIERED_STORAGE",
        "FENCED_MEMBER_EPOCH",
        "UNRELEASED_INSTANCE_ID",
        "UNSUPPORTED_ASSIGNOR",
        "STALE_MEMBER_EPOCH",
        "MISMATCHED_ENDPOINT_TYPE",
        "UNSUPPORTED_ENDPOINT_TYPE",
        "UNKNOWN_CONTROLLER_ID",
        "UNKNOWN_SUBSCRIPTION_ID",
        "TELEMETRY_TOO_LARGE",
        "INVALID_REGISTRATION",
        "TRANSACTION_ABORTABLE",
        "INVALID_RECORD_STATE",
        "SHARE_SESSION_NOT_FOUND",
        "INVALID_SHARE_SESSION_EPOCH",
        "FENCED_STATE_EPOCH",
        "INVALID_VOTER_KEY",
        "DUPLICATE_VOTER",
        "VOTER_NOT_FOUND",
        "INVALID_REGULAR_EXPRESSION",
        "REBOOTSTRAP_REQUIRED",
        "STREAMS_INVALID_TOPOLOGY",
        "STREAMS_INVALID_TOPOLOGY_EPOCH",
        "STREAMS_TOPOLOGY_FENCED",
        "SHARE_SESSION_LIMIT_REACHED",
    ]

    /// Every code that has a name.
    package static let named: [ErrorCode] = names.indices.map { ErrorCode(rawValue: Int16($0) - 1) }

    /// Kafka's name, such as `UNKNOWN_TOPIC_OR_PARTITION`; nil for a code without one.
    package var name: String? {
        let index = Int(rawValue) + 1
        return Self.names.indices.contains(index) ? Self.names[index] : nil
    }

    /// Whether the answer says that all went well.
    package var isNone: Bool { self == .none }
}

extension ErrorCode: CustomStringConvertible {
    /// Kafka's name, or `ERROR_` and the number.
    package var description: String { name ?? "ERROR_\(rawValue)" }
}
