import Cluster

/// What a tail or a search reads: topics, and of each all partitions or some.
package struct TailSource: Hashable, Sendable {
    /// The topics, at least one, each once.
    package var topics: [String]
    /// The partitions of each topic, ascending; nil for all.
    package var partitions: [Int32]?

    /// Most topics read at once.
    package static let maxTopics = 16

    /// A source.
    package init(topics: [String], partitions: [Int32]? = nil) {
        var seen: Set<String> = []
        self.topics = topics.filter { seen.insert($0).inserted }
        self.partitions = partitions.map { Set($0).sorted() }
    }

    /// One topic, or one partition of it.
    package init(topic: String, partition: Int32?) {
        self.init(topics: [topic], partitions: partition.map { [$0] })
    }

    /// Reads `orders`, `orders,payments` or `orders 0,3-5`; nil for anything else.
    package init?(typed: String) {
        let words = typed.split(separator: " ", omittingEmptySubsequences: true)
        guard (1...2).contains(words.count) else { return nil }
        let topics = words[0].split(separator: ",").map(String.init)
        guard !topics.isEmpty, topics.count <= Self.maxTopics else { return nil }
        var partitions: [Int32]?
        if words.count == 2 {
            guard let read = Self.numbers(String(words[1])) else { return nil }
            partitions = read
        }
        self.init(topics: topics, partitions: partitions)
    }

    /// Partitions as typed, `0,3-5`; nil where it is no list of them.
    package static func numbers(_ typed: String) -> [Int32]? {
        var numbers: [Int32] = []
        for part in typed.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                Int32(String($0).trimmingBlanks)
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                first >= 0, last >= first, last - first < 10_000
            else { return nil }
            numbers += first...last
        }
        return numbers
    }

    /// The one topic; nil where there are several.
    package var topic: String? { topics.count == 1 ? topics[0] : nil }
    /// The one partition; nil where there are several.
    package var partition: Int32? { partitions.flatMap { $0.count == 1 ? $0[0] : nil } }

    /// True where a partition belongs to it.
    func has(_ place: TopicPartition) -> Bool {
        topics.contains(place.topic) && (partitions?.contains(place.partition) ?? true)
    }

    /// `orders`, `orders-3`, `orders, payments`.
    package var title: String {
        if let topic { return topic + (partition.map { "-\($0)" } ?? "") }
        return topics.joined(separator: ", ")
    }

    /// `all partitions`, `partition 3`, `partitions 0,3,4`.
    var partitionWords: String {
        guard let partitions else { return "all partitions" }
        let numbers = partitions.map { "\($0)" }.joined(separator: ",")
        return partitions.count == 1 ? "partition \(numbers)" : "partitions \(numbers)"
    }
}

/// In which order a list of records stands.
package enum TailOrder: String, Equatable, Sendable {
    /// By their timestamps, whatever partition they are of.
    case time
    /// By topic, partition and offset.
    case offset
}
