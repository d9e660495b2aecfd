import Cluster
import RecordFormats

/// The decoders of a topic's keys and values, each with what it makes of the record under the cursor.
enum DecodersPicture {
    /// Draws it.
    static func draw(_ frame: inout Frame, _ it: DecoderDialog, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let choices = Decoder.choices(topic: it.topic)
        let choice = state.decoders[it.topic] ?? DecoderChoice()
        let inside = Dialogs.window(
            &frame, Box("decoders of \(it.topic)", note: it.isKey ? "key" : "value"), height: choices.count + 4,
            width: 78,
            in: rect)
        let sides =
            "\(it.isKey ? "▶" : " ")key: \(choice.key.rawValue)   \(it.isKey ? " " : "▶")value: \(choice.value.rawValue)"
        frame.line([(sides, theme.title)], row: inside.row, in: inside, from: 2)
        let current = it.isKey ? choice.key : choice.value
        let record = state.tail?.selected.flatMap { $0.place.topic == it.topic ? $0.record : nil }
        let first = inside.row + 2
        for (index, decoder) in choices.enumerated() where first + index < inside.endRow {
            let row = first + index
            let isCurrent = decoder == current
            frame.line(
                [((isCurrent ? "● " : "○ ") + decoder.rawValue, isCurrent ? theme.title : theme.text)],
                row: row, in: inside, from: 2)
            let made = record.map { preview($0, decoder, it, state) }
            frame.grid.put(
                made?.text ?? "", row: row, column: inside.column + 14,
                style: made?.isFit == false ? theme.off : theme.muted, limit: inside.endColumn - 1)
            if isCurrent { frame.select(row: row, in: inside, isFocused: true) }
        }
    }

    private static func preview(
        _ record: FetchedRecord, _ decoder: Decoder, _ it: DecoderDialog, _ state: ConsoleState
    ) -> (text: String, isFit: Bool) {
        var reading = state.decoding(of: it.topic)
        reading.key = decoder
        reading.value = decoder
        let decoded = it.isKey ? reading.key(record.key) : reading.value(record.value, key: record.key)
        if let problem = decoded.problem { return ("– \(problem)", false) }
        let shown =
            it.isKey
            ? reading.keyPreview(record.key, limit: 60) : reading.valuePreview(record.value, key: record.key, limit: 60)
        return (shown, true)
    }
}
