package import Operations

extension SampleData {
    /// An audit log with acts that were done, failed, done in part, and of which nobody knows the end.
    package static func audit() -> AuditExcerpt {
        let ops = AuditActor(who: "ops@kestrel", program: "console")
        let script = AuditActor(who: "deploy@kestrel", program: "weir groups reset-offsets")
        func event(
            _ id: String, _ phase: AuditEvent.Phase, _ ago: Int64, _ actor: AuditActor, _ act: AuditAct,
            after: [String: String]? = nil, problem: String? = nil
        ) -> AuditEvent {
            AuditEvent(
                id: id, phase: phase, at: now - ago, actor: actor, cluster: "4L6g3nShT-eMCtK--X86sw",
                act: act.name.rawValue, subject: act.subject, what: act.what,
                before: phase == .intent ? act.before : [:], after: after ?? act.after, problem: problem)
        }
        let compact = AuditAct(.compact, "partition orders-0", "compact partition orders-0")
        let alter = AuditAct(
            .alterConfiguration, "topic orders", "change retention.ms of topic orders",
            before: ["retention.ms": "604800000 (default)"], after: ["retention.ms": "3600000"])
        let reset = AuditAct(
            .commitOffsets, "group fraud-scorer",
            "set the offsets of group fraud-scorer on 12 partitions of topic orders",
            before: Dictionary(uniqueKeysWithValues: (0..<12).map { ("orders-\($0)", "\(25_180_000 + $0 * 31)") }),
            after: Dictionary(uniqueKeysWithValues: (0..<12).map { ("orders-\($0)", "\(24_900_000 + $0 * 31)") }))
        let delete = AuditAct(
            .deleteTopic, "topic scratch", "delete topic scratch with all its records", before: ["partitions": "3"])
        return AuditExcerpt(events: [
            event("e", .intent, 4_000, ops, compact),
            event(
                "d", .done, 61_000, script, reset, after: reset.after.filter { $0.key != "orders-7" },
                problem: "orders-7: the group has members (NON_EMPTY_GROUP)"),
            event("d", .intent, 62_000, script, reset),
            event("c", .failed, 90_000_000, ops, delete, after: [:], problem: "Topic deletion is disabled."),
            event("c", .intent, 90_000_010, ops, delete),
            event("b", .done, 93_600_000, ops, alter, after: [:]),
            event("b", .intent, 93_600_005, ops, alter),
        ])
    }
}
