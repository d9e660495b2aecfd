import ChildProcess
import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import BrokerCore

@Suite("A broker")
struct BrokerTests {
    @Test("gives back what was written, after a clean end and after a kill", arguments: [true, false])
    func writeAndRead(isClean: Bool) throws {
        let home = try BrokerHome()
        var broker = try home.open()
        broker.createTopic("t", partitions: 2, [("segment.bytes", "300")])
        for number in 0..<20 {
            let outcome = try broker.write(
                [TestRecord(key: "k\(number)", value: "v\(number)")], to: TopicPartition("t", 1),
                codec: [.none, .gzip, .snappy, .lz4, .zstd][number % 5])
            #expect(outcome.error == .none)
            #expect(outcome.baseOffset == Int64(number))
        }
        if isClean { broker.close() } else { broker.crash() }
        broker = try home.open()
        defer { broker.close() }
        #expect(broker.directory.hadCleanShutdown == isClean)
        let values = try broker.records(of: TopicPartition("t", 1)).map { $0.value.map { String(buffer: $0) } }
        #expect(values == (0..<20).map { "v\($0)" })
        #expect(broker.offset(of: TopicPartition("t", 1), timestamp: -1).offset == 20)
        #expect(broker.offset(of: TopicPartition("t", 1), timestamp: -2).offset == 0)
        #expect(broker.offset(of: TopicPartition("t", 0), timestamp: -1).offset == 0)
    }

    @Test("answers a repeated batch with its first offset, also after a restart")
    func idempotence() throws {
        let home = try BrokerHome()
        var broker = try home.open()
        broker.createTopic("t")
        let partition = TopicPartition("t")
        for sequence in 0..<3 {
            let record = [TestRecord(key: nil, value: "\(sequence)")]
            #expect(
                try broker.write(record, to: partition, producerID: 7, sequence: Int32(sequence)).baseOffset
                    == Int64(sequence))
        }
        #expect(
            try broker.write([TestRecord(key: nil, value: "1")], to: partition, producerID: 7, sequence: 1).baseOffset
                == 1)
        broker.close()
        broker = try home.open()
        defer { broker.close() }
        #expect(
            try broker.write([TestRecord(key: nil, value: "2")], to: partition, producerID: 7, sequence: 2).baseOffset
                == 2)
        let gap = try broker.write([TestRecord(key: nil, value: "9")], to: partition, producerID: 7, sequence: 9)
        #expect(gap.error == .outOfOrderSequenceNumber)
        #expect(broker.offsets(of: partition)?.end == 3)
    }

    @Test("refuses what a topic does not take, and counts it")
    func refusals() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("compacted", [("cleanup.policy", "compact")])
        broker.createTopic("replicated", [("min.insync.replicas", "2")])
        broker.createTopic("small", [("max.message.bytes", "100")])
        let keyless = try broker.write([TestRecord(key: nil, value: "v")], to: TopicPartition("compacted"))
        #expect(keyless.error == .invalidRecord)
        #expect(keyless.recordErrors.count == 1)
        let record = [TestRecord(key: "k", value: "v")]
        #expect(try broker.write(record, to: TopicPartition("replicated")).error == .notEnoughReplicas)
        #expect(try broker.write(record, to: TopicPartition("replicated"), acks: 1).error == .none)
        let large = [TestRecord(key: "k", value: String(repeating: "x", count: 200))]
        #expect(try broker.write(large, to: TopicPartition("small")).error == .messageTooLarge)
        #expect(try broker.write(record, to: TopicPartition("nowhere")).error == .unknownTopicOrPartition)
        #expect(try broker.write(record, to: TopicPartition("small"), acks: 2).error == .invalidRequiredAcks)
        #expect(broker.counters.recordErrors.load(ordering: .relaxed) == 5)
    }

    @Test("tells clients of another leader epoch apart, and looks offsets up by time")
    func lookups() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t")
        let partition = TopicPartition("t")
        for time in [100, 300, 200] as [Int64] {
            try broker.write([TestRecord(key: nil, value: "v")], to: partition, timestamp: time)
        }
        #expect(
            broker.offset(of: partition, timestamp: 150)
                == OffsetOutcome(error: .none, offset: 1, timestamp: 300, leaderEpoch: 0))
        #expect(broker.offset(of: partition, timestamp: -3).offset == 1)
        #expect(broker.offset(of: partition, timestamp: 301) == OffsetOutcome(error: .none))
        #expect(broker.offset(of: partition, timestamp: -1, currentLeaderEpoch: 1).error == .unknownLeaderEpoch)
        #expect(broker.read(partition, from: 0, currentLeaderEpoch: 0, maxBytes: 100).error == .none)
        let beyond = broker.read(partition, from: 4, maxBytes: 100)
        #expect(beyond.error == .offsetOutOfRange)
        #expect(beyond.offsets?.end == 3)
        #expect(broker.endOffset(ofLeaderEpoch: 0, partition: partition).endOffset == 3)
    }

    @Test("deleting a topic under producers, readers and the cleaner takes nothing else down")
    func deletionUnderLoad() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("stays")
        let partition = TopicPartition("goes")
        for _ in 0..<30 {
            broker.createTopic("goes", [("cleanup.policy", "compact,delete"), ("segment.bytes", "1500")])
            let written = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: 5) { worker in
                while broker.directory[partition] != nil {
                    switch worker {
                    case 0:
                        if written.load(ordering: .relaxed) > 20 { broker.deleteTopic("goes") }
                    case 1, 2:
                        let record = TestRecord(key: "k\(worker)", value: String(repeating: "v", count: 200))
                        _ = try? broker.write([record], to: partition)
                        written.wrappingAdd(1, ordering: .relaxed)
                    case 3:
                        _ = broker.read(partition, from: 0, maxBytes: 1 << 20)
                        _ = broker.offset(of: partition, timestamp: 1)
                        broker.background.enforceRetention()
                    default:
                        broker.cleaner.run([partition], rollsActive: true)
                        broker.cleaner.drain()
                    }
                }
            }
            #expect(broker.offlineReason == nil)
            #expect(try broker.write([TestRecord(value: "v")], to: TopicPartition("stays")).error == .none)
            guard broker.offlineReason == nil else { return }
        }
    }

    @Test("a leader epoch that only unprotected bytes claim is not believed at a start")
    func leaderEpochOfDamagedBytes() throws {
        let home = try BrokerHome()
        var broker = try home.open()
        broker.createTopic("t")
        let partition = TopicPartition("t")
        for _ in 0..<3 { try broker.write([TestRecord(key: nil, value: "v")], to: partition) }
        broker.crash()
        // The epoch lies outside of a batch's checksum.
        let file = try home.storage.open("\(home.path)/log/t-0/00000000000000000000.log", .write)
        try file.write(ByteBuffer(integer: Int32(77)), at: 12)
        file.close()
        broker = try home.open()
        defer { broker.close() }
        #expect(broker.leaderEpoch(of: partition) == 0)
        #expect(broker.endOffset(ofLeaderEpoch: 0, partition: partition).endOffset == 3)
        try broker.write([TestRecord(key: nil, value: "v")], to: partition)
        let log = try #require(try broker.directory[partition]?.log())
        #expect(log.leaderEpoch == 0 && log.leaderEpochs.latest == 0)
        #expect(try broker.records(of: partition).count == 4)
    }

    @Test("deleted records stay deleted over a restart", arguments: [true, false])
    func deleteRecords(isClean: Bool) throws {
        let home = try BrokerHome()
        var broker = try home.open()
        broker.createTopic("t")
        let partition = TopicPartition("t")
        for _ in 0..<5 { try broker.write([TestRecord(key: nil, value: "v")], to: partition) }
        #expect(broker.deleteRecords(partition, before: 3) == (.none, 3))
        #expect(broker.deleteRecords(partition, before: 9).0 == .offsetOutOfRange)
        if isClean { broker.close() } else { broker.crash() }
        broker = try home.open()
        defer { broker.close() }
        #expect(broker.offsets(of: partition)?.start == 3)
        #expect(broker.read(partition, from: 2, maxBytes: 100).error == .offsetOutOfRange)
        #expect(broker.deleteRecords(partition, before: -1) == (.none, 5))
    }

    @Test("wakes a waiting fetch when records come, and when the topic goes")
    func watching() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t", partitions: 2)
        let woken = Mutex(0)
        let token = broker.watch([TopicPartition("t", 0)]) { woken.withLock { $0 += 1 } }
        try broker.write([TestRecord(key: nil, value: "v")], to: TopicPartition("t", 1))
        #expect(woken.withLock { $0 } == 0)
        try broker.write([TestRecord(key: nil, value: "v")], to: TopicPartition("t", 0))
        #expect(woken.withLock { $0 } == 1)
        broker.deleteTopic("t")
        #expect(woken.withLock { $0 } == 2)
        broker.cancel(token)
        broker.cancel(token)
        broker.createTopic("t")
        try broker.write([TestRecord(key: nil, value: "v")], to: TopicPartition("t", 0))
        #expect(woken.withLock { $0 } == 2)
    }

    @Test("old segments go by size and by age, and their files after the delay")
    func retention() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t", [("segment.bytes", "200"), ("retention.ms", "1000"), ("file.delete.delay.ms", "500")])
        let partition = TopicPartition("t")
        for _ in 0..<10 {
            try broker.write([TestRecord(key: nil, value: String(repeating: "x", count: 80))], to: partition)
        }
        broker.background.enforceRetention()
        #expect(broker.offsets(of: partition)?.start == 0)
        home.clock.advance(2000)
        broker.background.enforceRetention()
        #expect(broker.offsets(of: partition)?.start == 10)
        #expect(try home.storage.list("\(home.path)/log/t-0").contains { $0.hasSuffix(".deleted") })
        home.clock.advance(1000)
        broker.background.enforceRetention()
        #expect(try !home.storage.list("\(home.path)/log/t-0").contains { $0.hasSuffix(".deleted") })
        #expect(try broker.write([TestRecord(key: nil, value: "v")], to: partition).baseOffset == 10)
    }

    @Test("a second broker on the directory is refused, naming the process and where it listens")
    func secondBroker() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        broker.announce(listener: "127.0.0.1:19092")
        let error = #expect(throws: BrokerError.self) { try home.open() }
        let sentence = error.map { "\($0)" } ?? ""
        #expect(sentence.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
        #expect(sentence.contains("127.0.0.1:19092"))
        broker.close()
        try home.open().close()
    }

    @Test(
        "another process that holds the lock as Java does keeps the broker out",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func otherProcess() throws {
        let home = try BrokerHome()
        try home.open().close()
        let holder = ChildProcess()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        holder.arguments = [
            "-c",
            "import fcntl,sys\nf=open(sys.argv[1],'r+')\nfcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB)\nprint('held',flush=True)\nsys.stdin.read()",
            "\(home.path)/log/.lock",
        ]
        let (input, output) = (Pipe(), Pipe())
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        _ = output.fileHandleForReading.availableData
        #expect(
            throws: BrokerError.inUse(directory: "\(home.path)/log", processID: holder.processIdentifier, listener: nil)
        ) {
            try home.open()
        }
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        try home.open().close()
    }

    @Test("a directory of another node is refused")
    func otherNode() throws {
        let home = try BrokerHome()
        try home.open([(key: "node.id", value: "3")]).close()
        let error = #expect(throws: BrokerError.self) { try home.open([(key: "node.id", value: "4")]) }
        #expect(error.map { "\($0)" }?.contains("it belongs to node 3") == true)
        try home.open([(key: "broker.id", value: "3")]).close()
        let broker = try home.open()
        #expect(broker.nodeID == 3)
        broker.close()
    }

    @Test("producer ids are never given out twice, whatever the end was", arguments: [true, false])
    func producerIDs(isClean: Bool) throws {
        let home = try BrokerHome()
        var given: Set<Int64> = []
        for _ in 0..<3 {
            let broker = try home.open()
            for _ in 0..<5 {
                let answer = Answer<InitProducerIdResponse>()
                broker.transactions.initProducerID(InitProducerIdRequest(), version: 4) { answer.give($0) }
                #expect(given.insert(answer.wait().producerID).inserted)
            }
            if isClean { broker.close() } else { broker.crash() }
        }
        #expect(given.count == 15)
    }

    @Test("a directory that no topic knows is set aside, and one that was being deleted is removed")
    func orphans() throws {
        let home = try BrokerHome()
        var broker = try home.open()
        broker.createTopic("t")
        broker.close()
        let log = "\(home.path)/log"
        try home.storage.createDirectory("\(log)/unknown-0")
        try home.storage.createDirectory("\(log)/t-0.0123456789abcdef0123456789abcdef-delete")
        broker = try home.open()
        defer { broker.close() }
        let names = try home.storage.list(log)
        #expect(!names.contains("unknown-0"))
        #expect(names.contains { $0.hasPrefix("unknown-0.") && $0.hasSuffix("-stray") })
        #expect(!names.contains { $0.hasSuffix("-delete") })
        #expect(broker.recoveryNotes.contains { $0.contains("unknown-0") })
    }
}
