import BrokerCore
import KafkaProtocol
import NIOCore
import Testing

@Suite("Idempotent and transactional producers of a log")
struct ProducerTests {
    @Test("a batch that is sent again is answered with its first offsets and not written")
    func duplicates() throws {
        let fresh = try FreshLog()
        let batches = try (0..<6).map { try batch([1, 2], producer: 9, epoch: 0, sequence: Int32($0 * 2)) }
        for bytes in batches { _ = try fresh.log.append(bytes) }
        for (index, bytes) in batches.enumerated().dropFirst() {
            let again = try fresh.log.append(bytes)
            #expect(again.isDuplicate)
            #expect((again.baseOffset, again.lastOffset) == (Int64(index * 2), Int64(index * 2 + 1)))
        }
        // The first one fell out of the window of five.
        #expect(code { _ = try fresh.log.append(batches[0]) } == .outOfOrderSequenceNumber)
        #expect(fresh.log.offsets.end == 12)
    }

    @Test("sequences must follow one another, in every epoch from 0, and wrap around")
    func sequences() throws {
        let fresh = try FreshLog()
        func send(_ sequence: Int32, epoch: Int16 = 0, producer: Int64 = 9) throws -> ErrorCode {
            let bytes = try batch([1], producer: producer, epoch: epoch, sequence: sequence)
            return code { _ = try fresh.log.append(bytes) }
        }
        #expect(try send(7) == .none, "an unknown producer may begin anywhere")
        #expect(try send(9) == .outOfOrderSequenceNumber)
        #expect(try send(8) == .none)
        #expect(try send(1, epoch: 1) == .outOfOrderSequenceNumber)
        #expect(try send(0, epoch: 1) == .none)
        #expect(try send(9, epoch: 0) == .invalidProducerEpoch)
        #expect(try send(.max, producer: 10) == .none)
        #expect(try send(0, producer: 10) == .none)
        #expect(try send(-1, producer: 11) == .invalidRecord)
    }

    @Test("read_committed stops at the first open transaction and names the aborted ones")
    func transactions() throws {
        let fresh = try FreshLog()
        let log = fresh.log
        func data(_ producer: Int64, _ sequence: Int32) throws -> ByteBuffer {
            try batch([1], attributes: .transactional, producer: producer, epoch: 0, sequence: sequence)
        }
        _ = try log.append(data(1, 0))
        _ = try log.append(batch())
        _ = try log.append(data(2, 0))
        #expect(log.offsets.lastStable == 0)
        let plain = try batch([1], producer: 1, epoch: 0, sequence: 1)
        #expect(code { _ = try log.append(plain) } == .invalidTxnState)
        let end = try marker(producer: 1, commits: false)
        #expect(code { _ = try log.append(end) } == .invalidRecord, "clients write no markers")
        _ = try log.append(end, origin: .coordinator)
        #expect(log.offsets.lastStable == 2)
        let committed = try log.read(from: 0, maxBytes: 1 << 20, isolation: .readCommitted)
        #expect(RecordBatches(committed.records).map(\.header.baseOffset) == [0, 1])
        #expect(committed.abortedTransactions.map(\.producerID) == [1])
        #expect(committed.abortedTransactions.map(\.firstOffset) == [0])
        _ = try log.append(marker(producer: 2, commits: true, coordinatorEpoch: 3), origin: .coordinator)
        #expect(log.offsets.lastStable == log.offsets.end)
        let zombie = try marker(producer: 2, commits: true, coordinatorEpoch: 2)
        #expect(code { _ = try log.append(zombie, origin: .coordinator) } == .transactionCoordinatorFenced)
        #expect(try log.read(from: 1, maxBytes: 1 << 20, isolation: .readCommitted).abortedTransactions.count == 1)
        #expect(try log.read(from: 4, maxBytes: 1 << 20, isolation: .readCommitted).abortedTransactions.isEmpty)
    }

    @Test("are known again after a kill and after a clean stop", arguments: [true, false])
    func survive(clean: Bool) throws {
        let fresh = try FreshLog { $0.segmentBytes = 400 }
        for sequence in 0..<9 {
            _ = try fresh.log.append(batch([1], producer: 9, epoch: 3, sequence: Int32(sequence)))
        }
        _ = try fresh.log.append(batch([1], attributes: .transactional, producer: 4, epoch: 0, sequence: 0))
        try fresh.log.close(clean: clean)
        let log = try fresh.reopened(clean: clean)
        #expect(log.offsets.lastStable == 9)
        #expect(try log.append(batch([1], producer: 9, epoch: 3, sequence: 8)).isDuplicate)
        #expect(try log.append(batch([1], producer: 9, epoch: 3, sequence: 9)).baseOffset == 10)
        let skipped = try batch([1], producer: 9, epoch: 3, sequence: 11)
        #expect(code { _ = try log.append(skipped) } == .outOfOrderSequenceNumber)
    }

    @Test("are forgotten after their expiration, unless a transaction is open")
    func expiration() throws {
        let fresh = try FreshLog()
        let now = fresh.clock.wallMilliseconds
        _ = try fresh.log.append(batch([now], producer: 1, epoch: 0, sequence: 0))
        _ = try fresh.log.append(batch([now], attributes: .transactional, producer: 2, epoch: 0, sequence: 0))
        fresh.clock.advance(1000)
        #expect(fresh.log.removeExpiredProducers(expirationMs: 2000) == 0)
        #expect(fresh.log.removeExpiredProducers(expirationMs: 1000) == 1)
        #expect(fresh.log.producers.producers.keys.sorted() == [2])
    }
}
