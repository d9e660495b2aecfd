import Cluster
import KafkaProtocol
import NIOCore

/// Why records for `__consumer_offsets` cannot be written.
enum OffsetsBatchError: Error, Equatable, CustomStringConvertible {
    /// A text is too long for its field.
    case record(WireError)
    /// The batch would be too large.
    case batch(RecordBatchError)

    var description: String {
        switch self {
        case .record(let error): "\(error)"
        case .batch(let error): "\(error)"
        }
    }
}

/// Record batches of `__consumer_offsets`, to and from what the coordinator keeps.
enum OffsetsBatch {
    /// The bytes of a batch.
    typealias Bytes = ByteBuffer

    /// The base sequence of batches with group metadata and tombstones.
    private static let noSequence: Int32 = -1
    /// The base sequence of batches with commits: Kafka's coordinator writes 0 there, though they have no producer id.
    private static let commitSequence: Int32 = 0

    /// Tombstones go out in batches of at most about this many bytes, well below `max.message.bytes`.
    private static let tombstoneBytes = 512 * 1024
    /// The most memory a compressed batch may take when it is read.
    private static let decompressedLimit = 64 << 20

    /// The batch that stores a group's metadata.
    static func encode(_ group: StoredGroup, of groupID: String, timestamp: Int64) throws(OffsetsBatchError) -> Bytes {
        var builder = RecordBatchBuilder(baseSequence: noSequence)
        try append(.group(groupID, group), timestamp, to: &builder)
        return try build(builder)
    }

    /// The batch that stores commits, in their order; those of a transaction with its producer.
    static func encode(
        _ commits: [(topic: String, commit: PartitionCommit)], of groupID: String, producer: ProducerClaim? = nil,
        timestamp: Int64
    ) throws(OffsetsBatchError) -> Bytes {
        var builder = RecordBatchBuilder(
            attributes: producer == nil ? [] : .transactional, producerID: producer?.producerID ?? -1,
            producerEpoch: producer?.epoch ?? -1, baseSequence: commitSequence)
        for (topic, commit) in commits {
            let partition = TopicPartition(topic: topic, partition: commit.partition)
            try append(.offset(group: groupID, partition, commit), timestamp, to: &builder)
        }
        return try build(builder)
    }

    /// The batch that stores what has changed in a KIP-848 group, in its order, so that a crash leaves all of it or nothing.
    static func encode(_ records: [OffsetsRecord], timestamp: Int64) throws(OffsetsBatchError) -> Bytes {
        var builder = RecordBatchBuilder(baseSequence: commitSequence)
        for record in records { try append(record, timestamp, to: &builder) }
        return try build(builder)
    }

    /// The batches that take offsets, and perhaps their group, away; none if there is nothing to take away.
    ///
    /// - Parameter group: The tombstones of the group itself.
    static func tombstones(
        of groupID: String, partitions: [TopicPartition], andGroup group: [OffsetsRecord], timestamp: Int64
    ) throws(OffsetsBatchError) -> [Bytes] {
        var batches: [Bytes] = []
        var builder = RecordBatchBuilder(baseSequence: noSequence)
        for partition in partitions {
            if builder.payloadBytes > tombstoneBytes {
                batches.append(try build(builder))
                builder = RecordBatchBuilder(baseSequence: noSequence)
            }
            try append(.offset(group: groupID, partition, nil), timestamp, to: &builder)
        }
        for record in group { try append(record, timestamp, to: &builder) }
        if builder.count > 0 { batches.append(try build(builder)) }
        return batches
    }

    private static func append(
        _ record: OffsetsRecord, _ timestamp: Int64, to builder: inout RecordBatchBuilder
    ) throws(OffsetsBatchError) {
        do {
            let (key, value) = try record.encoded()
            builder.append(timestamp: timestamp, key: key, value: value)
        } catch {
            throw .record(error)
        }
    }

    private static func build(_ builder: RecordBatchBuilder) throws(OffsetsBatchError) -> Bytes {
        do {
            return try builder.build()
        } catch {
            throw .batch(error)
        }
    }

    /// Reads batches, one or several behind one another, into a replay.
    static func replay(_ bytes: Bytes, into replay: inout OffsetsReplay) {
        var batches = RecordBatches(bytes)
        while let batch = batches.next() {
            let header = batch.header
            let producerID = header.isTransactional ? header.producerID : nil
            do {
                try batch.records(limit: decompressedLimit).forEach { record in
                    guard let key = record.key else {
                        replay.skip(because: "a record without a key at offset \(record.offset)")
                        return true
                    }
                    guard header.isControl else {
                        replay.take(key: key, value: record.value, producerID: producerID)
                        return true
                    }
                    // A control record's key: int16 version, int16 type (0 abort, 1 commit).
                    switch key.getInteger(at: key.readerIndex + 2, as: Int16.self) {
                    case 0: replay.takeMarker(producerID: header.producerID, isCommit: false)
                    case 1: replay.takeMarker(producerID: header.producerID, isCommit: true)
                    default: break
                    }
                    return true
                }
            } catch {
                replay.skip(because: "the batch at offset \(header.baseOffset): \(error)")
            }
        }
        if let problem = batches.problem { replay.skip(because: "\(problem)") }
    }
}
