import KafkaProtocol
import Synchronization

/// How often each API was asked for since a server started. Event loops add to it, the console reads it.
///
/// What the broker itself counts (produce and fetch requests, bytes) is in its ``BrokerCounters``.
final class RequestCounts: Sendable {
    private let byKey = Mutex<[Int16: Int64]>([:])
    private let refusals = Atomic<Int64>(0)

    /// A request of this API was taken up.
    func count(_ key: Int16) {
        byKey.withLock { $0[key, default: 0] += 1 }
    }

    /// A frame was no request that is served; its connection is closed.
    func countRefusal() {
        refusals.wrappingAdd(1, ordering: .relaxed)
    }

    /// The counts by Kafka's name of the API.
    var byName: [String: Int64] {
        let counts = byKey.withLock { $0 }
        return Dictionary(
            uniqueKeysWithValues: counts.map { (SupportedAPIs[$0.key]?.api.name ?? "\($0.key)", $0.value) })
    }

    /// Frames that were no request, or one that is not served.
    var refused: Int64 { refusals.load(ordering: .relaxed) }
}
