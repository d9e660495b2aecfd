import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Testing

/// A fresh log on a simulated disk.
struct FreshLog {
    let disk = SimulatedDisk(directories: ["/log"])
    let clock = TestClock()
    let log: PartitionLog

    init(_ change: (inout LogConfig) -> Void = { _ in }) throws {
        var config = LogConfig()
        change(&config)
        log = try PartitionLog.create(
            topicPartition: TopicPartition(topic: "t", partition: 0),
            topicID: KafkaUUID(high: 1, low: 2),
            directory: "/log/t-0",
            config: config,
            storage: disk,
            clock: clock
        )
    }

    /// The log opened again from what is on the disk.
    func reopened(clean: Bool = false, recoveryPoint: Int64 = 0) throws -> PartitionLog {
        try PartitionLog.open(
            topicPartition: log.topicPartition,
            topicID: log.topicID,
            directory: log.directory,
            config: log.config,
            recoveryPoint: recoveryPoint,
            hadCleanShutdown: clean,
            storage: disk,
            clock: clock
        )
    }
}

/// A batch as a producer sends it: one record a timestamp.
func batch(
    _ timestamps: [Int64] = [1000],
    key: String? = "k",
    value: String = "v",
    codec: CompressionCodec = .none,
    attributes: RecordBatchHeader.Attributes = [],
    producer: Int64 = -1,
    epoch: Int16 = -1,
    sequence: Int32 = -1
) throws -> ByteBuffer {
    var builder = RecordBatchBuilder(
        codec: codec,
        attributes: attributes,
        producerID: producer,
        producerEpoch: epoch,
        baseSequence: sequence
    )
    for timestamp in timestamps {
        builder.append(timestamp: timestamp, key: key.map { ByteBuffer(string: $0) }, value: ByteBuffer(string: value))
    }
    return try builder.build()
}

/// The marker that ends a transaction, as a transaction coordinator writes it.
func marker(producer: Int64, epoch: Int16 = 0, commits: Bool, coordinatorEpoch: Int32 = 0) throws -> ByteBuffer {
    var builder = RecordBatchBuilder(
        attributes: [.transactional, .control],
        producerID: producer,
        producerEpoch: epoch,
        baseSequence: -1
    )
    var key = ByteBuffer()
    key.writeMultipleIntegers(Int16(0), Int16(commits ? 1 : 0))
    var value = ByteBuffer()
    value.writeMultipleIntegers(Int16(0), coordinatorEpoch)
    builder.append(timestamp: 2000, key: key, value: value)
    return try builder.build()
}

/// Kafka's error code of what a call throws, or none.
func code(_ body: () throws -> Void) -> ErrorCode {
    do {
        try body()
        return .none
    } catch let error as LogError {
        return error.errorCode
    } catch {
        return .unknownServerError
    }
}

@Suite("A partition's log")
struct PartitionLogTests {
    @Test("gives records their offsets and the leader epoch, and gives back the producer's bytes otherwise")
    func appendAndRead() throws {
        let fresh = try FreshLog()
        fresh.log.beginLeaderEpoch(7)
        let sent = try batch([1, 2, 3])
        #expect(try fresh.log.append(sent).baseOffset == 0)
        let result = try fresh.log.append(sent)
        #expect((result.baseOffset, result.lastOffset, result.endOffset) == (3, 5, 6))
        let read = try fresh.log.read(from: 4, maxBytes: 1 << 20)
        var expected = sent
        expected.setInteger(Int64(3), at: expected.readerIndex)
        expected.setInteger(Int32(7), at: expected.readerIndex + 12)
        #expect(read.records == expected)
        #expect(read.nextOffset == 6)
        #expect(try sent == batch([1, 2, 3]), "the caller's bytes stay as they were")
    }

    @Test("gives whole batches only, and the first one even if it is larger than asked for")
    func wholeBatches() throws {
        let fresh = try FreshLog()
        let size = try batch().readableBytes
        for _ in 0..<5 { _ = try fresh.log.append(batch()) }
        #expect(try fresh.log.read(from: 0, maxBytes: size * 2 + size / 2).records.readableBytes == size * 2)
        #expect(try fresh.log.read(from: 0, maxBytes: 1).records.readableBytes == size)
        #expect(try fresh.log.read(from: 0, maxBytes: 1, minOneBatch: false).records.readableBytes == 0)
        #expect(try fresh.log.read(from: 5, maxBytes: 100).records.readableBytes == 0)
        #expect(code { _ = try fresh.log.read(from: 6, maxBytes: 1) } == .offsetOutOfRange)
    }

    @Test("refuses what Kafka refuses, with Kafka's errors")
    func refusals() throws {
        let fresh = try FreshLog { $0.maxMessageBytes = 400 }
        let good = try batch()
        func refused(_ change: (inout ByteBuffer) -> Void, fixing: Bool = true) throws -> ErrorCode {
            var bytes = good
            change(&bytes)
            if fixing {
                let crc = bytes.withUnsafeReadableBytes {
                    CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[21...]))
                }
                bytes.setInteger(crc, at: bytes.readerIndex + 17)
            }
            return code { _ = try fresh.log.append(bytes) }
        }
        #expect(try refused({ _ in }) == .none)
        #expect(try refused({ $0.setInteger(UInt8(1), at: 17) }, fixing: false) == .corruptMessage)
        #expect(try refused({ $0.setInteger(Int8(1), at: 16) }) == .invalidRecord)
        #expect(try refused({ $0.setInteger(Int64(5), at: 0) }) == .invalidRecord)
        #expect(try refused({ $0.setInteger(Int32(1), at: 23) }) == .invalidRecord)
        #expect(try refused({ $0.setInteger(Int32(2), at: 57) }) == .invalidRecord)
        #expect(try refused({ $0.setInteger(Int16(7), at: 21) }) == .unknownServerError)
        #expect(try refused({ $0.setInteger(Int16(0x20), at: 21) }) == .invalidRecord)
        #expect(try refused({ $0.setInteger(Int16(1), at: 21) }) == .invalidRecord, "it is no gzip")
        #expect(try refused({ $0 = $0.getSlice(at: 0, length: 66) ?? $0 }, fixing: false) == .invalidRecord)
        #expect(try refused({ $0.writeImmutableBuffer(good) }, fixing: false) == .invalidRecord)
        #expect(try refused({ $0 = ByteBuffer() }, fixing: false) == .invalidRecord)
        let large = try batch(value: String(repeating: "x", count: 400))
        #expect(code { _ = try fresh.log.append(large) } == .messageTooLarge)
        #expect(fresh.log.offsets.end == 1)
    }

    @Test("takes only records with keys where the topic is compacted, and names the others")
    func keys() throws {
        let fresh = try FreshLog { $0.cleanupPolicy = .compact }
        var builder = RecordBatchBuilder()
        for key in ["a", nil, "b", nil] {
            builder.append(timestamp: 1, key: key.map { ByteBuffer(string: $0) }, value: nil)
        }
        let mixed = try builder.build()
        do throws(LogError) {
            _ = try fresh.log.append(mixed)
            Issue.record("keyless records were taken")
        } catch {
            #expect(error.errorCode == .invalidRecord)
            #expect(error.recordProblems.map(\.index) == [1, 3])
        }
        for codec in CompressionCodec.allCases {
            let bytes = try batch(codec: codec)
            #expect(code { _ = try fresh.log.append(bytes) } == .none)
        }
    }

    @Test("stamps records with its own time where the topic says LogAppendTime, under a right checksum")
    func logAppendTime() throws {
        let fresh = try FreshLog { $0.messageTimestampType = .logAppendTime }
        fresh.clock.set(5000)
        #expect(try fresh.log.append(batch([1, 2])).logAppendTime == 5000)
        let stored = try #require(RecordBatches(fresh.log.read(from: 0, maxBytes: 1).records).first { _ in true })
        #expect(stored.header.hasValidChecksum(in: stored.bytes))
        #expect(stored.header.isLogAppendTime && stored.header.maxTimestamp == 5000)
        #expect(try fresh.log.offset(forTimestamp: 4000)?.offset == 0)
    }

    @Test("bounds timestamps as the topic says")
    func timestampBounds() throws {
        let fresh = try FreshLog {
            $0.messageTimestampBeforeMaxMs = 1000
            $0.messageTimestampAfterMaxMs = 100
        }
        fresh.clock.set(10_000)
        for (timestamp, expected) in [(9000, ErrorCode.none), (8999, .invalidTimestamp), (10_101, .invalidTimestamp)] {
            let bytes = try batch([9500, Int64(timestamp)])
            #expect(code { _ = try fresh.log.append(bytes) } == expected)
        }
    }

    @Test(
        "compresses with the topic's codec, keeping records, sequences and time", arguments: CompressionCodec.allCases)
    func recompression(codec: CompressionCodec) throws {
        for target in [LogConfig.Compression.uncompressed, .gzip, .snappy, .lz4, .zstd] {
            let fresh = try FreshLog { $0.compressionType = target }
            let sent = try batch([10, 30, 20], codec: codec, producer: 5, epoch: 1, sequence: 0)
            _ = try fresh.log.append(sent)
            let stored = try #require(RecordBatches(fresh.log.read(from: 0, maxBytes: 1).records).first { _ in true })
            #expect(stored.header.hasValidChecksum(in: stored.bytes))
            #expect(try stored.header.codec.name == (target == .uncompressed ? "none" : target.rawValue))
            #expect(stored.header.producerID == 5 && stored.header.lastSequence == 2)
            var times: [Int64] = []
            try stored.records(limit: 1 << 20).forEach { record in
                times.append(record.timestamp)
                return true
            }
            #expect(times == [10, 30, 20])
        }
    }

    @Test("finds the first record at or after a time, and the one with the largest")
    func times() throws {
        let fresh = try FreshLog {
            $0.segmentBytes = 300
            $0.indexIntervalBytes = 50
        }
        let times: [Int64] = [50, 10, 70, 70, 20, 90, 60, 80, 30, 90]
        for time in times { _ = try fresh.log.append(batch([time])) }
        for wanted in Int64(0)...100 {
            let expected = times.firstIndex { $0 >= wanted }.map { Int64($0) }
            #expect(try fresh.log.offset(forTimestamp: wanted)?.offset == expected, "time \(wanted)")
        }
        #expect(try fresh.log.offsetOfMaxTimestamp()?.offset == 5)
        #expect(try fresh.log.deleteRecords(before: 6) == 6)
        #expect(try fresh.log.offset(forTimestamp: 65)?.offset == 7)
    }

    @Test("counts transactions' markers among the times, as Kafka does")
    func timesOfMarkers() throws {
        let fresh = try FreshLog()
        _ = try fresh.log.append(
            batch([1000], attributes: .transactional, producer: 1, epoch: 0, sequence: 0))
        // The marker's time is 2000.
        _ = try fresh.log.append(marker(producer: 1, commits: true), origin: .coordinator)
        #expect(try fresh.log.offsetOfMaxTimestamp()?.offset == 1)
        #expect(try fresh.log.offsetOfMaxTimestamp()?.timestamp == 2000)
        #expect(try fresh.log.offset(forTimestamp: 1500)?.offset == 1)
        #expect(try fresh.log.offset(forTimestamp: 1000)?.offset == 0)
    }

    @Test("forgets nothing when it is closed and opened, and goes on where it was")
    func reopen() throws {
        let fresh = try FreshLog { $0.segmentBytes = 300 }
        for time in 0..<10 { _ = try fresh.log.append(batch([Int64(time)])) }
        try fresh.log.close(clean: true)
        #expect(code { _ = try fresh.log.append(ByteBuffer()) } != .none)
        let log = try fresh.reopened(clean: true)
        #expect(log.recovery == RecoveryReport())
        #expect(log.offsets == LogOffsets(start: 0, highWatermark: 10, lastStable: 10, end: 10, recoveryPoint: 10))
        #expect(try log.append(batch([11])).baseOffset == 10)
        #expect(try log.offset(forTimestamp: 11)?.offset == 10)
    }
}
