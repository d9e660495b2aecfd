package import KafkaProtocol

/// What became of an append, for the answer to a producer.
package struct AppendOutcome: Sendable {
    /// Kafka's code; `none` when the records are in the log (and durable, where acks=all asked for it).
    package var error: ErrorCode
    /// What is wrong, in words.
    package var message: String?
    /// The records to blame, where some are (Produce v8).
    package var recordErrors: [LogError.RecordProblem] = []
    /// The offset of the first record; -1 on errors.
    package var baseOffset: Int64 = -1
    /// The time the broker gave the records, milliseconds; -1 when they keep theirs.
    package var logAppendTime: Int64 = -1
    /// The log's first offset; -1 when unknown.
    package var logStartOffset: Int64 = -1

    /// An outcome.
    package init(
        error: ErrorCode,
        message: String? = nil,
        recordErrors: [LogError.RecordProblem] = [],
        baseOffset: Int64 = -1,
        logAppendTime: Int64 = -1,
        logStartOffset: Int64 = -1
    ) {
        self.error = error
        self.message = message
        self.recordErrors = recordErrors
        self.baseOffset = baseOffset
        self.logAppendTime = logAppendTime
        self.logStartOffset = logStartOffset
    }

    /// A refusal by the log.
    init(_ error: LogError) {
        self.init(
            error: error.errorCode, message: "\(error)", recordErrors: error.recordProblems)
    }
}

/// What a read of one partition gave.
package struct ReadOutcome: Sendable {
    /// Kafka's code.
    package var error: ErrorCode
    /// What was read; nil on errors, except that an offset out of range still tells the log's bounds in ``offsets``.
    package var result: ReadResult?
    /// The log's offsets where it could be reached.
    package var offsets: LogOffsets?

    /// An outcome.
    package init(error: ErrorCode, result: ReadResult? = nil, offsets: LogOffsets? = nil) {
        self.error = error
        self.result = result
        self.offsets = offsets
    }
}

/// What looking up an offset gave.
package struct OffsetOutcome: Sendable, Equatable {
    /// Kafka's code.
    package var error: ErrorCode
    /// The offset; -1 when no record answers the question.
    package var offset: Int64 = -1
    /// The record's timestamp, milliseconds; -1 where the question was not about one.
    package var timestamp: Int64 = -1
    /// The leader epoch; -1 when unknown.
    package var leaderEpoch: Int32 = -1

    /// An outcome.
    package init(error: ErrorCode, offset: Int64 = -1, timestamp: Int64 = -1, leaderEpoch: Int32 = -1) {
        self.error = error
        self.offset = offset
        self.timestamp = timestamp
        self.leaderEpoch = leaderEpoch
    }
}
