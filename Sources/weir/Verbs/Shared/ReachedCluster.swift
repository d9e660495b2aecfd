import Cluster
import ClusterClient

/// A cluster that a verb has reached, until it is closed.
struct ReachedCluster: Sendable {
    /// The cluster.
    let cluster: any Cluster
    /// Closes the connections.
    let close: @Sendable () async -> Void

    /// Finds the cluster that a command line names.
    ///
    /// - Parameter isReadOnly: Refuses changes in the client itself, for verbs that only read.
    /// - Throws: `VerbFailure` when it cannot be reached.
    static func reach(_ options: ClusterOptions, isReadOnly: Bool) async throws -> ReachedCluster {
        var settings = ClientSettings(bootstrap: try options.bootstrap())
        settings.isReadOnly = isReadOnly
        throw VerbFailure(.unreachable, "this build has no client for \(settings.bootstrap)")
    }
}
