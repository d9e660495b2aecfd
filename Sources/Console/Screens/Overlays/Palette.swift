import Cluster
import Monitor

/// What `:` offers: the page's actions, pages, topics, groups and themes, nearest first.
package enum Palette {
    /// What an entry leads to.
    enum Target: Equatable {
        case action(String)
        case page(Page)
        case theme(String)
    }

    /// One line of the palette.
    struct Entry: Equatable {
        var text: String
        var note: String
        var target: Target
    }

    /// Entries that match what was typed, the best first, at most 50. Nothing typed: the page's actions.
    static func entries(_ state: ConsoleState, _ typed: String) -> [Entry] {
        let wanted = typed.lowercased().trimmingBlanks
        var found: [(entry: Entry, score: Int, order: Int)] = []
        var order = 0
        func offer(
            _ text: String, _ note: @autoclosure () -> String, _ target: @autoclosure () -> Target, also: String = ""
        ) {
            order += 1
            guard
                let score = [score(text.lowercased(), wanted), also.isEmpty ? nil : score(also, wanted)].compactMap({
                    $0
                }).min()
            else { return }
            found.append((Entry(text: text, note: note(), target: target()), score, order))
        }
        for action in ActionTable.actions(for: state.page) where action.isVisible(state) && action.section != .moving {
            let keys = action.keys.map(\.label).joined(separator: " ")
            offer(
                action.id, "\(action.title)  <\(keys)>".replacing("  <>", with: ""), .action(action.id),
                also: action.title)
        }
        guard !wanted.isEmpty else { return Array(found.map(\.entry).prefix(50)) }
        for group in state.snapshot.groups {
            let id = group.description.groupID
            offer("group \(id)", group.description.state.rawValue, .page(.group(id)), also: id.lowercased())
        }
        for topic in state.snapshot.topics {
            let name = topic.description.name
            offer(
                "topic \(name)", "\(topic.description.partitions.count) partitions", .page(.topic(name)),
                also: name.lowercased())
            if wanted.hasPrefix("ta") { offer("tail \(name)", "records", .page(.tail(topic: name, partition: nil))) }
            if wanted.hasPrefix("c") { offer("configuration \(name)", "settings", .page(.configuration(name))) }
        }
        for source in tailSources(typed, state) {
            offer(typed.lowercased(), source.partitionWords, .page(.tail(source)))
        }
        for theme in state.settings.themes { offer("theme \(theme)", "colours", .theme(theme)) }
        return found.sorted { ($0.score, $0.order) < ($1.score, $1.order) }.prefix(50).map(\.entry)
    }

    /// What `tail orders,payments 0,3-5` names beyond one whole topic.
    private static func tailSources(_ typed: String, _ state: ConsoleState) -> [TailSource] {
        guard typed.hasPrefix("tail "), let source = TailSource(typed: String(typed.dropFirst(5))),
            source.topics.allSatisfy({ state.topic($0) != nil }), source.topic == nil || source.partitions != nil
        else { return [] }
        return [source]
    }

    /// How well a text matches: 0 the same, 1 begins with it, 2 contains it, from 10 the letters in order; nil not at all.
    private static func score(_ text: String, _ wanted: String) -> Int? {
        if wanted.isEmpty || text == wanted { return 0 }
        if text.hasPrefix(wanted) { return 1 }
        if text.contains(wanted) { return 2 }
        var rest = Substring(text)
        var gaps = 0
        for letter in wanted {
            guard let index = rest.firstIndex(of: letter) else { return nil }
            gaps += rest.distance(from: rest.startIndex, to: index)
            rest = rest[rest.index(after: index)...]
        }
        return gaps > 12 ? nil : 10 + gaps
    }

    /// Draws the best entries above the line being typed.
    static func draw(_ frame: inout Frame, _ prompt: Prompt, above row: Int) {
        let theme = frame.theme
        let entries = entries(frame.state, prompt.text)
        let shown = min(entries.count, max(1, min(10, row - 4)))
        let width = min(frame.state.size.columns, 64)
        let rect = Rect(row: row - shown - 2, column: 0, height: shown + 2, width: width)
        frame.grid.clear(rect, style: theme.text)
        let inside = Box("command", footer: entries.isEmpty ? "nothing" : "\(entries.count)", isFocused: true)
            .draw(on: &frame.grid, in: rect, theme: theme)
        let top = max(0, min(prompt.choice - shown / 2, entries.count - shown))
        let noteStart = inside.width >= 56 ? 37 : 20
        for index in top..<min(entries.count, top + shown) {
            let entry = entries[index]
            let y = inside.row + index - top
            frame.grid.put(
                entry.text, row: y, column: inside.column + 3, style: theme.text, limit: inside.column + noteStart - 1)
            frame.grid.put(
                entry.note, row: y, column: inside.column + noteStart, style: theme.muted, limit: inside.endColumn)
            if index == prompt.choice { frame.select(row: y, in: inside, isFocused: true) }
        }
    }
}
