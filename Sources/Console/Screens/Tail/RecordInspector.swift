import Cluster
import Monitor
import RecordFormats

/// One record in full: key, headers, timestamp, what its batch says, and the value as text or hex.
enum RecordInspector {
    /// Draws the record under the tail's cursor.
    static func draw(_ frame: inout Frame, _ tail: TailState, in rect: Rect) {
        let theme = frame.theme
        let visible = tail.visible
        let isFocused = frame.isFocused(1)
        guard visible.indices.contains(tail.cursor) else {
            let inside = Box("record", isFocused: isFocused).draw(on: &frame.grid, in: rect, theme: theme)
            frame.line([("no record selected", theme.muted)], row: inside.row, in: inside, from: 1)
            return
        }
        let it = visible[tail.cursor]
        let record = it.record
        let isCut = (record.value?.count ?? 0) < record.valueSize
        let value = ReadableValue(record.value)
        var kind = tail.valueView == .hex ? "hex" : value.name
        kind +=
            " · \(record.batch.codec == "none" ? "uncompressed" : record.batch.codec) batch of \(record.batch.recordCount)"
        let inside = Box(
            "record \(tail.topic)-\(it.partition) @ \(record.offset)", note: kind,
            footer: tail.valueView == .hex ? "x: text  w: wrap" : "x: hex  w: wrap", isFocused: isFocused
        ).draw(on: &frame.grid, in: rect, theme: theme)
        guard inside.height > 0 else { return }
        let headRows = drawHead(&frame, it, in: inside)
        let (_, body) = inside.split(top: headRows)
        let width = max(8, body.width - 2)
        var lines = lines(record.value, value, as: tail.valueView, width: width)
        if tail.isWrapped { lines = lines.flatMap { broken($0, width: width) } }
        if isCut {
            lines.append(
                "… first \(Figures.grouped(Int64(record.value?.count ?? 0))) of \(Figures.grouped(Int64(record.valueSize))) bytes"
            )
        }
        let first = max(0, min(tail.scroll, lines.count - 1))
        for (row, line) in lines[first...].prefix(body.height).enumerated() {
            frame.grid.put(line, row: body.row + row, column: body.column + 1, style: theme.text, limit: body.endColumn)
        }
    }

    private static func lines(_ bytes: [UInt8]?, _ value: ReadableValue, as view: TailState.ValueView, width: Int)
        -> [String]
    {
        guard view == .hex, let bytes, !bytes.isEmpty else { return value.lines(width: width) }
        return HexDump.lines(bytes, width: width)
    }

    /// Draws key, time, headers and batch in two columns, or one below the other where it is narrow; tells the rows used.
    private static func drawHead(_ frame: inout Frame, _ it: TailRecord, in inside: Rect) -> Int {
        let theme = frame.theme
        let record = it.record
        let key = record.key.map { ReadableValue.preview($0, limit: 80) } ?? "– (none)"
        let time =
            record.timestamp < 0
            ? "–"
            : "\(frame.state.settings.zone.date(record.timestamp)) \(frame.state.settings.zone.clockWithMilliseconds(record.timestamp))"
        let stamp = record.isLogAppendTime ? "(append)" : "(create)"
        let headers =
            record.headers.isEmpty
            ? "–"
            : record.headers.map { "\($0.name)=\($0.value.map { ReadableValue.preview($0, limit: 24) } ?? "∅")" }
                .joined(separator: "  ")
        var batch = "leader epoch \(record.batch.leaderEpoch)   batch base \(record.batch.baseOffset)"
        if record.batch.producerID >= 0 { batch += "   producer \(record.batch.producerID)" }
        if record.batch.isTransactional { batch += "   in a transaction" }
        let row = inside.row
        if inside.width >= 90, inside.height >= 4 {
            let half = inside.column + 50
            frame.grid.put("key", row: row, column: inside.column + 1, style: theme.muted)
            frame.grid.put(key, row: row, column: inside.column + 12, style: theme.title, limit: half - 1)
            frame.grid.put("headers", row: row + 1, column: inside.column + 1, style: theme.muted)
            frame.grid.put(headers, row: row + 1, column: inside.column + 12, style: theme.text, limit: half - 1)
            let x = frame.grid.put("timestamp  ", row: row, column: half, style: theme.muted, limit: inside.endColumn)
            frame.grid.put("\(time) \(stamp)", row: row, column: x, style: theme.text, limit: inside.endColumn)
            frame.grid.put(batch, row: row + 1, column: half, style: theme.muted, limit: inside.endColumn)
            return 2
        }
        let facts = [("key", key), ("timestamp", "\(time) \(stamp)"), ("headers", headers), ("batch", batch)]
        let shown = inside.height >= 8 ? facts : inside.height >= 4 ? [facts[0], facts[1]] : [facts[0]]
        for (index, fact) in shown.enumerated() {
            frame.grid.put(
                fact.0, row: row + index, column: inside.column + 1, style: theme.muted, limit: inside.endColumn)
            frame.grid.put(
                fact.1, row: row + index, column: inside.column + 12, style: index == 0 ? theme.title : theme.text,
                limit: inside.endColumn)
        }
        return shown.count
    }

    /// A line broken at cells.
    private static func broken(_ line: String, width: Int) -> [String] {
        var lines: [String] = []
        var current = String.UnicodeScalarView()
        var used = 0
        for scalar in line.unicodeScalars {
            guard let safe = SafeScalar.shown(scalar) else { continue }
            let cells = CellWidth.of(safe)
            if used + cells > width {
                lines.append(String(current))
                current = String.UnicodeScalarView()
                used = 0
            }
            current.append(safe)
            used += cells
        }
        lines.append(String(current))
        return lines
    }
}
