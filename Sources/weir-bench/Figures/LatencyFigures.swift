import Foundation
import KafkaProtocol
import NIOCore

/// End-to-end latency through a `weir serve` process, from when a message is due to when a consumer has it, against a thread that sends
/// the same bytes back; and what the broker's processor spends on it.
///
/// Messages of 100 bytes are sent in an open loop as a producer with `linger.ms=1` and acks=all sends them, to one partition; a consumer
/// fetches with `fetch.min.bytes=1`.
struct LatencyFigures {
    private static let valueBytes = 100
    private static let seconds = 4

    /// What one round gave.
    private struct Result {
        /// Milliseconds, sorted.
        var latencies: [Double]
        /// Of the broker, for a million messages.
        var processorSeconds: Double

        func percentile(_ share: Double) -> Double {
            latencies.isEmpty ? 0 : latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]
        }
    }

    let context: FigureContext

    /// Takes the figures of both ways to flush and of three rates.
    func run() throws {
        for mode in ["os", "commit"] {
            let folder = context.workplace.fresh("latency")
            let process = try ServeProcess(context.program, data: folder, settings: ["weir.flush.mode=\(mode)"])
            defer {
                process.stop()
                context.workplace.remove(folder)
            }
            let (port, _) = try process.waitUntilReady()
            for rate in [1_000, 10_000, 50_000] { try measure(rate, mode, process, port) }
        }
    }

    private func measure(_ rate: Int, _ mode: String, _ process: ServeProcess, _ port: UInt16) throws {
        let loop = OpenLoop(rate: rate, seconds: Self.seconds)
        let files = ProcessFiles(process.processID)
        var topics = 0
        let results = try Rounds(min(3, context.rounds.count)).alternate {
            topics += 1
            let before = files.processorSeconds
            let latencies = try brokered(loop, topic: "latency-\(rate)-\(topics)", port)
            let spent = (files.processorSeconds - before) / Double(loop.count) * 1e6
            return Result(latencies: latencies, processorSeconds: spent)
        } _: {
            Result(latencies: try echoed(loop), processorSeconds: 0)
        }
        let name = "end to end, \(rate / 1_000)k msg/s, flush=\(mode)"
        let aim = rate == 10_000 ? (mode == "os" ? "≤ 5" : "≤ 10") : ""
        for (word, share) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)] {
            context.table.add(
                Row(
                    "\(name): \(word)", "ms", Sample(results.map { $0.first.percentile(share) }),
                    baseline: ("a thread that echoes", Sample(results.map { $0.second.percentile(share) })),
                    aim: share == 0.99 ? aim : ""))
        }
        context.table.add(
            Row("  processor time of the broker", "s/1M", Sample(results.map(\.first.processorSeconds))))
    }

    // MARK: Through the broker

    private func brokered(_ loop: OpenLoop, topic: String, _ port: UInt16) throws -> [Double] {
        let producer = try WireConnection(port: port)
        let consumer = try WireConnection(port: port)
        try producer.create(topic)
        let reader = Thread {
            // Ends with the connection; what went wrong shows as records that never come.
            while (try? producer.drainFrame()) != nil {}
        }
        reader.start()
        defer { producer.endSending() }
        var offset: Int64 = 0
        return try loop.run { due in
            try producer.send(try Self.produce(due, to: topic))
        } receive: {
            try Self.fetch(topic, &offset, over: consumer)
        }
    }

    private static func produce(_ due: [UInt64], to topic: String) throws -> ByteBuffer {
        var builder = RecordBatchBuilder(codec: .none)
        let time = Int64(Date().timeIntervalSince1970 * 1000)
        for due in due {
            var value = ByteBuffer(integer: due)
            value.writeRepeatingByte(UInt8(ascii: "x"), count: valueBytes - 8)
            builder.append(timestamp: time, key: nil, value: value)
        }
        return try EncodedRequest.produce(try builder.build(), to: (topic, 0..<1), acks: -1)
    }

    private static func fetch(_ topic: String, _ offset: inout Int64, over consumer: WireConnection) throws -> [UInt64]
    {
        let request = EncodedRequest.fetchRequest(topic, [(0, offset)])
        guard
            case .fetch(let response) = try consumer.ask(.fetch(request), version: EncodedRequest.fetchVersion),
            let partition = response.responses.first?.partitions.first, partition.errorCode == .none,
            let records = partition.records
        else { throw BenchError("a fetch failed") }
        var due: [UInt64] = []
        var batches = RecordBatches(records)
        while let batch = batches.next() {
            try batch.records(limit: 1 << 20).forEach { record in
                if let time = record.value?.getInteger(at: record.value?.readerIndex ?? 0, as: UInt64.self) {
                    due.append(time)
                }
                return true
            }
            offset = batch.header.nextOffset
        }
        return due
    }

    // MARK: Plainly

    /// The same messages, each its due time and padding, to a thread that sends them back.
    private func echoed(_ loop: OpenLoop) throws -> [Double] {
        let peer = try PlainPeer(.echo)
        let connection = try WireConnection(port: peer.port)
        defer { connection.endSending() }
        return try loop.run { due in
            var frame = ByteBuffer(integer: UInt32(due.count * Self.valueBytes))
            for due in due {
                frame.writeInteger(due)
                frame.writeRepeatingByte(UInt8(ascii: "x"), count: Self.valueBytes - 8)
            }
            try connection.send(frame)
        } receive: {
            var frame = try connection.frame()
            var due: [UInt64] = []
            while let time = frame.readInteger(as: UInt64.self) {
                due.append(time)
                frame.moveReaderIndex(forwardBy: Self.valueBytes - 8)
            }
            return due
        }
    }
}
