import KafkaProtocol
import NIOCore

/// Requests as bytes, encoded once and sent as often as a figure likes.
enum EncodedRequest {
    /// The version of produce requests: what librdkafka 2 and Kafka 3 send to a broker without topic ids in it.
    static let produceVersion: Int16 = 9
    /// The version of fetch requests: the last one that names topics.
    static let fetchVersion: Int16 = 12

    /// A produce request with the same batch for each of some partitions.
    ///
    /// - Parameters:
    ///   - topic: The topic, and its partitions that are written to.
    ///   - acks: 0, 1, or -1 for all.
    static func produce(
        _ batch: ByteBuffer, to topic: (name: String, partitions: Range<Int32>), acks: Int16
    ) throws -> ByteBuffer {
        try joined(
            .produce(
                ProduceRequest(
                    acks: acks, timeoutMs: 30_000,
                    topicData: [
                        .init(
                            name: topic.name,
                            partitionData: topic.partitions.map { .init(index: $0, records: batch) })
                    ])),
            version: produceVersion)
    }

    /// A fetch request without a session that waits for a first byte.
    ///
    /// - Parameters:
    ///   - offsets: The partitions and where in them to begin.
    ///   - maxBytes: The most bytes of a partition.
    static func fetch(
        _ topic: String, _ offsets: [(partition: Int32, offset: Int64)], maxBytes: Int = 1 << 20
    ) throws -> ByteBuffer {
        try joined(.fetch(fetchRequest(topic, offsets, maxBytes: maxBytes)), version: fetchVersion)
    }

    /// What ``fetch(_:_:maxBytes:)`` encodes.
    static func fetchRequest(
        _ topic: String, _ offsets: [(partition: Int32, offset: Int64)], maxBytes: Int = 1 << 20
    ) -> FetchRequest {
        FetchRequest(
            maxWaitMs: 500, minBytes: 1, maxBytes: 64 << 20,
            topics: [
                .init(
                    topic: topic,
                    partitions: offsets.map {
                        .init(partition: $0.partition, fetchOffset: $0.offset, partitionMaxBytes: Int32(maxBytes))
                    })
            ])
    }

    private static func joined(_ request: AnyRequest, version: Int16) throws -> ByteBuffer {
        var frame = ByteBuffer()
        for piece in try request.encode(version: version, correlationID: 1, clientID: "weir-bench") {
            frame.writeImmutableBuffer(piece)
        }
        return frame
    }
}
