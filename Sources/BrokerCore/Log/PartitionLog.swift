package import Cluster
package import KafkaProtocol
import NIOCore
import Synchronization

/// The log of one partition: segments on the disk, who may append, and what may be read.
///
/// One lock guards what changes. An append holds it while it assigns offsets and writes; a read only to take the
/// list of segments and the bounds, then reads files without it; a flush syncs without it.
///
/// What ``flush()`` returned for is durable: no crash takes it back. What was only appended may be lost or cut by a
/// crash, never half kept. After a failed call to the disk the log is offline for good: it refuses appends and says
/// why, and only opening it again (which reads back what the disk has) brings it back.
package final class PartitionLog: Sendable {
    /// The partition.
    package let topicPartition: TopicPartition
    /// The topic's id.
    package let topicID: KafkaUUID
    /// The partition's directory.
    package let directory: String
    /// What opening found and did.
    package let recovery: RecoveryReport

    let storage: any Storage
    let clock: any Clock
    let state: Mutex<LogState>
    /// Held while files are synced: two flushes at once could each be told of only one of two failures. Never taken
    /// by appends or reads.
    let flushing = Mutex(())

    init(
        topicPartition: TopicPartition,
        topicID: KafkaUUID,
        directory: String,
        recovery: RecoveryReport,
        storage: any Storage,
        clock: any Clock,
        state: LogState
    ) {
        self.topicPartition = topicPartition
        self.topicID = topicID
        self.directory = directory
        self.recovery = recovery
        self.storage = storage
        self.clock = clock
        self.state = Mutex(state)
    }

    // MARK: - What it is

    /// The offsets.
    package var offsets: LogOffsets { state.withLock { $0.offsets } }

    /// The settings.
    package var config: LogConfig { state.withLock { $0.config } }

    /// Takes new settings; they hold from the next append on.
    package func updateConfig(_ config: LogConfig) { state.withLock { $0.config = config } }

    /// Bytes of all segments.
    package var size: Int64 { state.withLock { $0.size } }

    /// Why the log is offline, or nil.
    package var offlineReason: String? {
        state.withLock { state in
            if case .offline(let reason) = state.status { reason } else { nil }
        }
    }

    /// The producers and their open transactions.
    package var producers: ProducerState { state.withLock { $0.producers } }

    /// The leader epochs and where they began.
    package var leaderEpochs: LeaderEpochs { state.withLock { $0.epochs } }

    /// Whether the leader epochs differ from their file.
    var hasUnwrittenEpochs: Bool { state.withLock { $0.hasUnwrittenEpochs } }

    /// The epoch that new batches get.
    package var leaderEpoch: Int32 { state.withLock { $0.leaderEpoch } }

    /// Begins a new leader epoch at the log's end; an older one changes nothing. Durable with the next flush.
    package func beginLeaderEpoch(_ epoch: Int32) {
        state.withLock { state in
            guard epoch >= state.leaderEpoch else { return }
            state.leaderEpoch = epoch
            if state.epochs.assign(epoch: epoch, startOffset: state.endOffset) { state.hasUnwrittenEpochs = true }
        }
    }

    /// Forgets idempotent producers that wrote nothing for this long (`producer.id.expiration.ms`).
    ///
    /// - Returns: How many were forgotten.
    @discardableResult
    package func removeExpiredProducers(expirationMs: Int64) -> Int {
        let now = clock.wallMilliseconds
        return state.withLock { $0.producers.removeExpired(now: now, expirationMs: expirationMs) }
    }

    // MARK: - Rolling

    /// Begins a new segment, unless the active one is empty: what lies before becomes cleanable.
    ///
    /// - Returns: Whether a segment was begun.
    @discardableResult
    package func rollActiveSegment() throws(LogError) -> Bool {
        let now = clock.wallMilliseconds
        return try withOpenState { (state) throws(StorageError) in
            let before = state.segments.count
            try state.roll(at: state.endOffset, directory: directory, now: now, storage: storage)
            return state.segments.count != before
        }
    }

    // MARK: - Ending

    /// Closes the files. Later calls fail with ``LogError/closed(_:)``.
    ///
    /// - Parameter clean: Flushes first and leaves indexes and a producer snapshot as Kafka does at a clean shutdown,
    ///   so that opening needs no recovery. Without it the files stay as after a kill.
    /// - Throws: ``LogError`` when the flush fails: then the log must not count as closed in order.
    package func close(clean: Bool) throws(LogError) {
        let wasOpen = state.withLock { state in
            defer { if state.status == .open { state.status = .closed } }
            return state.status == .open
        }
        defer { closeFiles() }
        guard clean else { return }
        guard wasOpen else {
            if let reason = offlineReason { throw .offline(topicPartition, reason: reason) }
            return
        }
        do throws(StorageError) {
            state.withLock { state in
                if state.endOffset > 0 { state.takeSnapshot(at: state.endOffset) }
            }
            try writeAndSync(sealing: true)
        } catch {
            state.withLock { $0.status = .offline(reason: "\(error)") }
            throw .storage(error)
        }
    }

    /// Closes the log and removes its directory with everything in it. The directory is first renamed, as Kafka does,
    /// to `<topic>-<partition>.<32 hex digits>-delete`, so that a crash midway leaves nothing that looks like a log.
    package func delete() throws(LogError) {
        state.withLock { $0.status = .closed }
        // A flush or a compaction that is under way ends first: its files must not go from under it.
        try flushing.withLock { (_) throws(LogError) in
            closeFiles()
            let grave = "\(parentDirectory(of: directory))/\(topicPartition).\(Self.randomHex())-delete"
            try LogError.onDisk { () throws(StorageError) in
                try storage.rename(directory, to: grave)
                try storage.syncDirectory(parentDirectory(of: directory))
                try Self.removeTree(grave, storage: storage)
            }
        }
    }

    /// Removes a directory of files, as ``delete()`` and the removal of `-delete` directories left by a crash do.
    package static func removeTree(_ directory: String, storage: any Storage) throws(StorageError) {
        for name in try storage.list(directory) { try storage.remove("\(directory)/\(name)") }
        try storage.removeDirectory(directory)
    }

    private static func randomHex() -> String {
        let high = UInt64.random(in: .min ... .max)
        let low = UInt64.random(in: .min ... .max)
        return [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    private func closeFiles() {
        let (segments, deleted) = state.withLock { ($0.segments, $0.deleted) }
        for segment in segments { segment.log.close() }
        for entry in deleted { entry.segment.log.close() }
    }

    // MARK: - Under the lock

    /// Runs a change under the lock if the log is open; a disk error takes the log offline.
    func withOpenState<Value: Sendable>(
        _ body: (inout LogState) throws(StorageError) -> Value
    ) throws(LogError) -> Value {
        try state.withLock { (state) throws(LogError) -> Value in
            try checkOpen(state)
            do throws(StorageError) {
                return try body(&state)
            } catch {
                state.status = .offline(reason: "\(error)")
                throw .storage(error)
            }
        }
    }

    /// Throws unless the log is open.
    func checkOpen(_ state: LogState) throws(LogError) {
        switch state.status {
        case .open: return
        case .closed: throw .closed(topicPartition)
        case .offline(let reason): throw .offline(topicPartition, reason: reason)
        }
    }
}
