import Cluster
import ClusterRequests
import KafkaProtocol
import Synchronization

/// The settings of topics that decide what is kept, as DescribeConfigs told last.
struct KnownRetention: Sendable {
    private var topics: [String: Result<TopicRetention, ClusterError>] = [:]
    /// When all were read, uptime milliseconds; nil for never, or when they are known to be old.
    private(set) var readAt: Int64?

    /// What was known is old.
    mutating func expire() { readAt = nil }

    /// What is known of a topic.
    subscript(topic: String) -> Result<TopicRetention, ClusterError>? { topics[topic] }

    /// Takes in what was read.
    ///
    /// - Parameter readAt: When it began, for all topics there are.
    mutating func learn(_ read: [String: Result<TopicRetention, ClusterError>], readAt: Int64?) {
        if let readAt {
            self.readAt = readAt
            let known = topics
            topics = read
            // What cannot be read now is most likely still what it was.
            for (topic, answer) in read {
                if case .failure = answer, case .success? = known[topic] { topics[topic] = known[topic] }
            }
        } else {
            topics.merge(read) { $1 }
        }
    }
}

/// DescribeConfigs: what topics keep.
extension KafkaCluster {
    /// Topics in one request, at most: their answer has about half a kilobyte each.
    private static let topicsPerRequest = 500

    /// Learns the settings of topics: of all where what is known is old, of new ones, and of those named each time.
    func readRetention(of topics: [ClusterMap.Topic], areNamed: Bool) async {
        let now = clock.uptimeMilliseconds()
        let (wanted, isAll) = state.withLock { state -> ([String], Bool) in
            let isOld = now - (state.retention.readAt ?? .min / 2) >= polling.retentionMilliseconds
            guard !areNamed, !isOld else { return (topics.map(\.name), !areNamed) }
            return (topics.lazy.map(\.name).filter { state.retention[$0] == nil }, false)
        }
        guard !wanted.isEmpty else { return }
        var read: [String: Result<TopicRetention, ClusterError>] = [:]
        for chunk in wanted.chunks(of: Self.topicsPerRequest) { read.merge(await retention(of: chunk)) { $1 } }
        state.withLock { $0.retention.learn(read, readAt: isAll ? now : nil) }
    }

    private func retention(of topics: [String]) async -> [String: Result<TopicRetention, ClusterError>] {
        let request = DescribeConfigsRequest(
            resources: topics.map {
                .init(resourceType: 2, resourceName: $0, configurationKeys: TopicRetention.keys)
            })
        var found: [String: Result<TopicRetention, ClusterError>] = [:]
        switch await pollAny(request) {
        case .success(let answer):
            for resource in answer.results {
                found[resource.resourceName] =
                    resource.errorCode == .none
                    ? .success(TopicRetention(resource.configs))
                    : .failure(
                        ClusterError(
                            resource.errorCode, "topic \(resource.resourceName)", message: resource.errorMessage))
            }
        case .failure(let error): for topic in topics { found[topic] = .failure(error) }
        }
        return found
    }
}

extension TopicRetention {
    /// The settings asked for.
    static let keys = [
        "cleanup.policy", "retention.ms", "retention.bytes", "segment.bytes", "segment.ms",
        "min.cleanable.dirty.ratio", "min.compaction.lag.ms", "max.compaction.lag.ms", "delete.retention.ms",
    ]

    /// The settings as a broker tells them; Kafka's defaults for those that it does not have.
    init(_ configs: [DescribeConfigsResponse.Config]) {
        self.init()
        for config in configs {
            guard let value = config.value else { continue }
            func set(_ path: WritableKeyPath<TopicRetention, Int64>) {
                if let number = Int64(value) { self[keyPath: path] = number }
            }
            switch config.name {
            case "cleanup.policy":
                let policies = value.split(separator: ",").map { $0.filter { $0 != " " } }
                isCompacted = policies.contains("compact")
                isDeleted = policies.contains("delete")
            case "retention.ms": set(\.retentionMilliseconds)
            case "retention.bytes": set(\.retentionBytes)
            case "segment.bytes": set(\.segmentBytes)
            case "segment.ms": set(\.segmentMilliseconds)
            case "min.cleanable.dirty.ratio": minCleanableDirtyRatio = Double(value) ?? minCleanableDirtyRatio
            case "min.compaction.lag.ms": set(\.minCompactionLagMilliseconds)
            case "max.compaction.lag.ms": set(\.maxCompactionLagMilliseconds)
            case "delete.retention.ms": set(\.deleteRetentionMilliseconds)
            default: break
            }
        }
    }
}
