/// Ends a transaction in a partition; the control record's key says whether it commits or aborts.
package struct EndTransactionMarker: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// No version is flexible.
    package static let flexibleFrom: Int16? = nil

    /// The epoch of the transaction coordinator that wrote the marker.
    package var coordinatorEpoch: Int32 = 0

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        coordinatorEpoch: Int32 = 0
    ) {
        self.coordinatorEpoch = coordinatorEpoch
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&coordinatorEpoch)
    }
}
