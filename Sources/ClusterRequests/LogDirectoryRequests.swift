package import Cluster
package import KafkaProtocol

/// Log directories by Kafka's requests.
extension RequestSending {
    package func logDirectories(ofBrokers brokers: [Int32]?) async throws(ClusterError) -> [LogDirectoryDescription] {
        let known = try await status().brokers.map(\.nodeID)
        let missing = (brokers ?? []).filter { !known.contains($0) }
        guard missing.isEmpty else {
            let ids = missing.map { "\($0)" }.joined(separator: ",")
            throw .invalid("the cluster has no broker \(ids); it has \(known.map { "\($0)" }.joined(separator: ","))")
        }
        var directories: [LogDirectoryDescription] = []
        for broker in (brokers ?? known).sorted() {
            let answer = try await send(DescribeLogDirsRequest(topics: nil), to: .broker(broker))
            try check(answer.errorCode, "broker \(broker)")
            directories += answer.results.map { LogDirectoryDescription($0, broker: broker) }.sorted {
                $0.path < $1.path
            }
        }
        return directories
    }
}

extension LogDirectoryDescription {
    package init(_ directory: DescribeLogDirsResponse.LogDir, broker: Int32) {
        self.init(
            broker: broker,
            path: directory.logDir,
            error: directory.errorCode == .none ? nil : "\(directory.errorCode)",
            totalBytes: directory.totalBytes >= 0 ? directory.totalBytes : nil,
            usableBytes: directory.usableBytes >= 0 ? directory.usableBytes : nil,
            replicas: directory.topics.flatMap { topic in
                topic.partitions.map {
                    Replica(
                        topicPartition: TopicPartition(topic: topic.name, partition: $0.partitionIndex),
                        sizeBytes: $0.partitionSize,
                        offsetLag: $0.offsetLag,
                        isFuture: $0.isFutureKey
                    )
                }
            }.sorted { $0.topicPartition < $1.topicPartition }
        )
    }
}
