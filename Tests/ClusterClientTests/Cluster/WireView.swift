import Cluster

/// What is left of descriptions when everything is taken away that Kafka's protocol cannot tell, so that the embedded cluster's and an
/// attached one's can be compared.
enum WireView {
    /// Topics without the number of segments, the cleaner's state and what was written since the start.
    static func of(_ topics: [TopicDescription]) -> [TopicDescription] {
        topics.map { topic in
            var topic = topic
            for index in topic.partitions.indices {
                topic.partitions[index].segmentCount = nil
                topic.partitions[index].cleaning = nil
                topic.partitions[index].traffic = nil
            }
            return topic
        }
    }

    /// Groups without their generation and the times of their commits. Of an empty group ListGroups tells no assignor.
    static func of(_ groups: [GroupDescription]) -> [GroupDescription] {
        groups.map { group in
            var group = group
            group.generation = -1
            for index in group.commits.indices { group.commits[index].committedAt = nil }
            if group.state == .empty { group.protocolName = "" }
            return group
        }
    }

    /// A status without what the embedded broker alone tells.
    static func of(_ status: ClusterStatus) -> ClusterStatus {
        var status = status
        status.embedded = nil
        return status
    }
}
