import Cluster
import KafkaProtocol
import NIOCore

/// Record batches of `__consumer_offsets`, to and from what the coordinator keeps.
enum OffsetsBatch {
    /// The bytes of a batch.
    typealias Bytes = ByteBuffer

    /// The base sequence of batches with group metadata and tombstones.
    static let noSequence: Int32 = -1
    /// The base sequence of batches with commits: Kafka's coordinator writes 0 there, though they have no producer id.
    static let commitSequence: Int32 = 0

    /// Tombstones go out in batches of at most about this many bytes, well below `max.message.bytes`.
    private static let tombstoneBytes = 512 * 1024

    /// The batch that stores a group's metadata.
    ///
    /// - Throws: `WireError` if a text is too long for its field.
    static func encode(_ group: StoredGroup, of groupID: String, timestamp: Int64) throws(WireError) -> Bytes {
        batch([try OffsetsRecord.group(groupID, group).encoded()], timestamp: timestamp, baseSequence: noSequence)
    }

    /// The batch that stores commits, in their order.
    ///
    /// - Throws: `WireError` if a text is too long for its field.
    static func encode(
        _ commits: [(topic: String, commit: PartitionCommit)], of groupID: String, timestamp: Int64
    ) throws(WireError) -> Bytes {
        var records: [(key: ByteBuffer, value: ByteBuffer?)] = []
        records.reserveCapacity(commits.count)
        for (topic, commit) in commits {
            let partition = TopicPartition(topic: topic, partition: commit.partition)
            records.append(try OffsetsRecord.offset(group: groupID, partition, commit).encoded())
        }
        return batch(records, timestamp: timestamp, baseSequence: commitSequence)
    }

    /// The batches that take offsets, and perhaps their group, away; none if there is nothing to take away.
    ///
    /// - Throws: `WireError` if a text is too long for its field.
    static func tombstones(
        of groupID: String, partitions: [TopicPartition], andGroup: Bool, timestamp: Int64
    ) throws(WireError) -> [Bytes] {
        var batches: [Bytes] = []
        var records: [(key: ByteBuffer, value: ByteBuffer?)] = []
        var bytes = 0
        for partition in partitions {
            let record = try OffsetsRecord.offset(group: groupID, partition, nil).encoded()
            if bytes + record.key.readableBytes > tombstoneBytes {
                batches.append(batch(records, timestamp: timestamp, baseSequence: noSequence))
                records = []
                bytes = 0
            }
            bytes += record.key.readableBytes + 16
            records.append(record)
        }
        if andGroup { records.append(try OffsetsRecord.group(groupID, nil).encoded()) }
        if !records.isEmpty { batches.append(batch(records, timestamp: timestamp, baseSequence: noSequence)) }
        return batches
    }

    private static func batch(
        _ records: [(key: ByteBuffer, value: ByteBuffer?)], timestamp: Int64, baseSequence: Int32
    ) -> Bytes {
        ShimBatch.encode(records, timestamp: timestamp, baseSequence: baseSequence)
    }

    /// Reads a batch into a replay.
    static func replay(_ batch: Bytes, into replay: inout OffsetsReplay) {
        ShimBatch.forEach(batch) { attributes, producerID, key, value in
            if attributes & 0x20 != 0 {
                let type = key.getInteger(at: key.readerIndex + 2, as: Int16.self) ?? -1
                replay.takeMarker(producerID: producerID, isCommit: type == 1)
            } else {
                replay.take(key: key, value: value, producerID: attributes & 0x10 != 0 ? producerID : nil)
            }
        }
    }
}
