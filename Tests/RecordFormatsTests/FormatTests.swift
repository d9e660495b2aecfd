import RecordFormats
import SeededNumbers
import Testing

@Suite("Records of other formats")
struct FormatTests {
    private static func decoded(_ file: String) throws -> [(bytes: [UInt8], json: String, read: () throws -> JSONText)]
    {
        let proto = file == "protobuf.txt" ? try ProtobufSchema(try GoldenFormats.text("samples.proto")) : nil
        var avro: [String: AvroSchema] = [:]
        if file == "avro.txt" {
            for name in ["user", "scalars", "tree", "money"] {
                avro[name] = try AvroSchema(try GoldenFormats.text("\(name).avsc"))
            }
        }
        return try GoldenFormats.cases(file).map { schema, bytes, json in
            if let proto { return (bytes, json, { try ProtobufReader.json(bytes[...], message: schema, of: proto) }) }
            if let own = avro[schema] { return (bytes, json, { try AvroReader.json(bytes[...], by: own) }) }
            return (bytes, json, { try MessagePack.json(bytes) })
        }
    }

    @Test(
        "what other encoders wrote means the same here, figure for figure",
        arguments: ["msgpack.txt", "avro.txt", "protobuf.txt"])
    func golden(file: String) throws {
        let cases = try Self.decoded(file)
        #expect(cases.count >= 50)
        for (bytes, json, read) in cases {
            let wanted = try #require(JSONText(Array(json.utf8)))
            let got = try read()
            #expect(got.means(wanted), "\(bytes.count) bytes: \(got.compact) is not \(json)")
        }
    }

    @Test(
        "bytes that were cut or changed are refused or read as something, never a trap",
        arguments: ["msgpack.txt", "avro.txt", "protobuf.txt"])
    func hostile(file: String) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        let proto = try ProtobufSchema(try GoldenFormats.text("samples.proto"))
        let avro = try ["user", "scalars", "tree", "money"].map { try AvroSchema(try GoldenFormats.text("\($0).avsc")) }
        for (_, original, _) in try GoldenFormats.cases(file) {
            for _ in 0..<20 {
                var bytes = original
                for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
                    bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
                let texts = [
                    try? MessagePack.json(bytes), try? ProtobufReader.json(bytes[...]),
                    try? ProtobufReader.json(bytes[...], message: "shop.v1.Order", of: proto),
                    try? AvroReader.json(bytes[...], by: avro[Int.random(in: avro.indices, using: &random)]),
                ]
                // Whatever was read is JSON that reads back.
                for case let text? in texts { #expect(JSONText(Array(text.compact.utf8)) != nil) }
            }
        }
    }

    @Test("an array of nothing cannot ask for more elements than memory has")
    func amplification() throws {
        let nothing = try AvroSchema(#"{"type":"array","items":"null"}"#)
        let many: [UInt8] = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]
        #expect(throws: FormatError.self) { try AvroReader.json(many[...], by: nothing) }
        #expect(throws: FormatError.self) { try MessagePack.json([0xdd, 0xff, 0xff, 0xff, 0xff]) }
        #expect(throws: FormatError.self) { try MessagePack.json(Array(repeating: 0x91, count: 100_000)) }
        let deep = try AvroSchema(
            #"{"type":"record","name":"N","fields":[{"name":"next","type":["null","N"]}]}"#)
        #expect(throws: FormatError.self) { try AvroReader.json(Array(repeating: 2, count: 100_000)[...], by: deep) }
    }

    @Test(
        "schemas that cannot be used say why",
        arguments: [
            (".avsc", "{", "this is no JSON"),
            (".avsc", #"{"type":"record","name":"A","fields":[{"name":"b","type":"B"}]}"#, "B is not defined"),
            (".avsc", #"{"type":"enum","name":"A"}"#, "no \"symbols\""),
            (".proto", "message A { B b = 1; }", "A.b is of type B, which is not defined"),
            (".proto", "message A {\n int32 a = 1;\n int32 b = 1; }", "line 3: two fields of A have the number 1"),
            (".proto", "import \"other.proto\";", "\"other.proto\" is not there"),
            (".proto", "message A { int32 a = 0; }", "from 1 to 536870911"),
            (".proto", "message A { int32 a = 1;", "a name is missing"),
        ])
    func badSchemas(ending: String, text: String, words: String) {
        let catalog = SchemaCatalog(folder: "schemas", files: ["7\(ending)": text])
        #expect(catalog.isEmpty)
        #expect(catalog.problems.count == 1)
        #expect(catalog.problems.first?.contains(words) == true, "\(catalog.problems)")
    }

    @Test("hostile schema texts never trap")
    func hostileSchemas() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        for name in ["samples.proto", "scalars.avsc", "tree.avsc", "money.avsc"] {
            let original = Array(try GoldenFormats.text(name).utf8)
            for _ in 0..<200 {
                var bytes = original
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] =
                        Array("{}[];\"=0/*\n .-".utf8).randomElement(using: &random) ?? 0
                }
                bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
                let text = String(decoding: bytes, as: UTF8.self)
                let catalog = SchemaCatalog(folder: "", files: [name: text])
                #expect(catalog.isEmpty == !catalog.problems.isEmpty || text.isEmpty || name.hasSuffix("proto"))
            }
        }
    }
}
