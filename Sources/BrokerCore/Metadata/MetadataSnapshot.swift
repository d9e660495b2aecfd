import KafkaProtocol
import NIOCore

/// A snapshot of the metadata log (KIP-630): `<end offset>-<epoch>.checkpoint` beside the log's segments.
///
/// ```
/// control batch   SnapshotHeader (version 0, timestamp of the last record)
/// batches         the records that make the image, offsets from 1 on
/// control batch   SnapshotFooter
/// ```
struct MetadataSnapshot: Sendable, Equatable, Comparable {
    /// One past the last offset it covers.
    var endOffset: Int64
    /// The leader epoch of that offset.
    var epoch: Int32

    /// Records a batch of a snapshot holds at most.
    private static let recordsPerBatch = 1000

    /// `00000000000000000147-0000000001.checkpoint`
    var fileName: String { "\(Self.padded(endOffset, 20))-\(Self.padded(Int64(epoch), 10)).checkpoint" }

    /// The snapshot that a file name names, or nil.
    init?(fileName: String) {
        let suffix = ".checkpoint"
        guard fileName.hasSuffix(suffix) else { return nil }
        let parts = fileName.dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 20, parts[1].utf8.count == 10,
            let endOffset = Int64(parts[0]), let epoch = Int32(parts[1]), endOffset >= 0, epoch >= 0
        else { return nil }
        self.init(endOffset: endOffset, epoch: epoch)
    }

    /// A snapshot up to an offset.
    init(endOffset: Int64, epoch: Int32) {
        self.endOffset = endOffset
        self.epoch = epoch
    }

    /// By offset, then by epoch.
    static func < (left: Self, right: Self) -> Bool {
        (left.endOffset, left.epoch) < (right.endOffset, right.epoch)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The snapshots of a directory, oldest first. Files that a crash left half written are removed.
    static func all(in directory: String, on storage: any Storage) throws(LogError) -> [MetadataSnapshot] {
        try LogError.onDisk { () throws(StorageError) in
            var found: [MetadataSnapshot] = []
            for name in try storage.list(directory) {
                if let snapshot = MetadataSnapshot(fileName: name) { found.append(snapshot) }
                if name.hasSuffix(".checkpoint.tmp") || name.hasSuffix(".checkpoint.part") {
                    try storage.remove("\(directory)/\(name)")
                }
            }
            return found.sorted()
        }
    }

    // MARK: Reading

    /// Reads a snapshot into an image.
    ///
    /// - Throws: ``LogError`` for a file that is cut, damaged or without its footer.
    func load(from directory: String, on storage: any Storage) throws(LogError) -> MetadataImage {
        let path = "\(directory)/\(fileName)"
        guard
            let bytes = try LogError.onDisk({ () throws(StorageError) in
                try storage.readFile(path, limit: 1 << 30)
            })
        else { throw .corruptFile(path, "it is not there") }
        var replay = MetadataReplay()
        var hasHeader = false
        var hasFooter = false
        try MetadataBatches.forEach(in: bytes, expected: 0, path: path) { (framed, offset) throws(MetadataError) in
            try replay.take(framed, offset: offset)
        } control: { record, _ in
            if case .snapshotHeader = record { hasHeader = true }
            if case .snapshotFooter = record { hasFooter = true }
        }
        guard hasHeader, hasFooter else { throw .corruptFile(path, "it has no end: it was not written whole") }
        replay.finishSnapshot()
        replay.reached(endOffset: endOffset, epoch: epoch)
        return replay.image
    }

    // MARK: Writing

    /// Writes the snapshot of an image, durably.
    static func write(
        _ image: MetadataImage, to directory: String, now: Int64, on storage: any Storage
    ) throws(LogError) -> MetadataSnapshot {
        let snapshot = MetadataSnapshot(endOffset: image.endOffset, epoch: image.epoch)
        var file = try MetadataBatches.build(
            .snapshotHeader(SnapshotHeaderRecord(lastContainedLogTimestamp: now)), version: 0, epoch: image.epoch,
            timestamp: now)
        var offset: Int64 = 1
        let records = try image.records()
        var index = 0
        while index < records.count {
            let end = min(records.count, index + recordsPerBatch)
            var batch = try MetadataBatches.build(
                Array(records[index..<end]), baseOffset: offset, epoch: image.epoch, timestamp: now)
            file.writeBuffer(&batch)
            offset += Int64(end - index)
            index = end
        }
        var footer = try MetadataBatches.build(
            .snapshotFooter(SnapshotFooterRecord()), version: 0, baseOffset: offset, epoch: image.epoch, timestamp: now)
        file.writeBuffer(&footer)
        try LogError.onDisk { () throws(StorageError) in
            try storage.replaceFile("\(directory)/\(snapshot.fileName)", with: file)
        }
        return snapshot
    }
}

extension MetadataImage {
    /// The `metadata.version` that records are written for; 3.8-IV0 in directories that say nothing.
    var metadataVersion: Int16 { features["metadata.version"] ?? MetadataLog.metadataVersion }

    /// The records that make this image, framed, in the order of Kafka's own snapshots.
    func records() throws(LogError) -> [ByteBuffer] {
        let level = metadataVersion
        var framed: [ByteBuffer] = []
        func add(_ record: MetadataRecord) throws(LogError) {
            framed.append(try MetadataBatches.frame(record, metadataVersion: level))
        }
        // metadata.version first: what follows is read by it.
        for (name, level) in features.sorted(by: {
            ($0.key != "metadata.version", $0.key) < ($1.key != "metadata.version", $1.key)
        }) {
            try add(.featureLevel(FeatureLevelRecord(name: name, featureLevel: level)))
        }
        if let zkMigrationState { framed.append(zkMigrationState) }
        for (_, controller) in controllers.sorted(by: { $0.key < $1.key }) { try add(.registerController(controller)) }
        for (_, broker) in brokers.sorted(by: { $0.key < $1.key }) { try add(.registerBroker(broker)) }
        for (_, topic) in topics.sorted(by: { $0.key < $1.key }) {
            try add(.makeTopic(topic.name, id: topic.id))
            for (_, partition) in topic.partitions.sorted(by: { $0.key < $1.key }) {
                try add(.partition(partition.record))
            }
        }
        for (resource, values) in configs.sorted(by: { $0.key < $1.key }) {
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { try add(.makeConfig(resource, name, value)) }
        }
        for (entity, quotas) in clientQuotas.sorted(by: { $0.key < $1.key }) {
            for (key, value) in quotas.sorted(by: { $0.key < $1.key }) {
                try add(.clientQuota(ClientQuotaRecord(entity: entity.recordParts, key: key, value: value)))
            }
        }
        if nextProducerID > 0 {
            let node = brokers.keys.min() ?? 1
            try add(
                .producerIds(
                    ProducerIdsRecord(
                        brokerID: node, brokerEpoch: brokers[node]?.brokerEpoch ?? -1, nextProducerID: nextProducerID)))
        }
        for (_, rule) in accessRules.sorted(by: { $0.key < $1.key }) { try add(.accessControlEntry(rule)) }
        for (user, credential) in scramCredentials.sorted(by: { $0.key < $1.key }) {
            try add(.userScramCredential(UserScramCredentialRecord(credential, of: user)))
        }
        return framed + kept
    }
}

/// Orders by whether, then by name.
private func < (left: (Bool, String), right: (Bool, String)) -> Bool {
    left.0 == right.0 ? left.1 < right.1 : !left.0
}
