package import Cluster
import ClusterRequests
import KafkaProtocol

extension EmbeddedCluster {
    package func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        await onQueue { [self] in
            var answers: [TopicPartition: Result<FetchedRecords, ClusterError>] = [:]
            for start in starts {
                do throws(ClusterError) {
                    let partition = try find(start.topicPartition)
                    answers[start.topicPartition] = .success(try Self.fetch(partition, from: start.offset, limits))
                } catch {
                    answers[start.topicPartition] = .failure(error)
                }
            }
            return answers
        }
    }

    private static func fetch(
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
            let start = max(offset, offsets.start)
            var fetched = FetchedRecords(records: [], nextOffset: start, offsets: bounds)
            guard start < offsets.highWatermark else {
                fetched.nextOffset = min(start, offsets.highWatermark)
                return fetched
            }
            let result = try log.read(from: start, maxBytes: max(1, limits.maxBytes))
            fetched.take(RecordBatches(result.records), from: start, limits: limits)
            return fetched
        } catch {
            throw .storage("\(error)")
        }
    }
}
