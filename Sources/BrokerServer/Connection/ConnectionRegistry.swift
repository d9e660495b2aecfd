import Cluster
import NIOCore
import Synchronization

/// The connections of a server: who may come in, who is there.
final class ConnectionRegistry: Sendable {
    /// One connection's figures. Its event loop writes them, the console's thread reads them.
    final class Entry: Sendable {
        /// Its number.
        let id: UInt64
        fileprivate let host: String
        fileprivate let channel: any Channel
        private let state: Mutex<ConnectionDescription>
        /// When the last request came, or the connection, in nanoseconds of the monotonic clock.
        private let touched = Atomic<UInt64>(NIODeadline.now().uptimeNanoseconds)

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

        /// A request came.
        func touch(at now: NIODeadline) { touched.store(now.uptimeNanoseconds, ordering: .relaxed) }

        /// The figures as they stand.
        var description: ConnectionDescription {
            var description = state.withLock { $0 }
            let idle = NIODeadline.now() - .uptimeNanoseconds(touched.load(ordering: .relaxed))
            description.idleMilliseconds = max(0, idle.nanoseconds / 1_000_000)
            return description
        }
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
                    id: state.nextID, address: "\(peer)", listener: listener, connectedAt: now),
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
