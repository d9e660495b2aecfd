import BrokerCore
import Cluster
import Dispatch
import Foundation
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import BrokerServer

@Suite("Fetch")
struct FetchTests {
    /// A fetch of partitions of one topic, each from an offset.
    private static func fetch(
        _ topic: String, from offsets: [Int64], waiting: Int32 = 0, minBytes: Int32 = 1, maxBytes: Int32 = .max,
        partitionMaxBytes: Int32 = 1 << 20, isolation: Int8 = 0
    ) -> AnyRequest {
        .fetch(
            FetchRequest(
                maxWaitMs: waiting, minBytes: minBytes, maxBytes: maxBytes, isolationLevel: isolation,
                topics: [
                    .init(
                        topic: topic,
                        partitions: offsets.enumerated().map {
                            .init(partition: Int32($0), fetchOffset: $1, partitionMaxBytes: partitionMaxBytes)
                        })
                ]))
    }

    private static func partitions(_ answer: AnyResponse) throws -> [FetchResponse.Partition] {
        guard case .fetch(let response) = answer, response.errorCode == .none, response.sessionID == 0 else {
            throw WireClient.Failure.closed
        }
        return response.responses.flatMap(\.partitions)
    }

    /// Base offsets of the batches.
    private static func baseOffsets(_ records: ByteBuffer?) -> [Int64] {
        guard var records else { return [] }
        var offsets: [Int64] = []
        while let base = records.readInteger(as: Int64.self), let length = records.readInteger(as: Int32.self),
            records.readSlice(length: Int(length)) != nil
        {
            offsets.append(base)
        }
        return offsets
    }

    @Test("a fetch at the end waits, and is answered by the next append")
    func woken() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t", partitions: 2)
        try live.fill("t", 0, upTo: 3)
        let client = try WireClient(to: live.address)
        try client.send(Self.fetch("t", from: [3, 0], waiting: 600_000), version: 11, correlationID: 5)
        #expect(eventually { live.server.service.connections.contains { $0.requestsInFlight == 1 } })
        try live.fill("t", 1, upTo: 1)
        let (header, answer) = try client.receive(key: 1, version: 11)
        #expect(header.correlationID == 5)
        let partitions = try Self.partitions(answer)
        #expect(partitions.map { Self.baseOffsets($0.records) } == [[], [0]])
        #expect(partitions.map(\.highWatermark) == [3, 1])
    }

    @Test("a consumer that follows a producer is served from memory; one that begins long before is served, too")
    func followsWithoutTheDisk() throws {
        let disk = WatchedDisk()
        let live = try LiveServer(settings: ["log.segment.bytes": "4096"], storage: disk)
        defer { live.stop() }
        try live.createTopic("t")
        try live.fill("t", 0, upTo: 1)
        let client = try WireClient(to: live.address)
        let before = disk.logReads
        for end in 1...100 as ClosedRange<Int64> {
            try client.send(
                Self.fetch("t", from: [end], waiting: 600_000), version: 11, correlationID: Int32(end))
            try live.fill("t", 0, upTo: end + 1)
            let answer = try client.receive(key: 1, version: 11).1
            #expect(try Self.partitions(answer).map { Self.baseOffsets($0.records) } == [[end]])
        }
        let reads = disk.logReads - before
        var buffer = ByteBuffer()
        let canTell = try disk.open("\(NSTemporaryDirectory())/weir-probe-\(UUID().uuidString)", .create)
        defer {
            canTell.close()
            try? disk.remove(canTell.path)
        }
        try canTell.write(ByteBuffer(string: "x"), at: 0)
        if canTell.readCached(at: 0, count: 1, into: &buffer) {
            #expect(reads == 0)
        } else {
            print("the file system cannot tell what is in memory: \(reads) reads")
        }
        let answer = try client.ask(Self.fetch("t", from: [0]), version: 11)
        #expect(try Self.partitions(answer).first.map { Self.baseOffsets($0.records).first } == 0)
        #expect(disk.logReads > before + reads, "an old segment's index is not in memory")
    }

    @Test("a fetch that wants many bytes waits for all of them, through every append before")
    func minBytes() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let client = try WireClient(to: live.address)
        let size = Batches.one(value: "record 0").readableBytes
        try client.send(
            Self.fetch("t", from: [0], waiting: 600_000, minBytes: Int32(5 * size)), version: 4, correlationID: 1)
        for end in 1...4 as ClosedRange<Int64> {
            try live.fill("t", 0, upTo: end)
            #expect(throws: WireClient.Failure.timedOut) { try client.receive(withinMilliseconds: 20) }
        }
        try live.fill("t", 0, upTo: 5)
        let answer = try client.receive(key: 1, version: 4).1
        #expect(try Self.partitions(answer).map { Self.baseOffsets($0.records) } == [[0, 1, 2, 3, 4]])
    }

    @Test("a fetch whose time is over is answered with what there is")
    func timeOver() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        try live.fill("t", 0, upTo: 1)
        let client = try WireClient(to: live.address)
        let answer = try client.ask(Self.fetch("t", from: [0], waiting: 30, minBytes: 1 << 20), version: 4)
        #expect(try Self.partitions(answer).map { Self.baseOffsets($0.records) } == [[0]])
    }

    @Test("deleting a topic answers the fetch that waits for it")
    func deletedTopic() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let client = try WireClient(to: live.address)
        try client.send(Self.fetch("t", from: [0], waiting: 600_000), version: 4, correlationID: 1)
        #expect(eventually { live.server.service.connections.contains { $0.requestsInFlight == 1 } })
        let other = try WireClient(to: live.address)
        _ = try other.ask(.deleteTopics(DeleteTopicsRequest(topicNames: ["t"], timeoutMs: 5_000)), version: 3)
        let answer = try client.receive(key: 1, version: 4).1
        #expect(try Self.partitions(answer).map(\.errorCode) == [.unknownTopicOrPartition])
    }

    @Test("the request's bytes are shared in its order; the first batch comes whole however large it is")
    func sharedBytes() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t", partitions: 3)
        for partition in 0..<3 as Range<Int32> { try live.fill("t", partition, upTo: 4) }
        let size = Int32(Batches.one(value: "record 0").readableBytes)
        let client = try WireClient(to: live.address)
        func read(_ maxBytes: Int32, _ partitionMaxBytes: Int32) throws -> [Int] {
            let request = Self.fetch("t", from: [0, 0, 0], maxBytes: maxBytes, partitionMaxBytes: partitionMaxBytes)
            return try Self.partitions(try client.ask(request, version: 11)).map { Self.baseOffsets($0.records).count }
        }
        #expect(try read(1, 1_000) == [1, 0, 0])
        #expect(try read(.max, 1) == [1, 0, 0])
        #expect(try read(6 * size, .max) == [4, 2, 0])
        #expect(try read(.max, .max) == [4, 4, 4])
    }

    @Test("records leave as they came, in every version", arguments: 4...17 as ClosedRange<Int16>)
    func versions(version: Int16) throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        // Large enough to be sent as a piece of its own, and small enough to be copied behind the header.
        let values = [String(repeating: "x", count: 50_000), "small"]
        for value in values {
            let done = Mutex(false)
            let answered = DispatchSemaphore(value: 0)
            live.broker.append(Batches.one(value: value), to: .init(topic: "t", partition: 0), acks: 1) { outcome in
                done.withLock { $0 = outcome.error == .none }
                answered.signal()
            }
            answered.wait()
            #expect(done.withLock { $0 })
        }
        let id = live.broker.topics.image.topic("t")?.id ?? .zero
        for offset in [0, 1] as [Int64] {
            var request = FetchRequest(
                maxWaitMs: 100, minBytes: 1,
                topics: [
                    .init(
                        topic: "t", topicID: id,
                        partitions: [.init(partition: 0, fetchOffset: offset, partitionMaxBytes: .max)])
                ])
            if version < 13 { request.topics[0].topicID = .zero } else { request.topics[0].topic = "" }
            let client = try WireClient(to: live.address)
            let partition = try #require(try Self.partitions(try client.ask(.fetch(request), version: version)).first)
            var records = try #require(partition.records)
            #expect(Self.baseOffsets(records) == Array(offset..<2))
            for value in values[Int(offset)...] {
                var sent = Batches.one(value: value)
                var seen = records.readSlice(length: sent.readableBytes) ?? ByteBuffer()
                // Base offset and leader epoch are the log's, everything from the magic byte on is the producer's.
                sent.moveReaderIndex(forwardBy: 16)
                seen.moveReaderIndex(forwardBy: 16)
                #expect(sent == seen)
            }
        }
    }

    @Test(
        "a client that cannot read zstd is told so, in the versions before it could",
        arguments: 4...11 as ClosedRange<Int16>)
    func zstandard(version: Int16) throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t", configs: ["compression.type": "zstd"])
        try live.fill("t", 0, upTo: 1)
        let client = try WireClient(to: live.address)
        let partition = try #require(
            try Self.partitions(try client.ask(Self.fetch("t", from: [0]), version: version)).first)
        #expect(partition.errorCode == (version < 10 ? .unsupportedCompressionType : .none))
        #expect(Self.baseOffsets(partition.records) == (version < 10 ? [] : [0]))
    }

    @Test("consumers on many connections all get every record while producers write")
    func concurrent() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let clients = try (0..<8).map { _ in try WireClient(to: live.address) }
        var positions = [Int64](repeating: 0, count: clients.count)
        for client in clients {
            try client.send(Self.fetch("t", from: [0], waiting: 600_000), version: 4, correlationID: 1)
        }
        for end in stride(from: 10, through: 200, by: 10) as StrideThrough<Int64> {
            try live.fill("t", 0, upTo: end)
            for (index, client) in clients.enumerated() {
                while positions[index] < end {
                    let answer = try client.receive(key: 1, version: 4).1
                    for base in Self.baseOffsets(try Self.partitions(answer).first?.records) {
                        #expect(base == positions[index])
                        positions[index] += 1
                    }
                    try client.send(
                        Self.fetch("t", from: [positions[index]], waiting: 600_000), version: 4, correlationID: 1)
                }
            }
        }
    }
}
