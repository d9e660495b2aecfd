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
    /// Partitions that were written without anybody waiting, and when each is due.
    private let dirt = Mutex(Dirt())
    private let laziness: Int64
    /// Logs that were synced since the start.
    let flushes = Atomic<Int64>(0)
    /// The time that took in all, nanoseconds; several logs are synced at once.
    let flushNanoseconds = Atomic<Int64>(0)

    private struct Dirt {
        var partitions: [ObjectIdentifier: (partition: Partition, due: UInt64)] = [:]
        /// When the next look is planned.
        var nextLook = UInt64.max
    }

    /// A flusher of a directory.
    ///
    /// - Parameter laziness: What nobody waits for is synced after this many milliseconds; `.max` leaves it to the operating system, or
    ///   to what its topic asks for.
    init(directory: LogDirectory, laziness: Int64) {
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

    /// Notes that a partition was written without anybody waiting; it is synced within the flusher's laziness or the topic's own
    /// (`flush.ms`), whichever is shorter. Without either it is synced when the flusher closes.
    func markDirty(_ partition: Partition, within milliseconds: Int64) {
        let key = ObjectIdentifier(partition)
        let wait = min(laziness, milliseconds)
        let look = dirt.withLock { dirt -> UInt64? in
            if wait == .max {
                if dirt.partitions[key] == nil { dirt.partitions[key] = (partition, .max) }
                return nil
            }
            let due = Self.now &+ UInt64(clamping: min(max(1, wait), Self.longestWait)) &* 1_000_000
            if let known = dirt.partitions[key], known.due <= due { return nil }
            dirt.partitions[key] = (partition, due)
            guard due < dirt.nextLook else { return nil }
            dirt.nextLook = due
            return due
        }
        if let look { planLook(at: look) }
    }

    /// A year: a time that is as good as never, and that no clock overflows by.
    private static let longestWait: Int64 = 365 * 86_400_000

    private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    private func planLook(at time: UInt64) {
        queue.asyncAfter(deadline: DispatchTime(uptimeNanoseconds: time)) { [weak self] in self?.flushDue() }
    }

    /// Syncs what is due, and plans the next look.
    private func flushDue() {
        let (due, next) = dirt.withLock { dirt in
            let now = Self.now
            let due = dirt.partitions.values.filter { $0.due <= now }.map(\.partition)
            for partition in due { dirt.partitions[ObjectIdentifier(partition)] = nil }
            dirt.nextLook = dirt.partitions.values.reduce(UInt64.max) { min($0, $1.due) }
            return (due, dirt.nextLook)
        }
        for partition in due { flush(partition, completion: nil) }
        if next != .max { planLook(at: next) }
    }

    /// Syncs whatever was noted by ``markDirty(_:within:)``, due or not.
    func flushDirty() {
        let partitions = dirt.withLock { dirt in
            defer { dirt.partitions = [:] }
            return dirt.partitions.values.map(\.partition)
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
            guard let log = partition.openLog else { return nil }
            let began = DispatchTime.now().uptimeNanoseconds
            try log.flush()
            flushes.wrappingAdd(1, ordering: .relaxed)
            let took = DispatchTime.now().uptimeNanoseconds &- began
            flushNanoseconds.wrappingAdd(Int64(clamping: took), ordering: .relaxed)
            return nil
        } catch {
            directory.note(error, of: partition)
            return error
        }
    }
}
