import Cluster
import NIOCore
import NIOPosix
import SeededNumbers
import Synchronization
import Testing

@testable import BrokerServer

@Suite("Connection")
struct ConnectionTests {
    /// An answer frame that holds the bytes.
    private static func frame(_ bytes: ByteBuffer) -> Answer {
        .frame([ByteBuffer(integer: Int32(bytes.readableBytes)), bytes])
    }

    @Test("pipelined requests are answered in order, whatever each of them takes", arguments: [21, 22, 23] as [UInt64])
    func order(seed: UInt64) throws {
        let workers = NIOThreadPool(numberOfThreads: 4)
        workers.start()
        defer { try? workers.syncShutdownGracefully() }
        let random = Mutex(SeededGenerator(seed: seed))
        // Some answers come at once on the event loop, some from other threads, some later, some are nothing at all.
        let listener = try TestListener { request, client, answer in
            let choice = random.withLock { Int.random(in: 0..<4, using: &$0) }
            let outcome: Answer = request.getInteger(at: 4, as: UInt8.self) == 0 ? .nothing() : Self.frame(request)
            switch choice {
            case 0: answer(outcome)
            case 1: workers.submit { _ in answer(outcome) }
            case 2: client.eventLoop.scheduleTask(in: .microseconds(300)) { answer(outcome) }
            default:
                client.eventLoop.execute {
                    workers.submit { _ in answer(outcome) }
                }
            }
        }
        defer { try? listener.stop() }
        let client = try WireClient(to: listener.address)
        var expected: [UInt32] = []
        for number in 0..<2_000 as Range<UInt32> {
            let isAnswered = number % 5 != 0
            let body = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
            client.send(frame: [UInt8(0x7F)] + body.dropFirst() + [isAnswered ? 1 : 0])
            if isAnswered { expected.append(number) }
            // Reads now and then, so that neither side's socket fills up.
            if number % 400 == 399 {
                for number in expected {
                    let answer = try client.receive()
                    #expect(answer.getInteger(at: 0, as: UInt32.self).map { $0 & 0xFF_FFFF } == number, "seed \(seed)")
                }
                expected = []
            }
        }
    }

    @Test("no more requests are taken up than may be in flight, and the rest is not lost")
    func inFlightLimit() throws {
        var configuration = ServerConfiguration()
        configuration.maxRequestsInFlight = 8
        let open = Mutex<[@Sendable (Answer) -> Void]>([])
        let listener = try TestListener(configuration) { _, _, answer in open.withLock { $0.append(answer) } }
        defer { try? listener.stop() }
        let client = try WireClient(to: listener.address)
        for number in 0..<100 as Range<UInt8> { client.send(frame: [9, 9, number]) }
        var answered = 0
        while answered < 100 {
            let expected = min(8, 100 - answered)
            #expect(eventually { open.withLock { $0.count } == expected })
            #expect(listener.registry.descriptions.first?.requestsInFlight == expected)
            let round = open.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            // The last one first: nothing may leave before the first one is there.
            for answer in round.reversed() { answer(Self.frame(ByteBuffer(integer: UInt32(7)))) }
            for _ in round { _ = try client.receive() }
            answered += round.count
        }
    }

    @Test("a client that does not read stops being read, and the server holds little for it")
    func slowReader() throws {
        let answer = ByteBuffer(repeating: 0x5A, count: 1 << 20)
        let listener = try TestListener { _, _, finish in finish(Self.frame(answer)) }
        defer { try? listener.stop() }
        let client = try WireClient(to: listener.address, receiveBufferBytes: 64 << 10)
        // As many requests as the server's side will take without an answer being read.
        let request: [UInt8] = [0, 0, 0, 4, 9, 9, 9, 9]
        var sent = 0
        while sent < 4_000, client.sendWithoutWaiting(request) == request.count { sent += 1 }
        // What was taken up is what fits: the write buffer's mark, and what the sockets hold.
        #expect(eventually { (listener.registry.descriptions.first?.requests ?? 0) > 0 })
        var last: Int64 = -1
        #expect(
            eventually {
                let now = listener.registry.descriptions.first?.bytesOut ?? 0
                defer { last = now }
                return now == last
            })
        #expect(last < 32 << 20, "\(sent) requests, \(last) bytes of answers")
        // It is only slow, not dead: once it reads, everything comes.
        for _ in 0..<sent { #expect(try client.receive().readableBytes == 1 << 20) }
    }

    @Test("a client that sends thousands of requests at once does not keep others of its event loop waiting")
    func fairness() throws {
        var configuration = ServerConfiguration()
        configuration.eventLoops = 1
        let taken = Mutex<[UInt8]>([])
        let listener = try TestListener(configuration) { request, _, answer in
            let sender = request.getInteger(at: 0, as: UInt8.self) ?? 0
            taken.withLock { $0.append(sender) }
            answer(sender == 1 ? .nothing() : Self.frame(request))
        }
        defer { try? listener.stop() }
        let greedy = try WireClient(to: listener.address)
        let other = try WireClient(to: listener.address)
        let count = 200_000
        let requests = [[UInt8]](repeating: [0, 0, 0, 2, 1, 0], count: count).flatMap { $0 }
        var sent = greedy.sendWithoutWaiting(requests)
        #expect(eventually { taken.withLock { $0.count } > 0 })
        for _ in 0..<20 {
            other.send(frame: [2, 0])
            _ = try other.receive()
            sent += greedy.sendWithoutWaiting(Array(requests[sent...]))
        }
        greedy.send(raw: Array(requests[sent...]))
        // How many of the greedy client's requests came between two of the other's, of which only one is open at a time.
        let gaps = taken.withLock { $0 }.split(separator: 2, omittingEmptySubsequences: false).dropLast().map(\.count)
        let median = gaps.sorted()[gaps.count / 2]
        #expect(median < 2_000, "the other's requests waited for \(gaps) of the greedy client's")
        #expect(eventually(withinMilliseconds: 60_000) { taken.withLock { $0.count } == count + 20 })
    }

    @Test("a second fetch is not taken up while the first one is open, and later requests wait behind it")
    func oneFetch() throws {
        let open = Mutex<[(key: Int16, answer: @Sendable (Answer) -> Void)]>([])
        let listener = try TestListener { request, _, answer in
            let key = request.getInteger(at: 0, as: Int16.self) ?? -1
            open.withLock { $0.append((key, answer)) }
        }
        defer { try? listener.stop() }
        let client = try WireClient(to: listener.address)
        for key in [1, 3, 1, 18] as [UInt8] { client.send(frame: [0, key]) }
        #expect(eventually { open.withLock { $0.count } == 2 })
        #expect(open.withLock { $0.map(\.key) } == [1, 3])
        open.withLock { $0[0] }.answer(Self.frame(ByteBuffer(integer: Int16(1))))
        #expect(eventually { open.withLock { $0.count } == 4 })
        #expect(open.withLock { $0.map(\.key) } == [1, 3, 1, 18])
    }

    @Test("an answer that closes comes after the answers before it, and nothing after it is taken up")
    func closing() throws {
        let taken = Mutex(0)
        let listener = try TestListener { request, client, answer in
            taken.withLock { $0 += 1 }
            let outcome: Answer =
                request.getInteger(at: 1, as: UInt8.self) == 2 ? .close(reason: "test") : Self.frame(request)
            client.eventLoop.scheduleTask(in: .milliseconds(1)) { answer(outcome) }
        }
        defer { try? listener.stop() }
        let client = try WireClient(to: listener.address)
        for number in [0, 1, 2] as [UInt8] { client.send(frame: [9, number]) }
        #expect(try client.receive().getInteger(at: 1, as: UInt8.self) == 0)
        #expect(try client.receive().getInteger(at: 1, as: UInt8.self) == 1)
        #expect(client.isClosedByPeer())
        #expect(eventually { listener.registry.count == 0 })
        #expect(taken.withLock { $0 } == 3)
    }

    @Test("a connection beyond max.connections is closed at once; when one leaves, the next may come")
    func maxConnections() throws {
        var configuration = ServerConfiguration()
        configuration.maxConnections = 3
        let listener = try TestListener(configuration) { request, _, answer in answer(Self.frame(request)) }
        defer { try? listener.stop() }
        var clients = try (0..<3).map { _ in try WireClient(to: listener.address) }
        for client in clients {
            client.send(frame: [9, 9])
            _ = try client.receive()
        }
        let refused = try WireClient(to: listener.address)
        #expect(refused.isClosedByPeer())
        #expect(listener.registry.refused == 1)
        clients.removeLast().close()
        #expect(eventually { listener.registry.count == 2 })
        let next = try WireClient(to: listener.address)
        next.send(frame: [9, 9])
        #expect(try next.receive().readableBytes == 2)
    }

    @Test("an idle connection is closed, one that trickles a frame too, one whose request is being worked on is not")
    func idleness() throws {
        var configuration = ServerConfiguration()
        configuration.idleMilliseconds = 300
        let open = Mutex<[@Sendable (Answer) -> Void]>([])
        let listener = try TestListener(configuration) { _, _, answer in open.withLock { $0.append(answer) } }
        defer { try? listener.stop() }
        let idle = try WireClient(to: listener.address)
        let trickling = try WireClient(to: listener.address)
        let busy = try WireClient(to: listener.address)
        busy.send(frame: [9, 9])
        trickling.send(raw: [0, 0, 1, 0])
        // A byte whenever one is looked at: never a whole frame.
        #expect(eventually { !trickling.send(raw: [1]) || trickling.isClosedByPeer(withinMilliseconds: 20) })
        #expect(idle.isClosedByPeer())
        #expect(eventually { listener.registry.count == 1 })
        for answer in open.withLock({ $0 }) { answer(Self.frame(ByteBuffer(integer: UInt8(1)))) }
        #expect(try busy.receive().readableBytes == 1)
    }

    @Test(
        "bytes that are no frame close the connection",
        arguments: [
            [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], Array("GET / HTTP/1.1\r\n\r\n".utf8),
            [0x06, 0x40, 0, 1],
        ] as [[UInt8]])
    func noFrame(bytes: [UInt8]) throws {
        let listener = try TestListener { request, _, answer in answer(Self.frame(request)) }
        defer { try? listener.stop() }
        let client = try WireClient(to: listener.address)
        client.send(raw: bytes)
        #expect(client.isClosedByPeer())
    }

    @Test("a client that vanishes frees what was held for it", arguments: [false, true])
    func vanishing(whileWorking: Bool) throws {
        let open = Mutex<[@Sendable (Answer) -> Void]>([])
        let listener = try TestListener { _, _, answer in open.withLock { $0.append(answer) } }
        defer { try? listener.stop() }
        let client = try WireClient(to: listener.address)
        client.send(frame: [9, 9])
        client.send(raw: [0, 0, 1, 0, 1])
        #expect(eventually { open.withLock { $0.count } == 1 })
        if whileWorking { client.close() }
        for answer in open.withLock({ $0 }) { answer(Self.frame(ByteBuffer(integer: UInt8(1)))) }
        client.close()
        #expect(eventually { listener.registry.count == 0 })
    }
}
