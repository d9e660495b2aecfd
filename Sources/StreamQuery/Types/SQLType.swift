/// The type of a column or an expression (ksqlDB's type system).
package indirect enum SQLType: Hashable, Sendable {
    /// True or false.
    case boolean
    /// 32 bits with sign.
    case integer
    /// 64 bits with sign.
    case bigint
    /// IEEE 754, 64 bits.
    case double
    /// Exact, with so many figures in all and behind the point; precision 1 to 38, scale at most the precision.
    case decimal(precision: Int, scale: Int)
    /// Text.
    case string
    /// Bytes.
    case bytes
    /// A day.
    case date
    /// A time of day in milliseconds.
    case time
    /// A moment in milliseconds.
    case timestamp
    /// A list.
    case array(SQLType)
    /// Values by key.
    case map(SQLType, SQLType)
    /// Named fields, in order.
    case structure([Field])

    /// A field of a structure.
    package struct Field: Hashable, Sendable {
        /// Its name as it is known.
        package var name: String
        /// Its type.
        package var type: SQLType

        /// A field.
        package init(_ name: String, _ type: SQLType) {
            self.name = name
            self.type = type
        }
    }

    /// How deeply types may nest.
    static let maxDepth = 32

    /// The names of types, for whoever mistypes one.
    static let names = [
        "BOOLEAN", "INT", "INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "VARCHAR", "STRING", "BYTES", "DATE", "TIME",
        "TIMESTAMP", "ARRAY", "MAP", "STRUCT",
    ]

    /// True for numbers of any kind.
    package var isNumeric: Bool {
        switch self {
        case .integer, .bigint, .double, .decimal: true
        default: false
        }
    }

    /// True for what is made of one value.
    package var isPrimitive: Bool {
        switch self {
        case .array, .map, .structure: false
        default: true
        }
    }

    /// True for days, times of day and moments.
    package var isTemporal: Bool { self == .date || self == .time || self == .timestamp }
}

extension SQLType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .integer: "INTEGER"
        case .bigint: "BIGINT"
        case .double: "DOUBLE"
        case .decimal(let precision, let scale): "DECIMAL(\(precision), \(scale))"
        case .string: "VARCHAR"
        case .bytes: "BYTES"
        case .date: "DATE"
        case .time: "TIME"
        case .timestamp: "TIMESTAMP"
        case .array(let element): "ARRAY<\(element)>"
        case .map(let key, let value): "MAP<\(key), \(value)>"
        case .structure(let fields):
            "STRUCT<" + fields.map { "\(Name($0.name).sql) \($0.type)" }.joined(separator: ", ") + ">"
        }
    }
}
