package import Cluster
package import KafkaProtocol
package import NIOCore

extension RecordBatchBuilder {
    /// One batch of records to be written, by a producer without an id.
    ///
    /// - Parameters:
    ///   - compression: Kafka's name of the codec: none, gzip, snappy, lz4 or zstd.
    ///   - now: The time of records that have none, wall milliseconds.
    /// - Throws: `.invalid` for a codec that does not exist or for no records at all.
    package static func batch(
        of records: [NewRecord], compression: String, now: Int64
    ) throws(ClusterError) -> ByteBuffer {
        guard let codec = CompressionCodec(name: compression) else {
            throw .invalid("there is no compression \"\(compression)\"; there are none, gzip, snappy, lz4 and zstd")
        }
        guard !records.isEmpty else { throw .invalid("there is no record to write") }
        var builder = RecordBatchBuilder(codec: codec)
        return try builder.build(records[...], now: now)
    }

    /// One batch of records of a transaction.
    ///
    /// - Parameter sequence: The sequence number of the first record.
    /// - Throws: `.invalid` where the records make no batch.
    package static func batch(
        of records: ArraySlice<NewRecord>, by writer: TransactionalWriter, sequence: Int32
    ) throws(ClusterError) -> ByteBuffer {
        var builder = RecordBatchBuilder(
            attributes: .transactional, producerID: writer.producerID, producerEpoch: writer.epoch,
            baseSequence: sequence)
        return try builder.build(records, now: 0)
    }

    private mutating func build(_ records: ArraySlice<NewRecord>, now: Int64) throws(ClusterError) -> ByteBuffer {
        for record in records {
            append(
                timestamp: record.timestamp ?? now,
                key: record.key.map(ByteBuffer.init(bytes:)),
                value: record.value.map(ByteBuffer.init(bytes:)),
                headers: record.headers.map {
                    Record.Header(name: ByteBuffer(string: $0.name), value: $0.value.map(ByteBuffer.init(bytes:)))
                }
            )
        }
        do throws(RecordBatchError) {
            return try build()
        } catch {
            throw .invalid("the records make no batch: \(error)")
        }
    }
}
