/// The state of a transactional id in `__transaction_state`; a null value deletes it.
package struct TransactionLogValue: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// No version is flexible.
    package static let flexibleFrom: Int16? = nil

    /// The producer id; -1 for none.
    package var producerID: Int64 = 0
    /// The producer epoch; -1 for none.
    package var producerEpoch: Int16 = 0
    /// Milliseconds after which the coordinator aborts an open transaction.
    package var transactionTimeoutMs: Int32 = 0
    /// 0 empty, 1 ongoing, 2 prepare commit, 3 prepare abort, 4 complete commit, 5 complete abort, 6 dead, 7 prepare epoch fence.
    package var transactionStatus: Int8 = 0
    /// The partitions in the transaction; null for none.
    package var transactionPartitions: [Topic]?
    /// When it last changed, in ms since 1970.
    package var transactionLastUpdateTimestampMs: Int64 = 0
    /// When it began, in ms since 1970; -1 for none.
    package var transactionStartTimestampMs: Int64 = 0

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        producerID: Int64 = 0,
        producerEpoch: Int16 = 0,
        transactionTimeoutMs: Int32 = 0,
        transactionStatus: Int8 = 0,
        transactionPartitions: [Topic]? = nil,
        transactionLastUpdateTimestampMs: Int64 = 0,
        transactionStartTimestampMs: Int64 = 0
    ) {
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.transactionTimeoutMs = transactionTimeoutMs
        self.transactionStatus = transactionStatus
        self.transactionPartitions = transactionPartitions
        self.transactionLastUpdateTimestampMs = transactionLastUpdateTimestampMs
        self.transactionStartTimestampMs = transactionStartTimestampMs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.int32(&transactionTimeoutMs)
        try wire.int8(&transactionStatus)
        try wire.array(&transactionPartitions, version)
        try wire.int64(&transactionLastUpdateTimestampMs)
        try wire.int64(&transactionStartTimestampMs)
    }

    /// A topic in the transaction.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The partitions' numbers.
        package var partitionIDs: [Int32] = []

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            partitionIDs: [Int32] = []
        ) {
            self.topic = topic
            self.partitionIDs = partitionIDs
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topic)
            try wire.array(&partitionIDs, version)
        }
    }
}
