import Cluster
import Dispatch
import KafkaProtocol
import Logging
import NIOCore

/// `__consumer_offsets` or `__transaction_state` as their coordinators need them.
struct BrokerCoordinatorTopic: OffsetsTopic {
    let name: String
    let topics: TopicController
    let writer: LogWriter
    /// Where the topic is created.
    private let queue: DispatchQueue

    init(_ name: String, topics: TopicController, writer: LogWriter) {
        self.name = name
        self.topics = topics
        self.writer = writer
        queue = DispatchQueue(label: "weir.create.\(name)")
    }

    var existingPartitionCount: Int32? { topics.image.topic(name)?.partitionCount }

    var catalog: any TopicCatalog { topics.image }

    func create(_ done: @escaping @Sendable () -> Void) {
        queue.async {
            _ = topics.autoCreate(name)
            done()
        }
    }

    func append(
        _ records: ByteBuffer, to partition: Int32, acks: Int16, verification: TransactionVerification?,
        completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        writer.append(
            records, to: TopicPartition(topic: name, partition: partition), acks: acks, origin: .coordinator,
            verification: verification
        ) { completion($0.error) }
    }

    func forEachBatch(in partition: Int32, _ body: (ByteBuffer) -> Void) {
        let place = TopicPartition(topic: name, partition: partition)
        guard let partition = writer.directory[place], partition.isBorn else { return }
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
            writer.directory.addNotes(["\(place): what is kept there cannot be read whole: \(error)"], level: .error)
        }
    }

    func hasPartition(_ partition: Int32, of topic: String) -> Bool {
        topics.image.topic(topic)?.partitions[partition] != nil
    }
}

/// The partitions of all topics, as the transaction coordinator needs them.
struct BrokerTransactionPartitions: TransactionPartitions {
    let topics: TopicController
    let writer: LogWriter
    let groups: GroupCoordinator
    let clock: any Clock

    func hasPartition(_ partition: TopicPartition) -> Bool {
        topics.image.topic(partition.topic)?.partitions[partition.partition] != nil
    }

    func offsetsPartition(of groupID: String) -> TopicPartition {
        let count =
            topics.image.topic(TopicName.offsets)?.partitionCount ?? TopicController.offsetsPartitions(topics.layers)
        return TopicPartition(
            topic: TopicName.offsets, partition: CoordinatorPartitions.partition(of: groupID, count: count))
    }

    func coordinatorEpoch(of partition: Int32) -> Int32 {
        let place = TopicPartition(topic: TopicName.transactions, partition: partition)
        return max(0, writer.directory[place]?.leaderEpoch ?? 0)
    }

    func write(
        _ marker: MarkerBatch, to partition: TopicPartition, completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        // Commits and the marker that decides them must be written in the order in which the group coordinator sees them.
        if partition.topic == TopicName.offsets {
            return groups.endTransaction(marker, in: partition.partition, completion: completion)
        }
        do {
            let batch = try marker.encoded(timestamp: clock.wallMilliseconds)
            writer.append(batch, to: partition, acks: -1, origin: .coordinator) { completion($0.error) }
        } catch {
            completion(.unknownServerError)
        }
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
