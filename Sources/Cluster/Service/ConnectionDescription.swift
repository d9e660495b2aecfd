/// One client connection.
package struct ConnectionDescription: Sendable, Equatable {
    /// A number of its own since the server started, ascending.
    package var id: UInt64
    /// The peer, `HOST:PORT`.
    package var address: String
    /// What the client calls itself in its requests; nil before the first one, or if it gives no name.
    package var clientID: String?
    /// The listener it came in by.
    package var listener: String
    /// Who logged in; nil where nobody did or must.
    package var user: String?
    /// The client library (ApiVersions v3, KIP-511), such as `librdkafka`; nil if it does not say.
    package var softwareName: String?
    /// Its version.
    package var softwareVersion: String?
    /// When it connected, wall milliseconds.
    package var connectedAt: Int64
    /// Requests taken up so far.
    package var requests: Int64
    /// Requests without an answer at this moment.
    package var requestsInFlight: Int
    /// Bytes received, frame lengths included.
    package var bytesIn: Int64
    /// Bytes handed to the socket.
    package var bytesOut: Int64
    /// Milliseconds since its last request came; since it connected where none did.
    package var idleMilliseconds: Int64

    /// A connection that has asked for nothing yet.
    package init(id: UInt64, address: String, listener: String, connectedAt: Int64) {
        self.id = id
        self.address = address
        self.listener = listener
        self.connectedAt = connectedAt
        requests = 0
        requestsInFlight = 0
        bytesIn = 0
        bytesOut = 0
        idleMilliseconds = 0
    }
}
