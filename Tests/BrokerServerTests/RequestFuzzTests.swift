import BrokerCore
import Foundation
import FrameFuzz
import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import BrokerServer

/// Recorded requests, broken, against the decoder and the broker behind it. A trap ends the process, and with it the run.
///
/// `WEIR_FUZZ_ROUNDS` says how many, `WEIR_FUZZ_SEED` which ones.
@Suite("Broken requests", .serialized)
struct RequestFuzzTests {
    private static let rounds = Int(ProcessInfo.processInfo.environment["WEIR_FUZZ_ROUNDS"] ?? "") ?? 60_000
    private static let seed = UInt64(ProcessInfo.processInfo.environment["WEIR_FUZZ_SEED"] ?? "") ?? 20_261_122
    /// Requests that are handed to the broker, spread over the run; the others are only decoded.
    private static let dispatches = 60_000
    private static let batch = 500

    @Test("whatever a frame says, it is refused or answered, once; no memory is kept of it")
    func mutations() throws {
        let live = try LiveServer(settings: [
            "auto.create.topics.enable": "false", "offsets.topic.num.partitions": "1",
            "transaction.state.log.num.partitions": "1",
        ])
        defer { live.stop() }
        for name in ["probe", "t1"] { try live.createTopic(name, partitions: 3) }
        try live.fill("probe", 0, upTo: 50)
        let corpus = try GoldenWire.names().flatMap { try GoldenWire.rows(of: $0) }
            .filter { $0.direction == "req" }.compactMap(\.frame).filter { $0.count < 4_000 }
        try #require(!corpus.isEmpty)
        print("seed \(Self.seed), \(Self.rounds) frames broken out of \(corpus.count), \(GoldenWire.source)")

        let scene = try FuzzedDispatcher(broker: live.broker)
        defer { scene.stop() }
        var mutator = FrameMutator(seed: Self.seed)
        let every = max(1, Self.rounds / Self.dispatches)
        let began = ContinuousClock.now
        var settled = 0
        for start in stride(from: 0, to: Self.rounds, by: Self.batch) {
            let frames = (start..<min(start + Self.batch, Self.rounds)).map { round in
                (bytes: Self.frame(of: corpus, &mutator), isDispatched: round % every == 0)
            }
            try scene.take(frames)
            // What the first tenth leaves behind (buffers that are used again, open files) is the broker's working set.
            if start <= Self.rounds / 10 { settled = residentBytes() }
        }
        live.broker.groups.close()
        #expect(
            eventually(withinMilliseconds: 60_000) { scene.tally.unanswered == 0 },
            "\(scene.tally.unanswered) unanswered")
        let grown = residentBytes() - settled
        let seconds = (ContinuousClock.now - began).components.seconds
        print("\(Self.rounds) frames in \(seconds) s, \(scene.tally.description), \(grown >> 20) MiB more at the end")
        let seen = scene.tally.figures
        #expect(seen.refused > Self.rounds / 20 && seen.read > Self.rounds / 20 && seen.dispatched > 0)
        #expect(seen.answeredTwice == 0)
        #expect(grown < 512 << 20, "\(grown >> 20) MiB more")
        let asked = try WireClient(to: live.address).ask(.metadata(MetadataRequest(topics: nil)), version: 5)
        guard case .metadata(let answer) = asked else { throw WireClient.Failure.closed }
        #expect(answer.brokers.count == 1)
    }

    private static func frame(of corpus: [[UInt8]], _ mutator: inout FrameMutator) -> ByteBuffer {
        guard var frame = corpus.randomElement(using: &mutator.random) else { return ByteBuffer() }
        if Int.random(in: 0..<10, using: &mutator.random) == 0,
            let other = corpus.randomElement(using: &mutator.random)
        {
            frame = mutator.spliced(frame, other)
        }
        // Key and version stay mostly as they are, so that bodies are reached.
        let start = Int.random(in: 0..<20, using: &mutator.random) == 0 ? 0 : 8
        return ByteBuffer(bytes: mutator.mutated(frame, from: start))
    }
}

/// A broker's dispatcher, given frames by the test on the event loop of a client that says nothing itself.
private final class FuzzedDispatcher {
    let tally = FuzzTally()
    private let broker: Broker
    private let pool = NIOThreadPool(numberOfThreads: 2)
    private let listener: TestListener
    private let peer: WireClient
    private let dispatcher: RequestDispatcher
    private let client: Client

    init(broker: Broker) throws {
        self.broker = broker
        pool.start()
        dispatcher = RequestDispatcher(
            broker: broker, configuration: ServerConfiguration(), diskPool: pool, meters: RequestMeters())
        let connected = Mutex<Client?>(nil)
        listener = try TestListener { _, client, answer in
            connected.withLock { $0 = client }
            answer(.nothing())
        }
        peer = try WireClient(to: listener.address)
        peer.send(frame: [0, 0])
        _ = eventually { connected.withLock { $0 != nil } }
        client = try #require(connected.withLock { $0 })
    }

    /// Decodes frames, and works on those that are meant for it.
    func take(_ frames: [(bytes: ByteBuffer, isDispatched: Bool)]) throws {
        let (tally, broker, dispatcher, client) = (tally, broker, dispatcher, client)
        try client.eventLoop.submit {
            for (frame, isDispatched) in frames {
                guard let request = try? AnyRequest.decode(frame: frame).1 else {
                    tally.refuse()
                    if isDispatched { _ = dispatcher.handle(frame, from: client, answer: tally.open("refused")) }
                    continue
                }
                let isCheap = Self.isCheap(request, broker)
                tally.read(isSpared: isDispatched && !isCheap)
                guard isDispatched, isCheap else { continue }
                // Who waits is told that the client has gone.
                dispatcher.handle(frame, from: client, answer: tally.open(request.api.name))?.cancel()
            }
        }.wait()
    }

    /// Whether it leaves little on the disk: a broker that is asked for ten thousand partitions makes them.
    private static func isCheap(_ request: AnyRequest, _ broker: Broker) -> Bool {
        switch request {
        case .createTopics(let request):
            broker.topics.image.topics.count < 200 && request.topics.count < 20
                && request.topics.allSatisfy { $0.numPartitions < 20 && $0.assignments.count < 20 }
        case .createPartitions(let request): request.topics.allSatisfy { $0.count < 20 }
        default: true
        }
    }

    func stop() {
        try? listener.stop()
        try? pool.syncShutdownGracefully()
    }
}

/// What became of the frames.
private final class FuzzTally: Sendable, CustomStringConvertible {
    struct Figures {
        var refused = 0
        var read = 0
        var spared = 0
        var dispatched = 0
        var answered = 0
        var closed = 0
        var answeredTwice = 0
        var apis: Set<String> = []
    }

    private let state = Mutex(Figures())

    var figures: Figures { state.withLock { $0 } }
    var unanswered: Int { state.withLock { $0.dispatched - $0.answered } }

    var description: String {
        let seen = figures
        return "\(seen.refused) refused by the decoder, \(seen.read) read, \(seen.dispatched) handed to the broker "
            + "(\(seen.apis.count) APIs; \(seen.spared) spared), \(seen.closed) of them closed"
    }

    func refuse() { state.withLock { $0.refused += 1 } }

    func read(isSpared: Bool) {
        state.withLock { state in
            state.read += 1
            if isSpared { state.spared += 1 }
        }
    }

    /// Counts a request that the broker is given; what it answers is counted by the closure.
    func open(_ api: String) -> @Sendable (Answer) -> Void {
        state.withLock { state in
            state.dispatched += 1
            state.apis.insert(api)
        }
        let once = Once()
        return { answer in self.close(answer, isSecond: once.isUsed.exchange(true, ordering: .acquiringAndReleasing)) }
    }

    private final class Once: Sendable {
        let isUsed = Atomic<Bool>(false)
    }

    private func close(_ answer: Answer, isSecond: Bool) {
        state.withLock { state in
            if isSecond {
                state.answeredTwice += 1
                return
            }
            state.answered += 1
            if case .close = answer { state.closed += 1 }
        }
    }
}
