import Cluster
import Monitor
import Operations

/// A line of a list of names and values.
struct ReplayPair {
    var id: String
    var name: String
    var value: String
    var level: Theme.Level = .ok
}

extension ReplayTables {
    /// The ways to name a target, the one chosen marked, and the partitions it is for.
    static func targets(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<ReplayPair> {
        let replay = state.replay
        var pairs = ReplayState.Choice.allCases.map { choice in
            let isChosen = replay?.choice == choice
            return ReplayPair(
                id: choice.rawValue, name: "\(isChosen ? "(•)" : "( )") \(choice.title)",
                value: value(of: choice, state))
        }
        let total = replay.flatMap { state.topic($0.topic)?.description.partitions.count } ?? 0
        let kept = state.replayPartitions
        let chosen =
            kept.count == total
            ? "all \(total)"
            : "\(kept.count) of \(total)"
                + (kept.count <= 4 ? ": \(kept.map(String.init).joined(separator: ", "))" : "")
        pairs.append(ReplayPair(id: "partitions", name: "    partitions", value: chosen))
        return table(pairs, list, theme)
    }

    /// What was typed for a way, times with the moment they mean.
    private static func value(of choice: ReplayState.Choice, _ state: ConsoleState) -> String {
        guard let text = state.replay?.texts[choice] else { return "" }
        let isChosen = state.replay?.choice == choice
        let zone = state.settings.zone
        switch (choice, isChosen ? state.replay?.target : nil) {
        case (.time, .time(let time)): return "\(zone.dateAndClock(time)) \(zone.name(at: time))"
        case (.back, .back(let span)):
            let time = max(0, state.now - span)
            return "\(Durations.setting(milliseconds: span)): \(zone.dateAndClock(time)) \(zone.name(at: time))"
        case (_, .offset(let offset)): return Figures.grouped(offset)
        case (_, .shift(let count)): return (count > 0 ? "+" : "") + Figures.grouped(count)
        default: return text
        }
    }

    /// What the reset would mean, in figures.
    static func consequences(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<ReplayPair> {
        guard let preview = state.replay?.look.value, state.replay?.choice != nil || preview.undo != nil else {
            return table(standing(state), list, theme)
        }
        return table(consequences(of: preview, state), list, theme)
    }

    static func table(_ pairs: [ReplayPair], _ list: ListState, _ theme: Theme) -> Table<ReplayPair> {
        let columns: [Column<ReplayPair>] = [
            Column("WHAT", width: 20, gap: 0, .left) { it, _ in CellText(it.name) },
            Column("HOW MUCH", width: 16, growth: 1) { it, _ in
                CellText(it.value, it.level == .ok ? nil : theme.style(for: it.level))
            },
        ]
        return Table(pairs, columns: columns, id: \.id, state: list, sort: nil, search: { "\($0.name) \($0.value)" })
    }

    /// Where the group stands, before a target is chosen.
    private static func standing(_ state: ConsoleState) -> [ReplayPair] {
        guard let replay = state.replay, let figures = state.group(replay.group) else { return [] }
        let places = figures.partitions.filter { $0.topicPartition.topic == replay.topic }
        let unread = places.compactMap(\.lag.records).reduce(Int64(0), &+)
        var pairs = [ReplayPair(id: "unread", name: "records not read yet", value: Figures.grouped(unread))]
        if let pace = state.paces[replay.group], unread > 0 {
            let time = Int64(min(1e15, Double(unread) / pace.recordsPerSecond * 1000))
            pairs.append(
                ReplayPair(id: "pace", name: paceName(pace, state), value: Durations.long(milliseconds: time)))
        }
        if let oldest = places.compactMap(\.age.milliseconds).max(), oldest > 0 {
            pairs.append(
                ReplayPair(id: "oldest", name: "oldest unread record", value: Durations.long(milliseconds: oldest)))
        }
        let gone = places.reduce(Int64(0)) { $0 &+ $1.unreadable }
        if gone > 0 {
            pairs.append(
                ReplayPair(id: "gone", name: "deleted before read", value: Figures.grouped(gone), level: .warn))
        }
        let silent = places.filter { $0.commit == nil }.count
        if silent > 0 {
            pairs.append(ReplayPair(id: "silent", name: "partitions without a commit", value: "\(silent)"))
        }
        return pairs
    }

    /// `at 3.5k/s this takes`, with how old the rate is where the group reads no more.
    private static func paceName(_ pace: GroupPace, _ state: ConsoleState) -> String {
        let age = state.age(of: pace.seenAt)
        let seen = age > 15_000 ? ", seen \(Durations.short(milliseconds: age)) ago," : ""
        return "at \(Figures.short(pace.recordsPerSecond))/s\(seen) this takes"
    }

    /// The preview's figures, the most important first.
    static func consequences(of it: ReplayPreview, _ state: ConsoleState) -> [ReplayPair] {
        func figure(_ estimate: Estimate) -> String { (estimate.isExact ? "" : "≈") + Figures.grouped(estimate.value) }
        func bytes(_ estimate: Estimate?) -> String {
            estimate.map { ($0.isExact ? "" : "≈") + Figures.bytes($0.value) } ?? "?"
        }
        var pairs: [ReplayPair] = [
            ReplayPair(id: "reread", name: "records to be read again", value: figure(it.reread)),
            ReplayPair(id: "bytes", name: "bytes", value: bytes(it.bytes.reread)),
        ]
        if it.skipped.value > 0 {
            pairs.append(
                ReplayPair(
                    id: "skipped", name: "records skipped, never read",
                    value: "\(figure(it.skipped)), \(bytes(it.bytes.skipped))", level: .warn))
        }
        let pace = state.paces[it.group]
        if it.reread.value > 0 {
            let time = it.duration(recordsPerSecond: pace?.recordsPerSecond)
            pairs.append(
                ReplayPair(
                    id: "pace", name: pace.map { paceName($0, state) } ?? "this takes, at no known rate",
                    value: time.map { Durations.long(milliseconds: $0) } ?? "?"))
        }
        let (back, ahead) = it.directions
        pairs.append(
            ReplayPair(id: "directions", name: "partitions moving back / ahead", value: "\(back) / \(ahead)"))
        pairs += limits(it, state)
        if let span = it.span { pairs.append(ReplayPair(id: "span", name: "time span", value: words(span, state))) }
        return pairs
    }

    /// Clamping, compaction and retention.
    private static func limits(_ it: ReplayPreview, _ state: ConsoleState) -> [ReplayPair] {
        var pairs: [ReplayPair] = []
        func count(_ id: String, _ name: String, _ count: Int, always: Bool = false) {
            guard count > 0 || always else { return }
            pairs.append(
                ReplayPair(
                    id: id, name: name, value: "\(count)\(count > 0 ? " ▲" : "")", level: count > 0 ? .warn : .ok))
        }
        count("below", "older than log start", it.clamped.below, always: true)
        count("above", "past the end", it.clamped.above)
        count("late", "no record so late: to the end", it.tooLate)
        count("losing", "commits taken away", it.rows.count(where: \.losesCommit))
        count("moved", "commits moved since the reset", it.movedSince.count)
        if let gone = it.compactedAway {
            pairs.append(
                ReplayPair(
                    id: "compacted", name: "compacted away since then",
                    value: (gone.isExact ? "" : "≈") + Figures.short(gone.value) + (gone.value > 0 ? " ▲" : ""),
                    level: gone.value > 0 ? .warn : .ok))
        }
        let duration = it.duration(recordsPerSecond: state.paces[it.group]?.recordsPerSecond)
        if let pair = ReplayHorizon.earliest(of: it, state)?.pair(duration: duration) { pairs.append(pair) }
        return pairs
    }

    /// `12:00:00 to 14:02:31, 2h 02m`, with dates where they differ.
    private static func words(_ span: ClosedRange<Int64>, _ state: ConsoleState) -> String {
        let zone = state.settings.zone
        let length = Durations.long(milliseconds: span.lowerBound.distance(upTo: span.upperBound))
        let isOneDay = zone.date(span.lowerBound) == zone.date(span.upperBound)
        let from = isOneDay ? zone.clock(span.lowerBound) : zone.dateAndClock(span.lowerBound)
        return isOneDay ? "\(length), \(from)–\(zone.clock(span.upperBound))" : "\(length) from \(from)"
    }
}
