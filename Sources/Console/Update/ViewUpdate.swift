import Cluster

/// Showing a record or a topic's settings in the user's editor.
extension ConsoleState {
    /// True where `v` has something to show.
    var canView: Bool {
        switch page {
        case .tail, .search: tail?.selected != nil
        case .configuration(let topic): configurations[topic]?.value != nil
        default: false
        }
    }

    /// Shows it; a value of which the tail holds only a part is read whole first.
    mutating func viewInEditor() -> [Effect] {
        switch page {
        case .configuration(let topic):
            guard configurations[topic]?.value != nil else { return [] }
            let table = ConfigurationScreen.table(self, listState(list), .plain, topic: topic)
            return [.view(EditorText(Array(table.items), topic: topic))]
        case .tail, .search:
            guard let it = tail?.selected else { return [] }
            guard (it.record.value?.count ?? 0) < it.record.valueSize else {
                return [.view(text(of: it))]
            }
            let ticket = nextTicket()
            viewTicket = ticket
            say("reading the record whole…")
            return [.loadRecord(it.place, offset: it.record.offset, ticket: ticket)]
        default: return []
        }
    }

    /// Takes a record that was read whole, if nothing else was asked meanwhile.
    mutating func recordArrived(
        ticket: Int, _ place: TopicPartition, _ result: Result<FetchedRecord, ClusterError>
    ) -> [Effect] {
        guard viewTicket == ticket else { return [] }
        viewTicket = nil
        switch result {
        case .success(let record):
            message = nil
            return [.view(text(of: TailRecord(place: place, record: record)))]
        case .failure(let error):
            say("the record could not be read whole: \(error)", .warn)
            return []
        }
    }

    private func text(of it: TailRecord) -> EditorText {
        EditorText(it, decoding(of: it.place.topic), zone: settings.zone)
    }
}
