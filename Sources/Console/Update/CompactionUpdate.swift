import Cluster
import Monitor

/// Compaction from the keyboard: preview, confirm, stop.
extension ConsoleState {
    /// Active runs that `K` would stop: the topic's, or all on the broker's screen.
    var stoppable: [TopicPartition] {
        let active = runs.filter(\.isActive).map(\.topicPartition)
        if page == .broker { return active }
        if page == .compaction, box == 0 { return active }
        guard let topic = selectedTopic else { return [] }
        return active.filter { $0.topic == topic }
    }

    /// True where one of the topics chosen is compacted.
    var canCompact: Bool { chosenTopics.contains { topic($0)?.description.retention.isCompacted == true } }

    /// Opens the preview, or says why there is nothing to compact.
    mutating func openCompaction() -> [Effect] {
        let chosen = chosenTopics.compactMap(topic)
        guard let first = chosen.first else { return [] }
        let compacted = chosen.filter { $0.description.retention.isCompacted }
        guard !compacted.isEmpty else {
            let (name, policy) = (first.description.name, first.description.retention.cleanupPolicy)
            say(
                chosen.count > 1
                    ? "none of the \(chosen.count) marked topics is compacted"
                    : "\(name) has cleanup.policy=\(policy); only compact topics are compacted",
                .warn)
            return []
        }
        let hasCleaner = snapshot.capabilities.contains(.compaction)
        guard hasCleaner || snapshot.capabilities.contains(.compactionBySettings) else {
            say("this cluster compacts by itself; it takes no requests to", .warn)
            return []
        }
        let partitions = compacted.flatMap { topic in
            topic.description.partitions.map {
                TopicPartition(topic: topic.description.name, partition: $0.partition)
            }
        }
        // Settings are the topic's: they reach all its partitions.
        var dialog = CompactionDialog(
            topics: compacted.map(\.description.name), partitions: partitions,
            selected: hasCleaner && compacted.count == 1 ? selectedPartition : nil)
        // The panel's rows are partitions, so it is one that is meant.
        dialog.isSelectedOnly = page == .compaction && dialog.selected != nil
        let effects = preview(&dialog)
        self.dialog = .compaction(dialog)
        if compacted.count < chosen.count {
            let others = chosen.filter { !$0.description.retention.isCompacted }.map(\.description.name)
            say("left out, as not compacted: \(others.joined(separator: ", "))", .warn)
        }
        return effects
    }

    /// Partitions that the background cleaner would take now, the dirtiest first.
    var duePartitions: [TopicPartition] {
        CompactionTables.rows(self).filter { $0.isDue && $0.run == nil }
            .sorted { ($0.cleaning?.dirtyRatio ?? 0, $1.place) > ($1.cleaning?.dirtyRatio ?? 0, $0.place) }.map(\.place)
    }

    /// Opens the preview of everything that is due.
    mutating func openDueCompaction() -> [Effect] {
        guard snapshot.capabilities.contains(.compaction) else {
            say("this cluster compacts by itself; it takes no requests to", .warn)
            return []
        }
        var dialog = CompactionDialog(topics: [], partitions: [], selected: nil)
        dialog.isDue = true
        dialog.due = duePartitions
        let effects = preview(&dialog)
        self.dialog = .compaction(dialog)
        return effects
    }

    private mutating func preview(_ dialog: inout CompactionDialog) -> [Effect] {
        dialog.ticket = nextTicket()
        dialog.previews = .loading(dialog.previews.value)
        return [.previewCompaction(dialog.scope, rollActive: dialog.rollsActive, ticket: dialog.ticket)]
    }

    /// A key while the preview is open.
    mutating func compactionKey(_ key: Key, _ open: CompactionDialog) -> [Effect] {
        var it = open
        switch key {
        case .escape, "q", "c":
            dialog = nil
            return []
        case " ":
            it.rollsActive.toggle()
        case "a" where it.isDue ? !it.partitions.isEmpty : !duePartitions.isEmpty:
            it.isDue.toggle()
            it.due = duePartitions
            it.previews = .loading(nil)
        case .tab where !it.isDue && it.selected != nil && it.partitions.count > 1:
            it.isSelectedOnly.toggle()
        case "C", .enter:
            guard case .ready(let previews) = it.previews else { return [] }
            dialog = nil
            let scope = previews.map(\.topicPartition)
            guard !scope.isEmpty else { return [] }
            let isSeveral = it.isDue || it.topics.count > 1
            return confirm(
                Deed(
                    it.isDue ? "all due" : it.topicWords,
                    words: isSeveral ? "compact \(scope.count) partitions" : "compact it", .previewed,
                    effects: [.compact(scope, rollActive: it.rollsActive)]))
        case "K":
            dialog = nil
            return mayWrite ? stopCompaction() : []
        default: return []
        }
        let effects = preview(&it)
        dialog = .compaction(it)
        return effects
    }

    /// Takes a preview, if it is the one asked for last.
    mutating func previewArrived(ticket: Int, _ result: Result<[CompactionPreview], ClusterError>) {
        guard case .compaction(var it) = dialog, it.ticket == ticket else { return }
        switch result {
        case .success(let previews): it.previews = .ready(previews)
        case .failure(let error): it.previews = .failed("\(error)")
        }
        dialog = .compaction(it)
    }

    /// Asks the active runs to stop.
    mutating func stopCompaction() -> [Effect] {
        let places = stoppable
        guard !places.isEmpty else {
            say("nothing is being compacted here")
            return []
        }
        return [.stopCompaction(places)]
    }
}
