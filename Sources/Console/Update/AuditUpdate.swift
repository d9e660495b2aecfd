import Cluster
import Operations

/// The audit log on the screen.
extension ConsoleState {
    /// How many of the newest events are read.
    package static let auditEvents = 2_000

    /// Reads the newest events.
    mutating func loadAudit() -> [Effect] {
        audit = .loading(audit?.value)
        return [.loadAudit]
    }

    /// An act by its id, from the events that were read.
    func auditRow(_ id: String) -> AuditRow? {
        AuditRow.rows((audit?.value?.events ?? []).filter { $0.id == id }).first
    }

    /// Takes the events in.
    mutating func auditArrived(_ result: Result<AuditExcerpt, ClusterError>) -> [Effect] {
        audit = Self.loaded(result)
        return []
    }
}
