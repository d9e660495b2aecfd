import BrokerCore
import Cluster
import NIOCore

/// Fetches from the log in this process, against `pread()` of the same bytes.
struct ReadFigures {
    let context: FigureContext

    /// Takes the figures of both batch sizes.
    func run() throws {
        for (name, bytes) in [("1 MiB", 1 << 20), ("16 KiB", 16 << 10)] { try read(name, bytes) }
    }

    private func read(_ size: String, _ bytes: Int) throws {
        let path = context.workplace.fresh("read")
        let bench = try BenchBroker(at: path, settings: [("weir.flush.mode", "os")])
        defer {
            bench.broker.close()
            context.workplace.remove(path)
        }
        let (batch, _) = try PreparedBatch.records(bytes: bytes)
        let batches = max(1, context.bytesPerRound / batch.readableBytes)
        try bench.create("read")
        let partition = TopicPartition(topic: "read", partition: 0)
        let file = try PlainFile(context.workplace.fresh("plain"))
        let pending = Pending(batches)
        for _ in 0..<batches {
            bench.broker.append(batch, to: partition, acks: 1) { pending.finish($0) }
            try batch.withUnsafeReadableBytes { try file.write($0) }
        }
        try pending.wait()
        let megabytes = Double(batches * batch.readableBytes) / 1e6
        let chunk = max(batch.readableBytes, (1 << 20) / batch.readableBytes * batch.readableBytes)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 4096)
        defer { buffer.deallocate() }
        let results = try context.rounds.alternate {
            let watch = Stopwatch()
            var offset: Int64 = 0
            var got = 0
            while got < batches * batch.readableBytes {
                let outcome = bench.broker.read(partition, from: offset, maxBytes: chunk)
                guard let result = outcome.result, result.records.readableBytes > 0 else {
                    throw BenchError("read at \(offset) gave nothing: \(outcome.error)")
                }
                got += result.records.readableBytes
                offset = result.nextOffset
            }
            return megabytes / watch.seconds
        } _: {
            let watch = Stopwatch()
            var position = 0
            while true {
                let got = try file.read(at: position, into: buffer)
                guard got > 0 else { break }
                position += got
            }
            return megabytes / watch.seconds
        }
        context.table.add(
            Row(
                "fetch in process, 1 MiB of \(size) batches at a time", "MB/s", Sample(results.map(\.first)),
                baseline: ("pread()", Sample(results.map(\.second)))))
    }
}
