import DemoWorkload
import StreamQuery
import Testing

@Suite("Writing statements")
struct PrinterTests {
    @Test(
        "what is written is read back as the same statement, whatever it is", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        print("seed", seed)
        var random = RandomStatements(seed: seed)
        for _ in 0..<60 {
            let statement = random.statement()
            let text = statement.description
            let read = try #require(try? Script.statements(text), "not read: \(text)")
            #expect(read == [statement], "seed \(seed): \(text)")
        }
    }

    @Test(
        "parentheses stand only where they must",
        arguments: [
            ("(a + b) * c", "(A + B) * C"), ("(a * b) + c", "A * B + C"), ("a - (b - c)", "A - (B - C)"),
            ("(a - b) - c", "A - B - C"), ("NOT (a AND b)", "NOT (A AND B)"), ("(NOT a) AND b", "NOT A AND B"),
            ("(a || b) + c", "(A || B) + C"), ("a || (b + c)", "A || B + C"), ("-(-a)", "-(-A)"), ("- 5", "-5"),
            ("-(5)", "-(5)"),
            ("(a = b) = c", "(A = B) = C"), ("(a OR b) AND c", "(A OR B) AND C"), ("(s->f)[1]", "S->F[1]"),
        ])
    func parentheses(text: String, printed: String) throws {
        let statement = try #require(try Script.statements("SELECT \(text) FROM s").first)
        #expect(statement.description == "SELECT \(printed) FROM S")
    }

    @Test("the seeds' statements are read back too")
    func seeds() throws {
        for text in Seeds.all {
            let statements = try Script.statements(text)
            #expect(statements.count == 1)
            #expect(try Script.statements(statements[0].description) == statements)
        }
    }

    @Test("a sample of each clause is written as documented")
    func sample() throws {
        let text = """
            create or replace table if not exists t with (partitions = 3, kafka_topic='x') as select distinct_id d, s.*
            from s as s window w hopping (size 10 seconds, advance by 1 second, retention 1 day, grace period 0 seconds)
            where a not like 'x!%' escape '!' and b not between 1 and 2 group by (a, b) having count(*) > 1 emit final;
            """
        #expect(
            try Script.statements(text).first?.description == """
                CREATE OR REPLACE TABLE IF NOT EXISTS T WITH (PARTITIONS = 3, KAFKA_TOPIC = 'x') AS SELECT DISTINCT_ID AS D, S.* \
                FROM S AS S WINDOW W HOPPING (SIZE 10 SECONDS, ADVANCE BY 1 SECONDS, RETENTION 1 DAYS, GRACE PERIOD 0 SECONDS) \
                WHERE A NOT LIKE 'x!%' ESCAPE '!' AND B NOT BETWEEN 1 AND 2 GROUP BY A, B HAVING COUNT(*) > 1 EMIT FINAL
                """)
    }
}
