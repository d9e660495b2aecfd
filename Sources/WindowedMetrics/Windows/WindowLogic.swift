/// What is computed for each group of a window, whichever windows there are.
///
/// A logic is a monoid over accumulators: `identity` has taken nothing, `merge` joins what two have taken, and the answer does not depend on
/// the order in which records were added or parts merged. Where order matters to a function (LATEST_BY_OFFSET, COLLECT_LIST), it keeps each
/// value's `RecordOrder`. That is what lets overlapping windows share slices, and what makes the final rows the same for every interleaving
/// of the input's partitions.
package protocol WindowLogic: Sendable {
    /// What a record brings.
    associatedtype Input
    /// The state of one group.
    associatedtype Accumulator: Sendable

    /// What is computed, as text: state that was written by another logic is not read.
    var signature: String { get }

    /// The state of a group that has taken nothing.
    func identity() -> Accumulator

    /// Takes a record.
    ///
    /// - Returns: By how many bytes the memory grew that the state holds beside its own size.
    func add(_ input: Input, at order: RecordOrder, to accumulator: inout Accumulator) -> Int

    /// Takes in what another state has taken.
    ///
    /// - Returns: By how many bytes the memory grew that the state holds beside its own size.
    func merge(_ other: Accumulator, into accumulator: inout Accumulator) -> Int

    /// Memory that a state holds beside its own size, in bytes.
    func heapBytes(of accumulator: Accumulator) -> Int

    /// Writes a state down.
    func write(_ accumulator: Accumulator, to writer: inout PackedWriter)

    /// Reads a state that was written down.
    func read(_ reader: inout PackedReader) throws(PackedError) -> Accumulator
}

/// Where a record stands among all records of a query's input, whatever order its partitions are read in.
///
/// Within a partition this is the order of offsets; between partitions, records come by the stream time that their own partition had reached
/// (which never falls with the offset), then by partition.
package struct RecordOrder: Sendable, Hashable, Comparable {
    /// The stream time of the record's partition, the record included; milliseconds since 1970.
    package let streamTime: Int64
    /// The record's partition.
    package let partition: Int32
    /// The record's offset.
    package let offset: Int64

    /// A record's standing.
    package init(streamTime: Int64, partition: Int32, offset: Int64) {
        self.streamTime = streamTime
        self.partition = partition
        self.offset = offset
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.streamTime, left.partition, left.offset) < (right.streamTime, right.partition, right.offset)
    }

    func write(to writer: inout PackedWriter) {
        writer.signed(streamTime)
        writer.signed(Int64(partition))
        writer.signed(offset)
    }

    init(_ reader: inout PackedReader) throws(PackedError) {
        streamTime = try reader.signed()
        guard let partition = Int32(exactly: try reader.signed()) else { throw .malformed }
        self.partition = partition
        offset = try reader.signed()
    }
}

/// A record as windows see it: where it stands in its partition, and when it says it happened.
package struct WindowRecord: Sendable {
    /// The latest timestamp that is taken, about 73 million years after 1970: sums with sizes and graces stay in range.
    package static let latestTimestamp: Int64 = 1 << 61

    /// The record's partition, from 0.
    package var partition: Int32
    /// The record's offset.
    package var offset: Int64
    /// When it happened, by the clock the query is told to use; milliseconds since 1970.
    package var timestamp: Int64

    /// A record.
    package init(partition: Int32, offset: Int64, timestamp: Int64) {
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
    }
}
