import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore

/// What one fetch reads: its partitions in the request's order, and how many bytes of them.
struct FetchPlan: Sendable {
    /// One partition of the request.
    struct Partition: Sendable {
        /// Where it is; nil if there is no topic of the id.
        let target: TopicPartition?
        /// What was asked.
        let request: FetchRequest.Partition
    }

    /// One topic of the request.
    struct Topic: Sendable {
        /// Its name (before version 13).
        let name: String
        /// Its id (since version 13).
        let id: KafkaUUID
        /// Its partitions.
        let partitions: [Partition]
    }

    /// What reading once gave.
    struct Result: Sendable {
        /// The answer it makes.
        var response: FetchResponse
        /// Bytes of records in it.
        var bytes: Int
        /// Whether a partition failed: the answer does not wait then.
        var hasError: Bool
    }

    /// The topics, in order.
    let topics: [Topic]
    /// Milliseconds to wait for `minBytes`; 0 for not at all.
    let maxWaitMilliseconds: Int64
    /// Bytes to wait for.
    let minBytes: Int
    /// Bytes of records in the answer at most, but for a larger first batch.
    let maxBytes: Int
    private let isolation: IsolationLevel
    private let version: Int16

    /// A plan for a request; topic ids are looked up in `image`.
    init(request: FetchRequest, version: Int16, maxBytes: Int, image: MetadataImage) {
        self.version = version
        self.maxBytes = min(max(0, Int(request.maxBytes)), maxBytes)
        maxWaitMilliseconds = Int64(max(0, request.maxWaitMs))
        // A client that waits for more than it may get would never be answered before its time.
        minBytes = min(max(0, Int(request.minBytes)), self.maxBytes)
        isolation = request.isolationLevel == 1 ? .readCommitted : .readUncommitted
        topics = request.topics.map { topic in
            let name = version >= 13 ? image.topicNames[topic.topicID] : topic.topic
            return Topic(
                name: topic.topic, id: topic.topicID,
                partitions: topic.partitions.map { partition in
                    Partition(
                        target: name.map { TopicPartition(topic: $0, partition: partition.partition) },
                        request: partition)
                })
        }
    }

    /// The partitions that a wait watches.
    var targets: [TopicPartition] { topics.flatMap { $0.partitions.compactMap(\.target) } }

    /// Whether there is nothing to wait for.
    var isEmpty: Bool { topics.allSatisfy(\.partitions.isEmpty) }

    /// Whether what was read with `granted` bytes is an answer already, or more should be waited for.
    ///
    /// Batches come whole, so a read that was cut short gives more than half of its bytes unless a batch is larger than that.
    func isEnough(_ result: Result, granted: Int) -> Bool {
        result.hasError || result.bytes >= (granted < maxBytes ? min(minBytes, granted / 2) : minBytes)
    }

    /// Whether no partition has anything to read and all logs are open, so that reading touches no file and may run on an event loop.
    ///
    /// Consumers that have caught up ask so, and they ask most often.
    func isAtEnd(in broker: Broker) -> Bool {
        topics.allSatisfy { topic in
            topic.partitions.allSatisfy { partition in
                partition.target.map { broker.isAtEnd(of: $0, offset: partition.request.fetchOffset) } ?? true
            }
        }
    }

    /// Reads every partition once.
    ///
    /// - Parameter granted: Bytes to read with, if they are fewer than ``maxBytes``.
    ///
    /// The request's bytes are shared in its order; while nothing was read yet, a batch larger than what is left comes whole
    /// all the same (KIP-74), so that a consumer never stands still before it.
    func read(from broker: Broker, granted: Int) -> Result {
        let maxBytes = min(maxBytes, granted)
        var result = Result(response: FetchResponse(), bytes: 0, hasError: false)
        result.response.responses.reserveCapacity(topics.count)
        for topic in topics {
            var answer = FetchResponse.Topic(topic: topic.name, topicID: topic.id)
            answer.partitions.reserveCapacity(topic.partitions.count)
            for partition in topic.partitions {
                let read = read(partition, left: maxBytes - result.bytes, isFirst: result.bytes == 0, from: broker)
                result.bytes += read.records?.readableBytes ?? 0
                result.hasError = result.hasError || read.errorCode != .none
                answer.partitions.append(read)
            }
            result.response.responses.append(answer)
        }
        return result
    }

    private func read(
        _ partition: Partition, left: Int, isFirst: Bool, from broker: Broker
    ) -> FetchResponse.Partition {
        guard let target = partition.target else { return failure(.unknownTopicID, of: partition) }
        let request = partition.request
        let outcome = broker.read(
            target, from: request.fetchOffset, currentLeaderEpoch: request.currentLeaderEpoch,
            maxBytes: min(max(0, Int(request.partitionMaxBytes)), max(0, left)), minOneBatch: isFirst,
            isolation: isolation)
        guard outcome.error == .none, let read = outcome.result else { return failure(outcome.error, of: partition) }
        if version < 10, Self.hasZstandard(read.records) {
            return failure(.unsupportedCompressionType, of: partition)
        }
        return FetchResponse.Partition(
            partitionIndex: request.partition, highWatermark: read.highWatermark,
            lastStableOffset: read.lastStableOffset, logStartOffset: read.logStartOffset,
            abortedTransactions: isolation == .readCommitted ? read.abortedTransactions.map(Self.aborted) : nil,
            records: read.records)
    }

    private static func aborted(_ transaction: AbortedTransaction) -> FetchResponse.AbortedTransaction {
        .init(producerID: transaction.producerID, firstOffset: transaction.firstOffset)
    }

    /// A partition without records, as Kafka fills it in for errors.
    private func failure(_ error: ErrorCode, of partition: Partition) -> FetchResponse.Partition {
        FetchResponse.Partition(
            partitionIndex: partition.request.partition, errorCode: error, highWatermark: -1, lastStableOffset: -1,
            logStartOffset: -1, abortedTransactions: nil, records: ByteBuffer())
    }

    /// Whether one of the batches is compressed with zstd, which clients know since Fetch 10 (KIP-110).
    private static func hasZstandard(_ records: ByteBuffer) -> Bool {
        var position = records.readerIndex
        while let length = records.getInteger(at: position + 8, as: Int32.self), length > 0,
            let attributes = records.getInteger(at: position + 21, as: Int16.self)
        {
            if attributes & 0x7 == 4 { return true }
            position += 12 + Int(length)
        }
        return false
    }
}
