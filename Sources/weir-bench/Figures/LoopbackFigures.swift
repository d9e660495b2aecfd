import Cluster
import KafkaProtocol
import NIOCore

/// Produce and Fetch through the listener of a `weir serve` process, against a thread that moves the same bytes between a socket and a file.
///
/// The client sends requests that were encoded beforehand, five in flight, and throws away what it fetches: its own cost is near nothing,
/// so the figures are the broker's.
struct LoopbackFigures {
    private static let inFlight = 5
    private static let produceVersion: Int16 = 9
    private static let fetchVersion: Int16 = 12

    /// What one round gave.
    private struct Result {
        var megabytesPerSecond: Double
        var processorSecondsPerGigabyte: Double
    }

    let context: FigureContext

    /// Takes the figures of both batch sizes.
    func run() throws {
        let folder = context.workplace.fresh("loopback")
        let process = try ServeProcess(
            context.program, data: folder, settings: ["delete.topic.enable=true", "file.delete.delay.ms=0"])
        defer {
            process.stop()
            context.workplace.remove(folder)
        }
        let (port, _) = try process.waitUntilReady()
        for (name, bytes) in [("1 MiB", 1 << 20), ("16 KiB", 16 << 10)] {
            let (batch, count) = try PreparedBatch.records(bytes: bytes)
            for acks: Int16 in [1, -1] { try produce(name, batch, acks, process, port) }
            try fetch(name, batch, count, process, port)
        }
        context.table.add(
            Row(
                "weir serve: resident memory after that", "MB",
                Sample([ProcessFiles(process.processID).residentBytes / 1e6])))
    }

    // MARK: Produce

    private func produce(
        _ size: String, _ batch: ByteBuffer, _ acks: Int16, _ process: ServeProcess, _ port: UInt16
    ) throws {
        let batches = max(Self.inFlight, context.bytesPerRound / batch.readableBytes)
        let bytes = batches * batch.readableBytes
        let files = ProcessFiles(process.processID)
        var topics = 0
        let results = try context.rounds.alternate {
            topics += 1
            let topic = "produce-\(batch.readableBytes)-\(acks)-\(topics)"
            let connection = try WireConnection(port: port)
            try create(topic, connection)
            defer { try? delete(topic, connection) }
            let frame = try Self.frame(batch, to: topic, acks: acks)
            try send(frame, times: 1, over: connection)
            let before = files.processorSeconds
            let watch = Stopwatch()
            try send(frame, times: batches, over: connection)
            let seconds = watch.seconds
            return Result(bytes, seconds, files.processorSeconds - before)
        } _: {
            let peer = try PlainPeer(.store(path: context.workplace.fresh("plain")))
            let connection = try WireConnection(port: peer.port)
            let frame = try Self.frame(batch, to: "produce-0", acks: acks)
            let watch = Stopwatch()
            for _ in 0..<batches { try connection.send(frame) }
            connection.endSending()
            try connection.drain(1)
            let seconds = watch.seconds
            return Result(bytes, seconds, try peer.wait())
        }
        add("loopback produce, \(size) batches, acks=\(acks == -1 ? "all" : "\(acks)")", "recv(), write()", results)
    }

    /// Sends the same request over and over, and checks every answer.
    private func send(_ frame: ByteBuffer, times: Int, over connection: WireConnection) throws {
        var sent = 0
        for answered in 0..<times {
            while sent < times, sent - answered < Self.inFlight {
                try connection.send(frame)
                sent += 1
            }
            let answer = try AnyResponse.decode(
                frame: try connection.frame(), key: ProduceRequest.api.key, version: Self.produceVersion
            ).1
            guard case .produce(let response) = answer,
                let partition = response.responses.first?.partitionResponses.first, partition.errorCode == .none
            else { throw BenchError("a produce request failed: \(answer)") }
        }
    }

    private static func frame(_ batch: ByteBuffer, to topic: String, acks: Int16) throws -> ByteBuffer {
        let request = ProduceRequest(
            acks: acks, timeoutMs: 30_000,
            topicData: [.init(name: topic, partitionData: [.init(index: 0, records: batch)])])
        return try joined(AnyRequest.produce(request), version: produceVersion)
    }

    private static func joined(_ request: AnyRequest, version: Int16) throws -> ByteBuffer {
        var frame = ByteBuffer()
        for piece in try request.encode(version: version, correlationID: 1, clientID: "weir-bench") {
            frame.writeImmutableBuffer(piece)
        }
        return frame
    }

    // MARK: Fetch

    private func fetch(
        _ size: String, _ batch: ByteBuffer, _ records: Int, _ process: ServeProcess, _ port: UInt16
    ) throws {
        let perFetch = max(1, (1 << 20) / batch.readableBytes)
        let fetches = max(Self.inFlight, context.bytesPerRound / (perFetch * batch.readableBytes))
        let bytes = fetches * perFetch * batch.readableBytes
        let topic = "fetch-\(batch.readableBytes)"
        let connection = try WireConnection(port: port)
        try create(topic, connection)
        defer { try? delete(topic, connection) }
        try send(try Self.frame(batch, to: topic, acks: 1), times: fetches * perFetch, over: connection)
        let plain = context.workplace.fresh("plain")
        let file = try PlainFile(plain)
        for _ in 0..<fetches * perFetch { try batch.withUnsafeReadableBytes { try file.write($0) } }

        let frames = try (0..<fetches).map { index in
            try Self.joined(
                .fetch(
                    FetchRequest(
                        maxWaitMs: 500, minBytes: 1, maxBytes: 64 << 20,
                        topics: [
                            .init(
                                topic: topic,
                                partitions: [
                                    .init(
                                        partition: 0, fetchOffset: Int64(index * perFetch * records),
                                        partitionMaxBytes: Int32(perFetch * batch.readableBytes))
                                ])
                        ])),
                version: Self.fetchVersion)
        }
        let wanted = perFetch * batch.readableBytes
        let files = ProcessFiles(process.processID)
        let results = try context.rounds.alternate {
            let before = files.processorSeconds
            let watch = Stopwatch()
            var sent = 0
            for answered in 0..<fetches {
                while sent < fetches, sent - answered < Self.inFlight {
                    try connection.send(frames[sent])
                    sent += 1
                }
                let length = try connection.drainFrame()
                guard length > wanted, length < wanted + 256 else {
                    throw BenchError("a fetch gave \(length) bytes instead of \(wanted)")
                }
            }
            let seconds = watch.seconds
            return Result(bytes, seconds, files.processorSeconds - before)
        } _: {
            let peer = try PlainPeer(.send(path: plain, bytes: bytes))
            let connection = try WireConnection(port: peer.port)
            let watch = Stopwatch()
            try connection.drain(bytes)
            let seconds = watch.seconds
            return Result(bytes, seconds, try peer.wait())
        }
        add("loopback fetch, 1 MiB of \(size) batches at a time", "pread(), send()", results)
    }

    // MARK: Topics

    private func create(_ topic: String, _ connection: WireConnection) throws {
        let request = CreateTopicsRequest(topics: [.init(name: topic, numPartitions: 1, replicationFactor: 1)])
        guard case .createTopics(let response) = try connection.ask(.createTopics(request), version: 5),
            response.topics.allSatisfy({ $0.errorCode == .none })
        else { throw BenchError("cannot create \(topic)") }
    }

    private func delete(_ topic: String, _ connection: WireConnection) throws {
        _ = try connection.ask(.deleteTopics(DeleteTopicsRequest(topicNames: [topic], timeoutMs: 30_000)), version: 4)
    }

    private func add(_ name: String, _ baseline: String, _ results: [(first: Result, second: Result)]) {
        context.table.add(
            Row(
                name, "MB/s", Sample(results.map(\.first.megabytesPerSecond)),
                baseline: (baseline, Sample(results.map(\.second.megabytesPerSecond)))))
        context.table.add(
            Row(
                "  processor time of the broker", "s/GB", Sample(results.map(\.first.processorSecondsPerGigabyte)),
                baseline: ("of the plain thread", Sample(results.map(\.second.processorSecondsPerGigabyte)))))
    }
}

extension LoopbackFigures.Result {
    /// What moving bytes took.
    fileprivate init(_ bytes: Int, _ seconds: Double, _ processorSeconds: Double) {
        self.init(
            megabytesPerSecond: Double(bytes) / 1e6 / seconds,
            processorSecondsPerGigabyte: processorSeconds / (Double(bytes) / 1e9))
    }
}
