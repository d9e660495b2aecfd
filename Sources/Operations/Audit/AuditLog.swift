package import Cluster
import Foundation

/// Writes what one actor does to one cluster: the intent first, then the act, then what came of it.
package struct AuditLog: Sendable {
    private let journal: any AuditJournal
    private let actor: AuditActor
    private let cluster: String
    private let now: @Sendable () -> Int64

    /// A log.
    ///
    /// - Parameters:
    ///   - cluster: The cluster's id.
    ///   - now: Wall milliseconds.
    package init(
        _ journal: any AuditJournal, actor: AuditActor, cluster: String,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }
    ) {
        (self.journal, self.actor, self.cluster, self.now) = (journal, actor, cluster, now)
    }

    /// The newest events, the newest first.
    package func newest(_ count: Int) async throws(ClusterError) -> AuditExcerpt { try await journal.newest(count) }

    /// Does something between its two events.
    ///
    /// - Parameters:
    ///   - body: What is done; does not run when the intent cannot be written.
    ///   - outcome: What the event afterwards says of its result.
    /// - Throws: What `body` throws; `.storage` when an event cannot be written, saying whether the act was done.
    package func record<Value: Sendable>(
        _ act: AuditAct,
        _ body: () async throws(ClusterError) -> Value,
        outcome: (Value) -> AuditOutcome = { _ in AuditOutcome() }
    ) async throws(ClusterError) -> Value {
        let id = try await begin(act)
        let value: Value
        do throws(ClusterError) {
            value = try await body()
        } catch {
            try await end(act, id, AuditOutcome(problem: "\(error)", isFailure: true), "failed (\(error))")
            throw error
        }
        let came = outcome(value)
        try await end(act, id, came, came.isFailure ? "was refused" : "was done")
        return value
    }

    /// Notes a change of what Weir itself keeps, before it is written where it is looked up: one event, which is the change.
    ///
    /// - Throws: `.storage`: the change must not be made.
    package func note(_ act: AuditAct) async throws(ClusterError) {
        var event = event(act, UUID().uuidString, .done, after: act.after, problem: act.gap)
        event.before = act.before
        try await journal.append(event)
    }

    /// Writes the intent.
    ///
    /// - Returns: The act's id, for ``end(_:_:_:_:)``.
    /// - Throws: `.storage`: the act must not be done.
    func begin(_ act: AuditAct) async throws(ClusterError) -> String {
        let id = UUID().uuidString
        do throws(ClusterError) {
            try await journal.append(event(act, id, .intent, after: act.after, problem: act.gap))
        } catch {
            throw .storage("nothing was changed, because the audit log cannot be written: \(error)")
        }
        return id
    }

    /// Writes what came of it.
    func end(_ act: AuditAct, _ id: String, _ outcome: AuditOutcome, _ came: String) async throws(ClusterError) {
        let phase: AuditEvent.Phase = outcome.isFailure ? .failed : .done
        do throws(ClusterError) {
            try await journal.append(event(act, id, phase, after: outcome.after, problem: outcome.problem))
        } catch {
            throw .storage("\(act.what): it \(came), but the audit log cannot be written any more: \(error)")
        }
    }

    private func event(
        _ act: AuditAct, _ id: String, _ phase: AuditEvent.Phase, after: [String: String], problem: String?
    ) -> AuditEvent {
        AuditEvent(
            id: id, phase: phase, at: now(), actor: actor, cluster: cluster, act: act.name.rawValue,
            subject: act.subject, what: act.what, before: phase == .intent ? act.before : [:], after: after,
            problem: problem)
    }
}
