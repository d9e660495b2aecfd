import Foundation
import Glibc
import KafkaProtocol
import NIOCore

/// What `weir serve` holds in memory: while producers and consumers are busy in 100 partitions, and with 1,000 partitions and 1,000
/// connections.
struct MemoryFigures {
    let context: FigureContext

    /// Takes the figures.
    func run() throws {
        for mode in ["os", "commit"] { try underLoad(flush: mode) }
        try manyOfEach()
    }

    // MARK: Under load

    private static let loadedPartitions: Int32 = 100
    private static let crews: Int32 = 5
    private static let loadedTopic = "load"

    /// Five producers and five consumers, each pair with a fifth of the partitions. The producers send as fast as they are answered, the
    /// consumers follow.
    private func underLoad(flush mode: String) throws {
        let folder = context.workplace.fresh("memory")
        let process = try ServeProcess(context.program, data: folder, settings: ["weir.flush.mode=\(mode)"])
        defer {
            process.stop()
            context.workplace.remove(folder)
        }
        let port = try process.waitUntilReady().port
        let files = ProcessFiles(process.processID)
        let idle = files.residentBytes
        try WireConnection(port: port).create(Self.loadedTopic, partitions: Self.loadedPartitions)
        let share = Self.loadedPartitions / Self.crews
        let (batch, count) = try PreparedBatch.records(bytes: 16 << 10, recordBytes: 100)
        let requests = max(1, context.bytesPerRound / (batch.readableBytes * Int(Self.loadedPartitions)))
        files.forgetPeak()
        let cost = try BrokerCost.measure(
            records: requests * count * Int(Self.loadedPartitions),
            bytes: requests * batch.readableBytes * Int(Self.loadedPartitions), of: files
        ) {
            try Crew.run(
                (0..<Self.crews).flatMap { crew -> [@Sendable () throws -> Void] in
                    let partitions = crew * share..<(crew + 1) * share
                    return [
                        {
                            let frame = try EncodedRequest.produce(batch, to: (Self.loadedTopic, partitions), acks: -1)
                            try Replayer(try WireConnection(port: port)).produce(frame, times: requests)
                        },
                        { try Self.consume(partitions, upTo: Int64(requests * count), port: port) },
                    ]
                })
        }
        let name = "weir serve, 5 + 5 clients in 100 partitions, flush=\(mode)"
        let table = context.table
        table.add(
            Row("\(name): resident memory, most", "MB", Sample([files.peakResidentBytes / 1e6]), aim: "≤ 60 MB"))
        table.add(Row("  after it", "MB", Sample([files.residentBytes / 1e6])))
        table.add(Row("  before it", "MB", Sample([idle / 1e6])))
        table.add(Row("  written, and read as fast", "MB/s", Sample([cost.megabytesPerSecond])))
        table.add(Row("  processor time of the broker", "s/1M", Sample([cost.brokerPerMillion])))
    }

    /// Follows partitions until each has given all its records.
    private static func consume(_ partitions: Range<Int32>, upTo end: Int64, port: UInt16) throws {
        let connection = try WireConnection(port: port)
        var offsets = Dictionary(uniqueKeysWithValues: partitions.map { ($0, Int64(0)) })
        while offsets.values.contains(where: { $0 < end }) {
            // The broker shares an answer's bytes out in the order of the request: who is behind comes first.
            let wanted = offsets.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
                (partition: $0.key, offset: $0.value)
            }
            try connection.send(try EncodedRequest.fetch(loadedTopic, wanted))
            let answer = try AnyResponse.decode(
                frame: try connection.frame(), key: FetchRequest.api.key, version: EncodedRequest.fetchVersion
            ).1
            guard case .fetch(let response) = answer else { throw BenchError("a fetch failed: \(answer)") }
            for partition in response.responses.flatMap(\.partitions) {
                guard partition.errorCode == .none else { throw BenchError("a fetch failed: \(partition.errorCode)") }
                guard let records = partition.records else { continue }
                var batches = RecordBatches(records)
                while let batch = batches.next() { offsets[partition.partitionIndex] = batch.header.nextOffset }
            }
        }
    }

    // MARK: Many of each

    private static let connections = 1_000

    /// A thousand partitions, all of them written to, and a thousand connections that have each asked something and wait for records.
    private func manyOfEach() throws {
        let folder = context.workplace.fresh("memory")
        try FilledDirectory.make(at: folder, topics: 100)
        let process = try ServeProcess(context.program, data: folder)
        defer {
            process.stop()
            context.workplace.remove(folder)
        }
        let (port, ready) = try process.waitUntilReady()
        let files = ProcessFiles(process.processID)
        let table = context.table
        table.add(Row("weir serve, 1,000 partitions: start to ready file", "ms", Sample([ready]), aim: "≤ 100 ms"))
        table.add(Row("  resident memory after the start", "MB", Sample([files.residentBytes / 1e6])))
        try writeEverywhere(try WireConnection(port: port))
        table.add(Row("  once each was written to", "MB", Sample([files.residentBytes / 1e6])))
        raiseFileLimit()
        let watch = Stopwatch()
        var connections: [WireConnection] = []
        for number in 0..<Self.connections {
            let connection = try WireConnection(port: port)
            let topic = "topic-\(number / 10)"
            _ = try connection.ask(.apiVersions(ApiVersionsRequest()), version: 3)
            _ = try connection.ask(.metadata(MetadataRequest(topics: [.init(name: topic)])), version: 12)
            connections.append(connection)
        }
        table.add(Row("  1,000 connections opened, Metadata answered", "ms", Sample([watch.milliseconds])))
        for (number, connection) in connections.enumerated() {
            try connection.send(try EncodedRequest.fetch("topic-\(number / 10)", [(Int32(number % 10), 0)]))
        }
        for connection in connections { _ = try connection.drainFrame() }
        table.add(Row("  once each connection has read a partition", "MB", Sample([files.residentBytes / 1e6])))
    }

    private func writeEverywhere(_ connection: WireConnection) throws {
        let (batch, _) = try PreparedBatch.records(bytes: 2_000, recordBytes: 200)
        for topic in 0..<100 {
            let frame = try EncodedRequest.produce(batch, to: ("topic-\(topic)", 0..<10), acks: -1)
            try Replayer(connection).produce(frame, times: 1)
        }
    }

    /// A thousand connections are more than many systems allow a process by default.
    private func raiseFileLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
