import Cluster

/// Everything in which an attached cluster may differ from the embedded one, with the reason, in one place.
///
/// What is not taken out here must be equal.
enum WireDifferences {
    /// The status as the wire can tell it.
    static func strip(_ status: ClusterStatus) -> ClusterStatus {
        var status = status
        // No request asks a broker for its start, its disk, its counters or its cleaner.
        status.embedded = nil
        return status
    }

    /// Topics as the wire can tell them.
    static func strip(_ topics: [TopicDescription]) -> [TopicDescription] {
        topics.map { topic in
            var topic = topic
            topic.partitions = topic.partitions.map { partition in
                var partition = partition
                // No request tells of segments.
                partition.segmentCount = nil
                // The cleaner's checkpoints are the broker's own.
                partition.cleaning = nil
                return partition
            }
            return topic
        }
    }

    /// Groups as the wire can tell them.
    static func strip(_ groups: [GroupDescription]) -> [GroupDescription] {
        groups.map { group in
            var group = group
            // DescribeGroups has no generation.
            group.generation = -1
            group.commits = group.commits.map { commit in
                var commit = commit
                // OffsetFetch has no time.
                commit.committedAt = nil
                return commit
            }
            return group
        }
    }

    /// The settings of topics that decide what is kept are asked for every few minutes only: what another client changed
    /// shows late in `topics`, and at once in `configuration`.
    static func withoutRetention(_ topics: [TopicDescription]) -> [TopicDescription] {
        topics.map { topic in
            var topic = topic
            topic.retention = TopicRetention()
            return topic
        }
    }

    /// Capabilities that only the embedded broker has.
    static let embeddedOnly: Capabilities = [.segments, .exactCleaning, .compaction, .commitTimestamps]
    /// Capabilities that only an attached cluster has.
    static let attachedOnly: Capabilities = [.compactionBySettings]
}
