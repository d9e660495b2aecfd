import Cluster
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("The metadata log")
struct MetadataLogTests {
    private static let small: [(key: String, value: String)] = [
        ("metadata.log.max.record.bytes.between.snapshots", "2000")
    ]

    @Test(
        "stays bounded: snapshots take the place of old records, and a restart has the same topics",
        arguments: [true, false])
    func snapshots(isClean: Bool) throws {
        let home = try BrokerHome()
        var broker = try home.open(Self.small)
        broker.createTopic("kept", partitions: 3, [("retention.ms", "5")])
        for round in 0..<60 {
            broker.createTopic("round-\(round)")
            if round >= 10 { broker.deleteTopic("round-\(round - 10)") }
            try broker.topics.snapshotIfDue()
        }
        let expected = broker.topics.image
        let directory = "\(home.path)/log/__cluster_metadata-0"
        let files = try home.storage.list(directory)
        #expect(files.filter { $0.hasSuffix(".checkpoint") }.count == 2)
        #expect(!files.contains("00000000000000000000.log"))
        var bytes: Int64 = 0
        for name in files { bytes += try home.storage.status(of: "\(directory)/\(name)")?.size ?? 0 }
        #expect(bytes < 40_000)
        if isClean { broker.close() } else { broker.crash() }

        broker = try home.open(Self.small)
        defer { broker.close() }
        #expect(broker.topics.image.topics == expected.topics)
        #expect(broker.topics.image.configs == expected.configs)
        #expect(broker.topics.image.endOffset == expected.endOffset)
        #expect(broker.topics.logConfig(ofTopic: "kept").retentionMs == 5)
        #expect(broker.recoveryNotes == [])
    }

    @Test("a snapshot that cannot be read costs nothing: the one before it and the log are taken")
    func damagedSnapshot() throws {
        let home = try BrokerHome()
        var broker = try home.open(Self.small)
        for round in 0..<40 {
            broker.createTopic("t\(round)")
            try broker.topics.snapshotIfDue()
        }
        let expected = broker.topics.image.topics
        broker.close()
        let directory = "\(home.path)/log/__cluster_metadata-0"
        let newest = try #require(try home.storage.list(directory).last { $0.hasSuffix(".checkpoint") })
        let file = try home.storage.open("\(directory)/\(newest)", .write)
        try file.write(ByteBuffer(bytes: [0xFF, 0xFF, 0xFF]), at: 300)
        file.close()
        broker = try home.open(Self.small)
        defer { broker.close() }
        #expect(broker.topics.image.topics == expected)
        #expect(broker.recoveryNotes.contains { $0.contains(newest) })
    }

    @Test("records of unknown types are carried through snapshots, those that decide over topics are not passed over")
    func unknownRecords() throws {
        var replay = MetadataReplay()
        let unknown = ByteBuffer(bytes: [1, 99, 0, 42, 43])
        let topic = try MetadataBatches.frame(.makeTopic("t", id: KafkaUUID(high: 1, low: 2)), metadataVersion: 20)
        try replay.take(unknown, offset: 0)
        try replay.take(topic, offset: 1)
        #expect(try replay.image.records().contains(unknown))
        // A topic record of version 9.
        #expect(throws: MetadataError.unknownVersion(type: 2, offset: 5)) {
            try replay.take(ByteBuffer(bytes: [1, 2, 9, 0]), offset: 5)
        }
        #expect(throws: MetadataError.self) { try replay.take(topic, offset: 6) }
    }

    @Test("a transaction counts as a whole or not at all")
    func transactions() throws {
        func framed(_ record: MetadataRecord) throws -> ByteBuffer {
            try MetadataBatches.frame(record, metadataVersion: 20)
        }
        var replay = MetadataReplay()
        let id = KafkaUUID(high: 1, low: 2)
        try replay.take(framed(.beginTransaction(BeginTransactionRecord(name: "x"))), offset: 0)
        try replay.take(framed(.makeTopic("t", id: id)), offset: 1)
        #expect(replay.image.topics.isEmpty)
        #expect(replay.isInTransaction)
        try replay.take(framed(.abortTransaction(AbortTransactionRecord())), offset: 2)
        #expect(replay.image.topics.isEmpty)
        try replay.take(framed(.beginTransaction(BeginTransactionRecord(name: "x"))), offset: 3)
        try replay.take(framed(.makeTopic("t", id: id)), offset: 4)
        try replay.take(framed(.endTransaction(EndTransactionRecord())), offset: 5)
        #expect(replay.image.topic("t")?.id == id)
    }

    @Test(
        "Kafka's own snapshot reads, and a snapshot of ours reads back to the same image",
        .enabled(if: LogGolden.isWhole))
    func kafkaSnapshot() throws {
        let disk = DiskStorage(descriptorLimit: 64)
        // bootstrap.checkpoint is a snapshot under another name.
        let path = "\(LogGolden.directory("clean"))/bootstrap.checkpoint"
        let bytes = try #require(try disk.readFile(path))
        var replay = MetadataReplay()
        var controls = 0
        try MetadataBatches.forEach(in: bytes, expected: 0, path: path) { (framed, offset) throws(MetadataError) in
            try replay.take(framed, offset: offset)
        } control: { _, _ in
            controls += 1
        }
        #expect(controls == 2)
        #expect(replay.image.features == ["metadata.version": 20])

        let home = try BrokerHome()
        try home.adopt(LogGolden.directory("groups"))
        let broker = try home.open()
        defer { broker.close() }
        let image = broker.topics.image
        let temporary = try TemporaryDirectory()
        let snapshot = try MetadataSnapshot.write(image, to: temporary.path, now: 5, on: disk)
        let read = try snapshot.load(from: temporary.path, on: disk)
        #expect(read.topics == image.topics)
        #expect(read.configs == image.configs)
        #expect(read.features == image.features)
        #expect(read.brokers == image.brokers)
        #expect(read.controllers == image.controllers)
        #expect(read.nextProducerID == image.nextProducerID)
        #expect(read.zkMigrationState == image.zkMigrationState)
        #expect(read.endOffset == image.endOffset)
    }
}
