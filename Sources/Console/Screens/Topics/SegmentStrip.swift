import Cluster
import Monitor

/// A partition's segments side by side, as long as they are large: clean, dirty, being cleaned, active.
enum SegmentStrip {
    private enum Kind {
        case clean
        case dirty
        case cleaning
        case active
    }

    /// Draws the box with the strip, the first offsets below it, and what the glyphs mean.
    static func draw(_ frame: inout Frame, _ topic: TopicFigures, _ partition: PartitionFigures, in rect: Rect) {
        guard !frame.isWordsOnly else { return }
        let theme = frame.theme
        let place = TopicPartition(topic: topic.description.name, partition: partition.description.partition)
        let inside = Box("segments of \(place)", note: "oldest → newest", footer: "active")
            .draw(on: &frame, in: rect)
        guard inside.height > 0 else { return }
        guard frame.state.snapshot.capabilities.contains(.segments) else {
            frame.line(
                [
                    (
                        frame.state.snapshot.past == nil ? "– this cluster does not tell its segments" : "– not kept",
                        theme.muted
                    )
                ],
                row: inside.row, in: inside, from: 1)
            return
        }
        guard let loaded = frame.state.segments[place] else {
            frame.line([("reading…", theme.muted)], row: inside.row, in: inside, from: 1)
            return
        }
        if case .failed(let reason) = loaded {
            frame.line([("▲ \(reason)", theme.warn)], row: inside.row, in: inside, from: 1)
            return
        }
        let segments = loaded.value ?? []
        let isCompacted = topic.description.retention.isCompacted
        let used = drawStrips(&frame, segments, partition, place, isCompacted: isCompacted, in: inside)
        let legendRow = inside.row + min(inside.height - 1, used)
        let legend: [(String, Style)] =
            isCompacted
            ? [
                ("██", theme.muted), (" clean  ", theme.muted), ("░░", theme.warn), (" dirty  ", theme.muted),
                ("▒▒", theme.key), (" being cleaned  ", theme.muted), ("▓▓", theme.ok),
                (" active (never cleaned)", theme.muted),
            ]
            : [("██", theme.muted), (" closed  ", theme.muted), ("▓▓", theme.ok), (" active", theme.muted)]
        frame.line(legend, row: legendRow, in: inside, from: 1)
        if let cleaning = partition.description.cleaning, isCompacted {
            let text = "cleanable \(Figures.bytes(cleaning.cleanableBytes))"
            let isBeside = inside.width >= 96
            let row = isBeside ? legendRow : legendRow + 1
            frame.line([(text, theme.text)], row: row, in: inside, from: isBeside ? 68 : 1)
        }
    }

    private static func stripRows(_ inside: Rect) -> Int { inside.height >= 5 ? (inside.height - 1) / 2 * 2 : 2 }

    private static func drawStrips(
        _ frame: inout Frame, _ segments: [SegmentDescription], _ partition: PartitionFigures, _ place: TopicPartition,
        isCompacted: Bool, in inside: Rect
    ) -> Int {
        let theme = frame.theme
        let rows = max(1, stripRows(inside) / 2)
        let room = max(8, inside.width - 2)
        // Each segment: two edges and 2 to 6 cells of body; the largest has the most.
        let largest = max(1, segments.map(\.sizeBytes).max() ?? 1)
        let widths = segments.map { max(2, min(6, Bar.cells(Double($0.sizeBytes) / Double(largest), width: 6))) + 2 }
        // The newest are drawn, as many as there is room for, from the oldest of them on.
        var first = segments.count
        var places: [(row: Int, column: Int)] = []
        while first > 0 {
            let trial = layout(widths[(first - 1)...], room: room)
            if (trial.last?.row ?? 0) >= rows { break }
            first -= 1
            places = trial
        }
        if first > 0 { frame.line([("…", theme.muted)], row: inside.row, in: inside, from: 0) }
        let running = frame.state.runs.contains { $0.topicPartition == place && $0.isActive && $0.phase != .queued }
        for (position, index) in zip(places, first..<segments.count) {
            let segment = segments[index]
            let kind = kind(segment, partition.description.cleaning, isCompacted: isCompacted, isRunning: running)
            let (glyph, style): (String, Style) =
                switch kind {
                case .clean: ("█", theme.muted)
                case .dirty: ("░", theme.warn)
                case .cleaning: ("▒", theme.key)
                case .active: ("▓", theme.ok)
                }
            let y = inside.row + position.row * 2
            let body = String(repeating: glyph, count: widths[index] - 2)
            frame.line(
                [
                    ("▕", theme.border), (body, style),
                    (segment.isActive ? "╸" : "▏", segment.isActive ? theme.ok : theme.border),
                ],
                row: y, in: inside, from: 1 + position.column)
            let label = Figures.threeFigures(segment.baseOffset)
            let room = widths[index]
            if label.count < room, y + 1 < inside.endRow {
                frame.line([(label, theme.muted)], row: y + 1, in: inside, from: 2 + position.column)
            }
        }
        return ((places.last?.row ?? 0) + 1) * 2
    }

    private static func layout(_ widths: ArraySlice<Int>, room: Int) -> [(row: Int, column: Int)] {
        var places: [(row: Int, column: Int)] = []
        var (row, column) = (0, 0)
        for width in widths {
            if column + width > room, column > 0 { (row, column) = (row + 1, 0) }
            places.append((row, column))
            column += width
        }
        return places
    }

    private static func kind(
        _ segment: SegmentDescription, _ cleaning: CleaningState?, isCompacted: Bool, isRunning: Bool
    ) -> Kind {
        if segment.isActive { return .active }
        guard isCompacted, let cleaning, segment.nextOffset > cleaning.firstDirtyOffset else { return .clean }
        return isRunning && segment.baseOffset < cleaning.firstUncleanableOffset ? .cleaning : .dirty
    }
}

extension Figures {
    /// `7.34M`, `11.2M`, `940`: three figures, for places in a log.
    static func threeFigures(_ value: Int64) -> String {
        let size = Double(value)
        for (limit, divisor, unit) in [(1e12, 1e9, "G"), (1e9, 1e6, "M"), (1e6, 1e3, "k")].reversed()
        where size >= divisor && size < limit {
            let scaled = size / divisor
            return fixed(scaled, scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0) + unit
        }
        return size < 1000 ? String(value) : short(size)
    }
}
