package import Cluster

/// How far a scan has come: what was read, what is left, how fast it goes, up to which time it has seen everything.
package struct ScanProgress: Sendable, Equatable {
    /// Whether it goes on.
    package enum Phase: Sendable, Equatable {
        case running
        case paused
        /// All was read that could be; `problems` names what could not.
        case finished
        /// Ended before everything was read, by the user or because enough was found.
        case stopped
    }

    /// How far one partition has been read.
    package struct Partition: Sendable, Equatable {
        /// The partition.
        package var topicPartition: TopicPartition
        /// The offsets to be read.
        package var offsets: Range<Int64>
        /// The offset it goes on from; `offsets.upperBound` when it is done.
        package var next: Int64
        /// Records read.
        package var records: Int64 = 0
        /// The timestamp of the newest record read, wall milliseconds; nil before the first with a timestamp.
        package var reached: Int64?
        /// Offsets that were deleted (retention, DeleteRecords) before they could be read.
        package var deleted: Int64 = 0
        /// Why it could not be read to its end, in words; nil when all is well.
        package var problem: String?
        /// Batches that could not be decoded and were passed over.
        package var unreadableBatches: Int64 = 0

        /// A partition nothing was read of.
        package init(_ stretch: ScanPlan.Stretch) {
            topicPartition = stretch.topicPartition
            offsets = stretch.offsets
            next = stretch.offsets.lowerBound
            problem = stretch.problem
        }

        /// True when nothing more is read of it.
        package var isDone: Bool { problem != nil || next >= offsets.upperBound }
        /// The share of offsets done, 0 to 1; 1 where there was nothing to read.
        package var share: Double { offsets.isEmpty ? 1 : Double(next - offsets.lowerBound) / Double(offsets.count) }
    }

    /// Whether it goes on.
    package var phase: Phase
    /// The partitions, ascending.
    package var partitions: [Partition]
    /// Bytes of the keys and values read, values in full size also where they came cut.
    package var bytes: Int64 = 0
    /// Milliseconds it has been at work, pauses not counted.
    package var elapsedMilliseconds: Int64 = 0

    /// A scan that has not read anything.
    package init(_ plan: ScanPlan) {
        phase = .running
        partitions = plan.stretches.map(Partition.init)
    }

    /// Records read.
    package var records: Int64 { partitions.reduce(0) { $0 &+ $1.records } }
    /// Offsets done, gaps included.
    package var offsetsDone: Int64 { .sum(of: partitions.lazy.map { $0.next - $0.offsets.lowerBound }) }
    /// Offsets to be read in all.
    package var offsetCount: Int64 { .sum(of: partitions.lazy.map { Int64($0.offsets.count) }) }
    /// The share of offsets done, 0 to 1; 1 where there was nothing to read.
    package var share: Double {
        let count = offsetCount
        return count == 0 ? 1 : Double(offsetsDone) / Double(count)
    }

    /// Records read a second while it was at work; nil in the first instant.
    package var recordsPerSecond: Double? { perSecond(records) }
    /// Bytes of keys and values read a second, likewise.
    package var bytesPerSecond: Double? { perSecond(bytes) }

    /// Milliseconds until everything is read if it goes on like this; nil before anything can be said, and when it has ended.
    package var remainingMilliseconds: Int64? {
        guard !isEnded, offsetsDone > 0, elapsedMilliseconds > 0 else { return nil }
        let left = Double(offsetCount - offsetsDone) / Double(offsetsDone) * Double(elapsedMilliseconds)
        return Int64(min(left, 1e15))
    }

    /// Up to which time everything was read in every partition, wall milliseconds: the earliest of those still read, the latest once none is.
    package var timeReached: Int64? {
        let unfinished = partitions.filter { !$0.isDone }
        guard !unfinished.isEmpty else { return partitions.compactMap(\.reached).max() }
        let times = unfinished.compactMap(\.reached)
        return times.count == unfinished.count ? times.min() : nil
    }

    /// What could not be read, a sentence a partition.
    package var problems: [String] {
        partitions.compactMap { it in
            if let problem = it.problem { return "\(it.topicPartition): \(problem)" }
            if it.unreadableBatches > 0 { return "\(it.topicPartition): \(it.unreadableBatches) unreadable batches" }
            return it.deleted > 0
                ? "\(it.topicPartition): \(it.deleted) offsets were deleted before they were read" : nil
        }
    }

    /// True when nothing more comes.
    package var isEnded: Bool { phase == .finished || phase == .stopped }

    private func perSecond(_ count: Int64) -> Double? {
        elapsedMilliseconds > 0 ? Double(count) / Double(elapsedMilliseconds) * 1000 : nil
    }
}

extension ScanProgress.Partition {
    /// Takes in what a fetch brought, cut to the stretch; answers what is the scan's. A log that has become shorter than the stretch ends it.
    mutating func take(_ fetched: FetchedRecords) -> FetchedRecords {
        var own = fetched
        own.records.removeAll { !(next..<offsets.upperBound).contains($0.offset) }
        let start = fetched.offsets.logStart
        if start > next { deleted &+= min(start, offsets.upperBound) - next }
        records &+= Int64(own.records.count)
        unreadableBatches &+= Int64(fetched.problems.count)
        for record in own.records where record.timestamp >= 0 { reached = max(reached ?? 0, record.timestamp) }
        let moved = min(max(fetched.nextOffset, start, next), offsets.upperBound)
        if moved == next, fetched.offsets.highWatermark <= next {
            problem = "the log now ends at offset \(fetched.offsets.highWatermark)"
        }
        next = moved
        own.nextOffset = moved
        return own
    }
}

extension Int64 {
    /// The sum of numbers that are not negative; the largest number where it is larger still, as with offsets that a broker made up.
    static func sum(of numbers: some Sequence<Int64>) -> Int64 {
        var sum: Int64 = 0
        for number in numbers {
            let (next, overflows) = sum.addingReportingOverflow(number)
            guard !overflows else { return .max }
            sum = next
        }
        return sum
    }
}
