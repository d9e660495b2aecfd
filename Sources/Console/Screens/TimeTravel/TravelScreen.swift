import Cluster
import Operations
import RecordFormats

/// A topic as of a moment, what changed between two, and all records of a key.
enum TravelScreen {
    /// Draws the table of keys with what is missing below it.
    static func draw(_ frame: inout Frame, in rect: Rect, topic: String) {
        let (state, theme) = (frame.state, frame.theme)
        let zone = state.settings.zone
        guard let travel = state.travel, travel.request.topic == topic else { return }
        let list = state.listState(ListID(.travel(topic), 0))
        let table = TravelTables.keys(state, list, theme, topic: topic)
        var title = "\(topic) as of \(TravelReading.words(travel.request.moment, zone))"
        if let later = travel.request.later {
            title =
                "\(topic) from \(TravelReading.words(travel.request.moment, zone)) to \(TravelReading.words(later, zone))"
        }
        if let only = travel.request.partitions?.first { title += ", partition \(only)" }
        let lines = self.lines(travel)
        let (upper, lower) = split(rect, lines.count)
        let inside = Box(title, note: note(travel, zone), footer: table.countNote, isFocused: frame.isFocused(0))
            .draw(on: &frame, in: upper)
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: empty(travel))
        drawLines(&frame, lines, in: lower)
    }

    /// Draws the records of a key.
    static func drawHistory(_ frame: inout Frame, in rect: Rect, place: TopicPartition, key: [UInt8]) {
        let (state, theme) = (frame.state, frame.theme)
        let list = state.listState(ListID(state.page, 0))
        let table = TravelTables.history(state, list, theme, place: place, key: key)
        let it = state.keyHistory
        let name = state.decoder(of: place.topic).keyPreview(key, topic: place.topic, limit: 40)
        let lines: [(text: String, level: Theme.Level?)] =
            switch it?.found {
            case .ready(let history): TravelReading.sentences(history)
            case .failed(let reason): [("▲ \(reason)", .crit)]
            case .loading, nil: [("All of \(place) is read for this key; space pauses, x stops.", nil)]
            }
        let (upper, lower) = split(rect, lines.count)
        var note = ""
        if it?.isRunning == true {
            note = TravelReading.words(it?.progress, state.settings.zone)
        } else if let found = it?.found.value {
            note = found.total == 1 ? "1 record" : "\(Figures.grouped(found.total)) records"
        }
        let inside = Box("history of \(name) in \(place)", note: note, footer: table.countNote, isFocused: true)
            .draw(on: &frame, in: upper)
        table.draw(
            on: &frame, in: inside, state: list, isFocused: true,
            empty: it?.isRunning == true ? "reading…" : "no record of this key is there")
        drawLines(&frame, lines, in: lower)
    }

    private static func split(_ rect: Rect, _ lines: Int) -> (top: Rect, rest: Rect) {
        rect.split(top: rect.height - (rect.height >= 12 ? min(6, max(3, lines + 3)) : 0))
    }

    private static func drawLines(_ frame: inout Frame, _ lines: [(text: String, level: Theme.Level?)], in rect: Rect) {
        guard rect.height > 2 else { return }
        let theme = frame.theme
        let inside = Box("reading this").draw(on: &frame, in: rect)
        var row = inside.row
        for (text, level) in lines {
            let style = level.map { theme.style(for: $0) } ?? theme.text
            for line in Screens.wrapped(text, width: inside.width - 2) where row < inside.endRow {
                frame.line([(line, style)], row: row, in: inside, from: 1)
                row += 1
            }
        }
    }

    private static func lines(_ travel: TravelState) -> [(text: String, level: Theme.Level?)] {
        switch travel.report {
        case nil:
            [
                ("enter reads the whole topic and shows the newest record of each key.", nil),
                ("@ looks at a time instead, o at an offset; = compares with a later moment.", nil),
            ]
        case .loading: [("\(Figures.grouped(Int64(travel.keys))) keys so far; space pauses, x stops.", nil)]
        case .failed(let reason): [("▲ \(reason)", .crit)]
        case .ready(let report): TravelReading.sentences(report)
        }
    }

    private static func note(_ travel: TravelState, _ zone: TimeZoneChoice) -> String {
        switch travel.report {
        case nil: return "not read yet"
        case .loading: return TravelReading.words(travel.progress, zone)
        case .failed: return "▲"
        case .ready(let report):
            let it = report.counts
            func figure(_ count: Int) -> String { Figures.grouped(Int64(count)) }
            if report.request.later != nil {
                return "\(figure(it.added)) new · \(figure(it.changed)) changed · \(figure(it.removed)) deleted"
            }
            return "\(figure(it.live)) keys" + (it.deleted > 0 ? " · \(figure(it.deleted)) deleted" : "")
        }
    }

    private static func empty(_ travel: TravelState) -> String {
        switch travel.report {
        case nil: "nothing is read yet"
        case .loading: "reading…"
        case .failed: "nothing could be read"
        case .ready(let report): report.request.later == nil ? "no record with a key lies before" : "nothing changed"
        }
    }
}

extension TravelState.Question {
    /// What the prompt asks.
    var lead: String {
        switch self {
        case .time: " as of time: "
        case .offset: " as of offset, or partition:offset  "
        case .later: " compare with: now, a time, or an offset; empty for no comparison  "
        case .key: " key  "
        }
    }
}
