import KafkaProtocol
import Logging

/// Reading groups and offsets back at start.
extension GroupCoordinator {
    /// Reads all partitions of `__consumer_offsets`. To be called once, before requests are served; does nothing if the
    /// topic does not exist.
    ///
    /// Groups with members come back stable: each member has a whole session to report in, and goes on as if nothing had
    /// happened.
    ///
    /// - Returns: What was found; records that cannot be used are logged too.
    @discardableResult
    package func load() -> GroupLoadReport {
        var report = GroupLoadReport()
        guard let count = topic.existingPartitionCount, count > 0 else { return report }
        for partition in 0..<count {
            var replay = OffsetsReplay()
            topic.forEachBatch(in: partition) { OffsetsBatch.replay($0, into: &replay) }
            report.add(install(replay, from: partition, of: count))
        }
        say(report)
        return report
    }

    private func install(_ replay: OffsetsReplay, from partition: Int32, of count: Int32) -> GroupLoadReport {
        var report = replay.report
        act { registry, aftermath in
            let now = self.now
            for (groupID, group) in replay.groups {
                guard CoordinatorPartitions.partition(of: groupID, count: count) == partition else {
                    report.misplaced += 1
                    continue
                }
                registry.insert(membership(of: groupID, group, now), offsets: group.offsets)
                registry.groups[groupID]?.transactional = group.transactional.mapValues { $0.mapValues { [$0] } }
                for (producerID, commits) in group.transactional {
                    registry.openTransactions[producerID, default: []].insert(groupID)
                    for commit in commits.values { registry.order = max(registry.order, commit.order) }
                }
                report.groups += 1
                report.offsets += group.offsets.count
                for topic in group.offsets.topics {
                    for commit in topic.partitions { registry.order = max(registry.order, commit.order) }
                }
            }
            if !registry.groups.isEmpty { scheduleExpiry(&registry) }
        }
        return report
    }

    /// A group is of KIP-848 if its records have an epoch; where a classic group took its place, they are gone.
    private func membership(of groupID: String, _ group: OffsetsReplay.Group, _ now: GroupInstant) -> Membership {
        if group.consumer.epoch != nil {
            return .consumer(
                ConsumerGroup(
                    groupID: groupID, stored: group.consumer, settings: settings.consumer, catalog: topic.catalog,
                    now: now))
        }
        return .classic(ClassicGroup(groupID: groupID, stored: group.stored, settings: settings, now: now))
    }

    private func say(_ report: GroupLoadReport) {
        logger.info("loaded \(report.groups) groups with \(report.offsets) offsets from \(report.records) records")
        for (type, count) in report.unknownKeyTypes.sorted(by: { $0.key < $1.key }) {
            logger.warning(
                "\(count) records of \(TopicName.offsets) have key version \(type), which is not kept here"
            )
        }
        if report.unreadable > 0 {
            logger.error(
                "\(report.unreadable) records of \(TopicName.offsets) cannot be read: \(report.lastProblem ?? "")"
            )
        }
        if report.misplaced > 0 {
            logger.warning(
                """
                \(report.misplaced) groups of \(TopicName.offsets) are in partitions that are not theirs: its partition \
                count was changed
                """
            )
        }
    }
}
