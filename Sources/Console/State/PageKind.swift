import Cluster

/// The kinds of pages there are, by the names that the command line and the configuration use.
package enum PageKind: String, Sendable, CaseIterable {
    case dashboard, topics, partitions, topic, configuration, groups, group, members, replay, tail, alerts, alert,
        broker
    case brokerConfiguration = "broker-configuration"
    case connections, transactions, transaction, producers
    case changes, audit, act, search, searches, compaction, statistics, travel
    case keyHistory = "key-history"
    case queries, query, explanation
    case statement = "sql"

    /// A page of this kind, about things by the names of their kinds: for what is the same on all pages of a kind.
    package var example: Page {
        switch self {
        case .dashboard: .dashboard
        case .topics: .topics
        case .partitions: .partitions
        case .topic: .topic("topic")
        case .configuration: .configuration("topic")
        case .groups: .groups
        case .group: .group("group")
        case .members: .members("group")
        case .replay: .replay(group: "group", topic: "topic")
        case .tail: .tail(topic: "topic", partition: nil)
        case .alerts: .alerts
        case .alert: .alert("alert")
        case .queries: .queries
        case .query: .query("query")
        case .statement: .statement
        case .explanation: .explanation("statement")
        case .broker: .broker
        case .connections: .connections
        case .transactions: .transactions
        case .transaction: .transaction("transaction")
        case .producers: .producers(TopicPartition(topic: "topic", partition: 0))
        case .brokerConfiguration: .brokerConfiguration(1)
        case .changes: .changes
        case .audit: .audit
        case .act: .act("act")
        case .search: .search
        case .searches: .searches
        case .compaction: .compaction
        case .statistics: .statistics("topic")
        case .travel: .travel("topic")
        case .keyHistory: .keyHistory(TopicPartition(topic: "topic", partition: 0), key: [])
        }
    }
}

extension Page {
    /// Which kind of page it is.
    package var kind: PageKind {
        switch self {
        case .dashboard: .dashboard
        case .topics: .topics
        case .partitions: .partitions
        case .topic: .topic
        case .configuration: .configuration
        case .groups: .groups
        case .group: .group
        case .members: .members
        case .replay: .replay
        case .tail: .tail
        case .alerts: .alerts
        case .alert: .alert
        case .queries: .queries
        case .query: .query
        case .statement: .statement
        case .explanation: .explanation
        case .broker: .broker
        case .connections: .connections
        case .transactions: .transactions
        case .transaction: .transaction
        case .producers: .producers
        case .brokerConfiguration: .brokerConfiguration
        case .changes: .changes
        case .audit: .audit
        case .act: .act
        case .search: .search
        case .searches: .searches
        case .compaction: .compaction
        case .statistics: .statistics
        case .travel: .travel
        case .keyHistory: .keyHistory
        }
    }
}
