package import Cluster
package import KafkaProtocol

/// Why a partition's log refuses or fails. ``errorCode`` is Kafka's error code for it.
package enum LogError: Error, Equatable, CustomStringConvertible {
    /// A record of a refused batch and what is wrong with it (KIP-467).
    package struct RecordProblem: Sendable, Equatable {
        /// The record's place in its batch.
        package var index: Int32
        /// What is wrong.
        package var message: String

        /// A problem of a record.
        package init(index: Int32, message: String) {
            self.index = index
            self.message = message
        }
    }

    /// The disk failed. The log is offline from then on: what was not synced may be gone.
    case storage(StorageError)
    /// The log went offline earlier, for this reason.
    case offline(TopicPartition, reason: String)
    /// The log was closed or deleted.
    case closed(TopicPartition)
    /// A file is not what its name says.
    case corruptFile(String, String)
    /// A batch's checksum is wrong or its bytes are no batch.
    case corruptMessage(String)
    /// A batch that is whole but not allowed.
    case invalidRecord(String, [RecordProblem])
    /// Timestamps outside of what the topic takes.
    case invalidTimestamp(String, [RecordProblem])
    /// A batch larger than `max.message.bytes`.
    case recordTooLarge(size: Int, limit: Int)
    /// A batch larger than `segment.bytes`.
    case batchTooLarge(size: Int, limit: Int)
    /// A codec that does not exist (Kafka has no better code for it than -1).
    case unknownCompression(String)
    /// An idempotent producer left out or repeated something (beyond the window of known duplicates).
    case outOfOrderSequence(String)
    /// An older instance of a producer is still writing.
    case invalidProducerEpoch(String)
    /// A batch outside of the transaction its producer has open.
    case invalidTransactionState(String)
    /// A batch of a transaction that, as its coordinator says, does not have the partition.
    case transactionNotVerified(ErrorCode, String)
    /// A marker of a transaction coordinator that was replaced.
    case transactionCoordinatorFenced(String)
    /// An offset that the log does not have.
    case offsetOutOfRange(requested: Int64, start: Int64, end: Int64)

    /// Kafka's error code.
    package var errorCode: ErrorCode {
        switch self {
        case .storage, .offline, .closed, .corruptFile: .kafkaStorageError
        case .corruptMessage: .corruptMessage
        case .invalidRecord: .invalidRecord
        case .invalidTimestamp: .invalidTimestamp
        case .recordTooLarge: .messageTooLarge
        case .batchTooLarge: .recordListTooLarge
        case .unknownCompression: .unknownServerError
        case .outOfOrderSequence: .outOfOrderSequenceNumber
        case .invalidProducerEpoch: .invalidProducerEpoch
        case .invalidTransactionState: .invalidTxnState
        case .transactionNotVerified(let error, _): error
        case .transactionCoordinatorFenced: .transactionCoordinatorFenced
        case .offsetOutOfRange: .offsetOutOfRange
        }
    }

    /// The records that are to blame, if the error is about some of them.
    package var recordProblems: [RecordProblem] {
        switch self {
        case .invalidRecord(_, let problems), .invalidTimestamp(_, let problems): problems
        default: []
        }
    }

    package var description: String {
        switch self {
        case .storage(let error): "\(error)"
        case .offline(let partition, let reason): "\(partition) is offline: \(reason)"
        case .closed(let partition): "\(partition) is closed"
        case .corruptFile(let path, let what): "\(path) is damaged: \(what)"
        case .corruptMessage(let what), .unknownCompression(let what), .outOfOrderSequence(let what),
            .invalidProducerEpoch(let what), .invalidTransactionState(let what),
            .transactionCoordinatorFenced(let what), .transactionNotVerified(_, let what),
            .invalidRecord(let what, _), .invalidTimestamp(let what, _):
            what
        case .recordTooLarge(let size, let limit):
            "The record batch size is \(size) bytes which exceeds the maximum configured value of \(limit)."
        case .batchTooLarge(let size, let limit):
            "The record batch size is \(size) bytes which exceeds the maximum configured segment size of \(limit)."
        case .offsetOutOfRange(let requested, let start, let end):
            "Offset \(requested) is out of range: the log begins at \(start) and ends at \(end)."
        }
    }

    /// Runs calls to the disk, wrapping what they throw.
    static func onDisk<Value>(_ body: () throws(StorageError) -> Value) throws(LogError) -> Value {
        do throws(StorageError) {
            return try body()
        } catch {
            throw .storage(error)
        }
    }
}
