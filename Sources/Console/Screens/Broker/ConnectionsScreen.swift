import Cluster
import Monitor

/// Where clients connect to the embedded broker, and who they are.
enum ConnectionsScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        guard let service = frame.state.snapshot.service else { return drawAbsent(&frame, in: rect) }
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: ["connections", "listeners"])
            if frame.state.box == 1 {
                drawListeners(&frame, in: rest)
            } else {
                drawConnections(&frame, service, in: rest)
            }
            return
        }
        let rows = min(max(1, service.listeners.count) + 3, max(4, rect.height / 3))
        let (upper, lower) = rect.split(top: rect.height - rows)
        drawConnections(&frame, service, in: upper)
        drawListeners(&frame, in: lower)
    }

    /// What a cluster over the wire does not tell, and why.
    private static func drawAbsent(_ frame: inout Frame, in rect: Rect) {
        let inside = Box("connections").draw(on: &frame, in: rect)
        let reason = frame.state.connectionsAbsence
        for (index, line) in Screens.wrapped(reason, width: inside.width - 2).prefix(inside.height).enumerated() {
            frame.line([(line, frame.theme.muted)], row: inside.row + index, in: inside, from: 1)
        }
    }

    private static func drawConnections(_ frame: inout Frame, _ service: ServiceFigures, in rect: Rect) {
        let list = frame.state.listState(ListID(.connections, 0))
        let table = ConnectionTables.connections(frame.state, list, frame.theme)
        let refused = service.refusedConnections
        let turned = refused > 0 ? "\(Figures.grouped(refused)) turned away · " : ""
        let inside = Box(
            "connections", note: turned + table.sortNote, footer: table.countNote, isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: "nobody is connected")
    }

    private static func drawListeners(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.connections, 1))
        let table = ConnectionTables.listeners(frame.state, list, frame.theme)
        let inside = Box("listeners", note: table.sortNote, footer: table.countNote, isFocused: frame.isFocused(1))
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(1), empty: "nothing listens")
    }
}

extension ConsoleState {
    /// Why there are no listeners, connections and request figures to show.
    var connectionsAbsence: String {
        isEmbedded
            ? "Nothing is known of connections yet."
            : "Kafka's protocol does not tell who is connected to a broker, nor what is asked of it: only the embedded "
                + "broker can. On a Kafka broker they are in JMX: kafka.server:type=socket-server-metrics, and "
                + "kafka.network:type=RequestMetrics."
    }
}
