import Cluster
import Operations

/// Where a partition's log start, commit, target and end stand on an axis: `▕──◇━━━◆──▏`.
struct ReplayBar {
    /// The places from 0 to 1; nil where unknown.
    var start: Double?
    var committed: Double?
    var target: Double?
    var end: Double?
    /// True where the commit lies before the log's start, or past its end.
    var isBefore = false
    var isPast = false

    /// On each log's own offsets.
    init(offsets: PartitionOffsets, committed: Int64?, target: Int64?) {
        let span = max(1, Double(offsets.highWatermark) - Double(offsets.logStart))
        func place(_ offset: Int64) -> Double { (Double(offset) - Double(offsets.logStart)) / span }
        (start, end) = (0, 1)
        self.committed = committed.map(place)
        self.target = target.map(place)
        isBefore = committed.map { $0 < offsets.logStart } ?? false
        isPast = committed.map { $0 > offsets.highWatermark } ?? false
    }

    /// On an axis of time that all partitions share.
    init(row: ReplayPreview.Row, axis: ClosedRange<Int64>) {
        let span = max(1, Double(axis.upperBound) - Double(axis.lowerBound))
        func place(_ time: Int64?) -> Double? { time.map { (Double($0) - Double(axis.lowerBound)) / span } }
        start = place(row.startPoint?.timestamp)
        end = place(row.latestTimestamp)
        func place(_ point: ReplayPoint?) -> Double? { point == .end ? end : place(point?.timestamp) }
        committed = place(row.committedPoint)
        target = row.target == nil ? nil : place(row.targetPoint)
        isBefore = row.committed.map { $0 < row.bounds?.logStart ?? .min } ?? false
        isPast = row.committed.map { $0 > row.bounds?.highWatermark ?? .max } ?? false
    }

    /// The times between which the partitions' records lie; nil where none is known.
    static func axis(_ preview: ReplayPreview?) -> ClosedRange<Int64>? {
        let rows = preview?.rows ?? []
        guard let first = rows.compactMap({ $0.startPoint?.timestamp }).min(),
            let last = rows.compactMap(\.latestTimestamp).max(), first <= last
        else { return nil }
        return first...last
    }

    /// The bar in so many cells.
    func cells(_ width: Int, _ theme: Theme) -> CellText {
        guard width >= 5, let start, let end else { return CellText("?", theme.muted) }
        func cell(_ place: Double) -> Int { max(0, min(width - 1, Int((place * Double(width - 1)).rounded()))) }
        let (first, last) = (cell(start), max(cell(start) + 1, cell(end)))
        guard last < width else { return CellText("?", theme.muted) }
        let calm = committed == nil ? "┄" : "─"
        var marks = [(String, Style)](repeating: (" ", theme.text), count: width)
        for index in first...last { marks[index] = (calm, theme.muted) }
        func inside(_ place: Double) -> Int {
            max(min(first + 1, last - 1), min(max(first + 1, last - 1), cell(place)))
        }
        if let committed {
            let from = inside(committed)
            let to = target.map(inside) ?? last - 1
            let style = target == nil ? theme.warn : theme.key
            if from != to, target != nil || to > from {
                for index in min(from, to)...max(from, to) { marks[index] = ("━", style) }
            }
        }
        marks[first] = ("▕", theme.border)
        marks[last] = ("▏", theme.border)
        if let committed {
            let mark = isBefore ? "◂" : isPast ? "▸" : "◆"
            marks[inside(committed)] = (mark, isBefore || isPast ? theme.warn : theme.key)
        }
        if let target { marks[inside(target)] = ("◇", theme.title) }
        return Self.joined(marks)
    }

    /// Neighbours of one style as one piece.
    private static func joined(_ marks: [(String, Style)]) -> CellText {
        var pieces: [(text: String, style: Style?)] = []
        for (text, style) in marks {
            if let last = pieces.last, last.style == style {
                pieces[pieces.count - 1].text += text
            } else {
                pieces.append((text, style))
            }
        }
        return CellText(pieces: pieces)
    }
}
