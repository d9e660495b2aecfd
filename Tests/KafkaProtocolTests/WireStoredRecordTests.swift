import Foundation
import KafkaProtocol
import NIOCore
import Testing

@Suite("Records in Kafka's own topics")
struct WireStoredRecordTests {
    /// Where a record was found, which decides how it is read.
    enum Kind: String, Decodable {
        case metadata
        case control
        case offsets
        case transactions
    }

    /// One recorded record.
    struct Row {
        let place: String
        let kind: Kind
        let key: ByteBuffer?
        let value: ByteBuffer?
    }

    private struct Line: Decodable {
        var from: String
        var kind: Kind
        var key: String?
        var value: String?
    }

    static func coreRows() throws -> [Row] {
        guard let file = WireGolden.core("wire-stored-records.jsonl") else { return [] }
        let decoder = JSONDecoder()
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { text in
            let line = try decoder.decode(Line.self, from: text)
            return Row(
                place: line.from, kind: line.kind, key: line.key.flatMap(WireGolden.bytes(hex:)),
                value: line.value.flatMap(WireGolden.bytes(hex:)))
        }
    }

    /// Reads a record and writes it again; nil where key or value is of a kind that is kept as bytes.
    static func roundTrip(
        _ kind: Kind, key: ByteBuffer?, value: ByteBuffer?
    ) throws(WireError) -> (key: ByteBuffer?, value: ByteBuffer?)? {
        switch kind {
        case .metadata:
            guard let value else { return nil }
            let (version, record) = try MetadataRecord.decode(value)
            if case .unknown = record { return nil }
            return (key, try record.encode(version: version))
        case .control:
            guard let key, let value else { return nil }
            let (version, record) = try ControlRecord.decode(key: key, value: value)
            if case .unknown = record { return nil }
            return (record.encodeKey(), try record.encodeValue(version: version))
        case .offsets:
            guard let key else { return nil }
            let decoded = try ConsumerOffsetsKey.decode(key)
            switch decoded {
            case .offsetCommit: return (try decoded.encode(), try again(OffsetCommitValue.self, value))
            case .groupMetadata: return (try decoded.encode(), try again(GroupMetadataValue.self, value))
            case .consumerGroup: return (try decoded.encode(), try again(ConsumerGroupMetadataValue.self, value))
            case .consumerGroupPartitions:
                return (try decoded.encode(), try again(ConsumerGroupPartitionMetadataValue.self, value))
            case .consumerGroupMember:
                return (try decoded.encode(), try again(ConsumerGroupMemberMetadataValue.self, value))
            case .consumerGroupTarget:
                return (try decoded.encode(), try again(ConsumerGroupTargetAssignmentMetadataValue.self, value))
            case .consumerGroupMemberTarget:
                return (try decoded.encode(), try again(ConsumerGroupTargetAssignmentMemberValue.self, value))
            case .consumerGroupMemberAssignment:
                return (try decoded.encode(), try again(ConsumerGroupCurrentMemberAssignmentValue.self, value))
            case .unknown: return nil
            }
        case .transactions:
            return (try again(TransactionLogKey.self, key), try again(TransactionLogValue.self, value))
        }
    }

    private static func again<Record: StoredRecord>(
        _ type: Record.Type, _ bytes: ByteBuffer?
    ) throws(WireError) -> ByteBuffer? {
        guard let bytes else { return nil }
        let (version, record) = try Record.decode(bytes)
        return try record.encode(version: version)
    }

    /// Reads each row and writes it again; gives how many rows were written the same, and how many were kept as bytes.
    private func check(_ rows: [Row]) throws -> (same: Int, kept: Int) {
        var (same, kept) = (0, 0)
        for row in rows {
            guard let again = try Self.roundTrip(row.kind, key: row.key, value: row.value) else {
                Issue.record("\(row.place) is kept as bytes")
                kept += 1
                continue
            }
            #expect(again.key == row.key && again.value == row.value, "\(row.place)")
            same += 1
        }
        return (same, kept)
    }

    @Test("what Kafka stored is read, and written again to the same bytes")
    func core() throws {
        let result = try check(Self.coreRows())
        print("\(result.same) records of the core read and written again, \(result.kept) kept as bytes")
        #expect(result == (same: 130, kept: 0))
    }

    @Test(
        "every offset, group and transactional id of the recorded brokers is read, and written again to the same bytes")
    func all() throws {
        guard let folder = WireGolden.folder else {
            print("the whole recording is missing: only its core is read")
            return
        }
        struct Record: Decodable {
            var topic: String
            var partition: Int
            var offset: Int64
            var key: Data?
            var value: Data?
            var control: Bool?
        }
        let decoder = JSONDecoder()
        var rows: [Row] = []
        let disk = folder.appendingPathComponent("disk")
        for name in try FileManager.default.contentsOfDirectory(atPath: disk.path).sorted() {
            guard let data = try? Data(contentsOf: disk.appendingPathComponent("\(name)/expected.jsonl")) else {
                continue
            }
            for text in data.split(separator: UInt8(ascii: "\n"))
            where text.starts(with: Data(#"{"topic":"__"#.utf8)) {
                var text = Data(text)
                if let start = text.range(of: Data(#""control":"#.utf8)), text[start.upperBound] == UInt8(ascii: "\"") {
                    // Told by its kind; only that it is one matters here.
                    text.insert(contentsOf: Data("true,\"kind\":".utf8), at: start.upperBound)
                }
                let record = try decoder.decode(Record.self, from: text)
                let kind: Kind =
                    record.control == true ? .control : record.topic == "__consumer_offsets" ? .offsets : .transactions
                rows.append(
                    Row(
                        place: "\(name)/\(record.topic)-\(record.partition)@\(record.offset)", kind: kind,
                        key: record.key.map { ByteBuffer(bytes: $0) }, value: record.value.map { ByteBuffer(bytes: $0) }
                    ))
            }
        }
        let result = try check(rows)
        print("\(result.same) records read and written again, \(result.kept) kept as bytes")
        #expect(result == (same: 450, kept: 0))
    }

    @Test("every record of the recorded metadata logs is read, and written again to the same bytes")
    func metadataLogs() throws {
        guard let folder = WireGolden.folder else {
            print("the whole recording is missing: only its core is read")
            return
        }
        var rows: [Row] = []
        for name in [
            "clean/log-dir/__cluster_metadata-0/00000000000000000000.log", "clean/log-dir/bootstrap.checkpoint",
            "groups/log-dir/__cluster_metadata-0/00000000000000000000.log",
        ] {
            let bytes = try Data(contentsOf: folder.appendingPathComponent("disk/\(name)"))
            for batch in RecordBatches(ByteBuffer(bytes: bytes)) {
                try batch.records(limit: 1 << 20).forEach { record in
                    rows.append(
                        Row(
                            place: "\(name)@\(record.offset)", kind: batch.header.isControl ? .control : .metadata,
                            key: record.key, value: record.value))
                    return true
                }
            }
        }
        let result = try check(rows)
        print("\(result.same) metadata records read and written again, \(result.kept) kept as bytes")
        #expect(result == (same: 239, kept: 0))
    }

    @Test("a group in the offsets topic reads as its members said")
    func group() throws {
        let row = try #require(
            Self.coreRows().first {
                guard $0.kind == .offsets, $0.value != nil, let key = $0.key else { return false }
                if case .groupMetadata(let key) = try? ConsumerOffsetsKey.decode(key) {
                    return key.group == "app-deleted"
                }
                return false
            })
        let (version, group) = try GroupMetadataValue.decode(try #require(row.value))
        #expect(version == 3)
        #expect(group.protocolType == "consumer")
        #expect(group.protocolName == "range")
        #expect(group.generation == 1)
        #expect(group.leader == "rdkafka-5db2c72b-4e28-4314-a7fa-87191fda55f0")
        #expect(group.currentStateTimestamp == 1_795_247_926_724)
        #expect(group.members.map(\.clientHost) == ["/127.0.0.1"])
        #expect(group.members.map(\.rebalanceTimeout) == [300_000])
        #expect(group.members.map(\.sessionTimeout) == [45_000])
    }

    @Test("a metadata record of an unknown type or a newer version is kept as it is")
    func unknownMetadata() throws {
        for hex in ["01630500112233", "01020900112233"] {
            let bytes = try #require(WireGolden.bytes(hex: hex))
            let (version, record) = try MetadataRecord.decode(bytes)
            guard case .unknown = record else {
                Issue.record("\(record)")
                continue
            }
            #expect(try record.encode(version: version) == bytes)
        }
        #expect(throws: WireError.self) { try MetadataRecord.decode(ByteBuffer(bytes: [2, 2, 0])) }
    }

    @Test("a topic's record reads as Kafka wrote it")
    func topic() throws {
        let bytes = try #require(WireGolden.bytes(hex: "01020006706c61696ebfd69018753e4761997c0e44d3e18cfb00"))
        let id = try #require(KafkaUUID("v9aQGHU-R2GZfA5E0-GM-w"))
        #expect(try MetadataRecord.decode(bytes).record == .topic(TopicRecord(name: "plain", topicID: id)))
    }
}
