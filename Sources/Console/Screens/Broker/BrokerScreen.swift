import Cluster
import Monitor

/// The broker itself: who it is, how durable, how full, what it recovered, what the cleaner did.
enum BrokerScreen {
    /// The compaction runs as a table.
    static func runs(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<CompactionRun> {
        let columns: [Column<CompactionRun>] = [
            Column(
                "PARTITION", width: 22, gap: 0, .left, growth: 1, sort: "name", by: { .text("\($0.topicPartition)") },
                descending: false
            ) {
                it, width in CellText(ShortNames.partition(it.topicPartition, width: width))
            },
            Column("STATE", width: 20, .left, growth: 1) { it, _ in phase(it, theme) },
            Column("BY", width: 7, .left, priority: 4) { it, _ in
                CellText(it.isOnDemand ? "hand" : "cleaner", theme.muted)
            },
            Column("RECORDS GONE", width: 12, priority: 1) { it, _ in CellText(Figures.grouped(it.recordsRemoved)) },
            Column("FREED", width: 7, priority: 2) { it, _ in CellText(Figures.bytes(it.bytesRemoved)) },
            Column("STARTED", width: 8, gap: 2, priority: 3, sort: "start", by: { .number($0.startedAt) }) { it, _ in
                CellText(state.settings.zone.clock(it.startedAt), theme.muted)
            },
            Column("TOOK", width: 8, priority: 5) { it, _ in
                let took = it.startedAt.distance(upTo: it.endedAt ?? state.now)
                return CellText(
                    took > 0 && took < 1000 ? "\(took)ms" : Durations.long(milliseconds: took), theme.muted)
            },
        ]
        return Table(
            state.runs, columns: columns, id: { "\($0.topicPartition) \($0.startedAt)" }, state: list, sort: nil,
            isFaultsOnly: state.isFaultsOnly, search: { "\($0.topicPartition)" },
            isFault: { if case .failed = $0.phase { true } else { false } })
    }

    private static func phase(_ run: CompactionRun, _ theme: Theme) -> CellText {
        switch run.phase {
        case .queued: CellText("◔ queued", theme.muted)
        case .indexing, .copying:
            CellText(
                "▸ \(Figures.percent(run.bytesTotal > 0 ? Double(run.bytesDone) / Double(run.bytesTotal) : 0))",
                theme.key)
        case .asked: CellText("◔ asked", theme.key)
        case .restoring: CellText("◔ restoring", theme.key)
        case .restored: CellText("■ restored", theme.muted)
        case .finished: CellText("● done", theme.ok)
        case .stopped: CellText("■ stopped", theme.warn)
        case .failed(let reason): CellText("▲ \(reason)", theme.crit)
        }
    }

    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        if Screens.isSingle(frame.state.size) {
            drawFacts(&frame, in: rect)
            return
        }
        let (upper, rest) = rect.split(top: min(11, rect.height * 11 / 27 + 1))
        let (left, right) = upper.split(left: upper.width * 60 / 100)
        drawFacts(&frame, in: left)
        drawPoll(&frame, in: right)
        let embedded = frame.state.snapshot.status?.embedded
        let notes = embedded?.recoveryNotes ?? []
        let noteRows = max(3, min(notes.count + 2, rest.height / 3))
        let (middle, bottom) = rest.split(top: embedded == nil ? 0 : noteRows)
        if embedded != nil { drawNotes(&frame, notes, in: middle) }
        drawRuns(&frame, in: bottom)
    }

    private static func drawFacts(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let status = state.snapshot.status
        let note = status.map { "cluster \($0.clusterID)" } ?? ""
        let inside = Box("broker", note: note).draw(on: &frame.grid, in: rect, theme: theme)
        guard let status else {
            frame.line([("not reached yet", theme.warn)], row: inside.row, in: inside, from: 1)
            return
        }
        var row = inside.row
        func fact(_ name: String, _ pieces: [(String, Style)]) {
            guard row < inside.endRow else { return }
            frame.line([(name, theme.muted)], row: row, in: inside, from: 1)
            frame.line(pieces, row: row, in: inside, from: 13)
            row += 1
        }
        guard let it = status.embedded else {
            for broker in status.brokers {
                let role = broker.isController ? "  controller" : ""
                let rack = broker.rack.map { "  rack \($0)" } ?? ""
                fact(
                    "node \(broker.nodeID)",
                    [("\(broker.host):\(broker.port)", theme.text), (role + rack, theme.muted)])
            }
            return
        }
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
        fact("clients", [("\(it.connections) connected", theme.text)])
        fact(
            "requests",
            [
                (Figures.grouped(it.produceRequests), theme.text), (" produce  ", theme.muted),
                (Figures.grouped(it.fetchRequests), theme.text), (" fetch", theme.muted),
            ])
        fact(
            "bytes",
            [
                (Figures.bytes(it.bytesIn), theme.text), (" in  ", theme.muted),
                (Figures.bytes(it.bytesOut), theme.text),
                (" out  ", theme.muted),
                (Figures.grouped(it.recordErrors), it.recordErrors > 0 ? theme.warn : theme.text),
                (" record errors", theme.muted),
            ])
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
        let inside = Box("console").draw(on: &frame.grid, in: rect, theme: theme)
        let took = Figures.fixed(min(1e9, max(0, poll.durationMilliseconds)), 1)
        let every = Durations.setting(milliseconds: poll.intervalMilliseconds)
        let lines: [(String, String)] = [
            ("polls", "every \(every), last took \(took) ms"),
            ("snapshot", "\(state.snapshot.sequence) at \(state.settings.zone.clock(state.now))"),
            ("zone", state.settings.zone.name(at: state.now)),
            ("theme", state.settings.theme),
            ("graphs", frame.glyphs.rawValue),
            ("version", state.settings.version.isEmpty ? "–" : state.settings.version),
        ]
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
        let inside = Box("recovery at start", footer: notes.isEmpty ? "" : "\(notes.count)")
            .draw(on: &frame.grid, in: rect, theme: theme)
        if notes.isEmpty {
            frame.line([("● clean start: nothing to recover", theme.ok)], row: inside.row, in: inside, from: 1)
        }
        for (index, note) in notes.prefix(inside.height).enumerated() {
            frame.line([("▲ ", theme.warn), (note, theme.text)], row: inside.row + index, in: inside, from: 1)
        }
    }

    private static func drawRuns(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.broker, 0))
        let table = runs(frame.state, list, frame.theme)
        let inside = Box(
            "compaction runs", note: table.sortNote, footer: table.countNote, isFocused: frame.isFocused(0)
        )
        .draw(on: &frame.grid, in: rect, theme: frame.theme)
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: "no run since the start")
    }
}
