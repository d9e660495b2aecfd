import BrokerCore
import Cluster
import Foundation
import LiveQueries
import Logging
import Synchronization
import Testing

/// A broker on a folder of its own, with a folder for queries beside it.
final class QueryStage: Sendable {
    let broker: Broker
    let cluster: any Cluster
    private let home: URL

    init() throws {
        home = FileManager.default.temporaryDirectory.appending(path: "weir-queries-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        broker = try Broker.open(
            BrokerConfiguration(
                dataDirectory: home.appending(path: "data").path,
                settings: BrokerSettings([(key: "weir.flush.mode", value: "os")])),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        broker.start()
        cluster = EmbeddedCluster(broker)
    }

    deinit {
        broker.close()
        try? FileManager.default.removeItem(at: home)
    }

    /// Where queries keep what they keep.
    var queries: String { home.appending(path: "queries").path }

    func service(on other: (any Cluster)? = nil) -> LiveQueryService {
        LiveQueryService(on: other ?? cluster, keptIn: queries)
    }

    func topic(_ name: String, partitions: Int32 = 1, settings: [(name: String, value: String)] = []) async throws {
        try await cluster.createTopic(NewTopic(name, partitions: partitions, settings: settings), validateOnly: false)
    }

    /// Writes texts, or records without a value; the partition is the key's.
    func write(_ topic: String, partitions: Int32 = 1, _ records: [(key: String, value: String?, time: Int64)])
        async throws
    {
        var batches: [TopicPartition: [NewRecord]] = [:]
        for record in records {
            let key = Array(record.key.utf8)
            let place = TopicPartition(
                topic: topic, partition: KeyPartitioner.partition(of: key, partitions: partitions))
            batches[place, default: []].append(
                NewRecord(key: key, value: record.value.map { Array($0.utf8) }, timestamp: record.time))
        }
        for (place, batch) in batches {
            _ = try await cluster.produce(batch, to: place, compression: "none")
        }
    }

    /// All committed records of a topic, partition by partition.
    func read(_ topic: String) async throws -> [FetchedRecord] {
        var found: [FetchedRecord] = []
        let partitions = try await cluster.topics(named: [topic], detail: .layout).first?.partitions.count ?? 0
        for number in 0..<partitions {
            let place = TopicPartition(topic: topic, partition: Int32(number))
            var next: Int64 = 0
            while true {
                let answer = try await cluster.fetch(
                    place, from: next, limits: FetchLimits(maxRecords: 10_000, isReadCommitted: true))
                found += answer.records
                guard answer.nextOffset > next else { break }
                next = answer.nextOffset
            }
        }
        return found
    }

    /// The last value of each key of a topic, as texts; keys that are no more are left out.
    func table(_ topic: String) async throws -> [String: String] {
        var table: [String: String] = [:]
        for record in try await read(topic) {
            let key = String(decoding: record.key ?? [], as: UTF8.self)
            table[key] = record.value.map { String(decoding: $0, as: UTF8.self) }
        }
        return table
    }
}

/// Waits until something holds.
func eventually(
    _ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else {
            Issue.record("waited \(limit) for: \(what)")
            throw WaitedTooLong()
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}

struct WaitedTooLong: Error {}

/// What a script has told so far.
final class Heard: Sendable {
    private let state = Mutex<[ScriptEvent]>([])

    var events: [ScriptEvent] { state.withLock { $0 } }

    func take(_ event: ScriptEvent) { state.withLock { $0.append(event) } }
}

extension [StatementAnswer] {
    /// All that is said, line by line.
    var words: String {
        map { answer in
            switch answer {
            case .done(let text), .text(let text), .started(let text), .failed(let text): text
            case .table(let table):
                table.rows.map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }.joined(separator: "\n")
            }
        }.joined(separator: "\n")
    }
}

extension LiveQueryService {
    /// Runs statements that must all succeed.
    @discardableResult
    func mustRun(_ statements: String) async throws -> [StatementAnswer] {
        let answers = await run(statements)
        for case .failed(let reason) in answers { Issue.record("\(reason)") }
        return answers
    }

    func figures(_ id: String) -> QueryFigures? { board.queries.first { $0.id == id } }
}
