package import AlertRules
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

    var status: ClusterStatus?
    var statusReadAt: Moment?
    var statusProblem: String?
    var capabilities: Capabilities = []
    var bytesIn = SampleTrack(capacity: TopicHistory.samples)
    var bytesOut = SampleTrack(capacity: TopicHistory.samples)
    var bytesInQuality = Quality.exact

    var alerts: AlertMachine
    var labels = LabelCache()
    var problems: [String] = []
    var pointReadsMade = 0

    /// Histories of nothing.
    package init(settings: MonitorSettings, rules: [AlertRule]) {
        self.settings = settings
        axis = TimeAxis(
            capacity: max(TopicHistory.samples, GroupHistory.samples, RowHistory.samples, PartitionHistory.samples),
            stepNanoseconds: settings.intervalMilliseconds &* 1_000_000
        )
        alerts = AlertMachine(rules: rules)
    }

    /// Takes a poll. What failed in it keeps what was known.
    ///
    /// - Parameters:
    ///   - poll: What was read.
    ///   - now: When it had been read; later than the last poll's on the monotonic clock.
    package mutating func take(_ poll: Poll, at now: Moment) {
        sequence &+= 1
        self.now = now
        axis.advance(to: now.monotonicNanoseconds)
        problems = []
        pointReadsMade = 0
        capabilities = poll.capabilities
        take(topics: poll.topics)
        take(status: poll.status)
        take(groups: poll.groups)
        alignRows()
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
            status = new
            statusReadAt = now
        }
        guard status?.embedded == nil, topicsProblem == nil else { return }
        // No counter to read: the growth of the logs is the nearest there is.
        var growth: Double?
        for topic in topicOrder {
            for partition in topics[topic].partitions {
                if let bytes = partition.byteGrowth { growth = (growth ?? 0) + bytes }
            }
        }
        if let growth {
            bytesIn.record(growth, at: tick)
            bytesInQuality = .estimated
        }
    }

    private mutating func takeBytes(old: EmbeddedStatus?, new: EmbeddedStatus?) {
        guard let new, let old, let statusReadAt, old.startedAt == new.startedAt else { return }
        let seconds = Double(now.nanoseconds(since: statusReadAt.monotonicNanoseconds)) / 1e9
        guard seconds > 0 else { return }
        bytesInQuality = .exact
        if new.bytesIn >= old.bytesIn { bytesIn.record(Double(new.bytesIn &- old.bytesIn) / seconds, at: tick) }
        if new.bytesOut >= old.bytesOut { bytesOut.record(Double(new.bytesOut &- old.bytesOut) / seconds, at: tick) }
    }
}
