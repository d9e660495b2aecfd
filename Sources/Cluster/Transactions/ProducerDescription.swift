/// A producer as a partition remembers it: an idempotent one, or one with transactions (DescribeProducers, KIP-664).
package struct ProducerDescription: Sendable, Equatable {
    /// The producer id.
    package var producerID: Int64
    /// The producer epoch; a batch with a lower one is refused.
    package var producerEpoch: Int32
    /// The sequence number of its last record here, 0 to 2^31 - 1; nil for none, as after a marker.
    package var lastSequence: Int32?
    /// The timestamp of its last batch here, wall milliseconds by its own clock; nil for none.
    package var lastTimestamp: Int64?
    /// The epoch of the coordinator that wrote its last marker here; nil for none.
    package var coordinatorEpoch: Int32?
    /// The first offset of its open transaction; nil while none is open.
    package var transactionStart: Int64?

    /// Describes a producer.
    package init(
        producerID: Int64, producerEpoch: Int32, lastSequence: Int32?, lastTimestamp: Int64?, coordinatorEpoch: Int32?,
        transactionStart: Int64?
    ) {
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.lastSequence = lastSequence
        self.lastTimestamp = lastTimestamp
        self.coordinatorEpoch = coordinatorEpoch
        self.transactionStart = transactionStart
    }
}
