package import Cluster

/// Reads a topic up to a moment, or up to the later of two, and says which record of each key was the newest then.
package struct TravelJob: Sendable {
    private let cluster: any Cluster

    /// A job on a cluster.
    package init(_ cluster: any Cluster) { self.cluster = cluster }

    /// Reads the logs once from their starts. One partition that cannot be read does not stop the others.
    ///
    /// - Parameters:
    ///   - control: Pauses, resumes and stops it; what was read until then is told.
    ///   - progress: Gets how far it is, a few times a second, with the keys held.
    /// - Throws: `ClusterError` when the topic cannot be read at all.
    package func run(
        _ request: TravelRequest, control: ScanControl = ScanControl(),
        progress: (ScanProgress, _ keys: Int) -> Void = { _, _ in }
    ) async throws(ClusterError) -> TravelReport {
        guard let topic = try await cluster.topics(named: [request.topic], detail: .figures).first else {
            throw .unknownTopicOrPartition(request.topic)
        }
        let wanted = topic.partitions.filter { request.partitions?.contains($0.partition) ?? true }
        let places = wanted.map { TopicPartition(topic: request.topic, partition: $0.partition) }
        let first = await ScanPlan.make(on: cluster, places, to: request.moment.bound)
        let second = await request.later.asyncMap { await ScanPlan.make(on: cluster, places, to: $0.bound) }
        let whole = await ScanPlan.make(on: cluster, places)
        var (bounds, gaps): ([TopicPartition: LatestTable.Bounds], [TopicPartition: LogGaps]) = ([:], [:])
        var stretches: [ScanPlan.Stretch] = []
        for (index, stretch) in first.stretches.enumerated() {
            let (place, later) = (stretch.topicPartition, second?.stretches[index])
            let (start, end) = (stretch.offsets.lowerBound, stretch.offsets.upperBound)
            bounds[place] = LatestTable.Bounds(first: end, second: later?.offsets.upperBound)
            gaps[place] = LogGaps(logStart: start, isCompacted: topic.retention.isCompacted)
            stretches.append(
                ScanPlan.Stretch(
                    place, offsets: start..<max(start, end, later?.offsets.upperBound ?? end),
                    problem: stretch.problem ?? later?.problem))
        }
        var table = LatestTable(bounds: bounds, gaps: gaps, budget: request.budget)
        // Whole values: two are told apart by all of their bytes.
        let plan = ScanPlan(stretches: stretches)
        let state = await ScanJob(cluster, plan, control: control).run(
            onBatch: { place, fetched in
                table.take(fetched.records, of: place)
                return .goOn
            },
            progress: { progress($0, table.count) })
        for partition in state.partitions where partition.problem == nil {
            table.reached(partition.next, of: partition.topicPartition)
        }
        for (place, offset) in await cleanedOffsets(of: request.topic) { table.cleaned(upTo: offset, of: place) }
        let ends = Dictionary(whole.stretches.map { ($0.topicPartition, $0.offsets.upperBound) }) { first, _ in first }
        return TravelReport(
            request, table, bounds: bounds, ends: ends, isStopped: state.phase == .stopped, problems: state.problems)
    }

    /// Reads one partition for the records of one key.
    ///
    /// - Parameters:
    ///   - most: How many records are kept, the newest.
    /// - Throws: `ClusterError` when the topic cannot be read at all.
    package func history(
        of key: [UInt8], in place: TopicPartition, most: Int = 1000, control: ScanControl = ScanControl(),
        progress: (ScanProgress, _ found: Int) -> Void = { _, _ in }
    ) async throws(ClusterError) -> KeyHistory {
        guard let topic = try await cluster.topics(named: [place.topic], detail: .figures).first else {
            throw .unknownTopicOrPartition(place.topic)
        }
        let limits = FetchLimits(
            maxRecords: ScanPlan.usualLimits.maxRecords, maxBytes: ScanPlan.usualLimits.maxBytes,
            maxValueBytes: KeyHistory.valueBytes)
        let plan = await ScanPlan.make(on: cluster, [place], limits: limits)
        var history = KeyHistory(
            topicPartition: place, key: key,
            gaps: LogGaps(
                logStart: plan.stretches.first?.offsets.lowerBound ?? 0, isCompacted: topic.retention.isCompacted))
        let state = await ScanJob(cluster, plan, control: control).run(
            onBatch: { _, fetched in
                history.take(fetched.records, most: most)
                return .goOn
            },
            progress: { progress($0, history.versions.count) })
        for partition in state.partitions where partition.problem == nil { history.gaps.reached(partition.next) }
        history.gaps.cleanedUpTo = await cleanedOffsets(of: place.topic)[place]
        history.isStopped = state.phase == .stopped
        history.problems = state.problems
        return history
    }
}

extension TravelJob {
    /// Up to where the cleaner has been in each partition. Asked after the read: it may have run meanwhile.
    private func cleanedOffsets(of topic: String) async -> [TopicPartition: Int64] {
        // Where it cannot be told, nothing is said to be whole before the end.
        guard let found = try? await cluster.topics(named: [topic], detail: .figures).first else { return [:] }
        var offsets: [TopicPartition: Int64] = [:]
        for it in found.partitions {
            offsets[TopicPartition(topic: topic, partition: it.partition)] = it.cleaning?.firstDirtyOffset
        }
        return offsets
    }
}

extension Optional {
    fileprivate func asyncMap<Other>(_ body: (Wrapped) async -> Other) async -> Other? {
        guard let self else { return nil }
        return await body(self)
    }
}

/// The records of one key in one partition, oldest first.
package struct KeyHistory: Sendable, Equatable {
    /// Values are kept up to so many bytes.
    package static let valueBytes = 4096

    /// The partition.
    package var topicPartition: TopicPartition
    /// The key.
    package var key: [UInt8]
    /// The newest of its records, oldest first; values may be cut.
    package var versions: [FetchedRecord] = []
    /// How many there are in all.
    package var total: Int64 = 0
    /// What is missing of the partition.
    package var gaps: LogGaps
    /// True where the read was stopped before its end.
    package var isStopped = false
    /// What could not be read, in words.
    package var problems: [String] = []

    /// A key of which nothing was found yet.
    package init(topicPartition: TopicPartition, key: [UInt8], gaps: LogGaps) {
        self.topicPartition = topicPartition
        self.key = key
        self.gaps = gaps
    }

    mutating func take(_ records: [FetchedRecord], most: Int) {
        for record in records {
            gaps.saw(record)
            guard record.key == key else { continue }
            total += 1
            versions.append(record)
        }
        if versions.count > most { versions.removeFirst(versions.count - most) }
    }
}
