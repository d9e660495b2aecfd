import BrokerCore
import KafkaProtocol
import NIOCore
import Testing

@Suite("Compressing anew")
struct CompressionLevelTests {
    @Test(
        "the topic's level decides how small batches are stored",
        arguments: [
            ("gzip", "1", "9"), ("lz4", "9", "12"), ("zstd", "-50", "19"),
        ])
    func levels(codec: String, quick: String, thorough: String) throws {
        let key = "compression.\(codec).level"
        var sizes: [Int64] = []
        for level in [quick, thorough] {
            let config = ConfigLayers(settings: BrokerSettings())
                .logConfig(overrides: ["compression.type": codec, key: level])
            let fresh = try FreshLog { $0 = config }
            let value = (0..<4000).map { "weir \($0 % 97) lag \($0 % 31) " }.joined()
            _ = try fresh.log.append(batch(value: value, codec: .snappy))
            sizes.append(fresh.log.size)
            let stored = try #require(Array(RecordBatches(try fresh.log.read(from: 0, maxBytes: 1).records)).first)
            #expect(try stored.header.codec.name == codec)
            var seen: [String] = []
            try stored.records(limit: 1 << 20).forEach { record in
                seen.append(record.value.map { String(buffer: $0) } ?? "")
                return true
            }
            #expect(seen == [value])
        }
        #expect(sizes[1] < sizes[0], "\(codec) \(sizes)")
    }

    @Test("a producer's claim that its timestamps are the log's is dropped, whatever the codec, as Kafka does")
    func logAppendTimeClaim() throws {
        for compression in [LogConfig.Compression.producer, .zstd] {
            let fresh = try FreshLog { $0.compressionType = compression }
            _ = try fresh.log.append(batch([500, 700, 600], attributes: .logAppendTime))
            let stored = try #require(Array(RecordBatches(try fresh.log.read(from: 0, maxBytes: 1).records)).first)
            #expect(!stored.header.isLogAppendTime)
            #expect(stored.header.hasValidChecksum(in: stored.bytes))
            #expect(stored.header.maxTimestamp == 700)
            #expect(try fresh.log.offset(forTimestamp: 650)?.offset == 1)
        }
        let stamped = try FreshLog { $0.messageTimestampType = .logAppendTime }
        let result = try stamped.log.append(batch([500], attributes: .logAppendTime))
        #expect(result.logAppendTime == stamped.clock.wallMilliseconds)
    }
}
