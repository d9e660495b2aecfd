import Cluster
import Dispatch
import KafkaProtocol
import NIOCore

/// `__consumer_offsets` as the group coordinator needs it.
struct BrokerOffsetsTopic: OffsetsTopic {
    let topics: TopicController
    let writer: LogWriter

    var existingPartitionCount: Int32? { topics.image.topic(TopicName.offsets)?.partitionCount }

    var partitionCount: Int32 {
        if let count = existingPartitionCount { return count }
        _ = topics.autoCreate(TopicName.offsets)
        return existingPartitionCount ?? 0
    }

    func append(_ records: ByteBuffer, to partition: Int32, completion: @escaping @Sendable (ErrorCode) -> Void) {
        writer.append(
            records, to: TopicPartition(topic: TopicName.offsets, partition: partition), acks: -1, origin: .coordinator
        ) { completion($0.error) }
    }

    func forEachBatch(in partition: Int32, _ body: (ByteBuffer) -> Void) {
        let name = TopicPartition(topic: TopicName.offsets, partition: partition)
        guard let partition = writer.directory[name], partition.isBorn, let log = try? partition.log() else { return }
        var next = log.offsets.start
        while next < log.offsets.end, let result = try? log.read(from: next, maxBytes: 1 << 20),
            result.nextOffset > next
        {
            for batch in RecordBatches(result.records) { body(batch.bytes) }
            next = result.nextOffset
        }
    }

    func hasPartition(_ partition: Int32, of topic: String) -> Bool {
        topics.image.topic(topic)?.partitions[partition] != nil
    }
}

/// Producer ids kept in the metadata log (`ProducerIdsRecord`).
struct MetadataProducerIDs: ProducerIDJournal {
    let topics: TopicController
    /// Where the journal's writes block.
    private let queue = DispatchQueue(label: "weir.producer-ids")

    init(topics: TopicController) { self.topics = topics }

    var nextProducerID: Int64 { topics.image.nextProducerID }

    func reserve(upTo next: Int64, completion: @escaping @Sendable (ErrorCode) -> Void) {
        queue.async {
            do throws(LogError) {
                try topics.change { change in
                    let node = topics.nodeID
                    change.add(
                        .producerIds(
                            ProducerIdsRecord(
                                brokerID: node, brokerEpoch: change.image.brokers[node]?.brokerEpoch ?? -1,
                                nextProducerID: next)))
                }
                completion(.none)
            } catch {
                completion(.kafkaStorageError)
            }
        }
    }
}
