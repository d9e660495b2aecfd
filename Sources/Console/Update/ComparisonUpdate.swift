import Cluster

/// Comparing a record with the one before it that has the same key.
extension ConsoleState {
    /// Compares the record under the cursor, or shows it by itself again.
    mutating func toggleComparison() -> [Effect] {
        guard let it = tail, let selected = it.selected, let key = selected.record.key else { return [] }
        tail?.scroll = 0
        tail?.matchLine = nil
        if it.comparison?.isOf(selected) == true {
            tail?.comparison = nil
            return []
        }
        // What moves on under the eyes cannot be compared.
        if it.mode == .following { tail?.mode = .paused }
        let asked = RecordComparison(
            ticket: nextTicket(), place: selected.place, offset: selected.record.offset, key: key)
        tail?.comparison = asked
        return [.compare(asked)]
    }

    /// Takes what was found before a record, if that is what is still asked.
    mutating func compared(_ answer: RecordComparison) {
        if reading?.comparison?.ticket == answer.ticket { reading?.comparison = answer }
        if search?.results.comparison?.ticket == answer.ticket { search?.results.comparison = answer }
    }
}
