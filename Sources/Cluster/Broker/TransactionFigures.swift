/// The open transactions of a broker, counted.
package struct TransactionFigures: Sendable, Equatable {
    /// Transactions that are open or being ended.
    package var open: Int
    /// How long the oldest of them is open, milliseconds; nil while there is none.
    package var oldestMilliseconds: Int64?
    /// Partitions with a transaction that no coordinator will ever end: committed readers wait there for ever.
    package var hanging: Int

    /// Figures of transactions; none by default.
    package init(open: Int = 0, oldestMilliseconds: Int64? = nil, hanging: Int = 0) {
        self.open = open
        self.oldestMilliseconds = oldestMilliseconds
        self.hanging = hanging
    }
}
