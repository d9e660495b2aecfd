import AlertRules
import Cluster
import Monitor

/// The first line: who is looked at, how it fares, how much moves, what time it is.
enum Header {
    /// Draws it. What matters least goes first where there is no room.
    static func draw(_ frame: inout Frame, row: Int) {
        let (state, theme) = (frame.state, frame.theme)
        let width = state.size.columns
        let snapshot = state.snapshot
        let rates = Self.rates(snapshot)
        let hasTime = snapshot.takenAt > 0
        let clock = hasTime ? state.settings.zone.clock(snapshot.takenAt) : ""
        let zone = state.settings.zone.name(at: snapshot.takenAt)
        let facts = Self.facts(state)
        let firing = Self.firing(state)
        let alertsElsewhere = firing > 0 && !(state.page == .alerts || (state.page == .dashboard && width >= 100))
        // From the fullest to the barest, the first that fits.
        let name = width >= 80 ? "Weir  " : "Weir"
        var trials: [(left: [(String, Style)], right: [(String, Style)])] = []
        for drop in 0...8 {
            var left: [(String, Style)] = [(" ◆ ", theme.key), (name, theme.title), ("  ", theme.text)]
            left.append((Self.address(state), theme.text))
            left.append((" \(Self.health(state).glyph)", theme.style(for: Self.health(state).level)))
            let up = drop < 7 ? Self.uptime(state) : ""
            if !up.isEmpty { left.append((" \(up)", theme.text)) }
            let kept = drop < 3 ? facts : drop < 5 ? [facts[0], facts[2]] : drop < 6 ? [facts[2]] : []
            if !kept.isEmpty { left.append(("   " + kept.joined(separator: "  "), theme.text)) }
            let isShort = drop >= 1
            var right: [(String, Style)] = []
            if alertsElsewhere, drop != 2 || width < 100 { right.append(("▲\(firing)  ", theme.crit)) }
            if !rates.isEmpty, drop < 4 { right.append((rates + (isShort ? " " : "  "), theme.text)) }
            if hasTime { right.append((clock + (!isShort ? " \(zone)" : zone == "UTC" ? "Z" : ""), theme.muted)) }
            if hasTime, isShort, zone != "UTC", drop < 3 { right.append((" \(zone)", theme.muted)) }
            trials.append((left, right))
        }
        func size(_ pieces: [(String, Style)]) -> Int { pieces.reduce(0) { $0 + CellWidth.of($1.0) } }
        let chosen = trials.first { size($0.left) + 2 + size($0.right) <= width } ?? trials[trials.count - 1]
        let end = width - size(chosen.right)
        var x = 0
        for (text, style) in chosen.left {
            x = frame.grid.put(text, row: row, column: x, style: style, limit: max(0, end - 1))
        }
        x = max(0, end)
        for (text, style) in chosen.right { x = frame.grid.put(text, row: row, column: x, style: style) }
    }

    /// How many instances fire.
    static func firing(_ state: ConsoleState) -> Int { state.snapshot.alerts.instances.filter(\.isFiring).count }

    private static func address(_ state: ConsoleState) -> String {
        var text = state.settings.address
        if text.isEmpty, let broker = state.snapshot.status?.brokers.first { text = "\(broker.host):\(broker.port)" }
        for host in ["127.0.0.1:", "localhost:"] where text.hasPrefix(host) {
            text = "local:" + text.dropFirst(host.count)
        }
        return text.isEmpty ? "starting" : text
    }

    private static func health(_ state: ConsoleState) -> (glyph: String, level: Theme.Level) {
        if state.snapshot.status?.embedded?.offlineReason != nil { return ("▲ offline", .crit) }
        if state.snapshot.status == nil { return ("◌", .warn) }
        return state.snapshot.poll.problems.isEmpty && state.snapshot.statusStaleSince == nil
            ? ("●", .ok) : ("▲ stale", .warn)
    }

    private static func uptime(_ state: ConsoleState) -> String {
        guard let started = state.snapshot.status?.embedded?.startedAt, state.now > started else { return "" }
        return "up " + Durations.uptime(milliseconds: state.age(of: started))
    }

    private static func facts(_ state: ConsoleState) -> [String] {
        let partitions = state.snapshot.topics.reduce(0) { $0 + $1.description.partitions.count }
        return [
            "\(state.snapshot.topics.count) topics", "\(partitions) parts", "\(state.snapshot.groups.count) groups",
        ]
    }

    private static func rates(_ snapshot: Snapshot) -> String {
        guard let incoming = snapshot.recordsInPerSecond else { return "" }
        var text = "in \(Figures.short(incoming))/s"
        if let outgoing = snapshot.recordsOutPerSecond { text += "  out \(Figures.short(outgoing))/s" }
        return text
    }
}
