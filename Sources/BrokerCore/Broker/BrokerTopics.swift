import Cluster
import Dispatch
import KafkaProtocol
import NIOCore

/// `__consumer_offsets` as the group coordinator needs it.
struct BrokerOffsetsTopic: OffsetsTopic {
    let topics: TopicController
    let writer: LogWriter
    /// Where the topic is created.
    private let queue = DispatchQueue(label: "weir.offsets-topic")

    init(topics: TopicController, writer: LogWriter) {
        self.topics = topics
        self.writer = writer
    }

    var existingPartitionCount: Int32? { topics.image.topic(TopicName.offsets)?.partitionCount }

    func create(_ done: @escaping @Sendable () -> Void) {
        queue.async {
            _ = topics.autoCreate(TopicName.offsets)
            done()
        }
    }

    func append(_ records: ByteBuffer, to partition: Int32, completion: @escaping @Sendable (ErrorCode) -> Void) {
        writer.append(
            records, to: TopicPartition(topic: TopicName.offsets, partition: partition), acks: -1, origin: .coordinator
        ) { completion($0.error) }
    }

    func forEachBatch(in partition: Int32, _ body: (ByteBuffer) -> Void) {
        let name = TopicPartition(topic: TopicName.offsets, partition: partition)
        guard let partition = writer.directory[name], partition.isBorn else { return }
        do throws(LogError) {
            let log = try partition.log()
            var next = log.offsets.start
            while next < log.offsets.end {
                let result = try log.read(from: next, maxBytes: 1 << 20)
                guard result.nextOffset > next else { return }
                for batch in RecordBatches(result.records) { body(batch.bytes) }
                next = result.nextOffset
            }
        } catch {
            writer.directory.note(error, of: partition)
            writer.directory.addNotes(["\(name): groups and offsets cannot be read whole: \(error)"])
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
