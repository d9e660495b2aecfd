import Cluster
import RecordFormats

/// Walking among the places where a text stands: in lists, the tail, the inspector and help.
extension ConsoleState {
    /// True where the inspector has the keys.
    var isInspecting: Bool { isTail && box == 1 }

    /// The text that is marked where the keys go.
    var activeMatch: String {
        if case .help(let view) = dialog { return view.match }
        return isTail ? tail?.match ?? "" : lists[list]?.match ?? ""
    }

    /// Marks a text, given in lower case, where the keys go; an empty one marks nothing.
    mutating func setMatch(_ text: String) {
        if case .help(var view) = dialog {
            view.match = text
            view.line = nil
            dialog = .help(view)
        } else if isTail {
            tail?.match = text
            tail?.matchLine = nil
        } else if !text.isEmpty || lists[list] != nil {
            lists[list, default: ListState()].match = text
        }
    }

    /// Begins typing what to look for in the inspector or in help.
    mutating func beginSearch() -> [Effect] {
        var prompt = Prompt(.search(before: activeMatch))
        prompt.text = activeMatch
        self.prompt = prompt
        return []
    }

    /// Goes to the next (1) or previous (-1) place where the text stands.
    mutating func goToMatch(_ step: Int) -> [Effect] {
        let wanted = activeMatch
        guard !wanted.isEmpty else {
            say("type what to look for after /", .warn)
            return []
        }
        if case .help(let view) = dialog { return goToHelpLine(step, view) }
        if isTail { return isInspecting ? goToInspectorLine(step) : goToRecord(step) }
        guard let rows = shape(list), let cursor = rows.cursor(listState(list)) else { return [] }
        if let index = rows.index(containing: wanted, from: cursor, step) {
            place(index, in: rows)
        } else {
            sayNoMatch(step, wanted)
        }
        return []
    }

    /// The next line of the record that has the text, or where there is none, the next record that has it.
    private mutating func goToInspectorLine(_ step: Int) -> [Effect] {
        guard let tail, let reading = RecordInspector.reading(self) else { return [] }
        let start = tail.matchLine ?? (step > 0 ? min(tail.scroll, reading.lastScroll) - 1 : tail.scroll)
        if let line = Self.line(with: tail.match, in: reading.lines, after: start, step) {
            showInspectorLine(line, reading)
            return []
        }
        let effects = goToRecord(step)
        guard self.tail?.cursor != tail.cursor, let next = RecordInspector.reading(self) else { return effects }
        let end = step > 0 ? -1 : next.lines.count
        if let line = Self.line(with: tail.match, in: next.lines, after: end, step) { showInspectorLine(line, next) }
        return effects
    }

    private mutating func showInspectorLine(_ line: Int, _ reading: RecordInspector.Reading) {
        let scroll = tail?.scroll ?? 0
        tail?.matchLine = line
        if !(scroll..<scroll + max(1, reading.rows)).contains(line) {
            tail?.scroll = max(0, min(reading.lastScroll, line - reading.rows / 2))
        }
    }

    /// The next shown record whose key, value or headers have the text, as they are or as the decoder reads them.
    private mutating func goToRecord(_ step: Int) -> [Effect] {
        guard let tail else { return [] }
        let visible = tail.visible
        var index = tail.cursor + step
        while visible.indices.contains(index) {
            let it = visible[index].record
            if TailState.text(of: it).lowercased().contains(tail.match) { break }
            let reading = decoding(of: visible[index].place.topic)
            let lines =
                reading.value(it.value, key: it.key).lines(width: 100) + reading.key(it.key).lines(width: 100)
            if lines.contains(where: { $0.lowercased().contains(tail.match) }) { break }
            index += step
        }
        guard visible.indices.contains(index) else {
            sayNoMatch(step, tail.match)
            return []
        }
        if tail.mode == .following { self.tail?.mode = .paused }
        self.tail?.cursor = index
        self.tail?.scroll = 0
        self.tail?.matchLine = nil
        return tail.mode == .paging ? readOn() : []
    }

    private mutating func sayNoMatch(_ step: Int, _ text: String) {
        say("no “\(text)” \(step > 0 ? "below" : "above")", .warn)
    }

    private static func line(with text: String, in lines: [String], after start: Int, _ step: Int) -> Int? {
        var index = start + step
        while lines.indices.contains(index) {
            if lines[index].lowercased().contains(text) { return index }
            index += step
        }
        return nil
    }

    // MARK: - help

    /// A key while help is open.
    mutating func helpKey(_ key: Key, _ open: HelpView) -> [Effect] {
        var view = open
        let most = HelpDialog.lastScroll(self)
        view.scroll = min(view.scroll, most)
        switch key {
        case "j", .down: view.scroll = min(view.scroll + 1, most)
        case "k", .up: view.scroll = max(0, view.scroll - 1)
        case .pageDown, " ": view.scroll = min(view.scroll + size.rows / 2, most)
        case .pageUp: view.scroll = max(0, view.scroll - size.rows / 2)
        case "g", .home: view.scroll = 0
        case "G", .end: view.scroll = most
        case "/": return beginSearch()
        case "]": return goToMatch(1)
        case "[": return goToMatch(-1)
        default:
            dialog = nil
            return []
        }
        dialog = .help(view)
        return []
    }

    private mutating func goToHelpLine(_ step: Int, _ open: HelpView) -> [Effect] {
        var view = open
        let lines = HelpDialog.lines(page, self).map { "\($0.keys) \($0.text)" }
        let start = view.line ?? (step > 0 ? -1 : lines.count)
        guard let line = Self.line(with: view.match, in: lines, after: start, step) else {
            sayNoMatch(step, view.match)
            return []
        }
        view.line = line
        view.scroll = HelpDialog.scroll(view.scroll, showing: line, self)
        dialog = .help(view)
        return []
    }
}
