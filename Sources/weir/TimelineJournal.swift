import Cluster
import Monitor
import Operations

/// An audit journal that also tells the timeline what was done, so that it stands beside the figures it changed.
struct TimelineJournal: AuditJournal {
    /// Where the events are kept.
    let journal: any AuditJournal
    /// Who is told.
    let timeline: Timeline

    func append(_ event: AuditEvent) async throws(ClusterError) {
        try await journal.append(event)
        guard event.phase == .done else { return }
        timeline.note(Self.change(event))
    }

    func newest(_ count: Int) async throws(ClusterError) -> AuditExcerpt { try await journal.newest(count) }

    /// An act as a change: subjects are `topic orders`, `group billing`, or a partition's name.
    static func change(_ event: AuditEvent) -> Change {
        func name(after word: String) -> String? {
            event.subject.hasPrefix(word) ? String(event.subject.dropFirst(word.count)) : nil
        }
        let (topic, group) = (name(after: "topic "), name(after: "group "))
        return Change(
            at: event.at, kind: .act, subject: topic ?? group ?? event.subject, topic: topic, group: group,
            origin: event.actor.who, detail: event.what)
    }
}
