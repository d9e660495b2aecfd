import StreamQuery
import Testing

@Suite("What statements can do")
struct StatementWeightTests {
    @Test(
        "what only looks is told from what changes something and from what deletes",
        arguments: [
            ("SHOW TOPICS; SELECT * FROM s EMIT CHANGES; DESCRIBE s; EXPLAIN q; SET 'a'='b';", StatementWeight.reads),
            ("SHOW TOPICS; CREATE STREAM s AS SELECT * FROM t;", .changes), ("TERMINATE q;", .changes),
            ("INSERT INTO s (a) VALUES (1)", .changes), ("PAUSE q;", .changes), ("DROP STREAM s;", .changes),
            (
                "CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON'); DROP STREAM s DELETE TOPIC;",
                .deletes
            ),
            ("", .reads), ("SELEC 1;", .reads), ("TERMINATE q; SELEC 1;", .changes),
            ("SELEC 1; TERMINATE q;", .changes),
            ("SELECT ${what} FROM s;", .changes), ("'", .reads),
        ])
    func weight(text: String, is weight: StatementWeight) {
        #expect(StatementWeight(of: text) == weight)
    }

    @Test("the words for completion hold the statements', the functions' and the settings' names, each once")
    func vocabulary() {
        #expect(Set(Vocabulary.keywords).isSuperset(of: Vocabulary.statements + ["EMIT", "TUMBLING", "SELECT"]))
        #expect(Vocabulary.functions.contains("COUNT_DISTINCT") && Vocabulary.functions.contains("UCASE"))
        #expect(Vocabulary.properties.contains("KAFKA_TOPIC"))
        for words in [Vocabulary.keywords, Vocabulary.functions, Vocabulary.properties] {
            #expect(words == Set(words).sorted())
        }
    }
}
