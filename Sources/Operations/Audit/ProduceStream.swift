import Cluster
import Synchronization

/// Many `produce` calls as one act a topic: the intent before the first record, the totals at the end.
///
/// A bulk load of millions of records would otherwise write two events a batch, and wait for each.
final class ProduceStream: Sendable {
    private struct Totals {
        /// Writes the intent; all calls wait for the first one's.
        var intent: Task<Result<String, ClusterError>, Never>
        var act: AuditAct
        var records: Int64 = 0
        var bytes: Int64 = 0
        /// The lowest and highest offset of each partition, where the broker told them.
        var offsets: [Int32: ClosedRange<Int64>] = [:]
        var failed: Int64 = 0
        var problem: String?
    }

    private let log: AuditLog
    private let totals = Mutex<[String: Totals]>([:])

    init(_ log: AuditLog) { self.log = log }

    /// Writes records, after the topic's intent.
    func produce(
        _ records: [NewRecord], to partition: TopicPartition,
        _ body: () async throws(ClusterError) -> ProducedBatch
    ) async throws(ClusterError) -> ProducedBatch {
        _ = try await intent(partition.topic).value.get()
        do throws(ClusterError) {
            let batch = try await body()
            change(partition.topic) { totals in
                totals.records += Int64(records.count)
                totals.bytes += Self.bytes(records)
                guard let first = batch.baseOffset, first >= 0 else { return }
                let last = first.addingReportingOverflow(Int64(records.count) - 1)
                guard !last.overflow, last.partialValue >= first else { return }
                let known = totals.offsets[partition.partition]
                totals.offsets[partition.partition] =
                    min(known?.lowerBound ?? first, first)...max(known?.upperBound ?? first, last.partialValue)
            }
            return batch
        } catch {
            change(partition.topic) { totals in
                totals.failed += Int64(records.count)
                totals.problem = totals.problem ?? "\(partition): \(error)"
            }
            throw error
        }
    }

    /// Writes the totals of every topic.
    func finish() async throws(ClusterError) {
        let all = totals.withLock { totals in
            defer { totals = [:] }
            return totals
        }
        for (_, totals) in all.sorted(by: { $0.key < $1.key }) {
            guard case .success(let id) = await totals.intent.value else { continue }
            var after = ["records": "\(totals.records)", "bytes": "\(totals.bytes)"]
            for (partition, offsets) in totals.offsets {
                after["offsets of \(partition)"] = "\(offsets.lowerBound) to \(offsets.upperBound)"
            }
            let problem = totals.problem.map { "\(totals.failed) records were not taken at first or at all: \($0)" }
            let outcome = AuditOutcome(after: after, problem: problem, isFailure: totals.records == 0)
            try await log.end(totals.act, id, outcome, outcome.isFailure ? "failed" : "was done")
        }
    }

    private func intent(_ topic: String) -> Task<Result<String, ClusterError>, Never> {
        totals.withLock { totals in
            if let known = totals[topic] { return known.intent }
            let act = AuditAct(.produce, "topic \(topic)", "produce a stream of records to topic \(topic)")
            let log = log
            let intent = Task<Result<String, ClusterError>, Never> {
                do throws(ClusterError) { return .success(try await log.begin(act)) } catch { return .failure(error) }
            }
            totals[topic] = Totals(intent: intent, act: act)
            return intent
        }
    }

    private func change(_ topic: String, _ body: (inout Totals) -> Void) {
        totals.withLock { totals in
            guard var it = totals[topic] else { return }
            body(&it)
            totals[topic] = it
        }
    }

    /// Bytes of keys and values.
    static func bytes(_ records: [NewRecord]) -> Int64 {
        records.reduce(0) { $0 + Int64($1.key?.count ?? 0) + Int64($1.value?.count ?? 0) }
    }
}
