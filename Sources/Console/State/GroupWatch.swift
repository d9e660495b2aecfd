import Cluster
package import Monitor
import WindowedMetrics

/// What the console saw of one group since its page was opened: ends and commits over time, for rates over windows that the
/// monitor does not publish.
///
/// The monitor's snapshots carry rates over its own window only, and a minute of lag a partition; so a longer window fills while one
/// looks, and says how much of it was seen.
package struct GroupWatch: Sendable {
    private struct Row {
        var ends: SampleTrack
        var commits: SampleTrack
        var lag: SampleTrack
    }

    /// The group.
    package let groupID: String
    private var axis: TimeAxis
    private var rows: [TopicPartition: Row] = [:]
    /// When watching began, wall milliseconds; nil before the first sample.
    private var since: Int64?
    private var latest: Int64 = 0

    /// Samples kept of each partition: the longest window at one a second.
    private static let samples = 304
    /// Partitions watched; of a group with more, those first seen.
    private static let maxRows = 4096
    /// A rate over less than this says nothing yet, seconds.
    fileprivate static let leastSeconds = 4.0

    /// A watch that has seen nothing.
    package init(groupID: String, stepMilliseconds: Int64) {
        self.groupID = groupID
        // Steps beyond a minute are no polls of ours.
        axis = TimeAxis(capacity: Self.samples, stepNanoseconds: max(1, min(stepMilliseconds, 60_000)) * 1_000_000)
    }

    /// Takes a group's figures as of a moment, wall milliseconds. When the clock was set back, it begins anew.
    package mutating func take(_ group: GroupFigures, at now: Int64) {
        guard now > 0, now < Int64.max / 2_000_000, now != latest else { return }
        if now < latest {
            rows = [:]
            since = nil
            axis = TimeAxis(capacity: Self.samples, stepNanoseconds: axis.stepNanoseconds)
        }
        latest = now
        guard axis.advance(to: now * 1_000_000) else { return }
        since = since ?? now
        for it in group.partitions where it.staleSince == nil {
            guard let end = it.offsets?.highWatermark, let commit = it.commit?.offset else { continue }
            guard rows[it.topicPartition] != nil || rows.count < Self.maxRows else { continue }
            let empty = SampleTrack(capacity: Self.samples)
            var row = rows[it.topicPartition] ?? Row(ends: empty, commits: empty, lag: empty)
            row.ends.record(Double(end), at: axis.lastTick)
            row.commits.record(Double(commit), at: axis.lastTick)
            if let lag = it.lag.records { row.lag.record(Double(lag), at: axis.lastTick) }
            rows[it.topicPartition] = row
        }
    }

    /// Milliseconds of a window that were seen; all of it once it was.
    package func seen(of window: RateWindow) -> Int64 {
        guard let since else { return 0 }
        return min(window.milliseconds, since.distance(upTo: latest))
    }

    /// The figures with rates, trend and catch-up over a window. Where less was seen than the monitor's own rates span, those stay.
    package func figures(_ group: GroupFigures, over window: RateWindow) -> GroupFigures {
        guard window != .minute, group.description.groupID == groupID else { return group }
        var figures = group
        for index in figures.partitions.indices {
            guard figures.partitions[index].staleSince == nil, let row = rows[figures.partitions[index].topicPartition]
            else { continue }
            restate(&figures.partitions[index], row, over: window)
        }
        let handled = figures.partitions.compactMap(\.recordsOutPerSecond)
        figures.recordsOutPerSecond = handled.isEmpty ? nil : handled.reduce(0, +)
        let changes = figures.partitions.compactMap(GroupTables.change)
        figures.lagChangePerSecond = changes.isEmpty ? nil : changes.reduce(0, +)
        figures.catchUp = figures.partitions.map(\.catchUp).max() ?? group.catchUp
        return figures
    }

    private func restate(_ it: inout GroupPartitionFigures, _ row: Row, over window: RateWindow) {
        let history = row.lag.values(through: axis.lastTick)
        if history.count > it.lagHistory.values.count {
            it.lagHistory = Series(values: history, stepMilliseconds: axis.stepNanoseconds / 1_000_000)
        }
        let nanoseconds = window.milliseconds * 1_000_000
        guard let handled = row.commits.increase(over: nanoseconds, on: axis),
            let arriving = row.ends.increase(over: nanoseconds, on: axis), handled.seconds >= Self.leastSeconds,
            window == .seconds15 || handled.seconds * 1000 >= Double(RateWindow.minute.milliseconds)
        else { return }
        it.recordsInPerSecond = arriving.perSecond
        it.recordsOutPerSecond = handled.perSecond
        guard let lag = it.lag.records else { return }
        it.catchUp = Self.catchUp(
            lag: lag, arriving: arriving, handled: handled,
            noise: row.lag.trend(over: nanoseconds, on: axis)?.noise ?? 0)
    }

    /// Lag divided by the speed at which it shrinks; steady where the change stays within what the lag moves up and down anyway.
    private static func catchUp(lag: Int64, arriving: Increase, handled: Increase, noise: Double) -> CatchUp {
        guard lag > 0 else { return .done }
        let closing = handled.perSecond - arriving.perSecond
        let change = abs(closing) * handled.seconds
        if change <= max(4 * noise, 1) { return .steady }
        return closing > 0 ? .after(seconds: Double(lag) / closing) : .never
    }
}

extension ConsoleState {
    /// A group's figures over the window chosen.
    func groupInWindow(_ id: String) -> GroupFigures? {
        // What was watched is the present's.
        guard !isRewound, let group = group(id), let watch, watch.groupID == id else { return group(id) }
        return watch.figures(group, over: rateWindow)
    }

    /// The stretch a group's rates are taken over as yet: the window, or less while it fills.
    func rateSpan(_ id: String) -> String {
        let window = rateWindow
        guard !isRewound, window != .minute, let watch, watch.groupID == id else { return RateWindow.minute.label }
        let seen = watch.seen(of: window)
        if seen >= window.milliseconds { return window.label }
        // Until enough was seen the monitor's own rates stand.
        let least = window == .seconds15 ? Int64(GroupWatch.leastSeconds * 1000) : RateWindow.minute.milliseconds
        return seen < least ? RateWindow.minute.label : Durations.long(milliseconds: seen)
    }

    /// `rates over 15s`; `rates over 2m 40s, 5m to come` while the window fills. In short `15s`, `2m 40s of 5m`.
    func rateWindowNote(_ id: String, isShort: Bool) -> String {
        let (span, window) = (rateSpan(id), rateWindow.label)
        if isShort { return span == window ? window : "\(span) of \(window)" }
        return "rates over \(span)" + (span == window ? "" : ", \(window) to come")
    }

    /// Takes what a snapshot says of the group whose page is open.
    mutating func watchGroup() {
        guard snapshot.past == nil,
            let id = pages.lazy.compactMap({ page in if case .group(let id) = page { id } else { nil } }).last,
            let group = group(id)
        else { return }
        if watch?.groupID != id {
            watch = GroupWatch(groupID: id, stepMilliseconds: snapshot.poll.intervalMilliseconds)
        }
        watch?.take(group, at: snapshot.takenAt)
    }

    /// Takes rates over the next window.
    mutating func nextRateWindow() -> [Effect] {
        rateWindow = rateWindow.next
        return []
    }
}
