import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import SeededNumbers
import Synchronization
import Testing

@testable import BrokerServer

@Suite("Fetch sessions")
struct FetchSessionTests {
    /// A request of partitions of one topic, each from an offset.
    private static func request(
        _ offsets: [Int32: Int64] = [:], forgetting: [Int32] = [], session: Int32, epoch: Int32, topic: String = "t",
        id: KafkaUUID = .zero, maxBytes: Int32 = .max
    ) -> FetchRequest {
        FetchRequest(
            minBytes: 0, maxBytes: maxBytes, sessionID: session, sessionEpoch: epoch,
            topics: offsets.isEmpty
                ? []
                : [
                    .init(
                        topic: topic, topicID: id,
                        partitions: offsets.sorted { $0.key < $1.key }.map {
                            .init(partition: $0.key, fetchOffset: $0.value, partitionMaxBytes: 1 << 20)
                        })
                ],
            forgottenTopicsData: forgetting.isEmpty
                ? [] : [.init(topic: topic, topicID: id, partitions: forgetting.sorted())])
    }

    private static func fetch(_ client: WireClient, _ request: FetchRequest, version: Int16 = 11) throws
        -> FetchResponse
    {
        guard case .fetch(let response) = try client.ask(.fetch(request), version: version) else {
            throw WireClient.Failure.closed
        }
        return response
    }

    /// The offset after the last record of a partition's answer; nil without records.
    private static func end(of partition: FetchResponse.Partition) -> Int64? {
        guard var records = partition.records else { return nil }
        var end: Int64?
        while let base = records.readInteger(as: Int64.self), let length = records.readInteger(as: Int32.self),
            let batch = records.readSlice(length: Int(length)),
            let last = batch.getInteger(at: batch.readerIndex + 11, as: Int32.self)
        {
            end = base + Int64(last) + 1
        }
        return end
    }

    @Test(
        "a client that applies what a session tells it knows as much as one that asks for everything each time",
        arguments: [UInt64](1...6))
    func model(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let live = try LiveServer()
        defer { live.stop() }
        let partitions: Int32 = 8
        try live.createTopic("t", partitions: partitions)
        let id = try #require(live.broker.topics.image.topics["t"]?.id)
        let version: Int16 = seed.isMultiple(of: 2) ? 11 : 13
        let (name, topicID) = version >= 13 ? ("", id) : ("t", .zero)
        let client = try WireClient(to: live.address)
        // What the client reads, and what it was told of it.
        var positions: [Int32: Int64] = [:]
        var named: [Int32: Int64] = [:]
        var highWatermarks: [Int32: Int64] = [:]
        var (session, epoch): (Int32, Int32) = (0, 0)
        var sizes: [Int] = []
        for _ in 0..<60 {
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let partition = Int32.random(in: 0..<partitions, using: &random)
                let now = live.broker.offsets(of: .init(topic: "t", partition: partition))?.end ?? 0
                try live.fill("t", partition, upTo: now + 1)
            }
            var gone: [Int32] = []
            if Bool.random(using: &random) {
                positions[Int32.random(in: 0..<partitions, using: &random), default: 0] += 0
            }
            if positions.count > 2, Int.random(in: 0..<8, using: &random) == 0, let one = positions.keys.min() {
                positions[one] = nil
                if epoch > 0 { gone.append(one) }
            }
            guard !positions.isEmpty else { continue }
            // Only what is new or moved on is named again.
            let changed = epoch == 0 ? positions : positions.filter { named[$0.key] != $0.value }
            let response = try Self.fetch(
                client,
                Self.request(changed, forgetting: gone, session: session, epoch: epoch, topic: name, id: topicID),
                version: version)
            #expect(response.errorCode == .none)
            #expect(response.sessionID > 0)
            if epoch > 0 { #expect(response.sessionID == session) }
            (session, epoch, named) = (response.sessionID, epoch + 1, positions)
            let told = response.responses.flatMap(\.partitions)
            sizes.append(told.count)
            for partition in told {
                #expect(positions[partition.partitionIndex] != nil, "told of what nobody asked for")
                highWatermarks[partition.partitionIndex] = partition.highWatermark
                if let end = Self.end(of: partition) { positions[partition.partitionIndex] = end }
            }
            for partition in positions.keys {
                let offsets = try #require(live.broker.offsets(of: .init(topic: "t", partition: partition)))
                #expect(positions[partition] == offsets.end, "not all records came")
                #expect(highWatermarks[partition] == offsets.highWatermark)
            }
        }
        // Partitions without news are left out: some answers are smaller than the session, some are empty.
        #expect(sizes.contains(0))
        #expect(sizes.contains { $0 > 0 })
    }

    @Test("an error is told in each answer until it is over")
    func errors() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let client = try WireClient(to: live.address)
        let opened = try Self.fetch(client, Self.request([0: 0, 7: 0], session: 0, epoch: 0))
        #expect(opened.responses.flatMap(\.partitions).map(\.errorCode) == [.none, .unknownTopicOrPartition])
        for epoch in Int32(1)...2 {
            let next = try Self.fetch(client, Self.request(session: opened.sessionID, epoch: epoch))
            #expect(next.responses.flatMap(\.partitions).map(\.partitionIndex) == [7])
            #expect(next.responses.flatMap(\.partitions).map(\.errorCode) == [.unknownTopicOrPartition])
        }
        let left = try Self.fetch(client, Self.request(forgetting: [7], session: opened.sessionID, epoch: 3))
        #expect(left.responses.isEmpty && left.sessionID == opened.sessionID)
    }

    @Test("partitions that gave records go to the end, so that a small answer does not starve the others")
    func fairness() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t", partitions: 3)
        for partition in Int32(0)..<3 { try live.fill("t", partition, upTo: 5) }
        let client = try WireClient(to: live.address)
        var response = try Self.fetch(
            client, Self.request([0: 0, 1: 0, 2: 0], session: 0, epoch: 0, maxBytes: 1))
        var order = [[Int32]]()
        for epoch in Int32(1)...3 {
            response = try Self.fetch(client, Self.request(session: response.sessionID, epoch: epoch, maxBytes: 1))
            order.append(
                response.responses.flatMap(\.partitions).filter { Self.end(of: $0) != nil }.map(\.partitionIndex))
        }
        // The first answer creates the session; the session's own turns go round.
        #expect(order == [[0], [1], [2]])
    }

    @Test("a session is told apart by its number, ends when it is told to, and by a fetch in full")
    func ends() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("t")
        let client = try WireClient(to: live.address)
        let id = try Self.fetch(client, Self.request([0: 0], session: 0, epoch: 0)).sessionID
        #expect(try Self.fetch(client, Self.request(session: id, epoch: 5)).errorCode == .invalidFetchSessionEpoch)
        #expect(try Self.fetch(client, Self.request(session: id, epoch: 1)).errorCode == .none)
        let byID = Self.request(session: id, epoch: 2)
        #expect(try Self.fetch(client, byID, version: 13).errorCode == .fetchSessionTopicIDError)
        // Asking in full again ends the old session and opens another.
        let other = try Self.fetch(client, Self.request([0: 0], session: id, epoch: 0)).sessionID
        #expect(other != id && other > 0)
        #expect(try Self.fetch(client, Self.request(session: id, epoch: 2)).errorCode == .fetchSessionIDNotFound)
        // Nothing left in it: the session is over.
        let emptied = try Self.fetch(client, Self.request(forgetting: [0], session: other, epoch: 1))
        #expect(emptied.errorCode == .none && emptied.sessionID == 0)
        #expect(try Self.fetch(client, Self.request(session: other, epoch: 2)).errorCode == .fetchSessionIDNotFound)
    }

    @Test(
        "a full cache gives a slot to who asks for more, or in place of one unused for two minutes; else id 0 is given")
    func eviction() throws {
        let now = Mutex<Int64>(0)
        let cache = FetchSessionCache(slots: 2, maxPartitions: 100, now: { now.withLock { $0 } })
        func open(_ partitions: Int32) throws -> Int32 {
            let request = Self.request(
                Dictionary(uniqueKeysWithValues: (0..<partitions).map { ($0, 0) }), session: 0, epoch: 0)
            let turn = try cache.turn(for: request, version: 11)
            let answers = request.topics.map { topic in
                FetchResponse.Topic(
                    topic: topic.topic, partitions: topic.partitions.map { .init(partitionIndex: $0.partition) })
            }
            return cache.answer(turn, FetchResponse(responses: answers)).sessionID
        }
        func isOpen(_ id: Int32) -> Bool {
            (try? cache.turn(for: Self.request(session: id, epoch: 1), version: 11)) != nil
        }
        let (small, large) = (try open(2), try open(5))
        #expect(small > 0 && large > 0)
        #expect(try open(50) == 0, "young sessions stay")
        now.withLock { $0 = 100_000 }
        #expect(isOpen(large))
        now.withLock { $0 = 121_000 }
        let third = try open(1)
        #expect(third > 0, "the one that was not used for two minutes gives way")
        #expect(!isOpen(small))
        #expect(try open(4) == 0, "the one that is old enough is larger")
        #expect(try open(6) > 0, "it gives way to a larger one")
        #expect(!isOpen(large))
        #expect(cache.count == 2)
        #expect(try open(95) == 0, "all sessions together have so much room")
    }
}
