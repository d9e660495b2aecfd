import AlertRules
import Monitor

/// The first line while the past is looked at: which moment, how far back, how to return, and what has begun to fire since.
enum RewoundHeader {
    /// Draws it.
    static func draw(_ frame: inout Frame, row: Int) {
        let (state, theme) = (frame.state, frame.theme)
        let width = state.size.columns
        let age = state.now.distance(upTo: state.present)
        let zone = width >= 60 ? " \(state.settings.zone.name(at: state.now))" : ""
        let since = "(−\(Durations.short(milliseconds: age)))"
        // Where there is no room for both, news comes before the way back, which the footer names too.
        let hint = width < 50 && !state.timeline.news.isEmpty ? "" : " · 0: live"
        let word = " REWOUND \(state.settings.zone.clock(state.now))\(zone) \(since)\(hint) "
        var x = frame.grid.put(" ◆ ", row: row, column: 0, style: theme.key)
        if width >= 60 { x = frame.grid.put("Weir  ", row: row, column: x, style: theme.title) }
        x = frame.grid.put(word, row: row, column: x, style: theme.rewound, limit: width)
        let firing = state.alertCounts.firing
        // From the fullest to the barest, the first that fits.
        let trials = [
            [news(state, isShort: false), firing > 0 ? "▲\(firing) then" : nil, spacing(state)],
            [news(state, isShort: false), firing > 0 ? "▲\(firing) then" : nil],
            [news(state, isShort: false)], [news(state, isShort: true)],
        ].map { $0.compactMap(\.self) }
        guard let chosen = trials.first(where: { needed($0) <= width - x - 1 }) else { return }
        var start = width - needed(chosen)
        for (index, text) in chosen.enumerated() {
            let isNews = index == 0 && !state.timeline.news.isEmpty
            let style = isNews || text.hasPrefix("▲") ? theme.crit : theme.muted
            start = frame.grid.put(text, row: row, column: start, style: style) + 2
        }
    }

    private static func needed(_ texts: [String]) -> Int { texts.reduce(0) { $0 + CellWidth.of($1) + 2 } }

    /// How far apart moments are kept here, where it is not every second.
    private static func spacing(_ state: ConsoleState) -> String? {
        guard let step = state.snapshot.past?.stepMilliseconds, step > 1000 else { return nil }
        return "kept every \(Durations.short(milliseconds: step))"
    }

    /// What has begun to fire since the picture stands still: `▲ now firing: group.age fraud-scorer`; short `▲1 new`.
    static func news(_ state: ConsoleState, isShort: Bool) -> String? {
        let news = state.timeline.news
        guard state.standsStill, let first = news.first else { return nil }
        if isShort { return "▲\(news.count) new" }
        let more = news.count > 1 ? " +\(news.count - 1)" : ""
        return "▲ now firing: \(first.rule) \(first.subject)\(more)"
    }
}
