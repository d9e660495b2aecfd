package import Cluster
package import KafkaProtocol

extension Broker {
    /// Looks up an offset, as ListOffsets asks for it.
    ///
    /// - Parameters:
    ///   - timestamp: -1 the end (high watermark, or last stable offset for committed readers), -2 and -4 the log start, -3 the record with the
    ///     largest timestamp, from 0 on the first record at or after that time.
    ///   - currentLeaderEpoch: The epoch the client knows, -1 for none.
    package func offset(
        of partition: TopicPartition,
        timestamp: Int64,
        currentLeaderEpoch: Int32 = -1,
        isolation: IsolationLevel = .readUncommitted
    ) -> OffsetOutcome {
        guard let found = directory[partition] else { return OffsetOutcome(error: .unknownTopicOrPartition) }
        if let error = check(currentLeaderEpoch, of: found) { return OffsetOutcome(error: error) }
        do throws(LogError) {
            let log = try found.log()
            let offsets = log.offsets
            let bound = isolation == .readCommitted ? offsets.lastStable : offsets.highWatermark
            func answer(_ record: TimestampedOffset?) -> OffsetOutcome {
                // Committed readers do not learn of what is not decided.
                guard let record, record.offset < bound else { return OffsetOutcome(error: .none) }
                return OffsetOutcome(
                    error: .none, offset: record.offset, timestamp: record.timestamp, leaderEpoch: record.leaderEpoch)
            }
            switch timestamp {
            case -1: return OffsetOutcome(error: .none, offset: bound, leaderEpoch: log.leaderEpoch)
            case -2, -4:
                let epoch = log.leaderEpochs.entries.last { $0.startOffset <= offsets.start }?.epoch
                return OffsetOutcome(error: .none, offset: offsets.start, leaderEpoch: epoch ?? log.leaderEpoch)
            case -3: return answer(try log.offsetOfMaxTimestamp())
            case 0...: return answer(try log.offset(forTimestamp: timestamp))
            default: return OffsetOutcome(error: .none)
            }
        } catch {
            directory.note(error, of: found)
            return OffsetOutcome(error: error.errorCode)
        }
    }

    /// Where a leader epoch ended, as OffsetForLeaderEpoch asks for it: the largest epoch not above the wanted one, and the offset after
    /// its last record; -1 and -1 where the log goes not that far back.
    package func endOffset(
        ofLeaderEpoch epoch: Int32, partition: TopicPartition, currentLeaderEpoch: Int32 = -1
    ) -> (error: ErrorCode, leaderEpoch: Int32, endOffset: Int64) {
        guard let found = directory[partition] else { return (.unknownTopicOrPartition, -1, -1) }
        if let error = check(currentLeaderEpoch, of: found) { return (error, -1, -1) }
        do throws(LogError) {
            let log = try found.log()
            let end = log.leaderEpochs.endOffset(of: epoch, logEndOffset: log.offsets.end)
            return (.none, end.epoch, end.endOffset)
        } catch {
            return (error.errorCode, -1, -1)
        }
    }

    /// Moves a partition's log start up (DeleteRecords). Durable when it returns; blocks on the disk.
    ///
    /// - Parameter offset: The first offset to keep; -1 is the high watermark.
    /// - Returns: Kafka's code and the log start since; -1 on errors.
    package func deleteRecords(_ partition: TopicPartition, before offset: Int64) -> (ErrorCode, lowWatermark: Int64) {
        guard !TopicName.isInternal(partition.topic) else { return (.invalidTopicException, -1) }
        guard let found = directory[partition] else { return (.unknownTopicOrPartition, -1) }
        guard found.settings.config.cleanupPolicy.contains(.delete) else { return (.policyViolation, -1) }
        do throws(LogError) {
            let low = try found.log().deleteRecords(before: offset)
            found.touch()
            try directory.storeCheckpoints()
            return (.none, low)
        } catch {
            directory.note(error, of: found)
            return (error.errorCode, -1)
        }
    }

    /// DeleteRecords: moves each partition's log start up. Blocks on the disk.
    package func deleteRecords(_ request: DeleteRecordsRequest) -> DeleteRecordsResponse {
        DeleteRecordsResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map { partition in
                        let target = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                        let (error, lowWatermark) = deleteRecords(target, before: partition.offset)
                        return .init(
                            partitionIndex: partition.partitionIndex,
                            lowWatermark: error == .none ? lowWatermark : -1, errorCode: error)
                    })
            })
    }

    /// Sizes of partitions in the log directory, and the space on its file system (DescribeLogDirs).
    ///
    /// - Parameter request: The partitions; none given means all.
    package func describeLogDirs(_ request: DescribeLogDirsRequest) -> DescribeLogDirsResponse {
        var sizes: [String: [DescribeLogDirsResponse.Partition]] = [:]
        func add(_ partition: Partition) {
            let size = partition.isBorn ? (try? partition.log().size) ?? 0 : 0
            sizes[partition.topicPartition.topic, default: []]
                .append(.init(partitionIndex: partition.topicPartition.partition, partitionSize: size, offsetLag: 0))
        }
        if let topics = request.topics {
            for topic in topics {
                for number in topic.partitions {
                    if let partition = directory[TopicPartition(topic: topic.topic, partition: number)] {
                        add(partition)
                    }
                }
            }
        } else {
            directory.partitions.forEach(add)
        }
        let space = DiskSpace(of: directory.path)
        return DescribeLogDirsResponse(results: [
            .init(
                errorCode: directory.offlineReason == nil ? .none : .kafkaStorageError,
                logDir: directory.path,
                topics: sizes.sorted { $0.key < $1.key }.map { name, partitions in
                    .init(name: name, partitions: partitions.sorted { $0.partitionIndex < $1.partitionIndex })
                },
                totalBytes: space?.total ?? -1,
                usableBytes: space?.free ?? -1
            )
        ])
    }
}
