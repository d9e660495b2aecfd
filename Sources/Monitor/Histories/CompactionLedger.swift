import Cluster

/// The compaction runs seen while the monitor watches, with their partitions before and after: longer than the broker tells of them.
struct CompactionLedger: Sendable {
    private struct RunID: Hashable {
        var place: TopicPartition
        var startedAt: Int64
    }

    /// Ended runs that are kept.
    private static let kept = 512

    /// Active runs in the broker's order, then ended ones, newest first.
    private(set) var records: [CompactionRecord] = []
    private var isFirst = true

    /// Takes the newest runs.
    ///
    /// - Parameters:
    ///   - runs: What the cluster tells: active ones first, then the latest ended.
    ///   - before: A partition in the poll before.
    ///   - after: A partition in the newest poll.
    mutating func take(
        _ runs: [CompactionRun],
        before: (TopicPartition) -> CompactionRecord.State?,
        after: (TopicPartition) -> CompactionRecord.State?
    ) {
        defer { isFirst = false }
        let known = Dictionary(records.map { (Self.id($0.run), $0) }) { first, _ in first }
        var (active, ended): ([CompactionRecord], [CompactionRecord]) = ([], [])
        var told: Set<RunID> = []
        for run in runs where told.insert(Self.id(run)).inserted {
            let former = known[Self.id(run)]
            var record = former ?? CompactionRecord(run: run, before: isFirst ? nil : before(run.topicPartition))
            record.run = run
            if run.isActive {
                active.append(record)
            } else {
                // Only a run whose end was seen has an after; what had ended before watching began has none.
                if former.map(\.run.isActive) ?? !isFirst { record.after = after(run.topicPartition) }
                ended.append(record)
            }
        }
        // What the cluster no longer tells of has ended; a queued run that began under another time is told under that one.
        ended += records.filter { !$0.run.isActive && !told.contains(Self.id($0.run)) }
        ended.sort { ($0.run.endedAt ?? $0.run.startedAt) > ($1.run.endedAt ?? $1.run.startedAt) }
        records = active + ended.prefix(Self.kept)
    }

    private static func id(_ run: CompactionRun) -> RunID { RunID(place: run.topicPartition, startedAt: run.startedAt) }
}

extension Derivation {
    /// Takes the newest poll's compaction runs, with the partitions as they were in the poll before.
    mutating func takeCompactions(before figures: [TopicFigures]) {
        guard statusProblem == nil, let runs = status?.compactionRuns else { return }
        let newest = topicFigures
        compactions.take(
            runs, before: { Self.state(of: $0, in: figures) }, after: { Self.state(of: $0, in: newest) })
    }

    /// A partition's state; figures stand ascending by name.
    private static func state(of place: TopicPartition, in figures: [TopicFigures]) -> CompactionRecord.State? {
        var (low, high) = (0, figures.count)
        while low < high {
            let middle = (low + high) / 2
            if figures[middle].description.name < place.topic { low = middle + 1 } else { high = middle }
        }
        guard low < figures.count, figures[low].description.name == place.topic,
            let it = figures[low].description.partitions.first(where: { $0.partition == place.partition })
        else { return nil }
        return CompactionRecord.State(bytes: it.sizeBytes, dirtyRatio: it.cleaning?.dirtyRatio)
    }
}
