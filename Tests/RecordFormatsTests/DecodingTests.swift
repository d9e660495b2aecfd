import RecordFormats
import Testing

@Suite("Reading records by what they are")
struct DecodingTests {
    private static func catalog() throws -> SchemaCatalog {
        SchemaCatalog(
            folder: "/etc/schemas",
            files: [
                "7.avsc": try GoldenFormats.text("user.avsc"), "8.proto": try GoldenFormats.text("samples.proto"),
                "orders-value.avsc": try GoldenFormats.text("user.avsc"), "odd.txt": "nothing",
                "shop-key.proto": "message Id { sint64 n = 1; message Inner { string s = 1; } }",
            ])
    }

    /// `user-1`, `click`, 1000 in Avro.
    private static let event: [UInt8] = [12] + Array("user-1".utf8) + [10] + Array("click".utf8) + [0xd0, 0x0f]

    @Test("Confluent's frame leads to the schema of its id, in Avro and in Protobuf with its message path")
    func framed() throws {
        let reading = TopicDecoding(topic: "clicks", schemas: try Self.catalog())
        let avro = reading.value([0, 0, 0, 0, 7] + Self.event, key: nil)
        #expect(avro.name == "avro com.example.UserEvent · schema 7")
        #expect(avro.lines(width: 20)[1] == #"  "user_id": "user-1","#)
        // Message path [0, 0]: Order.Line.
        let proto = reading.value([0, 0, 0, 0, 8, 4, 0, 0, 0x0a, 1, 0x41, 0x10, 5], key: nil)
        #expect(proto.name == "protobuf shop.v1.Order.Line · schema 8")
        #expect(proto.lines(width: 80) == ["{", #"  "sku": "A","#, #"  "count": 5"#, "}"])
        #expect(
            reading.valuePreview([0, 0, 0, 0, 7] + Self.event, key: nil, limit: 9).hasPrefix(#"{"user_id":"user-1""#))
    }

    @Test("a topic's own schema reads what has no frame, each side by its own")
    func byTopic() throws {
        let catalog = try Self.catalog()
        #expect(
            TopicDecoding(topic: "orders", schemas: catalog).value(Self.event, key: nil).name.hasSuffix(
                "· orders-value"))
        let key = TopicDecoding(topic: "shop", schemas: catalog).key([8, 0x0d])
        #expect(key.lines(width: 80) == ["{", #"  "n": -7"#, "}"])
        #expect(catalog.problems.isEmpty)
    }

    @Test("a schema that is missing or does not fit is named")
    func unfit() throws {
        let catalog = try Self.catalog()
        let avro = TopicDecoding(topic: "x", value: .avro, schemas: catalog)
        #expect(avro.value([0, 0, 0, 4, 0xb4, 1], key: nil).problem == "schema 1204 is not in /etc/schemas")
        #expect(avro.value([1, 2, 3], key: nil).problem == "x-value is not in /etc/schemas")
        #expect(avro.value([0, 0, 0, 0, 8, 0, 0x0a, 0], key: nil).problem?.hasPrefix("its schema is protobuf") == true)
        let cut = TopicDecoding(topic: "orders", schemas: catalog).value([12, 0x41], key: nil)
        #expect(cut.problem?.contains("6 bytes are said, 1 are left at byte 1") == true, "\(cut.problem ?? "")")
    }

    @Test("numbers and MessagePack are seen where the bytes are nothing else")
    func detected() {
        let reading = TopicDecoding(topic: "x")
        #expect(reading.key([0, 0, 0, 0, 0, 0, 0x30, 0x39]).lines(width: 80) == ["12345"])
        #expect(reading.key([0xff, 0xff, 0xff, 0xfe]).name == "int32")
        #expect(reading.key([0xff, 0xff, 0xff, 0xfe]).lines(width: 80) == ["-2"])
        #expect(reading.value([0x82, 0xa1, 0x61, 1, 0xa1, 0x62, 0xc0], key: nil).lines(width: 9)[1] == #"  "a": 1,"#)
        #expect(reading.value([0x82, 0xa1, 0x61, 1], key: nil).name == "binary")
        #expect(reading.value(Array("abcdefgh".utf8), key: nil).name == "text · utf-8")
        #expect(reading.value([0, 0, 0, 4, 0xb4, 0x0a, 0x55], key: nil).name == "binary · schema 1204")
        #expect(reading.value([0, 0, 0, 4, 0xb4] + Array(#"{"a":1}"#.utf8), key: nil).name == "json · schema 1204")
    }

    @Test("a chosen decoder reads its own, and says what it cannot read")
    func chosen() {
        #expect(Decoder.integer.value([0x80], key: nil, topic: "x").lines(width: 9) == ["-128"])
        #expect(Decoder.integer.value([1, 2, 3], key: nil, topic: "x").problem == "not 1, 2, 4 or 8 bytes")
        #expect(Decoder.messagePack.value([0x93, 1, 2], key: nil, topic: "x").problem?.contains("are said") == true)
        let raw = Decoder.protobuf.value([8, 0x96, 1, 0x12, 2, 0x68, 0x69], key: nil, topic: "x")
        #expect(raw.name == "protobuf · without a schema")
        #expect(raw.lines(width: 80) == ["{", #"  "1": 150,"#, #"  "2": "hi""#, "}"])
    }
}
