/// What the console remembers across runs.
package struct KeptSettings: Equatable, Sendable {
    /// The columns chosen, by the table's name; a table that is not named shows its own.
    package var columns: [String: ColumnChoice]

    /// Settings; without arguments everything as it comes.
    package init(columns: [String: ColumnChoice] = [:]) { self.columns = columns }
}
