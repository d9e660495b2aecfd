import Cluster
import Monitor
import Operations
import RecordFormats

/// Where a group stands in each partition of a topic, where it would go, what that means, and what stands in its way.
enum ReplayScreen {
    static let boxes = ["positions", "target", "what will happen"]

    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect, group: String, topic: String) {
        guard frame.state.group(group) != nil else {
            Screens.drawMissing(&frame, in: rect, title: group, "There is no group \(group) now.")
            return
        }
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: boxes)
            switch frame.state.box {
            case 0: drawPositions(&frame, in: rest, group: group, topic: topic)
            case 1: drawTargets(&frame, in: rest)
            default: drawConsequences(&frame, in: rest)
            }
            return
        }
        let isTall = rect.height >= 27
        let (upper, guardRect) = rect.split(top: rect.height - (isTall ? 5 : 4))
        let (positions, lower) = upper.split(top: upper.height - (isTall ? 11 : 8))
        let (left, right) = lower.split(left: rect.width * 48 / 100)
        drawPositions(&frame, in: positions, group: group, topic: topic)
        drawTargets(&frame, in: left)
        drawConsequences(&frame, in: right)
        ReplayGuard.draw(&frame, in: guardRect, group: group)
    }

    private static func drawPositions(_ frame: inout Frame, in rect: Rect, group: String, topic: String) {
        let state = frame.state
        let list = state.listState(ListID(state.page, 0))
        let table = ReplayTables.positions(state, list, frame.theme, group: group, topic: topic)
        let inside = Box(
            "replay positions  \(group) on \(topic)", note: axisNote(state), footer: table.countNote,
            isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: rect)
        let recordRows = inside.height >= 6 ? 2 : 0
        let (rows, records) = inside.split(top: inside.height - recordRows)
        table.draw(
            on: &frame, in: rows, state: list, isFocused: frame.isFocused(0), empty: "the group has no commit here")
        guard recordRows > 0, let place = state.replayPlace else { return }
        let looked = state.replay.flatMap { it in
            it.look.value?.rows.first { $0.topicPartition == place }.map(it.shown)
        }
        drawPoint(&frame, "◆", looked?.committed, looked?.committedPoint, row: records.row, in: records, topic: topic)
        if let target = looked?.target {
            drawPoint(&frame, "◇", target, looked?.targetPoint, row: records.row + 1, in: records, topic: topic)
        } else {
            // Nothing is to move: the record that could be gone back to.
            drawPoint(
                &frame, "▕", looked?.bounds?.logStart, looked?.startPoint, row: records.row + 1, in: records,
                topic: topic)
        }
    }

    /// `in offsets  start ←──→ end`, or how long the axis of time is.
    private static func axisNote(_ state: ConsoleState) -> String {
        guard state.replay?.isTimeAxis == true else { return "in offsets  start ←──→ end" }
        guard let axis = ReplayBar.axis(state.replay?.look.value) else { return "in time" }
        let zone = state.settings.zone
        let length = Durations.long(milliseconds: axis.lowerBound.distance(upTo: axis.upperBound))
        return "\(zone.dateAndClock(axis.lowerBound)) ←── \(length) ──→ \(zone.clock(axis.upperBound))"
    }

    /// The record at a mark: offset, time, key and the start of its value.
    private static func drawPoint(
        _ frame: inout Frame, _ mark: String, _ offset: Int64?, _ point: ReplayPoint?, row: Int, in rect: Rect,
        topic: String
    ) {
        let (theme, zone) = (frame.theme, frame.state.settings.zone)
        var pieces: [(String, Style)] = [("\(mark) ", theme.key)]
        pieces.append((offset.map(Figures.grouped) ?? "—", offset == nil ? theme.muted : theme.text))
        switch point {
        case nil: break
        case .end: pieces.append(("  the end of the log: no record yet", theme.muted))
        case .unreadable(let reason): pieces.append(("  ? \(reason)", theme.warn))
        case .record(let record):
            if let offset, record.offset != offset {
                pieces.append(("  none there; next \(Figures.grouped(record.offset))", theme.warn))
            }
            let time = record.timestamp < 0 ? "no time" : zone.dateAndClock(record.timestamp)
            pieces.append(("  \(time)", theme.muted))
            let reading = frame.state.decoding(of: topic)
            if let key = record.key {
                pieces.append(("  " + reading.keyPreview(key, limit: 24), theme.text))
            }
            let value = reading.valuePreview(record.value, key: record.key, limit: rect.width)
            pieces.append(("  " + value, theme.muted))
        }
        frame.line(pieces, row: row, in: rect, from: 3)
    }

    private static func drawTargets(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(frame.state.page, 1))
        let table = ReplayTables.targets(frame.state, list, frame.theme)
        let inside = Box("target", note: rect.width >= 40 ? "enter chooses" : "", isFocused: frame.isFocused(1))
            .draw(on: &frame, in: rect)
        drawPairs(&frame, table, list, in: inside, isFocused: frame.isFocused(1), isLeft: true)
    }

    private static func drawConsequences(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let list = state.listState(ListID(state.page, 2))
        let table = ReplayTables.consequences(state, list, theme)
        let title = state.replay?.choice == nil ? "where it stands" : "what will happen"
        let inside = Box(title, note: age(state), isFocused: frame.isFocused(2))
            .draw(on: &frame, in: rect)
        if case .failed(let reason) = state.replay?.look {
            for (index, line) in Screens.wrapped("▲ \(reason)", width: inside.width - 2).enumerated() {
                frame.line([(line, theme.warn)], row: inside.row + index, in: inside, from: 1)
            }
            return
        }
        guard state.replay?.look.value != nil || state.replay?.choice == nil else {
            frame.line([("reading…", theme.muted)], row: inside.row, in: inside, from: 1)
            return
        }
        drawPairs(&frame, table, list, in: inside, isFocused: frame.isFocused(2), isLeft: false)
    }

    /// How old what is shown is.
    private static func age(_ state: ConsoleState) -> String {
        guard let replay = state.replay, replay.choice != nil, let preview = replay.look.value else { return "" }
        let age = Durations.short(milliseconds: state.age(of: preview.readAt))
        return preview.refusal == nil ? "preview, \(age) old" : "preview only, \(age) old"
    }

    /// Names with their values, the cursor's row kept in view; values at the right edge, or beside their names.
    private static func drawPairs(
        _ frame: inout Frame, _ table: Table<ReplayPair>, _ list: ListState, in rect: Rect, isFocused: Bool,
        isLeft: Bool
    ) {
        guard let cursor = table.cursor(list), rect.height > 0 else { return }
        frame.lists.append(rect)
        let theme = frame.theme
        let top = max(0, min(cursor - rect.height / 2, table.count - rect.height))
        for index in top..<min(table.count, top + rect.height) {
            let (row, pair) = (rect.row + index - top, table.items[index])
            let style = pair.level == .ok ? theme.text : theme.style(for: pair.level)
            if isLeft {
                frame.grid.put(pair.name, row: row, column: rect.column + 3, style: theme.text, limit: rect.column + 21)
                frame.grid.put(pair.value, row: row, column: rect.column + 21, style: style, limit: rect.endColumn)
            } else {
                let start = max(rect.column + 3, rect.endColumn - 1 - CellWidth.of(pair.value))
                frame.grid.put(pair.name, row: row, column: rect.column + 3, style: theme.muted, limit: start - 1)
                frame.grid.put(
                    pair.value, row: row, endingAt: rect.endColumn - 1, from: rect.column + 3, style: style)
            }
            if index == cursor, isFocused { frame.select(row: row, in: rect, isFocused: true) }
        }
    }
}

/// What stands in the way of a reset, or how to do it.
enum ReplayGuard {
    /// Draws the box.
    static func draw(_ frame: inout Frame, in rect: Rect, group: String) {
        let theme = frame.theme
        let inside = Box("guard").draw(on: &frame, in: rect)
        var row = inside.row
        for (text, level) in lines(frame.state, group: group) {
            let style = level.map { theme.style(for: $0) } ?? theme.text
            for line in Screens.wrapped(text, width: inside.width - 2) where row < inside.endRow {
                frame.line([(line, style)], row: row, in: inside, from: 1)
                row += 1
            }
        }
    }

    /// The most important first.
    static func lines(_ state: ConsoleState, group: String) -> [(String, Theme.Level?)] {
        guard let replay = state.replay else { return [] }
        var lines: [(String, Theme.Level?)] = []
        if !state.mayWrite {
            lines.append(("read-only: offsets can be looked at, not moved", .warn))
        } else if let lock = state.replayLock {
            lines.append(("▲ \(lock)", .warn))
            lines.append(("Stop its consumers first; this panel unlocks by itself when the group is Empty.", nil))
        } else if !replay.results.isEmpty {
            let failed = replay.results.values.count(where: \.isFailure)
            let moved = replay.results.count - failed
            lines.append(
                failed == 0
                    ? ("● \(moved) moved. U takes it back.", .ok)
                    : (
                        "▲ \(failed) of \(replay.results.count) were not moved; \(moved) were. U takes them back.",
                        .crit
                    ))
        } else if replay.look.value?.undo != nil {
            lines.append(("● \(group) has no live members: the reset shown is undone after the typed name.", .ok))
        } else if replay.choice == nil {
            lines.append(("● \(group) has no live members: its offsets can be moved.", .ok))
            lines.append(("tab goes to the targets; @ names a time, o an offset. U takes the newest reset back.", nil))
        } else {
            lines.append(("● \(group) has no live members: R applies this after the typed name, U takes it back.", .ok))
        }
        if let failure = replay.results.sorted(by: { $0.key < $1.key }).first(where: \.value.isFailure) {
            lines.append(("\(failure.key): \(failure.value.text)", .crit))
        }
        if let path = replay.undoPath, !replay.results.isEmpty { lines.append(("undo file \(path)", nil)) }
        if let command = state.replayCommand { lines.append(("y copies: \(command)", nil)) }
        return lines
    }
}
