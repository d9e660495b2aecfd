package import AlertRules
package import Cluster
import Synchronization
import WindowedMetrics

/// Polls a cluster, each second by default, and publishes what it knows as immutable snapshots; the newest wins.
///
/// ```swift
/// let monitor = Monitor(of: cluster)
/// let subscription = monitor.subscribe { wakeTheScreen() }
/// monitor.start()
/// draw(monitor.snapshot)
/// ```
///
/// One task polls; reading `snapshot` never waits for it.
package final class Monitor: Sendable {
    /// Ends a subscription when it is handed to `unsubscribe`.
    package struct Subscription: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct State {
        var snapshot = Snapshot.empty
        var wakes: [Subscription: @Sendable () -> Void] = [:]
        var nextSubscription: UInt64 = 0
        var task: Task<Void, Never>?
        var wait: Task<Void, Never>?
        var saving: Task<Void, Never>?
        var isRefreshWanted = false
        var isPaused = false
        var acknowledged: [AlertMarks.Loss] = []
    }

    private let state = Mutex(State())
    private let poller: Poller
    private let clock: any MonitorClock
    private let settings: MonitorSettings
    /// What is kept of earlier polls.
    package let timeline: Timeline
    /// Where the alert rules come from, and where their state is kept.
    package let rules: RuleKeeper

    /// A monitor that has not polled yet.
    ///
    /// - Parameters:
    ///   - cluster: What it watches.
    ///   - rules: The alert rules it evaluates.
    ///   - settings: How often and how much.
    ///   - clock: The time.
    ///   - timeline: Where polls are kept for looking back.
    package init(
        of cluster: any Cluster,
        rules: RuleKeeper = RuleKeeper(),
        settings: MonitorSettings = MonitorSettings(),
        clock: any MonitorClock = SystemMonitorClock(),
        timeline: Timeline = Timeline()
    ) {
        self.clock = clock
        self.settings = settings
        self.timeline = timeline
        self.rules = rules
        poller = Poller(cluster: cluster, rules: rules, settings: settings, clock: clock, timeline: timeline)
    }

    /// The newest snapshot; `Snapshot.empty` before the first poll.
    package var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// Asks to be called after each new snapshot, from the polling task: the callback must only wake somebody, and soon return.
    package func subscribe(_ wake: @escaping @Sendable () -> Void) -> Subscription {
        state.withLock { state in
            let subscription = Subscription(number: state.nextSubscription)
            state.nextSubscription &+= 1
            state.wakes[subscription] = wake
            return subscription
        }
    }

    /// Ends a subscription. A call already on its way may still arrive.
    package func unsubscribe(_ subscription: Subscription) {
        state.withLock { _ = $0.wakes.removeValue(forKey: subscription) }
    }

    /// Starts polling, the first time at once. Does nothing when it polls already.
    package func start() {
        state.withLock { state in
            guard state.task == nil else { return }
            state.task = Task { [weak self] in
                while !Task.isCancelled, let self { await self.turn() }
            }
            if timeline.isKept { state.saving = Task { [timeline, clock] in await timeline.keepSaving(clock) } }
        }
    }

    /// Stops polling and waits until the poll under way has ended and the timeline is written. `start` may follow.
    package func stop() async {
        let (task, saving) = state.withLock { state in
            let tasks = (state.task, state.saving)
            state.task = nil
            state.saving = nil
            tasks.0?.cancel()
            tasks.1?.cancel()
            state.wait?.cancel()
            return tasks
        }
        await task?.value
        await saving?.value
        if task != nil {
            timeline.save()
            await poller.saveRules()
        }
    }

    /// Polls as soon as it can instead of waiting for the interval to pass, and looks for changed files of rules; while paused, once.
    package func refreshNow() {
        rules.reloadSoon()
        state.withLock { state in
            state.isRefreshWanted = true
            state.wait?.cancel()
        }
    }

    /// Stops the timer: nothing wakes until `resume` or `refreshNow`. Histories then have a gap, and alerts stand still.
    package func pause() {
        state.withLock { $0.isPaused = true }
    }

    /// Goes on after `pause`, with a poll at once.
    package func resume() {
        state.withLock { state in
            state.isPaused = false
            state.isRefreshWanted = true
            state.wait?.cancel()
        }
    }

    /// Takes note that the operator knows of losses: from the next poll on they are told no more.
    package func acknowledge(_ losses: [AlertMarks.Loss]) { state.withLock { $0.acknowledged += losses } }

    /// Polls once, publishes and returns the snapshot; for tests and for commands that look once. Waits for a poll under way.
    @discardableResult
    package func poll() async -> Snapshot {
        let acknowledged = state.withLock { state in
            defer { state.acknowledged = [] }
            return state.acknowledged
        }
        let snapshot = await poller.poll(acknowledging: acknowledged)
        let wakes = state.withLock { state in
            if snapshot.sequence > state.snapshot.sequence { state.snapshot = snapshot }
            return Array(state.wakes.values)
        }
        for wake in wakes { wake() }
        return snapshot
    }

    /// One poll and the wait after it.
    private func turn() async {
        let began = clock.now()
        let watch = Task { await self.watch(since: began) }
        let snapshot = await poll()
        watch.cancel()
        if let retry = snapshot.poll.outage?.retryMilliseconds {
            await waitOut(snapshot, milliseconds: retry)
        } else {
            let elapsed = clock.now().milliseconds(since: began)
            let interval = snapshot.poll.intervalMilliseconds
            await wait(milliseconds: max(interval - elapsed, settings.intervalMilliseconds / 10))
        }
        while state.withLock({ $0.isPaused && !$0.isRefreshWanted }), !Task.isCancelled {
            await wait(milliseconds: 86_400_000)
        }
        state.withLock { $0.isRefreshWanted = false }
    }

    /// A poll that takes longer than this is overdue, milliseconds.
    private static let overdue: Int64 = 3000

    /// Says each second how long an overdue poll has been waited for, so that old figures do not look fresh.
    private func watch(since began: Moment) async {
        let before = snapshot
        await clock.sleep(milliseconds: Self.overdue)
        while !Task.isCancelled {
            let now = clock.now()
            let waited = now.milliseconds(since: began)
            publish(before.standing(at: now.wallMilliseconds, overdueMilliseconds: waited), inPlaceOf: before.sequence)
            await clock.sleep(milliseconds: 1000)
        }
    }

    /// Waits for the next try while nothing answers; ages go on, and the time to the retry counts down.
    private func waitOut(_ snapshot: Snapshot, milliseconds: Int64) async {
        var rest = milliseconds
        while rest > 0, !Task.isCancelled, !state.withLock({ $0.isRefreshWanted || $0.isPaused }) {
            await wait(milliseconds: min(rest, 1000))
            rest -= 1000
            if rest > 0 {
                publish(snapshot.standing(at: clock.now().wallMilliseconds), inPlaceOf: snapshot.sequence)
            }
        }
    }

    /// Publishes a later look at a snapshot, unless a poll has brought a newer one.
    private func publish(_ later: Snapshot, inPlaceOf sequence: UInt64) {
        let wakes = state.withLock { state in
            guard state.snapshot.sequence == sequence, !state.isPaused else { return [] as [@Sendable () -> Void] }
            state.snapshot = later
            return Array(state.wakes.values)
        }
        for wake in wakes { wake() }
    }

    private func wait(milliseconds: Int64) async {
        let clock = clock
        let wait: Task<Void, Never>? = state.withLock { state in
            guard !state.isRefreshWanted, state.task != nil, !Task.isCancelled else { return nil }
            let wait = Task { await clock.sleep(milliseconds: milliseconds) }
            state.wait = wait
            return wait
        }
        await wait?.value
        state.withLock { $0.wait = nil }
    }
}

/// Owns the histories; takes one poll at a time.
private actor Poller {
    private let cluster: any Cluster
    private let settings: MonitorSettings
    private let clock: any MonitorClock
    private let timeline: Timeline
    private let rules: RuleKeeper
    private var derivation: Derivation
    private var budget: PollBudget
    private var running: Task<Snapshot, Never>?
    /// When transactions were asked for last.
    private var transactionsAt: Moment?

    init(
        cluster: any Cluster, rules: RuleKeeper, settings: MonitorSettings, clock: any MonitorClock, timeline: Timeline
    ) {
        self.timeline = timeline
        self.rules = rules
        self.cluster = cluster
        self.settings = settings
        self.clock = clock
        derivation = Derivation(settings: settings, rules: rules.loaded)
        budget = PollBudget(settings)
    }

    /// Polls once; a second caller gets a poll of its own, after the first.
    ///
    /// - Parameter losses: Losses the operator knows of.
    func poll(acknowledging losses: [AlertMarks.Loss]) async -> Snapshot {
        let before = running
        let task = Task {
            _ = await before?.value
            self.derivation.acknowledge(losses)
            return await self.pollOnce()
        }
        running = task
        let snapshot = await task.value
        if running == task { running = nil }
        return snapshot
    }

    private func pollOnce() async -> Snapshot {
        let began = clock.now()
        let before = cluster.cost
        let poll = await Poll.of(cluster, readsTransactions: readsTransactions(at: began, costs: before != nil))
        derivation.take(poll, at: clock.now())
        await readSegments()
        await readPoints()
        let ended = clock.now()
        budget.take(before: before, after: cluster.cost, from: began, to: ended)
        rules.prepare(&derivation.rules, cluster: derivation.status?.clusterID, at: derivation.now)
        var snapshot = derivation.snapshot(
            durationMilliseconds: Double(ended.nanoseconds(since: began.monotonicNanoseconds)) / 1e6,
            intervalMilliseconds: budget.intervalMilliseconds,
            load: budget.load
        )
        rules.finish(&derivation.rules, at: derivation.now)
        timeline.take(
            &snapshot, topicsRead: derivation.topicsProblem == nil, groupsRead: derivation.groupsProblem == nil)
        return snapshot
    }

    /// Keeps the rules' state as it is now.
    func saveRules() { rules.save(derivation.rules, at: derivation.now) }

    /// Whether it is time to ask for transactions again; then it counts as done.
    private func readsTransactions(at now: Moment, costs: Bool) -> Bool {
        if costs, let last = transactionsAt, now.milliseconds(since: last) < settings.transactionMilliseconds {
            return false
        }
        transactionsAt = now
        return true
    }

    /// Reads the segments that horizons are computed from, until the time for it is up.
    private func readSegments() async {
        let began = clock.now()
        for partition in derivation.segmentReads(limit: settings.segmentReadBudget) {
            guard clock.now().milliseconds(since: began) <= settings.pointReadMilliseconds else { return }
            let result: Result<[SegmentDescription], ClusterError>
            do { result = .success(try await cluster.segments(of: partition)) } catch { result = .failure(error) }
            derivation.apply(result, segmentsOf: partition)
        }
    }

    /// Reads the records whose ages are wanted, some at once, until the time for it is up.
    private func readPoints() async {
        let began = clock.now()
        let limits = FetchLimits(maxRecords: 1, maxBytes: 1, maxValueBytes: 0)
        var reads = derivation.pointReads(limit: settings.pointReadBudget)[...]
        while !reads.isEmpty, clock.now().milliseconds(since: began) <= settings.pointReadMilliseconds {
            var partitions: Set<TopicPartition> = []
            let some = reads.prefix(settings.pointReadsAtOnce).prefix { partitions.insert($0.topicPartition).inserted }
            reads = reads.dropFirst(some.count)
            let answers = await cluster.fetch(
                some.map { FetchStart($0.topicPartition, from: $0.offset) }, limits: limits)
            for read in some {
                derivation.apply(
                    answers[read.topicPartition] ?? .failure(.unavailable("the answer left the partition out")),
                    to: read)
            }
        }
    }
}
