package import Cluster
package import KafkaProtocol

extension Broker {
    /// The transactional ids as their coordinator, this broker, knows them; ascending by id.
    package var transactionDescriptions: [TransactionDescription] {
        transactions.snapshot().compactMap { id, stored in
            // Nobody has used the id yet, so that no answer tells of it.
            guard stored.producerEpoch != -1 else { return nil }
            return TransactionDescription(
                transactionalID: id, phase: TransactionPhase(kafka: stored.state.name), producerID: stored.producerID,
                coordinator: nodeID,
                details: .init(
                    producerEpoch: stored.producerEpoch, timeoutMilliseconds: Int64(stored.timeoutMs),
                    startedAt: stored.startedAt >= 0 ? stored.startedAt : nil, partitions: stored.partitions.sorted()))
        }
    }

    /// The open transactions of all partitions whose logs are open, those that no coordinator claims told apart; ascending by partition,
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
                        partition: partition.topicPartition, producerID: open.producerID,
                        producerEpoch: Int32(entry.epoch), firstOffset: open.firstOffset,
                        lastTimestamp: entry.lastTimestamp >= 0 ? entry.lastTimestamp : nil))
            }
        }
        guard !found.isEmpty else { return [] }
        let claimed = found.sorted { ($0.partition, $0.firstOffset) < ($1.partition, $1.firstOffset) }
            .claimed(by: transactionDescriptions)
        // Those whose marker was written meanwhile are not open any more.
        return claimed.filter { !$0.isUnclaimed || isStillOpen($0) }
    }

    private func isStillOpen(_ open: OpenTransaction) -> Bool {
        let producers = directory[open.partition]?.openLog?.producers
        return producers?.openTransactions.contains {
            $0.producerID == open.producerID && $0.firstOffset == open.firstOffset
        } ?? false
    }

    /// Answers DescribeProducers. May read the disk.
    package func describeProducers(_ request: DescribeProducersRequest) -> DescribeProducersResponse {
        DescribeProducersResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitionIndexes.map { index in
                        let found = producers(of: TopicPartition(topic: topic.name, partition: index))
                        return .init(
                            partitionIndex: index, errorCode: found.error, activeProducers: found.producers)
                    })
            })
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
