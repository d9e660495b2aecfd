package import Cluster

/// What one poll brought: each part, or why it failed.
package struct Poll: Sendable {
    /// The groups, read before the topics, so that no commit is ahead of the end by accident.
    package var groups: Result<[GroupDescription], ClusterError>
    /// The topics.
    package var topics: Result<[TopicDescription], ClusterError>
    /// The cluster.
    package var status: Result<ClusterStatus, ClusterError>
    /// The transactions; nil where they were not asked for.
    package var transactions: Result<TransactionListing, ClusterError>?
    /// What the peer can do.
    package var capabilities: Capabilities

    /// The parts of a poll.
    package init(
        groups: Result<[GroupDescription], ClusterError>,
        topics: Result<[TopicDescription], ClusterError>,
        status: Result<ClusterStatus, ClusterError>,
        capabilities: Capabilities,
        transactions: Result<TransactionListing, ClusterError>? = nil
    ) {
        self.groups = groups
        self.topics = topics
        self.status = status
        self.capabilities = capabilities
        self.transactions = transactions
    }

    /// Reads everything from a cluster: groups with their commits first, then topics, then transactions, then the status.
    ///
    /// - Parameter readsTransactions: Whether transactions are asked for.
    package static func of(_ cluster: any Cluster, readsTransactions: Bool = true) async -> Poll {
        let groups: Result<[GroupDescription], ClusterError>
        // The queries screen tells how far queries are; as groups without members they would only look deserted.
        do {
            groups = .success(try await cluster.groups().filter { !$0.groupID.hasPrefix(QueryGroup.prefix) })
        } catch {
            groups = .failure(error)
        }
        let topics: Result<[TopicDescription], ClusterError>
        do { topics = .success(try await cluster.topics()) } catch { topics = .failure(error) }
        var transactions: Result<TransactionListing, ClusterError>?
        if readsTransactions {
            let held = held(in: (try? topics.get()) ?? [])
            do {
                transactions = .success(try await cluster.transactions(holding: held))
            } catch {
                transactions = .failure(error)
            }
        }
        let status: Result<ClusterStatus, ClusterError>
        do { status = .success(try await cluster.status()) } catch { status = .failure(error) }
        return Poll(
            groups: groups, topics: topics, status: status, capabilities: cluster.capabilities,
            transactions: transactions)
    }

    /// Partitions where committed readers wait for the end of a transaction.
    private static func held(in topics: [TopicDescription]) -> [TopicPartition] {
        topics.flatMap { topic in
            topic.partitions.filter { $0.offsets.map { $0.lastStable < $0.highWatermark } ?? false }.map {
                TopicPartition(topic: topic.name, partition: $0.partition)
            }
        }
    }
}
