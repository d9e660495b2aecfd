import BrokerCore
import Foundation
import KafkaProtocol
import NIOCore
import Testing

@Suite("Preallocated segments")
struct PreallocationTests {
    private static let segmentBytes = 4096

    private func fresh() throws -> FreshLog {
        try FreshLog {
            $0.preallocate = true
            $0.segmentBytes = Self.segmentBytes
        }
    }

    private func fill(_ fresh: FreshLog, batches: Int) throws {
        for number in 0..<batches {
            _ = try fresh.log.append(
                batch([Int64(number)], key: "k\(number)", value: String(repeating: "v", count: 300)))
        }
    }

    private func sizes(_ fresh: FreshLog) throws -> [Int64] {
        try fresh.disk.list("/log/t-0").filter { $0.hasSuffix(".log") }
            .map { try #require(try fresh.disk.status(of: "/log/t-0/\($0)")).size }
    }

    private func offsets(_ log: PartitionLog) throws -> [Int64] {
        try CrashModel.batches(log).map(\.header.baseOffset)
    }

    @Test(
        "the active segment's file has its full length, others what was written; so has every one after a stop in order"
    )
    func lengths() throws {
        let fresh = try fresh()
        #expect(try sizes(fresh) == [Int64(Self.segmentBytes)])
        try fill(fresh, batches: 25)
        try fresh.log.flush()
        let used = try fresh.log.segments.map(\.bytes)
        #expect(used.count == 3)
        #expect(try sizes(fresh) == used.dropLast() + [Int64(Self.segmentBytes)])
        try fresh.log.close(clean: true)
        #expect(try sizes(fresh) == used)
        let again = try fresh.reopened(clean: true)
        #expect(again.recovery.wasClean && again.recovery.cuts.isEmpty)
        #expect(try offsets(again) == Array(0..<25))
    }

    @Test("a kill leaves room behind the last batch, of any segment: it is cut without a word, and no offset is missed")
    func kill() throws {
        for flushes in [false, true] {
            let fresh = try fresh()
            try fill(fresh, batches: 25)
            if flushes { try fresh.log.flush() }
            let used = try fresh.log.segments.map(\.bytes)
            try fresh.log.close(clean: false)
            let again = try fresh.reopened()
            #expect(again.offsets.end == 25)
            #expect(again.recovery.cuts.isEmpty && again.recovery.quarantines.isEmpty)
            #expect(try sizes(fresh) == used)
            #expect(try offsets(again) == Array(0..<25))
            #expect(try again.append(batch()).baseOffset == 25)
        }
    }

    @Test("an append that a crash tore is cut up to its last byte, and said")
    func torn() throws {
        let fresh = try fresh()
        try fill(fresh, batches: 3)
        let used = fresh.log.size
        try fresh.log.close(clean: false)
        let file = try fresh.disk.open("/log/t-0/00000000000000000000.log", .write)
        try file.write(try #require(batch(value: "torn").getSlice(at: 0, length: 40)), at: used)
        let again = try fresh.reopened()
        #expect(again.offsets.end == 3)
        #expect(again.recovery.cuts.map(\.position) == [used])
        #expect(again.recovery.cuts.allSatisfy { $0.bytes <= 40 })
        #expect(try sizes(fresh) == [used])
    }

    @Test("zeros in the place of batches that were there are damage, not room")
    func lostBatches() throws {
        let fresh = try fresh()
        try fill(fresh, batches: 25)
        try fresh.log.flush()
        let segments = try fresh.log.segments
        let bytes = try #require(try fresh.log.bytes(ofSegment: 0, from: 0, maxBytes: 1 << 20))
        let first = try #require(Array(RecordBatches(bytes)).first)
        try fresh.log.close(clean: false)
        let file = try fresh.disk.open("/log/t-0/00000000000000000000.log", .write)
        let kept = Int64(first.header.sizeInBytes)
        try file.write(ByteBuffer(repeating: 0, count: Int(segments[0].bytes - kept)), at: kept)
        let again = try fresh.reopened()
        #expect(again.recovery.quarantines.map(\.firstLostOffset) == [1])
        #expect(again.recovery.quarantines.map(\.nextOffset) == [segments[1].baseOffset])
        #expect(try offsets(again) == [0] + Array(segments[1].baseOffset..<25))
    }

    @Test("the real disk takes the room at once")
    func realDisk() throws {
        let directory = try TemporaryDirectory()
        let disk = DiskStorage(descriptorLimit: 16)
        let file = try disk.open("\(directory.path)/room", .create)
        try file.allocate(to: 1 << 20)
        var status = stat()
        #expect(stat("\(directory.path)/room", &status) == 0)
        #expect(status.st_size == 1 << 20)
        #expect(status.st_blocks * 512 >= 1 << 20)
        try file.truncate(to: 100)
        #expect(try file.size() == 100)
        file.close()
    }
}
