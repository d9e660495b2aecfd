import BrokerCore
import Cluster
import ClusterRequests
import KafkaProtocol
import Synchronization

/// A cluster that whoever uses it loses with a certain call, done or not done, and with it all calls after it: what a killed process sees of
/// its broker. Transactions go through it request by request.
final class MortalCluster: RequestSending {
    private struct State {
        var callsLeft: Int
        var isLastDone: Bool
    }

    private let inner: EmbeddedCluster
    private let state: Mutex<State>

    /// A cluster for so many calls; the last one is carried out, without an answer, or not.
    init(_ inner: EmbeddedCluster, calls: Int, isLastDone: Bool) {
        self.inner = inner
        state = Mutex(State(callsLeft: calls, isLastDone: isLastDone))
    }

    /// Whether it is lost by now.
    var isDead: Bool { state.withLock { $0.callsLeft <= 0 } }

    /// Makes it last.
    func spare() { state.withLock { $0.callsLeft = max($0.callsLeft, .max / 2) } }

    private static let gone = ClusterError.unavailable("the cluster is gone")

    private func call<Value>(
        _ body: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        let (isAlive, isLast) = state.withLock { state in
            let was = state.callsLeft
            state.callsLeft -= was > 0 ? 1 : 0
            return (was > 1 || was == 1 && state.isLastDone, was == 1)
        }
        guard isAlive else { throw Self.gone }
        let value = try await body()
        if isLast { throw Self.gone }
        return value
    }

    func send<Request: RequestMessage>(
        _ request: Request, to receiver: Receiver
    ) async throws(ClusterError) -> Request.Response {
        try await call { () async throws(ClusterError) in try await inner.send(request, to: receiver) }
    }

    func leaders(of partitions: [TopicPartition]) async throws(ClusterError) -> PartitionLeaders {
        try await inner.leaders(of: partitions)
    }

    func refreshLeaders() async {}

    func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        do throws(ClusterError) {
            // Many small reads make many places to be lost at.
            var small = limits
            small.maxRecords = 7
            return try await call { () async throws(ClusterError) in await inner.fetch(starts, limits: small) }
        } catch {
            return Dictionary(uniqueKeysWithValues: starts.map { ($0.topicPartition, .failure(error)) })
        }
    }

    func offsets(
        of partitions: [TopicPartition], at spec: OffsetSpec
    ) async -> [TopicPartition: Result<FoundOffset, ClusterError>] {
        await inner.offsets(of: partitions, at: spec)
    }

    func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription] {
        try await call { () async throws(ClusterError) in try await inner.groups(named: names) }
    }

    func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription] {
        try await call { () async throws(ClusterError) in try await inner.topics(named: names, detail: detail) }
    }

    // MARK: what queries do not use

    var capabilities: Capabilities { inner.capabilities }
    var cost: RequestCost? { nil }
    var writeRemedy: String { inner.writeRemedy }
    func status() async throws(ClusterError) -> ClusterStatus { try await inner.status() }
    func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] {
        try await inner.segments(of: partition)
    }
    func transactions(holding held: [TopicPartition]) async throws(ClusterError) -> TransactionListing {
        try await inner.transactions(holding: held)
    }
    func produce(
        _ records: [NewRecord], to partition: TopicPartition, compression: String
    ) async throws(ClusterError) -> ProducedBatch {
        try await inner.produce(records, to: partition, compression: compression)
    }
    func previewCompaction(
        of partitions: [TopicPartition], rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] { [] }
    func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError) {}
    func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {}
}
