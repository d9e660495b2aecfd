package import Cluster

/// Why a reset was not looked at or not carried out. No commit has been changed then.
package enum ReplayError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is nothing to do; says why.
    case nothing(String)
    /// The group must be left alone now.
    case refused(ResetPlan.Refusal)
    /// Commits moved between the preview and now.
    case commitsMoved([TopicPartition])
    /// No plan could be made.
    case plan(ResetError)
    /// The cluster could not be read.
    case cluster(ClusterError)
    /// A file could not be read or written.
    case file(UndoError)

    package var description: String {
        switch self {
        case .nothing(let reason): reason
        case .refused(let refusal): "\(refusal)"
        case .commitsMoved(let places):
            "\(places.map(\.description).joined(separator: ", ")): the commit is another one than in the preview; "
                + "look again before you apply it"
        case .plan(let error): "\(error)"
        case .cluster(let error): "\(error)"
        case .file(let error): "\(error)"
        }
    }
}
