/// Why a schema's text cannot be used.
package struct SchemaError: Error, Equatable, CustomStringConvertible {
    /// What is wrong and where.
    package var reason: String

    package var description: String { reason }
}
