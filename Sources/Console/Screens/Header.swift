import AlertRules
import Cluster
import Monitor

/// The first line: who is looked at, how it fares, how much moves, what it costs, what time it is.
enum Header {
    private typealias Pieces = [(text: String, style: Style)]

    /// What takes a walk through all there is: counted once, however many trials the room asks for.
    private struct Counts {
        var firing: Int
        var partitions: Int
    }

    /// Draws it. What matters least goes first where there is no room.
    static func draw(_ frame: inout Frame, row: Int) {
        let (state, theme) = (frame.state, frame.theme)
        guard state.snapshot.past == nil else { return RewoundHeader.draw(&frame, row: row) }
        let width = state.size.columns
        let counts = Counts(
            firing: firing(state),
            partitions: state.partitionCount)
        func size(_ pieces: Pieces) -> Int { pieces.reduce(0) { $0 + CellWidth.of($1.text) } }
        // From the fullest to the barest, the first that fits.
        let trials = (0...8).lazy.map { (left(state, theme, counts, drop: $0), right(state, theme, counts, drop: $0)) }
        let chosen =
            trials.first { size($0.0) + 2 + size($0.1) <= width }
            ?? (left(state, theme, counts, drop: 8), right(state, theme, counts, drop: 8))
        let end = width - size(chosen.1)
        var x = 0
        for (text, style) in chosen.0 {
            x = frame.grid.put(text, row: row, column: x, style: style, limit: max(0, end - 1))
        }
        x = max(0, end)
        for (text, style) in chosen.1 { x = frame.grid.put(text, row: row, column: x, style: style) }
    }

    private static func left(_ state: ConsoleState, _ theme: Theme, _ counts: Counts, drop: Int) -> Pieces {
        let isWide = state.size.columns >= (state.isEmbedded ? 80 : 100)
        var left: Pieces = [(" ◆ ", theme.key), (isWide ? "Weir  " : "Weir", theme.title), ("  ", theme.text)]
        if let name = clusterName(state) {
            left.append((name + "  ", state.settings.isProduction ? theme.crit : theme.title))
        }
        if let outage = state.snapshot.poll.outage {
            left.append(("no answer" + (drop < 6 ? " from \(address(state))" : ""), theme.warn))
            let retry = drop < 7 ? "  retry in " : " retry "
            left.append((retry + seconds(outage.retryMilliseconds), theme.text))
            if drop < 3 {
                let age = Durations.short(milliseconds: state.age(of: outage.since))
                left.append(("   ▲ all figures are \(age) old", theme.warn))
            }
            return left
        }
        if state.isEmbedded {
            left.append((address(state), theme.text))
        } else {
            let mode = state.snapshot.status != nil && !state.mayWrite && drop < 8 ? " · read-only" : ""
            left.append(((drop < 8 ? "attached " : "") + address(state) + mode, theme.text))
        }
        let health = health(state, isShort: drop >= 7)
        left.append((" \(health.glyph)", theme.style(for: health.level)))
        let up = drop < 7 ? uptime(state) : ""
        if !up.isEmpty { left.append((" \(up)", theme.text)) }
        let facts = facts(state, counts, drop: drop)
        if !facts.isEmpty { left.append(("   " + facts.joined(separator: "  "), theme.text)) }
        return left
    }

    private static func right(_ state: ConsoleState, _ theme: Theme, _ counts: Counts, drop: Int) -> Pieces {
        let snapshot = state.snapshot
        var right: Pieces = []
        let width = state.size.columns
        if let news = RewoundHeader.news(state, isShort: drop > 6) { right.append((news + "  ", theme.crit)) }
        let alertsElsewhere =
            counts.firing > 0 && !(state.page == .alerts || (state.page == .dashboard && width >= 100))
        if alertsElsewhere, drop != 2 || width < 100, drop < 7 || snapshot.poll.outage == nil {
            right.append(("▲\(counts.firing)  ", theme.crit))
        }
        let rates = rates(snapshot)
        let ratesUpTo = snapshot.poll.load == nil ? 4 : 3
        if !rates.isEmpty, snapshot.poll.outage == nil, drop < ratesUpTo {
            right.append((rates + (drop >= 1 && snapshot.poll.load == nil ? " " : "  "), theme.text))
        }
        if let cost = cost(snapshot.poll, drop: drop), snapshot.poll.outage == nil {
            right.append((cost + "  ", snapshot.poll.load?.isStretched == true ? theme.warn : theme.muted))
        }
        guard snapshot.takenAt > 0 else { return right }
        let zone = state.settings.zone
        let short = (zone == .local ? " " : "") + zone.shortName(at: snapshot.takenAt)
        let name = drop < 1 ? " \(zone.name(at: snapshot.takenAt))" : short
        right.append((zone.clock(snapshot.takenAt) + name, theme.muted))
        return right
    }

    /// How many alerts fire that nobody has acknowledged or muted.
    static func firing(_ state: ConsoleState) -> Int { state.alertCounts.firing }

    /// What the cluster is asked and how often: `12 req/s 48 KB/s · every 1 s`; nil where no request is sent, or there is no room.
    static func cost(_ poll: PollFacts, drop: Int = 0) -> String? {
        guard let load = poll.load else { return nil }
        let requests = "\(Figures.short(load.requestsPerSecond)) req/s"
        let every = "every \(seconds(poll.intervalMilliseconds))"
        switch drop {
        case ..<4:
            let bytes = Figures.fixed(min(max(load.bytesPerSecond, 0) / 1024, 1e9), load.bytesPerSecond < 9_950 ? 1 : 0)
            return "\(requests) \(bytes) KB/s · \(every)" + (load.isStretched ? " (budget)" : "")
        case ..<6: return load.isStretched ? "\(every) (budget)" : requests
        case ..<8: return load.isStretched ? every : nil
        default: return nil
        }
    }

    /// `1 s`, `3.5 s`: whole seconds without a decimal.
    private static func seconds(_ milliseconds: Int64) -> String {
        "\(Figures.short((Double(milliseconds) / 100).rounded() / 10)) s"
    }

    private static func clusterName(_ state: ConsoleState) -> String? {
        let (name, isProduction) = (state.settings.clusterName, state.settings.isProduction)
        guard !name.isEmpty || isProduction else { return nil }
        return isProduction ? "▲ \(name.isEmpty ? "" : name + " ")production" : name
    }

    private static func address(_ state: ConsoleState) -> String {
        var text = state.settings.address
        if text.isEmpty, let broker = state.snapshot.status?.brokers.first { text = "\(broker.host):\(broker.port)" }
        for host in ["127.0.0.1:", "localhost:"] where text.hasPrefix(host) && state.isEmbedded {
            text = "local:" + text.dropFirst(host.count)
        }
        // Of several addresses to ask first, one stands for all.
        if let comma = text.firstIndex(of: ",") { text = "\(text[..<comma])…" }
        return text.isEmpty ? "starting" : text
    }

    private static func health(_ state: ConsoleState, isShort: Bool) -> (glyph: String, level: Theme.Level) {
        let snapshot = state.snapshot
        if snapshot.status?.embedded?.offlineReason != nil { return ("▲ offline", .crit) }
        if let overdue = snapshot.poll.overdueMilliseconds {
            return ("▲ no answer for \(Durations.short(milliseconds: overdue))", .warn)
        }
        if let silent = silentText(state, isShort: isShort) { return (silent, .crit) }
        if snapshot.status == nil { return ("◌", .warn) }
        return snapshot.poll.problems.isEmpty && snapshot.statusStaleSince == nil ? ("●", .ok) : ("▲ stale", .warn)
    }

    /// `▲ broker 2 silent 42s`: brokers that do not answer, each once, with how long the first of them has not.
    private static func silentText(_ state: ConsoleState, isShort: Bool) -> String? {
        let silent = state.snapshot.silentBrokers
        guard let first = silent.values.map(\.since).min() else { return nil }
        let ids = silent.keys.sorted()
        let who =
            ids.count > 3
            ? "\(ids.count) brokers"
            : (ids.count == 1 ? "broker " : "brokers ")
                + ids.map(String.init).joined(separator: ", ")
        return isShort ? "▲ \(who)" : "▲ \(who) silent \(Durations.short(milliseconds: state.age(of: first)))"
    }

    private static func uptime(_ state: ConsoleState) -> String {
        guard let started = state.snapshot.status?.embedded?.startedAt, state.now > started else { return "" }
        return "up " + Durations.uptime(milliseconds: state.age(of: started))
    }

    private static func facts(_ state: ConsoleState, _ counts: Counts, drop: Int) -> [String] {
        let all = [
            "\(state.snapshot.topics.count) topics", "\(counts.partitions) parts",
            "\(state.snapshot.groups.count) groups",
        ]
        // What an attached cluster is asked matters more than how much there is of it.
        guard state.isEmbedded else { return drop < 1 ? all : drop < 2 ? [all[0], all[2]] : [] }
        return drop < 3 ? all : drop < 5 ? [all[0], all[2]] : drop < 6 ? [all[2]] : []
    }

    private static func rates(_ snapshot: Snapshot) -> String {
        guard let incoming = snapshot.recordsInPerSecond else { return "" }
        var text = "in \(Figures.short(incoming))/s"
        if let outgoing = snapshot.recordsOutPerSecond { text += "  out \(Figures.short(outgoing))/s" }
        return text
    }
}
