package import Cluster

/// Where the logs of a topic would start after a purge, and what that deletes: what `kafka-delete-records.sh` does, seen before it is done.
package struct PurgePlan: Sendable, Equatable {
    /// One partition.
    package struct Row: Sendable, Equatable {
        /// The partition.
        package var topicPartition: TopicPartition
        /// Where the log starts now.
        package var logStart: Int64
        /// Where it would start; `logStart` where nothing goes.
        package var newStart: Int64
        /// The log's end.
        package var end: Int64
        /// Bytes that would go; nil where no size is known.
        package var bytes: Int64?
        /// True where `bytes` is a share of a segment or of the log, since records differ in size.
        package var isEstimated = true
        /// Why the partition cannot be purged, in words; nil when all is well.
        package var problem: String?

        /// A partition's part of a purge.
        package init(
            topicPartition: TopicPartition, logStart: Int64, newStart: Int64, end: Int64, problem: String? = nil
        ) {
            self.topicPartition = topicPartition
            self.logStart = logStart
            self.newStart = newStart
            self.end = end
            self.problem = problem
        }

        /// Offsets that would go; an upper bound of records, as offsets have gaps.
        package var records: Int64 { problem == nil ? newStart - logStart : 0 }
    }

    /// The partitions, ascending.
    package var rows: [Row]

    /// A plan of rows.
    package init(rows: [Row]) { self.rows = rows }

    /// What is to be asked of the cluster: the new start of each partition that loses records.
    package var offsets: [TopicPartition: Int64] {
        Dictionary(rows.lazy.filter { $0.records > 0 }.map { ($0.topicPartition, $0.newStart) }) { first, _ in first }
    }

    /// Offsets that would go in all partitions.
    package var records: Int64 { .sum(of: rows.lazy.map(\.records)) }
    /// Bytes that would go, as far as they are known; nil where none is.
    package var bytes: Int64? {
        let known = rows.filter { $0.records > 0 }.compactMap(\.bytes)
        return known.isEmpty ? nil : .sum(of: known)
    }
    /// True where the bytes are not the whole truth.
    package var isEstimated: Bool { rows.contains { $0.records > 0 && ($0.isEstimated || $0.bytes == nil) } }

    /// Reads the logs' bounds, sizes and (where the cluster tells them) segments, and computes what would go. Changes nothing.
    ///
    /// - Parameters:
    ///   - cluster: Where to look.
    ///   - topic: The topic.
    ///   - partitions: The partitions wanted; nil for all.
    ///   - bound: What lies before it goes: an offset, a time, or `.end` for everything.
    /// - Throws: `.unknownTopicOrPartition`, or why the topic could not be read.
    package static func make(
        on cluster: any Cluster, topic: String, partitions: [Int32]? = nil, before bound: ScanBound
    ) async throws(ClusterError) -> PurgePlan {
        guard let description = try await cluster.topics(named: [topic], detail: .figures).first else {
            throw .unknownTopicOrPartition(topic)
        }
        let wanted = description.partitions.filter { partitions?.contains($0.partition) ?? true }
        let places = wanted.map { TopicPartition(topic: topic, partition: $0.partition) }
        let stretches = await ScanPlan.make(on: cluster, places, to: bound).stretches
        let told = Dictionary(wanted.map { ($0.partition, $0) }) { first, _ in first }
        var rows: [Row] = []
        for stretch in stretches {
            let place = stretch.topicPartition
            let partition = told[place.partition]
            let end = max(partition?.offsets?.highWatermark ?? 0, stretch.offsets.upperBound)
            var row = Row(
                topicPartition: place, logStart: stretch.offsets.lowerBound, newStart: stretch.offsets.upperBound,
                end: end,
                problem: stretch.problem)
            var segments: [SegmentDescription] = []
            if row.records > 0, cluster.capabilities.contains(.segments) {
                segments = try await cluster.segments(of: place)
            }
            (row.bytes, row.isEstimated) = row.bytesGone(size: partition?.sizeBytes, segments: segments)
            rows.append(row)
        }
        return PurgePlan(rows: rows)
    }
}

extension PurgePlan.Row {
    /// Bytes below the new start: whole segments, and a share of the one it lies in; without segments a share of the log.
    func bytesGone(size: Int64?, segments: [SegmentDescription]) -> (bytes: Int64?, isEstimated: Bool) {
        guard records > 0 else { return (0, false) }
        guard !segments.isEmpty else {
            guard let size, size >= 0, end > logStart else { return (nil, true) }
            return records == end - logStart ? (size, false) : (Self.share(size, records, of: end - logStart), true)
        }
        var (bytes, isEstimated) = (Int64(0), false)
        for segment in segments where segment.baseOffset < newStart && segment.sizeBytes > 0 {
            let first = max(segment.baseOffset, logStart)
            guard segment.nextOffset > newStart || first > segment.baseOffset else {
                bytes &+= segment.sizeBytes
                continue
            }
            isEstimated = true
            let gone = min(segment.nextOffset, newStart) - first
            bytes &+= Self.share(segment.sizeBytes, gone, of: segment.nextOffset - segment.baseOffset)
        }
        return (bytes, isEstimated)
    }

    private static func share(_ size: Int64, _ part: Int64, of whole: Int64) -> Int64 {
        guard whole > 0, part > 0 else { return 0 }
        return Int64(Double(size) * min(1, Double(part) / Double(whole)))
    }
}
