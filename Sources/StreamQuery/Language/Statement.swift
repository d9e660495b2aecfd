/// A statement as it was written.
package struct Statement: Equatable, Sendable {
    /// What it does.
    package var kind: Kind
    /// Where it stands, without the semicolon.
    package var span: SourceSpan

    /// A statement.
    package init(_ kind: Kind, at span: SourceSpan = .none) {
        self.kind = kind
        self.span = span
    }

    package static func == (left: Statement, right: Statement) -> Bool { left.kind == right.kind }

    /// The statements there are.
    package indirect enum Kind: Equatable, Sendable {
        case createSource(CreateSource)
        case createAs(CreateAs)
        case query(Query)
        case insertValues(into: Name, columns: [Name], values: [Expression])
        case insertSelect(into: Name, Query)
        case print(PrintTopic)
        case show(Listing, isExtended: Bool)
        case describe(Name, isExtended: Bool)
        case describeFunction(Name)
        case explain(ExplainTarget)
        case terminate(QueryTarget)
        case pause(QueryTarget)
        case resume(QueryTarget)
        case drop(SourceKind, Name, ifExists: Bool, deletesTopic: Bool)
        case set(property: String, value: String)
        case unset(property: String)
        case define(Name, value: String)
        case undefine(Name)
    }

    /// What `SHOW` lists.
    package enum Listing: String, CaseIterable, Sendable {
        case topics = "TOPICS"
        case streams = "STREAMS"
        case tables = "TABLES"
        case queries = "QUERIES"
        case functions = "FUNCTIONS"
        case properties = "PROPERTIES"
        case types = "TYPES"
        case variables = "VARIABLES"
    }

    /// What `EXPLAIN` looks at.
    package indirect enum ExplainTarget: Equatable, Sendable {
        case query(Name)
        case statement(Statement)
    }

    /// Which queries an order is for.
    package enum QueryTarget: Equatable, Sendable {
        case all
        case query(Name)
    }
}

/// A stream or a table.
package enum SourceKind: String, CaseIterable, Sendable {
    /// Facts one after another.
    case stream = "STREAM"
    /// The latest value of each key.
    case table = "TABLE"
}

/// `CREATE … name (columns) WITH (properties)`.
package struct CreateSource: Equatable, Sendable {
    package var kind: SourceKind
    package var name: Name
    /// `OR REPLACE`.
    package var replaces = false
    /// `IF NOT EXISTS`.
    package var ifNotExists = false
    /// `SOURCE`: nothing may be inserted.
    package var isReadOnly = false
    package var columns: [ColumnDefinition] = []
    package var properties: [PropertySetting] = []

    package init(_ kind: SourceKind, _ name: Name) {
        self.kind = kind
        self.name = name
    }
}

/// A column of a `CREATE`.
package struct ColumnDefinition: Equatable, Sendable {
    /// What part of the record a column is.
    package enum Role: Equatable, Sendable {
        case value
        case key
        case primaryKey
        /// All headers, or the one with a name.
        case header(String?)
    }

    package var name: Name
    package var type: SQLType
    package var role: Role

    package init(_ name: Name, _ type: SQLType, _ role: Role = .value) {
        self.name = name
        self.type = type
        self.role = role
    }
}

/// A setting of a `WITH`: the value is a literal.
package struct PropertySetting: Equatable, Sendable {
    package var name: Name
    package var value: Expression

    package init(_ name: Name, _ value: Expression) {
        self.name = name
        self.value = value
    }
}

/// `CREATE … name [WITH (properties)] AS SELECT …`.
package struct CreateAs: Equatable, Sendable {
    package var kind: SourceKind
    package var name: Name
    package var replaces = false
    package var ifNotExists = false
    package var properties: [PropertySetting] = []
    package var query: Query

    package init(_ kind: SourceKind, _ name: Name, _ query: Query) {
        self.kind = kind
        self.name = name
        self.query = query
    }
}

/// `PRINT topic [FROM BEGINNING] [INTERVAL n] [LIMIT n]`.
package struct PrintTopic: Equatable, Sendable {
    /// The topic; a bare name keeps its letters here.
    package var topic: Name
    package var fromBeginning = false
    /// Every so many records, at least 1.
    package var interval: Int?
    /// After so many records it ends.
    package var limit: Int?

    package init(_ topic: Name) { self.topic = topic }
}
