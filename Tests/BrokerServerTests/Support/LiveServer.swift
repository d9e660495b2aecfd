import BrokerCore
import Cluster
import Foundation
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

@testable import BrokerServer

/// A broker on a folder of its own, and a server for it on a free port. The folder goes when it is stopped.
final class LiveServer: Sendable {
    let broker: Broker
    let server: BrokerServer
    private let folder: URL

    /// Starts both.
    init(
        _ configuration: ServerConfiguration = ServerConfiguration(), settings: [String: String] = [:],
        storage: any Storage = DiskStorage()
    ) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var brokerSettings = BrokerSettings()
        // Kafka's tools answer for three partitions in the recordings; fifty would only cost time here.
        let defaults = ["offsets.topic.num.partitions": "3", "weir.flush.mode": "os"]
        for (key, value) in defaults.merging(settings, uniquingKeysWith: { $1 }) {
            try brokerSettings.set(key, to: value)
        }
        broker = try Broker.open(
            BrokerConfiguration(dataDirectory: folder.path, settings: brokerSettings), storage: storage,
            logger: quiet)
        broker.start()
        var configuration = configuration
        for index in configuration.listeners.indices {
            configuration.listeners[index].address = ListenerAddress(host: "127.0.0.1", port: 0)
        }
        server = try BrokerServer.start(for: broker, configuration: configuration, logger: quiet)
    }

    /// Where the server listens.
    var address: ListenerAddress { server.addresses[0] }

    /// Makes a topic.
    func createTopic(_ name: String, partitions: Int32 = 1, configs: [String: String] = [:]) throws {
        let client = try WireClient(to: address)
        let request = CreateTopicsRequest(
            topics: [
                .init(
                    name: name, numPartitions: partitions, replicationFactor: 1,
                    configs: configs.map { .init(name: $0.key, value: $0.value) })
            ], timeoutMs: 10_000)
        guard case .createTopics(let response) = try client.ask(.createTopics(request), version: 5),
            response.topics.allSatisfy({ $0.errorCode == .none })
        else { throw Failure.topicNotMade(name) }
    }

    /// Lets in the users of the recording broker, and gives one of its clients the quota that it had there.
    func addRecordedUsers() throws {
        try broker.scramUsers.set(
            ["256=[name=bob", "512=[name=dora", "256=[name=zed"].map {
                try NewScramUser(parsing: "SCRAM-SHA-\($0),password=x]")
            })
        let answer = broker.clientQuotas.alter(
            AlterClientQuotasRequest(entries: [
                .init(
                    entity: [.init(entityType: "client-id", entityName: "c1")],
                    ops: [.init(key: "producer_byte_rate", value: 1_024)])
            ]))
        guard answer.entries.allSatisfy({ $0.errorCode == .none }) else { throw Failure.quotaNotSet }
    }

    /// Appends records to a partition until its log ends at `end`.
    func fill(_ topic: String, _ partition: Int32, upTo end: Int64) throws {
        let target = TopicPartition(topic: topic, partition: partition)
        while let now = broker.offsets(of: target)?.end, now < end { try append("record \(now)", to: topic, partition) }
    }

    /// Appends a record, as often as is said.
    func append(_ value: String, to topic: String, _ partition: Int32 = 0, times: Int = 1) throws {
        let batch = Batches.one(value: value)
        for _ in 0..<times {
            let error = Mutex<ErrorCode?>(nil)
            broker.append(batch, to: TopicPartition(topic: topic, partition: partition), acks: 1) { outcome in
                error.withLock { $0 = outcome.error }
            }
            guard eventually({ error.withLock { $0 } != nil }), error.withLock({ $0 }) == ErrorCode.none else {
                throw Failure.notAppended
            }
        }
    }

    /// Stops both and removes the folder.
    func stop() {
        server.stop()
        broker.close()
        try? FileManager.default.removeItem(at: folder)
    }

    enum Failure: Error {
        case topicNotMade(String)
        case notAppended
        case quotaNotSet
    }
}

/// Record batches made by hand.
enum Batches {
    /// A batch of one record, uncompressed, without a producer id.
    static func one(value: String, timestamp: Int64 = 1_700_000_000_000) -> ByteBuffer {
        var record = ByteBuffer()
        record.writeBytes([0, 0, 0, 1])  // attributes, timestamp delta, offset delta, key of length -1
        writeVarint(value.utf8.count, to: &record)
        record.writeString(value)
        record.writeBytes([0])  // headers
        var checked = ByteBuffer()
        checked.writeInteger(Int16(0))  // attributes
        checked.writeInteger(Int32(0))  // last offset delta
        checked.writeInteger(timestamp)
        checked.writeInteger(timestamp)
        checked.writeInteger(Int64(-1))  // producer id, epoch, base sequence
        checked.writeInteger(Int16(-1))
        checked.writeInteger(Int32(-1))
        checked.writeInteger(Int32(1))
        writeVarint(record.readableBytes, to: &checked)
        checked.writeBuffer(&record)
        var batch = ByteBuffer()
        batch.writeInteger(Int64(0))  // base offset
        batch.writeInteger(Int32(checked.readableBytes + 9))
        batch.writeInteger(Int32(-1))  // leader epoch
        batch.writeInteger(Int8(2))  // magic
        batch.writeInteger(crc32c(checked.readableBytesView))
        batch.writeBuffer(&checked)
        return batch
    }

    private static func writeVarint(_ value: Int, to buffer: inout ByteBuffer) {
        var rest = UInt64(value) << 1
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }

    private static func crc32c(_ bytes: ByteBufferView) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
        }
        return ~sum
    }
}
