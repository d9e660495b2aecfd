import DemoWorkload
import Foundation
import NIOCore

/// What a real client gets from `weir serve`, against what the same client gets from librdkafka's own mock broker, which keeps nothing: how
/// much of the client's speed the broker leaves it.
///
/// The client is kcat, sending lines of a file with librdkafka's defaults and acks=all. Broker, mock broker and client are processes of
/// their own; times are of the whole kcat process, its start included.
struct ClientFigures {
    let context: FigureContext

    /// A log file's worth of lines.
    private struct Lines {
        let path: String
        let count: Int
        let bytes: Int
    }

    /// Takes the figures, or says what is missing.
    func run() throws {
        let scratch = context.workplace.fresh("kcat")
        guard let kcat = Kcat(scratch: scratch) else {
            context.table.note("clients: skipped, there is no kcat in PATH (Debian: apt-get install kcat)")
            return
        }
        context.table.note("clients: \(kcat.version), against the mock broker of the same librdkafka")
        let mock = try MockBroker(kcat, scratch: context.workplace.fresh("mock"))
        for mode in ["os", "commit"] {
            let folder = context.workplace.fresh("clients")
            let process = try ServeProcess(
                context.program, data: folder,
                settings: ["weir.flush.mode=\(mode)", "delete.topic.enable=true", "file.delete.delay.ms=0"])
            defer {
                process.stop()
                context.workplace.remove(folder)
            }
            let port = try process.waitUntilReady().port
            for (name, bytes) in [("100 B", 100), ("1 KiB", 1024)] {
                let lines = try lines(of: bytes)
                defer { context.workplace.remove(lines.path) }
                try produce(name, lines, mode, kcat, process, port, mock)
                // How the log is flushed does not matter to who reads it.
                if mode == "os" { try consume(name, lines, kcat, process, port) }
            }
        }
    }

    private func produce(
        _ name: String, _ lines: Lines, _ mode: String, _ kcat: Kcat, _ process: ServeProcess, _ port: UInt16,
        _ mock: MockBroker
    ) throws {
        let connection = try WireConnection(port: port)
        var topics = 0
        let scratch = context.workplace.fresh("kcat")
        let results = try context.rounds.alternate {
            topics += 1
            let topic = "clients-\(name.prefix { $0 != " " })-\(topics)"
            try connection.create(topic)
            defer { try? connection.delete(topic) }
            return try cost(of: lines, process.processID) {
                try kcat.produce(lines.path, to: topic, port: port, scratch: scratch)
            }
        } _: {
            // A topic that is new to the mock broker is made by asking for it.
            try cost(of: lines, mock.processID) {
                try kcat.produce(
                    lines.path, to: "clients-\(name.prefix { $0 != " " })-\(topics)", port: mock.port, scratch: scratch)
            }
        }
        let (own, mocked) = (results.map(\.first), results.map(\.second))
        context.table.add(
            Row(
                "kcat produce, \(name), acks=all, flush=\(mode)", "1k/s", Sample(own.map(\.kiloRecordsPerSecond)),
                baseline: ("librdkafka's mock", Sample(mocked.map(\.kiloRecordsPerSecond))),
                aim: mode == "os" ? "≥ 0.8 ×" : ""))
        context.table.add(
            Row(
                "  processor time of the broker", "s/1M", Sample(own.map(\.brokerPerMillion)),
                baseline: ("of the mock", Sample(mocked.map(\.brokerPerMillion))), aim: Self.aim(of: name)))
        context.table.add(
            Row(
                "  processor time of the broker", "s/GB", Sample(own.map(\.brokerPerGigabyte)),
                baseline: ("of the mock", Sample(mocked.map(\.brokerPerGigabyte)))))
        context.table.add(
            Row(
                "  processor time of kcat", "s/1M", Sample(own.map(\.clientPerMillion)),
                baseline: ("with the mock", Sample(mocked.map(\.clientPerMillion)))))
    }

    /// The mock broker forgets all but the last megabytes, so reading is not compared with it.
    private func consume(
        _ name: String, _ lines: Lines, _ kcat: Kcat, _ process: ServeProcess, _ port: UInt16
    ) throws {
        let connection = try WireConnection(port: port)
        let topic = "consume-\(lines.bytes)"
        try connection.create(topic)
        defer { try? connection.delete(topic) }
        _ = try kcat.produce(lines.path, to: topic, port: port, scratch: context.workplace.fresh("kcat"))
        let costs = try (0...context.rounds.count).map { _ in
            try cost(of: lines, process.processID) { try kcat.consume(lines.count, of: topic, port: port) }
        }.dropFirst()
        context.table.add(Row("kcat consume, \(name)", "1k/s", Sample(costs.map(\.kiloRecordsPerSecond))))
        context.table.add(
            Row(
                "  processor time of the broker", "s/1M", Sample(costs.map(\.brokerPerMillion)),
                aim: Self.aim(of: name)))
        context.table.add(Row("  processor time of kcat", "s/1M", Sample(costs.map(\.clientPerMillion))))
    }

    /// Half of what Kafka takes with the same client: 0.4 to 1.0 and 4.4 to 4.9 processor seconds for a million records.
    private static func aim(of name: String) -> String { name == "100 B" ? "≤ 0.5" : "≤ 2.2" }

    private func cost(of lines: Lines, _ broker: pid_t, _ body: () throws -> FinishedProcess) rethrows -> BrokerCost {
        let files = ProcessFiles(broker)
        let before = files.processorSeconds
        let client = try body()
        return BrokerCost(
            records: lines.count, bytes: lines.bytes, seconds: client.seconds,
            brokerSeconds: files.processorSeconds - before, clientSeconds: client.processorSeconds)
    }

    /// Lines of so many bytes, a round's worth, in a file.
    private func lines(of bytes: Int) throws -> Lines {
        let path = context.workplace.fresh("lines")
        let count = max(1, context.bytesPerRound / bytes)
        var random = SeededRandom(seed: 11)
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError("cannot write \(path)") }
        defer { try? file.close() }
        var text = Data(capacity: 1 << 20)
        for _ in 0..<count {
            text.append(contentsOf: PreparedBatch.value(bytes, &random).readableBytesView)
            text.append(UInt8(ascii: "\n"))
            if text.count > 1 << 20 {
                try file.write(contentsOf: text)
                text.removeAll(keepingCapacity: true)
            }
        }
        try file.write(contentsOf: text)
        return Lines(path: path, count: count, bytes: count * bytes)
    }
}
