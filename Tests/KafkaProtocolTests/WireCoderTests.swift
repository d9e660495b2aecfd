import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

/// One value of each kind that the wire has.
private enum Sample: Equatable {
    case bool(Bool)
    case int8(Int8)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case float64(UInt64)
    case uuid(KafkaUUID)
    case unsignedVarint(UInt32)
    case varint(Int32)
    case varlong(Int64)
    case string(String?)
    case bytes(ByteBuffer?)
    case records(ByteBuffer?)
    case int32s([Int32]?)
    case strings([String])

    static func random(_ random: inout SeededGenerator) -> Sample {
        /// Mostly small magnitudes of all lengths, sometimes the ends.
        func number<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: .min
            case 1: .max
            default:
                Number(truncatingIfNeeded: Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
            }
        }
        func text() -> String {
            let alphabet: [Character] = ["a", "Z", "9", "é", "✓", "\u{0}", "🌊", "-"]
            return String(
                (0..<Int.random(in: 0..<200, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) }
            )
        }
        func blob() -> ByteBuffer {
            ByteBuffer(
                bytes: (0..<Int.random(in: 0..<300, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                })
        }
        let isNull = Int.random(in: 0..<5, using: &random) == 0
        let count = Int.random(in: 0..<200, using: &random)
        switch Int.random(in: 0..<17, using: &random) {
        case 0: return .bool(Bool.random(using: &random))
        case 1: return .int8(number(Int8.self))
        case 2: return .int16(number(Int16.self))
        case 3: return .uint16(number(UInt16.self))
        case 4: return .int32(number(Int32.self))
        case 5: return .uint32(number(UInt32.self))
        case 6: return .int64(number(Int64.self))
        case 7: return .float64(random.next())
        case 8: return .uuid(KafkaUUID(high: random.next(), low: random.next()))
        case 9: return .unsignedVarint(number(UInt32.self))
        case 10: return .varint(number(Int32.self))
        case 11: return .varlong(number(Int64.self))
        case 12: return .string(isNull ? nil : text())
        case 13: return .bytes(isNull ? nil : blob())
        case 14: return .records(isNull ? nil : blob())
        case 15: return .int32s(isNull ? nil : (0..<count).map { _ in number(Int32.self) })
        default: return .strings((0..<count).map { _ in text() })
        }
    }

    /// The same kind with another value, to be read into.
    mutating func code<Wire: WireCoder>(_ wire: inout Wire) throws(WireError) {
        switch self {
        case .bool(var value):
            try wire.bool(&value)
            self = .bool(value)
        case .int8(var value):
            try wire.int8(&value)
            self = .int8(value)
        case .int16(var value):
            try wire.int16(&value)
            self = .int16(value)
        case .uint16(var value):
            try wire.uint16(&value)
            self = .uint16(value)
        case .int32(var value):
            try wire.int32(&value)
            self = .int32(value)
        case .uint32(var value):
            try wire.uint32(&value)
            self = .uint32(value)
        case .int64(var value):
            try wire.int64(&value)
            self = .int64(value)
        case .float64(let bits):
            var value = Double(bitPattern: bits)
            try wire.float64(&value)
            self = .float64(value.bitPattern)
        case .uuid(var value):
            try wire.uuid(&value)
            self = .uuid(value)
        case .unsignedVarint(var value):
            try wire.unsignedVarint(&value)
            self = .unsignedVarint(value)
        case .varint(var value):
            try wire.varint(&value)
            self = .varint(value)
        case .varlong(var value):
            try wire.varlong(&value)
            self = .varlong(value)
        case .string(var value):
            try wire.string(&value)
            self = .string(value)
        case .bytes(var value):
            try wire.bytes(&value)
            self = .bytes(value)
        case .records(var value):
            try wire.records(&value)
            self = .records(value)
        case .int32s(var value):
            try wire.array(&value, 0)
            self = .int32s(value)
        case .strings(var value):
            try wire.array(&value, 0)
            self = .strings(value)
        }
    }

    /// The kind with an empty value.
    var blank: Sample {
        switch self {
        case .bool: .bool(false)
        case .int8: .int8(0)
        case .int16: .int16(0)
        case .uint16: .uint16(0)
        case .int32: .int32(0)
        case .uint32: .uint32(0)
        case .int64: .int64(0)
        case .float64: .float64(0)
        case .uuid: .uuid(.zero)
        case .unsignedVarint: .unsignedVarint(0)
        case .varint: .varint(0)
        case .varlong: .varlong(0)
        case .string: .string(nil)
        case .bytes: .bytes(nil)
        case .records: .records(nil)
        case .int32s: .int32s(nil)
        case .strings: .strings([])
        }
    }
}

@Suite("The wire's primitives")
struct WireCoderTests {
    @Test("what is written is read again, in both forms, whole or in pieces", arguments: [1, 2, 3, 4] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for round in 0..<200 {
            let samples = (0..<Int.random(in: 1...30, using: &random)).map { _ in Sample.random(&random) }
            let flexible = Bool.random(using: &random)
            var writer = WireWriter(
                flexible: flexible, capacity: 1, splitRecordsFrom: Bool.random(using: &random) ? 100 : .max)
            for var sample in samples { try sample.code(&writer) }
            #expect(writer.position > 0)
            let bytes = try writer.finishInOneBuffer()
            var reader = WireReader(bytes, flexible: flexible)
            for sample in samples {
                var read = sample.blank
                try read.code(&reader)
                #expect(read == sample, "seed \(seed) round \(round)")
            }
            #expect(reader.remaining == 0)

            // Cut anywhere, reading fails: no value is made up.
            let cut = Int.random(in: 0..<bytes.readableBytes, using: &random)
            var short = WireReader(bytes.getSlice(at: 0, length: cut) ?? bytes, flexible: flexible)
            #expect(throws: WireError.self) {
                for sample in samples {
                    var read = sample.blank
                    try read.code(&short)
                }
            }
        }
    }

    @Test("variable length numbers have Kafka's bytes")
    func varints() throws {
        func bytes(_ body: (inout WireWriter) throws -> Void) throws -> [UInt8] {
            var writer = WireWriter(flexible: true)
            try body(&writer)
            return Array(try writer.finishInOneBuffer().readableBytesView)
        }
        func varint(_ number: Int32) throws -> [UInt8] {
            try bytes {
                var value = number
                try $0.varint(&value)
            }
        }
        #expect(try varint(0) == [0])
        #expect(try varint(-1) == [1])
        #expect(try varint(63) == [0x7E])
        #expect(try varint(-64) == [0x7F])
        #expect(try varint(64) == [0x80, 0x01])
        #expect(try varint(.max) == [0xFE, 0xFF, 0xFF, 0xFF, 0x0F])
        #expect(try varint(.min) == [0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
        for tooLong in [[0x80, 0x80, 0x80, 0x80, 0x80, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0x1F]] as [[UInt8]] {
            var reader = WireReader(ByteBuffer(bytes: tooLong), flexible: true)
            var value: UInt32 = 0
            #expect(throws: WireError.self) { try reader.unsignedVarint(&value) }
        }
    }

    @Test("a string of more than 32767 bytes is refused, not cut")
    func longString() throws {
        for flexible in [true, false] {
            var writer = WireWriter(flexible: flexible)
            var text = String(repeating: "x", count: 32_768)
            let error = #expect(throws: WireError.self) { try writer.string(&text) }
            #expect(error?.reason == .stringTooLong(bytes: 32_768))
        }
    }

    @Test("unknown tagged fields are kept, in ascending order, around the known ones")
    func tags() throws {
        // ReplicaState of Fetch v15 is known as tag 1 of the request; 0 is the cluster id, 5 is unknown.
        var request = FetchRequest(clusterID: "c", replicaState: .init(replicaID: 3, replicaEpoch: 4))
        request.tags.fields = [.init(tag: 5, bytes: ByteBuffer(bytes: [1, 2, 3]))]
        let written = try AnyRequest.fetch(request).encode(version: 15, correlationID: 1, clientID: nil)
        var frame = try #require(written.first)
        frame.moveReaderIndex(forwardBy: 4)
        let (_, read) = try AnyRequest.decode(frame: frame)
        #expect(read == .fetch(request))
    }

    @Test("a fetch reads field by field as another implementation wrote it")
    func fetchFields() throws {
        let topic = try #require(KafkaUUID("W2dF9umfWx7GURTkIKmxCA"))
        let row = try #require(WireGolden.coreRows().first { $0.isRequest && $0.key == 1 && $0.version == 17 })
        let (header, request) = try AnyRequest.decode(frame: row.frame)
        #expect(header == RequestHeader(apiKey: 1, apiVersion: 17, correlationID: 5, clientID: "vector"))
        #expect(
            request
                == .fetch(
                    FetchRequest(
                        replicaState: .init(replicaID: 2, replicaEpoch: 9), maxWaitMs: 500, minBytes: 1,
                        maxBytes: 1 << 20,
                        isolationLevel: 1, sessionID: 77, sessionEpoch: 3,
                        topics: [
                            .init(
                                topicID: topic,
                                partitions: [
                                    .init(
                                        partition: 4, currentLeaderEpoch: 6, fetchOffset: 1_234_567_890_123,
                                        lastFetchedEpoch: 5, logStartOffset: 12, partitionMaxBytes: 65_536,
                                        replicaDirectoryID: topic)
                                ])
                        ],
                        forgottenTopicsData: [.init(topicID: topic, partitions: [1, 2])], rackID: "r1")))

        let answer = try #require(WireGolden.coreRows().first { !$0.isRequest && $0.key == 1 && $0.version == 17 })
        let (_, response) = try AnyResponse.decode(frame: answer.frame, key: 1, version: 17)
        #expect(
            response
                == .fetch(
                    FetchResponse(
                        throttleTimeMs: 3, sessionID: 77,
                        responses: [
                            .init(
                                topicID: topic,
                                partitions: [
                                    .init(
                                        partitionIndex: 4, errorCode: .notLeaderOrFollower, highWatermark: 99,
                                        lastStableOffset: 98, logStartOffset: 12,
                                        divergingEpoch: .init(epoch: 3, endOffset: 44),
                                        currentLeader: .init(leaderID: 2, leaderEpoch: 7),
                                        snapshotID: .init(endOffset: 50, epoch: 2),
                                        abortedTransactions: [.init(producerID: 1001, firstOffset: 60)],
                                        preferredReadReplica: 2)
                                ])
                        ],
                        nodeEndpoints: [.init(nodeID: 2, host: "b2.example", port: 9093)])))
    }

    @Test("records are slices of the frame when read, and of themselves when written")
    func records() throws {
        let batch = ByteBuffer(repeating: 7, count: 20_000)
        let request = ProduceRequest(
            acks: -1, topicData: [.init(name: "t", partitionData: [.init(index: 0, records: batch)])])
        let parts = try AnyRequest.produce(request).encode(version: 9, correlationID: 1, clientID: "c")
        #expect(parts.count == 3)
        #expect(address(parts[1]) == address(batch))

        var frame = ByteBuffer()
        for var part in parts { frame.writeBuffer(&part) }
        #expect(frame.readInteger(as: Int32.self) == Int32(frame.readableBytes))
        let (header, decoded) = try AnyRequest.decode(frame: frame)
        #expect(header.clientID == "c")
        guard case .produce(let produce) = decoded else {
            Issue.record("\(decoded)")
            return
        }
        let records = try #require(produce.topicData.first?.partitionData.first?.records)
        #expect(records == batch)
        let start = try #require(address(frame))
        let slice = try #require(address(records))
        #expect(slice > start && slice < start + frame.readableBytes)
    }

    private func address(_ buffer: ByteBuffer) -> UnsafeRawPointer? {
        buffer.withUnsafeReadableBytes { $0.baseAddress }
    }

    @Test("a null that a version cannot say is refused when written")
    func nullInOldVersion() throws {
        let all = AnyRequest.metadata(MetadataRequest(topics: nil))
        #expect(throws: Never.self) { try all.encode(version: 1, correlationID: 1, clientID: nil) }
        let error = #expect(throws: WireError.self) { try all.encode(version: 0, correlationID: 1, clientID: nil) }
        #expect(error?.reason == .unexpectedNull)
    }

    @Test("an ApiVersions answer to an unknown version is one of version 0")
    func apiVersionsFallback() throws {
        let answer = ApiVersionsResponse(
            errorCode: .unsupportedVersion, apiKeys: [.init(apiKey: 18, minVersion: 0, maxVersion: 4)])
        let frame = try AnyResponse.apiVersions(answer).encode(version: 99, correlationID: 7)
        #expect(frame == [try #require(WireGolden.bytes(hex: "0000001000000007002300000001001200000004"))])
    }

    @Test("identifiers are written as Kafka writes them")
    func identifiers() throws {
        let id = KafkaUUID(high: 0x5B67_45F6_E99F_5B1E, low: 0xC651_14E4_20A9_B108)
        #expect(id.description == "W2dF9umfWx7GURTkIKmxCA")
        #expect(KafkaUUID("W2dF9umfWx7GURTkIKmxCA") == id)
        #expect(KafkaUUID.zero.description == "AAAAAAAAAAAAAAAAAAAAAA")
        for wrong in ["", "W2dF9umfWx7GURTkIKmxC", "W2dF9umfWx7GURTkIKmxCB", "W2dF9umfWx7GURTkIKmxC+"] {
            #expect(KafkaUUID(wrong) == nil)
        }
        var random = SeededGenerator(seed: 5)
        for _ in 0..<1000 {
            let id = KafkaUUID.random(using: &random)
            #expect(KafkaUUID(id.description) == id)
            #expect(!id.description.hasPrefix("-"))
        }
    }

    @Test("error codes have Kafka's names, and unknown ones are kept")
    func errorCodes() {
        #expect(ErrorCode.unknownTopicOrPartition.rawValue == 3)
        #expect("\(ErrorCode.memberIDRequired)" == "MEMBER_ID_REQUIRED")
        #expect("\(ErrorCode.unknownServerError)" == "UNKNOWN_SERVER_ERROR")
        #expect("\(ErrorCode(rawValue: 4711))" == "ERROR_4711")
        #expect(ErrorCode.named.count == 135)
    }
}
