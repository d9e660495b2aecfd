import Cluster
import Monitor
import WindowedMetrics

/// A group's autopsy: what is wrong and since when, each partition with its holder and the record it stopped at, and each member with what it holds.
enum AutopsyScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect, id: String) {
        guard let group = frame.state.group(id) else {
            Screens.drawMissing(&frame, in: rect, title: id, "There is no group \(id) now.")
            return
        }
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: ["partitions", "members"])
            if frame.state.box == 1 {
                drawMembers(&frame, group, in: rest)
            } else {
                drawPartitions(&frame, group, in: rest)
            }
            return
        }
        let facts = facts(group, frame.state)
        let lines = facts.flatMap { Screens.wrapped($0, width: rect.width - 4) }
        let (top, rest) = rect.split(top: min(lines.count + 2, max(4, rect.height / 3)))
        drawFacts(&frame, group, lines, in: top)
        let members = min(max(4, group.description.members.count + 3), max(5, rest.height / 3))
        let (upper, lower) = rest.split(top: rest.height - members)
        drawPartitions(&frame, group, in: upper)
        drawMembers(&frame, group, in: lower)
    }

    private static func drawFacts(_ frame: inout Frame, _ group: GroupFigures, _ lines: [String], in rect: Rect) {
        let level = GroupTables.level(group)
        let inside = Box(
            "autopsy of \(group.description.groupID)", note: group.status.status.word,
            noteStyle: level == .ok ? frame.theme.ok : frame.theme.style(for: level)
        ).draw(on: &frame, in: rect)
        for (index, line) in lines.prefix(inside.height).enumerated() {
            frame.line([(line, frame.theme.text)], row: inside.row + index, in: inside, from: 1)
        }
    }

    private static func drawPartitions(_ frame: inout Frame, _ group: GroupFigures, in rect: Rect) {
        let list = frame.state.listState(ListID(.members(group.description.groupID), 0))
        let table = AutopsyTables.partitions(group, frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        let inside = Box("partitions", note: table.sortNote, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(
            on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no commits and no assignments")
    }

    private static func drawMembers(_ frame: inout Frame, _ group: GroupFigures, in rect: Rect) {
        let list = frame.state.listState(ListID(.members(group.description.groupID), 1))
        let table = AutopsyTables.members(group, frame.state, list, frame.theme)
        let isFocused = frame.isFocused(1)
        let inside = Box("members", note: table.sortNote, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no live members")
    }

    // MARK: - Facts

    /// What is wrong, how the group came to be as it is, and how its work is spread.
    static func facts(_ group: GroupFigures, _ state: ConsoleState) -> [String] {
        var facts: [String] = []
        if let problem = group.description.problem { facts.append("Some figures are missing: \(problem).") }
        facts.append(StatusText.sentence(group) ?? calm(group))
        facts += [LossText.lost(group, state.settings.zone), LossText.losing(group)].compactMap { $0 }
        facts.append(life(group, state))
        if let skew = skew(group) { facts.append(skew) }
        return facts
    }

    private static func calm(_ group: GroupFigures) -> String {
        "\(group.status.status.word): \(StatusText.reason(group.status, lag: group.lag))."
    }

    /// `Stable for 3m · 3 members · gen 41 · 2 rebalances in 12m (1 member came, 2 left), the last 4m ago`.
    private static func life(_ group: GroupFigures, _ state: ConsoleState) -> String {
        let it = group.description
        let since = group.stateSince.map { " for \(Durations.short(milliseconds: state.age(of: $0)))" } ?? ""
        var parts = [it.state.rawValue + since, it.members.count == 1 ? "1 member" : "\(it.members.count) members"]
        if it.generation >= 0 { parts.append("gen \(it.generation)") }
        // How often it had rebalanced by then is not kept; the page of changes lists when.
        guard state.snapshot.past == nil else { return parts.joined(separator: " · ") }
        let churn = group.churn
        let span = Durations.short(milliseconds: state.age(of: churn.since))
        let count = "\(churn.isExact ? "" : "≥")\(churn.rebalances)"
        var text = "\(count) rebalance\(churn.rebalances == 1 ? "" : "s") in \(span)"
        var moves: [String] = []
        if churn.joined > 0 { moves.append("\(churn.joined) came") }
        if churn.left > 0 { moves.append("\(churn.left) left") }
        if !moves.isEmpty { text += " (\(moves.joined(separator: ", ")))" }
        if let last = churn.lastAt { text += ", the last \(Durations.short(milliseconds: state.age(of: last))) ago" }
        parts.append(text)
        return parts.joined(separator: " · ")
    }

    /// `Skew of lag: PAR 8.5, Cv 2.0, worst orders-7 · of arrivals: PAR 1.2, Cv 0.2`; nil for a single partition.
    private static func skew(_ group: GroupFigures) -> String? {
        guard let lag = Skew(group.partitions.compactMap { $0.lag.records.map { Double($0) } }) else { return nil }
        let worst = group.partitions.max { ($0.lag.records ?? -1) < ($1.lag.records ?? -1) }
        var text = "Skew of lag: PAR \(Figures.fixed(lag.peakToAverage, 1)), Cv \(Figures.fixed(lag.variation, 1))"
        if let worst { text += ", worst \(worst.topicPartition)" }
        if let rate = Skew(group.partitions.compactMap(\.recordsInPerSecond)) {
            text +=
                " · of arrivals: PAR \(Figures.fixed(rate.peakToAverage, 1)), Cv \(Figures.fixed(rate.variation, 1))"
        }
        return text
    }
}
