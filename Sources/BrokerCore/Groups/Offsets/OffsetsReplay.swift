import Cluster
import KafkaProtocol
import NIOCore

/// Groups and offsets as a partition of `__consumer_offsets` tells them, record by record (Kafka's
/// `loadGroupsAndOffsets`).
///
/// Offsets of a transaction wait for its marker: a commit applies them, an abort drops them, and without a marker they
/// stay pending. A later record of the same key wins.
struct OffsetsReplay {
    /// What was read.
    struct Group {
        /// The group's last metadata; nil if it only commits, was deleted, or is one of KIP-848.
        var stored: StoredGroup?
        /// What its records say of a KIP-848 group; empty for others.
        var consumer = StoredConsumerGroup()
        /// Its committed offsets.
        var offsets = CommittedOffsets()
        /// Offsets of open transactions, by producer id.
        var transactional: [Int64: [TopicPartition: PartitionCommit]] = [:]

        /// Whether nothing is left of it.
        var isEmpty: Bool { stored == nil && consumer.isEmpty && offsets.isEmpty && transactional.isEmpty }
    }

    /// The groups by id.
    private(set) var groups: [String: Group] = [:]
    /// What was seen and what could not be used.
    private(set) var report = GroupLoadReport()

    private var order: UInt64 = 0

    /// Takes a record in.
    ///
    /// - Parameter producerID: The transaction's producer; nil outside transactions.
    mutating func take(key: ByteBuffer, value: ByteBuffer?, producerID: Int64?) {
        report.records += 1
        let record: OffsetsRecord
        do {
            record = try OffsetsRecord(key: key, value: value)
        } catch {
            report.unreadable += 1
            report.lastProblem = "\(error)"
            return
        }
        order += 1
        switch record {
        case .unknown(let keyType):
            report.unknownKeyTypes[keyType, default: 0] += 1
        case .group(let groupID, let stored):
            groups[groupID, default: Group()].stored = stored
            dropIfEmpty(groupID)
        case .consumerGroup(let groupID, let record):
            groups[groupID, default: Group()].consumer.apply(record)
            dropIfEmpty(groupID)
        case .offset(let groupID, let partition, let commit):
            if let producerID, let commit {
                var commit = commit
                commit.order = order
                groups[groupID, default: Group()].transactional[producerID, default: [:]][partition] = commit
            } else if var commit {
                commit.order = order
                groups[groupID, default: Group()].offsets.store(commit, topic: partition.topic)
            } else {
                if let producerID {
                    groups[groupID]?.transactional[producerID]?[partition] = nil
                } else {
                    // What is taken away is not brought back by a transaction that began before.
                    groups[groupID]?.offsets.remove(partition)
                    for producerID in Array((groups[groupID]?.transactional ?? [:]).keys) {
                        groups[groupID]?.transactional[producerID]?[partition] = nil
                        if groups[groupID]?.transactional[producerID]?.isEmpty == true {
                            groups[groupID]?.transactional[producerID] = nil
                        }
                    }
                }
                dropIfEmpty(groupID)
            }
        }
    }

    /// Takes the end of a producer's transaction in. A commit stands where it was written, not where it was decided: a plain commit
    /// between the two stays (Kafka's `completePendingTxnOffsetCommit`).
    mutating func takeMarker(producerID: Int64, isCommit: Bool) {
        for groupID in Array(groups.keys) {
            guard let pending = groups[groupID]?.transactional.removeValue(forKey: producerID) else { continue }
            if isCommit {
                for (partition, commit) in pending {
                    groups[groupID]?.offsets.store(commit, topic: partition.topic)
                }
            }
            dropIfEmpty(groupID)
        }
    }

    /// Notes a record or a batch that could not be read.
    mutating func skip(because problem: String) {
        report.unreadable += 1
        report.lastProblem = problem
    }

    private mutating func dropIfEmpty(_ groupID: String) {
        if groups[groupID]?.isEmpty == true { groups[groupID] = nil }
    }
}

/// What loading `__consumer_offsets` found.
package struct GroupLoadReport: Sendable, Equatable {
    /// Groups that are there now.
    package internal(set) var groups = 0
    /// Committed offsets that are there now.
    package internal(set) var offsets = 0
    /// Records read.
    package internal(set) var records = 0
    /// Records of kinds that this coordinator does not keep, by the version of their key.
    package internal(set) var unknownKeyTypes: [Int16: Int] = [:]
    /// Records or batches that could not be read.
    package internal(set) var unreadable = 0
    /// Groups found in a partition that is not theirs, and left alone: the topic's partition count was changed.
    package internal(set) var misplaced = 0
    /// The last reason why something could not be read.
    package internal(set) var lastProblem: String?

    /// Adds another partition's.
    mutating func add(_ other: Self) {
        groups += other.groups
        offsets += other.offsets
        records += other.records
        unknownKeyTypes.merge(other.unknownKeyTypes, uniquingKeysWith: +)
        unreadable += other.unreadable
        misplaced += other.misplaced
        lastProblem = other.lastProblem ?? lastProblem
    }
}
