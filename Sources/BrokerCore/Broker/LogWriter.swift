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
    /// Where batches are decompressed that take much memory, one after the other.
    private let expander = DispatchQueue(label: "weir.expander")
    private let flushMode: BrokerConfiguration.FlushMode

    /// Records of a batch that are decompressed by the caller, which may be an event loop, bytes: some milliseconds' work.
    private static let expansionInPlace = 8 << 20

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
    /// comes for it meanwhile waits behind in order. So it is with a batch whose records take much more than it does.
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
        let isExpanding = partition.waitingExpansions.load(ordering: .acquiring) > 0
        if !isExpanding, partition.waitingAppends.load(ordering: .acquiring) == 0, let log = partition.openLog {
            let result = Result { () throws(LogError) in
                try log.append(
                    records, origin: origin, verification: verification, expansionLimit: Self.expansionInPlace)
            }
            guard case .failure(.expandsTooFar) = result else {
                return conclude(result, of: log, partition, acks: acks, origin: origin, completion: completion)
            }
        } else if !isExpanding {
            return appendLater(
                records, to: partition, acks: acks, origin: origin, verification: verification, because: .opening,
                completion: completion)
        }
        appendLater(
            records, to: partition, acks: acks, origin: origin, verification: verification, because: .expanding,
            completion: completion)
    }

    /// Why an append is put off.
    private enum Delay { case opening, expanding }

    private func appendLater(
        _ records: ByteBuffer,
        to partition: Partition,
        acks: Int16,
        origin: AppendOrigin,
        verification: TransactionVerification?,
        because delay: Delay,
        completion: @escaping @Sendable (AppendOutcome) -> Void
    ) {
        partition.countWaiting(1, isExpanding: delay == .expanding)
        (delay == .opening ? opener : expander).async { [self] in
            do throws(LogError) {
                let log = try partition.log()
                let result = Result { () throws(LogError) in
                    try log.append(records, origin: origin, verification: verification)
                }
                conclude(result, of: log, partition, acks: acks, origin: origin, completion: completion)
            } catch {
                directory.note(error, of: partition)
                completion(AppendOutcome(error))
            }
            partition.countWaiting(-1, isExpanding: delay == .expanding)
        }
    }

    /// Waits for appends that were put off; called when no more come.
    func drain() {
        opener.sync {}
        expander.sync {}
    }

    /// Counts what a client wrote.
    private func count(_ result: AppendResult, in partition: Partition) {
        let (bytes, records) = (Int64(result.bytes), result.lastOffset &- result.baseOffset &+ 1)
        counters.bytesIn.wrappingAdd(bytes, ordering: .relaxed)
        counters.recordsIn.wrappingAdd(records, ordering: .relaxed)
        partition.bytesIn.wrappingAdd(bytes, ordering: .relaxed)
        partition.recordsIn.wrappingAdd(records, ordering: .relaxed)
    }

    /// Tells the outcome of an append to those who wait for it, when the records are as durable as was asked for.
    private func conclude(
        _ appended: Result<AppendResult, LogError>,
        of log: PartitionLog,
        _ partition: Partition,
        acks: Int16,
        origin: AppendOrigin,
        completion: @escaping @Sendable (AppendOutcome) -> Void
    ) {
        let result: AppendResult
        do throws(LogError) {
            result = try appended.get()
        } catch {
            directory.note(error, of: partition)
            return completion(AppendOutcome(error))
        }
        if !result.isDuplicate {
            if origin == .client { count(result, in: partition) }
            partition.touch()
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

extension Partition {
    /// Counts appends that are put off.
    fileprivate func countWaiting(_ change: Int, isExpanding: Bool) {
        if isExpanding {
            waitingExpansions.wrappingAdd(change, ordering: .acquiringAndReleasing)
        } else {
            waitingAppends.wrappingAdd(change, ordering: .acquiringAndReleasing)
        }
    }
}
