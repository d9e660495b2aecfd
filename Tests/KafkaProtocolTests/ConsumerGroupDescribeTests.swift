import KafkaProtocol
import NIOCore
import Testing

@Suite("ConsumerGroupDescribe as Kafka 3.8 and its clients wrote it")
struct ConsumerGroupDescribeTests {
    @Test("a recorded answer is read, and written again to the same bytes")
    func answer() throws {
        // java/group-848.jsonl:157
        let frame = Self.bytes(
            "000000040000000000020000000e672d6f72646572732d6a38343807537461626c65000000020000000208756e69666f"
                + "726d0317375a3541596949455357474d2d6a383062712d383341000000000002036a310b2f3132372e302e302e310204"
                + "6772700102281374ec26774560815791950130974d04677270030000000100000002000002281374ec26774560815791"
                + "950130974d04677270030000000100000002000000173736375176396a735444537275696639656d7854544100000000"
                + "0002036a300b2f3132372e302e302e3102046772700102281374ec26774560815791950130974d046772700200000000"
                + "000002281374ec26774560815791950130974d046772700200000000000000800000000000")
        let (header, answer) = try AnyResponse.decode(frame: frame, key: 69, version: 0)
        guard case .consumerGroupDescribe(let body) = answer else {
            Issue.record("read as \(answer.api.name)")
            return
        }
        #expect(body.groups.map(\.groupID) == ["g-orders-j848"])
        #expect(body.groups.map(\.groupState) == ["Stable"])
        #expect(body.groups.flatMap(\.members).map(\.clientID).sorted() == ["j0", "j1"])
        let partitions = body.groups.flatMap(\.members).flatMap(\.assignment.topicPartitions)
        #expect(partitions.allSatisfy { $0.topicName == "grp" })
        #expect(partitions.flatMap(\.partitions).sorted() == [0, 1, 2])
        let written = try answer.encode(header: header, version: 0).flatMap { Array($0.readableBytesView) }
        #expect(written.dropFirst(4).elementsEqual(frame.readableBytesView))
    }

    private static func bytes(_ hex: String) -> ByteBuffer {
        let digits = hex.compactMap(\.hexDigitValue)
        return ByteBuffer(
            bytes: stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }
}
