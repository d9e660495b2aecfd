import Cluster
import Dispatch
import Logging
import Synchronization

/// The one cleaner: runs that a user asked for first, then the dirtiest log that is eligible, one after the other on a queue of its own.
final class CompactionService: Sendable {
    fileprivate struct State {
        /// Queued and running runs in their order, then those that ended, newest first.
        var active: [(run: CompactionRun, rollActive: Bool)] = []
        var ended: [CompactionRun] = []
        var stops: Set<TopicPartition> = []
        var isStopped = false
        /// Where the last run of each log ended (cleaner-offset-checkpoint).
        var checkpoint: [TopicPartition: Int64] = [:]
    }

    /// Runs that are told of at most.
    private static let runsKept = 64

    private let directory: LogDirectory
    private let layers: @Sendable () -> ConfigLayers
    private let clock: any Clock
    private let logger: Logger
    private let queue = DispatchQueue(label: "weir.cleaner", qos: .utility)
    private let state: Mutex<State>

    init(
        directory: LogDirectory, layers: @escaping @Sendable () -> ConfigLayers, clock: any Clock, logger: Logger
    ) {
        self.directory = directory
        self.layers = layers
        self.clock = clock
        self.logger = logger
        var state = State()
        do throws(LogError) {
            state.checkpoint = try OffsetCheckpoint.load(.cleaner, from: directory.path, on: directory.storage).offsets
        } catch {
            directory.addNotes(["\(error); cleaned logs are read from their beginning again"])
        }
        self.state = Mutex(state)
    }

    // MARK: Asking

    /// Runs: those that go on, then the latest that ended.
    var runs: [CompactionRun] {
        state.withLock { state in Array((state.active.map(\.run) + state.ended).prefix(Self.runsKept)) }
    }

    /// What the cleaner sees of a partition.
    ///
    /// - Throws: ``LogError`` when the log cannot be read.
    func range(of partition: Partition, rollsActive: Bool = false) throws(LogError) -> (CleanableRange, LogConfig) {
        let log = try partition.log()
        let config = log.config
        let checkpoint = state.withLock { $0.checkpoint[partition.topicPartition] }
        let range = CleanableRange(
            segments: try log.segments, offsets: log.offsets, checkpoint: checkpoint, config: config,
            rollsActive: rollsActive, now: clock.wallMilliseconds)
        return (range, config)
    }

    /// Computes what a run would do; reads the log, changes nothing.
    func preview(of partition: Partition, rollsActive: Bool) throws(LogError) -> CompactionPreview {
        let (range, _) = try range(of: partition, rollsActive: rollsActive)
        let log = try partition.log()
        let offsets = log.offsets
        let run = CleanerRun(log: log, range: range, now: clock.wallMilliseconds, limits: limits)
        let outcome = try run.run(writes: false) { _ in true }
        return CompactionPreview(
            topicPartition: partition.topicPartition,
            recordsBefore: outcome.recordsBefore,
            recordsRemoved: outcome.recordsRemoved,
            bytesBefore: outcome.bytesBefore,
            bytesRemoved: outcome.bytesRemoved,
            keysKept: outcome.valuesKept,
            tombstonesKept: outcome.tombstonesKept,
            holds: Self.holds(
                range, offsets, activeBytes: rollsActive ? 0 : try log.segments.last?.bytes ?? 0,
                tombstones: outcome.tombstonesKept),
            endOffset: offsets.end
        )
    }

    private static func holds(
        _ range: CleanableRange, _ offsets: LogOffsets, activeBytes: Int64, tombstones: Int64
    ) -> [CompactionPreview.Hold] {
        var holds: [CompactionPreview.Hold] = []
        let others = range.uncleanableBytes - activeBytes
        switch range.limit {
        case .activeSegment: break
        case .openTransaction where range.uncleanableBytes > 0:
            holds.append(
                .init(reason: "a transaction is open from offset \(offsets.lastStable) on", bytes: max(0, others)))
        case .minCompactionLag where others > 0:
            holds.append(.init(reason: "younger than min.compaction.lag.ms", bytes: others))
        case .openTransaction, .minCompactionLag: break
        }
        if activeBytes > 0 {
            holds.append(.init(reason: "the active segment is never cleaned; roll it first", bytes: activeBytes))
        }
        if tombstones > 0 {
            holds.append(.init(reason: "tombstones stay for delete.retention.ms", bytes: nil, records: tombstones))
        }
        return holds
    }

    /// Queues a run of each partition, in order.
    func run(_ partitions: [TopicPartition], rollsActive: Bool) {
        let now = clock.wallMilliseconds
        state.withLock { state in
            for partition in partitions
            where !state.active.contains(where: { $0.run.topicPartition == partition && $0.run.phase == .queued }) {
                state.stops.remove(partition)
                let run = CompactionRun(topicPartition: partition, phase: .queued, isOnDemand: true, startedAt: now)
                state.active.append((run, rollsActive))
            }
        }
        queue.async { [self] in runQueued() }
    }

    /// Asks runs of these partitions to stop at the next safe point; queued ones do not begin.
    func stop(_ partitions: [TopicPartition]) {
        let now = clock.wallMilliseconds
        state.withLock { state in
            for partition in partitions { state.stops.insert(partition) }
            let queued = state.active.filter { $0.run.phase == .queued && partitions.contains($0.run.topicPartition) }
            state.active.removeAll { $0.run.phase == .queued && partitions.contains($0.run.topicPartition) }
            for var entry in queued {
                entry.run.phase = .stopped
                entry.run.endedAt = now
                state.end(entry.run)
            }
        }
    }

    /// Waits until what was queued before has ended, for tests.
    func drain() { queue.sync {} }

    // MARK: Working

    /// Starts the rounds over eligible logs.
    func start() { scheduleRound() }

    /// Stops what runs at the next safe point, and returns when it has.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.stops.formUnion(state.active.map(\.run.topicPartition))
        }
        queue.sync {}
    }

    private func scheduleRound() {
        let backoff = layers().broker("log.cleaner.backoff.ms", or: 15_000)
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(clamping: max(1, backoff)))) { [weak self] in
            guard let self, !self.isStopped else { return }
            if self.layers().settings.isTrue("log.cleaner.enable") { self.runRound() }
            self.scheduleRound()
        }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Cleans eligible logs, the dirtiest first, until none is left. Also for tests, which run it themselves.
    func runRound() {
        var done: Set<TopicPartition> = []
        while !isStopped, directory.offlineReason == nil {
            runQueued()
            guard let partition = dirtiest(except: done) else { return }
            done.insert(partition)
            let run = CompactionRun(
                topicPartition: partition, phase: .queued, isOnDemand: false, startedAt: clock.wallMilliseconds)
            state.withLock { state in
                state.stops.remove(partition)
                state.active.insert((run, false), at: 0)
            }
            runNext(partition)
        }
    }

    private func dirtiest(except done: Set<TopicPartition>) -> TopicPartition? {
        var best: (partition: TopicPartition, ratio: Double, isOverdue: Bool)?
        for partition in directory.partitions
        where partition.isBorn && partition.settings.config.cleanupPolicy.contains(.compact)
            && !done.contains(partition.topicPartition)
        {
            guard let (range, config) = try? range(of: partition), range.isEligible(config) else { continue }
            let candidate = (partition.topicPartition, range.dirtyRatio, range.overdueMs > 0)
            if let best, (best.isOverdue ? 1 : 0, best.ratio) >= (candidate.2 ? 1 : 0, candidate.1) { continue }
            best = candidate
        }
        return best?.partition
    }

    private func runQueued() {
        while !isStopped,
            let next = state.withLock({ $0.active.first { $0.run.phase == .queued }?.run.topicPartition })
        {
            runNext(next)
        }
    }

    /// Runs the first queued run of a partition, on the cleaner's queue.
    private func runNext(_ name: TopicPartition) {
        let started = state.withLock { state -> (run: CompactionRun, rollActive: Bool)? in
            guard
                let index = state.active.firstIndex(where: { $0.run.topicPartition == name && $0.run.phase == .queued })
            else { return nil }
            state.active[index].run.phase = .indexing
            state.active[index].run.startedAt = clock.wallMilliseconds
            return state.active[index]
        }
        guard let started else { return }
        var run = started.run
        let partition = directory[name]
        do throws(LogError) {
            guard let partition else { throw .closed(name) }
            try clean(partition, rollActive: started.rollActive, &run)
        } catch {
            directory.note(error, of: partition)
            run.phase = .failed("\(error)")
            logger.error("compaction of \(name) failed: \(error)")
        }
        run.endedAt = clock.wallMilliseconds
        state.withLock { state in
            state.active.removeAll { $0.run.topicPartition == name && $0.run.phase != .queued }
            state.stops.remove(name)
            state.end(run)
        }
        directory[name]?.touch()
    }

    private func clean(_ partition: Partition, rollActive: Bool, _ run: inout CompactionRun) throws(LogError) {
        let log = try partition.log()
        if rollActive { try log.rollActiveSegment() }
        var former: Int64 = -1
        // A full offset map ends a pass early: passes follow until all that was cleanable is clean.
        while true {
            let (range, _) = try range(of: partition)
            guard range.firstDirtyOffset > former, range.cleanableBytes > 0 else { break }
            former = range.firstDirtyOffset
            let cleaner = CleanerRun(log: log, range: range, now: clock.wallMilliseconds, limits: limits)
            let before = run
            let pace = CleanerPace(bytesPerSecond: layers().settings.number("log.cleaner.io.max.bytes.per.second"))
            let outcome = try cleaner.run(writes: true) { progress in
                report(progress, onTopOf: before)
                    && pace.wait(after: progress.bytesDone) { isToStop(partition.topicPartition) }
            }
            run.bytesDone = before.bytesDone + outcome.bytesBefore
            run.bytesTotal = max(run.bytesDone, before.bytesTotal)
            run.recordsRemoved = before.recordsRemoved + outcome.recordsRemoved
            run.bytesRemoved = before.bytesRemoved + outcome.bytesRemoved
            if outcome.wasStopped {
                run.phase = .stopped
                return
            }
            try remember(partition.topicPartition, cleanedUpTo: outcome.cleanedUpTo)
            guard outcome.cleanedUpTo < range.firstUncleanableOffset else { break }
        }
        run.phase = .finished
        partition.lastCleanedAt.store(clock.wallMilliseconds, ordering: .relaxed)
    }

    /// Shows how far a run is.
    ///
    /// - Returns: False when it shall stop.
    private func report(_ progress: CleanerRun.Progress, onTopOf before: CompactionRun) -> Bool {
        state.withLock { state in
            let name = before.topicPartition
            guard
                let index = state.active.firstIndex(where: { $0.run.topicPartition == name && $0.run.phase != .queued })
            else { return false }
            state.active[index].run.phase = progress.isCopying ? .copying : .indexing
            state.active[index].run.bytesDone = before.bytesDone + progress.bytesDone
            state.active[index].run.bytesTotal = before.bytesDone + progress.bytesTotal
            state.active[index].run.recordsRemoved = before.recordsRemoved + progress.recordsRemoved
            state.active[index].run.bytesRemoved = before.bytesRemoved + progress.bytesRemoved
            return !state.stops.contains(name)
        }
    }

    private func isToStop(_ partition: TopicPartition) -> Bool {
        state.withLock { $0.stops.contains(partition) }
    }

    private func remember(_ name: TopicPartition, cleanedUpTo offset: Int64) throws(LogError) {
        let known = Set(directory.partitions.map(\.topicPartition))
        let checkpoint = state.withLock { state in
            state.checkpoint[name] = offset
            state.checkpoint = state.checkpoint.filter { known.contains($0.key) }
            return state.checkpoint
        }
        try OffsetCheckpoint(checkpoint).store(.cleaner, in: directory.path, on: directory.storage)
    }

    private var limits: CleanerRun.Limits {
        var limits = CleanerRun.Limits()
        limits.mapBytes = Int(clamping: layers().broker("log.cleaner.dedupe.buffer.size", or: 128 << 20))
        return limits
    }
}

extension CompactionService.State {
    /// Keeps a run that ended among the latest.
    fileprivate mutating func end(_ run: CompactionRun) {
        ended.insert(run, at: 0)
        if ended.count > 64 { ended.removeLast() }
    }
}

extension ConfigLayers {
    /// A whole number of a broker key in force.
    func broker(_ name: String, or fallback: Int64) -> Int64 {
        BrokerConfigKeys.key(name).flatMap { broker($0).value }.flatMap { Int64($0) } ?? fallback
    }
}
