import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore

/// Writes the records of one topic, as many as its rate wants, in batches as an idle producer sends them.
struct DemoProducer: Sendable {
    private let topic: DemoTopic
    private let broker: Broker
    private let speed: Double
    private var generator: any RecordGenerator
    /// Records that the rate owes but that were not yet whole.
    private var owed = 0.0

    /// A producer; nil for a topic that only a projection writes.
    init?(_ topic: DemoTopic, broker: Broker, seed: UInt64, speed: Double) {
        guard let generator = topic.generator(seed: seed) else { return nil }
        self.topic = topic
        self.broker = broker
        self.speed = speed
        self.generator = generator
    }

    /// Writes the backlog, spread evenly over the seconds before now.
    mutating func writeBacklog(now: Int64) {
        var written = 0
        while written < topic.backlog {
            let count = min(200, topic.backlog - written)
            let age = topic.backlogSeconds * 1000 * Int64(topic.backlog - written) / Int64(max(1, topic.backlog))
            write(count, at: now - age)
            written += count
        }
    }

    /// Writes what the time since the last call wants. The rate swells and ebbs by a third over a minute of demo time.
    ///
    /// - Parameters:
    ///   - elapsed: Wall seconds since the last call.
    ///   - seconds: Demo seconds since the start.
    ///   - now: Wall milliseconds, the records' time.
    mutating func step(elapsed: Double, seconds: Double, now: Int64) {
        let phase = (seconds / 60).truncatingRemainder(dividingBy: 1)
        // A triangle from -1 to 1 and back does for a tide.
        let tide = phase < 0.5 ? phase * 4 - 1 : 3 - phase * 4
        owed += topic.recordsPerSecond * speed * elapsed * (1 + tide / 3)
        let count = Int(min(owed, 50_000))
        owed -= Double(count)
        if count > 0 { write(count, at: now) }
    }

    private mutating func write(_ count: Int, at now: Int64) {
        var batches: [Int32: RecordBatchBuilder] = [:]
        for _ in 0..<count {
            let record = generator.next(at: now)
            let partition = KeyPartitioner.partition(of: Array(record.key.utf8), partitions: topic.partitions)
            batches[partition, default: RecordBatchBuilder(codec: .zstd)].append(
                timestamp: now,
                key: ByteBuffer(string: record.key),
                value: record.value.map { ByteBuffer(string: $0) },
                headers: record.headers.map { header in
                    Record.Header(name: ByteBuffer(string: header.name), value: ByteBuffer(string: header.value))
                }
            )
        }
        for (partition, builder) in batches {
            // A refused batch is counted by the broker itself and shown by its alert rules.
            guard let batch = try? builder.build() else { continue }
            broker.append(batch, to: TopicPartition(topic: topic.name, partition: partition), acks: 1) { _ in }
        }
    }
}
