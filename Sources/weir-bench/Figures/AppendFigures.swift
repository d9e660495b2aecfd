import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore

/// Appends to the broker in this process, against `write()` of the same bytes to a file.
///
/// With `flush=commit` and acks=all the broker answers once the records are on the disk, many answers sharing one sync; the plain side then
/// ends with one `fdatasync`.
struct AppendFigures {
    let context: FigureContext

    /// Takes the figures of both batch sizes.
    func run() throws {
        for (name, bytes) in [("1 MiB", 1 << 20), ("16 KiB", 16 << 10)] {
            let (batch, count) = try PreparedBatch.records(bytes: bytes)
            let batches = max(1, context.bytesPerRound / batch.readableBytes)
            context.table.note(
                "append \(name): \(batches) batches of \(batch.readableBytes) bytes, \(count) records each")
            for mode in ["os", "commit"] {
                for acks: Int16 in [0, 1, -1] { try throughput(name, batch, batches, mode, acks) }
            }
        }
        try latency()
    }

    private func throughput(_ size: String, _ batch: ByteBuffer, _ batches: Int, _ mode: String, _ acks: Int16) throws {
        let path = context.workplace.fresh("append")
        let bench = try BenchBroker(at: path, settings: [("weir.flush.mode", mode)])
        defer {
            bench.broker.close()
            context.workplace.remove(path)
        }
        let megabytes = Double(batch.readableBytes * batches) / 1e6
        let syncs = mode == "commit" && acks == -1
        var topics = 0
        let results = try context.rounds.alternate {
            topics += 1
            let topic = "append-\(topics)"
            try bench.create(topic)
            defer { bench.delete(topic) }
            let partition = TopicPartition(topic: topic, partition: 0)
            // The first append makes the partition's files.
            try append(batch, times: 1, to: partition, acks: acks, of: bench.broker)
            let watch = Stopwatch()
            try append(batch, times: batches, to: partition, acks: acks, of: bench.broker)
            return megabytes / watch.seconds
        } _: {
            try plain(batch, times: batches, syncs: syncs) { megabytes / $0 }
        }
        context.table.add(
            Row(
                "append \(size) batches, flush=\(mode), acks=\(acks == -1 ? "all" : "\(acks)")", "MB/s",
                Sample(results.map(\.first)),
                baseline: (syncs ? "write(), fdatasync" : "write()", Sample(results.map(\.second))), aim: "≥ 0.7 ×"))
    }

    private func append(
        _ batch: ByteBuffer, times: Int, to partition: TopicPartition, acks: Int16, of broker: Broker
    ) throws {
        let pending = Pending(times)
        for _ in 0..<times { broker.append(batch, to: partition, acks: acks) { pending.finish($0) } }
        try pending.wait()
    }

    private func plain(_ batch: ByteBuffer, times: Int, syncs: Bool, _ figure: (Double) -> Double) throws -> Double {
        let file = try PlainFile(context.workplace.fresh("plain"))
        return try batch.withUnsafeReadableBytes { bytes in
            try file.write(bytes)
            let watch = Stopwatch()
            for _ in 0..<times { try file.write(bytes) }
            if syncs { try file.sync() }
            return figure(watch.seconds)
        }
    }

    /// One append at a time, each awaited: what a producer that waits for every batch sees.
    private func latency() throws {
        let path = context.workplace.fresh("append")
        let bench = try BenchBroker(at: path)
        defer {
            bench.broker.close()
            context.workplace.remove(path)
        }
        try bench.create("latency")
        let partition = TopicPartition(topic: "latency", partition: 0)
        let (batch, _) = try PreparedBatch.records(bytes: 16 << 10)
        let file = try PlainFile(context.workplace.fresh("plain"))
        let times = 100
        let results = try context.rounds.alternate {
            let watch = Stopwatch()
            for _ in 0..<times { try append(batch, times: 1, to: partition, acks: -1, of: bench.broker) }
            return watch.milliseconds / Double(times)
        } _: {
            try batch.withUnsafeReadableBytes { bytes in
                let watch = Stopwatch()
                for _ in 0..<times {
                    try file.write(bytes)
                    try file.sync()
                }
                return watch.milliseconds / Double(times)
            }
        }
        context.table.add(
            Row(
                "one 16 KiB append awaited, flush=commit, acks=all", "ms", Sample(results.map(\.first)),
                baseline: ("write(), fdatasync", Sample(results.map(\.second)))))
    }
}
