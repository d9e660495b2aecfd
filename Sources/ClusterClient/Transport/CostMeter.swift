import Cluster
import Synchronization

/// Counts what the connections of one client send and receive.
final class CostMeter: Sendable {
    private let totals = Mutex(RequestCost())

    /// The totals so far.
    var cost: RequestCost { totals.withLock { $0 } }

    /// A request of so many bytes was sent.
    func sent(bytes: Int) {
        totals.withLock {
            $0.requests += 1
            $0.bytesSent += Int64(bytes)
        }
    }

    /// So many bytes came.
    func received(bytes: Int) {
        totals.withLock { $0.bytesReceived += Int64(bytes) }
    }
}
