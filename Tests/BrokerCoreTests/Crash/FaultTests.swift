import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Testing

@Suite("A log whose disk fails")
struct FaultTests {
    /// Work that touches every kind of call; answers with the offsets that were acknowledged.
    private func work(_ fresh: FreshLog) throws -> Int64 {
        var acknowledged: Int64 = 0
        func flush() throws {
            try fresh.log.flush()
            acknowledged = fresh.log.offsets.recoveryPoint
        }
        do {
            for round in 0..<4 {
                for number in 0..<4 {
                    let sequence = Int32(round * 4 + number)
                    _ = try fresh.log.append(batch([1], key: "k\(number)", producer: 1, epoch: 0, sequence: sequence))
                }
                try flush()
                let cold = try fresh.log.segments.filter { !$0.isActive }
                if let first = cold.first, round == 2 {
                    let cleaned = try fresh.log.beginCleanedSegment(at: first.baseOffset)
                    for segment in cold {
                        let bytes = try fresh.log.bytes(ofSegment: segment.baseOffset, from: 0, maxBytes: 1 << 20)
                        let batches = Array(RecordBatches(bytes ?? ByteBuffer()))
                        try cleaned.append(bytes ?? ByteBuffer(), batches.map(\.header))
                    }
                    _ = try fresh.log.replaceSegments(with: [cleaned], replacing: cold.map(\.baseOffset))
                }
            }
            try fresh.log.close(clean: true)
        } catch let error as LogError {
            #expect(error.errorCode == .kafkaStorageError)
            throw Stopped(acknowledged: acknowledged)
        }
        return acknowledged
    }

    private struct Stopped: Error {
        var acknowledged: Int64
    }

    @Test(
        "never acknowledges what it could not keep, says that it is offline, and opens again with everything",
        arguments: [StorageError.inputOutput, StorageError.noSpace]
    )
    func everyCall(errno: Int32) throws {
        let whole = try FreshLog { $0.segmentBytes = 400 }
        let before = whole.disk.calls
        #expect(try work(whole) == 16)
        let calls = whole.disk.calls - before
        for call in 1...calls {
            let fresh = try FreshLog { $0.segmentBytes = 400 }
            fresh.disk.plan(.error(errno), atCall: call)
            do {
                let acknowledged = try work(fresh)
                Issue.record("call \(call) failed and nobody noticed, \(acknowledged) acknowledged")
            } catch let stopped as Stopped {
                // A cleaned segment that cannot be begun harms nobody; everything else takes the log offline.
                if fresh.log.offlineReason != nil {
                    let more = try batch()
                    #expect(code { _ = try fresh.log.append(more) } == .kafkaStorageError, "call \(call)")
                    #expect(code { try fresh.log.flush() } == .kafkaStorageError, "call \(call)")
                    #expect(code { try fresh.log.close(clean: true) } == .kafkaStorageError, "call \(call)")
                }
                let again = try fresh.reopened()
                #expect(again.offsets.end >= stopped.acknowledged, "call \(call)")
                let batches = try CrashModel.batches(again)
                #expect(batches.map(\.header.baseOffset) == (0..<again.offsets.end).map { $0 }, "call \(call)")
            }
        }
        print("each of \(calls) calls failed once with errno \(errno)")
    }
}
