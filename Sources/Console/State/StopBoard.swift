package import Cluster

/// The records that a group's partitions stopped at, as last read: where each would read on.
package struct StopBoard: Sendable, Equatable {
    /// A record, or that there is none.
    package struct Stop: Sendable, Equatable {
        /// The offset that was asked for.
        package var offset: Int64
        /// The record there or next after it; nil at the end of the log.
        package var record: FetchedRecord?
        /// Why it could not be read; nil when it could.
        package var problem: String?
    }

    /// The group.
    package let groupID: String
    /// By partition.
    package private(set) var stops: [TopicPartition: Stop] = [:]
    /// The read under way; nil when there is none.
    package private(set) var ticket: Int?
    private var asked: [TopicPartition: Int64] = [:]
    private var askedAt: Int64 = .min

    /// Partitions read at once; of a group with more unread ones, those furthest behind.
    static let most = 64
    /// Reads are at least so far apart, milliseconds: a group at work is elsewhere at each look.
    static let pause: Int64 = 2000

    /// Nothing read.
    package init(groupID: String) { self.groupID = groupID }

    /// Whether a read may begin.
    func mayAsk(at now: Int64) -> Bool { ticket == nil && askedAt.distance(upTo: now) >= Self.pause }

    /// Begins a read.
    mutating func ask(_ places: [TopicPartition: Int64], ticket: Int, at now: Int64) {
        self.ticket = ticket
        asked = places
        askedAt = now
    }

    /// Takes what a read brought; an answer to an older one is dropped.
    mutating func take(_ found: [TopicPartition: Result<FetchedRecords, ClusterError>], ticket: Int) {
        guard ticket == self.ticket else { return }
        self.ticket = nil
        for (partition, offset) in asked {
            var stop = Stop(offset: offset)
            switch found[partition] {
            case .success(let records):
                stop.record = records.records.first { $0.offset >= offset && !$0.batch.isControl }
                stop.problem = stop.record == nil ? records.problems.first : nil
            case .failure(let error): stop.problem = "\(error)"
            case nil: stop.problem = "the answer left the partition out"
            }
            stops[partition] = stop
        }
        asked = [:]
    }
}
