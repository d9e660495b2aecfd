import KafkaProtocol
import NIOCore

/// Checksums, codecs, records and wire messages, in memory.
struct CodecFigures {
    let context: FigureContext

    /// Takes the figures.
    func run() throws {
        try checksum()
        try codecs()
        try records()
        try messages()
    }

    private func checksum() throws {
        let (batch, _) = try PreparedBatch.records(bytes: 1 << 20)
        let times = max(1, context.bytesPerRound / batch.readableBytes)
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: batch.readableBytes, alignment: 4096)
        defer { target.deallocate() }
        let results = try context.rounds.alternate {
            let watch = Stopwatch()
            var crc: UInt32 = 0
            for _ in 0..<times { crc = batch.withUnsafeReadableBytes { CRC32C.checksum($0, continuing: crc) } }
            guard crc != 0 else { throw BenchError("the checksum is 0") }
            return Double(times * batch.readableBytes) / 1e6 / watch.seconds
        } _: {
            let watch = Stopwatch()
            for _ in 0..<times { batch.withUnsafeReadableBytes { target.copyMemory(from: $0) } }
            return Double(times * batch.readableBytes) / 1e6 / watch.seconds
        }
        context.table.add(
            Row(
                "CRC-32C of 1 MiB", "MB/s", Sample(results.map(\.first)),
                baseline: ("memcpy()", Sample(results.map(\.second)))))
    }

    private func codecs() throws {
        let (batch, _) = try PreparedBatch.records(bytes: 256 << 10)
        let times = max(1, context.bytesPerRound / 8 / batch.readableBytes)
        let megabytes = Double(times * batch.readableBytes) / 1e6
        for codec in CompressionCodec.allCases where codec != .none {
            let small = try codec.compress(batch)
            let factor = Double(batch.readableBytes) / Double(small.readableBytes)
            let results = try context.rounds.alternate {
                let watch = Stopwatch()
                for _ in 0..<times { _ = try codec.compress(batch) }
                return megabytes / watch.seconds
            } _: {
                let watch = Stopwatch()
                for _ in 0..<times { _ = try codec.decompress(small, limit: 1 << 20) }
                return megabytes / watch.seconds
            }
            let name = "256 KiB, \(codec.name), \(Table.number(factor)) : 1"
            context.table.add(Row("compress \(name)", "MB/s", Sample(results.map(\.first))))
            context.table.add(Row("decompress \(name)", "MB/s", Sample(results.map(\.second))))
        }
    }

    private func records() throws {
        let (bytes, count) = try PreparedBatch.records(bytes: 1 << 20, recordBytes: 100)
        let batch = RecordBatch(header: try RecordBatchHeader(reading: bytes, at: 0), bytes: bytes)
        let times = max(1, context.bytesPerRound / 8 / bytes.readableBytes)
        let outlines = try context.rounds.measure {
            let watch = Stopwatch()
            var sum: Int64 = 0
            for _ in 0..<times { try batch.records(limit: 1 << 24).forEachOutline { sum &+= $0.offset } }
            return Double(times * count) / 1e6 / watch.seconds + (sum < 0 ? 1 : 0)
        }
        context.table.add(Row("record outlines of 100 bytes", "M/s", outlines))
        let whole = try context.rounds.measure {
            let watch = Stopwatch()
            var sum: Int64 = 0
            for _ in 0..<times {
                try batch.records(limit: 1 << 24).forEach { record in
                    sum &+= record.offset
                    return true
                }
            }
            return Double(times * count) / 1e6 / watch.seconds + (sum < 0 ? 1 : 0)
        }
        context.table.add(Row("whole records of 100 bytes", "M/s", whole))
    }

    private func messages() throws {
        let request = AnyRequest.produce(
            ProduceRequest(
                acks: -1, timeoutMs: 30_000,
                topicData: (0..<10).map { topic in
                    .init(
                        name: "topic-\(topic)",
                        partitionData: (0..<10).map { .init(index: $0, records: ByteBuffer(repeating: 7, count: 200)) })
                }))
        try message("Produce request of 100 partitions, read", request, version: 9)
        let response = MetadataResponse(
            topics: (0..<100).map { topic in
                .init(
                    name: "topic-\(topic)",
                    partitions: (0..<10).map {
                        .init(partitionIndex: $0, leaderID: 1, leaderEpoch: 0, replicaNodes: [1], isrNodes: [1])
                    })
            })
        let times = 200
        let encode = try context.rounds.measure {
            let watch = Stopwatch()
            for _ in 0..<times { _ = try AnyResponse.metadata(response).encode(version: 12, correlationID: 1) }
            return watch.seconds * 1e6 / Double(times)
        }
        context.table.add(Row("Metadata answer of 1,000 partitions, written", "µs", encode))
    }

    private func message(_ name: String, _ request: AnyRequest, version: Int16) throws {
        var frame = ByteBuffer()
        for piece in try request.encode(version: version, correlationID: 1, clientID: "weir-bench") {
            frame.writeImmutableBuffer(piece)
        }
        frame.moveReaderIndex(forwardBy: 4)
        let whole = frame.slice()
        let times = 500
        let decode = try context.rounds.measure {
            let watch = Stopwatch()
            for _ in 0..<times { _ = try AnyRequest.decode(frame: whole) }
            return watch.seconds * 1e6 / Double(times)
        }
        context.table.add(Row(name, "µs", decode))
    }
}
