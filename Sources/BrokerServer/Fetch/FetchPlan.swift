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
    /// Bytes to read at most.
    let maxBytes: Int
    private let isolation: IsolationLevel
    private let version: Int16

    /// A plan for a request; topic ids are looked up in `image`.
    init(request: FetchRequest, version: Int16, maxBytes: Int, image: MetadataImage) {
        self.version = version
        let worthwhile = max(Self.answerBytes, Int(request.minBytes))
        self.maxBytes = min(max(0, Int(request.maxBytes)), maxBytes, worthwhile)
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

    /// Bytes of records in one answer, unless the client waits for more: what a consumer that is far behind takes in one go makes it no
    /// faster beyond this, and is held in memory until the client has taken it. Kafka's clients ask for up to 50 MiB.
    private static let answerBytes = 1 << 20

    /// Bytes that are copied on an event loop for one fetch at most: some ten microseconds' work, while other connections wait.
    private static let memoryLimit = 128 << 10

    /// Reads every partition once. May read the disk.
    ///
    /// - Parameter granted: Bytes to read with, if they are fewer than ``maxBytes``.
    func read(from broker: Broker, granted: Int) -> Result {
        var result = emptyResult
        _ = fill(&result, with: min(maxBytes, granted)) { target, request, terms in
            broker.read(
                target, from: request.fetchOffset, currentLeaderEpoch: request.currentLeaderEpoch,
                maxBytes: terms.maxBytes, minOneBatch: terms.minOneBatch, isolation: isolation)
        }
        return result
    }

    /// Reads every partition once if none of them needs the disk: those of consumers that have caught up, or nearly, and they ask most often.
    /// Never blocks, so it may run on an event loop.
    ///
    /// - Returns: nil where the disk may be needed.
    func readFromMemory(of broker: Broker) -> Result? {
        var result = emptyResult
        let isDone = fill(&result, with: maxBytes) { target, request, terms in
            broker.readFromMemory(
                target, from: request.fetchOffset, currentLeaderEpoch: request.currentLeaderEpoch,
                maxBytes: terms.maxBytes, minOneBatch: terms.minOneBatch, isolation: isolation,
                limit: Self.memoryLimit - terms.bytesBefore)
        }
        return isDone ? result : nil
    }

    /// How much of a partition may be read.
    private struct Terms {
        /// Bytes that the partitions before it gave.
        let bytesBefore: Int
        /// The most bytes.
        let maxBytes: Int
        /// Whether its first batch comes whole, however long it is.
        var minOneBatch: Bool { bytesBefore == 0 }
    }

    private var emptyResult: Result {
        var result = Result(response: FetchResponse(), bytes: 0, hasError: false)
        result.response.responses.reserveCapacity(topics.count)
        return result
    }

    /// Reads partition after partition, until `read` gives nil.
    ///
    /// The request's bytes are shared in its order; while nothing was read yet, a batch larger than what is left comes whole
    /// all the same (KIP-74), so that a consumer never stands still before it.
    ///
    /// - Returns: Whether all of them were read.
    private func fill(
        _ result: inout Result, with bytes: Int,
        by read: (TopicPartition, FetchRequest.Partition, Terms) -> ReadOutcome?
    ) -> Bool {
        for topic in topics {
            var answers = FetchResponse.Topic(topic: topic.name, topicID: topic.id)
            answers.partitions.reserveCapacity(topic.partitions.count)
            for partition in topic.partitions {
                let request = partition.request
                var outcome = ReadOutcome(error: .unknownTopicID)
                if let target = partition.target {
                    let left = max(0, bytes - result.bytes)
                    let terms = Terms(
                        bytesBefore: result.bytes, maxBytes: min(max(0, Int(request.partitionMaxBytes)), left))
                    guard let read = read(target, request, terms) else { return false }
                    outcome = read
                }
                let answer = answer(outcome, of: partition)
                result.bytes += answer.records?.readableBytes ?? 0
                result.hasError = result.hasError || answer.errorCode != .none
                answers.partitions.append(answer)
            }
            result.response.responses.append(answers)
        }
        return true
    }

    private func answer(_ outcome: ReadOutcome, of partition: Partition) -> FetchResponse.Partition {
        guard outcome.error == .none, let read = outcome.result else { return failure(outcome.error, of: partition) }
        if version < 10, Self.hasZstandard(read.records) {
            return failure(.unsupportedCompressionType, of: partition)
        }
        return FetchResponse.Partition(
            partitionIndex: partition.request.partition, highWatermark: read.highWatermark,
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
