import Cluster
import KafkaProtocol
import NIOCore
import Synchronization

/// Appends to partitions, wakes who waits for records, and answers when the records are as durable as was asked for.
final class LogWriter: Sendable {
    let directory: LogDirectory
    let flusher: Flusher
    let watchers = FetchWatchers()
    let counters: BrokerCounters
    private let flushMode: BrokerConfiguration.FlushMode

    /// Under `commit`, records that nobody waits for (acks 0 and 1) are synced after this many milliseconds.
    private static let unwaited: Int64 = 1_000

    init(directory: LogDirectory, counters: BrokerCounters, configuration: BrokerConfiguration) {
        self.directory = directory
        self.counters = counters
        flushMode = configuration.flushMode
        let laziness: Int64? =
            switch configuration.flushMode {
            case .commit: Self.unwaited
            case .interval(let milliseconds): milliseconds
            case .os: nil
            }
        flusher = Flusher(directory: directory, laziness: configuration.backgroundJobs ? laziness : nil)
    }

    /// Appends; see ``Broker/append(_:to:acks:completion:)``.
    func append(
        _ records: ByteBuffer,
        to topicPartition: TopicPartition,
        acks: Int16,
        origin: AppendOrigin,
        completion: @escaping @Sendable (AppendOutcome) -> Void
    ) {
        guard let partition = directory[topicPartition] else {
            return completion(AppendOutcome(error: .unknownTopicOrPartition))
        }
        if let reason = directory.offlineReason {
            return completion(AppendOutcome(error: .kafkaStorageError, message: reason))
        }
        if acks == -1, origin == .client {
            let wanted = partition.settings.minInSyncReplicas
            guard wanted <= 1 else {
                return completion(
                    AppendOutcome(
                        error: .notEnoughReplicas,
                        message: "The size of the current ISR 1 is insufficient to satisfy the min.isr requirement of "
                            + "\(wanted) for partition \(topicPartition)"))
            }
        }
        let result: AppendResult
        let log: PartitionLog
        do throws(LogError) {
            log = try partition.log()
            result = try log.append(records, origin: origin)
        } catch {
            directory.note(error)
            return completion(AppendOutcome(error))
        }
        if !result.isDuplicate {
            partition.touch()
            if origin == .client { counters.bytesIn.wrappingAdd(Int64(result.bytes), ordering: .relaxed) }
            watchers.wake(topicPartition)
        }
        let outcome = AppendOutcome(
            error: .none, baseOffset: result.baseOffset, logAppendTime: result.logAppendTime,
            logStartOffset: result.logStartOffset)
        if acks == -1, flushMode == .commit {
            if log.offsets.recoveryPoint > result.lastOffset { return completion(outcome) }
            flusher.flush(partition) { failure in completion(failure.map(AppendOutcome.init) ?? outcome) }
            return
        }
        if !result.isDuplicate {
            if result.didRoll { flusher.flush(partition, completion: nil) } else { flusher.markDirty(partition) }
        }
        completion(outcome)
    }
}
