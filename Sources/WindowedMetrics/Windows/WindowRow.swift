/// A row of a windowed query's result, as it is told.
package struct WindowRow<Accumulator> {
    /// What is said about the row.
    package enum Kind: Sendable, Equatable {
        /// The row's new value; others may follow.
        case update
        /// The row's last value: its window is closed.
        case final
        /// The row is no more: its session became part of a longer one. Kafka Streams writes a tombstone.
        case retraction
    }

    /// The window's start, milliseconds since 1970.
    package let start: Int64
    /// The window's end, milliseconds since 1970: the first moment after a tumbling or hopping window, the last moment of a sliding or session window.
    package let end: Int64
    /// The group's key; the bytes are valid only while the row is told.
    package let key: UnsafeRawBufferPointer
    /// What is said about the row.
    package let kind: Kind
    /// The row's timestamp: the highest among the records of its group; of a session its end.
    package let timestamp: Int64
    /// The state of the group's aggregates; nil for a retraction.
    package let value: Accumulator?
}

/// What became of the records that a windowed query was given. Nothing is dropped without being counted here.
package struct WindowCounts: Sendable, Equatable {
    /// Records that entered at least one window.
    package var accepted: Int64 = 0
    /// Records dropped because their group key is null. They move no clock (Kafka Streams' rule).
    package var nullKey: Int64 = 0
    /// Records dropped because their key is longer than `KeyIndex.longestKey`. They move no clock.
    package var longKey: Int64 = 0
    /// Records dropped because their timestamp is negative or beyond `WindowRecord.latestTimestamp`. They move no clock.
    package var invalidTimestamp: Int64 = 0
    /// Records dropped because all their windows were closed by their own partition's stream time.
    package var late: Int64 = 0
    /// Windows that refused a record, dropped records' windows included: a hopping window can refuse a record that the next one accepts.
    package var refusedByWindow: Int64 = 0
    /// Rows told.
    package var rows: Int64 = 0

    /// Records dropped, for whatever reason.
    package var dropped: Int64 { nullKey + longKey + invalidTimestamp + late }

    /// A count of nothing.
    package init() {}

    var all: [Int64] { [accepted, nullKey, longKey, invalidTimestamp, late, refusedByWindow, rows] }

    init(_ reader: inout PackedReader) throws(PackedError) {
        accepted = try reader.signed()
        nullKey = try reader.signed()
        longKey = try reader.signed()
        invalidTimestamp = try reader.signed()
        late = try reader.signed()
        refusedByWindow = try reader.signed()
        rows = try reader.signed()
    }
}
