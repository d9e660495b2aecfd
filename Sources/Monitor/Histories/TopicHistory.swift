import Cluster
import WindowedMetrics

/// What the monitor remembers of one topic between polls.
struct TopicHistory: Sendable {
    /// Samples of the topic's rate that are kept.
    static let samples = 300

    /// The name, one string for all who refer to the topic.
    let name: String
    /// The last description, without its partitions.
    var description: TopicDescription
    /// The partitions, ascending by number.
    var partitions: [PartitionHistory] = []
    /// The worst lag of any group on each partition in the newest poll, as `partitions`.
    var worst: [PartitionFigures.WorstLag?] = []
    /// Records written per second, a sample a poll.
    var rate = SampleTrack(capacity: samples)
    /// When a poll last saw it grow; nil while none did.
    var writtenAt: Moment?
    /// Since when it is watched.
    let watchedSince: Moment
    /// When the topic was last listed.
    var listedAt: Moment
    /// The poll that last listed it.
    var listed: UInt64 = 0
    /// The poll that last found other settings of what is kept; 0 for none.
    var retentionChanged: UInt64 = 0
    /// Groups that commit to it or are assigned to it, in the newest poll.
    var groupIDs: [String] = []

    init(_ description: TopicDescription, at now: Moment) {
        name = description.name
        self.description = description
        self.description.partitions = []
        listedAt = now
        watchedSince = now
    }

    /// Where a partition stands in `partitions`; nil when there is none of that number.
    func place(of number: Int32) -> Int? {
        let guess = Int(number)
        if guess >= 0, guess < partitions.count, partitions[guess].number == number { return guess }
        return partitions.firstIndex { $0.number == number }
    }

    /// Takes a new description.
    mutating func take(_ new: TopicDescription, poll: UInt64, tick: Int, at now: Moment) {
        let isNewTopic = new.topicID != nil && description.topicID != nil && new.topicID != description.topicID
        listedAt = now
        listed = poll
        if isNewTopic {
            rate.removeAll()
            writtenAt = nil
        }
        let retention = description.retention
        description = new
        // Settings that could not be read this time are those that were.
        if new.problem != nil, !isNewTopic { description.retention = retention }
        if description.retention != retention { retentionChanged = poll }
        description.partitions = []
        if new.partitions.isEmpty, !isNewTopic {
            // No topic has no partitions: the peer could not tell of them.
            for place in partitions.indices { partitions[place].miss() }
            return
        }
        if continues(in: new.partitions) {
            for (place, partition) in new.partitions.enumerated() {
                if place < partitions.count {
                    partitions[place].take(partition, isNewTopic: isNewTopic, tick: tick, at: now)
                } else {
                    partitions.append(Self.history(of: partition, tick: tick, at: now))
                }
            }
            return
        }
        // Fewer partitions, or others: a topic never loses one, so it is another topic, or the peer left some out.
        var known = Dictionary(partitions.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        partitions = new.partitions.sorted { $0.partition < $1.partition }.map { partition in
            guard var history = known.removeValue(forKey: partition.partition) else {
                return Self.history(of: partition, tick: tick, at: now)
            }
            history.take(partition, isNewTopic: isNewTopic, tick: tick, at: now)
            return history
        }
    }

    /// Whether the same partitions are there, and perhaps more after them.
    private func continues(in new: [PartitionDescription]) -> Bool {
        // By index: iterating would copy each partition's history.
        partitions.count <= new.count
            && partitions.indices.allSatisfy { partitions[$0].number == new[$0].partition }
    }

    private static func history(of partition: PartitionDescription, tick: Int, at now: Moment) -> PartitionHistory {
        var history = PartitionHistory(partition, at: now)
        history.take(partition, isNewTopic: false, tick: tick, at: now)
        return history
    }
}
