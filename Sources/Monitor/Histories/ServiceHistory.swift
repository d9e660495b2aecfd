import Cluster
import WindowedMetrics

/// What the monitor remembers of how clients were served: the totals of the last minute's polls.
struct ServiceHistory: Sendable {
    /// The time that requests' figures are of, nanoseconds.
    private static let window: Int64 = 60_000_000_000
    /// What is asked for, at most so often, nanoseconds: refreshes by hand do not crowd out the minute.
    private static let step: Int64 = 500_000_000

    private struct Transfer: Sendable {
        var requests: Int64
        var bytesIn: Int64
        var bytesOut: Int64
    }

    private struct Sample: Sendable {
        var time: Int64
        var requests: [String: RequestTotals]
        var connections: [UInt64: Transfer]

        init(_ status: ServiceStatus, at time: Int64) {
            self.time = time
            requests = Dictionary(status.requests.map { ($0.api, $0) }) { first, _ in first }
            connections = Dictionary(
                status.connections.map {
                    ($0.id, Transfer(requests: $0.requests, bytesIn: $0.bytesIn, bytesOut: $0.bytesOut))
                }
            ) { first, _ in first }
        }
    }

    private var samples: [Sample] = []
    private var newest: (status: ServiceStatus, moment: Moment)?
    private var startedAt: Int64?

    /// Takes what a poll brought; nil where the peer does not tell.
    ///
    /// - Parameter startedAt: When the broker started: the totals of another run are others.
    mutating func take(_ status: ServiceStatus?, startedAt: Int64?, at now: Moment) {
        guard let status else {
            self = ServiceHistory()
            return
        }
        if startedAt != self.startedAt {
            samples = []
            self.startedAt = startedAt
        }
        let time = now.monotonicNanoseconds
        if let last = samples.last, time &- last.time < Self.step, samples.count > 1 { samples.removeLast() }
        samples.append(Sample(status, at: time))
        // The newest sample that lies a whole window back stays as the beginning.
        while samples.count > 2, time &- samples[1].time >= Self.window { samples.removeFirst() }
        newest = (status, now)
    }

    /// The figures; nil where nothing is told.
    ///
    /// - Parameter connectionWindow: The time that connections' rates are of, milliseconds.
    func figures(connectionWindow: Int64) -> ServiceFigures? {
        guard let (status, now) = newest, let first = samples.first else { return nil }
        let time = now.monotonicNanoseconds
        let elapsed = Double(time &- first.time) / 1e9
        let (wanted, overflows) = connectionWindow.multipliedReportingOverflow(by: 1_000_000)
        let recent = samples.last { overflows ? false : time &- $0.time >= wanted } ?? first
        return ServiceFigures(
            listeners: status.listeners,
            connections: status.connections.map { Self.figures(of: $0, since: recent, at: now) },
            requests: status.requests.map { Self.figures(of: $0, since: first.requests[$0.api], seconds: elapsed) },
            refusedConnections: status.refusedConnections, refusedRequests: status.refusedRequests,
            windowMilliseconds: (time &- first.time) / 1_000_000)
    }

    private static func figures(
        of totals: RequestTotals, since earlier: RequestTotals?, seconds: Double
    ) -> RequestFigures {
        var figures = RequestFigures(api: totals.api, total: totals.requests)
        guard seconds > 0 else { return figures }
        // An API that was not there then had not been asked for.
        func rate(_ total: KeyPath<RequestTotals, Int64>) -> Double {
            Double(max(0, totals[keyPath: total] &- (earlier?[keyPath: total] ?? 0))) / seconds
        }
        figures.perSecond = rate(\.requests)
        figures.errorsPerSecond = rate(\.errors)
        figures.bytesInPerSecond = rate(\.bytesIn)
        figures.bytesOutPerSecond = rate(\.bytesOut)
        let latencies = totals.latencies.since(earlier?.latencies ?? LogLinearCounts())
        func milliseconds(_ share: Double) -> Double? { latencies.quantile(share).map { $0 / 1000 } }
        figures.medianMilliseconds = milliseconds(0.5)
        figures.p99Milliseconds = milliseconds(0.99)
        figures.maxMilliseconds = milliseconds(1)
        return figures
    }

    private static func figures(
        of connection: ConnectionDescription, since sample: Sample, at now: Moment
    ) -> ConnectionFigures {
        var figures = ConnectionFigures(description: connection)
        let before = sample.connections[connection.id]
        // One that was not there then began at nothing.
        let nanoseconds = now.nanoseconds(since: sample.time)
        let age = now.wallMilliseconds.subtractingReportingOverflow(connection.connectedAt).partialValue
        let seconds = before == nil ? Double(max(0, age)) / 1000 : Double(nanoseconds) / 1e9
        guard seconds >= 0.5 else { return figures }
        func rate(_ now: Int64, _ then: Int64?) -> Double { Double(max(0, now &- (then ?? 0))) / seconds }
        figures.requestsPerSecond = rate(connection.requests, before?.requests)
        figures.bytesInPerSecond = rate(connection.bytesIn, before?.bytesIn)
        figures.bytesOutPerSecond = rate(connection.bytesOut, before?.bytesOut)
        return figures
    }
}
