/// The key of a transactional id in `__transaction_state`.
package struct TransactionLogKey: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// No version is flexible.
    package static let flexibleFrom: Int16? = nil

    /// The transactional id; null for none.
    package var transactionalID: String = ""

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        transactionalID: String = ""
    ) {
        self.transactionalID = transactionalID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&transactionalID)
    }
}
