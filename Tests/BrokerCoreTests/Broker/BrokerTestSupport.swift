import Cluster
import Foundation
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

@testable import BrokerCore

/// A broker's directory and clock over several runs of the broker.
final class BrokerHome {
    let clock: TestClock
    let storage: any Storage
    let path: String
    private let directory: TemporaryDirectory?

    /// A home on the real disk, removed with the value.
    init() throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        path = "\(directory.path)/data"
        storage = DiskStorage(descriptorLimit: 512)
        clock = TestClock()
    }

    /// A home on another disk.
    init(on storage: any Storage, path: String = "/data", clock: TestClock = TestClock()) {
        directory = nil
        self.path = path
        self.storage = storage
        self.clock = clock
    }

    /// Opens the broker without background jobs.
    ///
    /// - Parameter lines: Where its log goes; nil for nowhere.
    func open(_ settings: [(key: String, value: String)] = [], lines: LogLines? = nil) throws -> Broker {
        let configuration = try BrokerConfiguration(
            dataDirectory: path, settings: BrokerSettings(settings), clusterID: "testClusterId000000001",
            backgroundJobs: false)
        return try Broker.open(
            configuration, storage: storage, clock: clock,
            logger: Logger(
                label: "test", factory: { _ in LogLines.Handler(lines) }))
    }

    /// Puts a copy of a log directory in place, before the first ``open(_:)``.
    func adopt(_ logDirectory: String) throws {
        let disk = DiskStorage(descriptorLimit: 64)
        try disk.createDirectory(path)
        try Self.copy(logDirectory, to: "\(path)/log", disk)
    }

    private static func copy(_ source: String, to target: String, _ disk: DiskStorage) throws {
        try disk.createDirectory(target)
        for name in try disk.list(source) {
            if try disk.status(of: "\(source)/\(name)")?.isDirectory == true {
                try copy("\(source)/\(name)", to: "\(target)/\(name)", disk)
            } else if let bytes = try disk.readFile("\(source)/\(name)") {
                let file = try disk.open("\(target)/\(name)", .replace)
                try file.write(bytes, at: 0)
                file.close()
            }
        }
    }
}

/// A log that keeps its lines.
final class LogLines: Sendable {
    /// Writes to it.
    struct Handler: LogHandler {
        let lines: LogLines?
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        init(_ lines: LogLines?) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines?.lines.withLock { $0.append("\(event.level): \(event.message)") } }
    }

    private let lines = Mutex<[String]>([])

    /// The lines so far, each with its level: `warning: …`.
    var all: [String] { lines.withLock { $0 } }

    /// How many lines have all of these words.
    func count(_ words: String...) -> Int { all.count { line in words.allSatisfy { line.contains($0) } } }
}

/// A record to write.
struct TestRecord {
    var key: String?
    var value: String?
}

extension Broker {
    /// Creates a topic, and says what was answered.
    @discardableResult
    func createTopic(
        _ name: String, partitions: Int32 = 1, _ configs: [(String, String)] = []
    ) -> CreateTopicsResponse.Topic {
        let topic = CreateTopicsRequest.Topic(
            name: name, numPartitions: partitions, replicationFactor: 1,
            configs: configs.map { .init(name: $0.0, value: $0.1) })
        return topics.create(CreateTopicsRequest(topics: [topic])).topics[0]
    }

    /// Deletes a topic by name.
    @discardableResult
    func deleteTopic(_ name: String) -> ErrorCode {
        topics.delete(DeleteTopicsRequest(topics: [.init(name: name)])).responses[0].errorCode
    }

    /// Appends one batch and waits for its acknowledgement.
    @discardableResult
    func write(
        _ records: [TestRecord], to partition: TopicPartition, acks: Int16 = -1, timestamp: Int64? = nil,
        producerID: Int64 = -1, sequence: Int32 = -1, codec: CompressionCodec = .none
    ) throws -> AppendOutcome {
        var builder = RecordBatchBuilder(
            codec: codec, producerID: producerID, producerEpoch: producerID < 0 ? -1 : 0, baseSequence: sequence)
        for record in records {
            builder.append(
                timestamp: timestamp ?? clock.wallMilliseconds, key: record.key.map { ByteBuffer(string: $0) },
                value: record.value.map { ByteBuffer(string: $0) })
        }
        let answer = Answer<AppendOutcome>()
        append(try builder.build(), to: partition, acks: acks) { answer.give($0) }
        return answer.wait()
    }

    /// All records of a partition that are no control records, by offset.
    func records(of partition: TopicPartition) throws -> [Record] {
        var found: [Record] = []
        guard let offsets = offsets(of: partition) else { return [] }
        var next = offsets.start
        while next < offsets.highWatermark {
            guard let result = read(partition, from: next, maxBytes: 1 << 20).result, result.nextOffset > next else {
                break
            }
            for batch in RecordBatches(result.records) where !batch.header.isControl {
                try batch.records(limit: 64 << 20).forEach { record in
                    if record.offset >= offsets.start { found.append(record) }
                    return true
                }
            }
            next = result.nextOffset
        }
        return found
    }
}

/// An answer that comes from another thread.
final class Answer<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let given = DispatchSemaphore(value: 0)

    func give(_ value: Value) {
        self.value.withLock { $0 = value }
        given.signal()
    }

    func wait() -> Value {
        given.wait()
        guard let value = value.withLock({ $0 }) else { preconditionFailure("signalled without a value") }
        return value
    }
}

extension TopicPartition {
    init(_ topic: String, _ partition: Int32 = 0) { self.init(topic: topic, partition: partition) }
}

/// Recorded requests and answers, in pairs.
struct RecordedExchange: Sendable {
    var file: String
    var request: AnyRequest
    var response: AnyResponse
    var version: Int16

    private struct Line: Decodable {
        var from: String?
        var conn: Int?
        var dir: String?
        var apiKey: Int16?
        var apiVersion: Int16?
        var correlationId: Int32?
        var hex: String?
    }

    /// The exchanges of a file of the whole recording, or of the core beside the tests.
    static func all(_ file: String) throws -> [RecordedExchange] {
        let whole = LogGolden.root + "/../wire/" + file
        let core = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Golden/wire/topics-and-configs.jsonl")
        let url = LogGolden.isWhole ? URL(fileURLWithPath: whole) : core
        var open: [String: (Int16, ByteBuffer)] = [:]
        var found: [RecordedExchange] = []
        for text in try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")) {
            let line = try JSONDecoder().decode(Line.self, from: text)
            guard let key = line.apiKey, let version = line.apiVersion, let hex = line.hex, let id = line.correlationId,
                line.from == nil || line.from == file
            else { continue }
            let frame = ByteBuffer(bytes: bytes(hex))
            let name = "\(line.conn ?? 0)/\(id)"
            if line.dir == "req" {
                open[name] = (key, frame)
            } else if line.dir == "res", let (_, asked) = open.removeValue(forKey: name),
                let request = try? AnyRequest.decode(frame: asked),
                let response = try? AnyResponse.decode(frame: frame, key: key, version: version)
            {
                found.append(
                    RecordedExchange(file: file, request: request.1, response: response.1, version: version))
            }
        }
        return found
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
