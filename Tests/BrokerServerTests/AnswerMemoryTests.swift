import BrokerCore
import KafkaProtocol
import NIOCore
import SeededNumbers
import Synchronization
import Testing

@testable import BrokerServer

@Suite("Memory for answers", .serialized)
struct AnswerMemoryTests {
    private static let least = AnswerMemory.least

    @Test(
        "what is granted never goes beyond the bound, whoever comes and goes; who waits is served in order",
        arguments: [51, 52, 53] as [UInt64])
    func model(seed: UInt64) {
        var model = Model(seed: seed)
        for _ in 0..<20_000 {
            model.step()
            let figures = model.memory.figures
            #expect(figures.used == model.held.reduce(0, +) && figures.used <= figures.limit, "seed \(seed)")
            #expect(figures.fetchesWaiting == model.known.count + model.newcomers.count, "seed \(seed)")
            // Nobody waits while there is room for the least; of newcomers, while that is beside what is kept for others.
            let left = figures.limit - figures.used
            #expect(model.known.isEmpty || left < Self.least, "seed \(seed)")
            let isFull = left - figures.limit / 4 < Self.least
            #expect(model.newcomers.isEmpty || !model.known.isEmpty || isFull, "seed \(seed)")
        }
        #expect(model.isInOrder && model.served > 100, "seed \(seed): \(model.served) waited and were served")
    }

    /// Fetches that come, wait, are taken and give up at random, and what each of them must hold.
    private struct Model {
        typealias Waiter = (order: Int, ticket: AnswerMemory.Ticket)
        let memory = AnswerMemory(limit: 40 * least)
        var random: SeededGenerator
        var held: [Int] = []
        var known: [Waiter] = []
        var newcomers: [Waiter] = []
        var served = 0
        var isInOrder = true
        private var next = 0
        private let resumed = Resumed()

        private final class Resumed: Sendable {
            let list = Mutex<[(order: Int, granted: Int)]>([])
        }

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func step() {
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1: come()
            case 2, 3: takeAnswer()
            default: giveUp(Bool.random(using: &random) ? \.known : \.newcomers)
            }
            let taken = resumed.list.withLock { list in
                defer { list = [] }
                return list
            }
            for (order, granted) in taken {
                // Newcomers have their turn only when nobody else waits.
                let line: WritableKeyPath<Model, [Waiter]> = known.isEmpty ? \.newcomers : \.known
                isInOrder = isInOrder && self[keyPath: line].first?.order == order
                self[keyPath: line].removeFirst()
                served += 1
                held.append(granted)
            }
        }

        private mutating func come() {
            let (order, resumed) = (next, resumed)
            next += 1
            let wanted = Int.random(in: 1...(50 * least), using: &random)
            let isNewcomer = Bool.random(using: &random)
            let grant = memory.take(wanted, isNewcomer: isNewcomer) { granted in
                resumed.list.withLock { $0.append((order, granted)) }
            }
            switch grant {
            case .now(let granted):
                isInOrder = isInOrder && granted <= wanted && known.isEmpty && (!isNewcomer || newcomers.isEmpty)
                held.append(granted)
            case .later(let ticket):
                if isNewcomer { newcomers.append((order, ticket)) } else { known.append((order, ticket)) }
            }
        }

        private mutating func takeAnswer() {
            guard !held.isEmpty else { return }
            memory.change(by: -held.remove(at: Int.random(in: 0..<held.count, using: &random)))
        }

        private mutating func giveUp(_ line: WritableKeyPath<Model, [Waiter]>) {
            guard !self[keyPath: line].isEmpty else { return }
            let index = Int.random(in: 0..<self[keyPath: line].count, using: &random)
            isInOrder = memory.cancel(self[keyPath: line].remove(at: index).ticket) && isInOrder
        }
    }

    /// A server with little memory for answers, a topic with much in it and one with little.
    private struct Scene {
        let live: LiveServer
        var idle: [WireClient] = []

        init(stalledMilliseconds: Int64) throws {
            var configuration = ServerConfiguration()
            configuration.answerMemoryBytes = 32 << 20
            configuration.stalledMilliseconds = stalledMilliseconds
            // What the kernel takes is not ours to hold.
            configuration.sendBufferBytes = 16 << 10
            live = try LiveServer(configuration)
            for topic in ["much", "little"] { try live.createTopic(topic, configs: ["retention.ms": "-1"]) }
            try live.append(String(repeating: "x", count: 200_000), to: "much", times: 300)
            try live.append("seen", to: "little")
        }

        /// Clients that ask for everything there is and read nothing of it, until the memory is short.
        mutating func crowd(_ count: Int) throws {
            for _ in 0..<count {
                let client = try WireClient(to: live.address, receiveBufferBytes: 4_096)
                try client.send(.fetch(AnswerMemoryTests.fetch("much", upTo: 50 << 20)), version: 4, correlationID: 1)
                idle.append(client)
            }
            let live = live
            #expect(eventually(withinMilliseconds: 30_000) { live.server.answerMemory.fetchesWaiting > 0 })
        }

        /// Bytes of records that somebody gets who reads.
        func read(_ topic: String, _ client: WireClient) throws -> Int {
            try client.send(.fetch(AnswerMemoryTests.fetch(topic, upTo: 1 << 20)), version: 4, correlationID: 2)
            let (_, answer) = try client.receive(key: 1, version: 4, withinMilliseconds: 60_000)
            guard case .fetch(let fetch) = answer else { throw WireClient.Failure.closed }
            return fetch.responses[0].partitions[0].records?.readableBytes ?? 0
        }
    }

    @Test("a crowd that reads nothing holds a bounded part, and who has read before goes on at once")
    func known() throws {
        var scene = try Scene(stalledMilliseconds: 600_000)
        defer { scene.live.stop() }
        let known = try WireClient(to: scene.live.address)
        #expect(try scene.read("much", known) > 0)
        let before = residentBytes()
        try scene.crowd(120)
        for _ in 0..<20 {
            #expect(try scene.read("much", known) > 200_000)
            #expect(try scene.read("little", known) > 0)
        }
        let figures = scene.live.server.answerMemory
        print("120 clients that read nothing: \((residentBytes() - before) >> 20) MiB more, \(figures)")
        #expect(figures.connectionsStalled == 0 && figures.fetchesWaiting > 0)
        #expect(figures.used <= figures.limit)
        scene.idle.removeAll()
        let live = scene.live
        #expect(eventually { live.server.answerMemory.used == 0 }, "\(live.server.answerMemory)")
    }

    @Test("who takes nothing while others wait is disconnected, so that newcomers have their turn")
    func newcomers() throws {
        var scene = try Scene(stalledMilliseconds: 500)
        defer { scene.live.stop() }
        try scene.crowd(100)
        let newcomer = try WireClient(to: scene.live.address)
        #expect(try scene.read("little", newcomer) > 0)
        #expect(scene.live.server.answerMemory.connectionsStalled > 0)
        // When nobody waits any more, those who are still there may stay as they are.
        let live = scene.live
        #expect(eventually(withinMilliseconds: 30_000) { live.server.answerMemory.fetchesWaiting == 0 })
        #expect(live.server.connectionCount > 10)
    }

    @Test("an answer holds 1 MiB; a client that waits for more gets more with each fetch, up to that")
    func growing() throws {
        let live = try LiveServer()
        defer { live.stop() }
        try live.createTopic("much", configs: ["retention.ms": "-1"])
        try live.append(String(repeating: "x", count: 200_000), to: "much", times: 60)
        func sizes(waitingFor bytes: Int32) throws -> [Int] {
            let client = try WireClient(to: live.address)
            return try (0..<6).map { _ in
                var request = Self.fetch("much", upTo: 8 << 20)
                request.minBytes = bytes
                guard case .fetch(let answer) = try client.ask(.fetch(request), version: 4) else {
                    throw WireClient.Failure.closed
                }
                return answer.responses[0].partitions[0].records?.readableBytes ?? 0
            }
        }
        let usual = try sizes(waitingFor: 1)
        #expect(usual.allSatisfy { $0 <= 1 << 20 && $0 > 1 << 19 }, "\(usual)")
        let growing = try sizes(waitingFor: 2 << 20)
        #expect(growing == growing.sorted())
        #expect(growing[0] <= 1 << 20 && growing[0] > 1 << 19, "\(growing)")
        #expect(growing[5] > 1 << 20 && growing[5] <= 2 << 20, "\(growing)")
        #expect(eventually { live.server.answerMemory.used == 0 }, "\(live.server.answerMemory)")
    }

    private static func fetch(_ topic: String, upTo bytes: Int32) -> FetchRequest {
        var request = FetchRequest()
        request.maxBytes = bytes
        var partition = FetchRequest.Partition()
        partition.partitionMaxBytes = bytes
        request.topics = [.init(topic: topic, partitions: [partition])]
        return request
    }
}
