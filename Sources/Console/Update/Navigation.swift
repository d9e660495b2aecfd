import AlertRules
import Cluster
import LiveQueries
import Monitor
import RecordFormats

/// Moving about: pages, boxes, cursors, sorting, filters.
extension ConsoleState {
    /// True where a list of records is looked at: on the tail, and on what a search found.
    var isTail: Bool {
        switch page {
        case .tail, .search: true
        default: false
        }
    }

    /// True when there are marks or a filter to clear, or a page to leave.
    var canGoBack: Bool { pages.count > 1 || !activeFilter.isEmpty || !markedTopics.isEmpty }

    /// The focused list's filter, or the tail's.
    var activeFilter: TextFilter {
        isTail ? TextFilter(tail?.filter.source ?? "") : listState(list).filter
    }

    /// True where `/` has something to filter.
    var canFilter: Bool { isTail || focusedList.isList }

    /// True where `s` has columns to go through.
    var canSort: Bool { !isTail && !focusedList.sortNames.isEmpty }

    /// Shows a stack of pages.
    mutating func goTo(_ stack: [Page]) -> [Effect] {
        pages = stack.isEmpty ? [.dashboard] : stack
        forgetUnused()
        return enterPage()
    }

    /// Shows a page above the others; a page that is on the stack already is gone back to.
    mutating func open(_ page: Page) -> [Effect] {
        if let index = pages.firstIndex(of: page) {
            pages.removeSubrange((index + 1)...)
        } else {
            pages.append(page)
        }
        if pages.count > 16 { pages.removeSubrange(1..<(pages.count - 15)) }
        forgetUnused()
        return enterPage()
    }

    /// Takes the marks away, or clears the filter, or leaves the page.
    mutating func goBack() -> [Effect] {
        if !markedTopics.isEmpty {
            unmark()
        } else if !activeFilter.isEmpty {
            // What the filter looked for stays marked, for `[` and `]` to walk among the others.
            let match = activeMatch
            setFilter(TextFilter())
            setMatch(match)
        } else if pages.count > 1 {
            setMatch("")
            pages.removeLast()
            forgetUnused()
        }
        return []
    }

    private mutating func forgetUnused() {
        let hasTail = pages.contains { if case .tail = $0 { true } else { false } }
        if !hasTail { reading = nil }
        let isPanelOpen = pages.contains(.compaction)
        producers = producers.filter { pages.contains(.producers($0.key)) }
        segments = segments.filter { place in isPanelOpen || pages.contains(.topic(place.key.topic)) }
    }

    private mutating func enterPage() -> [Effect] {
        switch page {
        case .tail(let source): return beginTail(source)
        case .configuration(let topic):
            configurations[topic] = .loading(configurations[topic]?.value)
            return [.loadConfiguration(topic: topic)]
        case .travel(let topic): return beginTravel(topic: topic)
        case .keyHistory(let place, let key): return beginKeyHistory(place, key: key)
        case .replay(let group, let topic): return beginReplay(group: group, topic: topic)
        case .group:
            watchGroup()
            return []
        case .members: return stopsNeeded()
        case .brokerConfiguration(let id):
            brokerConfigurations[id] = .loading(brokerConfigurations[id]?.value)
            return [.loadBrokerConfiguration(id)]
        case .producers: return producersNeeded()
        case .audit: return loadAudit()
        case .statement: return beginTyping()
        case .explanation(let statement):
            queries.described = queries.described.filter { pages.contains(.explanation($0.key)) }
            queries.described[statement] = .loading(queries.described[statement]?.value)
            return [.query(.describe(statement))]
        default: return []
        }
    }

    /// Moves the focus to the next or previous box.
    mutating func moveFocus(by step: Int) -> [Effect] {
        focus[page] = ((box + step) % boxes + boxes) % boxes
        return []
    }

    /// Moves the cursor by rows.
    mutating func move(by step: Int) -> [Effect] {
        if isTail { return moveTail(by: step) }
        guard let rows = shape(list), let cursor = rows.cursor(listState(list)) else { return [] }
        place(max(0, min(rows.count - 1, cursor + step)), in: rows)
        return []
    }

    /// Moves the cursor to the first row.
    mutating func moveToFirst() -> [Effect] { move(by: -1_000_000) }

    /// Moves the cursor to the last row.
    mutating func moveToLast() -> [Effect] { move(by: 1_000_000) }

    /// Puts the cursor on a row.
    mutating func place(_ index: Int, in rows: any ListShape) {
        var state = listState(list)
        state.cursor = index
        state.selected = rows.id(at: index)
        lists[list] = state
    }

    /// Keeps a cursor that nobody has moved on the row that it was seen on, so that a key acts on what was looked at. A row that
    /// sinks takes it along only as long as every box surely shows it: a list that is left alone shows its first rows.
    mutating func hold(_ id: String?) {
        held = nil
        guard let id, let index = shape(list)?.index(of: id, near: 0), index < size.rows / 5 else { return }
        held = (list, id)
    }

    /// Sorts by the next column.
    mutating func sortNext() -> [Effect] {
        guard let names = shape(list)?.sortNames, !names.isEmpty else { return [] }
        var state = listState(list)
        pinSelection(&state)
        let current = state.sortColumn.flatMap { names.firstIndex(of: $0) }
        state.sortColumn = names[((current ?? -1) + 1) % names.count]
        state.isReversed = false
        lists[list] = state
        return []
    }

    /// Sorts by a column.
    mutating func sortBy(_ name: String) -> [Effect] {
        var state = listState(list)
        pinSelection(&state)
        state.sortColumn = name
        state.isReversed = false
        lists[list] = state
        return []
    }

    /// Turns the order round.
    mutating func sortReversed() -> [Effect] {
        var state = listState(list)
        pinSelection(&state)
        state.isReversed.toggle()
        lists[list] = state
        return []
    }

    /// Keeps the selected row selected while rows move.
    private func pinSelection(_ state: inout ListState) { state.selected = selectedID ?? state.selected }

    /// Begins typing a filter, or in the inspector what to look for.
    mutating func beginFilter() -> [Effect] {
        guard !isInspecting else { return beginSearch() }
        var prompt = Prompt(.filter(before: activeFilter, match: activeMatch))
        prompt.text = activeFilter.typed
        self.prompt = prompt
        return []
    }

    /// Filters the focused list, or the tail; what it looks for is marked.
    mutating func setFilter(_ filter: TextFilter) {
        if isTail {
            useFilter(filter.typed)
        } else {
            setMatch(filter.match)
            var state = listState(list)
            state.filter = filter
            lists[list] = state
        }
    }

    /// Stops or resumes showing what arrives.
    mutating func togglePause() -> [Effect] {
        isPaused.toggle()
        if isPaused { beginWatching() }
        timeline.news = []
        guard !isPaused, let newest = waiting else { return [] }
        waiting = nil
        return accept(newest)
    }

    /// What `enter` opens, or nil.
    var target: Page? {
        switch (page, box) {
        case (.dashboard, 0), (.topics, 0): return selectedID.map { .topic($0) }
        case (.dashboard, 1), (.groups, _): return selectedID.map { .group($0) }
        case (.dashboard, 2), (.alerts, 0), (.alert, _): return alertTarget
        case (.dashboard, _): return pinned(box).map { .query($0.id) }
        case (.queries, 0): return selectedQuery.map { .query($0.id) }
        case (.queries, _): return selectedSource.map { .topic($0.topic) }
        case (.changes, _): return changeTarget
        case (.transactions, _): return selectedID.map { .transaction($0) }
        case (.transaction, _): return selectedPartition.map { .producers($0) }
        case (.broker, 0) where isEmbedded: return nil
        case (.broker, 0): return selectedBroker.map { .brokerConfiguration($0) }
        case (.topics, _), (.partitions, _), (.group, _), (.replay, _), (.compaction, _):
            return selectedPartition.map { .topic($0.topic) }
        case (.topic(let name), _): return selectedPartition.map { .tail(topic: name, partition: $0.partition) }
        case (.broker, _):
            guard let id = selectedID, let run = runs.first(where: { "\($0.topicPartition) \($0.startedAt)" == id })
            else { return nil }
            return .topic(run.topicPartition.topic)
        case (.audit, _): return selectedID.map { .act($0) }
        default: return nil
        }
    }

    /// Opens what is under the cursor; a partition's topic opens with the cursor on the partition.
    mutating func openTarget() -> [Effect] {
        guard let target else { return [] }
        let partition = selectedPartition
        if page == .dashboard, box == 2, target != .alerts { pages = [.dashboard, .alerts] }
        let effects = open(target)
        if case .topic = target, let partition {
            var state = listState(list)
            state.selected = String(partition.partition)
            lists[list] = state
        }
        return effects
    }

    /// The screen that shows an alert's cause: its subject where it is a group, topic or partition, else what the rule names.
    private var alertTarget: Page? {
        guard let it = selectedAlert else { return nil }
        if group(it.subject) != nil { return .group(it.subject) }
        if topic(it.subject) != nil { return .topic(it.subject) }
        if let name = it.labels["consumergroup"] ?? it.labels["group"], group(name) != nil { return .group(name) }
        if let name = it.labels["topic"], topic(name) != nil { return .topic(name) }
        if let dash = it.subject.lastIndex(of: "-"), topic(String(it.subject[..<dash])) != nil {
            return .topic(String(it.subject[..<dash]))
        }
        switch AlertTables.rules(self)[it]?.opens.first {
        case "2": return .topics
        case "3": return .groups
        case "6": return .broker
        default: return page == .dashboard ? .alerts : .broker
        }
    }

    /// Opens the tail of the selected topic or partition.
    mutating func openTail() -> [Effect] {
        let marked = markedTopics
        guard marked.count <= TailSource.maxTopics else {
            say("\(marked.count) topics are marked; at most \(TailSource.maxTopics) are read at once", .warn)
            return []
        }
        if !marked.isEmpty { return open(.tail(TailSource(topics: marked))) }
        guard let topic = selectedTopic else { return [] }
        let partition: Int32? =
            switch page {
            case .partitions, .group, .members, .replay, .transaction, .producers: selectedPartition?.partition
            case .topics where box == 1: selectedPartition?.partition
            default: nil
            }
        return open(.tail(topic: topic, partition: partition))
    }

    /// True where a group and a topic can be made out.
    var canReplay: Bool { selectedGroup != nil || selectedTopic != nil }

    /// Opens where the group stands in the topic: the selected group, or the one furthest behind.
    mutating func openReplay() -> [Effect] {
        if let id = selectedGroup {
            let topics = group(id)?.partitions.map(\.topicPartition.topic) ?? []
            guard let topic = selectedPartition?.topic ?? topics.first else {
                say("\(id) has no commit and no assignment yet", .warn)
                return []
            }
            return open(.replay(group: id, topic: topic))
        }
        guard let topic = selectedTopic else { return [] }
        let readers = snapshot.groups.filter { $0.partitions.contains { $0.topicPartition.topic == topic } }
        guard let worst = readers.max(by: { ($0.lag.records ?? -1) < ($1.lag.records ?? -1) }) else {
            say("no group reads \(topic)", .warn)
            return []
        }
        return open(.replay(group: worst.description.groupID, topic: topic))
    }

    /// Opens the producers that the selected partition remembers.
    mutating func openProducers() -> [Effect] { selectedPartition.map { open(.producers($0)) } ?? [] }

    /// Opens the selected topic's settings.
    mutating func openConfiguration() -> [Effect] { selectedTopic.map { open(.configuration($0)) } ?? [] }

    /// Opens the selected group's autopsy.
    mutating func openMembers() -> [Effect] { selectedGroup.map { open(.members($0)) } ?? [] }

    /// What `y` copies: the record's value, or the selected row's name.
    var copyText: String? {
        if page == .queries, box == 0 { return selectedQuery?.statement }
        guard isTail else { return copiedRow ?? replayCommand ?? selectedID }
        guard let record = tail?.selected?.record else { return nil }
        guard let value = record.value else { return "" }
        return String(validating: value, as: UTF8.self) ?? HexDump.plain(value)
    }

    /// The selected row of a result or an answer, its values separated by tabs; nil elsewhere.
    private var copiedRow: String? {
        let isPinned = page == .dashboard && pinned(box) != nil
        switch page {
        case .query, .statement, .explanation: break
        default: guard isPinned else { return nil }
        }
        guard let rows = shape(list), let cursor = rows.cursor(listState(list)) else { return nil }
        return rows.row(at: cursor).joined(separator: "\t")
    }

    /// Copies it.
    mutating func copySelection() -> [Effect] {
        guard let text = copyText else { return [] }
        let isLong = isTail || text.utf8.count > 200
        let words = "\(isTail ? "value" : "text") copied, \(Figures.grouped(Int64(text.utf8.count))) bytes"
        say(isLong ? words : "copied \(text.replacing("\n", with: " "))")
        return [.copy(text)]
    }
}
