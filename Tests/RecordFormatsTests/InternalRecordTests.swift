import Foundation
import KafkaProtocol
import NIOCore
import RecordFormats
import Testing

/// Judged by what kafka-dump-log 3.8.0 printed of records that a Kafka 3.8.0 wrote.
@Suite("Records of Kafka's own topics")
struct InternalRecordTests {
    private struct Stored: Decodable {
        var topic: String
        var partition: Int
        var offset: Int
        var key: String?
        var value: String?
        var control: String?

        var keyBytes: [UInt8]? { key.flatMap { Data(base64Encoded: $0) }.map { Array($0) } }
        var valueBytes: [UInt8]? { value.flatMap { Data(base64Encoded: $0) }.map { Array($0) } }
    }

    private struct Groups: Decodable { var offsetsDecoder: [String] }

    /// `disk` of the golden data; nil where it is not at hand.
    private static let disk: URL? = {
        let named = ProcessInfo.processInfo.environment["WEIR_GOLDEN"].map { URL(fileURLWithPath: $0) }
        let beside = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared/golden").standardized
        let folder = (named ?? beside).appendingPathComponent("disk")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    private static func records(of place: String) throws -> [Stored] {
        let text = try String(
            contentsOf: try #require(disk).appendingPathComponent("\(place)/expected.jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").compactMap {
            let row = Data($0.utf8)
            guard let object = try JSONSerialization.jsonObject(with: row) as? [String: Any], object["control"] == nil
            else { return nil }
            return try JSONDecoder().decode(Stored.self, from: row)
        }
    }

    @Test(
        "commits and groups read as kafka-dump-log prints them, letter for letter", .enabled(if: disk != nil),
        arguments: ["groups", "groups-848"])
    func offsets(_ place: String) throws {
        let file = try #require(Self.disk).appendingPathComponent("\(place)/expected-groups.json")
        let groups = try JSONDecoder().decode(Groups.self, from: Data(contentsOf: file))
        // "Dumping __consumer_offsets-0/…", then "| offset: 0 … key: {…} payload: {…}" for each record.
        var printed: [String: (key: String, payload: String)] = [:]
        var partition = ""
        for line in groups.offsetsDecoder {
            if let match = line.firstMatch(of: /Dumping __consumer_offsets-(\d+)\//) { partition = String(match.1) }
            if let match = line.firstMatch(of: /offset: (\d+) .* key: (\{.*\}) payload: (.*)$/) {
                printed["\(partition)@\(match.1)"] = (String(match.2), String(match.3))
            }
        }
        let records = try Self.records(of: place).filter { $0.topic == "__consumer_offsets" }
        var compared = 0
        for record in records {
            guard let wanted = printed["\(record.partition)@\(record.offset)"] else { continue }
            let key = InternalRecord.key(record.keyBytes, topic: record.topic)
            let value = InternalRecord.value(record.valueBytes, key: record.keyBytes, topic: record.topic)
            #expect(key?.json.compact == wanted.key)
            #expect((value?.json.compact ?? "<DELETE>") == wanted.payload)
            compared += 1
        }
        #expect(compared >= 50 && compared == printed.count, "\(compared) of \(printed.count)")
    }

    @Test("every record of the transaction log can be read", .enabled(if: disk != nil))
    func transactions() throws {
        let records = try Self.records(of: "groups").filter { $0.topic == "__transaction_state" }
        #expect(!records.isEmpty)
        for record in records {
            #expect(InternalRecord.key(record.keyBytes, topic: record.topic) != nil)
            let value = InternalRecord.value(record.valueBytes, key: record.keyBytes, topic: record.topic)
            #expect((value == nil) == (record.valueBytes == nil))
        }
    }

    @Test("no prefix and no flipped byte of a stored record traps, and what is broken is shown as bytes")
    func broken() throws {
        let key = Array(try OffsetCommitKey(group: "g", topic: "t", partition: 1).encode(version: 1).readableBytesView)
        let value = Array(try OffsetCommitValue(offset: 7, metadata: "note").encode(version: 3).readableBytesView)
        let group = Array(try GroupMetadataKey(group: "g").encode(version: 2).readableBytesView)
        var member = GroupMetadataValue.Member(memberID: "m")
        member.subscription = .init(bytes: [
            0, 3, 0, 0, 0, 1, 0, 1, 0x74, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff,
        ])
        let metadata = Array(
            try GroupMetadataValue(protocolType: "consumer", members: [member]).encode(version: 3).readableBytesView)
        for (key, value) in [(key, value), (group, metadata)] {
            for count in 0..<value.count {
                let cut = Decoder.automatic.value(Array(value[..<count]), key: key, topic: "__consumer_offsets")
                #expect(!cut.name.hasSuffix("v3"))
                var flipped = value
                flipped[count] ^= 0xff
                _ = Decoder.automatic.value(flipped, key: key, topic: "__consumer_offsets").lines(width: 40)
            }
        }
    }

    @Test("a decoder that cannot read says so and shows what there is")
    func decoders() {
        let json = Array(#"{"a": 1}"#.utf8)
        let bytes: [UInt8] = [0xff, 0xfe, 0x00]
        #expect(Decoder.json.value(bytes, key: nil, topic: "t").problem == "not JSON")
        #expect(Decoder.json.value(json, key: nil, topic: "t").problem == nil)
        #expect(Decoder.text.value(json, key: nil, topic: "t").lines(width: 40) == [#"{"a": 1}"#])
        #expect(Decoder.text.value(bytes, key: nil, topic: "t").problem == "not UTF-8")
        #expect(Decoder.hex.value(json, key: nil, topic: "t").lines(width: 40)[0].hasPrefix("00000000  7b 22 61"))
        #expect(Decoder.hex.value(nil, key: nil, topic: "t").lines(width: 40) == ["∅ tombstone"])
        #expect(!Decoder.choices(topic: "t").contains(.kafka))
        #expect(Decoder.choices(topic: "__consumer_offsets").contains(.kafka))
    }
}
