import ArgumentParser
import Foundation
import Testing

@testable import weir

@Suite("weir query test")
struct QueryTestVerbTests {
    private static let statements = """
        CREATE STREAM s (k VARCHAR KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');
        CREATE TABLE t AS SELECT k, SUM(n) AS total FROM s GROUP BY k;
        """
    private static let input =
        #"{"inputs": [{"topic": "s", "key": "a", "value": {"n": 1}}, {"topic": "s", "key": "a", "value": {"n": 2}}]}"#

    private func run(statements: String = statements, expected: Int) throws -> Ran {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-query-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output =
            #"{"outputs": [{"topic": "T", "key": "a", "value": {"TOTAL": 1}}, {"topic": "T", "key": "a", "value": {"TOTAL": \#(expected)}}]}"#
        for (name, text) in [("s.sql", statements), ("i.json", Self.input), ("o.json", output)] {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let path: (String) -> String = { folder.appending(path: $0).path }
        let command = try #require(
            try Weir.parseAsRoot(["query", "test", "-s", path("s.sql"), "-i", path("i.json"), "-o", path("o.json")])
                as? QueryTest)
        let (output_, errors) = (Gathered(), Gathered())
        let shell = Shell(
            output: output_, errors: errors, input: Scripted(""), outputIsTerminal: false, canAsk: false,
            stateDirectory: folder.path)
        do throws(VerbFailure) {
            try command.carryOut(shell)
            return Ran(code: 0, output: output_.text, errors: errors.text)
        } catch {
            return Ran(
                code: error.kind.rawValue, output: output_.text, errors: error.message.replacing(folder.path, with: ""))
        }
    }

    @Test("says that all is as expected")
    func passing() throws {
        let ran = try run(expected: 3)
        #expect(ran.code == 0 && ran.output == "All 2 records are as expected.\n")
        let marked = try run(statements: "\u{feff}" + Self.statements, expected: 3)
        #expect(marked.code == 0, "\(marked.errors)")
    }

    @Test("prints what was expected above what came")
    func failing() throws {
        let ran = try run(expected: 4)
        #expect(ran.code == 1)
        #expect(
            ran.output == """
                T, record 2
                  expected  "a" : {"TOTAL": 4}
                  actual    "a" : {"TOTAL":3} @ 0
                1 of the records differ; 2 were expected.

                """)
    }

    @Test("points at a wrong statement")
    func wrongStatement() throws {
        let ran = try run(statements: Self.statements + "\nSELEC 1;", expected: 3)
        #expect(ran.code == 64)
        #expect(
            ran.errors
                == "/s.sql, line 3, column 1: no statement begins with SELEC (at \"SELEC\"); did you mean SELECT?")
    }
}
