import KafkaProtocol
import NIOCore

/// Produce and Fetch requests that were encoded beforehand, replayed to `weir serve` processes over loopback: what the broker itself can do,
/// and what its processor spends on it. The client's own cost is told apart.
///
/// Batches are 16 KiB, as Kafka's producer makes them by default (`batch.size`), and then a record each: what a request costs, whatever is
/// in it. Both ways to flush are measured in turns.
struct ReplayFigures {
    private static let batchBytes = 16 << 10
    /// Requests of a round at most: those of one record would move few bytes for long.
    private static let requestLimit = 20_000
    private static let modes = ["os", "commit"]

    let context: FigureContext

    /// A broker and how it flushes.
    private struct Subject {
        let mode: String
        let process: ServeProcess
        let connection: WireConnection
        var files: ProcessFiles { ProcessFiles(process.processID) }
    }

    /// Takes the figures of both record sizes.
    func run() throws {
        let folders = Self.modes.map { _ in context.workplace.fresh("replay") }
        defer { for folder in folders { context.workplace.remove(folder) } }
        let subjects = try zip(Self.modes, folders).map { mode, folder in
            let process = try ServeProcess(
                context.program, data: folder,
                settings: ["weir.flush.mode=\(mode)", "delete.topic.enable=true", "file.delete.delay.ms=0"])
            return Subject(
                mode: mode, process: process, connection: try WireConnection(port: try process.waitUntilReady().port))
        }
        defer { for subject in subjects { subject.process.stop() } }
        for (name, bytes) in [("100 B", 100), ("1 KiB", 1024)] {
            let (batch, count) = try PreparedBatch.records(bytes: Self.batchBytes, recordBytes: bytes)
            context.table.note("\(name) records: \(count) in a batch of \(batch.readableBytes) bytes")
            for acks: Int16 in [1, -1] { try produce(name, batch, count, acks, subjects) }
            try fetch(name, batch, count, subjects)
        }
        let (single, _) = try PreparedBatch.records(bytes: 0, recordBytes: 100)
        try produce("100 B, a request each", single, 1, 1, subjects)
    }

    private func produce(
        _ name: String, _ batch: ByteBuffer, _ count: Int, _ acks: Int16, _ subjects: [Subject]
    ) throws {
        let batches = min(Self.requestLimit, max(Replayer.window, context.bytesPerRound / batch.readableBytes))
        var topics = 0
        let results = try alternate(subjects) { subject in
            topics += 1
            let topic = "produce-\(batch.readableBytes)-\(acks)-\(topics)"
            try subject.connection.create(topic)
            defer { try? subject.connection.delete(topic) }
            let replayer = Replayer(subject.connection)
            let frame = try EncodedRequest.produce(batch, to: (topic, 0..<1), acks: acks)
            // The first request makes the partition's files.
            try replayer.produce(frame, times: 1)
            return try BrokerCost.measure(
                records: batches * count, bytes: batches * batch.readableBytes, of: subject.files
            ) { try replayer.produce(frame, times: batches) }
        }
        for (subject, costs) in results {
            add("replay produce, \(name), acks=\(acks == -1 ? "all" : "\(acks)"), flush=\(subject.mode)", costs)
        }
    }

    /// Fetches 1 MiB at a time. How the log is flushed does not matter to who reads it, so one broker is asked.
    private func fetch(_ name: String, _ batch: ByteBuffer, _ count: Int, _ subjects: [Subject]) throws {
        let subject = subjects[0]
        let batches = max(1, (1 << 20) / batch.readableBytes)
        let fetches = max(Replayer.window, context.bytesPerRound / (batches * batch.readableBytes))
        let topic = "fetch-\(batch.readableBytes)"
        try subject.connection.create(topic)
        defer { try? subject.connection.delete(topic) }
        let replayer = Replayer(subject.connection)
        let produce = try EncodedRequest.produce(batch, to: (topic, 0..<1), acks: 1)
        try replayer.produce(produce, times: fetches * batches)
        let wanted = batches * batch.readableBytes
        let frames = try (0..<fetches).map { index in
            try EncodedRequest.fetch(topic, [(0, Int64(index * batches * count))], maxBytes: wanted)
        }
        let costs = try (0...context.rounds.count).map { _ in
            try BrokerCost.measure(
                records: fetches * batches * count, bytes: fetches * wanted, of: subject.files
            ) { try replayer.fetch(frames, each: wanted) }
        }
        add("replay fetch, \(name), 1 MiB at a time", Array(costs.dropFirst()))
    }

    private func alternate(
        _ subjects: [Subject], _ body: (Subject) throws -> BrokerCost
    ) throws -> [(Subject, [BrokerCost])] {
        let results = try context.rounds.alternate {
            try body(subjects[0])
        } _: {
            try body(subjects[1])
        }
        return [(subjects[0], results.map(\.first)), (subjects[1], results.map(\.second))]
    }

    private func add(_ name: String, _ costs: [BrokerCost]) {
        let table = context.table
        table.add(Row(name, "MB/s", Sample(costs.map(\.megabytesPerSecond))))
        table.add(Row("  records", "1k/s", Sample(costs.map(\.kiloRecordsPerSecond))))
        table.add(Row("  processor time of the broker", "s/1M", Sample(costs.map(\.brokerPerMillion))))
        table.add(Row("  processor time of the broker", "s/GB", Sample(costs.map(\.brokerPerGigabyte))))
        table.add(Row("  processor time of the client", "s/1M", Sample(costs.map(\.clientPerMillion))))
    }
}
