import Cluster
import RecordFormats
import SeededNumbers
import Testing

@Suite("Filters of records")
struct FilterTests {
    private static let record = FetchedRecord(
        offset: 25_180_856, timestamp: 1_795_442_551_685, key: Array("us-88129".utf8),
        value: Array(
            #"{"id":12345678901234567890123,"total":100.10,"cur":"EUR","ok":true,"off":false,"none":null,"n":"42","#
                .utf8)
            + Array(#""items":[{"sku":"A-1","n":2},{"sku":"K-7","n":7}],"odd name":1,"é\u00e9":"x\ty"}"#.utf8),
        headers: [
            RecordHeader(name: "trace-id", value: Array("9f2c".utf8)),
            RecordHeader(name: "Retry", value: Array("1".utf8)),
            RecordHeader(name: "Retry", value: Array("2".utf8)), RecordHeader(name: "empty", value: nil),
        ])

    private static func passes(_ text: String, _ record: FetchedRecord = record) throws -> Bool {
        FilterJudge(try RecordFilter(parsing: text))
            .passes(record, at: TopicPartition(topic: "orders", partition: 7), TopicDecoding(topic: "orders"))
    }

    @Test(
        "a record that a filter asks for passes it",
        arguments: [
            "", "us-88", "US-88", "eur", "trace-id=9f", "\"cur\":\"EUR\"", "!usd", "/us-\\d{5}/", "/EUR|USD/", "/eur/i",
            "!/eur/", ".total > 100", ".total >= 100.1", ".total == 100.1000", ".total < 100.100000000000000000001",
            ".id == 12345678901234567890123", ".id != 12345678901234567890124", ".id < 12345678901234567890124",
            ".total > 100 && .cur == \"EUR\"", ".total>100&&.cur==EUR", ".cur == 'EUR' || .x == 1",
            "!(.cur == \"USD\")",
            "!.missing", ".ok", "!.off", "!.none", ".none == null", ".missing == null", ".missing != 5", ".ok == true",
            ".n == 42", ".n == \"42\"", ".total == \"100.10\"", ".items[0].sku == \"A-1\"", ".items[-1].n == 7",
            ".items[].sku == K-7", ".items[].n > 6", ".[\"odd name\"] == 1", ".\"odd name\" < 2", ".éé == \"x\ty\"",
            "key == us-88129", "key ~ /^us-\\d+$/", "key contains us-", "key !~ /eu/", "key != \"us-1\"",
            "value contains EUR",
            "header.trace-id == \"9f2c\"", "header.Retry == 2", "header.Retry == 1", "header[\"trace-id\"]",
            "!header.none",
            "header.empty == null", "partition == 7", "partition in (1, 5..8)", "!(partition in (1, 2))",
            "offset >= 25180856 && offset < 25180857", "timestamp > 1795442551684", "topic == orders", "size > 50",
            "us-88 && .total > 100", "(us-88 || xyz) && !nothing", "out || us-88",
        ])
    func passing(text: String) throws { #expect(try Self.passes(text)) }

    @Test(
        "a record that a filter keeps back does not pass",
        arguments: [
            "us-89", "!us-88", "/us-\\d{6}/", "/eur/", ".total > 100.10", ".total == 100.1000000000000000000000001",
            ".id == 12345678901234567890000", ".id > 12345678901234567890123", ".missing", ".missing > 0",
            ".missing == 5",
            ".none", ".off", ".cur > 5", ".cur == \"eur\"", ".items[2].sku", ".items[].sku == B", "key == us-8812",
            "header.retry == 2", "header.Retry == 3", "partition in (1..6)", "partition == 8", ".ok == \"true\"",
            ".total > 100 && .cur == \"USD\"", "!(us-88 || nothing)", ".ok < true", "timestamp < 0",
        ])
    func keptBack(text: String) throws { #expect(try !Self.passes(text)) }

    @Test(
        "an error names the column and what to write",
        arguments: [
            (".total >", 9, "a number, or a text in quotes is missing"), (".total = 5", 8, "write =="),
            (".total > 1 &&", 14, "a test is missing"), ("(.a == 1", 9, "a ) is missing"), ("/us", 1, ""),
            (".a == \"x", 7, "no closing"), (".a > 1 .b > 2", 8, "&& or || is missing"),
            ("total > 5 && x", 1, "total is nothing a filter knows"), ("/(/", 1, "no regular expression"),
            (".a[x] == 1", 4, "brackets hold"), ("partition in 5", 14, "in parentheses"), ("header. == 1", 8, "name"),
            (".a == 1 || || .b", 12, "missing before |"),
        ])
    func errors(text: String, column: Int, words: String) throws {
        if words.isEmpty {
            // An open pattern is only a text.
            #expect(try RecordFilter(parsing: text).isPlainText)
            return
        }
        let error = try #require(throws: FilterError.self) { try RecordFilter(parsing: text) }
        #expect(error.column == column, "\(text): \(error)")
        #expect(error.reason.contains(words), "\(error)")
    }

    @Test(
        "what has no sign of an expression is a text, whatever its characters",
        arguments: [
            "a > b", "5 == 5", "{\"id\":88", "key", "the key of it", "us-88 (x", "a,b", "value 5", "offset 100", "100%",
            "..", ".5",
            "http://x/y", "a&b", "don't",
        ])
    func plainTexts(text: String) throws {
        let filter = try RecordFilter(parsing: text)
        #expect(filter.expression == .text(text))
        let record = FetchedRecord(offset: 0, timestamp: 0, key: nil, value: Array("x \(text.uppercased()) y".utf8))
        #expect(try Self.passes(text, record))
    }

    @Test("any expression is read back from its text")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let wanted = Self.expression(depth: 0, &random)
            let text = "((\(wanted)) && .zz)"
            do {
                let read = try RecordFilter(parsing: text).expression
                #expect(read == .all([wanted, .present(.field(ofKey: false, [.name("zz")]))]), "\(text)")
            } catch {
                Issue.record("\(text): \(error)")
            }
        }
    }

    @Test("random texts are read or refused, never a trap")
    func randomTexts() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        let pieces = [
            ".a", ".", "[", "]", "0", "-1", "\"", "'", "/", "(", ")", "&&", "||", "!", "==", "<", "~", "in", "key",
            "header", ",",
            "..", "é", "\\", " ", "contains", "null", "\u{0}", "[]",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            if let filter = try? RecordFilter(parsing: text) { _ = try? Self.passes(filter.source) }
        }
        let deep = String(repeating: "(", count: 3000)
        #expect(throws: FilterError.self) { try RecordFilter(parsing: deep + ".a") }
    }

    @Test("decimals compare as whole numbers of the same scale do")
    func decimals() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        func number() -> (text: String, value: Int128) {
            let mantissa = Int64.random(in: -2000...2000, using: &random)
            let exponent = Int.random(in: -6...6, using: &random)
            var scaled = Int128(mantissa)
            for _ in 0..<(exponent + 6) { scaled *= 10 }
            return ("\(mantissa)\(exponent == 0 ? "" : "e\(exponent)")", scaled)
        }
        for _ in 0..<5000 {
            let (left, right) = (number(), number())
            let (a, b) = (try #require(ExactDecimal(left.text)), try #require(ExactDecimal(right.text)))
            #expect((a < b) == (left.value < right.value), "\(left.text) \(right.text)")
            #expect((a == b) == (left.value == right.value), "\(left.text) \(right.text)")
        }
        let (large, larger) = (ExactDecimal("1e999999999999999999999"), ExactDecimal("9007199254740993"))
        #expect(try #require(large) > #require(larger))
        #expect(ExactDecimal("-0.0") == ExactDecimal("0"))
        for text in ["", "-", "1.", ".5", "1e", "0x1", "1 ", "+1", "1e+"] {
            #expect(ExactDecimal(text) == nil, "\(text)")
        }
    }

    // MARK: - random expressions

    private static func expression(depth: Int, _ random: inout SeededGenerator) -> FilterExpression {
        let operands: [FilterOperand] = [
            .key, .value, .topic, .partition, .offset, .timestamp, .size, .header("trace-id"), .header("a b\""),
            .field(ofKey: false, [.name("a")]), .field(ofKey: true, [.name("a b"), .index(-3), .each]),
            .field(ofKey: false, [.each, .name("x-y"), .name("")]), .field(ofKey: true, [.index(0)]),
        ]
        let literals: [FilterLiteral] = [
            .number("1"), .number("-12.50e3"), .text(""), .text("a\"\\\n'é\u{1}"), .text("5"), .flag(true), .null,
        ]
        let patterns = [FilterPattern("a+b"), FilterPattern("x/y\\.z", ignoresCase: true)]
        let operand = operands.randomElement(using: &random) ?? .key
        let literal = literals.randomElement(using: &random) ?? .null
        let pattern = patterns.randomElement(using: &random) ?? FilterPattern("a")
        switch Int.random(in: 0..<(depth < 4 ? 10 : 7), using: &random) {
        case 0: return .text(["us-88", "a \"b\"", "é\\"].randomElement(using: &random) ?? "x")
        case 1: return .pattern(pattern)
        case 2: return .present(operand)
        case 3: return .compare(operand, FilterComparison.allCases.randomElement(using: &random) ?? .equal, literal)
        case 4: return .contains(operand, ["x", "a b", "null"].randomElement(using: &random) ?? "x")
        case 5: return .matches(operand, pattern)
        case 6: return .among(operand, [.one(literal), .numbers("1", "5.5"), .numbers("-3", "-1")])
        case 7: return .not(expression(depth: depth + 1, &random))
        case 8:
            return .all((0..<Int.random(in: 2...4, using: &random)).map { _ in expression(depth: depth + 1, &random) })
        default:
            return .any((0..<Int.random(in: 2...4, using: &random)).map { _ in expression(depth: depth + 1, &random) })
        }
    }
}
