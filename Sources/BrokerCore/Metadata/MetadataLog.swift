import Cluster
import KafkaProtocol
import NIOCore

/// The metadata log `__cluster_metadata-0`: topics, partitions and settings as Kafka's KRaft records, and the image they make.
///
/// Records are appended as one batch each change (so a crash leaves all of a change or nothing) and synced before they count. When the log has
/// grown enough a snapshot is written; the log is kept back to the snapshot before it, so that a damaged snapshot costs nothing.
/// `quorum-state` is Kafka's and left as it is.
struct MetadataLog: Sendable {
    /// The `metadata.version` of directories that Weir makes: 3.8-IV0.
    static let metadataVersion: Int16 = 20
    /// The log's partition.
    static let topicPartition = TopicPartition(topic: TopicName.metadata, partition: 0)
    /// The leader epoch of a fresh log.
    private static let firstEpoch: Int32 = 1

    /// The state up to the last durable change.
    private(set) var image: MetadataImage
    private let log: PartitionLog
    private let directory: String
    private let storage: any Storage
    private let clock: any Clock
    private let snapshotBytes: Int64
    private let snapshotMilliseconds: Int64
    private var snapshots: [MetadataSnapshot]
    private var bytesSinceSnapshot: Int64
    private var lastSnapshotAt: Int64

    /// What opening found.
    struct Opened: Sendable {
        /// The log with its image.
        var log: MetadataLog
        /// False when the directory had no metadata log: there is none of its topics in the image.
        var existed: Bool
        /// What is worth telling.
        var notes: [String]
    }

    /// Opens the metadata log of a log directory, or begins one.
    ///
    /// - Throws: ``LogError`` when the log cannot be read whole: topics would be missing.
    static func open(
        logDirectory: String, settings: BrokerSettings, storage: any Storage, clock: any Clock
    ) throws(LogError) -> Opened {
        let directory = "\(logDirectory)/\(topicPartition)"
        var notes: [String] = []
        let isThere = try LogError.onDisk { () throws(StorageError) in
            guard try storage.status(of: directory) != nil else { return false }
            return try storage.list(directory).contains { $0.hasSuffix(".log") || $0.hasSuffix(".checkpoint") }
        }
        let snapshots = isThere ? try MetadataSnapshot.all(in: directory, on: storage) : []
        let log = try openLog(directory, isThere: isThere, settings, storage, clock)
        notes += log.recovery.lines(of: topicPartition)
        var (image, used) = try newestImage(snapshots, directory, log.offsets.start, storage, &notes)
        var replay = MetadataReplay(image)
        let bytes = try read(log, from: max(image.endOffset, log.offsets.start), into: &replay)
        image = replay.image
        var opened = MetadataLog(
            image: image, log: log, directory: directory, storage: storage, clock: clock,
            snapshotBytes: max(1, settings.integer("metadata.log.max.record.bytes.between.snapshots", or: 20 << 20)),
            snapshotMilliseconds: settings.integer("metadata.log.max.snapshot.interval.ms", or: 3_600_000),
            snapshots: used, bytesSinceSnapshot: bytes, lastSnapshotAt: clock.wallMilliseconds)
        if replay.isInTransaction {
            notes.append("__cluster_metadata: an unfinished transaction of a former controller is aborted")
            try opened.append([.abortTransaction(AbortTransactionRecord(reason: "controller failover"))], giving: image)
        }
        return Opened(log: opened, existed: image.endOffset > 0, notes: notes)
    }

    private static func openLog(
        _ directory: String, isThere: Bool, _ settings: BrokerSettings, _ storage: any Storage, _ clock: any Clock
    ) throws(LogError) -> PartitionLog {
        var config = LogConfig()
        config.segmentBytes = Int(clamping: settings.integer("metadata.log.segment.bytes", or: 1 << 30))
        config.maxMessageBytes = config.segmentBytes
        config.segmentMs = .max
        config.retentionMs = -1
        config.retentionBytes = -1
        config.fileDeleteDelayMs = 0
        // Kafka reads this log again from its first segment at every start; it is small.
        return isThere
            ? try PartitionLog.open(
                topicPartition: topicPartition, topicID: .metadataTopic, directory: directory, config: config,
                recoveryPoint: 0, logStartOffset: 0, hadCleanShutdown: false, storage: storage, clock: clock)
            : try PartitionLog.create(
                topicPartition: topicPartition, topicID: .metadataTopic, directory: directory, config: config,
                storage: storage, clock: clock)
    }

    /// The newest snapshot that can be read, or an empty image where the log goes back to its beginning.
    private static func newestImage(
        _ snapshots: [MetadataSnapshot], _ directory: String, _ logStart: Int64, _ storage: any Storage,
        _ notes: inout [String]
    ) throws(LogError) -> (MetadataImage, [MetadataSnapshot]) {
        var usable = snapshots
        while let snapshot = usable.last {
            do throws(LogError) {
                return (try snapshot.load(from: directory, on: storage), usable)
            } catch {
                notes.append("\(error); an older state is taken, and the log read from there")
                usable.removeLast()
            }
            guard snapshot.endOffset >= logStart else { break }
        }
        guard logStart == 0 else {
            throw .corruptFile(
                directory,
                "its log begins at offset \(logStart) and no snapshot before that can be read; move the directory away to take "
                    + "topics from the other directories, with default settings")
        }
        return (MetadataImage(), [])
    }

    /// Reads the log's records into an image.
    ///
    /// - Returns: How many bytes were read.
    private static func read(
        _ log: PartitionLog, from start: Int64, into replay: inout MetadataReplay
    ) throws(LogError) -> Int64 {
        guard start == replay.image.endOffset else {
            throw .corruptFile(log.directory, "offsets \(replay.image.endOffset) to \(start - 1) are missing")
        }
        var next = start
        var bytes: Int64 = 0
        while next < log.offsets.end {
            let result = try log.read(from: next, maxBytes: 1 << 20, minOneBatch: true, isolation: .readUncommitted)
            bytes += Int64(result.records.readableBytes)
            let reached = try MetadataBatches.forEach(in: result.records, expected: nil, path: log.directory) {
                (framed, offset) throws(MetadataError) in
                // A snapshot may end inside a batch.
                if offset >= start { try replay.take(framed, offset: offset) }
            }
            guard let reached, reached.endOffset > next else {
                throw .corruptFile(log.directory, "offset \(next) cannot be read")
            }
            try expectWhole(result.records, from: next, start: start, path: log.directory)
            replay.reached(endOffset: reached.endOffset, epoch: reached.epoch)
            next = reached.endOffset
        }
        return bytes
    }

    /// Throws where a batch is missing: nothing ever leaves the middle of this log.
    private static func expectWhole(_ records: ByteBuffer, from next: Int64, start: Int64, path: String)
        throws(LogError)
    {
        var expected = next
        for batch in RecordBatches(records) {
            guard batch.header.baseOffset <= expected else {
                throw .corruptFile(
                    path,
                    "offsets \(expected) to \(batch.header.baseOffset - 1) are missing, so topics may be; move the directory "
                        + "away to take topics from the other directories, with default settings")
            }
            expected = batch.header.lastOffset + 1
        }
    }

    // MARK: Writing

    /// Writes records as one batch, durably.
    ///
    /// - Parameter image: The image with the records applied; it counts from then on.
    /// - Throws: ``LogError``; the image stays as it was, and the log takes nothing more.
    mutating func append(_ records: [MetadataRecord], giving image: MetadataImage) throws(LogError) {
        var framed: [ByteBuffer] = []
        framed.reserveCapacity(records.count)
        for record in records {
            framed.append(try MetadataBatches.frame(record, metadataVersion: image.metadataVersion))
        }
        let batch = try MetadataBatches.build(
            framed, epoch: max(Self.firstEpoch, image.epoch), timestamp: clock.wallMilliseconds)
        try write(batch, giving: image)
    }

    /// Begins a fresh log: who leads it, which format it has, who the broker is (Kafka's bootstrap records).
    mutating func bootstrap(nodeID: Int32, directoryID: KafkaUUID) throws(LogError) {
        let voter = LeaderChangeMessage.Voter(voterID: nodeID)
        var fresh = MetadataImage()
        fresh.epoch = Self.firstEpoch
        try write(
            MetadataBatches.build(
                .leaderChange(LeaderChangeMessage(leaderID: nodeID, voters: [voter], grantingVoters: [voter])),
                version: 0,
                epoch: Self.firstEpoch, timestamp: clock.wallMilliseconds),
            giving: fresh)
        let records: [MetadataRecord] = [
            .featureLevel(FeatureLevelRecord(name: "metadata.version", featureLevel: Self.metadataVersion)),
            .registerBroker(
                RegisterBrokerRecord(
                    brokerID: nodeID, incarnationID: .random(), brokerEpoch: image.endOffset,
                    features: [
                        .init(
                            name: "metadata.version", minSupportedVersion: 1, maxSupportedVersion: Self.metadataVersion)
                    ], fenced: false, logDirs: [directoryID])),
        ]
        var next = image
        for record in records { next.apply(record) }
        try append(records, giving: next)
    }

    private mutating func write(_ batch: ByteBuffer, giving image: MetadataImage) throws(LogError) {
        var image = image
        image.epoch = max(Self.firstEpoch, image.epoch)
        log.beginLeaderEpoch(image.epoch)
        let result = try log.append(batch, origin: .coordinator)
        try log.flush()
        image.endOffset = result.endOffset
        self.image = image
        bytesSinceSnapshot += Int64(result.bytes)
    }

    /// Writes a snapshot if enough was written, or enough time has passed with any change, since the last one.
    mutating func snapshotIfDue() throws(LogError) {
        let now = clock.wallMilliseconds
        let isOld = snapshotMilliseconds > 0 && bytesSinceSnapshot > 0 && now &- lastSnapshotAt >= snapshotMilliseconds
        guard bytesSinceSnapshot >= snapshotBytes || isOld else { return }
        try snapshot()
    }

    /// Writes a snapshot and drops what the one before it covers.
    mutating func snapshot() throws(LogError) {
        guard image.endOffset > (snapshots.last?.endOffset ?? 0) else { return }
        let now = clock.wallMilliseconds
        snapshots.append(try MetadataSnapshot.write(image, to: directory, now: now, on: storage))
        bytesSinceSnapshot = 0
        lastSnapshotAt = now
        try log.rollActiveSegment()
        guard snapshots.count >= 2 else { return }
        // The log stays back to the snapshot before the newest: should that turn out unreadable, nothing is lost.
        _ = try log.deleteRecords(before: snapshots[snapshots.count - 2].endOffset)
        _ = try log.enforceRetention()
        _ = try log.removeDeletedFiles()
        while snapshots.count > 2 {
            let oldest = snapshots.removeFirst()
            try LogError.onDisk { () throws(StorageError) in try storage.remove("\(directory)/\(oldest.fileName)") }
        }
        try log.flush()
    }

    /// Closes the log's files as Kafka does.
    func close() throws(LogError) { try log.close(clean: true) }
}
