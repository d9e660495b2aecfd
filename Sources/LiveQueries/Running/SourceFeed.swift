import Cluster
import StreamQuery

/// Where a query reads its topic: the next offset of each partition, and how far there is something.
struct SourceFeed: Sendable {
    /// What a read gave of a partition.
    struct Portion: Sendable {
        var partition: Int32
        var records: [FetchedRecord]
        /// The next offset behind all that was looked at.
        var next: Int64
        /// Batches that could not be decoded.
        var problems: [String]
    }

    /// Records of each partition in one read; also about how many are worked on before others get their turn.
    private static let recordsPerRead = 1000
    private static let bytesPerRead = 512 << 10

    let topic: String
    /// The next offset of each partition.
    private(set) var next: [Int64]
    /// One past the last committed record of each partition, as far as it is known.
    private(set) var ends: [Int64]

    /// A topic to be read from offsets on.
    init(_ topic: String, from next: [Int64]) {
        self.topic = topic
        self.next = next
        ends = next
    }

    private var isRead = false

    /// Records that are there and have yet to be read; nil before the first read.
    var lag: Int64? { !isRead ? nil : zip(ends, next).reduce(0) { $0 + max(0, $1.0 - $1.1) } }

    /// Whether a partition was read to its end.
    func isAtEnd(_ partition: Int) -> Bool { next[partition] >= ends[partition] }

    /// Reads what comes next, waiting for it for a while where there is nothing. Does not move: ``pass(_:)`` does.
    ///
    /// - Throws: `.stopped` where records are gone that were not read yet.
    mutating func read(_ cluster: any Cluster, waitMilliseconds: Int) async throws(QueryFailure) -> [Portion] {
        let starts = next.enumerated().map {
            FetchStart(TopicPartition(topic: topic, partition: Int32($0.offset)), from: $0.element)
        }
        let limits = FetchLimits(
            maxRecords: Self.recordsPerRead, maxBytes: Self.bytesPerRead, maxWaitMilliseconds: waitMilliseconds,
            isReadCommitted: true)
        let answers = await cluster.fetch(starts, limits: limits)
        if Task.isCancelled { throw .cancelled }
        isRead = true
        var portions: [Portion] = []
        for start in starts {
            let partition = start.topicPartition
            guard let answer = answers[partition] else { continue }
            let fetched: FetchedRecords
            switch answer {
            case .success(let found): fetched = found
            case .failure(.unknownTopicOrPartition):
                throw .stopped("the topic \(topic) was deleted, and with it what the query reads; TERMINATE the query")
            case .failure(let error): throw QueryFailure(error)
            }
            try check(fetched, start)
            ends[Int(partition.partition)] = max(fetched.offsets.lastStable, fetched.nextOffset)
            guard fetched.nextOffset > start.offset else { continue }
            portions.append(
                Portion(
                    partition: partition.partition, records: fetched.records, next: fetched.nextOffset,
                    problems: fetched.problems))
        }
        return portions
    }

    private func check(_ fetched: FetchedRecords, _ start: FetchStart) throws(QueryFailure) {
        let bounds = fetched.offsets
        if bounds.logStart > start.offset {
            throw .stopped(
                "\(start.topicPartition): the records from offset \(start.offset) to \(bounds.logStart - 1) were deleted "
                    + "before they were read, and without them the figures would be wrong; "
                    + "TERMINATE the query and create it again to begin with what is there")
        }
        if bounds.highWatermark < start.offset {
            throw .stopped(
                "\(start.topicPartition) ends at offset \(bounds.highWatermark), and the query has come to "
                    + "\(start.offset): the topic was cut or made anew; TERMINATE the query and create it again")
        }
    }

    /// Goes on behind a portion.
    mutating func pass(_ portion: Portion) { next[Int(portion.partition)] = portion.next }

    /// Goes on at an offset.
    mutating func move(_ partition: Int32, to offset: Int64) { next[Int(partition)] = offset }

    // MARK: where to begin

    /// How many partitions a topic has.
    static func partitions(of topic: String, _ cluster: any Cluster) async throws(QueryFailure) -> Int {
        try await layout(of: topic, cluster).partitions.count
    }

    /// A topic's partitions, at least one.
    static func layout(of topic: String, _ cluster: any Cluster) async throws(QueryFailure) -> TopicDescription {
        let found: [TopicDescription]
        do throws(ClusterError) {
            found = try await cluster.topics(named: [topic], detail: .layout)
        } catch {
            throw QueryFailure(error)
        }
        guard let description = found.first(where: { $0.name == topic }), !description.partitions.isEmpty else {
            throw .stopped("the topic \(topic) does not exist")
        }
        return description
    }

    /// The offsets where a query begins.
    static func beginning(
        of topic: String, partitions: Int, _ reset: QuerySettings.Reset, _ cluster: any Cluster
    ) async throws(QueryFailure) -> [Int64] {
        let places = (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
        let found = await cluster.offsets(of: places, at: reset == .earliest ? .earliest : .latest)
        var offsets: [Int64] = []
        for place in places {
            switch found[place] {
            case .success(let answer)?: offsets.append(answer.offset ?? 0)
            case .failure(let error)?: throw QueryFailure(error)
            case nil: throw .interrupted(.unavailable("\(place): the answer left the partition out"))
            }
        }
        return offsets
    }
}

extension FetchedRecord {
    /// The record as queries read it.
    func source(_ partition: Int32) -> SourceRecord {
        SourceRecord(
            partition: partition, offset: offset, timestamp: timestamp, key: key, value: value,
            headers: headers.map { ($0.name, $0.value) })
    }
}
