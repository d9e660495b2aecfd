import Cluster
import Monitor

/// What the cleaner does with a topic now, or did last, on one line.
enum CompactionLine {
    /// Draws it.
    static func draw(_ frame: inout Frame, _ topic: TopicFigures, row: Int, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        frame.line([("compaction", theme.muted)], row: row, in: rect, from: 1)
        guard topic.description.retention.isCompacted else {
            let policy = topic.description.retention.cleanupPolicy
            let long = "– cleanup.policy is \(policy): records go by age and size, not by key"
            let text = CellWidth.of(long) + 14 <= rect.width ? long : "– cleanup.policy is \(policy)"
            frame.line([(text, theme.muted)], row: row, in: rect, from: 13)
            return
        }
        let runs = state.runs.filter { $0.topicPartition.topic == topic.description.name }
        let active = runs.filter(\.isActive)
        if let run = active.first(where: { $0.phase != .queued }) ?? active.first {
            drawActive(&frame, run, others: active.count - 1, row: row, in: rect)
        } else if let last = runs.filter({ $0.endedAt != nil }).max(by: { ($0.endedAt ?? 0) < ($1.endedAt ?? 0) }) {
            drawEnded(&frame, last, row: row, in: rect)
        } else {
            guard state.tellsCleaning else {
                let isPast = state.snapshot.past != nil
                let text = isPast ? "— not kept" : "— what the cleaner does is not told over the wire"
                frame.line([(text, theme.muted)], row: row, in: rect, from: 13)
                return
            }
            let due = topic.description.partitions.filter { $0.cleaning?.isEligible == true }.count
            let text = due > 0 ? "● idle   \(due) due for cleaning" : "● idle"
            frame.line([(text, due > 0 ? theme.warn : theme.ok)], row: row, in: rect, from: 13)
        }
    }

    /// Draws a run that goes on, with how many others wait behind it.
    static func drawActive(_ frame: inout Frame, _ run: CompactionRun, others: Int, row: Int, in rect: Rect) {
        let theme = frame.theme
        if run.phase == .asked || run.phase == .restoring {
            frame.line([(asked(run, at: frame.state.now), theme.key)], row: row, in: rect, from: 13)
            return
        }
        let word =
            switch run.phase {
            case .queued: "queued"
            case .indexing: "indexing"
            default: "running"
            }
        let more = others > 0 ? " +\(others)" : ""
        let x =
            frame.line([("▸ \(word) \(run.topicPartition)\(more)", theme.ok)], row: row, in: rect, from: 13)
            - rect.column
        let barStart = max(34, x + 2)
        let barWidth = max(0, min(26 + max(0, rect.width - 98) / 2, rect.width - barStart - 36))
        let fraction = run.bytesTotal > 0 ? Double(run.bytesDone) / Double(run.bytesTotal) : 0
        let filled = Bar.cells(fraction, width: barWidth)
        let elapsed = Double(max(1, frame.state.age(of: run.startedAt))) / 1000
        let speed = Double(run.bytesDone) / elapsed
        let total = Figures.bytes(run.bytesTotal)
        let done = Figures.bytes(run.bytesDone)
        let shortDone = done.last == total.last ? String(done.dropLast()) : done
        var text = "  \(padded(Figures.percent(fraction), 3))  \(shortDone)/\(total)"
        if run.phase != .queued {
            text += "  \(Figures.bytes(speed))/s"
            if speed > 0, run.bytesTotal > run.bytesDone {
                text +=
                    "  eta \(Durations.long(milliseconds: Int64(min(1e12, (Double(run.bytesTotal) - Double(run.bytesDone)) / speed * 1000))))"
            }
        }
        frame.line(
            [
                (String(repeating: "█", count: filled), theme.graphIn.last ?? theme.text),
                (String(repeating: "·", count: max(0, barWidth - filled)), theme.muted), (text, theme.text),
            ], row: row, in: rect, from: barStart)
    }

    private static func drawEnded(_ frame: inout Frame, _ run: CompactionRun, row: Int, in rect: Rect) {
        let theme = frame.theme
        let ago = Durations.short(milliseconds: frame.state.age(of: run.endedAt ?? frame.state.now))
        let freed = "\(Figures.grouped(run.recordsRemoved)) records, \(Figures.bytes(run.bytesRemoved)) freed"
        let (text, style): (String, Style) =
            switch run.phase {
            case .failed(let reason): ("▲ \(run.topicPartition) failed \(ago) ago: \(reason)", theme.crit)
            case .restored: (restored(run, ago), theme.muted)
            case .stopped: ("■ \(run.topicPartition) stopped \(ago) ago: \(freed)", theme.warn)
            default: ("● idle   \(run.topicPartition) done \(ago) ago: \(freed)", theme.ok)
            }
        frame.line([(text, style)], row: row, in: rect, from: 13)
    }

    /// What can be said while settings are changed: not whether the cleaner runs.
    private static func asked(_ run: CompactionRun, at now: Int64) -> String {
        let since = Durations.short(milliseconds: run.startedAt.distance(upTo: now))
        return run.phase == .asked
            ? "◔ asked \(since) ago by temporary settings   K takes them back"
            : "◔ taking the temporary settings back"
    }

    private static func restored(_ run: CompactionRun, _ ago: String) -> String {
        let change =
            run.bytesRemoved > 0
            ? "\(run.topicPartition) is \(Figures.bytes(run.bytesRemoved)) smaller"
            : "no partition was seen to shrink"
        return "■ settings taken back \(ago) ago; \(change). Whether the cleaner ran cannot be seen"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
