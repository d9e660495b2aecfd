import Cluster
import Monitor

/// Rows that are marked, so that an act is about all of them.
extension ConsoleState {
    /// True where the focused list takes marks.
    var canMark: Bool { page == .topics && box == 0 }

    /// The topics marked in the focused list that are still there, ascending; empty where it takes no marks.
    package var markedTopics: [String] {
        guard canMark else { return [] }
        let marked = listState(list).marked
        guard !marked.isEmpty else { return [] }
        return snapshot.topics.map(\.description.name).filter(marked.contains).sorted()
    }

    /// The topics that `t`, `c` and `D` are about: those marked, or else the one under the cursor.
    var chosenTopics: [String] {
        let marked = markedTopics
        return marked.isEmpty ? selectedTopic.map { [$0] } ?? [] : marked
    }

    /// Marks the row under the cursor, or takes its mark away, and goes on to the next.
    mutating func toggleMark() -> [Effect] {
        guard canMark, let id = selectedID else { return [] }
        var state = listState(list)
        if state.marked.remove(id) == nil { state.marked.insert(id) }
        lists[list] = state
        return move(by: 1)
    }

    /// Takes all marks away.
    mutating func unmark() {
        var state = listState(list)
        state.marked = []
        lists[list] = state
    }
}
