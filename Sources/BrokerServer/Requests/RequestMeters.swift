import Cluster
import KafkaProtocol
import NIOCore
import Synchronization
import WindowedMetrics

/// What each API was asked for since a server started, and how long the answers took. Event loops add to it, the console reads it.
///
/// Neither a lock nor an allocation for a request: a few relaxed additions. A reader may see a request in one figure and not yet in another.
final class RequestMeters: Sendable {
    /// By API key.
    private let meters: [RequestMeter?]
    private let refusals = Atomic<Int64>(0)

    /// Meters of all APIs that are served.
    init() {
        let served = SupportedAPIs.all.map(\.api)
        var meters: [RequestMeter?] = Array(repeating: nil, count: Int(served.map(\.key).max() ?? -1) + 1)
        for api in served where meters.indices.contains(Int(api.key)) { meters[Int(api.key)] = RequestMeter(api.name) }
        self.meters = meters
    }

    /// A request was answered.
    ///
    /// - Parameters:
    ///   - request: Which, and whether well.
    ///   - bytesIn: The request's bytes, its length included.
    ///   - bytesOut: The answer's bytes, likewise.
    ///   - time: From the whole request to the answer.
    func record(_ request: AnsweredRequest, bytesIn: Int, bytesOut: Int, time: TimeAmount) {
        guard meters.indices.contains(Int(request.key)), let meter = meters[Int(request.key)] else { return }
        meter.record(request, bytesIn: bytesIn, bytesOut: bytesOut, time: time)
    }

    /// A frame was no request that is served; its connection is closed.
    func countRefusal() {
        refusals.wrappingAdd(1, ordering: .relaxed)
    }

    /// What was asked for, ascending by name.
    var totals: [RequestTotals] { meters.compactMap { $0?.totals }.sorted { $0.api < $1.api } }

    /// Frames that were no request, or one that is not served.
    var refused: Int64 { refusals.load(ordering: .relaxed) }
}

/// What one API was asked for.
private final class RequestMeter: Sendable {
    private typealias Buckets = InlineArray<592, Atomic<Int64>>

    private let api: String
    private let requests = Atomic<Int64>(0)
    private let errors = Atomic<Int64>(0)
    private let bytesIn = Atomic<Int64>(0)
    private let bytesOut = Atomic<Int64>(0)
    private let microseconds = Atomic<Int64>(0)
    /// Answers by microseconds, a bucket of ``LogLinearBuckets`` each.
    private let latencies = Buckets { _ in Atomic(0) }

    init(_ api: String) {
        self.api = api
        precondition(latencies.count == LogLinearBuckets.count, "every place has its bucket")
    }

    func record(_ request: AnsweredRequest, bytesIn: Int, bytesOut: Int, time: TimeAmount) {
        let microseconds = UInt64(max(0, time.nanoseconds)) / 1000
        latencies[LogLinearBuckets.place(of: microseconds)].wrappingAdd(1, ordering: .relaxed)
        self.microseconds.wrappingAdd(Int64(clamping: microseconds), ordering: .relaxed)
        if request.hasError { errors.wrappingAdd(1, ordering: .relaxed) }
        self.bytesIn.wrappingAdd(Int64(bytesIn), ordering: .relaxed)
        self.bytesOut.wrappingAdd(Int64(bytesOut), ordering: .relaxed)
        requests.wrappingAdd(1, ordering: .relaxed)
    }

    /// The figures as they stand; nil before the first request.
    var totals: RequestTotals? {
        let answered = requests.load(ordering: .relaxed)
        guard answered > 0 else { return nil }
        return RequestTotals(
            api: api, requests: answered, errors: errors.load(ordering: .relaxed),
            bytesIn: bytesIn.load(ordering: .relaxed), bytesOut: bytesOut.load(ordering: .relaxed),
            microseconds: microseconds.load(ordering: .relaxed),
            latencies: LogLinearCounts(
                (0..<LogLinearBuckets.count).lazy.map { self.latencies[$0].load(ordering: .relaxed) }))
    }
}
