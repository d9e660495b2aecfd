import Cluster

/// Prints the records of several partitions, as far as they go or for ever.
struct TailRun {
    private let cluster: any Cluster
    private let shell: Shell
    private let style: Style
    private var ranges: [TailRange]
    /// Records that were read.
    private(set) var read = 0
    /// Those of them that were printed.
    private(set) var printed = 0
    /// True when something that was asked for could not be printed.
    private(set) var hasFailed = false
    private var said: [TopicPartition: String] = [:]

    /// What is printed and how.
    struct Style {
        /// The line of a record.
        var line: (FetchedRecord, TopicPartition) -> [UInt8]
        /// Whether a record is wanted.
        var isWanted: (FetchedRecord, TopicPartition) -> Bool
        /// How many records to print at most; nil for all.
        var count: Int?
    }

    /// How long a fetch may wait for something new, milliseconds.
    private static let wait = 500
    /// The pause after a fetch that brought nothing although it did not wait, or that failed.
    private static let pause = Duration.milliseconds(100)
    private static let pauseAfterFailure = Duration.seconds(1)
    /// Bytes that one fetch may bring of all partitions together, about, and of each at least.
    private static let fetchBytes = 1 << 20
    private static let partitionBytes = 1 << 16
    /// Far more records than bytes allow, but for batches that are compressed very well: what is left of one is fetched again.
    private static let partitionRecords = 20_000

    /// A run over some ranges.
    init(_ ranges: [TailRange], _ style: Style, on cluster: any Cluster, _ shell: Shell) {
        (self.cluster, self.shell, self.style) = (cluster, shell, style)
        self.ranges = ranges
    }

    /// Prints until every range has come to its stop, enough is printed, or the task is cancelled.
    ///
    /// - Throws: `VerbFailure` when the output is gone.
    mutating func run() async throws {
        ranges.removeAll(where: \.isDone)
        while !ranges.isEmpty, style.count.map({ printed < $0 }) ?? true, !Task.isCancelled {
            let before = (read: read, ranges: ranges)
            let began = ContinuousClock.now
            let limits = FetchLimits(
                maxRecords: Self.partitionRecords,
                maxBytes: max(Self.partitionBytes, Self.fetchBytes / ranges.count),
                maxWaitMilliseconds: Self.wait)
            let answers = await cluster.fetch(
                ranges.map { FetchStart($0.partition, from: $0.next) }, limits: limits)
            if Task.isCancelled { break }
            let failed = try take(answers)
            try shell.flush()
            if failed {
                // Cancelled by ctrl-c, which the loop sees.
                try? await Task.sleep(for: Self.pauseAfterFailure)
            } else if read == before.read, ranges == before.ranges {
                // A peer may answer at once although nothing is there.
                let rest = Self.pause - (ContinuousClock.now - began)
                if rest > .zero { try? await Task.sleep(for: rest) }
            }
        }
    }

    /// Prints what a fetch brought; true when some partition gave nothing but an error.
    private mutating func take(
        _ answers: [TopicPartition: Result<FetchedRecords, ClusterError>]
    ) throws(VerbFailure) -> Bool {
        var anyFailed = false
        var going: [TailRange] = []
        for var range in ranges {
            switch answers[range.partition] {
            case .success(let fetched):
                said[range.partition] = nil
                try print(fetched, of: &range)
                if !range.isDone { going.append(range) }
            case .failure(let error):
                anyFailed = true
                if try keepsOn(range, after: error) { going.append(range) }
            case nil:
                anyFailed = true
                let error = ClusterError.unavailable("the answer left the partition out")
                if try keepsOn(range, after: error) { going.append(range) }
            }
        }
        ranges = going
        return anyFailed
    }

    private mutating func print(_ fetched: FetchedRecords, of range: inout TailRange) throws(VerbFailure) {
        for problem in fetched.problems {
            hasFailed = true
            try shell.say("Warning: \(range.partition): \(problem)")
        }
        for record in fetched.records where record.offset >= range.next {
            if let stop = range.stop, record.offset >= stop { break }
            if let count = style.count, printed >= count { return }
            read += 1
            range.next = record.offset + 1
            guard style.isWanted(record, range.partition) else { continue }
            try shell.output.write(style.line(record, range.partition))
            printed += 1
        }
        range.next = max(range.next, fetched.nextOffset)
    }

    /// Says what is wrong with a partition, once; false when there is no use in trying again.
    private mutating func keepsOn(_ range: TailRange, after error: ClusterError) throws(VerbFailure) -> Bool {
        let isGone: Bool
        switch error {
        case .unknownTopicOrPartition, .unsupported, .invalid: isGone = true
        default: isGone = range.stop != nil
        }
        if isGone { hasFailed = true }
        let message = "\(error)"
        if said.updateValue(message, forKey: range.partition) != message {
            try shell.say("Warning: \(range.partition) cannot be read: \(message)\(isGone ? "" : "; trying again")")
        }
        return !isGone
    }
}

extension TailRange {
    /// True when nothing is left to print.
    var isDone: Bool { stop.map { next >= $0 } ?? false }
}
