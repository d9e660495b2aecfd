/// The columns of a stream or a table.
package struct Schema: Hashable, Sendable {
    /// A column.
    package struct Column: Hashable, Sendable {
        /// Its name as it is known.
        package var name: String
        /// Its type.
        package var type: SQLType

        /// A column.
        package init(_ name: String, _ type: SQLType) {
            self.name = name
            self.type = type
        }
    }

    /// A column that reads the record's headers.
    package struct Header: Hashable, Sendable {
        /// Its name and type: BYTES for one header, an array of structures of key and value for all.
        package var column: Column
        /// The header that is read; nil for all.
        package var header: String?
    }

    /// The columns of the record's key.
    package var key: [Column]
    /// The columns of the record's value.
    package var value: [Column]
    /// The columns of its headers.
    package var headers: [Header]

    /// A schema.
    package init(key: [Column] = [], value: [Column] = [], headers: [Header] = []) {
        (self.key, self.value, self.headers) = (key, value, headers)
    }

    /// Key, value and header columns in this order.
    package var columns: [Column] { key + value + headers.map(\.column) }

    /// The type of a column of all headers.
    static let allHeaders = SQLType.array(.structure([.init("KEY", .string), .init("VALUE", .bytes)]))
}

/// Columns that every source has without declaring them.
package enum PseudoColumn: String, CaseIterable, Sendable {
    /// The record's event time in milliseconds.
    case rowtime = "ROWTIME"
    /// The record's partition.
    case rowpartition = "ROWPARTITION"
    /// The record's offset.
    case rowoffset = "ROWOFFSET"
    /// The beginning of the row's window in milliseconds; of windowed sources only.
    case windowstart = "WINDOWSTART"
    /// The end of the row's window in milliseconds; of windowed sources only.
    case windowend = "WINDOWEND"

    /// What it holds.
    package var type: SQLType { self == .rowpartition ? .integer : .bigint }

    /// True for the bounds of windows.
    package var isWindowBound: Bool { self == .windowstart || self == .windowend }
}

/// Where the columns of a source stand in its rows: key, value, headers, then the pseudo-columns.
package struct RowLayout: Hashable, Sendable {
    /// The declared columns.
    package let schema: Schema
    /// Whether rows have window bounds.
    package let isWindowed: Bool

    /// The layout of a source's rows.
    package init(_ schema: Schema, isWindowed: Bool) {
        self.schema = schema
        self.isWindowed = isWindowed
    }

    /// How many places a row has.
    package var count: Int { declaredCount + (isWindowed ? 5 : 3) }

    /// How many of them are declared columns.
    package var declaredCount: Int { schema.key.count + schema.value.count + schema.headers.count }

    /// The place of a pseudo-column.
    package func slot(_ column: PseudoColumn) -> Int {
        declaredCount + (PseudoColumn.allCases.firstIndex(of: column) ?? 0)
    }

    /// A column's place and type; nil where there is none.
    func column(_ name: String) -> (slot: Int, type: SQLType)? {
        if let slot = schema.columns.firstIndex(where: { $0.name == name }) { return (slot, schema.columns[slot].type) }
        guard let pseudo = PseudoColumn(rawValue: name), isWindowed || !pseudo.isWindowBound else { return nil }
        return (slot(pseudo), pseudo.type)
    }
}
