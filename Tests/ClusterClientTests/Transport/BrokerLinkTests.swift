import NIOCore
import NIOPosix
import Testing

@testable import ClusterClient

@Suite("The way to one broker")
struct BrokerLinkTests {
    private static let broker = BrokerAddress(host: "kafka-1", port: 9092)
    private static let refused = ClientError.unreachable(broker, "connection refused")
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private var link = BrokerLink(backoff: Backoff(first: 100, longest: 10_000))

    private mutating func ask(_ milliseconds: Int64) -> BrokerLink.Verdict {
        link.ask(Awaited(), at: start + .milliseconds(milliseconds))
    }

    private mutating func fail(_ milliseconds: Int64, _ error: ClientError = refused) -> (waiters: Int, rest: Int64) {
        var random = SystemRandomNumberGenerator()
        let outcome = link.failed(error, at: start + .milliseconds(milliseconds), using: &random)
        return (outcome.waiters.count, outcome.rest)
    }

    private func reason(_ verdict: BrokerLink.Verdict) -> String? {
        if case .fail(.unreachable(Self.broker, let reason)) = verdict { reason } else { nil }
    }

    private func starts(_ verdict: BrokerLink.Verdict) -> Bool? {
        if case .wait(let starts) = verdict { starts } else { nil }
    }

    /// A connection over a real socket, for its identity and its session only.
    private func withConnection(
        staleAt: NIODeadline?, _ body: (BrokerConnection) throws -> Void
    ) async throws {
        let peer = try await CannedPeer { _, _ in .silence }
        let address = peer.address
        let socket = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let matcher = AnswerMatcher(broker: address, maxAnswerBytes: 100, meter: CostMeter())
                    try channel.pipeline.syncOperations.addHandler(matcher)
                    return BrokerSocket(broker: address, channel: channel, matcher: matcher, clientID: "test")
                }
            }
        let connection = BrokerConnection(socket, offered: [:], staleAt: staleAt)
        let outcome = Result { try body(connection) }
        await connection.close(.closed)
        await peer.stop()
        try outcome.get()
    }

    @Test("who asks first starts the attempt, who asks during it waits, and all learn how it ended")
    mutating func firstAttempt() {
        #expect(starts(ask(0)) == true)
        #expect(starts(ask(1)) == false)
        #expect(starts(ask(2)) == false)
        #expect(fail(10).waiters == 3)
        #expect(link.waiters.isEmpty)
    }

    @Test("a broker that failed makes nobody wait, and says why and when it is tried next")
    mutating func failsAtOnce() throws {
        _ = ask(0)
        let rest = fail(10).rest
        #expect((80...120).contains(rest))
        #expect(reason(ask(10)) == "connection refused; next try in \(rest) ms")
        #expect(reason(ask(10 + rest - 1)) == "connection refused; next try in 1 ms")
        let isTried = link.retry(at: start + .milliseconds(10 + rest))
        #expect(isTried)
        #expect(reason(ask(10 + rest)) == "connection refused; being tried again")
        let longer = fail(200).rest
        #expect((160...240).contains(longer))
        #expect(fail(500).waiters == 0)
    }

    @Test("a broker is tried again by itself for half a minute after somebody asked, and no longer")
    mutating func patience() {
        _ = ask(0)
        _ = fail(0)
        var isTried = link.retry(at: start + .milliseconds(29_999))
        #expect(isTried)
        _ = fail(29_999)
        isTried = link.retry(at: start + .milliseconds(30_000))
        #expect(!isTried)
        isTried = link.retry(at: start + .milliseconds(30_001))
        #expect(!isTried)
        // Who comes then waits for an attempt of his own.
        #expect(starts(ask(60_000)) == true)
    }

    @Test("refused credentials rest the longest time at once")
    mutating func authentication() {
        _ = ask(0)
        #expect(fail(0, .authentication(Self.broker, "no")).rest == 10_000)
        guard case .fail(.authentication(_, "no; next try in 10 s")) = ask(0) else {
            Issue.record("not refused as it should be")
            return
        }
    }

    @Test("a connection that breaks is a failure; one whose session ended unused is none")
    func losing() async throws {
        var random = SystemRandomNumberGenerator()
        let broken = ClientError.disconnected(Self.broker, "it closed the connection")
        try await withConnection(staleAt: start + .seconds(100)) { connection in
            var link = BrokerLink(backoff: Backoff(first: 100, longest: 10_000))
            let waiter = Awaited<BrokerConnection>()
            _ = link.ask(waiter, at: start)
            let waiters = link.opened(connection)
            #expect(waiters.count == 1)
            guard case .use(let used) = link.ask(Awaited(), at: start + .seconds(99)), used === connection else {
                Issue.record("an open connection is not used")
                return
            }
            var unused = link
            let afterSession = unused.lost(connection, broken, at: start + .seconds(101), using: &random)
            #expect(afterSession == nil)
            #expect(starts(unused.ask(Awaited(), at: start + .seconds(101))) == true)

            var replaced = link
            #expect(starts(replaced.ask(Awaited(), at: start + .seconds(100))) == true)
            let afterReplacing = replaced.lost(connection, broken, at: start + .seconds(101), using: &random)
            #expect(afterReplacing == nil)
            #expect(starts(replaced.ask(Awaited(), at: start + .seconds(101))) == false)

            let rest = try #require(link.lost(connection, broken, at: start + .seconds(99), using: &random))
            #expect((80...120).contains(rest))
            let told = reason(link.ask(Awaited(), at: start + .seconds(99)))
            #expect(told == "it closed the connection; next try in \(rest) ms")
        }
    }

    @Test("a session is left in time: new requests at 85 % of its lifetime, the last ones at 95 %")
    func session() {
        let session = BrokerSession(from: start, lifetimeMilliseconds: 10_000)
        #expect(session.staleAt == start + .milliseconds(8_500))
        #expect(session.end == start + .milliseconds(9_500))
        // No lifetime that a broker may say is too long to be reckoned with.
        #expect(BrokerSession(from: start, lifetimeMilliseconds: .max).end > start + .hours(24 * 365 * 50))
    }
}
