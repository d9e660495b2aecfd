package import Cluster
import LiveQueries
import Monitor
import Operations

extension ConsoleState {
    /// The rows of a list as keys need them; nil where a box is no list.
    func shape(_ id: ListID) -> (any ListShape)? {
        let list = listState(id)
        let plain = Theme.plain
        switch (id.page, id.box) {
        case (.dashboard, 0): return TopicTables.dashboard(self, list, plain)
        case (.dashboard, 1): return GroupTables.dashboard(self, list, plain)
        case (.dashboard, 3...):
            return pinned(id.box).flatMap { query($0.id) }.map { ResultTable.rows($0, self, list, plain) }
        case (.dashboard, _), (.alerts, 0): return AlertTables.instances(self, list, plain)
        case (.alerts, _): return AlertsScreen.history(self, list, plain)
        case (.topics, 0): return TopicTables.topics(self, list, plain)
        case (.topics, _), (.partitions, _): return TopicTables.partitions(self, list, plain)
        case (.topic(let name), _): return topic(name).map { TopicTables.partitions(of: $0, self, list, plain) }
        case (.configuration(let name), _): return ConfigurationScreen.table(self, list, plain, topic: name)
        case (.compaction, 0): return CompactionTables.partitions(self, list, plain)
        case (.compaction, _): return CompactionTables.history(self, list, plain)
        case (.statistics(let name), 0):
            return StatisticsTables.partitions(statistics[name]?.report, self, list, plain)
        case (.statistics(let name), _): return StatisticsTables.keys(statistics[name]?.report, self, list, plain)
        case (.groups, _): return GroupTables.table(self, list, plain)
        case (.group(let id), _): return groupInWindow(id).map { GroupTables.assignments($0, self, list, plain) }
        case (.members(let id), 0): return group(id).map { AutopsyTables.partitions($0, self, list, plain) }
        case (.members(let id), _): return group(id).map { AutopsyTables.members($0, self, list, plain) }
        case (.replay(let group, let topic), _):
            return ReplayTables.shape(self, list, plain, group: group, topic: topic, box: id.box)
        case (.travel(let topic), _): return TravelTables.keys(self, list, plain, topic: topic)
        case (.keyHistory(let place, let key), _):
            return TravelTables.history(self, list, plain, place: place, key: key)
        case (.alert(let id), _): return alert(id).map { AlertHistoryScreen.table($0, self, list, plain) }
        case (.queries, 0): return QueryTables.queries(self, list, plain)
        case (.queries, _): return QueryTables.sources(self, list, plain)
        case (.query(let id), 0): return query(id).map { ResultTable.rows($0, self, list, plain) }
        case (.query(let id), _): return query(id).map { QueryTables.failures($0, self, list, plain) }
        case (.statement, 0): return nil
        case (.statement, _): return queries.answers.map { QueryTables.answer($0, list, plain) }
        case (.explanation(let statement), _):
            return queries.described[statement]?.value.map { QueryTables.answer($0, list, plain) }
        case (.broker, 0) where isEmbedded: return ConnectionTables.requests(self, list, plain)
        case (.broker, 0): return BrokerTables.brokers(self, list, plain)
        case (.broker, _): return BrokerTables.runs(self, list, plain)
        case (.brokerConfiguration(let id), _): return BrokerConfigurationScreen.table(self, list, plain, broker: id)
        case (.connections, _) where snapshot.service == nil: return nil
        case (.connections, 0): return ConnectionTables.connections(self, list, plain)
        case (.connections, _): return ConnectionTables.listeners(self, list, plain)
        case (.transactions, _):
            return snapshot.transactions?.isTold == true ? TransactionTables.transactions(self, list, plain) : nil
        case (.transaction(let id), _):
            return transaction(id).map { TransactionTables.partitions($0, self, list, plain) }
        case (.producers(let place), _): return TransactionTables.producers(of: place, self, list, plain)
        case (.audit, _): return AuditTables.acts(self, list, plain)
        case (.act(let id), _): return auditRow(id).map { AuditTables.changes($0, self, list, plain) }
        case (.tail, _), (.search, _): return nil
        case (.searches, _): return SearchTables.searches(self, list, plain)
        case (.changes, _): return ChangeTables.table(self, list, plain)
        }
    }

    /// What keys need to know of the focused list. Filters and sorts all its rows, unless ``withFocusedList()`` did.
    var focusedList: FocusedList {
        if let known = knownList { return known }
        guard let rows = shape(list) else { return FocusedList(isList: false) }
        return FocusedList(
            isList: true, sortNames: rows.sortNames, selectedID: rows.cursor(listState(list)).map { rows.id(at: $0) })
    }

    /// This state with its focused list looked at, for judging many actions at once. Only to be asked, never to be changed.
    func withFocusedList() -> ConsoleState {
        var state = self
        state.knownList = focusedList
        return state
    }

    /// The id of the focused list's selected row.
    var selectedID: String? { focusedList.selectedID }

    /// The topic that keys like `t` and `c` are about.
    package var selectedTopic: String? {
        switch page {
        case .dashboard: box == 0 ? selectedID : nil
        case .topics where box == 0: selectedID
        case .topic(let name), .configuration(let name), .statistics(let name): name
        case .travel(let topic): topic
        case .keyHistory(let place, _): place.topic
        case .tail(let source): source.topic ?? tail?.selected?.place.topic
        case .search: tail?.selected?.place.topic
        case .replay(_, let topic): topic
        case .topics, .partitions, .group, .members, .compaction, .transaction, .producers: selectedPartition?.topic
        // What it writes; for one that writes nothing, what it reads.
        case .queries, .query: selectedSource?.topic ?? selectedQuery.map { $0.sinkTopic ?? $0.sourceTopic }
        default: nil
        }
    }

    /// The partition under the cursor, where rows are partitions.
    package var selectedPartition: TopicPartition? {
        switch page {
        case .topics where box == 1: return selectedID.flatMap(Self.partition)
        case .members where box == 1: return nil
        case .partitions, .group, .members, .transaction: return selectedID.flatMap(Self.partition)
        case .producers(let place): return place
        case .compaction where box == 0: return selectedID.flatMap(Self.partition)
        case .compaction:
            return snapshot.compactions.first { "\($0.run.topicPartition) \($0.run.startedAt)" == selectedID }?
                .run.topicPartition
        case .replay: return replayPlace
        case .travel: return travelRow?.topicPartition
        case .keyHistory(let place, _): return place
        case .topic(let name):
            return selectedID.flatMap { Int32($0) }.map { TopicPartition(topic: name, partition: $0) }
        case .tail(let source):
            guard let topic = source.topic else { return nil }
            return source.partition.map { TopicPartition(topic: topic, partition: $0) }
        default: return nil
        }
    }

    /// The group that `r` and `d` are about.
    package var selectedGroup: String? {
        switch page {
        case .dashboard: box == 1 ? selectedID : nil
        case .groups: selectedID
        case .group(let id), .members(let id): id
        case .replay(let group, _): group
        default: nil
        }
    }

    /// `topic-7` read back.
    private static func partition(_ id: String) -> TopicPartition? {
        guard let dash = id.lastIndex(of: "-"), let number = Int32(id[id.index(after: dash)...]) else { return nil }
        return TopicPartition(topic: String(id[..<dash]), partition: number)
    }
}

extension Theme {
    /// A theme without colours, as for building tables whose cells are not drawn.
    package static let plain = Theme(
        ThemeColours(name: "plain", appearance: .dark, ui: [:], status: [:], graph: [:]), tier: .none)
}

/// What keys need to know of the focused list.
struct FocusedList: Sendable {
    /// False where the focused box is no list.
    var isList: Bool
    /// The names that `s` goes through, in order.
    var sortNames: [String] = []
    /// The selected row; nil in an empty list.
    var selectedID: String?
}
