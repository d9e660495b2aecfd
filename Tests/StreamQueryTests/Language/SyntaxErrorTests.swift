import SeededNumbers
import StreamQuery
import Testing

@Suite("Errors in statements")
struct SyntaxErrorTests {
    @Test(
        "point at line and column, quote what stands there and suggest the nearest word",
        arguments: [
            ("SELEC a FROM s;", 1, 1, "SELEC", "SELECT"),
            ("SELECT a\nFORM s;", 2, 6, "s", nil),
            ("SELECT a FROM s\n  WHER b = 1;", 2, 8, "b", nil),
            ("SELECT a FROM s WHERE b = ;", 1, 26, "", nil),
            ("CREATE STREEM s (a INT) WITH (x=1);", 1, 8, "STREEM", "STREAM"),
            ("CREATE STREAM s (a VARCHR) WITH (x=1);", 1, 20, "VARCHR", "VARCHAR"),
            ("SELECT 'open FROM s", 1, 8, "'open FROM s", nil),
            ("SELECT a /* open", 1, 10, "/* open", nil),
            ("SELECT a FROM s WINDOW TUMBLNG (SIZE 1 MINUTE) GROUP BY a;", 1, 24, "TUMBLNG", "TUMBLING"),
            ("SELECT a FROM s WINDOW TUMBLING (SIZE 1 MINUT) GROUP BY a;", 1, 41, "MINUT", "MINUTES"),
            ("SELECT 99999999999999999999 FROM s;", 1, 8, "99999999999999999999", nil),
            ("SELECT 1st FROM s;", 1, 8, "1st", nil),
            ("SELECT a, FROM s;", 1, 11, "FROM", nil),
            ("SELECT ä FROM s;", 1, 8, "ä", nil),
            ("SELECT a FROM s EMIT CHANGE;", 1, 22, "CHANGE", "CHANGES"),
            ("SELECT f(x => x) FROM s;", 1, 12, "=>", nil),
            ("SELECT a FROM (SELECT b FROM c);", 1, 15, "(", nil),
            ("SHOW TABELS;", 1, 6, "TABELS", "TABLES"),
            ("SELECT DISTINCT a FROM s;", 1, 8, "DISTINCT", nil),
            ("SELECT COUNT(DISTINCT a) FROM s;", 1, 14, "DISTINCT", "COUNT_DISTINCT"),
            ("SELECT \u{1f600}\u{1f600}, ${x} FROM s;", 1, 8, "\u{1f600}", nil),
            ("SELECT a -- \u{1f600}\n, ${x} FROM s;", 2, 3, "${x}", nil),
        ] as [(String, Int, Int, String, String?)])
    func places(text: String, line: Int, column: Int, quoted: String, suggestion: String?) throws {
        let error = try #require(throws: StatementError.self) { try Script.statements(text) }
        let place = try #require(error.place)
        #expect(place.line == line && place.column == column && place.quoted == quoted, "\(error)")
        #expect(error.suggestion == suggestion, "\(error)")
    }

    @Test("are said in one sentence")
    func sentence() throws {
        let error = try #require(throws: StatementError.self) { try Script.statements("SELECT a\nFROM s LIMIT x") }
        #expect("\(error)" == "line 2, column 14: a number of rows is expected here (at \"x\")")
    }

    @Test(
        "statements that ksqlDB has and Weir has not are refused by name",
        arguments: [
            ("CREATE TYPE t AS STRUCT<a INT>;", "CREATE TYPE"), ("DROP TYPE t;", "DROP TYPE"),
            ("CREATE SINK CONNECTOR c WITH ('a'='b');", "CREATE CONNECTOR"),
            ("ALTER STREAM s ADD COLUMN a INT;", "ALTER STREAM and ALTER TABLE"), ("ASSERT TOPIC 't';", "ASSERT"),
            ("RUN SCRIPT 'x.sql';", "RUN SCRIPT"),
        ])
    func unsupported(text: String, name: String) throws {
        let error = try #require(throws: StatementError.self) { try Script.statements(text) }
        #expect(error.reason == "not supported: \(name)")
    }

    @Test("after an error the script goes on behind the next semicolon")
    func goingOn() throws {
        var script = try Script("SELECT FROM s; SHOW STREAMS;")
        #expect(throws: StatementError.self) { try script.next() }
        #expect(try script.next() == Statement(.show(.streams, isExtended: false)))
        #expect(try script.next() == nil)
    }

    @Test(
        "no text, however deep, long or broken, ends in anything but a statement or an error",
        arguments: 1...8 as ClosedRange<UInt64>)
    func broken(seed: UInt64) throws {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        var good = RandomStatements(seed: seed)
        for _ in 0..<60 {
            var bytes = Array(good.statement().description.utf8)
            for _ in 0..<Int.random(in: 1...5, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default:
                    bytes.insert(contentsOf: Array("('\"`[${/*--".utf8).shuffled(using: &random).prefix(2), at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                for statement in try Script.statements(text) {
                    #expect(try Script.statements("\(statement)") == [statement])
                }
            } catch {
                #expect(error.place != nil, "\(text)")
            }
        }
        for opening in ["(", "NOT ", "-", "ARRAY[", "CASE WHEN ", "a + (", "CAST(", "+", "a->b + ("] {
            #expect(throws: StatementError.self) {
                try Script.statements("SELECT " + String(repeating: opening, count: 3000))
            }
        }
        let chain = "SELECT a FROM s WHERE " + Array(repeating: "a = 1", count: 3000).joined(separator: " OR ")
        #expect(throws: StatementError.self) { try Script.statements(chain) }
        #expect(throws: StatementError.self) {
            try Script.statements("SELECT a" + String(repeating: "[1]", count: 3000) + " FROM s")
        }
        let type = String(repeating: "ARRAY<", count: 3000)
        #expect(throws: StatementError.self) { try Script.statements("CREATE STREAM s (a \(type)INT) WITH (x=1)") }
    }
}

@Suite("Variables")
struct VariableTests {
    @Test("stand for names, numbers and texts, and for parts of texts")
    func replaced() throws {
        let text = """
            DEFINE topic = 'page-views'; DEFINE col = 'page'; DEFINE n = '-5'; DEFINE word = '''quoted''';
            SELECT ${col}, ${n}, ${word}, 'in ${topic} and ${none}' FROM s;
            UNDEFINE col; SELECT ${col} FROM s;
            """
        var script = try Script(text)
        var statements: [String] = []
        for _ in 0..<6 { if let statement = try script.next() { statements.append("\(statement)") } }
        #expect(statements[4] == "SELECT PAGE, -5, 'quoted', 'in page-views and ${none}' FROM S")
        let error = try #require(throws: StatementError.self) { try script.next() }
        #expect(error.reason == "no variable is called col")
    }

    @Test("bring no statement with them", arguments: ["a, b", "a; DROP STREAM s", "1 + 1", "(", "", "a -- ", "'open"])
    func injection(value: String) throws {
        var variables = Variables()
        variables["x"] = value
        let read = try? Script.statements("SELECT ${x} FROM s", variables: variables)
        // A comment behind a name falls away and leaves the name.
        if value == "a -- " { #expect(read?.count == 1) } else { #expect(read == nil) }
    }
}
