import Cluster
import Monitor

/// What a compaction would do: records and bytes that go, what stays and why, and the choice to roll the active segment.
enum CompactionPicture {
    /// Draws it.
    static func draw(_ frame: inout Frame, _ it: CompactionDialog, in rect: Rect) {
        let theme = frame.theme
        let previews = it.previews.value ?? []
        let holds = settingLines(previews) + holdLines(previews)
        let rows = min(previews.count, max(1, rect.height - 12 - min(holds.count, 4)))
        let scope =
            it.isDue
            ? (it.due.count == 1 ? "the 1 due partition" : "all \(it.due.count) due partitions")
            : it.isSelectedOnly || it.partitions.count == 1
                ? "\(it.scope.first.map { "\($0)" } ?? it.topicWords)"
                : "\(it.topicWords), all \(it.partitions.count) partitions"
        let isFresh = if case .ready = it.previews { true } else { false }
        let inside = Dialogs.window(
            &frame, Box("compact \(scope)", note: isFresh ? "nothing is changed yet" : "reading…"),
            height: 9 + max(1, rows) + min(max(1, holds.count), 6), width: 78, in: rect)
        var row = inside.row
        if case .failed(let reason) = it.previews {
            frame.line([("▲ \(reason)", theme.warn)], row: row, in: inside, from: 1)
            return
        }
        guard !previews.isEmpty else {
            frame.line(
                [(isFresh ? "nothing to compact" : "reading the log…", theme.muted)], row: row, in: inside, from: 1)
            return
        }
        line(&frame, ["PARTITION", "RECORDS", "GO", "BYTES", "GO", "KEYS STAY"], row: row, in: inside, theme.muted)
        row += 1
        for preview in previews.prefix(rows - (previews.count > rows ? 1 : 0)) {
            line(
                &frame,
                [
                    it.isDue || it.topics.count > 1
                        ? ShortNames.partition(preview.topicPartition, width: 11)
                        : "\(preview.topicPartition.partition)", Figures.grouped(preview.recordsBefore),
                    Figures.grouped(preview.recordsRemoved), Figures.grouped(preview.bytesBefore),
                    Figures.grouped(preview.bytesRemoved), Figures.grouped(preview.keysKept),
                ], row: row, in: inside, theme.text)
            row += 1
        }
        if previews.count > rows {
            frame.line([("… \(previews.count - rows + 1) more", theme.muted)], row: row, in: inside, from: 1)
            row += 1
        }
        func sum(_ path: KeyPath<CompactionPreview, Int64>) -> String {
            Figures.grouped(previews.reduce(Int64(0)) { $0 &+ $1[keyPath: path] })
        }
        line(
            &frame,
            [
                "all", sum(\.recordsBefore), sum(\.recordsRemoved), sum(\.bytesBefore), sum(\.bytesRemoved),
                sum(\.keysKept),
            ],
            row: row, in: inside, theme.title)
        row += 2
        // A partition that was read in part ("only …") speaks before those that were read whole ("all …").
        if let estimate = previews.compactMap(\.estimate).max() {
            frame.line([("≈ ", theme.key), (estimate, theme.muted)], row: row, in: inside, from: 1)
        } else {
            frame.line(
                [("tombstones kept until their horizon  ", theme.muted), (sum(\.tombstonesKept), theme.text)],
                row: row, in: inside, from: 1)
        }
        row += 1
        if holds.isEmpty { frame.line([("● nothing is held back", theme.ok)], row: row, in: inside, from: 1) }
        let room = max(1, inside.endRow - row - 2)
        for hold in holds.prefix(room) {
            frame.line([("▸ ", theme.key), (hold, theme.text)], row: row, in: inside, from: 1)
            row += 1
        }
        row = inside.endRow - 1
        let mark = it.rollsActive ? "[x]" : "[ ]"
        frame.line(
            [("\(mark) roll the active segment first", theme.text), ("  space", theme.key)], row: row, in: inside,
            from: 1)
        let act = previews.contains { !$0.settings.isEmpty } ? "C changes the settings" : "C compacts"
        let go = frame.state.mayWrite ? (isFresh ? act : "") : "read-only"
        frame.grid.put(go, row: row, endingAt: inside.endColumn - 1, from: inside.column + 44, style: theme.key)
    }

    private static func line(_ frame: inout Frame, _ cells: [String], row: Int, in rect: Rect, _ style: Style) {
        var end = rect.column
        for (text, width) in zip(cells, [11, 13, 13, 15, 14, 10]) {
            end += width
            frame.grid.put(text, row: row, endingAt: min(end, rect.endColumn), from: end - width, style: style)
        }
    }

    /// The settings that would be changed for a while, each once: they are the topic's.
    private static func settingLines(_ previews: [CompactionPreview]) -> [String] {
        var lines: [String] = []
        for setting in previews.flatMap(\.settings) {
            let before = setting.original.map { "from \($0)" } ?? "unset now"
            let line = "for a while: \(setting.name)=\(setting.temporary) (\(before), put back exactly)"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines
    }

    /// What holds records back, the partitions' sums by reason.
    private static func holdLines(_ previews: [CompactionPreview]) -> [String] {
        var order: [String] = []
        var bytes: [String: Int64] = [:]
        var records: [String: Int64] = [:]
        for hold in previews.flatMap(\.holds) {
            if !order.contains(hold.reason) { order.append(hold.reason) }
            if let held = hold.bytes { bytes[hold.reason, default: 0] &+= held }
            if let held = hold.records { records[hold.reason, default: 0] &+= held }
        }
        return order.map { reason in
            var text = "stays: \(reason)"
            if let held = bytes[reason] { text += ", \(Figures.bytes(held))" }
            if let held = records[reason] { text += ", \(Figures.grouped(held)) records" }
            return text
        }
    }
}
