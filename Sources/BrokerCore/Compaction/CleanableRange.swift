package import Cluster

/// What of a compacted log can be cleaned now, and whether it should be (Kafka's `LogCleanerManager.cleanableOffsets` and `LogToClean`).
package struct CleanableRange: Sendable, Equatable {
    /// What keeps the offsets from `firstUncleanableOffset` on out of a run.
    package enum Limit: Sendable, Equatable {
        /// The active segment is never cleaned.
        case activeSegment
        /// A transaction is open from here on.
        case openTransaction
        /// Records are younger than `min.compaction.lag.ms`.
        case minCompactionLag
    }

    /// The first offset that was not cleaned yet.
    package var firstDirtyOffset: Int64
    /// The first offset that must not be cleaned now: the beginning of a segment.
    package var firstUncleanableOffset: Int64
    /// Why it must not.
    package var limit: Limit
    /// Bytes before the first dirty offset.
    package var cleanBytes: Int64
    /// Bytes between the two.
    package var cleanableBytes: Int64
    /// Bytes from the first uncleanable offset on.
    package var uncleanableBytes: Int64
    /// How much longer than `max.compaction.lag.ms` the oldest dirty record has waited, ms; 0 or less while within it.
    package var overdueMs: Int64

    /// Bytes cleanable ÷ bytes that a run would look at; 0 when there are none.
    package var dirtyRatio: Double {
        let total = Double(cleanBytes) + Double(cleanableBytes)
        return total > 0 ? Double(cleanableBytes) / total : 0
    }

    /// Judges a log's segments.
    ///
    /// - Parameters:
    ///   - segments: All segments, ascending, the last one active.
    ///   - offsets: The log's bounds.
    ///   - checkpoint: Where the last run ended (cleaner-offset-checkpoint); nil for none.
    ///   - rollsActive: Counts the active segment as rolled first.
    ///   - now: Wall milliseconds.
    package init(
        segments: [SegmentInfo],
        offsets: LogOffsets,
        checkpoint: Int64?,
        config: LogConfig,
        rollsActive: Bool = false,
        now: Int64
    ) {
        // A checkpoint outside the log is from another life of it: begin anew.
        var dirty = max(checkpoint ?? offsets.start, offsets.start)
        if dirty > offsets.end { dirty = offsets.start }
        let active = rollsActive ? offsets.end : segments.last?.baseOffset ?? offsets.end
        var bound = active
        var limit = Limit.activeSegment
        if offsets.lastStable < bound {
            bound = offsets.lastStable
            limit = .openTransaction
        }
        if config.minCompactionLagMs > 0 {
            let youngest = now.subtractingReportingOverflow(config.minCompactionLagMs).partialValue
            let young = segments.first { segment in
                let newest = segment.maxTimestamp >= 0 ? segment.maxTimestamp : segment.lastModified
                return segment.nextOffset > dirty && segment.baseOffset < active && newest > youngest
            }
            if let young, young.baseOffset < bound {
                bound = young.baseOffset
                limit = .minCompactionLag
            }
        }
        // A run takes whole segments: it ends where the segment that holds the bound begins.
        let cleanable = segments.prefix { $0.nextOffset <= bound && (!$0.isActive || rollsActive) }
        firstDirtyOffset = dirty
        firstUncleanableOffset = max(cleanable.last?.nextOffset ?? segments.first?.baseOffset ?? 0, offsets.start)
        if firstUncleanableOffset < dirty { firstUncleanableOffset = dirty }
        self.limit = limit
        cleanBytes = cleanable.filter { $0.nextOffset <= dirty }.reduce(0) { $0 + $1.bytes }
        cleanableBytes = cleanable.filter { $0.nextOffset > dirty }.reduce(0) { $0 + $1.bytes }
        uncleanableBytes = segments.dropFirst(cleanable.count).reduce(0) { $0 + $1.bytes }
        overdueMs = Self.overdue(segments: cleanable, from: dirty, config: config, now: now)
    }

    private static func overdue(
        segments: ArraySlice<SegmentInfo>,
        from dirty: Int64,
        config: LogConfig,
        now: Int64
    ) -> Int64 {
        guard config.maxCompactionLagMs > 0, config.maxCompactionLagMs < .max,
            let oldest = segments.filter({ $0.nextOffset > dirty }).compactMap(\.firstBatchTimestamp).min(), oldest >= 0
        else { return 0 }
        return max(0, now &- oldest &- config.maxCompactionLagMs)
    }

    /// True when the background cleaner takes the log: more dirty than `min.cleanable.dirty.ratio`, or overdue.
    package func isEligible(_ config: LogConfig) -> Bool {
        cleanableBytes > 0 && (dirtyRatio > config.minCleanableDirtyRatio || overdueMs > 0)
    }

    /// The same facts in the words that all sides share.
    package func description(_ config: LogConfig, lastCleanedAt: Int64?) -> CleaningState {
        CleaningState(
            firstDirtyOffset: firstDirtyOffset,
            firstUncleanableOffset: firstUncleanableOffset,
            cleanBytes: cleanBytes,
            cleanableBytes: cleanableBytes,
            uncleanableBytes: uncleanableBytes,
            isEligible: isEligible(config),
            lastCleanedAt: lastCleanedAt
        )
    }
}
