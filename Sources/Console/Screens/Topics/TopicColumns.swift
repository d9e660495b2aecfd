import Cluster
import Monitor
import WindowedMetrics

/// What single columns of topics and partitions say.
enum TopicColumns {
    /// How long records are kept, milliseconds; the largest number for ever, or by key.
    static func retention(_ topic: TopicFigures) -> Int64? {
        let retention = topic.description.retention
        guard retention.isDeleted, retention.retentionMilliseconds >= 0 else { return .max }
        return retention.retentionMilliseconds
    }

    /// `7d`, `for ever`, `by key`; with a `*` where a size binds, too.
    static func retention(_ topic: TopicFigures, _ theme: Theme) -> CellText {
        let retention = topic.description.retention
        guard retention.isDeleted else { return CellText("by key", theme.muted) }
        let time = Durations.setting(milliseconds: retention.retentionMilliseconds)
        guard retention.retentionBytes >= 0 else { return CellText(time, theme.muted) }
        let size = Figures.bytes(retention.retentionBytes).replacing(".0", with: "")
        return CellText(retention.retentionMilliseconds < 0 ? size : "\(time) \(size)", theme.muted)
    }

    /// How long ago it was written to: `3s`; `>12m` where nothing was written since it is watched, `–` for never.
    static func lastWrite(_ topic: TopicFigures, _ state: ConsoleState, _ theme: Theme) -> CellText {
        guard let write = topic.lastWrite else { return CellText("–", theme.muted) }
        let age = Durations.short(milliseconds: state.age(of: write.at))
        return write.isEarlier ? CellText(">\(age)", theme.muted) : CellText(age)
    }

    /// Replicas that are out of sync, all partitions.
    static func missingReplicas(_ topic: TopicFigures) -> Double? {
        Double(topic.description.partitions.reduce(0) { $0 + max(0, $1.replicas.count - $1.inSyncReplicas.count) })
    }

    /// The fewest in-sync replicas of any partition: `3`, `2 ▲` where some are missing.
    static func inSync(_ topic: TopicFigures, _ theme: Theme) -> CellText {
        guard let least = topic.description.partitions.map(\.inSyncReplicas.count).min() else { return "?" }
        return (missingReplicas(topic) ?? 0) > 0 ? CellText("\(least) ▲", theme.warn) : CellText("\(least)  ")
    }

    /// How many times the mean the largest partition's offsets are; nil while a log is unknown, where
    /// all are empty, and for a single partition.
    static func skew(_ topic: TopicFigures) -> Double? {
        let counts = topic.partitions.compactMap { size($0) }
        return counts.count == topic.partitions.count ? Skew(counts)?.peakToAverage : nil
    }

    /// The mean of the partitions' offsets; nil while a log is unknown, or where all are empty.
    static func mean(_ topic: TopicFigures) -> Double? {
        let counts = topic.partitions.compactMap { size($0) }
        let sum = counts.reduce(0, +)
        return counts.count == topic.partitions.count && sum > 0 ? sum / Double(counts.count) : nil
    }

    /// How many times the topic's mean a partition's offsets are.
    static func share(_ it: PartitionFigures, ofMean mean: Double?) -> Double? {
        guard let own = size(it), let mean else { return nil }
        return own / mean
    }

    private static func size(_ it: PartitionFigures) -> Double? {
        it.description.offsets.map { max(0, Double($0.highWatermark) - Double($0.logStart)) }
    }

    /// `1.4×`, warning from twice the mean on.
    static func skew(_ value: Double?, _ theme: Theme) -> CellText {
        guard let value, value.isFinite else { return CellText("–", theme.muted) }
        let text = value < 100 ? Figures.fixed(value, 1) : Figures.short(value)
        return CellText("\(text)×", value >= 2 ? theme.warn : nil)
    }
}
