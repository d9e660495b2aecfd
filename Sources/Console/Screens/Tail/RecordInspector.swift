import Cluster
import Monitor
import RecordFormats

/// One record in full: key, headers, timestamp, what its batch says, and the value as text or hex.
enum RecordInspector {
    /// What the inspector's box has room for of the record under the cursor: its lines, and how many fit.
    struct Reading {
        var decoded: Decoded
        var lines: [String]
        /// What became of each line since the record before, while the two are compared.
        var changes: [LineDiff.Change] = []
        var rows: Int

        /// The furthest it can be scrolled.
        var lastScroll: Int { max(0, lines.count - max(1, rows)) }
    }

    /// The selected record read with its topic's decoder, laid out for the room there is; nil without a record or without room.
    static func reading(_ state: ConsoleState) -> Reading? {
        guard let tail = state.tail, let it = tail.selected,
            let place = TailScreen.areas(in: Screens.body(state.size), state).record
        else { return nil }
        return reading(it, tail, state, in: place.inside)
    }

    private static func reading(_ it: TailRecord, _ tail: TailState, _ state: ConsoleState, in inside: Rect) -> Reading
    {
        let record = it.record
        let decoding = state.decoding(of: it.place.topic)
        let decoded = decoding.value(record.value, key: record.key)
        let width = max(8, inside.width - 2)
        if let compared = tail.comparison?.lines(of: it, decoding, width: width) {
            return Reading(
                decoded: decoded, lines: compared.map { "\($0.change.rawValue) \($0.text)" },
                changes: compared.map(\.change),
                rows: inside.height - facts(it, tail, state, in: inside).rows)
        }
        var lines = decoded.lines(width: width)
        if tail.isWrapped { lines = lines.flatMap { broken($0, width: width) } }
        if let value = record.value, value.count < record.valueSize {
            let whole = Figures.grouped(Int64(record.valueSize))
            lines.append("… first \(Figures.grouped(Int64(value.count))) of \(whole) bytes")
        }
        return Reading(decoded: decoded, lines: lines, rows: inside.height - facts(it, tail, state, in: inside).rows)
    }

    /// Draws the record under the tail's cursor.
    static func draw(_ frame: inout Frame, _ tail: TailState, in rect: Rect) {
        let theme = frame.theme
        let isFocused = frame.isFocused(1)
        guard let it = tail.selected else {
            let inside = Box("record", isFocused: isFocused).draw(on: &frame, in: rect)
            frame.line([("no record selected", theme.muted)], row: inside.row, in: inside, from: 1)
            return
        }
        let record = it.record
        let decoder = frame.state.decoder(of: it.place.topic)
        let reading = reading(it, tail, frame.state, in: rect.inside)
        let codec = record.batch.codec == "none" ? "uncompressed" : record.batch.codec
        let inside = Box(
            "record \(it.place) @ \(record.offset)",
            note: tail.comparison.map { $0.words(of: it) }
                ?? "\(name(reading.decoded, decoder)) · \(codec) batch of \(record.batch.recordCount)",
            footer: decoder == .hex ? "i: decoder  x: text  w: wrap" : "i: decoder  x: hex  w: wrap",
            isFocused: isFocused, noteStyle: reading.decoded.problem == nil ? nil : theme.warn
        ).draw(on: &frame, in: rect)
        guard inside.height > 0 else { return }
        let headRows = drawHead(&frame, it, tail, in: inside)
        let (_, body) = inside.split(top: headRows)
        for row in 0..<headRows {
            frame.markMatches(of: tail.match, row: inside.row + row, columns: inside.column..<inside.endColumn)
        }
        let first = max(0, min(tail.scroll, reading.lines.count - 1))
        for (row, line) in reading.lines[first...].prefix(body.height).enumerated() {
            let isCurrent = first + row == tail.matchLine
            let change = reading.changes.isEmpty ? nil : reading.changes[first + row]
            let style = isCurrent ? theme.selection : style(change, theme)
            frame.grid.put(line, row: body.row + row, column: body.column + 1, style: style, limit: body.endColumn)
            frame.markMatches(of: tail.match, row: body.row + row, columns: body.column..<body.endColumn)
        }
    }

    private static func style(_ change: LineDiff.Change?, _ theme: Theme) -> Style {
        switch change {
        case .added: theme.ok
        case .removed: theme.crit
        case .same: theme.muted
        case nil: theme.text
        }
    }

    /// `auto: json · utf-8`, `hex`, `▲ json: not JSON`: which decoder is on, and what it made of the bytes.
    private static func name(_ decoded: Decoded, _ decoder: Decoder) -> String {
        if let problem = decoded.problem { return "▲ \(decoder.rawValue): \(problem)" }
        switch decoder {
        case .json, .text, .hex: return decoder.rawValue
        case .automatic, .kafka, .integer: return "\(decoder.rawValue): \(decoded.name)"
        case .messagePack, .avro, .protobuf: return decoded.name
        }
    }

    /// What stands above the value, and how many rows it takes: two columns, or one below the other where it is narrow.
    private static func facts(
        _ it: TailRecord, _ tail: TailState, _ state: ConsoleState, in inside: Rect
    ) -> (key: String, time: String, headers: String, batch: String, rows: Int) {
        let record = it.record
        let decoding = state.decoding(of: it.place.topic)
        let key = record.key.map { decoding.keyPreview($0, limit: 80) } ?? "– (none)"
        let zone = state.settings.zone
        let moment = "\(zone.date(record.timestamp)) \(zone.clockWithMilliseconds(record.timestamp))"
        let time = (record.timestamp < 0 ? "–" : moment) + (record.isLogAppendTime ? " (append)" : " (create)")
        let headers = record.headers.map { header in
            "\(header.name)=\(header.value.map { ReadableValue.preview($0, limit: 24) } ?? "∅")"
        }.joined(separator: "  ")
        var batch = "leader epoch \(record.batch.leaderEpoch)   batch base \(record.batch.baseOffset)"
        if record.batch.producerID >= 0 { batch += "   producer \(record.batch.producerID)" }
        if record.batch.isTransactional { batch += "   in a transaction" }
        let rows = isTwoColumns(inside) ? 2 : inside.height >= 8 ? 4 : inside.height >= 4 ? 2 : min(1, inside.height)
        return (key, time, headers.isEmpty ? "–" : headers, batch, rows)
    }

    private static func isTwoColumns(_ inside: Rect) -> Bool { inside.width >= 90 && inside.height >= 4 }

    /// Draws key, time, headers and batch; tells the rows used.
    private static func drawHead(_ frame: inout Frame, _ it: TailRecord, _ tail: TailState, in inside: Rect) -> Int {
        let theme = frame.theme
        let (key, time, headers, batch, rows) = facts(it, tail, frame.state, in: inside)
        let row = inside.row
        if isTwoColumns(inside) {
            let half = inside.column + 50
            frame.grid.put("key", row: row, column: inside.column + 1, style: theme.muted)
            frame.grid.put(key, row: row, column: inside.column + 12, style: theme.title, limit: half - 1)
            frame.grid.put("headers", row: row + 1, column: inside.column + 1, style: theme.muted)
            frame.grid.put(headers, row: row + 1, column: inside.column + 12, style: theme.text, limit: half - 1)
            let x = frame.grid.put("timestamp  ", row: row, column: half, style: theme.muted, limit: inside.endColumn)
            frame.grid.put(time, row: row, column: x, style: theme.text, limit: inside.endColumn)
            frame.grid.put(batch, row: row + 1, column: half, style: theme.muted, limit: inside.endColumn)
            return rows
        }
        let shown = [("key", key), ("timestamp", time), ("headers", headers), ("batch", batch)].prefix(rows)
        for (index, fact) in shown.enumerated() {
            frame.grid.put(
                fact.0, row: row + index, column: inside.column + 1, style: theme.muted, limit: inside.endColumn)
            frame.grid.put(
                fact.1, row: row + index, column: inside.column + 12, style: index == 0 ? theme.title : theme.text,
                limit: inside.endColumn)
        }
        return rows
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
