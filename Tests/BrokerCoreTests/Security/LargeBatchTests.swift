import Cluster
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import BrokerCore

@Suite("Batches that take much more than they are")
struct LargeBatchTests {
    private func batch(_ value: ByteBuffer, sequence: Int32) throws -> ByteBuffer {
        var builder = RecordBatchBuilder(codec: .zstd, producerID: 5, producerEpoch: 0, baseSequence: sequence)
        builder.append(timestamp: 1_700_000_000_000, key: nil, value: value)
        return try builder.build()
    }

    @Test("are decompressed away from the caller, and what comes behind them stays behind them")
    func aside() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t")
        try broker.write([TestRecord(key: nil, value: "opens the log")], to: TopicPartition("t"))
        let large = ByteBuffer(repeating: 7, count: 40 << 20)
        let outcomes = Mutex<[(sequence: Int32, outcome: AppendOutcome)]>([])
        let done = Answer<Void>()
        // An idempotent producer's batches: out of order they would be refused.
        let values = [ByteBuffer(string: "a"), large, ByteBuffer(string: "b"), large, ByteBuffer(string: "c")]
        for (sequence, value) in values.enumerated() {
            let batch = try batch(value, sequence: Int32(sequence))
            #expect(batch.readableBytes < 1 << 20)
            broker.append(batch, to: TopicPartition("t"), acks: 1) { outcome in
                let count = outcomes.withLock { seen in
                    seen.append((Int32(sequence), outcome))
                    return seen.count
                }
                if count == values.count { done.give(()) }
            }
        }
        done.wait()
        let seen = outcomes.withLock { $0 }
        #expect(seen.map(\.sequence) == [0, 1, 2, 3, 4])
        #expect(seen.map(\.outcome.error) == [.none, .none, .none, .none, .none])
        #expect(seen.map(\.outcome.baseOffset) == [1, 2, 3, 4, 5])
        #expect(try broker.records(of: TopicPartition("t")).count == 6)
    }

    @Test("are refused beyond the limit, and the partition takes others")
    func beyond() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t")
        let batch = try batch(ByteBuffer(repeating: 7, count: RecordValidator.decompressionLimit), sequence: 0)
        let answer = Answer<AppendOutcome>()
        broker.append(batch, to: TopicPartition("t"), acks: 1) { answer.give($0) }
        let outcome = answer.wait()
        #expect(outcome.error == .invalidRecord)
        #expect(
            outcome.message?.contains("decompress to more than \(RecordValidator.decompressionLimit) bytes") == true)
        #expect(try broker.write([TestRecord(key: nil, value: "x")], to: TopicPartition("t")).error == .none)
    }

    @Test("are refused where the log would store them longer than readers take them")
    func storedUncompressed() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t", [("compression.type", "uncompressed")])
        broker.createTopic(
            "s", [("compression.type", "uncompressed"), ("segment.bytes", "1000"), ("max.message.bytes", "9000")])
        broker.createTopic("z", [("compression.type", "zstd"), ("segment.bytes", "1000")])
        func write(_ count: Int, to topic: String, _ codec: CompressionCodec = .zstd) throws -> ErrorCode {
            let value = String(repeating: "7", count: count)
            return try broker.write([TestRecord(key: nil, value: value)], to: TopicPartition(topic), codec: codec).error
        }
        #expect(try write(20 << 20, to: "t") == .messageTooLarge)
        #expect(try write(1_040_000, to: "t") == .none)
        #expect(try write(5000, to: "s") == .recordListTooLarge)
        #expect(try write(10_000, to: "s") == .messageTooLarge)
        #expect(try write(100, to: "s") == .none)
        // What counts for the segment is what is stored.
        #expect(try write(5000, to: "z", .none) == .none)
        #expect(broker.offsets(of: TopicPartition("t"))?.end == 1)
        #expect(broker.offsets(of: TopicPartition("s"))?.end == 1)
    }
}
