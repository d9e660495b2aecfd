package import Cluster

/// Why a reset cannot be planned. Nothing has been changed then.
package enum ResetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A shift of a partition that has no commit.
    case noCommit(group: String, TopicPartition)
    /// The file says nothing of the group.
    case notInFile(group: String)
    /// A topic or partition that the request names does not exist.
    case unknown(String)
    /// A partition's offsets could not be looked up.
    case unreadable(TopicPartition, ClusterError)
    /// Text that is no topic with partitions.
    case badSelection(String)
    /// A line of a file that is no row of a plan; lines count from 1.
    case badLine(Int, String)
    /// Text that is no time.
    case badTime(String)
    /// Text that is no duration.
    case badDuration(String)

    package var description: String {
        switch self {
        case .noCommit(let group, let partition):
            "Cannot shift offset for partition \(partition) since group '\(group)' has no current committed offset"
        case .notInFile(let group): "No reset plan for group \(group) found"
        case .unknown(let name): "\(name) does not exist"
        case .unreadable(let partition, let error): "Offsets of partition \(partition) could not be read: \(error)"
        case .badSelection(let text):
            "'\(text)' is no topic with partitions; write TOPIC or TOPIC:0,1,2"
        case .badLine(let line, let reason): "line \(line): \(reason)"
        case .badTime(let text):
            "'\(text)' is no time; write YYYY-MM-DDTHH:mm:SS.sss, with Z or +HH:MM for a zone other than UTC"
        case .badDuration(let text): "'\(text)' is no duration; write PnDTnHnMnS, for example PT1H30M or P2D"
        }
    }
}
