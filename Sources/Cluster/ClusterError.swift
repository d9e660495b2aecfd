/// Why a cluster could not do what was asked, in words for the operator.
package enum ClusterError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The topic or partition does not exist.
    case unknownTopicOrPartition(String)
    /// The peer cannot do this; says why.
    case unsupported(String)
    /// Acts that change the cluster are refused; says which switch allows them.
    case readOnly(String)
    /// The request is wrong; says what and how to mend it.
    case invalid(String)
    /// The broker understood and said no, with Kafka's code.
    case refused(Refusal)
    /// The cluster could not be reached or did not answer.
    case unavailable(String)
    /// The log directory is offline or damaged.
    case storage(String)

    /// A broker's no.
    package struct Refusal: Equatable, Sendable {
        /// Kafka's error code.
        package var code: Int16
        /// Kafka's name of the code, for example `TOPIC_ALREADY_EXISTS`.
        package var name: String
        /// The broker's own words, or Kafka's general ones for the code.
        package var message: String

        /// A refusal.
        package init(code: Int16, name: String, message: String) {
            self.code = code
            self.name = name
            self.message = message
        }
    }

    package var description: String {
        switch self {
        case .unknownTopicOrPartition(let name): "\(name) does not exist"
        case .unsupported(let reason), .invalid(let reason), .unavailable(let reason), .storage(let reason): reason
        case .refused(let refusal): "\(refusal.message) (\(refusal.name))"
        case .readOnly(let remedy): "read-only: \(remedy)"
        }
    }
}
