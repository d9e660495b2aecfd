/// A value of a column or an expression while a query runs; which kind it is follows from the type the analysis found.
package enum SQLValue: Hashable, Sendable {
    /// No value.
    case null
    case boolean(Bool)
    case integer(Int32)
    case bigint(Int64)
    case double(Double)
    case decimal(SQLDecimal)
    case string(String)
    case bytes([UInt8])
    /// Days since 1970-01-01.
    case date(Int32)
    /// Milliseconds since midnight.
    case time(Int32)
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case timestamp(Int64)
    case array([SQLValue])
    case map([String: SQLValue])
    /// A structure's fields, in its type's order.
    case structure([SQLValue])

    /// True for no value.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The order of two values of one kind; nil where one is null or the kind has no order. NaN comes behind all numbers, as in Java.
    package func order(_ other: SQLValue) -> Int? {
        switch (self, other) {
        case (.boolean(let left), .boolean(let right)): left == right ? 0 : right ? -1 : 1
        case (.integer(let left), .integer(let right)): Self.order(left, right)
        case (.bigint(let left), .bigint(let right)): Self.order(left, right)
        case (.double(let left), .double(let right)):
            left.isNaN || right.isNaN ? Self.order(left.isNaN ? 1 : 0, right.isNaN ? 1 : 0) : Self.order(left, right)
        case (.decimal(let left), .decimal(let right)): Self.order(left, right)
        case (.string(let left), .string(let right)):
            // Java compares UTF-16 units.
            left == right ? 0 : left.utf16.lexicographicallyPrecedes(right.utf16) ? -1 : 1
        case (.bytes(let left), .bytes(let right)): left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        case (.date(let left), .date(let right)): Self.order(left, right)
        case (.time(let left), .time(let right)): Self.order(left, right)
        case (.timestamp(let left), .timestamp(let right)): Self.order(left, right)
        default: nil
        }
    }

    private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> Int {
        left == right ? 0 : left < right ? -1 : 1
    }
}
