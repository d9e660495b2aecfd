import Synchronization

/// What a server was asked and sent since it started.
package struct TrafficTotals: Sendable, Equatable {
    /// Requests taken up, by API key.
    package var requests: [Int16: Int64]
    /// Produce requests answered (acks 0 included).
    package var produceRequests: Int64
    /// Fetch requests answered.
    package var fetchRequests: Int64
    /// Bytes of record batches received.
    package var recordBytesIn: Int64
    /// Bytes of record batches sent.
    package var recordBytesOut: Int64
    /// Partitions of produce requests that were answered with an error.
    package var produceErrors: Int64
    /// Frames that were no request, or one that is not served; their connections were closed.
    package var refusedRequests: Int64
}

/// Counters that event loops add to and the console reads.
final class Traffic: Sendable {
    private let requests = Mutex<[Int16: Int64]>([:])
    private let produced = Atomic<Int64>(0)
    private let fetched = Atomic<Int64>(0)
    private let bytesIn = Atomic<Int64>(0)
    private let bytesOut = Atomic<Int64>(0)
    private let errors = Atomic<Int64>(0)
    private let refused = Atomic<Int64>(0)

    /// A request was taken up.
    func countRequest(of key: Int16) {
        requests.withLock { $0[key, default: 0] += 1 }
    }

    /// A produce request was answered.
    func countProduce(recordBytes: Int, errors count: Int) {
        produced.wrappingAdd(1, ordering: .relaxed)
        bytesIn.wrappingAdd(Int64(recordBytes), ordering: .relaxed)
        if count > 0 { errors.wrappingAdd(Int64(count), ordering: .relaxed) }
    }

    /// A fetch request was answered.
    func countFetch(recordBytes: Int) {
        fetched.wrappingAdd(1, ordering: .relaxed)
        bytesOut.wrappingAdd(Int64(recordBytes), ordering: .relaxed)
    }

    /// A frame was no request that is served.
    func countRefused() {
        refused.wrappingAdd(1, ordering: .relaxed)
    }

    /// The counters as they stand.
    var totals: TrafficTotals {
        TrafficTotals(
            requests: requests.withLock { $0 }, produceRequests: produced.load(ordering: .relaxed),
            fetchRequests: fetched.load(ordering: .relaxed), recordBytesIn: bytesIn.load(ordering: .relaxed),
            recordBytesOut: bytesOut.load(ordering: .relaxed), produceErrors: errors.load(ordering: .relaxed),
            refusedRequests: refused.load(ordering: .relaxed))
    }
}
