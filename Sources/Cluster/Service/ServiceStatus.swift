package import WindowedMetrics

/// How the embedded broker serves its clients: where they connect, who is there, what they ask.
package struct ServiceStatus: Sendable, Equatable {
    /// Where clients connect, in the order of the configuration.
    package var listeners: [ListenerDescription]
    /// Who is connected, in the order in which they came.
    package var connections: [ConnectionDescription]
    /// What was asked since the start, ascending by name; APIs that nobody asked for are left out.
    package var requests: [RequestTotals]
    /// Connections turned away since the start because too many were open, in all or of their address.
    package var refusedConnections: Int64
    /// Frames since the start that were no request, or one that is not served; each closed its connection.
    package var refusedRequests: Int64

    /// A server's figures.
    package init(
        listeners: [ListenerDescription] = [], connections: [ConnectionDescription] = [],
        requests: [RequestTotals] = [], refusedConnections: Int64 = 0, refusedRequests: Int64 = 0
    ) {
        self.listeners = listeners
        self.connections = connections
        self.requests = requests
        self.refusedConnections = refusedConnections
        self.refusedRequests = refusedRequests
    }
}

/// Whoever serves a broker's clients in this process and can tell how. Asked once a poll, from any thread.
package protocol ServiceReporting: Sendable {
    /// The figures as they stand.
    var service: ServiceStatus { get }
}

/// What was asked of one API since the start; all of it only grows.
package struct RequestTotals: Sendable, Equatable {
    /// Kafka's name of the API.
    package var api: String
    /// Requests answered.
    package var requests: Int64
    /// Those whose answer carried an error code, or was a closed connection.
    package var errors: Int64
    /// Bytes of the requests, frame lengths included.
    package var bytesIn: Int64
    /// Bytes of the answers, likewise.
    package var bytesOut: Int64
    /// Microseconds of all answers together.
    package var microseconds: Int64
    /// Microseconds from the whole request to its answer; a fetch's waiting for records and a join's for its group are in it.
    package var latencies: LogLinearCounts

    /// Totals of an API.
    package init(
        api: String, requests: Int64 = 0, errors: Int64 = 0, bytesIn: Int64 = 0, bytesOut: Int64 = 0,
        microseconds: Int64 = 0, latencies: LogLinearCounts = LogLinearCounts()
    ) {
        self.api = api
        self.requests = requests
        self.errors = errors
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.microseconds = microseconds
        self.latencies = latencies
    }
}
