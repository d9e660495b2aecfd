package import Cluster
package import KafkaProtocol

/// Producers of partitions by Kafka's requests.
extension RequestSending {
    package func producers(of partition: TopicPartition) async throws(ClusterError) -> [ProducerDescription] {
        let answers = await askLeaders(of: [partition]) { broker, partitions async throws(ClusterError) in
            try await send(DescribeProducersRequest(of: partitions), to: .broker(broker)).producers
        }
        guard let answer = answers[partition] else {
            throw .unavailable("\(partition): the answer left the partition out")
        }
        return try answer.get()
    }
}

extension DescribeProducersRequest {
    /// Asks for the producers of partitions.
    package init(of partitions: [TopicPartition]) {
        self.init(
            topics: Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }.map { topic, partitions in
                .init(name: topic, partitionIndexes: partitions.map(\.partition).sorted())
            })
    }
}

extension DescribeProducersResponse {
    /// The producers of each partition, ascending by id, or why they are not told.
    package var producers: [TopicPartition: Result<[ProducerDescription], ErrorCode>] {
        var found: [TopicPartition: Result<[ProducerDescription], ErrorCode>] = [:]
        for topic in topics {
            for partition in topic.partitions {
                let place = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                found[place] =
                    partition.errorCode == .none
                    ? .success(
                        partition.activeProducers.map(ProducerDescription.init).sorted { $0.producerID < $1.producerID }
                    ) : .failure(partition.errorCode)
            }
        }
        return found
    }
}

extension ProducerDescription {
    fileprivate init(_ it: DescribeProducersResponse.Producer) {
        self.init(
            producerID: it.producerID, producerEpoch: it.producerEpoch,
            lastSequence: it.lastSequence >= 0 ? it.lastSequence : nil,
            lastTimestamp: it.lastTimestamp >= 0 ? it.lastTimestamp : nil,
            coordinatorEpoch: it.coordinatorEpoch >= 0 ? it.coordinatorEpoch : nil,
            transactionStart: it.currentTransactionStartOffset >= 0 ? it.currentTransactionStartOffset : nil)
    }
}

extension OpenTransaction {
    /// What a producer has open on a partition; nil where that is nothing.
    package init?(_ producer: ProducerDescription, on partition: TopicPartition) {
        guard let start = producer.transactionStart else { return nil }
        self.init(
            partition: partition, producerID: producer.producerID, producerEpoch: producer.producerEpoch,
            firstOffset: start, lastTimestamp: producer.lastTimestamp)
    }
}
