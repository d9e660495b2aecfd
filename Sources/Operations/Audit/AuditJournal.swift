package import Cluster

/// Where audit events are kept, in the order in which they were written.
package protocol AuditJournal: Sendable {
    /// Writes an event; as durable as the place can make it when this returns.
    ///
    /// - Throws: `ClusterError` where it cannot be written: what it speaks of must not be done then.
    func append(_ event: AuditEvent) async throws(ClusterError)

    /// The newest events, the newest first.
    ///
    /// - Parameter count: At most so many.
    func newest(_ count: Int) async throws(ClusterError) -> AuditExcerpt
}

/// Events read back from a journal.
package struct AuditExcerpt: Sendable, Equatable {
    /// The events, the newest first.
    package var events: [AuditEvent]
    /// Entries passed over because they are no events; they stay where they are.
    package var unreadable: Int

    /// What was read.
    package init(events: [AuditEvent], unreadable: Int = 0) {
        self.events = events
        self.unreadable = unreadable
    }
}

extension AuditExcerpt {
    /// These events and others, the newest first, at most so many.
    package func joined(_ other: AuditExcerpt, _ count: Int) -> AuditExcerpt {
        guard !other.events.isEmpty || other.unreadable > 0 else { return self }
        // Events of one moment stay in their order.
        let all = (events + other.events).enumerated().sorted {
            $0.element.at == $1.element.at ? $0.offset < $1.offset : $0.element.at > $1.element.at
        }
        return AuditExcerpt(events: all.prefix(count).map(\.element), unreadable: unreadable + other.unreadable)
    }
}

extension AuditEvent {
    /// The event's bytes for a journal.
    ///
    /// - Throws: `.storage` for an event that is larger than journals take.
    func bytes() throws(ClusterError) -> [UInt8] {
        let line: [UInt8]
        do { line = try self.line() } catch { throw .storage("the audit event cannot be written as JSON: \(error)") }
        guard line.count <= Self.maxBytes else {
            throw .storage("the audit event is larger than \(Self.maxBytes) bytes; nothing was done")
        }
        return line
    }
}
