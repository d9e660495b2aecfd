package import Cluster

/// The newest record of each key as of one moment or two, built by reading a log once, in bounded memory.
///
/// Partitions keep their keys apart: only within one is there an order. Records without a key are counted. Once the budget is spent,
/// records of keys that found no room are counted and passed over; keys that did find room stay right.
package struct LatestTable: Sendable {
    /// Before which offsets of a partition the moments lie.
    package struct Bounds: Sendable, Equatable {
        /// The moment, or the earlier one.
        package var first: Int64
        /// The later moment; nil where there is only one.
        package var second: Int64?

        /// The moments' places in a log.
        package init(first: Int64, second: Int64? = nil) {
            self.first = first
            self.second = second
        }
    }

    private struct Name: Hashable {
        var partition: TopicPartition
        var key: [UInt8]
    }

    private struct Versions {
        var first: KeyVersion?
        var second: KeyVersion?
    }

    /// Bytes a key takes beside its own and its values': about what the dictionary and the arrays need.
    private static let overhead = 224

    /// The most bytes that keys and values may take, about.
    package let budget: Int
    /// The bytes they take now, about.
    package private(set) var bytes = 0
    /// Records whose keys found no room.
    package private(set) var passedOver: Int64 = 0
    /// Records without a key.
    package private(set) var keyless: Int64 = 0
    /// What is missing of each partition.
    package private(set) var gaps: [TopicPartition: LogGaps]
    private let bounds: [TopicPartition: Bounds]
    private var held: [Name: Versions] = [:]

    /// An empty table.
    package init(bounds: [TopicPartition: Bounds], gaps: [TopicPartition: LogGaps], budget: Int) {
        self.bounds = bounds
        self.gaps = gaps
        self.budget = budget
    }

    /// How many keys it holds.
    package var count: Int { held.count }

    /// Takes records of one partition, ascending by offset, with whole values.
    package mutating func take(_ records: [FetchedRecord], of place: TopicPartition) {
        guard let bounds = bounds[place] else { return }
        for record in records {
            gaps[place]?.saw(record)
            guard let key = record.key else {
                keyless += 1
                continue
            }
            take(record, Name(partition: place, key: key), bounds)
        }
    }

    private mutating func take(_ record: FetchedRecord, _ name: Name, _ bounds: Bounds) {
        let isFirst = record.offset < bounds.first
        let isSecond = bounds.second.map { record.offset < $0 } ?? false
        guard isFirst || isSecond else { return }
        let version = KeyVersion(record)
        let index = held.index(forKey: name)
        var versions = index.map { held.values[$0] } ?? Versions()
        var cost = index == nil ? Self.overhead + name.key.count : 0
        for (isConcerned, path) in [(isFirst, \Versions.first), (isSecond, \Versions.second)] where isConcerned {
            cost += (version.value?.count ?? 0) - (versions[keyPath: path]?.value?.count ?? 0)
            versions[keyPath: path] = version
        }
        // A key that has room keeps it: its values are cut, so that it cannot grow much.
        guard index != nil || bytes + cost <= budget else {
            passedOver += 1
            return
        }
        bytes += cost
        if let index { held.values[index] = versions } else { held[name] = versions }
    }

    /// Notes that there is no more record before an offset of a partition.
    package mutating func reached(_ offset: Int64, of place: TopicPartition) { gaps[place]?.reached(offset) }

    /// Notes up to where the cleaner has been.
    package mutating func cleaned(upTo offset: Int64, of place: TopicPartition) { gaps[place]?.cleanedUpTo = offset }

    /// The rows, ascending by key and partition.
    package var rows: [KeyRow] {
        held.map { name, versions in
            KeyRow(topicPartition: name.partition, key: name.key, version: versions.first, later: versions.second)
        }.sorted { left, right in
            if left.key == right.key { return left.topicPartition < right.topicPartition }
            return left.key.lexicographicallyPrecedes(right.key)
        }
    }
}
