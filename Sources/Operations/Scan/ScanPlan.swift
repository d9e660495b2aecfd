package import Cluster

/// Where a scan begins or ends in each partition it reads.
package enum ScanBound: Sendable, Equatable {
    /// The first offset that can be read.
    case logStart
    /// The end of the log as it stood when the plan was made: what is written meanwhile is no part of the scan.
    case end
    /// An offset, moved into the log where it lies outside.
    case offset(Int64)
    /// The first record whose timestamp is at or after this, wall milliseconds; the end of the log where there is none.
    case time(Int64)
}

/// Which offsets of which partitions a scan reads, and in what portions. A value: it is made once and then carried out by `ScanJob`.
package struct ScanPlan: Sendable, Equatable {
    /// What is read of one partition.
    package struct Stretch: Sendable, Equatable {
        /// The partition.
        package var topicPartition: TopicPartition
        /// The offsets to be read; empty where there is nothing.
        package var offsets: Range<Int64>
        /// Why nothing is read of it, in words; nil when all is well.
        package var problem: String?

        /// A stretch of one partition.
        package init(_ topicPartition: TopicPartition, offsets: Range<Int64>, problem: String? = nil) {
            self.topicPartition = topicPartition
            self.offsets = offsets
            self.problem = problem
        }
    }

    /// What is read of each partition, ascending by partition.
    package var stretches: [Stretch]
    /// How much one fetch brings of one partition. Values that nobody looks at need not come whole: `maxValueBytes` 0 keeps their sizes only.
    package var limits: FetchLimits
    /// How many partitions one fetch asks for, from 1. With `limits` it bounds what a scan holds in memory.
    package var partitionsAtOnce: Int

    /// The portions a scan reads where nothing else is said: up to 2,000 records or about 1 MiB of each of 4 partitions.
    package static let usualLimits = FetchLimits(maxRecords: 2000, maxBytes: 1 << 20)

    /// A plan.
    package init(stretches: [Stretch], limits: FetchLimits = usualLimits, partitionsAtOnce: Int = 4) {
        self.stretches = stretches.sorted { $0.topicPartition < $1.topicPartition }
        self.limits = limits
        self.partitionsAtOnce = max(1, partitionsAtOnce)
    }

    /// Offsets to be read in all; an upper bound of records, since offsets have gaps.
    package var offsetCount: Int64 { .sum(of: stretches.lazy.map { Int64($0.offsets.count) }) }

    /// Looks the bounds up and makes a plan: two calls for the logs' bounds, one more for each bound that is a time.
    ///
    /// A partition whose bounds cannot be read stays in the plan with an empty stretch that says why.
    ///
    /// - Parameters:
    ///   - cluster: Where to look.
    ///   - partitions: What to read; one named twice counts once.
    ///   - start: Where to begin.
    ///   - end: Where to end; before `start` the stretch is empty.
    ///   - limits: The portions to read in.
    package static func make(
        on cluster: any RecordAccess,
        _ partitions: [TopicPartition],
        from start: ScanBound = .logStart,
        to end: ScanBound = .end,
        limits: FetchLimits = usualLimits
    ) async -> ScanPlan {
        let all = Set(partitions).sorted()
        guard !all.isEmpty else { return ScanPlan(stretches: [], limits: limits) }
        async let startsFound = cluster.offsets(of: all, at: .earliest)
        async let endsFound = cluster.offsets(of: all, at: .latest)
        async let from = times(start, all, on: cluster)
        async let to = times(end, all, on: cluster)
        let (starts, ends, froms, tos) = await (startsFound, endsFound, from, to)
        let stretches = all.map { place in
            do throws(ClusterError) {
                let log = try bounds(starts[place], ends[place], place)
                let first = try start.offset(in: log, found: froms[place])
                let last = try end.offset(in: log, found: tos[place])
                return Stretch(place, offsets: first..<max(first, last))
            } catch {
                return Stretch(place, offsets: 0..<0, problem: "\(error)")
            }
        }
        return ScanPlan(stretches: stretches, limits: limits)
    }

    private typealias Found = Result<FoundOffset, ClusterError>

    private static func times(
        _ bound: ScanBound, _ partitions: [TopicPartition], on cluster: any RecordAccess
    ) async -> [TopicPartition: Found] {
        guard case .time(let time) = bound else { return [:] }
        return await cluster.offsets(of: partitions, at: .timestamp(time))
    }

    private static func bounds(
        _ start: Found?, _ end: Found?, _ place: TopicPartition
    ) throws(ClusterError) -> Range<Int64> {
        guard let start = try start?.get().offset, let end = try end?.get().offset, start >= 0 else {
            throw .unavailable("\(place): the bounds of the log could not be read")
        }
        return start..<max(start, end)
    }
}

extension ScanBound {
    /// The offset it stands for in one log.
    fileprivate func offset(
        in log: Range<Int64>, found: Result<FoundOffset, ClusterError>?
    ) throws(ClusterError) -> Int64 {
        let asked: Int64
        switch self {
        case .logStart: asked = log.lowerBound
        case .end: asked = log.upperBound
        case .offset(let offset): asked = offset
        case .time:
            guard let found else { throw .unavailable("the time could not be looked up") }
            asked = try found.get().offset ?? log.upperBound
        }
        return max(log.lowerBound, min(log.upperBound, asked))
    }
}
