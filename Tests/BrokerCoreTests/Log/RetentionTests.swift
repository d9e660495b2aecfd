import BrokerCore
import KafkaProtocol
import NIOCore
import Testing

@Suite("Retention of a log")
struct RetentionTests {
    /// Ten segments of one record each, a second apart, and an eleventh that is active.
    private func filled(_ change: (inout LogConfig) -> Void) throws -> FreshLog {
        let fresh = try FreshLog { config in
            config.segmentBytes = 100
            config.retentionMs = -1
            change(&config)
        }
        let start = fresh.clock.wallMilliseconds
        for second in 0..<11 {
            fresh.clock.set(start + Int64(second) * 1000)
            _ = try fresh.log.append(batch([fresh.clock.wallMilliseconds]))
        }
        #expect(fresh.log.segmentCount == 11)
        return fresh
    }

    @Test("removes segments whose newest record is too old, and begins a new one when all are")
    func byTime() throws {
        let fresh = try filled { $0.retentionMs = 5000 }
        let result = try fresh.log.enforceRetention()
        #expect(result.removals.map(\.reason) == Array(repeating: .time, count: 5))
        #expect(fresh.log.offsets.start == 5)
        #expect(code { _ = try fresh.log.read(from: 4, maxBytes: 1) } == .offsetOutOfRange)
        fresh.clock.advance(100_000)
        #expect(try fresh.log.enforceRetention().logStartOffset == 11)
        #expect(fresh.log.segmentCount == 1 && fresh.log.size == 0)
        #expect(try fresh.log.append(batch()).baseOffset == 11)
    }

    @Test("removes the oldest segments as long as at least retention.bytes remain")
    func bySize() throws {
        let one = Int64(try batch().readableBytes)
        let fresh = try filled { $0.retentionBytes = one * 4 - 1 }
        let result = try fresh.log.enforceRetention()
        #expect(result.removals.map(\.reason) == Array(repeating: .size, count: 7))
        #expect(fresh.log.size == one * 4)
    }

    @Test("removes what lies before the log start, also where the topic is compacted, and nothing else there")
    func compacted() throws {
        let fresh = try filled {
            $0.cleanupPolicy = .compact
            $0.retentionBytes = 0
            $0.retentionMs = 0
        }
        #expect(try fresh.log.enforceRetention().removals.isEmpty)
        #expect(try fresh.log.deleteRecords(before: 3) == 3)
        #expect(fresh.log.needsLogStartCheckpoint)
        #expect(try fresh.log.enforceRetention().removals.map(\.reason) == Array(repeating: .logStart, count: 3))
        #expect(!fresh.log.needsLogStartCheckpoint)
        #expect(try fresh.log.deleteRecords(before: -1) == 11)
        #expect(code { _ = try fresh.log.deleteRecords(before: 12) } == .offsetOutOfRange)
    }

    @Test("keeps removed files for file.delete.delay.ms under their .deleted name")
    func deletedFiles() throws {
        let fresh = try filled {
            $0.retentionMs = 5000
            $0.fileDeleteDelayMs = 60_000
        }
        try fresh.log.enforceRetention()
        func deleted() throws -> Int { try fresh.disk.list("/log/t-0").filter { $0.hasSuffix(".log.deleted") }.count }
        #expect(try deleted() == 5)
        fresh.clock.advance(59_999)
        #expect(try fresh.log.removeDeletedFiles() == 0)
        fresh.clock.advance(1)
        #expect(try fresh.log.removeDeletedFiles() == 5)
        #expect(try deleted() == 0)
    }

    @Test("is by the file's age where records have no timestamps")
    func withoutTimestamps() throws {
        let fresh = try FreshLog { $0.retentionMs = 1000 }
        _ = try fresh.log.append(batch([-1]))
        #expect(try fresh.log.enforceRetention().removals.count == 1, "the simulated file is from 1970")
    }

    @Test("segments end by size, by time since their first batch, and before offsets outgrow their index")
    func rolling() throws {
        let fresh = try FreshLog { $0.segmentMs = 1000 }
        for time in [5000, 5500, 6000, 6001, 5000] { _ = try fresh.log.append(batch([Int64(time)])) }
        #expect(try fresh.log.segments.map(\.baseOffset) == [0, 3])
        var far = try batch([6001])
        far.setInteger(Int64(Int32.max) + 4, at: far.readerIndex)
        _ = try fresh.log.append(far, origin: .replication)
        #expect(try fresh.log.segments.map(\.baseOffset) == [0, 3, Int64(Int32.max) + 4])
        #expect(try fresh.log.rollActiveSegment())
        #expect(try !fresh.log.rollActiveSegment())
    }
}
