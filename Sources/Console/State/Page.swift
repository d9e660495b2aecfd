package import Cluster

/// A screen with what it is about; the navigation stack is made of them.
package enum Page: Hashable, Sendable {
    case dashboard
    case topics
    /// Partitions of all topics, worst first.
    case partitions
    case topic(String)
    /// A topic's settings.
    case configuration(String)
    /// What is due for compaction, what runs, what was done.
    case compaction
    /// What a full scan of a topic tells.
    case statistics(String)
    case groups
    case group(String)
    /// A group's autopsy: its partitions with their holders, and its members.
    case members(String)
    /// Where a group stands in a topic.
    case replay(group: String, topic: String)
    /// A topic as of a moment, or what changed between two.
    case travel(String)
    /// All records of one key.
    case keyHistory(TopicPartition, key: [UInt8])
    /// Records as they arrive.
    case tail(TailSource)
    /// What a search found, and how far it is.
    case search
    /// The searches there are.
    case searches
    case alerts
    /// What happened to one alert, by its id.
    case alert(String)
    /// Live queries, and the streams and tables there are.
    case queries
    /// What one query finds, by its id.
    case query(String)
    /// Statements being typed, and what came of those before.
    case statement
    /// What a statement answers that only explains: EXPLAIN, DESCRIBE.
    case explanation(String)
    case broker
    /// Listeners and connections of the embedded broker.
    case connections
    /// Transactional ids and what is open.
    case transactions
    /// What one transaction writes to, by its id.
    case transaction(String)
    /// The producers that a partition remembers.
    case producers(TopicPartition)
    /// A broker's settings.
    case brokerConfiguration(Int32)
    /// What changed in the cluster, newest first.
    case changes
    /// What was done to the cluster through Weir.
    case audit
    /// One act of the audit log, by its id.
    case act(String)

    /// Records of a topic as they arrive; of one partition, or of all when nil.
    package static func tail(topic: String, partition: Int32?) -> Page {
        .tail(TailSource(topic: topic, partition: partition))
    }

    /// The name in the crumbs.
    package var crumb: String {
        switch self {
        case .dashboard: "dashboard"
        case .topics: "topics"
        case .partitions: "partitions"
        case .topic(let name): "topic \(name)"
        case .configuration: "configuration"
        case .compaction: "compaction"
        case .statistics: "statistics"
        case .groups: "groups"
        case .group(let id): id
        case .members: "autopsy"
        case .replay: "replay"
        case .travel: "history"
        case .keyHistory: "key"
        case .tail(let source): source.partition == nil && source.topic != nil ? "tail" : "tail \(source.title)"
        case .search: "search"
        case .searches: "searches"
        case .alerts: "alerts"
        case .alert: "history"
        case .queries: "queries"
        case .query(let id): id
        case .statement: "sql"
        case .explanation: "explanation"
        case .broker: "broker"
        case .connections: "connections"
        case .transactions: "transactions"
        case .transaction(let id): id
        case .producers(let place): "producers of \(place)"
        case .brokerConfiguration(let id): "configuration of \(id)"
        case .changes: "changes"
        case .audit: "audit"
        case .act: "act"
        }
    }

    /// How many boxes `tab` moves between.
    package var boxes: Int {
        switch self {
        case .dashboard: 3
        case .topics, .alerts, .tail, .search, .members, .statistics, .compaction, .connections, .broker, .queries,
            .query, .statement:
            2
        case .replay: 3
        default: 1
        }
    }
}

/// A list on the screen: a box of a page.
package struct ListID: Hashable, Sendable {
    /// The page.
    package var page: Page
    /// The box, from 0.
    package var box: Int

    /// Names a list.
    package init(_ page: Page, _ box: Int) {
        self.page = page
        self.box = box
    }
}

/// Where the cursor stands in a list and how the list is ordered.
package struct ListState: Equatable, Sendable {
    /// The selected row's id; it keeps the row when rows move.
    package var selected: String?
    /// The row that the cursor is seen on before it was moved by hand. Filled in whenever the state is asked for.
    var held: String?
    /// The cursor's place when the row is gone.
    package var cursor = 0
    /// The column it is sorted by; the table's own order when nil.
    package var sortColumn: String?
    /// True when the column's own direction is turned round.
    package var isReversed = false
    /// What rows must contain.
    package var filter = TextFilter()
    /// The text that is marked and that `[` and `]` go to; lower case, empty for none. It outlives the filter it came from.
    package var match = ""
    /// The ids of the rows that are marked, for acts on several at once. They outlive sorting and filters, and also the rows.
    package var marked: Set<String> = []
    /// The columns of its table. Filled in from the settings whenever the state is asked for.
    package var columns = ColumnChoice()
    /// Which list it is. Filled in whenever the state is asked for.
    var id: ListID?

    /// The cursor at the top, the table's own order.
    package init() {}
}

/// A text that rows must contain, or must not.
package struct TextFilter: Equatable, Sendable {
    /// The text; empty lets everything pass. Case is ignored.
    package var text: String
    /// True to let pass what does *not* contain it.
    package var isInverse: Bool

    /// As typed: `us-` or `!us-`.
    package let typed: String

    /// Reads a filter as typed: `!` before the text turns it round.
    package init(_ typed: String = "") {
        self.typed = typed
        isInverse = typed.hasPrefix("!")
        text = (isInverse ? String(typed.dropFirst()) : typed).lowercased()
    }

    /// The text that a filter looks for and that `[` and `]` go to; empty where it keeps out what has it.
    var match: String { isInverse ? "" : text }

    /// True when everything passes.
    package var isEmpty: Bool { text.isEmpty }
}
