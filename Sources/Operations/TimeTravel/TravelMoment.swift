package import Cluster
import WindowedMetrics

/// A moment in a topic's past: it names, in each partition, the records that come before it.
///
/// A moment is a place in each log, not a comparison of timestamps: "as of 12:00" means the records before the first one whose
/// timestamp is 12:00 or later, which is where a consumer that seeks to 12:00 begins. Where producers write out of order, later places may
/// hold older timestamps.
package enum TravelMoment: Sendable, Equatable {
    /// The ends of the logs.
    case now
    /// Before the first record whose timestamp is at or after this, wall milliseconds.
    case time(Int64)
    /// Before this offset in every partition looked at.
    case offset(Int64)

    /// Where a scan that knows nothing later than the moment ends.
    var bound: ScanBound {
        switch self {
        case .now: .end
        case .time(let time): .time(time)
        case .offset(let offset): .offset(offset)
        }
    }
}

/// One record of a key, as much of it as is kept.
package struct KeyVersion: Sendable, Equatable {
    /// The most bytes of a value that are kept.
    package static let keptBytes = 200

    /// The record's offset.
    package var offset: Int64
    /// The record's timestamp, milliseconds since 1970; -1 for none.
    package var timestamp: Int64
    /// The start of the value; nil for a tombstone.
    package var value: [UInt8]?
    /// The size of the whole value in bytes.
    package var size: Int
    /// Stands for the whole value when two are compared.
    var digest: UInt64

    /// What is kept of a record whose value is whole.
    init(_ record: FetchedRecord) {
        offset = record.offset
        timestamp = record.timestamp
        value = record.value.map { Array($0.prefix(Self.keptBytes)) }
        size = record.valueSize
        digest = record.value.map { XXHash64.hash($0) } ?? 0
    }

    /// True where two records hold the same value.
    package func isSameValue(as other: KeyVersion) -> Bool {
        (value == nil) == (other.value == nil) && size == other.size && digest == other.digest
    }
}

/// A key with its newest record as of one moment, or of two.
package struct KeyRow: Sendable, Equatable {
    /// What happened to a key between two moments.
    package enum Change: Sendable, Equatable {
        /// It had no value, and has one.
        case added
        /// It had a value, and has none: a tombstone.
        case removed
        /// It has another value.
        case changed
        /// It was written again with the same value.
        case rewritten
        /// Nothing was written.
        case same
    }

    /// The partition; a key may stand in several, each with its own order.
    package var topicPartition: TopicPartition
    /// The key.
    package var key: [UInt8]
    /// The newest record before the moment, or before the earlier one; nil for none.
    package var version: KeyVersion?
    /// The newest record before the second moment; nil for none, and where there is only one moment.
    package var later: KeyVersion?

    /// What happened between the two moments.
    package var change: Change {
        switch (version?.value == nil, later?.value == nil) {
        case (true, true): return .same
        case (true, false): return .added
        case (false, true): return .removed
        case (false, false):
            guard let version, let later, version.offset != later.offset else { return .same }
            return version.isSameValue(as: later) ? .rewritten : .changed
        }
    }
}
