/// Which columns of a table are shown, and in which order; empty is the table's own choice.
package struct ColumnChoice: Equatable, Sendable {
    /// Columns by name in the order shown; those that it does not name keep their place beside their neighbours.
    package var order: [String]
    /// Columns left out, by name.
    package var hidden: Set<String>

    /// A choice; without arguments the table's own.
    package init(order: [String] = [], hidden: Set<String> = []) {
        self.order = order
        self.hidden = hidden
    }

    /// True where the table's own choice stands.
    package var isDefault: Bool { order.isEmpty && hidden.isEmpty }

    /// All columns of a table in this choice's order, hidden ones too.
    ///
    /// - Parameter natural: The table's columns in its own order.
    package func arranged(_ natural: [String]) -> [String] {
        order.isEmpty ? natural : Self.woven(natural, into: order.filter(natural.contains))
    }

    /// This choice with the given columns in another order; columns that the table does not have now keep their place.
    ///
    /// - Parameters:
    ///   - columns: The table's columns as they are to stand.
    ///   - natural: The same in the table's own order.
    package func ordered(_ columns: [String], natural: [String]) -> ColumnChoice {
        let absent = order.filter { !natural.contains($0) }
        let isNatural = columns == natural && absent.isEmpty
        return ColumnChoice(order: isNatural ? [] : Self.woven(order, into: columns), hidden: hidden)
    }

    /// Names of `all` that `kept` lacks, each put behind the one it follows in `all`.
    private static func woven(_ all: [String], into kept: [String]) -> [String] {
        var woven = kept
        var before: String?
        for name in all {
            if !woven.contains(name) {
                let place = before.flatMap { woven.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
                woven.insert(name, at: place)
            }
            before = name
        }
        return woven
    }
}

extension ListID {
    /// The names of all tables, ascending.
    package static let tableNames: [String] = Set(
        PageKind.allCases.flatMap { kind in (0..<3).compactMap { ListID(kind.example, $0).tableName } }
    ).sorted()

    /// The name under which the columns of this list's table are remembered, one for all topics, groups and so on; nil where the
    /// list is no table of columns.
    package var tableName: String? {
        switch (page, box) {
        case (.dashboard, 0): "dashboard"
        case (.dashboard, _): nil
        case (.topics, 0): "topics"
        case (.topics, _), (.partitions, _): "partitions"
        case (.topic, _): "topic"
        case (.configuration, _): "configuration"
        case (.compaction, 0): "compaction"
        case (.compaction, _): "compaction-runs"
        case (.statistics, 0): "statistics"
        case (.statistics, _): "keys"
        case (.groups, _): "groups"
        case (.group, _): "group"
        case (.members, 0): "autopsy"
        case (.members, _): "members"
        case (.replay, 0): "replay"
        case (.replay, _): nil
        case (.travel, _): "history"
        case (.keyHistory, _): "key"
        case (.tail, _), (.search, _): "tail"
        case (.searches, _): "searches"
        case (.alerts, 0): "alerts"
        case (.alerts, _): nil
        case (.alert, _): "alert"
        case (.queries, 0): "queries"
        case (.queries, _): "sources"
        case (.query, 0): "result"
        case (.query, _), (.statement, _), (.explanation, _): nil
        case (.broker, 0): "broker"
        case (.connections, 0): "connections"
        case (.connections, _): "listeners"
        case (.transactions, _): "transactions"
        case (.transaction, _): "transaction"
        case (.producers, _): "producers"
        case (.broker, _): "compactions"
        case (.brokerConfiguration, _): "broker-configuration"
        case (.changes, _): "changes"
        case (.audit, _): "audit"
        case (.act, _): "act"
        }
    }
}
