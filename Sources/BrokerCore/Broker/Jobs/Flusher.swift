import Dispatch
import Synchronization

/// Syncs logs for those who wait for it (group commit): while one round of syncs runs, whoever comes waits for the next, so that many
/// appends share one.
///
/// Works on a queue of its own and outside of every log's lock. A failed sync is never tried again: the directory goes offline, and all
/// who wait are told.
final class Flusher: Sendable {
    /// What a waiting append is told: nil when its records are durable.
    typealias Completion = @Sendable (LogError?) -> Void

    private struct Waiter {
        var partition: Partition
        var completion: Completion?
    }

    private struct State {
        var waiters: [Waiter] = []
        var isRunning = false
        var isClosed = false
    }

    private let directory: LogDirectory
    private let queue = DispatchQueue(label: "weir.flusher", qos: .userInitiated)
    private let state = Mutex(State())
    /// Written since the last sync of everything.
    private let dirty = Mutex<[ObjectIdentifier: Partition]>([:])

    private let laziness: Int64?

    /// A flusher of a directory.
    ///
    /// - Parameter laziness: What nobody waits for is synced after this many milliseconds; nil leaves it to the operating system.
    init(directory: LogDirectory, laziness: Int64?) {
        self.directory = directory
        self.laziness = laziness
    }

    /// Runs `completion` once everything appended to the partition so far is durable.
    func flush(_ partition: Partition, completion: Completion?) {
        let (isClosed, starts) = state.withLock { state in
            guard !state.isClosed else { return (true, false) }
            state.waiters.append(Waiter(partition: partition, completion: completion))
            defer { state.isRunning = true }
            return (false, !state.isRunning)
        }
        if isClosed {
            completion?(.closed(partition.topicPartition))
        } else if starts {
            queue.async { self.run() }
        }
    }

    /// Notes that a partition was written without anybody waiting; it is synced some time later.
    func markDirty(_ partition: Partition) {
        let isFirst = dirty.withLock { dirty in
            defer { dirty[ObjectIdentifier(partition)] = partition }
            return dirty.isEmpty
        }
        guard isFirst, let laziness else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(clamping: max(1, laziness)))) { [weak self] in
            self?.flushDirty()
        }
    }

    /// Syncs whatever was noted by ``markDirty(_:)``.
    func flushDirty() {
        let partitions = dirty.withLock { dirty in
            defer { dirty = [:] }
            return Array(dirty.values)
        }
        for partition in partitions { flush(partition, completion: nil) }
    }

    /// Syncs what waits and takes nothing more.
    func close() {
        flushDirty()
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    private func run() {
        while true {
            let waiters = state.withLock { state in
                defer { state.waiters = [] }
                state.isRunning = !state.waiters.isEmpty
                return state.waiters
            }
            guard !waiters.isEmpty else { return }
            var byPartition: [ObjectIdentifier: Int] = [:]
            var partitions: [Partition] = []
            for waiter in waiters where byPartition[ObjectIdentifier(waiter.partition)] == nil {
                byPartition[ObjectIdentifier(waiter.partition)] = partitions.count
                partitions.append(waiter.partition)
            }
            let failures = sync(partitions)
            for waiter in waiters {
                let failure = byPartition[ObjectIdentifier(waiter.partition)].flatMap { failures[$0] }
                waiter.completion?(failure)
            }
        }
    }

    /// Syncs several logs, some at a time, as journaling file systems commit syncs that come together as one.
    private func sync(_ partitions: [Partition]) -> [LogError?] {
        guard partitions.count > 1 else { return [sync(partitions[0])] }
        let failures = Mutex([LogError?](repeating: nil, count: partitions.count))
        DispatchQueue.concurrentPerform(iterations: partitions.count) { index in
            if let failure = sync(partitions[index]) { failures.withLock { $0[index] = failure } }
        }
        return failures.withLock { $0 }
    }

    private func sync(_ partition: Partition) -> LogError? {
        if let reason = directory.offlineReason { return .offline(partition.topicPartition, reason: reason) }
        do throws(LogError) {
            try partition.openLog?.flush()
            return nil
        } catch {
            directory.note(error)
            return error
        }
    }
}
