import AlertRules
import Cluster
package import WindowedMetrics

/// Everything derived from polls: previous histories and a new poll give new histories and a snapshot. No clock, no cluster, no task.
///
/// One poll goes through it in four steps: `take` the poll, ask for the `pointReads` it wants, `apply` what they found, make the `snapshot`.
package struct Derivation: Sendable {
    let settings: MonitorSettings
    /// The times of polls, shared by all series.
    var axis: TimeAxis
    /// Polls taken.
    var sequence: UInt64 = 0
    /// The newest poll's time.
    var now = Moment(wallMilliseconds: 0, monotonicNanoseconds: 0)

    var topics: [TopicHistory] = []
    var topicPlaces: [String: Int] = [:]
    /// Places of the topics last listed, ascending by name.
    var topicOrder: [Int] = []
    /// The topics' last figures, as `topicOrder`.
    var topicFigures: [TopicFigures] = []
    /// Why topics could not be read in the newest poll.
    var topicsProblem: String?

    var groups: [GroupHistory] = []
    var groupPlaces: [String: Int] = [:]
    /// Places of the groups last listed, ascending by id.
    var groupOrder: [Int] = []
    /// Why groups could not be read in the newest poll.
    var groupsProblem: String?

    var transactions = KnownTransactions()
    var service = ServiceHistory()

    /// Whether segments of partitions are known that a group has something unread of.
    var knowsSegments = false
    /// Losses the operator knows of: below these offsets, by group and partition.
    var acknowledgedLosses: [String: [TopicPartition: Int64]] = [:]

    var status: ClusterStatus?
    var statusReadAt: Moment?
    var statusProblem: String?
    /// Brokers that do not answer, with since when.
    var silentSince: [Int32: Moment] = [:]
    /// When anything was read last; before that, the first try.
    var reachedAt: Moment?
    /// Polls in a row that reached nothing.
    var missedPolls = 0
    /// The tick of the poll before the newest.
    var previousTick = -1
    var capabilities: Capabilities = []
    var bytesIn = SampleTrack(capacity: TopicHistory.samples)
    var bytesOut = SampleTrack(capacity: TopicHistory.samples)
    var bytesInQuality = Quality.exact

    /// Compaction runs with their partitions before and after.
    var compactions = CompactionLedger()
    /// The alert rules at work.
    package var rules: RuleWatch
    var labels = LabelCache()
    var problems: [String] = []
    var pointReadsMade = 0

    /// Histories of nothing.
    package init(settings: MonitorSettings, rules: LoadedRules = .shipped) {
        self.settings = settings
        axis = TimeAxis(
            capacity: max(TopicHistory.samples, GroupHistory.samples, RowHistory.samples, PartitionHistory.samples),
            stepNanoseconds: settings.intervalMilliseconds &* 1_000_000
        )
        self.rules = RuleWatch(rules)
    }

    /// Takes a poll. What failed in it keeps what was known.
    ///
    /// - Parameters:
    ///   - poll: What was read.
    ///   - now: When it had been read; later than the last poll's on the monotonic clock.
    package mutating func take(_ poll: Poll, at now: Moment) {
        sequence &+= 1
        self.now = now
        previousTick = tick
        axis.advance(to: now.monotonicNanoseconds)
        problems = []
        pointReadsMade = 0
        capabilities = poll.capabilities
        take(status: poll.status)
        take(topics: poll.topics)
        takeGrowth()
        take(groups: poll.groups)
        take(transactions: poll.transactions)
        alignRows()
        missedPolls = isDeserted ? missedPolls + 1 : 0
        if missedPolls == 0 || reachedAt == nil { reachedAt = now }
    }

    /// Whether nothing in the newest poll is of the cluster as it is now: each part failed, or tells only what was known before.
    private var isDeserted: Bool {
        if statusProblem == nil {
            guard let brokers = status?.brokers, !brokers.isEmpty,
                brokers.allSatisfy({ silentSince[$0.nodeID] != nil })
            else { return false }
        }
        if topicsProblem == nil {
            let isFresh = topicOrder.contains { place in
                topics[place].partitions.indices.contains { topics[place].partitions[$0].isFresh }
            }
            if isFresh || topicOrder.isEmpty { return false }
        }
        return groupsProblem != nil || !groupOrder.contains { groups[$0].isFresh }
    }

    var tick: Int { axis.lastTick }

    /// A window of the settings in nanoseconds.
    static func nanoseconds(_ milliseconds: Int64) -> Int64 {
        let (product, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return overflows ? Int64.max / 4 : min(product, Int64.max / 4)
    }

    private mutating func take(status result: Result<ClusterStatus, ClusterError>) {
        switch result {
        case .failure(let error):
            statusProblem = error.description
            problems.append("status: \(error)")
        case .success(let new):
            statusProblem = nil
            takeBytes(old: status?.embedded, new: new.embedded)
            service.take(new.embedded?.service, startedAt: new.embedded?.startedAt, at: now)
            status = new
            statusReadAt = now
            silentSince = new.problems.reduce(into: [:]) { $0[$1.key] = silentSince[$1.key] ?? now }
        }
    }

    /// Derives bytes per second where there is no counter to read: the growth of the logs is the nearest there is.
    private mutating func takeGrowth() {
        guard status?.embedded == nil, topicsProblem == nil else { return }
        var growth: Double?
        for topic in topicOrder {
            for partition in topics[topic].partitions.indices {
                if let bytes = topics[topic].partitions[partition].byteGrowth { growth = (growth ?? 0) + bytes }
            }
        }
        if let growth {
            bytesIn.record(growth, through: tick, after: previousTick)
            bytesInQuality = .estimated
        }
    }

    private mutating func takeBytes(old: EmbeddedStatus?, new: EmbeddedStatus?) {
        guard let new, let old, let statusReadAt, old.startedAt == new.startedAt else { return }
        let seconds = Double(now.nanoseconds(since: statusReadAt.monotonicNanoseconds)) / 1e9
        guard seconds > 0 else { return }
        bytesInQuality = .exact
        if new.bytesIn >= old.bytesIn {
            bytesIn.record(Double(new.bytesIn &- old.bytesIn) / seconds, through: tick, after: previousTick)
        }
        if new.bytesOut >= old.bytesOut {
            bytesOut.record(Double(new.bytesOut &- old.bytesOut) / seconds, through: tick, after: previousTick)
        }
    }
}

extension SampleTrack {
    /// Records what holds since the poll before: where polls are further apart than ticks, also on the ticks between them.
    ///
    /// For quantities that are drawn only. After a poll that brought no sample the gap stays.
    mutating func record(_ value: Double, through tick: Int, after previous: Int) {
        if previous >= 0, lastTick == previous, tick > previous + 1 {
            for between in (previous + 1)..<tick { record(value, at: between) }
        }
        record(value, at: tick)
    }
}
