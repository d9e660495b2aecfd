import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerServer

@Suite("Produce")
struct ProduceTests {
    private static func produce(
        _ topic: String, _ batches: [(partition: Int32, records: ByteBuffer?)], acks: Int16, timeoutMs: Int32 = 10_000
    ) -> AnyRequest {
        .produce(
            ProduceRequest(
                acks: acks, timeoutMs: timeoutMs,
                topicData: [
                    .init(name: topic, partitionData: batches.map { .init(index: $0.partition, records: $0.records) })
                ]))
    }

    private static func partitions(_ answer: AnyResponse) throws -> [ProduceResponse.Partition] {
        guard case .produce(let response) = answer else { throw WireClient.Failure.closed }
        return response.responses.flatMap(\.partitionResponses)
    }

    @Test("partitions fail on their own, and the answer keeps the request's order", arguments: [1, -1] as [Int16])
    func mixed(acks: Int16) throws {
        let live = try LiveServer(settings: ["weir.flush.mode": "commit"])
        defer { live.stop() }
        try live.createTopic("t", partitions: 3)
        var broken = Batches.one(value: "broken")
        broken.setInteger(UInt8(0xEE), at: broken.writerIndex - 2)
        let client = try WireClient(to: live.address)
        let request = Self.produce(
            "t",
            [(2, Batches.one(value: "a")), (9, Batches.one(value: "b")), (0, broken), (1, nil), (2, ByteBuffer())],
            acks: acks)
        let answer = try Self.partitions(try client.ask(request, version: 9))
        #expect(answer.map(\.index) == [2, 9, 0, 1, 2])
        #expect(
            answer.map(\.errorCode) == [
                .none, .unknownTopicOrPartition, .corruptMessage, .invalidRecord, .invalidRecord,
            ])
        #expect(answer.map(\.baseOffset) == [0, -1, -1, -1, -1])
    }

    @Test("acks 0 is not answered; what is asked next is")
    func noAcks() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let client = try WireClient(to: live.address)
        for number in 0..<20 {
            try client.send(
                Self.produce("t", [(0, Batches.one(value: "\(number)"))], acks: 0), version: 7,
                correlationID: Int32(number))
        }
        try client.send(.apiVersions(ApiVersionsRequest()), version: 0, correlationID: 99)
        #expect(try client.receive(key: 18, version: 0).0.correlationID == 99)
        #expect(live.broker.offsets(of: .init(topic: "t", partition: 0))?.end == 20)
    }

    @Test("an error under acks 0 closes the connection: there is no other way to say it")
    func noAcksError() throws {
        let live = try LiveServer()
        defer { live.stop() }
        let client = try WireClient(to: live.address)
        try client.send(Self.produce("nowhere", [(0, Batches.one(value: "x"))], acks: 0), version: 7, correlationID: 1)
        #expect(client.isClosedByPeer())
    }

    @Test("pipelined batches are appended in the order they were sent")
    func pipelined() throws {
        let live = try LiveServer(settings: ["weir.flush.mode": "commit"])
        defer { live.stop() }
        try live.createTopic("t")
        let client = try WireClient(to: live.address)
        for number in 0..<200 as Range<Int32> {
            try client.send(
                Self.produce("t", [(0, Batches.one(value: "\(number)"))], acks: -1), version: 9, correlationID: number)
        }
        for number in 0..<200 as Range<Int32> {
            let (header, answer) = try client.receive(key: 0, version: 9)
            #expect(header.correlationID == number)
            #expect(try Self.partitions(answer).map(\.baseOffset) == [Int64(number)])
        }
    }

    @Test("a request without partitions is answered", arguments: [1, -1] as [Int16])
    func empty(acks: Int16) throws {
        let live = try LiveServer()
        defer { live.stop() }
        let client = try WireClient(to: live.address)
        let answer = try client.ask(.produce(ProduceRequest(acks: acks, timeoutMs: 1_000)), version: 9)
        #expect(try Self.partitions(answer).isEmpty)
    }

    @Test("a transactional batch is refused unless its transaction has the partition")
    func transactional() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let client = try WireClient(to: live.address)
        var builder = RecordBatchBuilder(
            attributes: .transactional, producerID: 77, producerEpoch: 0, baseSequence: 0)
        builder.append(timestamp: 1_700_000_000_000, key: nil, value: ByteBuffer(string: "x"))
        var request = ProduceRequest(
            acks: -1, timeoutMs: 1_000,
            topicData: [.init(name: "t", partitionData: [.init(index: 0, records: try builder.build())])])
        func errors() throws -> [ErrorCode] {
            try Self.partitions(try client.ask(.produce(request), version: 9)).map(\.errorCode)
        }
        #expect(try errors() == [.transactionalIDAuthorizationFailed])
        request.transactionalID = "nobody"
        #expect(try errors() == [.invalidProducerIDMapping])
        #expect(live.broker.offsets(of: .init(topic: "t", partition: 0))?.end == 0)
        // What is no part of a transaction may be written under any id, as Kafka lets it.
        request.topicData = [.init(name: "t", partitionData: [.init(index: 0, records: Batches.one(value: "x"))])]
        #expect(try errors() == [.none])
    }
}
