package import Cluster
package import Monitor

/// Transactions of the sample cluster: three are open, and on the cluster over the wire one hangs.
extension SampleData {
    private static func place(_ topic: String, _ partition: Int32) -> TopicPartition {
        TopicPartition(topic: topic, partition: partition)
    }

    private static func transaction(
        _ id: String, _ phase: TransactionPhase, producer: Int64, epoch: Int32, timeout: Int64, began ago: Int64?,
        _ partitions: [TransactionFigures.Partition]
    ) -> TransactionFigures {
        var it = TransactionFigures(transactionalID: id, standing: .known(phase), producerID: producer)
        it.producerEpoch = epoch
        it.coordinator = 1
        it.timeoutMilliseconds = timeout
        it.startedAt = ago.map { now - $0 }
        it.ageMilliseconds = ago
        it.partitions = partitions
        return it
    }

    /// One past the last offset of a partition.
    private static func end(of place: TopicPartition) -> Int64 {
        guard let sample = samples.first(where: { $0.name == place.topic }) else { return 0 }
        return topic(sample).partitions[Int(place.partition)].description.offsets?.highWatermark ?? 0
    }

    /// A partition where a transaction began so many records before the end, the first one there or not.
    private static func part(
        _ topic: String, _ partition: Int32, back: Int64, wrote ago: Int64, isFirst: Bool = true
    ) -> TransactionFigures.Partition {
        let place = place(topic, partition)
        return TransactionFigures.Partition(
            topicPartition: place, firstOffset: end(of: place) - back, lastTimestamp: now - ago,
            heldBack: isFirst ? back : nil)
    }

    /// The transactions of the embedded sample.
    package static func transactions() -> TransactionBoard {
        TransactionBoard(rows: [
            transaction(
                "billing-enrich-0", .ongoing, producer: 4011, epoch: 7, timeout: 60_000, began: 42_000,
                [
                    part("__consumer_offsets", 17, back: 212, wrote: 41_000),
                    part("payments", 2, back: 14_688, wrote: 1_200), part("payments", 5, back: 14_402, wrote: 900),
                ]),
            transaction(
                "shop-checkout-3", .ongoing, producer: 4015, epoch: 0, timeout: 900_000, began: 8_000,
                [
                    part("orders", 7, back: 2_907, wrote: 300),
                    part("payments", 2, back: 2_288, wrote: 300, isFirst: false),
                ]),
            transaction(
                "shop-checkout-1", .prepareCommit, producer: 4013, epoch: 2, timeout: 900_000, began: 1_000,
                [TransactionFigures.Partition(topicPartition: place("orders", 3))]),
            transaction(
                "audit-copy", .completeAbort, producer: 4002, epoch: 31, timeout: 60_000, began: nil, []),
            transaction(
                "billing-enrich-1", .completeCommit, producer: 4012, epoch: 4, timeout: 60_000, began: nil, []),
            transaction("shop-checkout-2", .empty, producer: 4014, epoch: 0, timeout: 900_000, began: nil, []),
        ])
    }

    /// Last stable offsets where transactions hold readers back.
    static func hold(_ topics: inout [TopicFigures], by board: TransactionBoard) {
        for part in board.rows.compactMap(\.partitions).joined() where part.heldBack != nil {
            let place = part.topicPartition
            guard let first = part.firstOffset,
                let index = topics.firstIndex(where: { $0.description.name == place.topic })
            else { continue }
            topics[index].partitions[Int(place.partition)].description.offsets?.lastStable = first
            topics[index].description.partitions = topics[index].partitions.map(\.description)
        }
    }

    /// The transactions of the sample over the wire: one hangs, one is not claimed yet, of one at rest only the state is known.
    package static func attachedTransactions() -> TransactionBoard {
        var board = transactions()
        for index in board.rows.indices { board.rows[index].coordinator = Int32(index % 3 + 1) }
        var hanging = TransactionFigures(transactionalID: nil, standing: .hanging, producerID: 3770)
        hanging.producerEpoch = 12
        hanging.ageMilliseconds = 9_240_000
        hanging.partitions = [part("audit-log", 1, back: 152_291, wrote: 9_240_000)]
        var unclaimed = TransactionFigures(transactionalID: nil, standing: .unclaimed, producerID: 4021)
        unclaimed.producerEpoch = 0
        unclaimed.ageMilliseconds = 2_000
        unclaimed.partitions = [part("shipments", 0, back: 31, wrote: 2_000)]
        var bare = TransactionFigures(
            transactionalID: "warehouse-7", standing: .known(.completeCommit), producerID: 4030)
        bare.coordinator = 2
        board.rows = [hanging, unclaimed] + board.rows + [bare]
        return board
    }

    /// The producers that a partition remembers.
    package static func producers() -> [ProducerDescription] {
        [
            ProducerDescription(
                producerID: 2001, producerEpoch: 0, lastSequence: 1_204_330, lastTimestamp: now - 120,
                coordinatorEpoch: nil, transactionStart: nil),
            ProducerDescription(
                producerID: 4011, producerEpoch: 7, lastSequence: 88_411, lastTimestamp: now - 1_200,
                coordinatorEpoch: 4, transactionStart: end(of: place("payments", 2)) - 14_688),
            ProducerDescription(
                producerID: 4015, producerEpoch: 0, lastSequence: 12, lastTimestamp: now - 300, coordinatorEpoch: nil,
                transactionStart: end(of: place("payments", 2)) - 2_288),
            ProducerDescription(
                producerID: 4012, producerEpoch: 4, lastSequence: nil, lastTimestamp: now - 61_000, coordinatorEpoch: 4,
                transactionStart: nil),
        ]
    }

    /// The same transactions as a cluster tells them.
    package static func transactionListing() -> TransactionListing {
        var listing = TransactionListing(areClaimsExact: true)
        for row in transactions().rows {
            guard let id = row.transactionalID, case .known(let phase) = row.standing else { continue }
            listing.transactions.append(
                TransactionDescription(
                    transactionalID: id, phase: phase, producerID: row.producerID, coordinator: row.coordinator ?? 1,
                    details: .init(
                        producerEpoch: Int16(clamping: row.producerEpoch ?? 0),
                        timeoutMilliseconds: row.timeoutMilliseconds ?? 60_000, startedAt: row.startedAt,
                        partitions: (row.partitions ?? []).map(\.topicPartition))))
            for part in row.partitions ?? [] {
                guard let first = part.firstOffset else { continue }
                listing.open.append(
                    OpenTransaction(
                        partition: part.topicPartition, producerID: row.producerID,
                        producerEpoch: row.producerEpoch ?? 0, firstOffset: first, lastTimestamp: part.lastTimestamp))
            }
        }
        listing.open = listing.open.claimed(by: listing.transactions)
        return listing
    }
}
