package import Cluster
package import WindowedMetrics

/// What a full scan of a topic tells: how many records and keys, how large they are, how they spread over partitions, which keys come most.
///
/// Memory is bounded whatever the topic holds: sketches of fixed size for keys and sizes, `topKeys` counters with at most
/// `ScannedKey.keptBytes` bytes of each key, a few figures a partition.
package struct TopicStatistics: Sendable {
    /// One partition's share.
    package struct Partition: Sendable, Equatable {
        /// The partition.
        package var topicPartition: TopicPartition
        /// Records read.
        package var records: Int64 = 0
        /// Bytes of keys and values.
        package var bytes: Int64 = 0
        /// Records without a value.
        package var tombstones: Int64 = 0

        /// A partition of which nothing was read.
        package init(_ topicPartition: TopicPartition) { self.topicPartition = topicPartition }
    }

    /// A record by its place and time.
    package struct Moment: Sendable, Equatable {
        /// Its partition.
        package var topicPartition: TopicPartition
        /// Its offset.
        package var offset: Int64
        /// Its timestamp, wall milliseconds.
        package var timestamp: Int64

        /// A record by its place and time.
        package init(topicPartition: TopicPartition, offset: Int64, timestamp: Int64) {
            self.topicPartition = topicPartition
            self.offset = offset
            self.timestamp = timestamp
        }
    }

    /// Records and batches by how they were compressed.
    package struct Codec: Sendable, Equatable {
        /// The codec's name: none, gzip, snappy, lz4 or zstd.
        package var name: String
        /// Records in batches of that codec.
        package var records: Int64
        /// Batches of that codec.
        package var batches: Int64

        /// Records and batches of a codec.
        package init(name: String, records: Int64, batches: Int64) {
            self.name = name
            self.records = records
            self.batches = batches
        }
    }

    /// The partitions, ascending.
    package private(set) var partitions: [Partition]
    /// How many different keys there are.
    package private(set) var keys = DistinctCount()
    /// Sizes of keys, bytes; records without a key are left out.
    package private(set) var keySizes = QuantileSketch()
    /// Sizes of values, bytes; records without a value are left out.
    package private(set) var valueSizes = QuantileSketch()
    /// The keys that come most.
    package private(set) var topKeys = HeavyHitters<ScannedKey>(capacity: 1000)
    /// Records without a key.
    package private(set) var withoutKey: Int64 = 0
    /// Records with headers.
    package private(set) var withHeaders: Int64 = 0
    /// Records written in a transaction.
    package private(set) var transactional: Int64 = 0
    /// The record with the smallest timestamp; nil before the first with one.
    package private(set) var oldest: Moment?
    /// The record with the largest timestamp; nil before the first with one.
    package private(set) var newest: Moment?

    private var codecs: [String: (records: Int64, batches: Int64)] = [:]
    private var places: [TopicPartition: Int]
    /// The batch a partition's last record was in, so that a batch counts once.
    private var lastBatches: [Int64?]

    /// The portions that statistics need: values only by their size.
    package static let limits = FetchLimits(maxRecords: 5000, maxBytes: 1 << 20, maxValueBytes: 0)

    /// Statistics of nothing.
    package init(_ partitions: [TopicPartition]) {
        self.partitions = partitions.sorted().map(Partition.init)
        places = Dictionary(
            self.partitions.enumerated().map { ($1.topicPartition, $0) }, uniquingKeysWith: { first, _ in first })
        lastBatches = Array(repeating: nil, count: partitions.count)
    }

    /// Takes in a portion of records; of a partition that was not named nothing is taken.
    package mutating func take(_ fetched: FetchedRecords, of place: TopicPartition) {
        guard let index = places[place] else { return }
        var own = partitions[index]
        for record in fetched.records {
            own.records &+= 1
            own.bytes &+= Int64((record.key?.count ?? 0) + record.valueSize)
            if record.value == nil { own.tombstones &+= 1 } else { valueSizes.insert(Double(record.valueSize)) }
            if let key = record.key {
                keySizes.insert(Double(key.count))
                let scanned = ScannedKey(key)
                keys.insert(scanned.hash)
                topKeys.insert(scanned)
            } else {
                withoutKey &+= 1
            }
            if !record.headers.isEmpty { withHeaders &+= 1 }
            if record.batch.isTransactional { transactional &+= 1 }
            codecs[record.batch.codec, default: (0, 0)].records &+= 1
            if lastBatches[index] != record.batch.baseOffset {
                lastBatches[index] = record.batch.baseOffset
                codecs[record.batch.codec, default: (0, 0)].batches &+= 1
            }
            guard record.timestamp >= 0 else { continue }
            let moment = Moment(topicPartition: place, offset: record.offset, timestamp: record.timestamp)
            if record.timestamp < oldest?.timestamp ?? .max { oldest = moment }
            if record.timestamp > newest?.timestamp ?? -1 { newest = moment }
        }
        partitions[index] = own
    }

    /// Records read.
    package var records: Int64 { .sum(of: partitions.lazy.map(\.records)) }
    /// Bytes of keys and values.
    package var bytes: Int64 { .sum(of: partitions.lazy.map(\.bytes)) }
    /// Records without a value.
    package var tombstones: Int64 { .sum(of: partitions.lazy.map(\.tombstones)) }

    /// How records were compressed, the most frequent first.
    package var compression: [Codec] {
        codecs.map { Codec(name: $0.key, records: $0.value.records, batches: $0.value.batches) }
            .sorted { ($1.records, $0.name) < ($0.records, $1.name) }
    }

    /// How unevenly records spread over the partitions; nil without records.
    package var skew: Skew? { Skew(partitions.map { Double($0.records) }) }
    /// How unevenly bytes spread over the partitions; nil without bytes.
    package var byteSkew: Skew? { Skew(partitions.map { Double($0.bytes) }) }
}

/// A key as a scan remembers it: what it begins with, how long it is, and a hash that tells it from all others.
package struct ScannedKey: Hashable, Sendable {
    /// Bytes kept of a key.
    package static let keptBytes = 64

    /// What it begins with, at most `keptBytes`.
    package let prefix: [UInt8]
    /// Its full size, bytes.
    package let size: Int
    /// The hash of all of it.
    package let hash: UInt64

    /// A key.
    package init(_ bytes: [UInt8]) {
        prefix = bytes.count <= Self.keptBytes ? bytes : Array(bytes.prefix(Self.keptBytes))
        size = bytes.count
        hash = XXHash64.hash(bytes)
    }

    /// True where not all of the key is kept.
    package var isCut: Bool { size > prefix.count }

    package static func == (left: Self, right: Self) -> Bool { left.hash == right.hash && left.size == right.size }
    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
