package import Cluster
package import KafkaProtocol

/// A transaction as a partition sees it: open from its first record to its marker. Who reads committed records only waits before it.
package struct OpenTransaction: Sendable, Equatable {
    /// The partition.
    package var partition: TopicPartition
    /// Whose it is.
    package var producerID: Int64
    /// The producer's epoch.
    package var producerEpoch: Int16
    /// The offset of its first record.
    package var firstOffset: Int64
    /// The timestamp of the producer's last batch there, in ms.
    package var lastTimestamp: Int64
    /// The transactional id; nil where the coordinator knows of no open transaction of this producer in this partition: then nobody
    /// will ever end it, and it hangs.
    package var transactionalID: String?
    /// When the transaction began, as its coordinator knows, in wall ms.
    package var startedAt: Int64?

    /// Whether no coordinator will end it.
    package var isHanging: Bool { transactionalID == nil }
}

extension Broker {
    /// The open transactions, counted.
    package var transactionFigures: TransactionFigures {
        let now = clock.wallMilliseconds
        let ages = transactions.snapshot().map { $0.stored.age(at: now) }.filter { $0 >= 0 }
        return TransactionFigures(
            open: ages.count, oldestMilliseconds: ages.max(), hanging: openTransactions().count(where: \.isHanging))
    }

    /// The open transactions of all partitions whose logs are open, the hanging ones among them told apart; ascending by partition,
    /// then by offset.
    package func openTransactions() -> [OpenTransaction] {
        // Partitions first: a transaction that begins in between is known to the coordinator before its first record is written.
        var found: [OpenTransaction] = []
        for partition in directory.partitions {
            guard let producers = partition.openLog?.producers else { continue }
            for open in producers.openTransactions {
                guard let entry = producers.producers[open.producerID] else { continue }
                found.append(
                    OpenTransaction(
                        partition: partition.topicPartition, producerID: open.producerID, producerEpoch: entry.epoch,
                        firstOffset: open.firstOffset, lastTimestamp: entry.lastTimestamp))
            }
        }
        guard !found.isEmpty else { return [] }
        var known: [Int64: (id: String, stored: StoredTransaction)] = [:]
        for (id, stored) in transactions.snapshot() where !stored.state.isAtRest {
            known[stored.producerID] = (id, stored)
        }
        // Those whose marker was written meanwhile are not open any more.
        return found.sorted { ($0.partition, $0.firstOffset) < ($1.partition, $1.firstOffset) }.compactMap { open in
            if let (id, stored) = known[open.producerID], stored.partitions.contains(open.partition) {
                var open = open
                open.transactionalID = id
                open.startedAt = stored.startedAt
                return open
            }
            let producers = directory[open.partition]?.openLog?.producers
            let isStillOpen = producers?.openTransactions.contains {
                $0.producerID == open.producerID && $0.firstOffset == open.firstOffset
            }
            return isStillOpen == true ? open : nil
        }
    }

    /// The producers that a partition remembers, as DescribeProducers asks for them, ascending by id. May open the log.
    package func producers(
        of partition: TopicPartition
    ) -> (error: ErrorCode, producers: [DescribeProducersResponse.Producer]) {
        guard let found = directory[partition] else { return (.unknownTopicOrPartition, []) }
        do throws(LogError) {
            let known = try found.log().producers.producers
            let producers = known.sorted { $0.key < $1.key }.map { id, entry in
                DescribeProducersResponse.Producer(
                    producerID: id, producerEpoch: Int32(entry.epoch), lastSequence: entry.lastSequence,
                    lastTimestamp: entry.lastTimestamp, coordinatorEpoch: entry.coordinatorEpoch,
                    currentTransactionStartOffset: entry.transactionFirstOffset ?? -1)
            }
            return (.none, producers)
        } catch {
            directory.note(error, of: found)
            return (error.errorCode, [])
        }
    }
}
