import Cluster
import Monitor

/// One topic: its figures and compaction, its partitions, the segments of the selected one.
enum TopicScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect, name: String) {
        guard let topic = frame.state.topic(name) else {
            Screens.drawMissing(&frame, in: rect, title: name, "There is no topic \(name) now.")
            return
        }
        if Screens.isSingle(frame.state.size) {
            drawPartitions(&frame, topic, in: rect)
            return
        }
        let (top, rest) = rect.split(top: 7)
        drawFigures(&frame, topic, in: top)
        if Screens.isWide(frame.state.size) {
            let (left, right) = rest.split(left: max(98, rest.width * 58 / 100))
            drawPartitions(&frame, topic, in: left)
            drawSegments(&frame, topic, in: right)
        } else if rest.height >= 12 {
            let (upper, lower) = rest.split(top: rest.height - 6)
            drawPartitions(&frame, topic, in: upper)
            drawSegments(&frame, topic, in: lower)
        } else {
            drawPartitions(&frame, topic, in: rest)
        }
    }

    private static func drawFigures(_ frame: inout Frame, _ topic: TopicFigures, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let retention = topic.description.retention
        var note = "cleanup \(retention.cleanupPolicy)"
        if retention.isDeleted {
            note += " · retention \(Durations.setting(milliseconds: retention.retentionMilliseconds))"
        }
        note += " · segment \(Figures.bytes(retention.segmentBytes).replacing(".0", with: ""))"
        let segments = topic.description.partitions.compactMap(\.segmentCount).reduce(0, +)
        var footer = topic.sizeBytes.map { Figures.bytes($0) } ?? "size ?"
        if segments > 0 { footer += segments == 1 ? " in 1 segment" : " in \(segments) segments" }
        let inside = Box(topic.description.name, note: note, footer: footer).draw(on: &frame, in: rect)
        guard inside.height >= 4 else { return }
        let sparkWidth = max(8, inside.width - 59)
        let textStart = 12 + sparkWidth + 3
        let spark = Sparkline.text(topic.rateHistory.averaged(window: 60_000, count: sparkWidth))
        let rate = Figures.rate(topic.recordsInPerSecond) + "/s"
        frame.line([(" in  ", theme.muted), (rate, theme.text)], row: inside.row, in: inside)
        frame.line([(spark, theme.graphIn.last ?? theme.text)], row: inside.row, in: inside, from: 12)
        let records = TopicTables.records(topic)
        let bound = retention.isCompacted ? "≤ " : ""
        var facts: [(String, Style)] = [("records ", theme.muted), (bound + Figures.short(records), theme.text)]
        if let records, records > 0, let size = topic.sizeBytes {
            facts += [
                ("   stored ", theme.muted), ("≈ \(Figures.bytes(Double(size) / Double(records))) each", theme.text),
            ]
        }
        frame.line(facts, row: inside.row, in: inside, from: textStart)

        let readers = topic.groupIDs.compactMap { state.group($0) }
        let handled = readers.flatMap(\.partitions).filter { $0.topicPartition.topic == topic.description.name }
            .compactMap(\.recordsOutPerSecond)
        let out = handled.isEmpty ? "–" : Figures.short(handled.reduce(0, +)) + "/s"
        frame.line([(" out ", theme.muted), (out, theme.text)], row: inside.row + 1, in: inside)
        let groups = topic.groupIDs.isEmpty ? "no group reads it" : "to " + topic.groupIDs.joined(separator: ", ")
        frame.grid.put(
            groups, row: inside.row + 1, column: inside.column + 12, style: theme.muted,
            limit: inside.column + textStart - 2)
        let offsets = topic.description.partitions.compactMap(\.offsets)
        let start = offsets.reduce(Int64(0)) { $0 &+ $1.logStart }
        let end = offsets.reduce(Int64(0)) { $0 &+ $1.highWatermark }
        frame.line(
            [
                ("log start ", theme.muted), (Figures.short(start), theme.text), ("  high water ", theme.muted),
                (Figures.short(end), theme.text),
            ], row: inside.row + 1, in: inside, from: textStart)
        ChangeStrip.draw(
            &frame, window: 60_000, row: inside.row + 2,
            columns: (inside.column + 12)..<(inside.column + 12 + sparkWidth), label: inside.column
        ) { $0.topic == topic.description.name || $0.kind == .restarted }
        CompactionLine.draw(&frame, topic, row: inside.row + 3, in: inside)
        if let stale = topic.staleSince, inside.height >= 5 {
            let text = "▲ these figures are \(Durations.long(milliseconds: state.age(of: stale))) old"
            frame.line([(text, theme.warn)], row: inside.row + 4, in: inside, from: 1)
        }
    }

    private static func drawPartitions(_ frame: inout Frame, _ topic: TopicFigures, in rect: Rect) {
        let list = frame.state.listState(ListID(.topic(topic.description.name), 0))
        let table = TopicTables.partitions(of: topic, frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        let title = Screens.isSingle(frame.state.size) ? "\(topic.description.name) partitions" : "partitions"
        let note = frame.state.partitionsNote + table.sortNote
        let inside = Box(title, note: note, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused)
    }

    private static func drawSegments(_ frame: inout Frame, _ topic: TopicFigures, in rect: Rect) {
        let list = frame.state.listState(ListID(.topic(topic.description.name), 0))
        let table = TopicTables.partitions(of: topic, frame.state, list, frame.theme)
        guard let cursor = table.cursor(list) else {
            Box("segments").draw(on: &frame, in: rect)
            return
        }
        SegmentStrip.draw(&frame, topic, table.items[cursor], in: rect)
    }
}

extension Screens {
    /// A box that says why there is nothing in it.
    static func drawMissing(_ frame: inout Frame, in rect: Rect, title: String, _ text: String) {
        let inside = Box(title).draw(on: &frame, in: rect)
        frame.grid.put(
            text, row: inside.row, column: inside.column + 1, style: frame.theme.muted, limit: inside.endColumn)
    }
}
