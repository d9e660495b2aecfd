import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("Transactions that Kafka wrote")
struct TransactionGoldenTests {
    /// The segments of a partition, one behind the other.
    private static func segments(_ partition: String) throws -> [ByteBuffer] {
        let path = "disk/groups/log-dir/\(partition)"
        let folder = GroupGolden.folder.appendingPathComponent(path).path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".log") }
        return try files.sorted().map { try GroupGolden.bytes("\(path)/\($0)") }
    }

    private static func batches(_ partition: String) throws -> [RecordBatch] {
        try segments(partition).flatMap { Array(RecordBatches($0)) }
    }

    /// `__transaction_state` of the recording, in memory.
    private static func topic() throws -> MemoryOffsetsTopic {
        let topic = MemoryOffsetsTopic(count: 3)
        for partition in Int32(0)..<3 {
            topic.seed(try segments("__transaction_state-\(partition)"), in: partition)
        }
        return topic
    }

    /// A batch as the broker would have written it at the same place of the log.
    private static func placed(_ batch: ByteBuffer, like golden: RecordBatchHeader) -> ByteBuffer {
        var batch = batch
        batch.setInteger(golden.baseOffset, at: batch.readerIndex)
        batch.setInteger(golden.partitionLeaderEpoch, at: batch.readerIndex + 12)
        return batch
    }

    @Test("the state of every transactional id is written byte for byte as Kafka wrote it")
    func records() throws {
        var compared = 0
        for partition in 0..<3 {
            for batch in try Self.batches("__transaction_state-\(partition)") {
                try batch.records(limit: 1 << 20).forEach { record in
                    guard let key = record.key else {
                        Issue.record("a record without a key")
                        return true
                    }
                    let understood = try? TransactionRecord(key: key, value: record.value)
                    let written = try? understood?.batch(timestamp: record.timestamp)
                    #expect(written.map { Self.placed($0, like: batch.header) } == batch.bytes, "\(record.offset)")
                    compared += 1
                    return true
                }
            }
        }
        #expect(compared == 22)
    }

    @Test("a Kafka directory's transactional ids come back as Kafka told them")
    func loading() throws {
        let fixture = TransactionFixture(topic: try Self.topic())
        let report = fixture.coordinator.load()
        #expect(report.unreadable == 0 && report.misplaced == 0)
        #expect(report.transactionalIDs == 4 && report.ongoing == 1 && report.resumed == 0)
        let listed = fixture.coordinator.list(ListTransactionsRequest()).transactionStates
        #expect(
            listed.map { "\($0.transactionalID) \($0.producerID) \($0.transactionState)" } == [
                "app-tx-a 0 CompleteCommit", "app-tx-fenced 2 Empty", "app-tx-idle 3 Empty", "app-tx-open 1 Ongoing",
            ])
        let open = fixture.coordinator.describe(DescribeTransactionsRequest(transactionalIDs: ["app-tx-open"]))
        #expect(open.transactionStates[0].transactionTimeoutMs == 700_000)
        #expect(open.transactionStates[0].topics.map(\.topic) == ["grp", "__consumer_offsets"])
    }

    @Test("the same requests at the same times leave the records that Kafka left")
    func sameRequests() throws {
        let fixture = TransactionFixture()
        let golden = try Self.batches("__transaction_state-0") + Self.batches("__transaction_state-1")
        var values: [ByteBuffer?] = []
        for batch in golden {
            try batch.records(limit: 1 << 20).forEach { record in
                values.append(record.value)
                return true
            }
        }
        let states = try values.map { try #require($0.map { try TransactionLogValue.decode($0).record }) }
        var index = 0
        /// Lets a request happen when Kafka recorded it.
        func next(_ request: () -> Void) {
            fixture.clock.setWall(states[index].transactionLastUpdateTimestampMs)
            request()
            index += 1
        }
        let group = TopicPartition("grp", 0)
        var a = ProducerClaim(producerID: -1, epoch: -1)
        next { a = fixture.producer("app-tx-a") }
        fixture.partitions.hold()
        /// Kafka looks at the clock again when the outcome is durable.
        func end(commit: Bool) {
            next { _ = fixture.end(a, commit: commit, "app-tx-a") }
            next { fixture.partitions.release() }
            fixture.partitions.hold()
        }
        next { _ = fixture.addOffsets("app-txoffsets", a, "app-tx-a") }
        next { _ = fixture.add([group], a, "app-tx-a") }
        end(commit: true)
        next { _ = fixture.add([group], a, "app-tx-a") }
        next { _ = fixture.addOffsets("app-txoffsets", a, "app-tx-a") }
        end(commit: false)
        next { _ = fixture.add([group], a, "app-tx-a") }
        next { _ = fixture.addOffsets("app-txoffsets", a, "app-tx-a") }
        end(commit: true)
        var open = a
        next { open = fixture.producer("app-tx-open", timeout: 700_000) }
        next { _ = fixture.addOffsets("app-txoffsets", open, "app-tx-open") }
        next { _ = fixture.add([group], open, "app-tx-open") }
        var fenced = a
        next { fenced = fixture.producer("app-tx-fenced") }
        next { _ = fixture.add([TopicPartition("grp", 1)], fenced, "app-tx-fenced") }
        let second = Answers<ErrorCode>()
        next { second.take(fixture.initialize("app-tx-fenced").first?.errorCode ?? .none) }
        #expect(second.first == .concurrentTransactions)
        next { fixture.partitions.release() }
        next { _ = fixture.producer("app-tx-fenced") }
        next { _ = fixture.producer("app-tx-idle") }
        #expect(index == values.count)

        var written: [ByteBuffer?] = []
        for partition in [0, 1] as [Int32] {
            for bytes in fixture.topic.batches(in: partition) {
                for batch in RecordBatches(bytes) {
                    try batch.records(limit: 1 << 20).forEach { record in
                        written.append(record.value)
                        return true
                    }
                }
            }
        }
        #expect(fixture.topic.batches(in: 2).isEmpty)
        for (place, pair) in zip(values, written).enumerated() {
            #expect(pair.0 == pair.1, "record \(place): \(states[place])")
        }
        #expect(written.count == values.count)
    }

    @Test("markers are byte for byte those that Kafka wrote")
    func markers() throws {
        var compared = 0
        for partition in ["grp-0", "grp-1", "__consumer_offsets-0"] {
            for batch in try Self.batches(partition) where batch.header.isControl {
                let ending = try #require(TransactionEnding(header: batch.header, bytes: batch.bytes))
                let marker = MarkerBatch(
                    producer: ProducerClaim(
                        producerID: batch.header.producerID, epoch: batch.header.producerEpoch),
                    isCommit: ending.isCommit, coordinatorEpoch: ending.coordinatorEpoch)
                let written = try marker.encoded(timestamp: batch.header.maxTimestamp)
                #expect(Self.placed(written, like: batch.header) == batch.bytes, "\(partition) \(batch.header)")
                compared += 1
            }
        }
        #expect(compared == 7)
    }

    @Test("offsets of transactions are byte for byte those that Kafka wrote")
    func offsets() throws {
        var compared = 0
        for batch in try Self.batches("__consumer_offsets-0")
        where batch.header.isTransactional && !batch.header.isControl {
            try batch.records(limit: 1 << 20).forEach { record in
                let understood = record.key.flatMap { try? OffsetsRecord(key: $0, value: record.value) }
                guard case .offset(let group, let place, let commit?)? = understood else {
                    Issue.record("no offset at \(record.offset)")
                    return true
                }
                let producer = ProducerClaim(
                    producerID: batch.header.producerID, epoch: batch.header.producerEpoch)
                let written = try? OffsetsBatch.encode(
                    [(topic: place.topic, commit: commit)], of: group, producer: producer, timestamp: record.timestamp)
                #expect(written.map { Self.placed($0, like: batch.header) } == batch.bytes, "\(record.offset)")
                compared += 1
                return true
            }
        }
        #expect(compared == 4)
    }
}
