import Cluster
import LiveQueries
import Monitor

/// What `:` offers: the page's actions, pages, topics, groups, themes and zones, the best answer first.
package enum Palette {
    /// What an entry leads to.
    enum Target: Equatable {
        case action(String)
        case page(Page)
        case theme(String)
        /// The themes are read again from their files.
        case reloadThemes
        /// Times are shown in another zone.
        case zone(TimeZoneChoice)
        /// The tail goes to an offset or a time, as typed.
        case goto(String)
    }

    /// One line of the palette.
    struct Entry: Equatable {
        var text: String
        var note: String
        var target: Target
    }

    /// An entry, and what it answers to.
    typealias Offer = (entry: Entry, names: [String])

    /// The most entries there are.
    static let limit = 50

    /// Entries that answer what was typed, the best first. Nothing typed: the page's actions.
    ///
    /// A command's name with a blank behind it narrows the entries to its arguments: `tail or`, `theme no`, `tz ber`.
    static func entries(_ state: ConsoleState, _ typed: String) -> [Entry] {
        let text = typed.trimmingBlanks
        let words = text.split(separator: " ", maxSplits: 1)
        let command = words.first.map { $0.lowercased() } ?? ""
        // `tail` alone is the action of that name, too; with a blank behind it, it waits for its argument.
        if typed.contains(" "), let offered = arguments(of: command, state) {
            let argument = words.count > 1 ? String(words[1]).trimmingBlanks : ""
            return best(offered(argument), for: argument)
        }
        return best(everything(state, command: command), for: text)
    }

    /// The best answers among what is offered; those that answer alike stay in their order.
    private static func best(_ offered: [Offer], for wanted: String) -> [Entry] {
        let match = FuzzyMatch(wanted)
        guard !match.isEmpty else { return offered.prefix(limit).map(\.entry) }
        var found: [(entry: Entry, score: Int, order: Int)] = []
        for (order, it) in offered.enumerated() {
            guard let score = it.names.compactMap(match.score).max() else { continue }
            found.append((it.entry, score, order))
        }
        return found.sorted { $0.score == $1.score ? $0.order < $1.order : $0.score > $1.score }
            .prefix(limit).map(\.entry)
    }

    private static func everything(_ state: ConsoleState, command: String) -> [Offer] {
        var offered = actions(state)
        guard !command.isEmpty else { return offered }
        offered += groups(state) + topics(state, "topic") { .topic($0) } + queries(state)
        if command.hasPrefix("ta") { offered += topics(state, "tail") { .tail(topic: $0, partition: nil) } }
        if command.hasPrefix("c") { offered += topics(state, "configuration") { .configuration($0) } }
        offered += themes(state)
        if command.hasPrefix("tz") || command.hasPrefix("zone") { offered += zones }
        return offered
    }

    private static func actions(_ state: ConsoleState) -> [Offer] {
        ActionTable.actions(for: state.page, state.settings.keys).filter {
            $0.isVisible(state) && $0.section != .moving
        }.map { action in
            let keys = action.keys.map(\.label).joined(separator: " ")
            let note = keys.isEmpty ? action.title : "\(action.title)  <\(keys)>"
            return (Entry(text: action.id, note: note, target: .action(action.id)), [action.id, action.title])
        }
    }

    /// What a command takes; nil for a word that is none. An argument that nothing known answers may be an answer itself.
    private static func arguments(
        of command: String, _ state: ConsoleState
    ) -> ((String) -> [Offer])? {
        switch command {
        case "topic": return { _ in topics(state, "topic", named: false) { .topic($0) } }
        case "tail":
            return { typed in
                tailSources(typed, state) + topics(state, "tail", named: false) { .tail(topic: $0, partition: nil) }
            }
        case "configuration": return { _ in topics(state, "configuration", named: false) { .configuration($0) } }
        case "group": return { _ in groups(state, named: false) }
        case "query": return { _ in queries(state, named: false) }
        case "theme": return { _ in themes(state, named: false) }
        case "tz", "zone": return { _ in zones }
        case "goto" where state.isTail:
            return { typed in
                let entry = Entry(text: "goto \(typed)", note: gotoNote(typed, state), target: .goto(typed))
                return typed.isEmpty ? [] : [(entry, [typed])]
            }
        default: return nil
        }
    }

    /// What `orders,payments` or `orders 0,3-5` names beyond one whole topic.
    private static func tailSources(_ typed: String, _ state: ConsoleState) -> [Offer] {
        guard let source = TailSource(typed: typed), source.topics.allSatisfy({ state.topic($0) != nil }),
            source.topic == nil || source.partitions != nil
        else { return [] }
        return [(Entry(text: "tail \(typed)", note: source.partitionWords, target: .page(.tail(source))), [typed])]
    }

    private static func gotoNote(_ typed: String, _ state: ConsoleState) -> String {
        if ConsoleState.isOffset(typed) { return "offset" }
        return state.settings.zone.echo(typed, now: state.now).text
    }

    private static func topics(
        _ state: ConsoleState, _ command: String, named: Bool = true, _ page: (String) -> Page
    ) -> [Offer] {
        state.snapshot.topics.map { topic in
            let name = topic.description.name
            let partitions = topic.description.partitions.count
            let entry = Entry(
                text: "\(command) \(name)", note: partitions == 1 ? "1 partition" : "\(partitions) partitions",
                target: .page(page(name)))
            return (entry, named ? [name, entry.text] : [name])
        }
    }

    private static func groups(_ state: ConsoleState, named: Bool = true) -> [Offer] {
        state.snapshot.groups.map { group in
            let id = group.description.groupID
            let entry = Entry(text: "group \(id)", note: group.description.state.rawValue, target: .page(.group(id)))
            return (entry, named ? [id, entry.text] : [id])
        }
    }

    private static func queries(_ state: ConsoleState, named: Bool = true) -> [Offer] {
        (state.queries.board?.queries ?? []).map { query in
            let entry = Entry(
                text: "query \(query.id)", note: QueryTables.word(query), target: .page(.query(query.id)))
            return (entry, named ? [query.id, entry.text] : [query.id])
        }
    }

    private static func themes(_ state: ConsoleState, named: Bool = true) -> [Offer] {
        let themes = state.settings.themes.map { name in
            let entry = Entry(
                text: "theme \(name)", note: name == state.settings.theme ? "in use" : "colours", target: .theme(name))
            return (entry: entry, names: named ? [entry.text] : [name])
        }
        let reload = Entry(text: "theme reload", note: "read theme files again", target: .reloadThemes)
        return themes + [(reload, named ? [reload.text] : ["reload"])]
    }

    private static let zones: [Offer] =
        (["UTC", "local"] + TimeZoneChoice.names).compactMap { name in
            guard let zone = TimeZoneChoice(name) else { return nil }
            let city = name.split(separator: "/").last.map(String.init) ?? name
            return (Entry(text: "tz \(name)", note: "time zone", target: .zone(zone)), [name, city, "tz \(name)"])
        }
}
