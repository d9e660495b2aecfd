import Cluster
import Monitor

/// The broker in this process (who it is, how durable, how full, what it recovered, what the cleaner did), or the brokers attached to.
enum BrokerScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        guard frame.state.isEmbedded else {
            drawAttached(&frame, in: rect)
            return
        }
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: ["broker", "compactions"])
            if frame.state.box == 1 { drawRuns(&frame, box: 1, in: rest) } else { drawFacts(&frame, in: rest) }
            return
        }
        let notes = frame.state.snapshot.status?.embedded?.recoveryNotes ?? []
        // A clean start is one fact more, and no box.
        let (upper, rest) = rect.split(top: min(notes.isEmpty ? 11 : 10, rect.height))
        let (left, right) = upper.split(left: upper.width * 60 / 100)
        drawFacts(&frame, in: left)
        drawPoll(&frame, in: right)
        let noteRows = notes.isEmpty ? 0 : min(notes.count + 2, max(3, rest.height / 4))
        let (middle, lists) = rest.split(top: noteRows)
        if noteRows > 0 { drawNotes(&frame, notes, in: middle) }
        let runRows = min(3 + max(1, frame.state.runs.count), max(4, lists.height * 2 / 5))
        let (requests, runs) = lists.split(top: lists.height - runRows)
        drawRequests(&frame, in: requests)
        drawRuns(&frame, box: 1, in: runs)
    }

    /// What clients ask of the broker, and how long the answers take.
    private static func drawRequests(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.broker, 0))
        let table = ConnectionTables.requests(frame.state, list, frame.theme)
        let service = frame.state.snapshot.service
        let window = service.map { Durations.setting(milliseconds: max(0, $0.windowMilliseconds) / 1000 * 1000) } ?? ""
        let refused = service?.refusedRequests ?? 0
        let inside = Box(
            "requests",
            note: (window.isEmpty ? "" : "⟨\(window)⟩ ") + table.sortNote,
            footer: (refused > 0 ? "\(Figures.grouped(refused)) not understood · " : "") + table.countNote,
            isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: rect)
        let empty = service == nil ? "nothing is known of requests yet" : "nothing was asked for since the start"
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: empty)
    }

    /// A cluster of other processes: what it is, its brokers, and the compactions asked of it.
    private static func drawAttached(_ frame: inout Frame, in rect: Rect) {
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: ["brokers", "compactions"])
            if frame.state.box == 1 { drawRuns(&frame, box: 1, in: rest) } else { drawBrokers(&frame, in: rest) }
            return
        }
        let (upper, rest) = rect.split(top: min(11, max(10, rect.height / 3)))
        let (left, right) = upper.split(left: upper.width * 55 / 100)
        drawCluster(&frame, in: left)
        drawPoll(&frame, in: right)
        let (brokers, runs) = rest.split(top: max(rest.height * 2 / 3, rest.height - 4 - frame.state.runs.count))
        drawBrokers(&frame, in: brokers)
        drawRuns(&frame, box: 1, in: runs)
    }

    private static func drawBrokers(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.broker, 0))
        let table = BrokerTables.brokers(frame.state, list, frame.theme)
        let inside = Box("brokers", note: table.sortNote, footer: table.countNote, isFocused: frame.isFocused(0))
            .draw(on: &frame, in: rect)
        table.draw(
            on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: "no broker has answered yet")
    }

    private static func drawCluster(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let status = state.snapshot.status
        let inside = Box("cluster", note: status?.clusterID ?? "").draw(on: &frame, in: rect)
        guard let status else {
            frame.line([("not reached yet", theme.warn)], row: inside.row, in: inside, from: 1)
            return
        }
        let silent = state.snapshot.silentBrokers.count
        let partitions = state.snapshot.topics.flatMap(\.partitions)
        let leaderless = partitions.count { $0.description.leader < 0 }
        let short = partitions.count { $0.description.inSyncReplicas.count < $0.description.replicas.count }
        let old = partitions.count { $0.staleSince != nil }
        func faults(_ counts: [(Int, String, Style)], none: String) -> [(String, Style)] {
            let some = counts.filter { $0.0 > 0 }.map { ("\($0.0) \($0.1)  ", $0.2) }
            return some.isEmpty ? [(none, theme.muted)] : some
        }
        var lines: [(String, [(String, Style)])] = [
            (
                "brokers",
                [("\(status.brokers.count)  ", theme.text)]
                    + faults([(silent, "silent", theme.crit)], none: "all answer")
            ),
            ("controller", [(controller(status), theme.text)]),
            (
                "partitions",
                [("\(partitions.count)  ", theme.text)]
                    + faults(
                        [
                            (leaderless, "leaderless", theme.crit), (short, "under-replicated", theme.warn),
                            (old, "stale", theme.warn),
                        ], none: "all led and in sync")
            ),
            ("open txns", transactions(state.snapshot.transactions, theme)),
            ("access", [(state.mayWrite ? "may change the cluster" : "read-only", theme.text)]),
        ]
        for (index, line) in BrokerConfigurationScreen.wrapped(untold(state), width: inside.width - 14).enumerated() {
            lines.append((index == 0 ? "not told" : "", [(line, theme.muted)]))
        }
        for (index, line) in lines.enumerated() where index < inside.height {
            frame.line([(line.0, theme.muted)], row: inside.row + index, in: inside, from: 1)
            frame.line(line.1, row: inside.row + index, in: inside, from: 13)
        }
    }

    private static func controller(_ status: ClusterStatus) -> String {
        guard let it = status.brokers.first(where: \.isController) else { return "unknown" }
        return "node \(it.nodeID), \(it.host):\(it.port)"
    }

    /// What stands as `—` or `≈` on the screens, since the protocol does not tell it.
    private static func untold(_ state: ConsoleState) -> String {
        let all: [(Capabilities, String)] = [
            (.segments, "segments"), (.exactCleaning, "dirty ratio"), (.commitTimestamps, "commit times"),
            (.service, "connections, requests"),
        ]
        let missing = all.filter { !state.snapshot.capabilities.contains($0.0) }.map(\.1)
        return missing.isEmpty ? "nothing is missing" : missing.joined(separator: ", ") + ", bytes out, disk"
    }

    private static func drawFacts(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let status = state.snapshot.status
        let note = status.map { "cluster \($0.clusterID)" } ?? ""
        let inside = Box("broker", note: note).draw(on: &frame, in: rect)
        guard let status else {
            frame.line([("not reached yet", theme.warn)], row: inside.row, in: inside, from: 1)
            return
        }
        var row = inside.row
        func fact(_ name: String, _ pieces: [(String, Style)]) {
            guard row < inside.endRow else { return }
            frame.line([(name, theme.muted)], row: row, in: inside, from: 1)
            // What explains a fact goes where there is no room for it.
            var pieces = pieces
            while pieces.count > 1, pieces.reduce(13, { $0 + CellWidth.of($1.0) }) > inside.width {
                pieces.removeLast()
            }
            frame.line(pieces, row: row, in: inside, from: 13)
            row += 1
        }
        guard let it = status.embedded else { return }
        let address = status.brokers.first.map { "\($0.host):\($0.port), node \($0.nodeID)" } ?? "–"
        fact("listens", [(address, theme.text)])
        if let offline = it.offlineReason {
            fact("state", [("▲ offline: \(offline)", theme.crit)])
        } else {
            let up = state.now > it.startedAt ? Durations.long(milliseconds: state.age(of: it.startedAt)) : "–"
            fact(
                "state",
                [("● up \(up)", theme.ok), ("  since \(state.settings.zone.dateAndClock(it.startedAt))", theme.muted)])
        }
        fact("data", [(it.dataDirectory, theme.text)])
        fact("durability", [("flush = \(it.flushMode)", theme.text), ("  \(durability(it.flushMode))", theme.muted)])
        if let free = it.diskFreeBytes, let total = it.diskTotalBytes, total > 0 {
            let used = 1 - Double(free) / Double(total)
            let (bar, track) = Bar.eighths(used, width: max(4, min(24, inside.width - 46)))
            let style = frame.style(ratio: used, warn: 0.8, crit: 0.95)
            fact(
                "disk",
                [
                    (bar, style), (track, theme.muted),
                    (" \(Figures.percent(used))" + (used >= 0.8 ? " ▲" : ""), style),
                    ("  \(Figures.bytes(free)) of \(Figures.bytes(total)) free", theme.muted),
                ])
        } else {
            fact("disk", [("?", theme.muted)])
        }
        fact("clients", clients(it, state.snapshot.service, theme))
        fact(
            "bytes",
            [
                (Figures.bytes(it.bytesIn), theme.text), (" in  ", theme.muted),
                (Figures.bytes(it.bytesOut), theme.text),
                (" out", theme.muted),
                ("  \(Figures.grouped(it.recordErrors)) record errors", it.recordErrors > 0 ? theme.warn : theme.muted),
            ])
        fact("open txns", transactions(state.snapshot.transactions, theme))
        if it.recoveryNotes.isEmpty { fact("recovery", [("● clean start: nothing to recover", theme.ok)]) }
    }

    private static func clients(_ it: EmbeddedStatus, _ service: ServiceFigures?, _ theme: Theme) -> [(String, Style)] {
        var pieces = [("\(it.connections) connected", theme.text)]
        let rates = service?.requests.compactMap(\.perSecond) ?? []
        if !rates.isEmpty {
            pieces += [("  ", theme.muted), (Figures.short(rates.reduce(0, +)), theme.text), (" req/s", theme.muted)]
        }
        return pieces
    }

    /// The open transactions with the age of the oldest; hanging ones are an operator's business.
    private static func transactions(_ board: TransactionBoard?, _ theme: Theme) -> [(String, Style)] {
        guard let board else { return [("?", theme.muted)] }
        guard board.isTold else { return [("—", theme.muted)] }
        var pieces = [(Figures.grouped(Int64(board.openCount)), theme.text)]
        if let oldest = board.oldestMilliseconds {
            pieces += [("  oldest ", theme.muted), (Durations.long(milliseconds: oldest), theme.text)]
        }
        if board.hangingCount > 0 { pieces.append(("  ▲ \(board.hangingCount) hanging", theme.crit)) }
        if board.staleSince != nil { pieces.append(("  ▲ stale", theme.warn)) }
        return pieces
    }

    private static func durability(_ mode: String) -> String {
        switch mode {
        case "commit": "acks=all waits for the disk"
        case "interval": "the disk follows at intervals"
        case "os": "the kernel decides when"
        default: ""
        }
    }

    private static func drawPoll(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let poll = state.snapshot.poll
        let inside = Box("console").draw(on: &frame, in: rect)
        let took = Figures.fixed(min(1e9, max(0, poll.durationMilliseconds)), 1)
        let every = Durations.setting(milliseconds: poll.intervalMilliseconds)
        var lines: [(String, String)] = [
            ("polls", "every \(every) in \(took) ms"),
            ("snapshot", "\(state.snapshot.sequence) at \(state.settings.zone.clock(state.now))"),
            ("zone", state.settings.zone.name(at: state.now)),
            ("theme", state.settings.theme),
            ("graphs", frame.glyphs.rawValue),
            ("version", state.settings.version.isEmpty ? "–" : state.settings.version),
        ]
        if let load = poll.load {
            let requests = "\(Figures.short(load.requestsPerSecond)) of \(Figures.short(load.requestBudget)) req/s"
            let bytes = "\(Figures.bytes(load.bytesPerSecond)) of \(Figures.bytes(load.byteBudget))/s"
            lines.insert(contentsOf: [("costs", requests), ("", bytes)], at: 1)
            if load.isStretched { lines.insert(("", "stretched (budget)"), at: 1) }
        }
        for (index, line) in lines.enumerated() where index < inside.height {
            frame.line([(line.0, theme.muted)], row: inside.row + index, in: inside, from: 1)
            frame.line([(line.1, theme.text)], row: inside.row + index, in: inside, from: 11)
        }
        for (index, problem) in poll.problems.enumerated() where lines.count + index < inside.height {
            frame.line([("▲ \(problem)", theme.warn)], row: inside.row + lines.count + index, in: inside, from: 1)
        }
    }

    private static func drawNotes(_ frame: inout Frame, _ notes: [String], in rect: Rect) {
        let theme = frame.theme
        let inside = Box("recovery at start", footer: "\(notes.count)").draw(on: &frame, in: rect)
        for (index, note) in notes.prefix(inside.height).enumerated() {
            frame.line([("▲ ", theme.warn), (note, theme.text)], row: inside.row + index, in: inside, from: 1)
        }
    }

    private static func drawRuns(_ frame: inout Frame, box: Int, in rect: Rect) {
        let list = frame.state.listState(ListID(.broker, box))
        let table = BrokerTables.runs(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(box)
        let inside = Box("compaction runs", note: table.sortNote, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        let empty = frame.state.isEmbedded ? "no run since the start" : "none was asked for from here"
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: empty)
    }
}
