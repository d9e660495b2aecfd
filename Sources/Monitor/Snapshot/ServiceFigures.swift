package import Cluster

/// How the embedded broker serves its clients, with what the monitor derived for it.
package struct ServiceFigures: Sendable, Equatable {
    /// Where clients connect, in the order of the configuration.
    package var listeners: [ListenerDescription]
    /// Who is connected, in the order in which they came.
    package var connections: [ConnectionFigures]
    /// What was asked since the start, ascending by API.
    package var requests: [RequestFigures]
    /// Connections turned away since the start.
    package var refusedConnections: Int64
    /// Frames since the start that were no request, or one that is not served.
    package var refusedRequests: Int64
    /// The time that requests' figures are of, milliseconds; less than a minute just after the start.
    package var windowMilliseconds: Int64

    /// A server's figures.
    package init(
        listeners: [ListenerDescription] = [], connections: [ConnectionFigures] = [], requests: [RequestFigures] = [],
        refusedConnections: Int64 = 0, refusedRequests: Int64 = 0, windowMilliseconds: Int64 = 60_000
    ) {
        self.listeners = listeners
        self.connections = connections
        self.requests = requests
        self.refusedConnections = refusedConnections
        self.refusedRequests = refusedRequests
        self.windowMilliseconds = windowMilliseconds
    }
}

/// A connection with its rates.
package struct ConnectionFigures: Sendable, Equatable {
    /// The connection as last read.
    package var description: ConnectionDescription
    /// Requests per second taken up, over the window of topics' rates; nil before a second has passed.
    package var requestsPerSecond: Double?
    /// Bytes per second received, likewise.
    package var bytesInPerSecond: Double?
    /// Bytes per second sent, likewise.
    package var bytesOutPerSecond: Double?

    /// A connection.
    package init(
        description: ConnectionDescription, requestsPerSecond: Double? = nil, bytesInPerSecond: Double? = nil,
        bytesOutPerSecond: Double? = nil
    ) {
        self.description = description
        self.requestsPerSecond = requestsPerSecond
        self.bytesInPerSecond = bytesInPerSecond
        self.bytesOutPerSecond = bytesOutPerSecond
    }
}

/// What was asked of one API over the last minute.
package struct RequestFigures: Sendable, Equatable {
    /// Kafka's name of the API.
    package var api: String
    /// Requests answered since the start.
    package var total: Int64
    /// Requests answered per second; nil before two polls, as all rates.
    package var perSecond: Double?
    /// Answers with an error per second.
    package var errorsPerSecond: Double?
    /// Bytes of requests per second.
    package var bytesInPerSecond: Double?
    /// Bytes of answers per second.
    package var bytesOutPerSecond: Double?
    /// The median time to the answer, milliseconds, within 3.2 %; nil where nothing was asked for.
    package var medianMilliseconds: Double?
    /// The time that one answer of a hundred takes longer than, likewise.
    package var p99Milliseconds: Double?
    /// The longest time, likewise.
    package var maxMilliseconds: Double?

    /// Figures of an API.
    package init(api: String, total: Int64) {
        self.api = api
        self.total = total
    }
}
