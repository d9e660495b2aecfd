import StreamQuery
import Testing

/// A catalog after statements, or the error of one.
private func catalog(_ statements: String) throws -> StatementCatalog {
    var catalog = StatementCatalog()
    _ = try catalog.run(statements)
    return catalog
}

@Suite("Keys and times of sinks")
struct SinkTests {
    @Test(
        "SELECT * takes in the key that PARTITION BY computes, by ksqlDB's name",
        arguments: [
            ("ABS(n)", "KSQL_COL_0"), ("s->a->b", "B"), ("s->a->n", "N_1"), ("ROWTIME", "ROWTIME"), ("n", "N"),
        ])
    func starKey(partitionBy: String, name: String) throws {
        let catalog = try catalog(
            """
            CREATE STREAM i (k VARCHAR KEY, n INT, s STRUCT<a STRUCT<b INT, n INT>>) WITH (KAFKA_TOPIC='i', VALUE_FORMAT='JSON');
            CREATE STREAM o AS SELECT * FROM i PARTITION BY \(partitionBy);
            """)
        let schema = try #require(catalog.sources["O"]).schema
        #expect(schema.key.map(\.name) == [name])
        #expect(schema.value.map(\.name) == ["K", "N", "S"].filter { $0 != name })
    }

    @Test("the key that is taken in is the record's")
    func starKeyBytes() throws {
        var run = try StatementRun(
            """
            CREATE STREAM i (name VARCHAR) WITH (KAFKA_TOPIC='i', FORMAT='JSON');
            CREATE STREAM o AS SELECT * FROM i PARTITION BY (name IS NULL);
            """)
        run.feed("i", key: Array("no JSON".utf8), value: Array(#"{"name":"a"}"#.utf8), timestamp: 1)
        let output = try #require(run.outputs.first)
        #expect(output.key == Array("false".utf8) && output.value == Array(#"{"NAME":"a"}"#.utf8))
        #expect(run.failures.isEmpty)
    }

    @Test("the key format of a source without a key is that of the keys which queries make of it")
    func keyFormat() throws {
        let catalog = try catalog(
            """
            CREATE STREAM input (a DECIMAL(4, 2)) WITH (KAFKA_TOPIC='INPUT', FORMAT='JSON');
            CREATE STREAM copy AS SELECT a FROM input;
            CREATE TABLE output AS SELECT a, COUNT(*) AS n FROM copy WINDOW SESSION (30 SECONDS) GROUP BY a;
            CREATE STREAM plain (a INT) WITH (KAFKA_TOPIC='plain', VALUE_FORMAT='JSON');
            CREATE TABLE counts AS SELECT a, COUNT(*) AS n FROM plain GROUP BY a;
            """)
        #expect(catalog.sources["OUTPUT"]?.keyFormat.kind == .json)
        #expect(catalog.sources["COUNTS"]?.keyFormat.kind == .kafka)
    }

    @Test("a row whose TIMESTAMP column lies before 1970 is left out and counted")
    func negativeTimestamp() throws {
        var run = try StatementRun(
            """
            CREATE STREAM i (t BIGINT) WITH (KAFKA_TOPIC='i', VALUE_FORMAT='JSON');
            CREATE STREAM o WITH (TIMESTAMP='t') AS SELECT t FROM i;
            """)
        for time in [-1, 7] { run.feed("i", key: nil, value: Array("{\"t\":\(time)}".utf8), timestamp: 5) }
        #expect(run.outputs.map(\.timestamp) == [7])
        #expect(run.failures.first?.log.count(.result) == 1)
    }

    @Test(
        "a VARCHAR column times records by a pattern only, in sources and in sinks",
        arguments: [
            "CREATE STREAM x (s VARCHAR) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON', TIMESTAMP='s');",
            """
            CREATE STREAM x (s VARCHAR) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');
            CREATE STREAM y WITH (TIMESTAMP='s') AS SELECT s FROM x;
            """,
        ])
    func textTime(statements: String) throws {
        let error = try #require(throws: StatementError.self) { try catalog(statements) }
        #expect(error.reason == "S is VARCHAR: TIMESTAMP needs TIMESTAMP_FORMAT too, as 'yyyy-MM-dd''T''HH:mm:ss'")
    }

    @Test(
        "INSERT takes the types of NULLs and empty lists from the column",
        arguments: [
            ("STRUCT<person STRUCT<name VARCHAR>>", "STRUCT(person := NULL)", #"{"C":{"PERSON":null}}"#),
            ("STRUCT<x INT, y VARCHAR>", "STRUCT(x := NULL, y := NULL)", #"{"C":{"X":null,"Y":null}}"#),
            ("ARRAY<DOUBLE>", "ARRAY[]", #"{"C":[]}"#), ("MAP<VARCHAR, INT>", "MAP('a' := NULL)", #"{"C":{"a":null}}"#),
            (
                "ARRAY<STRUCT<x BIGINT>>", "ARRAY[STRUCT(x := 1), NULL, STRUCT(x := NULL)]",
                #"{"C":[{"X":1},null,{"X":null}]}"#
            ),
        ])
    func insertedNulls(type: String, value: String, json: String) throws {
        var catalog = try catalog("CREATE STREAM x (c \(type)) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');")
        guard case .insert(let record)? = try catalog.run("INSERT INTO x VALUES (\(value));").first else {
            throw EvaluationFailure(reason: "no record")
        }
        #expect(record.value.map { String(decoding: $0, as: UTF8.self) } == json)
    }
}
