import BrokerCore
import Cluster
import Glibc
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@Suite("Reading without the disk")
struct MemoryReadTests {
    /// A log on a real disk.
    private static func makeLog(in directory: TemporaryDirectory, _ config: LogConfig) throws -> PartitionLog {
        try PartitionLog.create(
            topicPartition: TopicPartition(topic: "t", partition: 0), topicID: KafkaUUID(high: 1, low: 2),
            directory: "\(directory.path)/t-0", config: config, storage: DiskStorage(descriptorLimit: 64),
            clock: TestClock())
    }

    @Test("gives what a read from the disk gives, wherever it gives anything", arguments: [1, 2, 3] as [UInt64])
    func agrees(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory()
        var config = LogConfig()
        (config.segmentBytes, config.indexIntervalBytes) = (8_192, 512)
        let log = try Self.makeLog(in: directory, config)
        defer { try? log.close(clean: false) }
        var open: Set<Int64> = []
        var (given, withRecords, withAborted) = (0, 0, 0)
        for _ in 0..<600 {
            try append(to: log, &open, &random)
            let offset = Int64(random.below(Int(log.offsets.end) + 3)) - 1
            let near = max(0, log.offsets.end - Int64(random.below(20)))
            for offset in [offset, near, log.offsets.end] {
                let maxBytes = random.chance(20) ? 0 : random.below(4_000)
                let (minOneBatch, isolation) = (random.chance(50), random.chance(50))
                let level: IsolationLevel = isolation ? .readCommitted : .readUncommitted
                let found = log.readFromMemory(
                    from: offset, maxBytes: maxBytes, minOneBatch: minOneBatch, isolation: level, limit: 64 << 10)
                guard let found else { continue }
                let read = try log.read(from: offset, maxBytes: maxBytes, minOneBatch: minOneBatch, isolation: level)
                #expect(found == read, "from \(offset), \(maxBytes) bytes")
                given += 1
                if read.records.readableBytes > 0 { withRecords += 1 }
                if !read.abortedTransactions.isEmpty { withAborted += 1 }
            }
        }
        #expect(given > 600 && withRecords > 200 && withAborted > 5, "\(given), \(withRecords), \(withAborted)")
    }

    /// Appends a plain batch, one of a transaction, or the end of a transaction.
    private func append(to log: PartitionLog, _ open: inout Set<Int64>, _ random: inout SeededGenerator) throws {
        let value = String(repeating: "v", count: random.below(300))
        let producer = Int64(random.below(3))
        if open.contains(producer), random.chance(30) {
            _ = try log.append(try marker(producer: producer, commits: random.chance(50)), origin: .coordinator)
            open.remove(producer)
        } else if random.chance(40) {
            let last = log.producers.producers[producer]?.lastSequence ?? -1
            _ = try log.append(
                try batch(value: value, attributes: [.transactional], producer: producer, epoch: 0, sequence: last + 1))
            open.insert(producer)
        } else {
            _ = try log.append(try batch(value: value))
        }
    }

    @Test("leaves to the disk what is in older segments, out of range, or more than may be copied")
    func declines() throws {
        let directory = try TemporaryDirectory()
        let log = try Self.makeLog(in: directory, LogConfig())
        for _ in 0..<10 { _ = try log.append(try batch(value: String(repeating: "v", count: 1_000))) }
        func isGiven(_ offset: Int64, limit: Int = 64 << 10) -> Bool {
            log.readFromMemory(from: offset, maxBytes: 1 << 20, limit: limit) != nil
        }
        #expect(isGiven(0) && isGiven(9) && isGiven(10))
        #expect(!isGiven(11) && !isGiven(-1))
        #expect(!isGiven(0, limit: 10_000), "ten batches of more than a thousand bytes")
        #expect(isGiven(10, limit: 0), "there is nothing to copy")
        try log.rollActiveSegment()
        _ = try log.append(try batch())
        #expect(!isGiven(9) && isGiven(10))
        try log.close(clean: false)
        #expect(!isGiven(10))
    }

    @Test("a file gives all the bytes or leaves the buffer as it was")
    func wholeOrNothing() throws {
        let directory = try TemporaryDirectory()
        let storage = DiskStorage(descriptorLimit: 64)
        let file = try storage.open("\(directory.path)/f", .create)
        try file.write(ByteBuffer(string: "0123456789"), at: 0)
        var buffer = ByteBuffer(string: "before ")
        #expect(!file.readCached(at: 4, count: 7, into: &buffer), "the file ends before")
        #expect(!file.readCached(at: -1, count: 1, into: &buffer))
        #expect(!file.readCached(at: 0, count: 0, into: &buffer))
        #expect(String(buffer: buffer) == "before ")
        // What was just written is in memory, on every file system that can tell.
        if file.readCached(at: 4, count: 6, into: &buffer) {
            #expect(String(buffer: buffer) == "before 456789")
        } else {
            print("the file system of \(directory.path) cannot tell what is in memory")
        }
        file.close()
        let before = buffer
        #expect(!file.readCached(at: 0, count: 1, into: &buffer))
        #expect(buffer == before)
    }
}
