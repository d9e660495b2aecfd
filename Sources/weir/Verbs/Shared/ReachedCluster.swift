import Cluster
import ClusterClient
import Operations

/// A cluster that a verb has reached, until it is closed.
struct ReachedCluster: Sendable {
    /// The cluster.
    let cluster: any Cluster
    /// Closes the connections.
    let close: @Sendable () async -> Void
    /// Puts down in the audit log what came of acts that were gathered.
    var finish: @Sendable () async throws(ClusterError) -> Void = { () async throws(ClusterError) in }

    /// Attaches to the cluster that a command line names: one of its brokers must answer, so that a wrong address is said at once.
    ///
    /// - Parameters:
    ///   - isReadOnly: Refuses changes in the client itself, for verbs that only read.
    ///   - compacts: Makes compaction possible; what an earlier process left changed for it is put back.
    ///   - verb: What the audit log calls the program that changes something.
    ///   - gathersProduce: All records written to a topic are one act there.
    /// - Throws: `ClusterError.unavailable` when none answers.
    static func reach(
        _ options: ClusterOptions, isReadOnly: Bool, compacts: Bool = false, verb: String = "weir",
        gathersProduce: Bool = false
    ) async throws -> ReachedCluster {
        var settings = try options.entry().settings
        if isReadOnly { settings.isReadOnly = true }
        let cluster = KafkaCluster.attach(settings)
        do throws(ClusterError) {
            let clusterID = try await cluster.status().clusterID
            let stateDirectory = "\(DataOptions.defaultDirectory)/state"
            if compacts { try await cluster.keepCompactionJournal(below: stateDirectory) }
            guard !isReadOnly else { return ReachedCluster(cluster: cluster) { await cluster.close() } }
            let log = AuditLog(
                AuditFile(stateDirectory: stateDirectory, clusterID: clusterID), actor: .ofProcess(verb),
                cluster: clusterID)
            let audited = AuditedCluster(cluster, log: log, gathersProduce: gathersProduce)
            return ReachedCluster(cluster: audited) {
                await cluster.close()
            } finish: { () async throws(ClusterError) in
                try await audited.finish()
            }
        } catch {
            await cluster.close()
            throw error
        }
    }
}
