package import Cluster
import ClusterRequests
import KafkaProtocol
import NIOCore
import Synchronization

/// Fetch: records of many partitions, in one request a broker, without sessions.
extension KafkaCluster {
    /// Bytes that one answer may bring, at most; what does not fit comes with the next fetch.
    private static let bytesPerAnswer = 48 << 20
    /// Milliseconds that one broker may hold its answer back while others are asked, too: what they have is not to wait long for it.
    private static let waitAmongOthers = 250

    package func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        let offsets = Dictionary(starts.map { ($0.topicPartition, $0.offset) }) { $1 }
        var answers = await read(from: offsets, limits: limits)
        var again = await readable(answers.filter { $1.isOutOfRange }.map(\.key), from: offsets, &answers)
        if !again.isEmpty { answers.merge(await read(from: again, limits: limits)) { $1 } }
        // A broker sends a batch larger than the limit whole only to the first partition that has one (KIP-74). The others are asked
        // for alone, so that none can stand still behind its neighbours.
        again = offsets.merging(again) { $1 }.filter { answers[$0]?.isStarved(from: $1) == true }
        if offsets.count > 1, !again.isEmpty {
            let starved = again
            for answer in await inParallel(
                Array(starved.keys),
                { [self] partition in
                    await read(from: starved.filter { $0.key == partition }, limits: limits)
                }
            ).values { answers.merge(answer) { $1 } }
        }
        return answers
    }

    /// Where to read partitions whose offset is outside the log: below its start at the start; past its end there is nothing, which is
    /// answered at once.
    private func readable(
        _ partitions: [TopicPartition], from offsets: [TopicPartition: Int64],
        _ answers: inout [TopicPartition: Result<FetchedRecords, ClusterError>]
    ) async -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        async let startsFound = self.offsets(of: partitions, at: .earliest)
        async let endsFound = self.offsets(of: partitions, at: .latest)
        let (starts, ends) = await (startsFound, endsFound)
        var readable: [TopicPartition: Int64] = [:]
        for partition in partitions {
            guard let wanted = offsets[partition], let start = starts[partition]?.offset,
                let end = ends[partition]?.offset
            else {
                answers[partition] = .failure(
                    .unavailable("\(partition): the offset is outside the log, and its bounds cannot be read"))
                continue
            }
            if wanted < start {
                readable[partition] = start
            } else {
                let bounds = PartitionOffsets(logStart: min(start, end), highWatermark: end)
                answers[partition] = .success(
                    FetchedRecords(records: [], nextOffset: min(wanted, end), offsets: bounds))
            }
        }
        return readable
    }

    /// Reads from offsets inside the logs.
    private func read(
        from offsets: [TopicPartition: Int64], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        let brokers = (try? await leaders(of: Array(offsets.keys)).led.count) ?? 1
        let wait = brokers > 1 ? min(limits.maxWaitMilliseconds, Self.waitAmongOthers) : limits.maxWaitMilliseconds
        return await askLeaders(of: Array(offsets.keys)) { [self] broker, led throws(ClusterError) in
            let request = fetchRequest(led, from: offsets, limits: limits, wait: wait)
            // What is known of topics may be forgotten while the answer is on its way.
            let names = topicNames(of: led)
            let answer = try await send(request, to: .broker(broker))
            guard answer.errorCode == .none else { throw ClusterError(answer.errorCode, "broker \(broker)") }
            var fetched: [TopicPartition: Result<FetchedRecords, ErrorCode>] = [:]
            for topic in answer.responses {
                guard let name = topic.topicID.isZero ? topic.topic : names[topic.topicID] else { continue }
                for partition in topic.partitions {
                    let place = TopicPartition(topic: name, partition: partition.partitionIndex)
                    guard let start = offsets[place] else { continue }
                    fetched[place] =
                        partition.errorCode == .none
                        ? .success(FetchedRecords(partition, from: start, limits: limits))
                        : .failure(partition.errorCode)
                }
            }
            return fetched
        }
    }

    private func fetchRequest(
        _ partitions: [TopicPartition], from offsets: [TopicPartition: Int64], limits: FetchLimits, wait: Int
    ) -> FetchRequest {
        let maxBytes = max(1, min(limits.maxBytes, Self.bytesPerAnswer))
        let map = state.withLock { $0.map }
        // Topics are named by their id from version 13 on and by their name before: both are filled in.
        return FetchRequest(
            maxWaitMs: Int32(clamping: max(0, wait)),
            minBytes: wait > 0 ? 1 : 0,
            maxBytes: Int32(clamping: Self.bytesPerAnswer),
            isolationLevel: limits.isReadCommitted ? 1 : 0,
            topics: partitions.byTopic.map { name, partitions in
                .init(
                    topic: name, topicID: map[name]?.id ?? .zero,
                    partitions: partitions.map {
                        .init(
                            partition: $0.partition, fetchOffset: offsets[$0] ?? 0,
                            partitionMaxBytes: Int32(clamping: maxBytes))
                    })
            })
    }

    private func topicNames(of partitions: [TopicPartition]) -> [KafkaUUID: String] {
        state.withLock { state in
            let topics = Set(partitions.map(\.topic)).compactMap { state.map[$0] }
            return Dictionary(topics.map { ($0.id, $0.name) }) { $1 }
        }
    }
}

extension FetchedRecords {
    /// What a broker gave of one partition.
    init(_ partition: FetchResponse.Partition, from start: Int64, limits: FetchLimits) {
        let end = max(0, partition.highWatermark)
        self.init(
            records: [], nextOffset: start,
            offsets: PartitionOffsets(
                logStart: min(max(0, partition.logStartOffset), end), highWatermark: end,
                lastStable: partition.lastStableOffset >= 0 ? min(partition.lastStableOffset, end) : nil))
        if let records = partition.records {
            let aborted = limits.isReadCommitted ? partition.abortedTransactions ?? [] : []
            take(
                RecordBatches(records), from: start, limits: limits,
                aborted: aborted.map { ($0.producerID, $0.firstOffset) })
        }
    }
}

extension Result<FetchedRecords, ClusterError> {
    /// Whether the offset asked for is outside the log.
    fileprivate var isOutOfRange: Bool {
        if case .failure(.refused(let refusal)) = self { return refusal.code == ErrorCode.offsetOutOfRange.rawValue }
        return false
    }

    /// Whether there was something at the offset and nothing came.
    fileprivate func isStarved(from offset: Int64) -> Bool {
        guard case .success(let fetched) = self else { return false }
        return fetched.records.isEmpty && fetched.nextOffset == offset && offset < fetched.offsets.highWatermark
    }
}

extension Result<FoundOffset, ClusterError> {
    fileprivate var offset: Int64? { (try? get())?.offset }
}
