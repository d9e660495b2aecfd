import NIOCore
import Synchronization

/// One client connection as the console shows it.
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
    /// Bytes received and sent, frame lengths included.
    package var bytesIn: Int64
    /// Bytes handed to the socket.
    package var bytesOut: Int64
}

/// The connections of a server: who may come in, who is there.
final class ConnectionRegistry: Sendable {
    /// One connection's figures. Its event loop writes them, the console's thread reads them.
    final class Entry: Sendable {
        /// Its number.
        let id: UInt64
        fileprivate let host: String
        fileprivate let channel: any Channel
        private let state: Mutex<ConnectionDescription>

        fileprivate init(_ description: ConnectionDescription, host: String, channel: any Channel) {
            id = description.id
            self.host = host
            self.channel = channel
            state = Mutex(description)
        }

        /// Changes the figures.
        func update(_ body: (inout sending ConnectionDescription) -> Void) {
            state.withLock { body(&$0) }
        }

        /// The figures as they stand.
        var description: ConnectionDescription { state.withLock { $0 } }
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        /// Open connections by the peer's address.
        var perHost: [String: Int] = [:]
        var nextID: UInt64 = 1
        var refused: Int64 = 0
    }

    /// Why a connection is not let in.
    enum Refusal: Error, Equatable {
        /// `max.connections` are open, or as many as the process has files for.
        case tooMany(limit: Int)
        /// `max.connections.per.ip` of its address are open.
        case tooManyOfAddress(limit: Int)
    }

    /// Connections that may be open at a time.
    let limit: Int
    private let perAddress: ConnectionsPerAddress
    private let countChanged: @Sendable (Int) -> Void
    private let state = Mutex(State())

    /// A registry for at most `limit` connections at a time; `countChanged` is told how many there are, in order.
    init(
        limit: Int, perAddress: ConnectionsPerAddress = ConnectionsPerAddress(),
        countChanged: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.limit = limit
        self.perAddress = perAddress
        self.countChanged = countChanged
    }

    /// Lets a connection in, or says why not.
    func admit(
        _ channel: any Channel, from peer: ListenerAddress, listener: String, at now: Int64
    ) -> Result<Entry, Refusal> {
        state.withLock { state in
            let ofAddress = perAddress.limit(of: peer.host)
            let refusal: Refusal? =
                state.entries.count >= limit
                ? .tooMany(limit: limit)
                : state.perHost[peer.host, default: 0] >= ofAddress ? .tooManyOfAddress(limit: ofAddress) : nil
            if let refusal {
                state.refused += 1
                return .failure(refusal)
            }
            let entry = Entry(
                ConnectionDescription(
                    id: state.nextID, address: "\(peer)", clientID: nil, listener: listener, user: nil,
                    softwareName: nil, softwareVersion: nil, connectedAt: now, requests: 0, requestsInFlight: 0,
                    bytesIn: 0, bytesOut: 0),
                host: peer.host, channel: channel
            )
            state.entries[state.nextID] = entry
            state.perHost[peer.host, default: 0] += 1
            state.nextID += 1
            countChanged(state.entries.count)
            return .success(entry)
        }
    }

    /// Forgets a connection that is closed.
    func remove(_ entry: Entry) {
        state.withLock { state in
            guard state.entries.removeValue(forKey: entry.id) != nil else { return }
            let left = state.perHost[entry.host, default: 1] - 1
            state.perHost[entry.host] = left > 0 ? left : nil
            countChanged(state.entries.count)
        }
    }

    /// Open connections.
    var count: Int { state.withLock { $0.entries.count } }
    /// Connections turned away since the start because there were too many, in all or of their address.
    var refused: Int64 { state.withLock { $0.refused } }

    /// The channels of all open connections.
    var channels: [any Channel] { state.withLock { $0.entries.values.map(\.channel) } }

    /// All open connections, in the order in which they came.
    var descriptions: [ConnectionDescription] {
        let entries = state.withLock { Array($0.entries.values) }
        return entries.map(\.description).sorted { $0.id < $1.id }
    }
}
