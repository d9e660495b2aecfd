package import Cluster

/// What a scan is to do after a portion of records.
package enum ScanVerdict: Sendable, Equatable {
    case goOn
    /// Enough was seen.
    case stop
}

/// Reads the records of a plan from its first to its last offset, in portions, and hands each portion over: what searches, full-scan
/// statistics and tables over a topic are made of.
///
/// Partitions are read side by side, those furthest behind first, so that all come to their end at about the same time. One that cannot
/// be read does not stop the others. Memory is bounded by the plan's portions, whatever the size of the topic.
///
/// ```swift
/// let plan = await ScanPlan.make(on: cluster, partitions, from: .time(noon))
/// let job = ScanJob(cluster, plan)
/// let end = await job.run(onBatch: { place, fetched in search.take(fetched, of: place) }, progress: { post($0) })
/// // from anywhere, meanwhile:
/// job.control.pause()
/// ```
package struct ScanJob: Sendable {
    private let cluster: any RecordAccess
    private let clock: ScanClock
    /// What is read.
    package let plan: ScanPlan
    /// Pauses, resumes and stops it.
    package let control: ScanControl

    /// Progress is told at most this often, milliseconds; the beginning, pauses and the end are told at once.
    private static let progressMilliseconds: Int64 = 200
    /// A partition that cannot be reached is tried so many times, with longer and longer waits.
    private static let attempts = 5

    /// A scan that has not begun.
    ///
    /// - Parameters:
    ///   - cluster: What it reads from.
    ///   - plan: What it reads.
    ///   - control: Pauses, resumes and stops it.
    ///   - clock: For the rate and for waits between tries.
    package init(
        _ cluster: any RecordAccess, _ plan: ScanPlan, control: ScanControl = ScanControl(), clock: ScanClock = .live
    ) {
        self.cluster = cluster
        self.plan = plan
        self.control = control
        self.clock = clock
    }

    /// Reads until everything is read, the control says stop, `onBatch` has enough, or the task is cancelled.
    ///
    /// - Parameters:
    ///   - onBatch: Gets every portion, of one partition in ascending order of offsets, cut to the plan's stretch. Portions without records
    ///     (control batches, gaps) are not handed over.
    ///   - progress: Gets the state at the beginning, a few times a second, at pauses and at the end, the last one with `isEnded`.
    /// - Returns: The state at the end.
    @discardableResult
    package func run(
        onBatch: (TopicPartition, FetchedRecords) -> ScanVerdict, progress: (ScanProgress) -> Void
    ) async -> ScanProgress {
        let control = control
        return await withTaskCancellationHandler {
            await work(onBatch, progress)
        } onCancel: {
            control.stop()
        }
    }

    private func work(
        _ onBatch: (TopicPartition, FetchedRecords) -> ScanVerdict, _ progress: (ScanProgress) -> Void
    ) async -> ScanProgress {
        var state = ScanProgress(plan)
        var failures: [TopicPartition: Int] = [:]
        var worked: Int64 = 0
        var since = clock.now()
        progress(state)
        var toldAt = since
        while !control.isStopped {
            if control.isPaused {
                worked &+= clock.now() &- since
                state.elapsedMilliseconds = worked
                state.phase = .paused
                progress(state)
                await control.waitWhilePaused()
                since = clock.now()
                guard !control.isStopped else { break }
                state.phase = .running
                progress(state)
            }
            let due = Self.due(state, plan.partitionsAtOnce)
            guard !due.isEmpty else {
                state.phase = .finished
                break
            }
            let verdict = await readOn(due, &state, &failures, onBatch)
            let now = clock.now()
            state.elapsedMilliseconds = worked &+ (now &- since)
            if verdict == .stop { break }
            if now &- toldAt >= Self.progressMilliseconds {
                toldAt = now
                progress(state)
            }
        }
        if state.phase != .finished { state.phase = .stopped }
        progress(state)
        return state
    }

    /// The unfinished partitions that are furthest behind, as places in `partitions`.
    private static func due(_ state: ScanProgress, _ count: Int) -> [Int] {
        let open = state.partitions.indices.filter { !state.partitions[$0].isDone }
        guard open.count > count else { return open }
        return Array(open.sorted { state.partitions[$0].share < state.partitions[$1].share }.prefix(count))
    }

    /// One fetch, and what it brought handed over.
    private func readOn(
        _ due: [Int], _ state: inout ScanProgress, _ failures: inout [TopicPartition: Int],
        _ onBatch: (TopicPartition, FetchedRecords) -> ScanVerdict
    ) async -> ScanVerdict {
        let starts = due.map { FetchStart(state.partitions[$0].topicPartition, from: state.partitions[$0].next) }
        let answers = await cluster.fetch(starts, limits: plan.limits)
        var failed = 0
        for index in due {
            let (place, before) = (state.partitions[index].topicPartition, state.partitions[index].next)
            var problem: ClusterError?
            switch answers[place] ?? .failure(.unavailable("the answer left the partition out")) {
            case .success(let fetched):
                let own = state.partitions[index].take(fetched)
                for record in own.records { state.bytes &+= Int64((record.key?.count ?? 0) + record.valueSize) }
                if !own.records.isEmpty, onBatch(place, own) == .stop { return .stop }
                if state.partitions[index].next == before, !state.partitions[index].isDone {
                    problem = .unavailable("nothing could be read from offset \(before) on")
                }
            case .failure(let error): problem = error
            }
            guard let problem else {
                failures[place] = nil
                continue
            }
            failed += 1
            let tries = (failures[place] ?? 0) + 1
            failures[place] = tries
            if tries >= Self.attempts || !problem.mayPass { state.partitions[index].problem = "\(problem)" }
        }
        if failed == due.count {
            await wait(due.compactMap { failures[state.partitions[$0].topicPartition] }.max() ?? 1)
        }
        return .goOn
    }

    /// Waits before the next try, 200 ms after the first failure, twice as long after each further one; a stop ends it.
    private func wait(_ tries: Int) async {
        var left: Int64 = 200 << Int64(min(max(tries - 1, 0), 5))
        while left > 0, !control.isStopped {
            await clock.sleep(min(left, 100))
            left -= 100
        }
    }
}

extension ClusterError {
    /// True where asking again may help: a leader moves, a broker comes back.
    fileprivate var mayPass: Bool {
        if case .unavailable = self { return true }
        return false
    }
}
