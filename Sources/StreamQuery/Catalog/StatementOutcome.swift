/// What a statement asks of whoever runs queries, after the catalog has taken it in.
package enum StatementOutcome: Equatable, Sendable {
    /// A source is known now; its topic may have to be made.
    case created(SourceDefinition, topic: TopicRequest?)
    /// Nothing changed: the sentence says why (`IF NOT EXISTS`, `IF EXISTS`).
    case unchanged(String)
    /// A persistent query is to be started, in place of another that made the same source.
    case started(QueryDefinition, replacing: String?)
    /// Rows are to be told until the reader goes.
    case push(QueryPlan)
    /// Rows are to be read once.
    case pull(QueryPlan)
    /// A record is to be written.
    case insert(InsertedRecord)
    /// A topic's records are to be shown.
    case print(PrintTopic)
    /// A table to show.
    case listing(StatementTable)
    /// A text to show.
    case text(String)
    /// Topics are to be listed by whoever knows them.
    case topics(isExtended: Bool)
    /// Queries are to be ended, paused or resumed.
    case terminated([String])
    case paused([String])
    case resumed([String])
    /// A source is gone, with the query that made it; its topic may go too.
    case dropped(String, terminated: [String], deletingTopic: String?)
    /// A setting changed; nil is its default.
    case property(String, String?)
    /// A variable changed; nil is none.
    case variable(String, String?)
}

/// A topic that a statement needs.
package struct TopicRequest: Equatable, Sendable {
    package var name: String
    package var partitions: Int
    package var replicas: Int?
    package var retentionMilliseconds: Int64?
}

/// A record of INSERT INTO … VALUES.
package struct InsertedRecord: Equatable, Sendable {
    package var topic: String
    package var key: [UInt8]?
    package var value: [UInt8]?
    /// The ROWTIME that was given; nil for now.
    package var timestamp: Int64?
}

/// Rows of texts under titles.
package struct StatementTable: Equatable, Sendable {
    package var titles: [String]
    package var rows: [[String]]
}
