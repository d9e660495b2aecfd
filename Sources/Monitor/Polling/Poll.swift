package import Cluster

/// What one poll brought: each part, or why it failed.
package struct Poll: Sendable {
    /// The groups, read before the topics, so that no commit is ahead of the end by accident.
    package var groups: Result<[GroupDescription], ClusterError>
    /// The topics.
    package var topics: Result<[TopicDescription], ClusterError>
    /// The cluster.
    package var status: Result<ClusterStatus, ClusterError>
    /// What the peer can do.
    package var capabilities: Capabilities

    /// The parts of a poll.
    package init(
        groups: Result<[GroupDescription], ClusterError>,
        topics: Result<[TopicDescription], ClusterError>,
        status: Result<ClusterStatus, ClusterError>,
        capabilities: Capabilities
    ) {
        self.groups = groups
        self.topics = topics
        self.status = status
        self.capabilities = capabilities
    }

    /// Reads everything from a cluster: groups with their commits first, then topics, then the status.
    package static func of(_ cluster: any Cluster) async -> Poll {
        let groups: Result<[GroupDescription], ClusterError>
        do { groups = .success(try await cluster.groups()) } catch { groups = .failure(error) }
        let topics: Result<[TopicDescription], ClusterError>
        do { topics = .success(try await cluster.topics()) } catch { topics = .failure(error) }
        let status: Result<ClusterStatus, ClusterError>
        do { status = .success(try await cluster.status()) } catch { status = .failure(error) }
        return Poll(groups: groups, topics: topics, status: status, capabilities: cluster.capabilities)
    }
}
