/// The list of a table's columns, with marks: which are shown, and in which order.
package struct ColumnsDialog: Equatable, Sendable {
    /// The table's name in the settings.
    package var table: String
    /// All columns by name in the table's own order.
    package var natural: [String]
    /// The choice when the list was opened; nil for the table's own.
    package var before: ColumnChoice?
    /// The row that keys are about.
    package var cursor = 0

    /// A list of columns.
    package init(table: String, natural: [String], before: ColumnChoice?) {
        self.table = table
        self.natural = natural
        self.before = before
    }
}
