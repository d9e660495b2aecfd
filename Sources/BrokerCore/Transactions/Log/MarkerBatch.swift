import KafkaProtocol
import NIOCore

/// The control batch that ends a producer's transaction in a partition.
package struct MarkerBatch: Sendable, Equatable {
    /// Whose transaction ends.
    package var producer: ProducerClaim
    /// Commit, or else abort.
    package var isCommit: Bool
    /// The epoch of the coordinator: the leader epoch of its partition of `__transaction_state`.
    package var coordinatorEpoch: Int32

    /// A marker.
    package init(producer: ProducerClaim, isCommit: Bool, coordinatorEpoch: Int32) {
        self.producer = producer
        self.isCommit = isCommit
        self.coordinatorEpoch = coordinatorEpoch
    }

    /// The batch as Kafka writes it (`MemoryRecords.withEndTransactionMarker`): one record, transactional and control.
    func encoded(timestamp: Int64) throws -> ByteBuffer {
        let ending = EndTransactionMarker(coordinatorEpoch: coordinatorEpoch)
        let record: ControlRecord = isCommit ? .commit(ending) : .abort(ending)
        var builder = RecordBatchBuilder(
            attributes: [.transactional, .control], producerID: producer.producerID, producerEpoch: producer.epoch)
        builder.append(timestamp: timestamp, key: record.encodeKey(), value: try record.encodeValue())
        return try builder.build()
    }
}
