package import Cluster
package import KafkaProtocol
import NIOCore

extension PartitionLog {
    /// Makes a new, empty log: directory, `partition.metadata`, leader epochs, first segment, all durable.
    ///
    /// - Parameters:
    ///   - topicID: The topic's id.
    ///   - directory: The partition's directory, `<log dir>/<topic>-<partition>`; its parent exists.
    ///   - leaderEpoch: The epoch that batches get.
    package static func create(
        topicPartition: TopicPartition,
        topicID: KafkaUUID,
        directory: String,
        config: LogConfig,
        leaderEpoch: Int32 = 0,
        logStartOffset: Int64 = 0,
        storage: any Storage,
        clock: any Clock
    ) throws(LogError) -> PartitionLog {
        try LogError.onDisk { () throws(StorageError) in
            try storage.createDirectory(directory)
            var epochs = LeaderEpochs()
            _ = epochs.assign(epoch: leaderEpoch, startOffset: logStartOffset)
            for (name, bytes) in [
                (PartitionMetadata.fileName, PartitionMetadata(topicID: topicID).bytes),
                (LeaderEpochs.fileName, epochs.bytes),
            ] {
                let file = try storage.open("\(directory)/\(name)", .replace)
                defer { file.close() }
                try file.write(bytes, at: 0)
                try file.sync()
            }
            let segment = try Segment.create(
                baseOffset: logStartOffset,
                directory: directory,
                now: clock.wallMilliseconds,
                config: config,
                storage: storage
            )
            try storage.syncDirectory(directory)
            try storage.syncDirectory(parentDirectory(of: directory))
            var state = LogState(
                config: config,
                segments: [segment],
                logStartOffset: logStartOffset,
                endOffset: logStartOffset,
                recoveryPoint: logStartOffset,
                producers: ProducerState(),
                epochs: epochs,
                leaderEpoch: leaderEpoch
            )
            state.durableFirstBase = logStartOffset
            return PartitionLog(
                topicPartition: topicPartition,
                topicID: topicID,
                directory: directory,
                recovery: RecoveryReport(),
                storage: storage,
                clock: clock,
                state: state
            )
        }
    }

    /// Opens a log that is there, Weir's or Kafka's; a directory without segments is an empty log.
    ///
    /// - Parameters:
    ///   - topicID: The topic's id, if known; it must be that of `partition.metadata`, which is written if missing.
    ///   - recoveryPoint: The offset of recovery-point-offset-checkpoint, or 0.
    ///   - logStartOffset: The offset of log-start-offset-checkpoint, or 0.
    ///   - hadCleanShutdown: Whether ``CleanShutdownMarker`` was there: then nothing is read again.
    ///   - leaderEpoch: The epoch that batches get; the newest known one if it is nil or older.
    /// - Throws: ``LogError``: the disk failed, or the directory belongs to another topic. Damage is no error: see
    ///   ``recovery``.
    package static func open(
        topicPartition: TopicPartition,
        topicID: KafkaUUID?,
        directory: String,
        config: LogConfig,
        recoveryPoint: Int64 = 0,
        logStartOffset: Int64 = 0,
        hadCleanShutdown: Bool,
        leaderEpoch: Int32? = nil,
        storage: any Storage,
        clock: any Clock
    ) throws(LogError) -> PartitionLog {
        let id = try identify(topicPartition, expected: topicID, directory: directory, storage: storage)
        var loader = LogLoader(
            topicPartition: topicPartition,
            directory: directory,
            config: config,
            recoveryPoint: recoveryPoint,
            logStartOffset: logStartOffset,
            hadCleanShutdown: hadCleanShutdown,
            leaderEpoch: leaderEpoch,
            storage: storage,
            clock: clock
        )
        let state: LogState
        do throws(StorageError) {
            state = try loader.load()
        } catch {
            throw .storage(error)
        }
        let log = PartitionLog(
            topicPartition: topicPartition,
            topicID: id,
            directory: directory,
            recovery: loader.report,
            storage: storage,
            clock: clock,
            state: state
        )
        if let leaderEpoch { log.beginLeaderEpoch(leaderEpoch) }
        return log
    }

    private static func identify(
        _ topicPartition: TopicPartition,
        expected: KafkaUUID?,
        directory: String,
        storage: any Storage
    ) throws(LogError) -> KafkaUUID {
        let path = "\(directory)/\(PartitionMetadata.fileName)"
        let bytes = try LogError.onDisk { () throws(StorageError) in try storage.readFile(path) }
        if let bytes {
            do throws(LogError) {
                let found = try PartitionMetadata(reading: bytes, path: path).topicID
                guard let expected, found != expected else { return found }
                throw LogError.corruptFile(path, "it belongs to topic id \(found), not \(expected)")
            } catch {
                // A crash while it was made leaves a part of it; whose it is is known from elsewhere.
                guard expected != nil, bytes.readableBytes < 43 else { throw error }
            }
        }
        let id = expected ?? .zero
        if expected != nil {
            try LogError.onDisk { () throws(StorageError) in
                try storage.replaceFile(path, with: PartitionMetadata(topicID: id).bytes)
            }
        }
        return id
    }
}
