import Cluster
import Monitor

/// The producers that a partition remembers: what a retry or a late instance is told apart by.
enum ProducersScreen {
    /// Draws it.
    static func draw(_ frame: inout Frame, in rect: Rect, place: TopicPartition) {
        let (state, theme) = (frame.state, frame.theme)
        let list = state.listState(ListID(.producers(place), 0))
        let table = TransactionTables.producers(of: place, state, list, theme)
        let (top, bottom) = rect.split(top: Screens.isSingle(state.size) ? rect.height : rect.height - 4)
        let inside = Box(
            "producers of \(place)", note: table.sortNote, footer: table.countNote, isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: top)
        switch state.producers[place] {
        case .failed(let reason): frame.line([("▲ \(reason)", theme.warn)], row: inside.row, in: inside, from: 1)
        case nil, .loading(nil): frame.line([("reading…", theme.muted)], row: inside.row, in: inside, from: 1)
        default:
            table.draw(
                on: &frame, in: inside, state: list, isFocused: frame.isFocused(0),
                empty: "no idempotent or transactional producer wrote here lately")
        }
        if bottom.height > 0 { drawBounds(&frame, in: bottom, place) }
    }

    /// Where committed readers get to.
    private static func drawBounds(_ frame: inout Frame, in rect: Rect, _ place: TopicPartition) {
        let theme = frame.theme
        let inside = Box("log").draw(on: &frame, in: rect)
        let partition = frame.state.topic(place.topic)?.partitions.first { $0.description.partition == place.partition }
        guard let offsets = partition?.description.offsets else {
            return _ = frame.line([("its bounds are not known", theme.muted)], row: inside.row, in: inside, from: 1)
        }
        frame.line(
            [
                ("log start ", theme.muted), (Figures.grouped(offsets.logStart), theme.text),
                ("   last stable ", theme.muted), (Figures.grouped(offsets.lastStable), theme.text),
                ("   high water ", theme.muted), (Figures.grouped(offsets.highWatermark), theme.text),
            ], row: inside.row, in: inside, from: 1)
        let (held, overflow) = offsets.highWatermark.subtractingReportingOverflow(offsets.lastStable)
        let text =
            overflow || held <= 0
            ? ("committed readers get everything", theme.muted)
            : (
                "\(held == 1 ? "1 record waits" : "\(Figures.grouped(held)) records wait") for the end of a transaction",
                theme.warn
            )
        frame.line([text], row: inside.row + 1, in: inside, from: 1)
    }
}
