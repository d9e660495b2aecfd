import SeededNumbers
import StreamQuery
import Testing

/// Every kind of column.
private let types: [SQLType] = [
    .boolean, .integer, .bigint, .double, .decimal(precision: 10, scale: 3), .string, .bytes, .date, .time, .timestamp,
    .array(.string), .map(.string, .bigint), .structure([.init("A", .integer), .init("b c", .array(.double))]),
]

private struct RandomValues {
    var random: SeededGenerator

    mutating func value(_ type: SQLType, nulls: Bool = true) -> SQLValue {
        if nulls, Int.random(in: 0..<6, using: &random) == 0 { return .null }
        switch type {
        case .boolean: return .boolean(Bool.random(using: &random))
        case .integer: return .integer(Int32.random(in: .min ... .max, using: &random))
        case .bigint: return .bigint(Int64.random(in: .min ... .max, using: &random))
        case .double:
            let value = Double(bitPattern: random.next())
            return .double(value.isFinite ? value : 0.1)
        case .decimal:
            return .decimal(
                SQLDecimal(unscaled: Int128(Int64.random(in: -9_999_999_999...9_999_999_999, using: &random)), scale: 3)
                    ?? SQLDecimal(0))
        case .string:
            return .string(
                ["", "a", "naïve \u{1f600}", "\"q\" \\ \n\t\u{1}", "x,y\r", " lead", "#", "trail "].randomElement(
                    using: &random) ?? "")
        case .bytes:
            return .bytes(
                (0..<Int.random(in: 1...9, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        case .date: return .date(Int32.random(in: -10_000...10_000, using: &random))
        case .time: return .time(Int32.random(in: 0..<86_400_000, using: &random))
        case .timestamp: return .timestamp(Int64.random(in: -1_000_000...2_000_000_000_000, using: &random))
        case .array(let element): return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(element) })
        case .map(_, let element):
            return .map(
                Dictionary((0..<Int.random(in: 0...3, using: &random)).map { ("k\($0)\"", value(element)) }) { $1 })
        case .structure(let fields): return .structure(fields.map { value($0.type) })
        }
    }
}

private func columns(_ types: [SQLType]) -> [Schema.Column] {
    types.enumerated().map { Schema.Column("Column \($0.offset)", $0.element) }
}

/// A reader of all columns of a value, made as statements make it.
private func reader(_ columns: [Schema.Column], _ format: RecordFormat) throws -> RecordReader {
    let names = columns.map { "`\($0.name)` \($0.type)" }.joined(separator: ", ")
    let words: [Character: String] = ["\t": "TAB", " ": "SPACE"]
    let word = words[format.delimiter] ?? String(format.delimiter)
    let delimiter = format.kind == .delimited ? ", VALUE_DELIMITER='\(word)'" : ""
    return try reader(
        "(\(names)) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='\(format.kind.rawValue)', WRAP_SINGLE_VALUE=\(format.isWrapped)\(delimiter))"
    )
}

private func reader(_ definition: String) throws -> RecordReader {
    var catalog = StatementCatalog()
    guard case .push(let plan)? = try catalog.run("CREATE STREAM s \(definition); SELECT * FROM s EMIT CHANGES;").last
    else {
        throw EvaluationFailure(reason: "no plan")
    }
    return RecordReader(plan.source)
}

private func read(_ bytes: [UInt8]?, _ reader: RecordReader, _ log: inout ProcessingLog) -> [SQLValue]? {
    var row = reader.emptyRow
    let record = SourceRecord(partition: 0, offset: 7, timestamp: 0, key: nil, value: bytes)
    guard case .row = reader.read(record, into: &row, &log) else { return nil }
    return Array(row.values.prefix(row.values.count - 3))
}

@Suite("Formats")
struct FormatTests {
    @Test("JSON reads back what it wrote, in every type", arguments: 1...10 as ClosedRange<UInt64>)
    func json(seed: UInt64) throws {
        print("seed", seed)
        var values = RandomValues(random: SeededGenerator(seed: seed))
        let columns = columns(types)
        let writer = ColumnsWriter(columns, RecordFormat(.json), isKey: false)
        let reader = try reader(columns, RecordFormat(.json))
        for _ in 0..<50 {
            let row = types.map { values.value($0) }
            var log = ProcessingLog()
            #expect(read(try writer.bytes(row), reader, &log) == row, "\(log.samples)")
        }
    }

    @Test(
        "DELIMITED reads back what it wrote; an empty text is a null", arguments: [",", "\t", "|", " "] as [Character])
    func delimited(delimiter: Character) throws {
        let format = RecordFormat(.delimited, delimiter: delimiter)
        let primitive = types.filter(\.isPrimitive)
        let columns = columns(primitive)
        let (writer, reader) = (ColumnsWriter(columns, format, isKey: false), try reader(columns, format))
        for seed in 1...10 as ClosedRange<UInt64> {
            print("seed", seed)
            var values = RandomValues(random: SeededGenerator(seed: seed))
            let row = primitive.map { values.value($0) }
            var log = ProcessingLog()
            #expect(
                read(try writer.bytes(row), reader, &log) == row.map { $0 == .string("") ? .null : $0 },
                "\(log.samples)")
        }
    }

    @Test(
        "KAFKA writes as Kafka's serializers do",
        arguments: [
            (.integer(-2), .integer, [0xff, 0xff, 0xff, 0xfe]), (.bigint(258), .bigint, [0, 0, 0, 0, 0, 0, 1, 2]),
            (.double(1), .double, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0]), (.string("é"), .string, [0xc3, 0xa9]),
            (.bytes([0, 1]), .bytes, [0, 1]),
        ] as [(SQLValue, SQLType, [UInt8])])
    func kafka(value: SQLValue, type: SQLType, bytes: [UInt8]) throws {
        let columns = columns([type])
        #expect(try ColumnsWriter(columns, RecordFormat(.kafka), isKey: false).bytes([value]) == bytes)
        var log = ProcessingLog()
        #expect(read(bytes, try reader(columns, RecordFormat(.kafka)), &log) == [value])
        if type != .string, type != .bytes {
            #expect(read(bytes + [0], try reader(columns, RecordFormat(.kafka)), &log) == nil)
            #expect(log.samples.map(\.offset) == [7] && log.count(.value) == 1)
        }
    }

    @Test(
        "JSON fields are found whatever their case, in any order, the exact name first; what is not asked for is stepped over",
        arguments: [
            (#"{"page":"/a","n":1}"#, "/a", 1), (#"{"N":2,"PAGE":"/b","x":{"page":[1,{"n":[]}]}}"#, "/b", 2),
            (#"{"Page":"1","PAGE":"2","page":"3"}"#, "2", nil),
            (#" { "p\u0061ge" : "\u00e9\ud83d\ude00\/" , "n" : 12.9 } "#, "é😀/", 12),
            (#"{"page":{"a": [1, 2]},"n":"5"}"#, #"{"a": [1, 2]}"#, 5),
            (#"{"page":true,"n":null}"#, "true", nil), ("{}", nil, nil), ("null", nil, nil),
            (#"{"page":1.50}"#, "1.50", nil),
        ] as [(String, String?, Int64?)])
    func fields(text: String, page: String?, number: Int64?) throws {
        let reader = try reader([Schema.Column("PAGE", .string), Schema.Column("N", .bigint)], RecordFormat(.json))
        var log = ProcessingLog()
        let row = try #require(read(Array(text.utf8), reader, &log), "\(log.samples)")
        #expect(row == [page.map { .string($0) } ?? .null, number.map { .bigint($0) } ?? .null])
    }

    @Test(
        "a malformed value is left out, counted and sampled",
        arguments: [
            "", "{", #"{"page":"/a""#, #"{"page":"/a"}x"#, #"{"page":"/a",}"#, #"{"n":"x"}"#,
            #"{"n":9223372036854775808}"#, #"{"n":true}"#, #"{"n":[]}"#, "[]", "1", #"{"x":01}"#,
            #"{"x":"\q"}"#, #"{"x":tru}"#, "{\"page\":\"\u{1}\"}", #"{"page":"\ud8"}"#,
            String(repeating: "{\"x\":", count: 500), String(repeating: "[", count: 100_000),
        ])
    func malformed(text: String) throws {
        let reader = try reader([Schema.Column("PAGE", .string), Schema.Column("N", .bigint)], RecordFormat(.json))
        var log = ProcessingLog()
        #expect(read(Array(text.utf8), reader, &log) == nil)
        #expect(log.count(.value) == 1 && log.samples.first?.offset == 7)
    }

    @Test("no bytes, however broken, end in anything but a row or a note", arguments: 1...10 as ClosedRange<UInt64>)
    func mutations(seed: UInt64) throws {
        print("seed", seed)
        var values = RandomValues(random: SeededGenerator(seed: seed))
        for kind in [FormatKind.json, .delimited] {
            let types = kind == .json ? types : types.filter(\.isPrimitive)
            let columns = columns(types)
            let format = RecordFormat(kind)
            let (writer, reader) = (ColumnsWriter(columns, format, isKey: false), try reader(columns, format))
            for _ in 0..<100 {
                var bytes = try writer.bytes(types.map { values.value($0) }) ?? []
                for _ in 0..<Int.random(in: 1...4, using: &values.random) where !bytes.isEmpty {
                    let place = Int.random(in: 0..<bytes.count, using: &values.random)
                    switch Int.random(in: 0..<4, using: &values.random) {
                    case 0: bytes.remove(at: place)
                    case 1: bytes[place] = UInt8.random(in: 0...255, using: &values.random)
                    case 2: bytes.removeSubrange(place...)
                    default:
                        bytes.insert(
                            contentsOf: Array("\"\\u{[e-9".utf8).shuffled(using: &values.random).prefix(3), at: place)
                    }
                }
                var log = ProcessingLog()
                let row = read(bytes, reader, &log)
                #expect((row == nil) == (log.count(.value) == 1))
            }
        }
    }

    @Test("single columns stand by themselves in keys, and in values that are not wrapped")
    func bare() throws {
        let column = [Schema.Column("A", .string)]
        #expect(
            try ColumnsWriter(column, RecordFormat(.json), isKey: true).bytes([.string("x")]) == Array("\"x\"".utf8))
        #expect(
            try ColumnsWriter(column, RecordFormat(.json, isWrapped: false), isKey: false).bytes([.string("x")])
                == Array("\"x\"".utf8))
        #expect(
            try ColumnsWriter(column, RecordFormat(.json), isKey: false).bytes([.string("x")])
                == Array("{\"A\":\"x\"}".utf8))
        #expect(try ColumnsWriter(column, RecordFormat(.json), isKey: true).bytes([.null]) == nil)
        var log = ProcessingLog()
        #expect(
            read(Array("\"x\"".utf8), try reader(column, RecordFormat(.json, isWrapped: false)), &log) == [.string("x")]
        )
    }

    @Test("windows stand behind keys as Kafka's windowed serializers put them")
    func windowedKeys() throws {
        let time = WindowedKey.bytes([0x61], start: 60_000, end: 120_000, .time(size: 60_000))
        #expect(time == [0x61, 0, 0, 0, 0, 0, 0, 0xea, 0x60])
        let session = WindowedKey.bytes([0x61], start: 1, end: 2, .session)
        #expect(session == [0x61] + [0, 0, 0, 0, 0, 0, 0, 2] + [0, 0, 0, 0, 0, 0, 0, 1])
        let read = time.withUnsafeBufferPointer { WindowedKey.split($0, .time(size: 60_000)) }
        #expect(read?.keyLength == 1 && read?.start == 60_000 && read?.end == 120_000)
        for length in 0..<16 {
            #expect(session.prefix(length).withUnsafeBufferPointer { WindowedKey.split($0, .session) } == nil)
        }
    }

    @Test("event time comes from the column that is named, and a record without it is left out")
    func eventTime() throws {
        let reader = try reader(
            "(t VARCHAR) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', TIMESTAMP='t', TIMESTAMP_FORMAT='yyyy-MM-dd HH:mm')"
        )
        var row = reader.emptyRow
        var log = ProcessingLog()
        func outcome(_ text: String) -> RecordReader.Outcome {
            reader.read(
                SourceRecord(partition: 3, offset: 9, timestamp: 5, key: nil, value: Array(text.utf8)), into: &row, &log
            )
        }
        #expect(outcome(#"{"T":"2026-11-21 00:01"}"#) == .row(timestamp: 1_795_219_260_000))
        #expect(Array(row.values.suffix(3)) == [SQLValue.bigint(1_795_219_260_000), .integer(3), .bigint(9)])
        #expect(outcome(#"{"T":"yesterday"}"#) == .skipped && outcome("{}") == .skipped && log.count(.timestamp) == 2)
    }
}

@Suite("Decimals")
struct DecimalTests {
    @Test("compute as whole numbers of their smallest unit do", arguments: 1...10 as ClosedRange<UInt64>)
    func model(seed: UInt64) throws {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let (left, right) = (
                Int64.random(in: -1_000_000...1_000_000, using: &random),
                Int64.random(in: -1_000_000...1_000_000, using: &random)
            )
            let scales = (Int.random(in: 0...4, using: &random), Int.random(in: 0...4, using: &random))
            let first = try #require(SQLDecimal(unscaled: Int128(left), scale: scales.0))
            let second = try #require(SQLDecimal(unscaled: Int128(right), scale: scales.1))
            func unit(_ value: Int64, _ scale: Int) -> Int64 { (scale..<4).reduce(value) { value, _ in value * 10 } }
            let (a, b) = (unit(left, scales.0), unit(right, scales.1))
            #expect(first.adding(second, scale: 4)?.unscaled == Int128(a + b))
            #expect(first.subtracting(second, scale: 4)?.unscaled == Int128(a - b))
            #expect(first.multiplied(by: second, scale: 8)?.unscaled == Int128(a) * Int128(b))
            #expect((first < second) == (a < b) && (first == second) == (a == b))
            #expect(SQLDecimal(first.description)?.description == first.description)
            if a == b { #expect(first.hashValue == second.hashValue) }
            guard b != 0 else { continue }
            #expect(first.remainder(dividingBy: second, scale: 4)?.unscaled == Int128(a % b))
            // Half away from zero: the quotient of magnitudes plus a half, cut.
            let half = (Int128(abs(a)) * 2_000_000 + Int128(abs(b))) / (2 * Int128(abs(b)))
            #expect(first.divided(by: second, scale: 6)?.unscaled == ((a < 0) == (b < 0) ? half : -half))
        }
    }

    @Test(
        "refuse what has more than 38 figures",
        arguments: [
            "123456789012345678901234567890123456789", "1e38", "0.000000000000000000000000000000000000001", "1.", ".5",
            "", ".", "-", "1e", "1x", "--1", "1..2",
        ])
    func bounds(text: String) {
        let readable = ["1.", ".5"].contains(text)
        #expect((SQLDecimal(text) != nil) == readable)
    }
}
