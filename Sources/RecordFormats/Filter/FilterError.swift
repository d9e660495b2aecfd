/// What is wrong in a filter, and where.
package struct FilterError: Error, Equatable, CustomStringConvertible {
    /// The column, from 1, in characters.
    package var column: Int
    /// What is wrong and what to write instead.
    package var reason: String

    package var description: String { "column \(column): \(reason)" }
}
