import Foundation
import Operations

/// An act in the audit log: its intent and its outcome, as far as they were read.
struct AuditRow: Sendable {
    /// The older of its events.
    var first: AuditEvent
    /// What came of it; nil while that is not known.
    var outcome: AuditEvent?

    /// Joins events, the newest first, into acts, the newest first.
    static func rows(_ events: [AuditEvent]) -> [AuditRow] {
        var rows: [AuditRow] = []
        var places: [String: Int] = [:]
        for event in events.reversed() {
            if let place = places[event.id] {
                rows[place].outcome = event
            } else {
                places[event.id] = rows.count
                rows.append(AuditRow(first: event, outcome: event.phase == .intent ? nil : event))
            }
        }
        return rows.reversed()
    }

    /// Whether all of it was done.
    var isFault: Bool { outcome.map { $0.phase == .failed || $0.problem != nil } ?? true }

    /// A value before and after, where both or one are known.
    struct Change: Sendable, Equatable {
        var name: String
        var before: String?
        var after: String?
    }

    /// What changed, by name: numbers inside names count as numbers.
    var changes: [Change] {
        let after = outcome.map { $0.after.isEmpty ? first.after : $0.after } ?? first.after
        let names = Set(first.before.keys).union(after.keys).sorted {
            $0.compare($1, options: .numeric) == .orderedAscending
        }
        return names.map { Change(name: $0, before: first.before[$0], after: after[$0]) }
    }

    /// `retention.ms 604800000 → 3600000`, and how many more there are.
    var changeText: String {
        let changes = changes
        guard let only = changes.first else { return "" }
        let more = changes.count > 1 ? ", \(changes.count - 1) more" : ""
        return Self.text(only) + more
    }

    private static func text(_ it: Change) -> String {
        switch (it.before, it.after) {
        case (let before?, let after?) where before != after: "\(it.name) \(before) → \(after)"
        case (_, let after?): "\(it.name) \(after)"
        case (let before?, nil): "\(it.name) was \(before)"
        case (nil, nil): it.name
        }
    }
}

/// The audit log's lists.
enum AuditTables {
    /// The acts, the newest first.
    static func acts(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<AuditRow> {
        let zone = state.settings.zone
        let columns: [Column<AuditRow>] = [
            Column(
                "TIME", width: 19, gap: 0, .left, sort: "time", by: { .number(Double($0.first.at)) },
                cell: { it, _ in CellText(zone.dateAndClock(it.first.at), theme.muted) }
            ).exactly { zone.exact($0.first.at) },
            Column("STATE", width: 7, .left, sort: "state", by: { .text(word($0)) }, descending: false) { it, _ in
                standing(it, theme)
            },
            Column("ACT", width: 19, .left, sort: "act", by: { .text($0.first.act) }, descending: false) { it, _ in
                CellText(it.first.act)
            },
            Column(
                "SUBJECT", width: 18, .left, growth: 2, sort: "subject", by: { .text($0.first.subject) },
                descending: false
            ) { it, width in CellText(ShortNames.name(it.first.subject, width: width)) },
            Column("CHANGE", width: 24, .left, priority: 1, growth: 3) { it, _ in CellText(it.changeText, theme.muted)
            },
            Column("WHO", width: 16, .left, priority: 2, growth: 1, sort: "who", by: { .text($0.first.actor.who) }) {
                it, width in CellText(ShortNames.name(it.first.actor.who, width: width))
            },
            Column("BY", width: 14, .left, priority: 3, growth: 1) { it, _ in CellText(it.first.actor.program) },
        ]
        return Table(
            AuditRow.rows(state.audit?.value?.events ?? []), columns: columns, id: \.first.id, state: list, sort: nil,
            isFaultsOnly: state.isFaultsOnly,
            search: {
                "\($0.first.act) \($0.first.what) \($0.first.actor.who) \($0.first.actor.program) \($0.changeText)"
            },
            isFault: \.isFault)
    }

    /// What one act changed.
    static func changes(
        _ row: AuditRow, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<AuditRow.Change> {
        let columns: [Column<AuditRow.Change>] = [
            Column("NAME", width: 24, gap: 0, .left, growth: 1) { it, width in
                CellText(ShortNames.name(it.name, width: width))
            },
            Column("BEFORE", width: 20, .left, growth: 1) { it, _ in CellText(it.before ?? "—", theme.muted) },
            Column("AFTER", width: 20, .left, growth: 1) { it, _ in
                CellText(it.after ?? "—", it.after == it.before ? theme.muted : nil)
            },
        ]
        return Table(
            row.changes, columns: columns, id: \.name, state: list, sort: nil,
            search: { "\($0.name) \($0.before ?? "") \($0.after ?? "")" })
    }

    /// Where an act stands, in a word.
    static func word(_ row: AuditRow) -> String {
        switch row.outcome?.phase {
        case .done: row.outcome?.problem == nil ? "done" : "partly"
        case .failed: "failed"
        case .intent, nil: "unknown"
        }
    }

    private static func standing(_ row: AuditRow, _ theme: Theme) -> CellText {
        let word = word(row)
        switch word {
        case "done": return CellText(word, theme.ok)
        case "failed": return CellText(word, theme.crit)
        default: return CellText(word, theme.warn)
        }
    }
}
