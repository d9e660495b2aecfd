import Cluster
import KafkaProtocol
import NIOCore

/// One record of `__transaction_state`, understood: a transactional id and what is kept of it; nil takes it away.
struct TransactionRecord: Equatable {
    /// The transactional id.
    var transactionalID: String
    /// Its state.
    var stored: StoredTransaction?

    /// Why a record cannot be used.
    enum Problem: Error, CustomStringConvertible {
        /// Key or value are not what their versions say.
        case wire(WireError)
        /// The key is of a kind that is not known here.
        case unknownKey(version: Int16)
        /// A state that is never stored, or that there is none of.
        case impossibleState(Int8)

        var description: String {
            switch self {
            case .wire(let error): "\(error)"
            case .unknownKey(let version): "a key of version \(version)"
            case .impossibleState(let number): "a transaction in state \(number)"
            }
        }
    }

    /// A record to write.
    init(_ transactionalID: String, _ stored: StoredTransaction?) {
        self.transactionalID = transactionalID
        self.stored = stored
    }

    /// Reads a record.
    init(key: ByteBuffer, value: ByteBuffer?) throws(Problem) {
        let version = key.getInteger(at: key.readerIndex, as: Int16.self) ?? -1
        guard TransactionLogKey.versions.contains(version) else { throw .unknownKey(version: version) }
        let kept: TransactionLogValue?
        do throws(WireError) {
            transactionalID = try TransactionLogKey.decode(key).record.transactionalID
            kept = try value.map { (value) throws(WireError) in try TransactionLogValue.decode(value).record }
        } catch {
            throw .wire(error)
        }
        guard let kept else { return }
        guard let state = TransactionState(rawValue: kept.transactionStatus), state != .dead,
            state != .prepareEpochFence
        else { throw .impossibleState(kept.transactionStatus) }
        var partitions: Set<TopicPartition> = []
        for topic in kept.transactionPartitions ?? [] {
            for partition in topic.partitionIDs {
                partitions.insert(TopicPartition(topic: topic.topic, partition: partition))
            }
        }
        stored = StoredTransaction(
            producerID: kept.producerID, producerEpoch: kept.producerEpoch, timeoutMs: kept.transactionTimeoutMs,
            state: state, partitions: partitions, updatedAt: kept.transactionLastUpdateTimestampMs,
            startedAt: kept.transactionStartTimestampMs)
    }

    /// Key and value as Kafka 3.8 writes them, both in version 0. An id that never had a transaction has no list of partitions,
    /// one whose transaction ended has an empty one.
    func encoded() throws(WireError) -> (key: ByteBuffer, value: ByteBuffer?) {
        let key = try TransactionLogKey(transactionalID: transactionalID).encode(version: 0)
        guard let stored else { return (key, nil) }
        let topics = stored.topics.map { TransactionLogValue.Topic(topic: $0.topic, partitionIDs: $0.partitions) }
        let value = TransactionLogValue(
            producerID: stored.producerID, producerEpoch: stored.producerEpoch,
            transactionTimeoutMs: stored.timeoutMs, transactionStatus: stored.state.rawValue,
            transactionPartitions: stored.state == .empty ? nil : topics,
            transactionLastUpdateTimestampMs: stored.updatedAt, transactionStartTimestampMs: stored.startedAt)
        return (key, try value.encode(version: 0))
    }

    /// The batch that stores the record, as Kafka's coordinator writes it: one record, no producer.
    ///
    /// - Throws: `WireError` for an id too long for its field, `RecordBatchError` for a batch too long.
    func batch(timestamp: Int64) throws -> ByteBuffer {
        let (key, value) = try encoded()
        var builder = RecordBatchBuilder()
        builder.append(timestamp: timestamp, key: key, value: value)
        return try builder.build()
    }
}

/// The transactional ids as a partition of `__transaction_state` tells them: the last record of each id counts.
struct TransactionReplay {
    /// The ids that are there now.
    private(set) var transactions: [String: StoredTransaction] = [:]
    /// What was seen and what could not be used.
    private(set) var report = TransactionLoadReport()

    /// The most memory a compressed batch may take when it is read.
    private static let decompressedLimit = 64 << 20

    /// Takes batches in, one or several behind one another.
    mutating func take(_ bytes: ByteBuffer) {
        var batches = RecordBatches(bytes)
        while let batch = batches.next() {
            guard !batch.header.isControl else { continue }
            do {
                try batch.records(limit: Self.decompressedLimit).forEach { record in
                    take(record)
                    return true
                }
            } catch {
                skip(because: "the batch at offset \(batch.header.baseOffset): \(error)")
            }
        }
        if let problem = batches.problem { skip(because: "\(problem)") }
    }

    private mutating func take(_ record: Record) {
        report.records += 1
        guard let key = record.key else { return skip(because: "a record without a key at offset \(record.offset)") }
        do throws(TransactionRecord.Problem) {
            let record = try TransactionRecord(key: key, value: record.value)
            transactions[record.transactionalID] = record.stored
        } catch {
            skip(because: "the record at offset \(record.offset): \(error)")
        }
    }

    private mutating func skip(because problem: String) {
        report.unreadable += 1
        report.lastProblem = problem
    }
}

/// What loading `__transaction_state` found.
package struct TransactionLoadReport: Sendable, Equatable {
    /// Transactional ids that are there now.
    package internal(set) var transactionalIDs = 0
    /// Those of them whose transaction was decided and is carried out now.
    package internal(set) var resumed = 0
    /// Those of them with an open transaction.
    package internal(set) var ongoing = 0
    /// Records read.
    package internal(set) var records = 0
    /// Records or batches that could not be read.
    package internal(set) var unreadable = 0
    /// Ids found in a partition that is not theirs, and left alone: the topic's partition count was changed.
    package internal(set) var misplaced = 0
    /// The last reason why something could not be read.
    package internal(set) var lastProblem: String?

    /// Adds another partition's.
    mutating func add(_ other: Self) {
        transactionalIDs += other.transactionalIDs
        resumed += other.resumed
        ongoing += other.ongoing
        records += other.records
        unreadable += other.unreadable
        misplaced += other.misplaced
        lastProblem = other.lastProblem ?? lastProblem
    }
}
