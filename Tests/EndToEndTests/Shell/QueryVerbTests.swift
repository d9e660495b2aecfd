import ChildProcess
import Foundation
import Testing

@Suite("weir query")
struct QueryVerbTests {
    private static let stream =
        "CREATE STREAM views (page VARCHAR KEY, bytes INT) WITH (KAFKA_TOPIC='views', VALUE_FORMAT='JSON', PARTITIONS=2);"

    private func weir(_ arguments: [String], input: String = "") throws -> Ran {
        try run(WeirProcess.binary.path, ["query"] + arguments, input: Data(input.utf8), seconds: 60)
    }

    @Test("on a cluster: statements, a push query to its limit as JSON, and no query that would outlive the command")
    func cluster() throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url.appending(path: "data"))
        let reach = ["--bootstrap-server", weir.bootstrap]
        let inserted = try self.weir(
            reach,
            input: Self.stream
                + "INSERT INTO views (page, bytes) VALUES ('/a', 1); INSERT INTO views (page, bytes) VALUES ('/b', 2);")
        #expect(inserted.status == 0, "\(inserted.errors)")
        let pushed = try self.weir(
            reach + [
                "--json", "-e",
                Self.stream.replacing("PARTITIONS=2", with: "REPLICAS=1")
                    + "SET 'auto.offset.reset'='earliest'; SELECT page, bytes FROM views WHERE bytes > 1 EMIT CHANGES LIMIT 1;",
            ])
        #expect(pushed.status == 0, "\(pushed.errors)")
        #expect(pushed.output.hasSuffix("\"row\":{\"PAGE\":\"/b\",\"BYTES\":2}}\n"), "\(pushed.output)")
        let wrong = try self.weir(reach + ["-e", "SELECT 1 FROM nowhere;"])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("line 1, column 15: no stream or table is called NOWHERE"), "\(wrong.errors)")
        let kept = try self.weir(
            reach + [
                "-e",
                Self.stream.replacing("PARTITIONS=2", with: "REPLICAS=1")
                    + "CREATE TABLE t AS SELECT page, COUNT(*) AS n FROM views GROUP BY page;",
            ])
        #expect(kept.status == 1)
        #expect(kept.errors.contains("--data"), "\(kept.errors)")
        #expect(weir.stop() == 0)
    }

    @Test("a script's statements answer in their order: the rows of a push query stand before what comes behind it")
    func order() throws {
        let folder = try TemporaryFolder()
        let ran = try weir([
            "--data", folder.url.appending(path: "data").path, "-e",
            Self.stream + """
                INSERT INTO views (page, bytes) VALUES ('/a', 1);
                SET 'auto.offset.reset'='earliest';
                SELECT page, bytes FROM views EMIT CHANGES LIMIT 1;
                SHOW QUERIES;
                SELECT page FROM views EMIT CHANGES LIMIT 1;
                """,
        ])
        #expect(ran.status == 0, "\(ran.errors)")
        let lines = ran.output.split(separator: "\n").map(String.init)
        #expect(lines.suffix(5).first == "PAGE  BYTES", "\(ran.output)")
        #expect(lines.suffix(4).first == "/a  1", "\(ran.output)")
        #expect(lines.suffix(3).first?.contains("state") == true, "\(ran.output)")
        #expect(lines.suffix(2) == ["PAGE", "/a"], "\(ran.output)")
    }

    @Test("a push query without a limit runs until it is interrupted, and nothing behind it is run")
    func interrupted() throws {
        let folder = try TemporaryFolder()
        let (output, data) = (folder.url.appending(path: "out"), folder.url.appending(path: "data"))
        try Data().write(to: output)
        let process = ChildProcess()
        process.executableURL = WeirProcess.binary
        process.arguments = [
            "query", "--data", data.path, "-e",
            Self.stream + """
                INSERT INTO views (page, bytes) VALUES ('/a', 1);
                SET 'auto.offset.reset'='earliest';
                SELECT page, bytes FROM views EMIT CHANGES; SHOW TOPICS;
                """,
        ]
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        let text = { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
        #expect(waitFor(seconds: 30) { text().hasSuffix("/a  1\n") ? true : nil } != nil, "\(text())")
        process.interrupt()
        #expect(waitFor(seconds: 30) { process.isRunning ? nil : true } != nil)
        #expect(text().hasSuffix("/a  1\n"), "\(text())")
    }

    @Test("on a data directory: what is created there is there the next time, from a file, too")
    func directory() throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        let file = folder.url.appending(path: "statements.sql")
        try Data(
            (Self.stream
                + """
                INSERT INTO views (page, bytes) VALUES ('/a', 1);
                INSERT INTO views (page, bytes) VALUES ('/a', 4);
                SET 'auto.offset.reset'='earliest';
                CREATE TABLE totals AS SELECT page, SUM(bytes) AS total FROM views GROUP BY page;
                """).utf8
        ).write(to: file)
        let made = try weir(["--data", data, file.path])
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("Started: CTAS_TOTALS_1."))
        let found = waitFor(seconds: 30) { () -> Bool? in
            (try? weir(["--data", data, "-e", "SELECT * FROM totals;"]))?.output == "PAGE  TOTAL\n/a    5\n"
                ? true : nil
        }
        #expect(found != nil)
    }
}
