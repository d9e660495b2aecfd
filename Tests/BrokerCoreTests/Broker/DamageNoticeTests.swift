import Cluster
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("What a broker says of damage")
struct DamageNoticeTests {
    private let home: BrokerHome
    private let one = TopicPartition("one")

    /// Twelve records in four segments of three, on a broker that was stopped in order.
    init() throws {
        home = try BrokerHome()
        let broker = try home.open()
        broker.createTopic("one", [("segment.bytes", "600"), ("retention.ms", "-1")])
        for number in 0..<12 {
            try broker.write([TestRecord(key: nil, value: String(repeating: "\(number % 10)", count: 110))], to: one)
        }
        broker.close()
    }

    private var directory: String { "\(home.path)/log/one-0" }

    private func path(_ base: Int64) -> String {
        "\(directory)/\(SegmentFile(baseOffset: base, kind: .log).name)"
    }

    /// Writes bytes into a file of the stopped broker, or cuts it.
    private func edit(_ path: String, _ body: (any StorageFile) throws -> Void) throws {
        let file = try home.storage.open(path, .write)
        defer { file.close() }
        try body(file)
    }

    /// The base offsets of the segments.
    private func bases() throws -> [Int64] {
        try home.storage.list(directory).compactMap { SegmentFile(name: $0) }
            .filter { $0.kind == .log && $0.stage == nil }.map(\.baseOffset).sorted()
    }

    private func offsets(_ broker: Broker) throws -> [Int64] { try broker.records(of: one).map(\.offset) }

    @Test("an end that was cut after a stop in order is said once, when the log is opened, with the partition's name")
    func cutEnd() throws {
        #expect(try bases() == [0, 3, 6, 9])
        try edit(path(9)) { try $0.truncate(to: $0.size() - 30) }
        let lines = LogLines()
        let broker = try home.open(lines: lines)
        #expect(lines.count("one-0") == 0)
        #expect(try offsets(broker) == Array(0..<11))
        #expect(lines.count("warning: one-0/00000000000000000009.log: cut", "ends at offset 11") == 1)
        #expect(lines.count("warning: one-0: offsets 11 to 11 are missing") == 1)
        broker.close()
        let again = LogLines()
        let second = try home.open(lines: again)
        #expect(try offsets(second).count == 11)
        #expect(again.count("one-0") == 0)
        second.close()
    }

    @Test("an end that a kill left is said once, too")
    func killed() throws {
        let broker = try home.open()
        try broker.write([TestRecord(key: nil, value: "x")], to: one)
        broker.crash()
        try edit(path(12)) { try $0.truncate(to: $0.size() - 3) }
        let lines = LogLines()
        let after = try home.open(lines: lines)
        defer { after.close() }
        #expect(lines.count("one-0/00000000000000000012.log: cut") == 1)
    }

    @Test(
        "a base offset that is not the batch's is an error for its readers, said once, and a repair reads on behind it")
    func wrongBaseOffset() throws {
        // Beyond the segment, and of a neighbour behind: neither is under the checksum.
        for (byte, value) in [(4, UInt8(1)), (7, UInt8(5))] {
            let fresh = try DamageNoticeTests()
            try fresh.edit(fresh.path(3)) { try $0.write(ByteBuffer(bytes: [value]), at: Int64(byte)) }
            let lines = LogLines()
            let broker = try fresh.home.open(lines: lines)
            #expect(try fresh.offsets(broker) == [0, 1, 2])
            for _ in 0..<3 {
                let outcome = broker.read(fresh.one, from: 3, maxBytes: 1 << 20)
                #expect(outcome.error == .kafkaStorageError)
            }
            #expect(broker.read(fresh.one, from: 4, maxBytes: 1 << 20).error == .none)
            #expect(lines.count("error", "one-0/00000000000000000003.log", "position 0") == 1)
            #expect(broker.offlineReason == nil)
            broker.close()
            // What the line says to do.
            try fresh.home.storage.remove("\(fresh.home.path)/log/\(CleanShutdownMarker.fileName)")
            try fresh.home.storage.remove(
                "\(fresh.home.path)/log/\(OffsetCheckpoint.Name.recoveryPoint.rawValue)")
            let repaired = try fresh.home.open(lines: lines)
            #expect(try fresh.offsets(repaired) == [0, 1, 2] + Array(4..<12))
            #expect(lines.count("one-0/00000000000000000003.log: offsets 3 to 3 are damaged") == 1)
            repaired.close()
        }
    }

    @Test("segments that are gone or empty are said, with the offsets that went", arguments: [true, false])
    func missingSegment(isRemoved: Bool) throws {
        if isRemoved {
            try home.storage.remove(path(3))
        } else {
            try edit(path(3)) { try $0.truncate(to: 0) }
        }
        let lines = LogLines()
        let broker = try home.open(lines: lines)
        defer { broker.close() }
        #expect(try offsets(broker) == [0, 1, 2] + Array(6..<12))
        #expect(lines.count("warning: one-0: offsets 3 to 5 are missing") == 1)
        #expect(lines.count("are missing") == 1)
    }

    @Test("files that a log start behind the log's end puts out of reach are set aside")
    func startBehindEnd() throws {
        let checkpoint = OffsetCheckpoint([one: 900])
        try checkpoint.store(.logStart, in: "\(home.path)/log", on: home.storage)
        let lines = LogLines()
        let broker = try home.open(lines: lines)
        #expect(broker.offsets(of: one)?.start == 900)
        #expect(lines.count("warning: one-0: log-start-offset-checkpoint", "900", "end at 12", "set aside") == 1)
        #expect(try home.storage.list(directory).count { $0.hasSuffix(".log.corrupt") } == 4)
        #expect(try broker.write([TestRecord(key: nil, value: "x")], to: one).baseOffset == 900)
        broker.close()
        // As an owner who puts the files back, and the right start, would have it.
        for name in try home.storage.list(directory) where SegmentFile(name: name) != nil {
            if name.contains("900") { try home.storage.remove("\(directory)/\(name)") }
        }
        for base in [Int64(0), 3, 6, 9] { try home.storage.rename("\(path(base)).corrupt", to: path(base)) }
        try OffsetCheckpoint().store(.logStart, in: "\(home.path)/log", on: home.storage)
        let again = try home.open()
        defer { again.close() }
        #expect(try offsets(again) == Array(0..<12))
    }

    @Test("a disk that fails is said once, with what to do")
    func offline() throws {
        let disk = SimulatedDisk(directories: ["/disk"])
        let lines = LogLines()
        let broker = try BrokerHome(on: disk, path: "/disk/data").open(lines: lines)
        defer { broker.close() }
        broker.createTopic("t")
        try broker.write([TestRecord(key: nil, value: "kept")], to: TopicPartition("t"))
        disk.plan(.error(StorageError.inputOutput), atCall: 2)
        for _ in 0..<3 {
            let outcome = try broker.write([TestRecord(key: nil, value: "lost")], to: TopicPartition("t"))
            #expect(outcome.error == .kafkaStorageError)
        }
        disk.unplan()
        #expect(lines.count("error: /disk/data/log is offline", "started again") == 1)
    }
}
