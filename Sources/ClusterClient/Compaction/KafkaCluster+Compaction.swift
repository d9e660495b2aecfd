package import Cluster

extension KafkaCluster {
    /// Makes compaction by temporary settings possible, with its journal below Weir's own directory, and puts back what an earlier
    /// process left behind. What cannot be put back shows as a failed run in `status()`.
    ///
    /// - Throws: `.unavailable` and the like when the cluster does not tell its id.
    package func keepCompactionJournal(below stateDirectory: String) async throws(ClusterError) {
        let journal = CompactionJournal(stateDirectory: stateDirectory, clusterID: try await status().clusterID)
        let compaction = CompactionBySettings(on: self, journal: journal)
        use(compaction)
        await compaction.recover()
    }
}
