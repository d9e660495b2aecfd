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
        var all: [LogDirectoryDescription] = []
        var failures: [Int32: ClusterError] = [:]
        await withTaskGroup(of: (Int32, Result<[LogDirectoryDescription], ClusterError>).self) { group in
            for broker in Set(brokers ?? known) { group.addTask { (broker, await directories(of: broker)) } }
            for await (broker, answer) in group {
                switch answer {
                case .success(let directories): all += directories
                case .failure(let error): failures[broker] = error
                }
            }
        }
        if all.isEmpty, let failure = failures.values.first { throw failure }
        // Of a broker that does not answer not even the paths are known.
        all += failures.map { LogDirectoryDescription(broker: $0, path: "", error: "\($1)") }
        return all.sorted { ($0.broker, $0.path) < ($1.broker, $1.path) }
    }

    private func directories(of broker: Int32) async -> Result<[LogDirectoryDescription], ClusterError> {
        do throws(ClusterError) {
            let answer = try await send(DescribeLogDirsRequest(topics: nil), to: .broker(broker))
            try check(answer.errorCode, "broker \(broker)")
            return .success(answer.results.map { LogDirectoryDescription($0, broker: broker) })
        } catch {
            return .failure(error)
        }
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
