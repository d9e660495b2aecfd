package import Cluster
import ClusterRequests
import KafkaProtocol

extension EmbeddedCluster {
    package func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        let answers = await read(starts, limits)
        guard limits.maxWaitMilliseconds > 0, Self.hasNothing(answers, starts) else { return answers }
        let news = NewsWait()
        let token = broker.watch(starts.map(\.topicPartition)) { news.wake() }
        defer { broker.cancel(token) }
        // What came before the watch does not wake it.
        let again = await read(starts, limits)
        guard Self.hasNothing(again, starts) else { return again }
        await news.wait(milliseconds: limits.maxWaitMilliseconds, on: queue)
        return await read(starts, limits)
    }

    private func read(
        _ starts: [FetchStart], _ limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        await onQueue { [self] in
            var answers: [TopicPartition: Result<FetchedRecords, ClusterError>] = [:]
            for start in starts {
                do throws(ClusterError) {
                    let partition = try find(start.topicPartition)
                    answers[start.topicPartition] = .success(try fetch(partition, from: start.offset, limits))
                } catch {
                    answers[start.topicPartition] = .failure(error)
                }
            }
            return answers
        }
    }

    /// Whether every partition was read to its end before, and nothing went wrong.
    private static func hasNothing(
        _ answers: [TopicPartition: Result<FetchedRecords, ClusterError>], _ starts: [FetchStart]
    ) -> Bool {
        starts.allSatisfy { start in
            guard case .success(let fetched)? = answers[start.topicPartition] else { return false }
            return fetched.records.isEmpty && fetched.nextOffset == start.offset
        }
    }

    private func fetch(
        _ partition: Partition, from offset: Int64, _ limits: FetchLimits
    ) throws(ClusterError) -> FetchedRecords {
        guard partition.isBorn else {
            return FetchedRecords(records: [], nextOffset: 0, offsets: PartitionOffsets(logStart: 0, highWatermark: 0))
        }
        do throws(LogError) {
            let log = try partition.log()
            let offsets = log.offsets
            let bounds = PartitionOffsets(
                logStart: offsets.start, highWatermark: offsets.highWatermark, lastStable: offsets.lastStable)
            let end = limits.isReadCommitted ? offsets.lastStable : offsets.highWatermark
            let start = max(offset, offsets.start)
            var fetched = FetchedRecords(records: [], nextOffset: start, offsets: bounds)
            guard start < end else {
                fetched.nextOffset = min(start, offsets.highWatermark)
                return fetched
            }
            let result = try log.read(
                from: start, maxBytes: max(1, limits.maxBytes),
                isolation: limits.isReadCommitted ? .readCommitted : .readUncommitted)
            fetched.take(
                RecordBatches(result.records), from: start, limits: limits,
                aborted: result.abortedTransactions.map { ($0.producerID, $0.firstOffset) })
            return fetched
        } catch {
            broker.directory.note(error, of: partition)
            throw .storage("\(error)")
        }
    }
}
