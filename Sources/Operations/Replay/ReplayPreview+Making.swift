package import Cluster

extension ReplayPreview {
    /// Says what a plan would mean.
    ///
    /// - Parameters:
    ///   - plan: The plan of the one group; partitions it does not name are left alone.
    ///   - bounds: The logs' bounds that the plan was made from.
    ///   - commits: The group's commits.
    ///   - facts: What was read besides; its partitions are the rows, with those of the plan.
    package init(
        group: String,
        plan: ResetPlan,
        bounds: [TopicPartition: Result<PartitionOffsets, ClusterError>],
        commits: [TopicPartition: Int64],
        facts: ReplayFacts,
        undo: UndoFile? = nil
    ) {
        let planned = Dictionary(plan.rows.map { ($0.topicPartition, $0) }) { first, _ in first }
        let removed = Set(plan.removals.map(\.topicPartition))
        let places = Set(facts.partitions.keys).union(planned.keys).union(removed)
        let rows = places.sorted().map { place in
            let read = (try? bounds[place]?.get()) ?? facts.partitions[place]?.offsets
            return Row(
                place, planned[place], committed: commits[place], bounds: read, losesCommit: removed.contains(place),
                facts)
        }
        self.init(
            readAt: facts.readAt, group: group, rows: rows, refusal: plan.refusals.first, undo: undo,
            movedSince: undo?.moved(from: commits) ?? [])
    }
}

extension ReplayPreview.Row {
    init(
        _ place: TopicPartition, _ planned: ResetPlan.Row?, committed: Int64?, bounds: PartitionOffsets?,
        losesCommit: Bool, _ facts: ReplayFacts
    ) {
        self.init(topicPartition: place, bounds: bounds, committed: committed, target: planned?.newOffset)
        self.losesCommit = losesCommit
        note = planned?.note
        movement = planned?.movement
        startPoint = facts.starts[place]
        committedPoint = facts.committed[place]
        targetPoint = facts.targets[place]
        latestTimestamp = facts.latest[place]
        retention = facts.retention[place.topic]
        segments = facts.segments[place].flatMap { $0.isEmpty ? nil : $0 }
        sizeBytes = facts.partitions[place]?.sizeBytes
        guard let bounds else { return }
        if let moved = Self.stretch(from: committed, to: target, within: bounds) {
            bytes = Self.bytes(in: moved, of: segments ?? [], size: sizeBytes, bounds)
            compactedAway = Self.missing(
                in: moved, samples: facts.samples[place], cleaned: facts.partitions[place]?.cleaning?.firstDirtyOffset,
                isCompacted: facts.retention[place.topic]?.isCompacted ?? false)
        }
    }

    /// The offsets between two positions that the log still has; nil where there are none.
    static func stretch(from old: Int64?, to new: Int64?, within bounds: PartitionOffsets) -> Range<Int64>? {
        guard let old, let new else { return nil }
        let low = max(min(old, new), bounds.logStart)
        let high = min(max(old, new), bounds.highWatermark)
        return low < high ? low..<high : nil
    }

    /// Bytes on disk of a stretch of offsets: of whole segments exactly, of parts by their share of the segment's offsets; without
    /// segments by the share of all offsets.
    static func bytes(
        in stretch: Range<Int64>, of segments: [SegmentDescription], size: Int64?, _ bounds: PartitionOffsets
    ) -> Estimate? {
        guard !segments.isEmpty else {
            return size.map { share($0, of: stretch, in: bounds.logStart..<max(bounds.logStart, bounds.highWatermark)) }
        }
        return segments.reduce(Estimate(0)) { sum, segment in
            guard segment.nextOffset > segment.baseOffset else { return sum }
            return sum + share(segment.sizeBytes, of: stretch, in: segment.baseOffset..<segment.nextOffset)
        }
    }

    private static func share(_ bytes: Int64, of stretch: Range<Int64>, in whole: Range<Int64>) -> Estimate {
        let part = stretch.clamped(to: whole)
        guard !part.isEmpty else { return Estimate(0) }
        if part == whole { return Estimate(bytes) }
        let ratio = Double(part.upperBound - part.lowerBound) / Double(whole.upperBound - whole.lowerBound)
        return Estimate(Int64((Double(bytes) * ratio).rounded()), isExact: false)
    }

    /// Offsets without a record in a stretch of a compacted log.
    ///
    /// Only below the cleaner's point can records have gone. What was not read is taken to be like what was.
    static func missing(
        in stretch: Range<Int64>, samples: [OffsetSample]?, cleaned: Int64?, isCompacted: Bool
    ) -> Estimate? {
        guard isCompacted else { return nil }
        let reach = stretch.lowerBound..<max(stretch.lowerBound, min(stretch.upperBound, cleaned ?? stretch.upperBound))
        guard !reach.isEmpty else { return Estimate(0) }
        var (seen, found): (Int64, Int64) = (0, 0)
        for sample in samples ?? [] {
            seen += sample.offsets.upperBound - sample.offsets.lowerBound
            found += sample.records
        }
        let span = reach.upperBound - reach.lowerBound
        guard seen > 0 else { return nil }
        if seen >= span { return Estimate(seen - found) }
        let ratio = Double(max(0, seen - found)) / Double(seen)
        return Estimate(Int64((Double(span) * ratio).rounded()), isExact: false)
    }
}
