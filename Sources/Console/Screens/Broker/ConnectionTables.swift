import Cluster
import Monitor

/// Listeners, connections and what is asked of each API as tables.
enum ConnectionTables {
    /// Where clients connect.
    static func listeners(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<ListenerDescription> {
        let columns: [Column<ListenerDescription>] = [
            Column(
                "LISTENER", width: 12, gap: 0, .left, growth: 1, sort: "name", by: { .text($0.name) },
                descending: false
            ) { it, _ in CellText(it.name) },
            Column("PROTOCOL", width: 14, .left, priority: 1) { it, _ in CellText(it.securityProtocol) },
            Column("ADDRESS", width: 20, .left, growth: 1) { it, width in
                CellText(ShortNames.name(it.address, width: width))
            }.exactly(\.address),
            Column("ADVERTISED", width: 20, .left, priority: 3, growth: 1) { it, width in
                CellText(ShortNames.name(it.advertised, width: width), theme.muted)
            }.exactly(\.advertised),
            Column("CERTIFICATE", width: 14, .left, priority: 2) { it, _ in certificate(it, state, theme) },
            Column("CLIENTS", width: 7, sort: "clients", by: { .number(Double($0.connections)) }) { it, _ in
                "\(it.connections)"
            },
        ]
        return Table(
            state.snapshot.service?.listeners ?? [], columns: columns, id: \.name, state: list, sort: nil,
            isFaultsOnly: state.isFaultsOnly, search: { "\($0.name) \($0.securityProtocol) \($0.address)" },
            isFault: { certificateLevel($0, state) != .ok })
    }

    /// Days before its end from which on a certificate is worth a warning, and a fault.
    private static let days: (warn: Int64, crit: Int64) = (30, 7)

    private static func daysLeft(_ it: ListenerDescription, _ state: ConsoleState) -> Int64? {
        guard let end = it.certificateExpiresAt else { return nil }
        let (left, overflow) = end.subtractingReportingOverflow(state.now)
        return overflow ? nil : Int64((Double(left) / 86_400_000).rounded(.down))
    }

    private static func certificateLevel(_ it: ListenerDescription, _ state: ConsoleState) -> Theme.Level {
        guard let left = daysLeft(it, state) else { return .ok }
        return left < days.crit ? .crit : left < days.warn ? .warn : .ok
    }

    private static func certificate(_ it: ListenerDescription, _ state: ConsoleState, _ theme: Theme) -> CellText {
        guard let left = daysLeft(it, state) else { return CellText("–", theme.muted) }
        let level = certificateLevel(it, state)
        let sign = level == .ok ? "" : "▲ "
        let text = left < 0 ? "expired" : left == 1 ? "1 day left" : "\(Figures.grouped(left)) days left"
        return CellText(sign + text, level == .ok ? nil : theme.style(for: level))
    }

    /// Who is connected, the busiest first.
    static func connections(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<ConnectionFigures> {
        let connections = state.snapshot.service?.connections ?? []
        let columns: [Column<ConnectionFigures>] = [
            Column(
                "CLIENT", width: 16, gap: 0, .left, growth: 2, sort: "client",
                by: { .text($0.description.clientID ?? "~") }, descending: false
            ) { it, width in
                CellText(
                    it.description.clientID.map { ShortNames.name($0, width: width) } ?? "—",
                    it.description.clientID == nil ? theme.muted : nil)
            }.exactly { $0.description.clientID ?? "" },
            Column(
                "SOFTWARE", width: 17, .left, priority: 4, growth: 1, sort: "software",
                by: { .text(software($0) ?? "~") }, descending: false
            ) { it, width in
                guard let name = it.description.softwareName, !name.isEmpty else { return CellText("—", theme.muted) }
                let version = it.description.softwareVersion.map { " \($0)" } ?? ""
                return CellText(ShortNames.name(name, width: max(4, width - CellWidth.of(version))) + version)
            }.exactly { software($0) ?? "" },
            Column(
                "ADDRESS", width: 15, .left, priority: 3, sort: "address",
                by: { .text($0.description.address) }, descending: false
            ) { it, width in CellText(ShortNames.name(it.description.address, width: width)) }
            .exactly(\.description.address),
            Column(
                "LISTENER", width: 9, .left, priority: 7, sort: "listener",
                by: { .text($0.description.listener) }, descending: false
            ) { it, width in CellText(ShortNames.name(it.description.listener, width: width), theme.muted) }
            .exactly(\.description.listener),
            Column(
                "USER", width: 8, .left, priority: 6, sort: "user",
                by: { .text($0.description.user ?? "~") },
                descending: false
            ) { it, width in
                CellText(
                    it.description.user.map { ShortNames.name($0, width: width) } ?? "—",
                    it.description.user == nil ? theme.muted : nil)
            }.exactly { $0.description.user ?? "" },
            Column("REQ/s", width: 6, sort: "requests", by: { .number($0.requestsPerSecond) }) { it, _ in
                CellText(Figures.rate(it.requestsPerSecond))
            }.exactly { Figures.exact($0.requestsPerSecond) },
            Column("IN/s", width: 6, priority: 1, sort: "in", by: { .number($0.bytesInPerSecond) }) { it, _ in
                CellText(it.bytesInPerSecond.map { Figures.bytes($0) } ?? "?")
            }.exactly { Figures.exact($0.bytesInPerSecond) },
            Column("OUT/s", width: 6, priority: 1, sort: "out", by: { .number($0.bytesOutPerSecond) }) { it, _ in
                CellText(it.bytesOutPerSecond.map { Figures.bytes($0) } ?? "?")
            }.exactly { Figures.exact($0.bytesOutPerSecond) },
            Column("IDLE", width: 5, priority: 2, sort: "idle", by: { .number($0.description.idleMilliseconds) }) {
                it, _ in
                // A client that is waited for, or that waits, is not idle.
                it.description.requestsInFlight > 0
                    ? CellText("–", theme.muted)
                    : CellText(Durations.short(milliseconds: it.description.idleMilliseconds), theme.muted)
            }.exactly { Figures.exact(Double($0.description.idleMilliseconds) / 1000) },
            Column("SINCE", width: 8, gap: 2, priority: 5, sort: "since", by: { .number($0.description.connectedAt) }) {
                it, _ in
                CellText(Durations.long(milliseconds: state.age(of: it.description.connectedAt)), theme.muted)
            }.exactly { state.settings.zone.exact($0.description.connectedAt) },
        ]
        return Table(
            connections, columns: columns, id: { "\($0.description.id)" }, state: list, sort: "requests",
            isFaultsOnly: state.isFaultsOnly, keeping: state.keeping(connections),
            search: {
                let it = $0.description
                return "\(it.clientID ?? "") \(software($0) ?? "") \(it.address) \(it.listener) \(it.user ?? "")"
            })
    }

    private static func software(_ it: ConnectionFigures) -> String? {
        guard let name = it.description.softwareName, !name.isEmpty else { return nil }
        return it.description.softwareVersion.map { "\(name) \($0)" } ?? name
    }

    /// What is asked of each API, the most asked first.
    static func requests(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<RequestFigures> {
        func time(_ milliseconds: Double?) -> CellText {
            milliseconds.map { CellText(Figures.milliseconds($0)) } ?? CellText("–", theme.muted)
        }
        let columns: [Column<RequestFigures>] = [
            Column(
                "API", width: 16, gap: 0, .left, growth: 1, sort: "name", by: { .text($0.api) },
                descending: false
            ) { it, width in CellText(ShortNames.name(it.api, width: width)) }.exactly(\.api),
            Column("REQ/s", width: 6, sort: "rate", by: { .number($0.perSecond) }) { it, _ in
                CellText(Figures.rate(it.perSecond))
            }.exactly { Figures.exact($0.perSecond) },
            Column("ERR/s", width: 6, sort: "errors", by: { .number($0.errorsPerSecond) }) { it, _ in
                CellText(Figures.rate(it.errorsPerSecond), (it.errorsPerSecond ?? 0) > 0 ? theme.warn : theme.muted)
            }.exactly { Figures.exact($0.errorsPerSecond) },
            Column("p50 ms", width: 7, priority: 2, sort: "p50", by: { .number($0.medianMilliseconds) }) { it, _ in
                time(it.medianMilliseconds)
            }.exactly { Figures.exact($0.medianMilliseconds) },
            Column("p99 ms", width: 7, priority: 1, sort: "p99", by: { .number($0.p99Milliseconds) }) { it, _ in
                time(it.p99Milliseconds)
            }.exactly { Figures.exact($0.p99Milliseconds) },
            Column("max ms", width: 7, priority: 2, sort: "max", by: { .number($0.maxMilliseconds) }) { it, _ in
                time(it.maxMilliseconds)
            }.exactly { Figures.exact($0.maxMilliseconds) },
            Column("IN/s", width: 6, priority: 3, sort: "in", by: { .number($0.bytesInPerSecond) }) { it, _ in
                CellText(it.bytesInPerSecond.map { Figures.bytes($0) } ?? "?")
            }.exactly { Figures.exact($0.bytesInPerSecond) },
            Column("OUT/s", width: 6, priority: 3, sort: "out", by: { .number($0.bytesOutPerSecond) }) { it, _ in
                CellText(it.bytesOutPerSecond.map { Figures.bytes($0) } ?? "?")
            }.exactly { Figures.exact($0.bytesOutPerSecond) },
            Column("TOTAL", width: 8, priority: 4, sort: "total", by: { .number($0.total) }) { it, _ in
                CellText(Figures.short(Double(it.total)), theme.muted)
            }.exactly { Figures.exact($0.total) },
        ]
        return Table(
            state.snapshot.service?.requests ?? [], columns: columns, id: \.api, state: list, sort: "rate",
            isFaultsOnly: state.isFaultsOnly, search: { "\($0.api)" }, isFault: { ($0.errorsPerSecond ?? 0) > 0 })
    }
}

extension Figures {
    /// Milliseconds in at most six cells: `0.04`, `1.25`, `12.5`, `505`, `12.3k`.
    static func milliseconds(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let value = max(0, value)
        return value >= 1000 ? short(value) : fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0)
    }
}
