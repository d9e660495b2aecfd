import BrokerCore
import Cluster

/// A data directory as a broker leaves it that was closed in order.
enum FilledDirectory {
    /// Makes one with topics `topic-0`, … of ten partitions each, and a batch in every partition.
    static func make(at folder: String, topics: Int) throws {
        let bench = try BenchBroker(at: folder, storage: UnsyncedStorage())
        defer { bench.broker.close() }
        let (batch, _) = try PreparedBatch.records(bytes: 2_000, recordBytes: 200)
        for number in 0..<topics {
            try bench.create("topic-\(number)", partitions: 10)
            let pending = Pending(10)
            for partition in Int32(0)..<10 {
                let target = TopicPartition(topic: "topic-\(number)", partition: partition)
                bench.broker.append(batch, to: target, acks: 1) { pending.finish($0) }
            }
            try pending.wait()
        }
    }
}
