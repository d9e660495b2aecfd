import Cluster
import Monitor
import Operations

/// When retention reaches the places that a reset leads to: the monitor's forecast of loss, made for the targets.
struct ReplayHorizon: Equatable {
    /// The partition where it comes first, or where it cannot be said.
    var partition: TopicPartition
    /// When.
    var horizon: LossHorizon

    /// The earliest of a preview's forecasts; what cannot be said stands only where none can. Nil where nothing is deleted or no record
    /// lies at a target.
    static func earliest(of preview: ReplayPreview, _ state: ConsoleState) -> ReplayHorizon? {
        let all = preview.rows.compactMap { row in
            forecast(of: row, state, readAt: preview.readAt).map {
                ReplayHorizon(partition: row.topicPartition, horizon: $0)
            }
        }
        let first = all.min { ($0.horizon.milliseconds ?? .max) < ($1.horizon.milliseconds ?? .max) }
        if let first, first.horizon.milliseconds != nil { return first }
        return all.first { if case .unknown = $0.horizon { true } else { false } }
    }

    private static func forecast(
        of row: ReplayPreview.Row, _ state: ConsoleState, readAt: Int64
    ) -> LossHorizon? {
        guard let target = row.target, let bounds = row.bounds, target < bounds.highWatermark,
            let retention = row.retention
        else { return nil }
        let place = row.topicPartition
        let figures = state.topic(place.topic)?.partitions.first { $0.description.partition == place.partition }
        return RetentionForecast(
            retention: retention, offsets: bounds, sizeBytes: row.sizeBytes,
            bytesPerSecond: figures?.bytesInPerSecond, segments: row.segments
        ).horizon(of: target, writtenAt: row.targetPoint?.timestamp.map { ($0, .exact) }, now: readAt)
    }

    /// What the page says of it, next to how long reading takes at the group's pace.
    ///
    /// - Parameter duration: Milliseconds; nil when unknown.
    func pair(duration: Int64?) -> ReplayPair? {
        let name = "retention reaches ◇"
        switch horizon {
        case .nothingUnread, .never, .unbounded: return nil
        case .unknown: return ReplayPair(id: "horizon", name: name, value: "?")
        case .after(let time, let limit, let quality):
            let isTight = time == 0 || duration.map { $0 > time } ?? false
            let when = time == 0 ? "now" : "in \(quality.mark)\(Durations.long(milliseconds: time))"
            return ReplayPair(
                id: "horizon", name: name,
                value: isTight ? "\(when) ▲ \(partition)" : "\(when), \(limit.rawValue)",
                level: isTight ? .crit : .ok)
        }
    }
}
