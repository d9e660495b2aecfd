package import Cluster

/// Forecasts when a partition's log will have been cut past an offset, by Kafka's own rule (`UnifiedLog.deleteOldSegments`): whole segments from the oldest
/// on, while they lie beyond `retention.bytes`, then while their largest timestamp is older than `retention.ms`.
///
/// The forecast is a lower bound: the check comes at intervals (`log.retention.check.interval.ms`), and a segment that is written to may yet get younger
/// records. It holds as long as records do not arrive faster than now.
package struct RetentionForecast: Sendable {
    /// The topic's settings.
    package var retention: TopicRetention
    /// The log's bounds.
    package var offsets: PartitionOffsets
    /// Bytes of all segments; nil when unknown.
    package var sizeBytes: Int64?
    /// Bytes appended per second; nil when unknown.
    package var bytesPerSecond: Double?
    /// The segments, oldest first; nil where they are not known.
    package var segments: [SegmentDescription]?

    /// A forecast for one partition.
    package init(
        retention: TopicRetention,
        offsets: PartitionOffsets,
        sizeBytes: Int64? = nil,
        bytesPerSecond: Double? = nil,
        segments: [SegmentDescription]? = nil
    ) {
        self.retention = retention
        self.offsets = offsets
        self.sizeBytes = sizeBytes
        self.bytesPerSecond = bytesPerSecond
        self.segments = segments
    }

    /// When the record at an offset goes.
    ///
    /// - Parameters:
    ///   - offset: The oldest unread offset, within the log.
    ///   - writtenAt: That record's timestamp, wall milliseconds, and how it is known; nil when unknown. Needed where there are no segments.
    ///   - now: Wall milliseconds.
    package func horizon(of offset: Int64, writtenAt: (Int64, Quality)?, now: Int64) -> LossHorizon {
        guard retention.isDeleted else { return .never("cleanup.policy is \(retention.cleanupPolicy)") }
        guard retention.retentionMilliseconds >= 0 || retention.retentionBytes >= 0 else {
            return .never("retention.ms and retention.bytes are unlimited")
        }
        if let segments, let place = segments.firstIndex(where: { $0.nextOffset > offset }) {
            return exact(segments[...place].filter { $0.nextOffset > offsets.logStart }, all: segments, now)
        }
        return estimate(of: offset, writtenAt, now)
    }

    // MARK: - From segments

    /// - Parameters:
    ///   - prefix: The segments up to that of the record, which go before it or with it.
    ///   - all: All segments.
    private func exact(_ prefix: [SegmentDescription], all: [SegmentDescription], _ now: Int64) -> LossHorizon {
        // Each segment goes once those before it are gone: some by size, the rest by time.
        var sizes: [Double] = []
        if retention.retentionBytes >= 0 {
            guard let bytesPerSecond else { return .unknown("how fast the log grows is not known yet") }
            sizes = bySize(prefix, total: sizeBytes ?? Self.bytes(of: all), bytesPerSecond)
        }
        var times: [Double?] = []
        if retention.retentionMilliseconds >= 0 {
            times = prefix.map { segment in segment.largestTimestamp.map { remaining(from: $0, now) } }
        }
        var best = sizes.last ?? .infinity
        var limit = RetentionLimit.size
        if !times.isEmpty {
            // The segments from `first` on go by time, those before it by size.
            var latest = 0.0
            for first in prefix.indices.reversed() {
                guard let time = times[first] else { return .unknown("a segment has no timestamps") }
                latest = max(latest, time)
                let before = first == 0 ? 0 : sizes.isEmpty ? .infinity : sizes[first - 1]
                if max(latest, before) < best {
                    best = max(latest, before)
                    limit = .time
                }
            }
        }
        return Self.after(best, limit, .lowerBound)
    }

    /// Milliseconds until each of the segments lies beyond `retention.bytes`, ascending.
    private func bySize(_ prefix: [SegmentDescription], total: Int64, _ bytesPerSecond: Double) -> [Double] {
        var sum = 0.0
        return prefix.map { segment in
            sum += Double(segment.sizeBytes)
            // A segment that is written to is the whole log: it goes once as much again was written after it.
            let needed = (segment.isActive ? Double(total) : sum) + Double(retention.retentionBytes) - Double(total)
            return Self.milliseconds(for: needed, bytesPerSecond)
        }
    }

    /// Milliseconds until a timestamp is older than `retention.ms`; infinite where that is never.
    private func remaining(from timestamp: Int64, _ now: Int64) -> Double {
        max(Double(timestamp) + Double(retention.retentionMilliseconds) + 1 - Double(now), 0)
    }

    // MARK: - Without segments

    /// The segment's largest timestamp is the record's at least; the bytes before the record are its share of the log.
    private func estimate(of offset: Int64, _ writtenAt: (Int64, Quality)?, _ now: Int64) -> LossHorizon {
        var best = Double.infinity
        var limit = RetentionLimit.size
        if retention.retentionBytes >= 0 {
            guard let sizeBytes, let bytesPerSecond else { return .unknown("the log's size or growth is not known") }
            let span = Double(offsets.highWatermark) - Double(offsets.logStart)
            let share = span > 0 ? (Double(offset) - Double(offsets.logStart)) / span : 1
            let before = Double(sizeBytes) * min(max(share, 0), 1)
            best = Self.milliseconds(for: before + Double(retention.retentionBytes) - Double(sizeBytes), bytesPerSecond)
        }
        if retention.retentionMilliseconds >= 0 {
            guard let writtenAt, writtenAt.0 >= 0 else { return .unknown("the record's time is not known") }
            // A record that is at least so old has at most so much time.
            guard writtenAt.1 != .lowerBound else { return .unknown("the record's time is not known") }
            let time = remaining(from: writtenAt.0, now)
            if time < best {
                best = time
                limit = .time
            }
        }
        return Self.after(best, limit, .estimated)
    }

    // MARK: - Figures

    private static func milliseconds(for bytes: Double, _ perSecond: Double) -> Double {
        if bytes <= 0 { return 0 }
        return perSecond > 0 ? bytes / perSecond * 1000 : .infinity
    }

    private static func after(_ milliseconds: Double, _ limit: RetentionLimit, _ quality: Quality) -> LossHorizon {
        guard milliseconds.isFinite else { return .unbounded }
        // Beyond 9e15 a figure says no more than that it is far off.
        return .after(milliseconds: Int64(min(milliseconds, 9e15)), limit: limit, quality: quality)
    }

    private static func bytes(of segments: [SegmentDescription]) -> Int64 {
        segments.reduce(0) { $0.addingReportingOverflow($1.sizeBytes).overflow ? Int64.max : $0 + $1.sizeBytes }
    }
}
