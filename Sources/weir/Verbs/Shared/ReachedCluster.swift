import Cluster
import ClusterClient

/// A cluster that a verb has reached, until it is closed.
struct ReachedCluster: Sendable {
    /// The cluster.
    let cluster: any Cluster
    /// Closes the connections.
    let close: @Sendable () async -> Void

    /// Attaches to the cluster that a command line names: one of its brokers must answer, so that a wrong address is said at once.
    ///
    /// - Parameters:
    ///   - isReadOnly: Refuses changes in the client itself, for verbs that only read.
    ///   - compacts: Makes compaction possible; what an earlier process left changed for it is put back.
    /// - Throws: `ClusterError.unavailable` when none answers.
    static func reach(
        _ options: ClusterOptions, isReadOnly: Bool, compacts: Bool = false
    ) async throws -> ReachedCluster {
        var settings = try options.entry().settings
        if isReadOnly { settings.isReadOnly = true }
        let cluster = KafkaCluster.attach(settings)
        do throws(ClusterError) {
            _ = try await cluster.status()
            if compacts { try await cluster.keepCompactionJournal(below: "\(DataOptions.defaultDirectory)/state") }
        } catch {
            await cluster.close()
            throw error
        }
        return ReachedCluster(cluster: cluster) { await cluster.close() }
    }
}
