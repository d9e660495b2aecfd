import StreamQuery
import Testing

/// What an expression without columns comes to: its type, its text, and what went wrong.
private func evaluated(_ text: String) throws -> (type: String, text: String?, log: ProcessingLog) {
    var catalog = StatementCatalog()
    _ = try catalog.run("CREATE STREAM s (k INT KEY, v INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
    let outcomes = try catalog.run("SELECT \(text) AS x FROM s EMIT CHANGES;")
    guard case .push(let plan)? = outcomes.first, let column = plan.output.first else {
        throw EvaluationFailure(reason: "no plan")
    }
    var log = ProcessingLog()
    let value = CompiledExpression(column.expression).value(Row(count: plan.source.layout.count), &log)
    return ("\(column.expression.type)", value.text(as: column.expression.type), log)
}

@Suite("Expressions")
struct EvaluationTests {
    @Test(
        "arithmetic has ksqlDB's types and results",
        arguments: [
            ("1 + 2", "INTEGER", "3"), ("1 + 3000000000", "BIGINT", "3000000001"), ("7 / 2", "INTEGER", "3"),
            ("-7 / 2", "INTEGER", "-3"), ("-7 % 3", "INTEGER", "-1"), ("7 / 2E0", "DOUBLE", "3.5"),
            ("1E0 / 0", "DOUBLE", "Infinity"),
            // DecimalUtil: p = max(p1−s1, p2−s2) + max(s1, s2) + 1.
            ("1.50 + 2.5", "DECIMAL(4, 2)", "4.00"), ("1.5 * 2.25", "DECIMAL(6, 3)", "3.375"),
            // p1 − s1 + s2 + max(6, s1 + p2 + 1), and half up.
            ("2.00 / 3.0", "DECIMAL(8, 6)", "0.666667"), ("-2.00 / 3.0", "DECIMAL(8, 6)", "-0.666667"),
            ("5.5 % 2", "DECIMAL(2, 1)", "1.5"), ("1 + 1.5", "DECIMAL(12, 1)", "2.5"), ("1.5 + 1E0", "DOUBLE", "2.5"),
            ("2 + 3 * 4", "INTEGER", "14"), ("'a' || 'b' || 'c'", "VARCHAR", "abc"), ("'a' + 'b'", "VARCHAR", "ab"),
            // The product has 38 figures and 41 before it is rounded.
            (
                "CAST('1234567890.1234567890' AS DECIMAL(20, 10)) * CAST('-1234567890.1234567890' AS DECIMAL(20, 10))",
                "DECIMAL(38, 17)", "-1524157875323883675.01905199875019052"
            ),
            ("- -5", "INTEGER", "5"), ("1 - -1", "INTEGER", "2"),
        ])
    func arithmetic(text: String, type: String, result: String) throws {
        let (found, value, log) = try evaluated(text)
        #expect(found == type && value == result && log.total == 0)
    }

    @Test(
        "what does not fit is null and noted",
        arguments: [
            "2147483647 + 1", "-2147483648 - 1", "9223372036854775807 * 2", "1 / 0", "1 % 0", "1.5 / 0.0",
            "-(-2147483648)",
            "99999999999999999999999999999999999999. * 10.", "CAST('x' AS INT)", "CAST(3000000000 AS INT)",
            "CAST('2026-02-30' AS DATE)", "CAST(123.4 AS DECIMAL(3, 2))", "ABS(-2147483648)",
            "PARSE_TIMESTAMP('x', 'yyyy')",
            "FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'yyyy', 'Nowhere/Land')", "EXTRACTJSONFIELD('{}', 'a')",
            "GENERATE_SERIES(1, 2, 0)", "FORMAT_TIMESTAMP(FROM_UNIXTIME(0), '[[[[[[[[[[[yyyy')",
            "SLICE(ARRAY[1, 2], 3, 1)",
            "LPAD('a', 2000000000, 'b')", "TO_BYTES('zz', 'hex')", "-9223372036854775808 / -1",
        ])
    func failures(text: String) throws {
        let (_, value, log) = try evaluated(text)
        #expect(value == nil)
        #expect(log.count(.expression) == 1, "\(log.samples)")
    }

    @Test(
        "nulls follow ksqlDB: a comparison with one is false, IS DISTINCT FROM takes it for a value",
        arguments: [
            ("NULL = 1", "false"), ("NULL <> 1", "false"), ("NOT (NULL = 1)", "true"), ("v = v", "false"),
            ("v IS NULL", "true"),
            ("v IS NOT NULL", "false"), ("v IS DISTINCT FROM 1", "true"), ("v IS NOT DISTINCT FROM NULL", "true"),
            ("v IN (1, NULL)", "false"), ("v NOT IN (1)", "true"), ("v BETWEEN 1 AND 2", "false"), ("v + 1", nil),
            ("1 > v", "false"),
            ("CAST(v AS BOOLEAN) AND TRUE", nil), ("CAST(NULL AS BOOLEAN) AND FALSE", "false"),
            ("CAST(NULL AS BOOLEAN) OR TRUE", "true"),
            ("NOT CAST(NULL AS BOOLEAN)", nil), ("CASE WHEN v > 1 THEN 'a' END", nil), ("COALESCE(v, NULL, 7)", "7"),
            ("SLICE(ARRAY[1, 2, 3], 0, 2)", nil), ("SLICE(ARRAY[1, 2, 3], 2, 9)", nil),
            ("SPLIT_TO_MAP('a=b', ';', '')", nil), ("MAP_UNION(CAST(NULL AS MAP<VARCHAR, INT>), NULL)", nil),
            ("IFNULL(v, 3)", "3"), ("NULLIF(1, 1)", nil), ("CONCAT('a', NULL, 'b')", "ab"),
            ("UCASE(CAST(v AS VARCHAR))", nil),
        ] as [(String, String?)])
    func nulls(text: String, result: String?) throws {
        guard text != "CAST(v AS BOOLEAN) AND TRUE" else {
            #expect(throws: StatementError.self) { try evaluated(text) }
            return
        }
        let (_, value, log) = try evaluated(text)
        #expect(value == result && log.total == 0)
    }

    @Test(
        "predicates and branches",
        arguments: [
            ("2 IN (1, 2.0, 3E0)", "true"), ("'b' IN ('a', 'b')", "true"), ("3 BETWEEN 1 AND 3", "true"),
            ("3 NOT BETWEEN 1 AND 2", "true"),
            ("'page' LIKE 'p%e'", "true"), ("'page' LIKE 'p_ge'", "true"), ("'p%' LIKE 'p!%' ESCAPE '!'", "true"),
            ("'pq' LIKE 'p!%' ESCAPE '!'", "false"),
            ("'aXbXc' LIKE '%X%X_'", "true"), ("'' LIKE '%'", "true"), ("'' LIKE '_'", "false"),
            ("'ab' NOT LIKE 'a'", "true"),
            ("CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END", "two"),
            ("CASE WHEN FALSE THEN 1 ELSE 2.5 END", "2.5"),
            // Lazy: the division by zero is in the branch not taken.
            ("CASE WHEN TRUE THEN 1 ELSE 1 / 0 END", "1"), ("'a' < 'b'", "true"), ("'B' < 'a'", "true"),
            ("1.0 = 1.00", "true"), ("1 = 1E0", "true"),
            ("TRUE AND NOT FALSE", "true"), ("TRUE OR FALSE AND FALSE", "true"), ("'\u{ffff}' > '\u{10000}'", "true"),
        ])
    func predicates(text: String, result: String) throws {
        let (_, value, log) = try evaluated(text)
        #expect(value == result && log.total == 0)
    }

    @Test(
        "casts give what Java's texts and numbers are",
        arguments: [
            ("CAST(1E7 AS VARCHAR)", "1.0E7"), ("CAST(0.001E0 AS VARCHAR)", "0.001"),
            ("CAST(1E-4 AS VARCHAR)", "1.0E-4"),
            ("CAST(123456.5E0 AS VARCHAR)", "123456.5"), ("CAST(1.23E22 AS VARCHAR)", "1.23E22"),
            ("CAST(100E0 AS VARCHAR)", "100.0"),
            ("CAST(TRUE AS VARCHAR)", "true"), ("CAST('yes' AS BOOLEAN)", "true"), ("CAST('f' AS BOOLEAN)", "false"),
            ("CAST(' 42 ' AS INT)", "42"), ("CAST(-1.9E0 AS INT)", "-1"), ("CAST(1.999 AS BIGINT)", "1"),
            ("CAST(1E300 AS BIGINT)", "9223372036854775807"),
            ("CAST('1.005' AS DECIMAL(5, 2))", "1.01"), ("CAST(1.5E0 AS DECIMAL(3, 2))", "1.50"),
            ("CAST(1.50 AS VARCHAR)", "1.50"),
            ("CAST('2026-11-21T14:02:31.5' AS TIMESTAMP)", "2026-11-21T14:02:31.500"),
            ("CAST('2026-11-21' AS TIMESTAMP)", "2026-11-21T00:00:00.000"),
            ("CAST('2026-11-21T14:02:31+02:00' AS TIMESTAMP)", "2026-11-21T12:02:31.000"),
            ("CAST('2024-02-29' AS DATE)", "2024-02-29"),
            ("CAST(CAST('2026-11-21T14:02:31' AS TIMESTAMP) AS DATE)", "2026-11-21"),
            ("CAST(CAST('2026-11-21T14:02:31' AS TIMESTAMP) AS TIME)", "14:02:31"),
            ("CAST('14:02' AS TIME)", "14:02"), ("CAST(ARRAY[1, 2] AS VARCHAR)", "[1, 2]"),
            ("CAST(MAP('a' := 1) AS VARCHAR)", "{a=1}"),
            ("CAST(STRUCT(a := 1, b := 'x') AS VARCHAR)", "Struct{A=1,B=x}"),
            ("CAST(ARRAY['1', '2'] AS ARRAY<INT>)[2]", "2"),
            ("CAST(STRUCT(a := 1, b := 'x') AS STRUCT<a DOUBLE, b VARCHAR>)->a + 0.5E0", "1.5"),
            // Fields are found by name; what is new is null, and what is not wanted falls away.
            ("CAST(STRUCT(a := 1, b := 'x', c := 2) AS STRUCT<b VARCHAR, d INT, a VARCHAR>)", "Struct{B=x,A=1}"),
        ])
    func casts(text: String, result: String) throws {
        let (_, value, log) = try evaluated(text)
        #expect(value == result && log.total == 0, "\(log.samples)")
    }

    @Test(
        "collections are read by place, key and field",
        arguments: [
            ("ARRAY[10, 20, 30][1]", "10"), ("ARRAY[10, 20, 30][-1]", "30"), ("ARRAY[10, 20][3]", nil),
            ("ARRAY[10, 20][0]", nil),
            ("ARRAY[10][-9223372036854775808]", nil), ("MAP('a' := 1, 'b' := 2)['b']", "2"),
            ("MAP('a' := 1)['c']", nil),
            ("STRUCT(a := 1, `b` := 'x')->`b`", "x"), ("STRUCT(a := ARRAY[STRUCT(c := 5)])->a[1]->c", "5"),
            ("ARRAY[1, NULL][2]", nil),
        ] as [(String, String?)])
    func collections(text: String, result: String?) throws {
        let (_, value, log) = try evaluated(text)
        #expect(value == result && log.total == 0)
    }

    @Test(
        "a NULL that is cast gives a constructor its type",
        arguments: [
            ("ARRAY[CAST(NULL AS INT)]", "ARRAY<INTEGER>", "[null]"),
            ("ARRAY[NULL, CAST(NULL AS DOUBLE)]", "ARRAY<DOUBLE>", "[null, null]"),
            ("MAP('a' := CAST(NULL AS INT))", "MAP<VARCHAR, INTEGER>", "{a=null}"),
        ])
    func typedNulls(text: String, type: String, result: String) throws {
        let (found, value, log) = try evaluated(text)
        #expect(found == type && value == result && log.total == 0)
    }

    @Test("the log keeps the newest samples and counts all")
    func log() {
        var log = ProcessingLog(capacity: 3)
        for number in 0..<10 {
            log.offset = Int64(number)
            log.note(.value, "reason \(number)")
        }
        #expect(log.count(.value) == 10 && log.total == 10)
        #expect(log.samples.map(\.offset) == [7, 8, 9])
    }
}

@Suite("Functions")
struct FunctionTests {
    @Test(
        "give what their documentation says",
        arguments: [
            ("UCASE('aß')", "ASS"), ("LCASE('AB')", "ab"), ("TRIM('  a b ')", "a b"), ("LEN('naïve')", "5"),
            ("SUBSTRING('stream', 1, 4)", "stre"),
            ("SUBSTRING('stream', 4)", "eam"), ("SUBSTRING('stream', -2)", "am"), ("SUBSTRING('stream', 9)", ""),
            ("REPLACE('a.b.c', '.', '--')", "a--b--c"),
            ("SPLIT('a,b,,c', ',')", "[a, b, , c]"), ("SPLIT('abc', '')", "[a, b, c]"),
            ("SPLIT_TO_MAP('a=1;b=2', ';', '=')", "{a=1, b=2}"), ("SPLIT_TO_MAP('a=b=c;d=e', ';', '=')", "{a=b, d=e}"),
            ("FROM_BYTES(SUBSTRING(TO_BYTES('stream', 'ascii'), 2, 3), 'ascii')", "tre"),
            ("FROM_BYTES(LPAD(TO_BYTES('7', 'ascii'), 3, TO_BYTES('0', 'ascii')), 'ascii')", "007"),
            ("FROM_BYTES(RPAD(TO_BYTES('ab', 'ascii'), 5, TO_BYTES('xy', 'ascii')), 'ascii')", "abxyx"),
            ("FROM_BYTES(CONCAT(TO_BYTES('a', 'ascii'), NULL, TO_BYTES('b', 'ascii')), 'ascii')", "ab"),
            ("FROM_BYTES(SPLIT(TO_BYTES('a,b', 'ascii'), TO_BYTES(',', 'ascii'))[2], 'ascii')", "b"),
            ("LPAD('7', 3, '0')", "007"), ("RPAD('ab', 5, 'xy')", "abxyx"), ("LPAD('abcd', 2, 'x')", "ab"),
            ("INSTR('CORPORATE', 'OR')", "2"), ("INSTR('a', 'b')", "0"), ("INSTR('CORPORATE FLOOR', 'OR', 3)", "5"),
            ("INSTR('CORPORATE FLOOR', 'OR', 3, 2)", "14"), ("INSTR('CORPORATE FLOOR', 'OR', -3)", "5"),
            ("INSTR('CORPORATE FLOOR', 'OR', -3, 2)", "2"), ("INSTR('CORPORATE FLOOR', 'MISSING', 2, 1)", "0"),
            ("UNIX_TIMESTAMP() > 1700000000000", "true"), ("UNIX_DATE() > 19000", "true"), ("LOG(1, 8)", "NaN"),
            ("INITCAP('the sUMMER')", "The Summer"), ("CONCAT_WS('-', 'a', NULL, 'b')", "a-b"),
            ("ELT(2, 'a', 'b')", "b"), ("FIELD('b', 'a', 'b')", "2"),
            ("REVERSE('abc')", "cba"), ("FROM_BYTES(TO_BYTES('hi', 'utf8'), 'hex')", "6869"),
            ("FROM_BYTES(TO_BYTES('4142', 'hex'), 'ascii')", "AB"),
            ("FROM_BYTES(TO_BYTES('hi!', 'utf8'), 'base64')", "aGkh"),
            ("ABS(-5)", "5"), ("ABS(-1.50)", "1.50"), ("CEIL(1.2E0)", "2.0"), ("CEIL(-1.2)", "-1.0"),
            ("FLOOR(-1.2)", "-2.0"), ("ROUND(2.5E0)", "3"), ("ROUND(-2.5E0)", "-2"),
            ("ROUND(-2.5)", "-2"), ("ROUND(-2.51)", "-3"), ("ROUND(-1.25, 1)", "-1.20"), ("ROUND(-1.25E0, 1)", "-1.2"),
            ("ROUND(1.25E0, 1)", "1.3"), ("ROUND(-25.0, -1)", "-20.0"), ("ROUND(0.49999999999999994E0)", "0"),
            ("ROUND(3.14159E0, 2)", "3.14"), ("ROUND(1.005, 2)", "1.010"), ("ROUND(1234, 0)", "1234.0"),
            ("SIGN(-3.5)", "-1"), ("SQRT(9)", "3.0"), ("LN(1)", "0.0"), ("LOG(2, 8)", "3.0"),
            ("POWER(2, 10)", "1024.0"), ("GREATEST(1, NULL, 3)", "3"), ("LEAST('b', 'a')", "a"),
            ("EXTRACTJSONFIELD('{\"a\":{\"b\":[1,{\"c\":\"x\\n\"}]}}', '$.a.b[1].c')", "x\n"),
            ("EXTRACTJSONFIELD('{\"a\":1.50}', '$.a')", "1.50"),
            ("EXTRACTJSONFIELD('{\"a b\":{\"c\":1}}', '$[''a b'']')", "{\"c\":1}"), ("IS_JSON_STRING('[1,2]')", "true"),
            ("IS_JSON_STRING('[1,2')", "false"),
            ("JSON_ARRAY_LENGTH('[1,[2,3],{}]')", "3"), ("JSON_KEYS('{\"a\":1,\"b\":null}')", "[a, b]"),
            ("JSON_RECORDS('{\"a\": \"x\",\"b\":[1],\"c\":null}')", "{a=\"x\", b=[1], c=null}"),
            ("TO_JSON_STRING(CAST('2021-10-11' AS DATE))", "\"2021-10-11\""),
            ("TO_JSON_STRING(CAST('13:01:02' AS TIME))", "\"13:01:02\""),
            (
                "TO_JSON_STRING(STRUCT(t := ARRAY[CAST('2024-02-28T11:15:00' AS TIMESTAMP)]))",
                "{\"T\":[\"2024-02-28T11:15:00.000\"]}"
            ),
            ("TO_JSON_STRING(STRUCT(a := 1, b := ARRAY['x', NULL]))", "{\"A\":1,\"B\":[\"x\",null]}"),
            ("ARRAY_LENGTH(ARRAY[1, 2])", "2"), ("ARRAY_CONTAINS(ARRAY[1, 2], 2)", "true"),
            ("ARRAY_JOIN(ARRAY[1, 2], '-')", "1-2"), ("ARRAY_SORT(ARRAY[3, 1, NULL, 2])", "[1, 2, 3, null]"),
            ("ARRAY_SORT(ARRAY['a', 'c', 'b'], 'DESC')", "[c, b, a]"), ("ARRAY_DISTINCT(ARRAY[1, 2, 1])", "[1, 2]"),
            ("ARRAY_UNION(ARRAY[1], ARRAY[2, 1])", "[1, 2]"),
            ("ARRAY_INTERSECT(ARRAY[1, 2, 3], ARRAY[3, 1])", "[1, 3]"), ("ARRAY_EXCEPT(ARRAY[1, 2], ARRAY[2])", "[1]"),
            ("ARRAY_REMOVE(ARRAY[1, 2, 1], 1)", "[2]"), ("ARRAY_REMOVE(ARRAY[1, NULL], NULL)", "[1]"),
            ("ARRAY_CONCAT(ARRAY[1], NULL)", "[1]"), ("ARRAY_CONCAT(CAST(NULL AS ARRAY<INT>), ARRAY[1])", "[1]"),
            ("MAP_UNION(MAP('a' := 1), NULL)", "{a=1}"), ("SLICE(ARRAY[1, 2, 3], NULL, 2)", "[1, 2]"),
            ("SLICE(ARRAY[1, 2, 3], 2, NULL)", "[2, 3]"), ("ARRAY_MAX(ARRAY[1, 3, 2])", "3"),
            ("SLICE(ARRAY[1, 2, 3, 4], 2, 3)", "[2, 3]"), ("MAP_KEYS(MAP('b' := 1, 'a' := 2))", "[a, b]"),
            ("CARDINALITY(MAP('a' := 1))", "1"), ("AS_MAP(ARRAY['a'], ARRAY[1])", "{a=1}"),
            ("MAP_UNION(MAP('a' := 1), MAP('a' := 2))", "{a=2}"), ("GENERATE_SERIES(1, 5, 2)", "[1, 3, 5]"),
            ("GENERATE_SERIES(3, 1)", "[3, 2, 1]"),
        ])
    func values(text: String, result: String) throws {
        let (_, value, log) = try evaluated(text)
        #expect(value == result && log.total == 0, "\(log.samples)")
    }

    @Test(
        "of time write and read by Java's patterns",
        arguments: [
            (
                "FORMAT_TIMESTAMP(FROM_UNIXTIME(1795269751500), 'yyyy-MM-dd''T''HH:mm:ss.SSSX')",
                "2026-11-21T14:02:31.500Z"
            ),
            (
                "FORMAT_TIMESTAMP(FROM_UNIXTIME(1795269751500), 'yyyy-MM-dd HH:mm:ssxxx', 'Europe/Berlin')",
                "2026-11-21 15:02:31+01:00"
            ),
            ("FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'EEEE, d MMMM yy hh:mm a')", "Thursday, 1 January 70 12:00 AM"),
            ("TIMESTAMPTOSTRING(1795269751500, 'HH:mm', '+05:30')", "19:32"),
            ("UNIX_TIMESTAMP(PARSE_TIMESTAMP('21/11/2026 14:02', 'dd/MM/yyyy HH:mm'))", "1795269720000"),
            ("STRINGTOTIMESTAMP('2026-11-21 15:02:31', 'yyyy-MM-dd HH:mm:ss', 'Europe/Berlin')", "1795269751000"),
            ("STRINGTOTIMESTAMP('20261121', 'yyyyMMdd')", "1795219200000"),
            ("STRINGTOTIMESTAMP('2026-11-21T14:02:31+0200', 'yyyy-MM-dd''T''HH:mm:ssZ')", "1795262551000"),
            ("FORMAT_DATE(PARSE_DATE('Nov 3, 2026', 'MMM d, yyyy'), 'yyyy-DDD')", "2026-307"),
            ("FORMAT_TIME(PARSE_TIME('2:05 PM', 'h:mm a'), 'HH.mm')", "14.05"),
            // What stands in brackets may be missing.
            ("UNIX_TIMESTAMP(PARSE_TIMESTAMP('2026-11-21', 'yyyy-MM-dd[ HH:mm]'))", "1795219200000"),
            ("UNIX_TIMESTAMP(PARSE_TIMESTAMP('2026-11-21 14:02', 'yyyy-MM-dd[ HH:mm]'))", "1795269720000"),
            ("FORMAT_TIMESTAMP(FROM_UNIXTIME(1795269751500), 'z VV', 'Europe/Berlin')", "CET Europe/Berlin"),
            ("FORMAT_TIMESTAMP(FROM_UNIXTIME(1750000000000), 'z', 'Europe/Berlin')", "CEST"),
            (
                "FORMAT_TIMESTAMP(FROM_UNIXTIME(1795269751500), 'z Z ZZZZ ZZZZZ MMMMM', 'America/New_York')",
                "EST -0500 GMT-05:00 -05:00 N"
            ),
            (
                "UNIX_TIMESTAMP(PARSE_TIMESTAMP('2026-11-21 15:02 Europe/Berlin', 'yyyy-MM-dd HH:mm VV'))",
                "1795269720000"
            ),
            ("CAST(FROM_DAYS(20000) AS VARCHAR)", "2024-10-04"), ("UNIX_DATE(CAST('1969-12-31' AS DATE))", "-1"),
            ("CAST(DATEADD(DAYS, 1, CAST('2024-02-28' AS DATE)) AS VARCHAR)", "2024-02-29"),
            ("CAST(TIMESTAMPADD(MINUTES, -1, FROM_UNIXTIME(0)) AS VARCHAR)", "1969-12-31T23:59:00.000"),
            ("CAST(TIMESUB(HOUR, 1, CAST('00:30' AS TIME)) AS VARCHAR)", "23:30"),
            ("CAST(CONVERT_TZ(FROM_UNIXTIME(0), 'UTC', 'Europe/Berlin') AS VARCHAR)", "1970-01-01T01:00:00.000"),
        ])
    func times(text: String, result: String) throws {
        let (_, value, log) = try evaluated(text)
        #expect(value == result && log.total == 0, "\(log.samples)")
    }

    @Test("of the wrong name or with the wrong arguments are refused with what there is")
    func refused() throws {
        let misspelt = try #require(throws: StatementError.self) { try evaluated("SUBSTRNG('a', 1)") }
        #expect(misspelt.suggestion == "SUBSTRING")
        let wrong = try #require(throws: StatementError.self) { try evaluated("LEN(5)") }
        #expect(wrong.reason == "LEN(INTEGER) is not defined; there is LEN(VARCHAR) → INTEGER or LEN(BYTES) → INTEGER")
        #expect(throws: StatementError.self) { try evaluated("TIMESTAMPADD(WEEKS, 1, FROM_UNIXTIME(0))") }
        #expect(throws: StatementError.self) { try evaluated("EXPLODE(ARRAY[1])") }
        let left = try #require(throws: StatementError.self) { try evaluated("LEFT('abc', 1)") }
        #expect(left.reason == "no function is called LEFT" && left.suggestion == "SUBSTRING")
        let distinct = try #require(throws: StatementError.self) { try evaluated("COUNT(DISTINCT v)") }
        #expect(distinct.suggestion == "COUNT_DISTINCT")
    }

    @Test("each have a sentence and a signature, and one entry")
    func catalogue() {
        #expect(Set(FunctionCatalogue.all.map(\.name)).count == FunctionCatalogue.all.count)
        for function in FunctionCatalogue.all {
            #expect(function.summary.hasSuffix(".") && !function.signatures.isEmpty, "\(function.name)")
        }
    }
}
