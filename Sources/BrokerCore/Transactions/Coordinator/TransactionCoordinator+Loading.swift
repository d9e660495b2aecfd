import KafkaProtocol
import Logging

/// Reading transactional ids back at start.
extension TransactionCoordinator {
    /// Reads all partitions of `__transaction_state`, and carries out what was decided before the last stop. To be called once,
    /// before requests are served and after the groups are loaded; does nothing if the topic does not exist.
    ///
    /// Open transactions stay open: their producer may go on, and otherwise they time out.
    ///
    /// - Returns: What was found; records that cannot be used are logged too.
    @discardableResult
    package func load() -> TransactionLoadReport {
        var report = TransactionLoadReport()
        guard let count = topic.existingPartitionCount, count > 0 else { return report }
        for partition in 0..<count {
            var replay = TransactionReplay()
            topic.forEachBatch(in: partition) { replay.take($0) }
            report.add(install(replay, from: partition, of: count))
        }
        say(report)
        return report
    }

    private func install(
        _ replay: TransactionReplay, from partition: Int32, of count: Int32
    ) -> TransactionLoadReport {
        act { registry, aftermath in
            var report = replay.report
            for (id, stored) in replay.transactions.sorted(by: { $0.key < $1.key }) {
                guard CoordinatorPartitions.partition(of: id, count: count) == partition else {
                    report.misplaced += 1
                    continue
                }
                report.transactionalIDs += 1
                report.resumed += stored.state.isPrepared ? 1 : 0
                report.ongoing += stored.state == .ongoing ? 1 : 0
                registry.entries[id] = TransactionEntry(machine: Transaction(stored))
                send(.resume, to: id, &registry, &aftermath)
            }
            return report
        }
    }

    private func say(_ report: TransactionLoadReport) {
        logger.info(
            """
            loaded \(report.transactionalIDs) transactional ids from \(report.records) records: \(report.ongoing) with an open \
            transaction, \(report.resumed) whose transaction is being ended
            """)
        if report.unreadable > 0 {
            logger.error(
                "\(report.unreadable) records of \(TopicName.transactions) cannot be read: \(report.lastProblem ?? "")")
        }
        if report.misplaced > 0 {
            logger.warning(
                """
                \(report.misplaced) ids of \(TopicName.transactions) are in partitions that are not theirs: its partition \
                count was changed
                """)
        }
    }
}
