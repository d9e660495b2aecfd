import AlertRules
import Cluster
import WindowedMetrics

/// What a timeline keeps of a cluster: everything a board of an earlier moment is made from. A value; no clock, no file.
///
/// Groups, topics, alerts and the cluster as a whole: a moment a second for ten minutes, one each ten seconds for an hour, one a minute for six
/// hours. Partitions, and partitions as groups read them: one a minute for six hours. Facts (members, settings, leaders) from change to change.
struct TimelineHistory: Sendable {
    /// The history's places and series together stay below this, bytes; the oldest moments go first.
    static let byteLimit = 256 << 20

    var topics = PlaceTable<String>(capacity: 1 << 18)
    var groups = PlaceTable<String>(capacity: 1 << 18)
    var partitions = PlaceTable<PartitionKey>(capacity: 1 << 20)
    var rows = PlaceTable<RowKey>(capacity: 1 << 20)
    var alerts = PlaceTable<AlertKey>(capacity: 1 << 16)

    var topicFacts = VersionLog<TopicFacts>()
    var groupFacts = VersionLog<GroupFacts>()

    var clusterSeries = SteppedHistory(columns: ClusterColumn.all, steps: HistoryStep.usual)
    var topicSeries = SteppedHistory(columns: TopicColumn.all, steps: HistoryStep.usual)
    var groupSeries = SteppedHistory(columns: GroupColumn.all, steps: HistoryStep.usual)
    var alertSeries = SteppedHistory(columns: AlertColumn.all, steps: HistoryStep.usual)
    var partitionSeries = SteppedHistory(columns: PartitionColumn.all, steps: HistoryStep.minutes)
    var rowSeries = SteppedHistory(columns: RowColumn.all, steps: HistoryStep.minutes)

    var changes = ChangeFeed()
    /// When the embedded broker that was watched last had been started, wall milliseconds.
    var brokerStartedAt: Int64?
    /// What the newest poll is compared with; not kept over a restart.
    var watch = ChangeWatch()
    /// The newest moment taken, wall milliseconds.
    var takenAt: Int64?

    /// What it takes, bytes, but for facts.
    var byteCount: Int {
        [clusterSeries, topicSeries, groupSeries, alertSeries, partitionSeries, rowSeries].reduce(0) {
            $0 + $1.byteCount
        }
            + topics.byteCount + groups.byteCount + partitions.byteCount + rows.byteCount + alerts.byteCount
    }

    /// The oldest moment a board can be made of.
    var firstTime: Int64? { clusterSeries.firstTime }

    /// The newest moment kept at or before one.
    func time(atOrBefore time: Int64) -> Int64? { clusterSeries.time(atOrBefore: time) }
    /// The oldest moment kept after one.
    func time(after time: Int64) -> Int64? { clusterSeries.time(after: time) }

    /// Drops what is too old or too much.
    mutating func trim(at now: Int64) {
        changes.trim(at: now)
        // The coarsest step goes by whole chunks: an hour more than its span.
        let (horizon, overflows) = now.subtractingReportingOverflow(21_600_000 + 3_660_000)
        guard !overflows else { return }
        topicFacts.trim(before: horizon)
        groupFacts.trim(before: horizon)
        for place in topics.release(before: horizon) { topicFacts.clear(place) }
        for place in groups.release(before: horizon) { groupFacts.clear(place) }
        _ = partitions.release(before: horizon)
        _ = rows.release(before: horizon)
        _ = alerts.release(before: horizon)
    }

    /// Drops the oldest moments until the limit is kept.
    mutating func keepLimit(_ limit: Int = TimelineHistory.byteLimit) {
        while byteCount > limit {
            let sizes = [rowSeries.byteCount, partitionSeries.byteCount, groupSeries.byteCount, topicSeries.byteCount]
            let isDropped =
                switch sizes.firstIndex(of: sizes.max() ?? 0) ?? 0 {
                case 0: rowSeries.dropOldest()
                case 1: partitionSeries.dropOldest()
                case 2: groupSeries.dropOldest()
                default: topicSeries.dropOldest()
                }
            guard isDropped else { return }
        }
    }

    /// Forgets what is said to have been from a moment on: the clock was set back.
    mutating func forget(from time: Int64) {
        clusterSeries.forget(from: time)
        topicSeries.forget(from: time)
        groupSeries.forget(from: time)
        alertSeries.forget(from: time)
        partitionSeries.forget(from: time)
        rowSeries.forget(from: time)
        changes.forget(from: time)
    }
}

/// Columns of the cluster as a whole.
enum ClusterColumn: Int, CaseIterable {
    case bytesIn, bytesOut, recordsIn, recordsOut, bytesAreEstimated
    static let all = allCases.map { _ in HistoryColumn() }
}

/// Columns of topics. Sizes and ratios once a minute.
enum TopicColumn: Int, CaseIterable {
    case rate, staleSince, size, dirty
    static let all = [
        HistoryColumn(), HistoryColumn(), HistoryColumn(finestMilliseconds: 60_000),
        HistoryColumn(finestMilliseconds: 60_000),
    ]
}

/// Columns of groups. The largest lag of a step stands beside the lag at its beginning, so that no peak is lost.
enum GroupColumn: Int, CaseIterable {
    case lag, age, out, change, catchUp, stopped, stateSince, staleSince, peak
    case status, reason1, reason2, reason3, reason4, verdict, horizon, lost, lostSince
    static let all = allCases.map {
        $0 == .peak
            ? HistoryColumn(.largest, finestMilliseconds: 10_000)
            : HistoryColumn(isSteady: [.age, .stopped, .reason1, .horizon].contains($0))
    }
}

/// Columns of alerts that are pending or firing; the others have no place.
enum AlertColumn: Int, CaseIterable {
    case state, since, value
    static let all = allCases.map { _ in HistoryColumn() }
}

/// Columns of partitions.
enum PartitionColumn: Int, CaseIterable {
    /// The high watermark, the log start, and by how much the last stable offset lies below the high watermark.
    case end, start, unstable
    static let all = [HistoryColumn(isSteady: true), HistoryColumn(), HistoryColumn()]
}

/// Columns of partitions as groups read them.
enum RowColumn: Int, CaseIterable {
    /// By how much the lag is less than the offsets between commit and end (a row without it is none), these offsets, records lost, the age.
    case lag, behind, unreadable, age
    /// The status with its reason, whether it loses records, when, and how many it lost.
    case status, reason1, reason2, reason3, reason4, verdict, horizon, lost
    static let all = allCases.map { HistoryColumn(isSteady: $0 == .reason1 || $0 == .horizon) }
}

extension CaseIterable where Self: RawRepresentable, RawValue == Int {
    /// The numbers of all columns.
    static var numbers: Set<Int> { Set(allCases.map(\.rawValue)) }
}
