import ArgumentParser
import Foundation
import StreamQuery

/// `weir query test`: runs statements over input records and compares what they write.
struct QueryTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs statements over given records and compares the records they write, without a broker.",
        discussion: """
            The files are those of ksqlDB's ksql-test-runner:

              {"inputs": [{"topic": "page-views", "timestamp": 0, "key": "u1", "value": {"page": "/a"}}]}
              {"outputs": [{"topic": "VIEWS", "timestamp": 0, "key": "/a", "value": {"N": 1},
                            "window": {"start": 0, "end": 60000, "type": "time"}}]}

            The records of each topic named in the outputs must be all it gets, in this order; members that are left out \
            (timestamp, window) are not compared. Every change is told, as with ksqlDB's cache switched off.

            Exit codes: 0 all outputs are as expected; 1 some are not; 64 a file or a statement is wrong.
            """
    )

    @Option(name: [.customShort("s"), .customLong("sql-file")], help: "The statements.")
    var statements: String

    @Option(name: [.customShort("i"), .customLong("input-file")], help: "The input records.")
    var input: String

    @Option(name: [.customShort("o"), .customLong("output-file")], help: "The output records that are expected.")
    var output: String

    /// The most bytes of a file.
    private static let maxFileBytes = 64 << 20

    func run() throws {
        do throws(VerbFailure) {
            try carryOut(.standard)
            try Shell.standard.flush()
        } catch {
            if error.message.isEmpty {
                try Shell.standard.flush()
            } else {
                try Shell.standard.say("weir query test: \(error.message)")
            }
            throw ExitCode(error.kind.rawValue)
        }
    }

    /// Runs the test and prints what differs.
    ///
    /// - Throws: `VerbFailure`: `.usage` where a file is wrong, `.alreadySaid` where outputs differ.
    func carryOut(_ shell: Shell) throws(VerbFailure) {
        let report = try report()
        for mismatch in report.mismatches {
            try shell.line("\(mismatch.topic), record \(mismatch.number)")
            try shell.line("  expected  \(mismatch.expected ?? "no record")")
            try shell.line("  actual    \(mismatch.actual ?? "no record")")
        }
        for failure in report.failures { try shell.say("note: \(failure)") }
        guard report.mismatches.isEmpty else {
            try shell.line("\(report.mismatches.count) of the records differ; \(report.compared) were expected.")
            throw .alreadySaid
        }
        try shell.line("All \(report.compared) records are as expected.")
    }

    private func report() throws(VerbFailure) -> StatementTest.Report {
        let (sql, inputs, outputs) = (try Self.read(statements), try Self.read(input), try Self.read(output))
        guard let text = String(validating: sql, as: UTF8.self) else {
            throw VerbFailure(.usage, "\(statements) is not UTF-8")
        }
        do {
            return try StatementTest.run(statements: text, input: inputs, output: outputs)
        } catch let error as StatementError {
            throw VerbFailure(.usage, "\(statements), \(error)")
        } catch {
            throw VerbFailure(.usage, "\(error)")
        }
    }

    private static func read(_ path: String) throws(VerbFailure) -> [UInt8] {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: maxFileBytes + 1) ?? Data()
        } catch {
            throw VerbFailure(.usage, "\(path) cannot be read")
        }
        guard data.count <= maxFileBytes else {
            throw VerbFailure(.usage, "\(path) is longer than \(maxFileBytes >> 20) MiB")
        }
        return Array(data)
    }
}
