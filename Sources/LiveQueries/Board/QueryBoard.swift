/// Everything the queries screen shows: the queries at work with their figures and results, and the sources that statements can name. A value;
/// the newest wins.
package struct QueryBoard: Sendable, Equatable {
    /// The queries, persistent ones first, each kind by id.
    package var queries: [QueryFigures]
    /// The streams and tables, by name.
    package var sources: [QuerySource]
    /// Why queries cannot be run here, in a sentence; nil where they can.
    package var problem: String?

    /// A board.
    package init(queries: [QueryFigures] = [], sources: [QuerySource] = [], problem: String? = nil) {
        self.queries = queries
        self.sources = sources
        self.problem = problem
    }

    /// Why queries have stopped by themselves, by id.
    var stops: [String: String] {
        queries.reduce(into: [:]) { stops, query in
            if case .stopped(let reason) = query.state { stops[query.id] = reason }
        }
    }
}

/// A stream or table that statements can name.
package struct QuerySource: Sendable, Equatable {
    /// Its name as SQL writes it.
    package var name: String
    /// STREAM or TABLE.
    package var kind: String
    /// The topic it reads.
    package var topic: String
    /// The columns, keys first.
    package var columns: [QueryColumn]

    /// A source.
    package init(name: String, kind: String, topic: String, columns: [QueryColumn]) {
        self.name = name
        self.kind = kind
        self.topic = topic
        self.columns = columns
    }
}

/// A column of a source or of a result.
package struct QueryColumn: Sendable, Equatable {
    package var name: String
    /// The type as SQL writes it.
    package var type: String
    /// Whether it is part of the key.
    package var isKey: Bool

    /// A column.
    package init(name: String, type: String, isKey: Bool) {
        self.name = name
        self.type = type
        self.isKey = isKey
    }
}

/// A query at work: what it does, how it gets on and what it has found.
package struct QueryFigures: Sendable, Equatable {
    /// Where a query stands.
    package enum State: Sendable, Equatable {
        case running
        /// State is being restored; the share that is done, 0...1.
        case restoring(Double)
        /// By the operator.
        case paused
        /// By itself, with the sentence: its state outgrew its budget, its topic is gone.
        case stopped(String)

        /// Whether it reads, or prepares to: one that does not has no pace and no lag.
        var isAtWork: Bool {
            switch self {
            case .running, .restoring: true
            case .paused, .stopped: false
            }
        }
    }

    /// Its id, for example `CTAS_PAGE_VIEWS_PER_MINUTE_1`.
    package var id: String
    /// A push query of this console, which ends with it; others are persistent.
    package var isTransient: Bool
    /// The statement, as the printer writes it.
    package var statement: String
    package var state: State
    /// The source's name and topic.
    package var source: String
    package var sourceTopic: String
    /// The sink's name and topic; nil for push queries.
    package var sink: String?
    package var sinkTopic: String?
    /// Records read, and rows told, since it was started here.
    package var recordsIn: Int64 = 0
    package var rowsOut: Int64 = 0
    /// Each second; 0 where it is paused or stopped, nil while unknown.
    package var recordsInPerSecond: Double?
    package var rowsOutPerSecond: Double?
    /// Records of its source that it has yet to read; nil while unknown, and where it is paused or stopped: nobody looks.
    package var lag: Int64?
    /// Records that came too late for a window.
    package var late: Int64 = 0
    /// Records of a stream without a value, which are passed over: deletions in a compacted topic.
    package var valueless: Int64 = 0
    /// Records and values that could not be read or computed, and samples of them in words, newest first.
    package var failures: Int64 = 0
    package var failureSamples: [String] = []
    /// Memory of its state, and the most it may have, bytes.
    package var stateBytes = 0
    package var budgetBytes = 0
    /// The column that times records, as `WITH (TIMESTAMP='…')` names it; nil where the records' own time does (ROWTIME).
    package var timestampColumn: String?
    /// The event time it has come to: the minimum over its partitions, wall milliseconds; nil before the first record.
    package var streamTime: Int64?
    /// Windows that are open.
    package var openWindows = 0
    /// Partitions that were left out of the minimum as idle.
    package var idlePartitions: [Int32] = []
    /// When results were committed last, wall milliseconds.
    package var committedAt: Int64?
    /// What it has found.
    package var result = QueryResult()

    /// A query.
    package init(
        id: String, isTransient: Bool, statement: String, state: State, source: String, sourceTopic: String,
        sink: String? = nil, sinkTopic: String? = nil
    ) {
        self.id = id
        self.isTransient = isTransient
        self.statement = statement
        self.state = state
        self.source = source
        self.sourceTopic = sourceTopic
        self.sink = sink
        self.sinkTopic = sinkTopic
    }
}

/// The newest rows of a query's result: for a table one a key and window, for a stream the last ones.
package struct QueryResult: Sendable, Equatable {
    /// A row.
    package struct Row: Sendable, Equatable {
        /// The window's bounds, wall milliseconds; nil without windows.
        package var window: ClosedRange<Int64>?
        /// The columns' values in the order of the columns, as SQL writes them; nil is NULL.
        package var values: [String?]
        /// The row's own time, wall milliseconds.
        package var timestamp: Int64
        /// How its first numeric column that is no key went, oldest first, one each update, at most 32.
        package var recent: [Double]

        /// A row.
        package init(window: ClosedRange<Int64>? = nil, values: [String?], timestamp: Int64, recent: [Double] = []) {
            self.window = window
            self.values = values
            self.timestamp = timestamp
            self.recent = recent
        }
    }

    /// The columns, in the order of the SELECT.
    package var columns: [QueryColumn]
    /// The rows, those changed last first.
    package var rows: [Row]
    /// How many rows there are in all; more than are shown where they are many.
    package var count: Int
    /// The most rows that are kept for showing.
    package static let limit = 1000

    /// A result.
    package init(columns: [QueryColumn] = [], rows: [Row] = [], count: Int = 0) {
        self.columns = columns
        self.rows = rows
        self.count = count
    }
}
