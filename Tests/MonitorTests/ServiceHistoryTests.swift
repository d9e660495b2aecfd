import Cluster
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("How clients are served, over time")
struct ServiceHistoryTests {
    /// Totals of an API after so many requests of a millisecond and so many of a second.
    private static func totals(quick: Int64, slow: Int64 = 0, errors: Int64 = 0) -> RequestTotals {
        var latencies = LogLinearCounts()
        latencies.insert(1_000, times: quick)
        latencies.insert(1_000_000, times: slow)
        let requests = quick + slow
        return RequestTotals(
            api: "Produce", requests: requests, errors: errors, bytesIn: requests * 100, bytesOut: requests * 10,
            latencies: latencies)
    }

    private static func connection(_ id: UInt64, requests: Int64, connected second: Int64) -> ConnectionDescription {
        var it = ConnectionDescription(
            id: id, address: "h:1", listener: "PLAINTEXT",
            connectedAt: DerivationTests.moment(second).wallMilliseconds)
        it.requests = requests
        it.bytesIn = requests * 50
        return it
    }

    @Test("rates and times are of the last minute, not of all the time before it")
    func minute() throws {
        var history = ServiceHistory()
        // A slow minute, then 10 quick requests a second.
        for second in 0...180 as ClosedRange<Int64> {
            let slow = min(second, 60)
            let quick = max(0, second - 60) * 10
            history.take(
                ServiceStatus(requests: [Self.totals(quick: quick, slow: slow, errors: second)]), startedAt: 1,
                at: DerivationTests.moment(second))
        }
        let figures = try #require(history.figures(connectionWindow: 15_000))
        #expect(figures.windowMilliseconds == 60_000)
        let produce = try #require(figures.requests.first)
        #expect(produce.perSecond == 10 && produce.errorsPerSecond == 1)
        #expect(produce.bytesInPerSecond == 1_000 && produce.bytesOutPerSecond == 100)
        #expect(produce.total == 1_260)
        #expect(abs((produce.maxMilliseconds ?? 0) - 1) < 0.04, "what was slow was before")
    }

    @Test("the slow hundredth is told apart from the median")
    func quantiles() throws {
        var history = ServiceHistory()
        history.take(ServiceStatus(requests: []), startedAt: 1, at: DerivationTests.moment(0))
        history.take(
            ServiceStatus(requests: [Self.totals(quick: 980, slow: 20)]), startedAt: 1, at: DerivationTests.moment(10))
        let produce = try #require(history.figures(connectionWindow: 15_000)?.requests.first)
        #expect(produce.perSecond == 100)
        #expect(abs((produce.medianMilliseconds ?? 0) - 1) < 0.04)
        #expect(abs((produce.p99Milliseconds ?? 0) - 1_000) < 32)
    }

    @Test("before two polls there is no rate, and after a restart the rates begin anew")
    func beginnings() throws {
        var history = ServiceHistory()
        history.take(ServiceStatus(requests: [Self.totals(quick: 5_000)]), startedAt: 1, at: DerivationTests.moment(0))
        #expect(history.figures(connectionWindow: 15_000)?.requests.first?.perSecond == nil)
        history.take(ServiceStatus(requests: [Self.totals(quick: 30)]), startedAt: 2, at: DerivationTests.moment(1))
        #expect(history.figures(connectionWindow: 15_000)?.requests.first?.perSecond == nil)
        history.take(ServiceStatus(requests: [Self.totals(quick: 40)]), startedAt: 2, at: DerivationTests.moment(2))
        #expect(history.figures(connectionWindow: 15_000)?.requests.first?.perSecond == 10)
        history.take(nil, startedAt: nil, at: DerivationTests.moment(3))
        #expect(history.figures(connectionWindow: 15_000) == nil)
    }

    @Test("a connection's rates are of its window; of a young one, of its life")
    func connections() throws {
        var history = ServiceHistory()
        for second in 0...40 as ClosedRange<Int64> {
            // Nothing for twenty seconds, then three requests a second.
            var connections = [Self.connection(1, requests: max(0, second - 20) * 3, connected: 0)]
            if second >= 36 { connections.append(Self.connection(2, requests: (second - 36) * 8, connected: 36)) }
            history.take(
                ServiceStatus(connections: connections), startedAt: 1, at: DerivationTests.moment(second))
        }
        let told = try #require(history.figures(connectionWindow: 15_000)).connections
        #expect(told.map(\.requestsPerSecond) == [3, 8])
        #expect(told.map(\.bytesInPerSecond) == [150, 400])
    }
}
