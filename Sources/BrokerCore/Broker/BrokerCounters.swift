package import Synchronization

/// What the broker has done since it started. The listener counts requests and bytes out; the rest is counted here.
package final class BrokerCounters: Sendable {
    /// Produce requests answered.
    package let produceRequests = Atomic<Int64>(0)
    /// Fetch requests answered.
    package let fetchRequests = Atomic<Int64>(0)
    /// Record errors answered to producers (`kafka_producer_record_error_total`).
    package let recordErrors = Atomic<Int64>(0)
    /// Bytes of batches appended by clients.
    package let bytesIn = Atomic<Int64>(0)
    /// Records appended by clients.
    package let recordsIn = Atomic<Int64>(0)
    /// Bytes of batches handed out to consumers.
    package let bytesOut = Atomic<Int64>(0)
    /// Client connections open now.
    package let connections = Atomic<Int>(0)

    /// Counters at zero.
    init() {}
}
