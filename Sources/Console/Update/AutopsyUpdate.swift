import AlertRules
import Cluster
import Monitor

/// A group's autopsy: the records it stopped at, and losses acknowledged.
extension ConsoleState {
    /// The group whose autopsy is open.
    var autopsyGroup: GroupFigures? {
        if case .members(let id) = page { group(id) } else { nil }
    }

    /// Asks for the records that the group's partitions stopped at, those not known yet or moved on since.
    mutating func stopsNeeded() -> [Effect] {
        guard !isRewound else { return [] }
        guard let group = autopsyGroup else {
            if stops != nil, !pages.contains(where: { if case .members = $0 { true } else { false } }) { stops = nil }
            return []
        }
        let id = group.description.groupID
        var board = stops?.groupID == id ? stops ?? StopBoard(groupID: id) : StopBoard(groupID: id)
        defer { stops = board }
        guard board.mayAsk(at: now) else { return [] }
        let wanted = group.partitions.filter { $0.lag.records ?? 0 > 0 }
            .compactMap { row in Self.stop(of: row).map { (row.topicPartition, $0, row.lag.records ?? 0) } }
            .filter { board.stops[$0.0]?.offset != $0.1 }
            .sorted { $0.2 > $1.2 }.prefix(StopBoard.most)
        guard !wanted.isEmpty else { return [] }
        let ticket = nextTicket()
        let places = Dictionary(wanted.map { ($0.0, $0.1) }) { first, _ in first }
        board.ask(places, ticket: ticket, at: now)
        return [.loadStops(wanted.map { FetchStart($0.0, from: $0.1) }, ticket: ticket)]
    }

    /// Where a partition's reading would go on: the commit, or the log's start where that lies beyond it.
    static func stop(of row: GroupPartitionFigures) -> Int64? {
        guard let commit = row.commit?.offset else { return nil }
        return max(commit, row.offsets?.logStart ?? 0)
    }

    /// Opens the tail at the record that the selected partition stopped at.
    mutating func openStop() -> [Effect] {
        guard let partition = selectedPartition,
            let row = autopsyGroup?.partitions.first(where: { $0.topicPartition == partition })
        else { return [] }
        guard let offset = Self.stop(of: row) else {
            say("\(partition) has no commit: there is no place where it stopped", .warn)
            return []
        }
        let effects = open(.tail(topic: partition.topic, partition: partition.partition))
        // What the tail would have read at its end is not wanted: it begins at the record.
        return effects.filter { if case .fetch = $0 { false } else { true } }
            + seekOffset("\(partition.partition):\(offset)")
    }

    // MARK: - Losses

    /// The group with a loss that `a` is about; nil where none is selected.
    var selectedLoss: GroupFigures? {
        guard !isRewound, let group = selectedGroup.flatMap({ group($0) }), group.loss.lost > 0 else { return nil }
        return group
    }

    /// Takes note that the operator knows what the selected group lost.
    mutating func acknowledgeLoss() -> [Effect] {
        guard let group = selectedLoss else { return [] }
        let losses = group.partitions.compactMap { row in
            row.loss.lost.map {
                AlertMarks.Loss(
                    group: group.description.groupID, topic: row.topicPartition.topic,
                    partition: row.topicPartition.partition, upTo: $0.upTo)
            }
        }
        marks.acknowledge(losses)
        say("\(Figures.grouped(group.loss.lost)) lost records of \(group.description.groupID) are acknowledged")
        return [.acknowledgeLosses(losses)] + keepMarks() + [.refresh]
    }
}
