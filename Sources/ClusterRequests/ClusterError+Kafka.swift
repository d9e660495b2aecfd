package import Cluster
package import KafkaProtocol

extension ClusterError {
    /// A broker's error code, with the broker's own words where it sent some.
    ///
    /// - Parameters:
    ///   - subject: What it is about, for codes that name nothing themselves.
    ///   - message: The broker's own words.
    package init(_ code: ErrorCode, _ subject: String, message: String? = nil) {
        if code == .unknownTopicOrPartition {
            self = .unknownTopicOrPartition(subject)
        } else {
            let words = message.flatMap { $0.isEmpty ? nil : $0 } ?? "\(subject): \(code.explanation)"
            self = .refused(Refusal(code: code.rawValue, name: "\(code)", message: words))
        }
    }
}

extension ErrorCode {
    /// What the code means, for a broker that sent no words of its own.
    var explanation: String {
        switch self {
        case .offsetOutOfRange: "the offset is before the log's start or after its end"
        case .notLeaderOrFollower: "the broker that was asked does not hold the partition any more"
        case .leaderNotAvailable: "the partition has no leader at present"
        case .requestTimedOut: "the broker did not finish in time"
        case .coordinatorNotAvailable: "the group has no coordinator at present"
        case .coordinatorLoadInProgress: "the coordinator is still reading its log"
        case .notCoordinator: "the broker that was asked does not coordinate the group any more"
        case .unknownMemberID: "the group has active members; only they may commit until it is empty"
        case .illegalGeneration, .rebalanceInProgress:
            "the group is active; only its members may commit until it is empty"
        case .nonEmptyGroup: "the group has active members"
        case .groupIDNotFound: "the group does not exist"
        case .groupSubscribedToTopic: "an active member of the group subscribes to the topic"
        case .topicAlreadyExists: "the topic exists already"
        case .topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed:
            "the cluster does not allow this user to do that"
        case .policyViolation: "the topic's policy does not allow that"
        case .topicDeletionDisabled: "the cluster does not allow topics to be deleted (delete.topic.enable)"
        case .notController: "the broker that was asked is not the controller any more"
        default: "the broker refused"
        }
    }
}
