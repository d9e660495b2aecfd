import Cluster
import Monitor
import Operations
import WindowedMetrics

/// What reading a whole topic tells: progress, figures, partitions, the most frequent keys.
enum StatisticsScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect, topic: String) {
        let view = frame.state.statistics[topic]
        guard let view else {
            drawBefore(&frame, in: rect, topic: topic)
            return
        }
        if Screens.isSingle(frame.state.size) {
            let (top, rest) = rect.split(top: 4)
            drawFigures(&frame, view, in: top, topic: topic)
            let below = Screens.strip(&frame, in: rest, names: ["partitions", "keys"])
            if frame.state.box == 1 {
                drawKeys(&frame, view, in: below)
            } else {
                drawPartitions(&frame, view, in: below)
            }
            return
        }
        let (top, rest) = rect.split(top: min(13, rect.height - 6))
        drawFigures(&frame, view, in: top, topic: topic)
        let (left, right) = rest.split(left: rest.width / 2)
        drawPartitions(&frame, view, in: left)
        drawKeys(&frame, view, in: right)
    }

    /// What it would take, before it was begun.
    private static func drawBefore(_ frame: inout Frame, in rect: Rect, topic: String) {
        let theme = frame.theme
        guard let it = frame.state.topic(topic) else {
            Screens.drawMissing(&frame, in: rect, title: "statistics of \(topic)", "There is no topic \(topic) now.")
            return
        }
        let inside = Box("statistics of \(topic)", note: "not read yet").draw(on: &frame, in: rect)
        let records = TopicTables.records(it)
        let size = it.sizeBytes.map { ", \(Figures.bytes($0))" } ?? ""
        let lines: [[(String, Style)]] = [
            [("Reads every record once: counts different keys, null values, the most", theme.text)],
            [("frequent keys; measures sizes, skew, compression, oldest and newest.", theme.text)],
            [],
            [("up to ", theme.muted), ("\(records.map { Figures.grouped($0) } ?? "?") records\(size)", theme.text)],
            [],
            [("enter", theme.key), ("  begins; it goes on while other pages are looked at", theme.text)],
        ]
        for (index, line) in lines.enumerated() { frame.line(line, row: inside.row + index, in: inside, from: 2) }
    }

    private static func drawFigures(_ frame: inout Frame, _ view: StatisticsView, in rect: Rect, topic: String) {
        let theme = frame.theme
        let (note, style) = note(view, theme)
        let inside = Box("statistics of \(topic)", note: note, noteStyle: style).draw(on: &frame, in: rect)
        guard let progress = view.progress, let report = view.report else {
            frame.line(
                [("looking up where the logs begin and end…", theme.muted)], row: inside.row, in: inside, from: 1)
            return
        }
        drawProgress(&frame, progress, row: inside.row, in: inside)
        let lines = figures(report, frame.state.settings.zone, theme)
        var row = inside.row + 1
        for (name, pieces) in lines where row < inside.endRow {
            frame.line([(name, theme.muted)], row: row, in: inside, from: 1)
            frame.line(pieces, row: row, in: inside, from: 13)
            row += 1
        }
        if let problem = progress.problems.first, row < inside.endRow {
            let more = progress.problems.count > 1 ? "  +\(progress.problems.count - 1)" : ""
            frame.line([("▲ \(problem)\(more)", theme.warn)], row: row, in: inside, from: 1)
        }
    }

    private static func note(_ view: StatisticsView, _ theme: Theme) -> (String, Style) {
        switch view.progress?.phase {
        case .finished: ("● all read", theme.ok)
        case .stopped: ("■ stopped, figures of what was read", theme.warn)
        case .paused: ("‖ paused", theme.warn)
        case .running, nil: ("▸ reading", theme.key)
        }
    }

    /// `████████····  62%  133.1M/214.9M offsets  41.2k/s  48M/s  eta 31m 20s`.
    private static func drawProgress(_ frame: inout Frame, _ it: ScanProgress, row: Int, in rect: Rect) {
        let theme = frame.theme
        let width = max(6, min(24, rect.width - 74))
        let filled = Bar.cells(it.share, width: width)
        var text =
            "  \(Figures.percent(it.share))  \(Figures.short(it.offsetsDone))/\(Figures.short(it.offsetCount)) offsets"
        if let speed = it.recordsPerSecond { text += "  \(Figures.rate(speed))/s" }
        if let speed = it.bytesPerSecond { text += "  \(Figures.bytes(speed))/s" }
        if let left = it.remainingMilliseconds { text += "  eta \(Durations.long(milliseconds: left))" }
        if it.isEnded { text += "  in \(Durations.long(milliseconds: it.elapsedMilliseconds))" }
        if !it.isEnded, let reached = it.timeReached {
            text += "  at \(frame.state.settings.zone.dateAndClock(reached))"
        }
        frame.line(
            [
                (String(repeating: "█", count: filled), theme.graphIn.last ?? theme.text),
                (String(repeating: "·", count: width - filled), theme.muted), (text, theme.text),
            ], row: row, in: rect, from: 1)
    }

    private static func figures(
        _ it: StatisticsReport, _ zone: TimeZoneChoice, _ theme: Theme
    ) -> [(String, [(String, Style)])] {
        func share(_ count: Int64) -> String {
            it.records > 0 ? " (\(Figures.percent(Double(count) / Double(it.records), exact: true)))" : ""
        }
        func plain(_ text: String) -> [(String, Style)] { [(text, theme.text)] }
        var keys = it.areKeysExact ? "\(Figures.grouped(it.keys))" : "≈\(Figures.short(Double(it.keys)))"
        keys += it.areKeysExact ? "  exact" : "  HyperLogLog, ±0.8%"
        if it.keys > 0 {
            keys += "   \(Figures.short(Double(it.records - it.withoutKey) / Double(it.keys))) records a key"
        }
        keys += "   superseded \(it.areKeysExact ? "" : "≈")\(Figures.short(it.superseded))\(share(it.superseded))"
        var lines: [(String, [(String, Style)])] = [
            (
                "records",
                plain("\(Figures.grouped(it.records))   keys and values \(Figures.bytes(it.bytes))")
            ),
            ("keys", plain(keys)),
            (
                "without",
                plain(
                    "value \(Figures.grouped(it.tombstones))\(share(it.tombstones))   key \(Figures.grouped(it.withoutKey))\(share(it.withoutKey))"
                )
            ),
            (
                "with",
                plain(
                    "headers \(Figures.grouped(it.withHeaders))\(share(it.withHeaders))   in transactions \(Figures.grouped(it.transactional))\(share(it.transactional))"
                )
            ),
            ("key bytes", plain(sizes(it.keySizes))),
            ("value bytes", plain(sizes(it.valueSizes))),
        ]
        if let skew = it.skew, let bytes = it.byteSkew {
            func text(_ skew: Skew) -> String {
                "\(Figures.fixed(skew.peakToAverage, 2))× mean, σ/μ \(Figures.fixed(skew.variation, 2))"
            }
            let style = skew.peakToAverage >= 2 ? theme.warn : theme.text
            lines.append(("skew", [("records \(text(skew))   bytes \(text(bytes))", style)]))
        }
        lines.append(("compression", plain(compression(it))))
        if let oldest = it.oldest, let newest = it.newest {
            lines.append(
                ("oldest", plain("\(zone.dateAndClock(oldest.timestamp))  \(oldest.topicPartition) @ \(oldest.offset)"))
            )
            lines.append(
                ("newest", plain("\(zone.dateAndClock(newest.timestamp))  \(newest.topicPartition) @ \(newest.offset)"))
            )
        }
        return lines
    }

    private static func sizes(_ sizes: StatisticsReport.Sizes?) -> String {
        guard let sizes else { return "–" }
        func text(_ value: Double) -> String { value < 10_000 ? Figures.fixed(value, 0) : Figures.bytes(value) }
        return "min \(text(sizes.least))  avg \(text(sizes.mean))  p50 ≈\(text(sizes.median))  p95 ≈\(text(sizes.p95))"
            + "  p99 ≈\(text(sizes.p99))  max \(text(sizes.most))"
    }

    private static func compression(_ it: StatisticsReport) -> String {
        it.compression.prefix(3).map { codec in
            let share = Figures.percent(Double(codec.records) / Double(max(1, it.records)))
            let each = Figures.short(Double(codec.records) / Double(max(1, codec.batches)))
            return "\(codec.name) \(share) in \(Figures.short(codec.batches)) batches of \(each)"
        }.joined(separator: "   ")
    }

    private static func drawPartitions(_ frame: inout Frame, _ view: StatisticsView, in rect: Rect) {
        let list = frame.state.listState(ListID(frame.state.page, 0))
        let table = StatisticsTables.partitions(view.report, frame.state, list, frame.theme)
        let inside = Box("partitions", note: table.sortNote, footer: table.countNote, isFocused: frame.isFocused(0))
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: "nothing read yet")
    }

    private static func drawKeys(_ frame: inout Frame, _ view: StatisticsView, in rect: Rect) {
        let list = frame.state.listState(ListID(frame.state.page, 1))
        let table = StatisticsTables.keys(view.report, frame.state, list, frame.theme)
        let inside = Box(
            "most frequent keys", note: table.sortNote, footer: table.countNote, isFocused: frame.isFocused(1)
        )
        .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(1), empty: "no keys yet")
    }
}
