import Cluster
import Dispatch
import KafkaProtocol
import NIOCore
import Synchronization

/// Appends to partitions, wakes who waits for records, and answers when the records are as durable as was asked for.
final class LogWriter: Sendable {
    let directory: LogDirectory
    let flusher: Flusher
    let watchers = FetchWatchers()
    let counters: BrokerCounters
    /// Where logs are opened for their first append.
    private let opener = DispatchQueue(label: "weir.opener")
    private let flushMode: BrokerConfiguration.FlushMode

    /// Under `commit`, records that nobody waits for (acks 0 and 1) are synced after this many milliseconds.
    private static let unwaited: Int64 = 1_000

    init(directory: LogDirectory, counters: BrokerCounters, configuration: BrokerConfiguration) {
        self.directory = directory
        self.counters = counters
        flushMode = configuration.flushMode
        let laziness: Int64 =
            switch configuration.flushMode {
            case .commit: Self.unwaited
            case .interval(let milliseconds): milliseconds
            case .os: .max
            }
        flusher = Flusher(directory: directory, laziness: configuration.backgroundJobs ? laziness : .max)
    }

    /// Appends; see ``Broker/append(_:to:acks:completion:)``.
    ///
    /// A log that is not open yet is opened, or made, on a queue of its own: that takes the disk, and the caller may be an event loop. What
    /// comes for it meanwhile waits behind in order.
    func append(
        _ records: ByteBuffer,
        to topicPartition: TopicPartition,
        acks: Int16,
        origin: AppendOrigin,
        verification: TransactionVerification? = nil,
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
        if partition.waitingAppends.load(ordering: .acquiring) == 0, let log = partition.openLog {
            return append(
                records, to: log, of: partition, acks: acks, origin: origin, verification: verification,
                completion: completion)
        }
        partition.waitingAppends.wrappingAdd(1, ordering: .acquiringAndReleasing)
        opener.async { [self] in
            do throws(LogError) {
                let log = try partition.log()
                append(
                    records, to: log, of: partition, acks: acks, origin: origin, verification: verification,
                    completion: completion)
            } catch {
                directory.note(error, of: partition)
                completion(AppendOutcome(error))
            }
            partition.waitingAppends.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        }
    }

    /// Waits for appends to logs that were not open; called when no more come.
    func drain() { opener.sync {} }

    private func append(
        _ records: ByteBuffer,
        to log: PartitionLog,
        of partition: Partition,
        acks: Int16,
        origin: AppendOrigin,
        verification: TransactionVerification? = nil,
        completion: @escaping @Sendable (AppendOutcome) -> Void
    ) {
        let result: AppendResult
        do throws(LogError) {
            result = try log.append(records, origin: origin, verification: verification)
        } catch {
            directory.note(error, of: partition)
            return completion(AppendOutcome(error))
        }
        if !result.isDuplicate {
            partition.touch()
            if origin == .client { counters.bytesIn.wrappingAdd(Int64(result.bytes), ordering: .relaxed) }
            watchers.wake(partition.topicPartition)
        }
        let outcome = AppendOutcome(
            error: .none, baseOffset: result.baseOffset, logAppendTime: result.logAppendTime,
            logStartOffset: result.logStartOffset)
        if result.isFlushDue || (acks == -1 && flushMode == .commit) {
            if log.offsets.recoveryPoint > result.lastOffset { return completion(outcome) }
            flusher.flush(partition) { failure in completion(failure.map(AppendOutcome.init) ?? outcome) }
            return
        }
        if !result.isDuplicate {
            if result.didRoll {
                flusher.flush(partition, completion: nil)
            } else {
                flusher.markDirty(partition, within: result.flushWithinMs)
            }
        }
        completion(outcome)
    }
}
